"""Progression of diabetes after one year: a regression on ten columns in one tensor."""

from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import FloatTensorType
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from export import (
    ML_OPSET,
    OPSET,
    columns_of,
    numeric_column,
    plain,
    rename_output,
    report,
    sample_rows,
    tidy,
    write_version,
)

DESCRIPTION = "Progression of diabetes one year after the measurements, 25 (little) to 346 (much)."
COLUMNS = {
    "age": "age in years",
    "sex": "sex, coded 1 or 2",
    "bmi": "body mass index",
    "bp": "mean blood pressure",
    "s1": "total serum cholesterol",
    "s2": "low-density lipoproteins",
    "s3": "high-density lipoproteins",
    "s4": "total cholesterol / HDL",
    "s5": "log of serum triglycerides",
    "s6": "blood sugar",
}


def main() -> None:
    """Trains and writes the model."""
    data = load_diabetes(as_frame=True, scaled=False)
    x, y = data.data[list(COLUMNS)], data.target
    regression = make_pipeline(StandardScaler(), Ridge(alpha=1.0))
    score = cross_val_score(regression, x.to_numpy(), y, cv=5).mean()
    regression.fit(x.to_numpy(), y)
    model = convert_sklearn(
        regression,
        "diabetes",
        [("measurements", FloatTensorType([None, len(COLUMNS)]))],
        target_opset={"": OPSET, "ai.onnx.ml": ML_OPSET},
    )
    rename_output(model, "variable", "progression")
    metadata = {
        "algorithm": "ridge regression",
        "data": "diabetes, 442 patients (Efron, Hastie, Johnstone and Tibshirani, 2004)",
        "r2": f"{score:.3f}",
    }
    tidy(model, "diabetes", "1.0.0", DESCRIPTION, metadata)
    columns = [numeric_column(x[name], text, plain(x[name].iloc[0])) for name, text in COLUMNS.items()]
    columns[1]["type"] = "integer"
    facts = {
        "description": DESCRIPTION,
        "operationId": "diabetesProgression",
        "columns": columns,
        "outputs": [
            {"tensor": "progression", "name": "progression", "description": "quantitative measure of progression"}
        ],
        "artifacts": ["answer.csv", "explanation.json"],
        "threads": 1,
    }
    write_version(model, "1.0.0", facts, columns_of(x, sample_rows(len(x))))
    report("diabetes", "1.0.0", f"R2 in 5-fold cross-validation {score:.3f}")


if __name__ == "__main__":
    main()
