"""Cultivar of a wine from thirteen measurements: gradient-boosted trees with a ZipMap."""

from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import FloatTensorType
from sklearn.datasets import load_wine
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.model_selection import cross_val_score

from export import ML_OPSET, OPSET, SEED, columns_of, numeric_column, plain, report, sample_rows, tidy, write_version

DESCRIPTION = "Cultivar of an Italian wine, from thirteen results of its chemical analysis."
COLUMNS = {
    "alcohol": "alcohol in percent by volume",
    "malic_acid": "malic acid in g/l",
    "ash": "ash in g/l",
    "alcalinity_of_ash": "alkalinity of the ash",
    "magnesium": "magnesium in mg/l",
    "total_phenols": "total phenols",
    "flavanoids": "flavonoids",
    "nonflavanoid_phenols": "phenols other than flavonoids",
    "proanthocyanins": "proanthocyanins",
    "color_intensity": "colour intensity",
    "hue": "hue",
    "od280/od315_of_diluted_wines": "OD280/OD315 of the diluted wine",
    "proline": "proline in mg/l",
}


def main() -> None:
    """Trains and writes the model."""
    data = load_wine(as_frame=True)
    x = data.data[list(COLUMNS)]
    y = data.target_names[data.target]
    trees = GradientBoostingClassifier(n_estimators=60, max_depth=2, learning_rate=0.15, random_state=SEED)
    accuracy = cross_val_score(trees, x.to_numpy(), y, cv=5).mean()
    trees.fit(x.to_numpy(), y)
    model = convert_sklearn(
        trees,
        "wine",
        [("measurements", FloatTensorType([None, len(COLUMNS)]))],
        target_opset={"": OPSET, "ai.onnx.ml": ML_OPSET},
        options={id(trees): {"zipmap": True}},
    )
    metadata = {"algorithm": "gradient-boosted trees", "data": "UCI Wine, 178 wines", "accuracy": f"{accuracy:.3f}"}
    tidy(model, "wine", "1.0.0", DESCRIPTION, metadata)
    examples = x.iloc[0]
    facts = {
        "description": DESCRIPTION,
        "operationId": "classifyWine",
        "columns": [numeric_column(x[name], text, plain(examples[name])) for name, text in COLUMNS.items()],
        "outputs": [
            {"tensor": "output_label", "name": "cultivar", "description": "most probable cultivar"},
            {"tensor": "output_probability", "name": "probability", "description": "probability of each cultivar"},
        ],
        "artifacts": ["answer.csv", "probability.npy", "probability.svg", "explanation.json"],
        "threads": 1,
    }
    write_version(model, "1.0.0", facts, columns_of(x, sample_rows(len(x))))
    report("wine", "1.0.0", f"accuracy in 5-fold cross-validation {accuracy:.3f}")


if __name__ == "__main__":
    main()
