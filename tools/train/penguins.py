"""Species of a penguin, in two versions: one ONNX input per column, missing values allowed."""

import numpy as np
import pandas as pd
from palmerpenguins import load_penguins
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import FloatTensorType, Int64TensorType, StringTensorType
from sklearn.base import ClassifierMixin
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from export import (
    ML_OPSET,
    OPSET,
    SEED,
    Facts,
    columns_of,
    numeric_column,
    report,
    sample_rows,
    tidy,
    write_version,
)

DESCRIPTION = "Species of a penguin of the Palmer Archipelago, from its measurements."
NUMBERS = {
    "bill_length_mm": ("length of the bill in mm", 39.1),
    "bill_depth_mm": ("depth of the bill in mm", 18.7),
    "flipper_length_mm": ("length of the flipper in mm", 181),
    "body_mass_g": ("body mass in g", 3750),
}
CATEGORIES = {
    "island": ("island of the Palmer Archipelago", ["Biscoe", "Dream", "Torgersen"], "Biscoe"),
    "sex": ("sex of the penguin", ["female", "male"], "female"),
}
COLUMNS = [*CATEGORIES, *NUMBERS]
YEARS = [2007, 2008, 2009]


def pipeline(classifier: ClassifierMixin, with_year: bool) -> Pipeline:
    """Imputes and encodes, then classifies; an unknown or missing text is all zeros."""
    # Trees need no scaling, and rounding in FP32 could move a value across a threshold.
    imputer = SimpleImputer(strategy="median")
    forest = isinstance(classifier, RandomForestClassifier)
    numbers = imputer if forest else make_pipeline(imputer, StandardScaler())
    texts = OneHotEncoder(categories=[c[1] for c in CATEGORIES.values()], handle_unknown="ignore", sparse_output=False)
    steps = [
        ("texts", texts, list(CATEGORIES)),
        ("numbers", numbers, list(NUMBERS)),
    ]
    if with_year:
        years = OneHotEncoder(categories=[YEARS], handle_unknown="ignore", sparse_output=False)
        steps.append(("year", years, ["year"]))
    return Pipeline([("columns", ColumnTransformer(steps)), ("classifier", classifier)])


def column_facts(table: pd.DataFrame, with_year: bool) -> list[Facts]:
    """What model.json says about the columns."""
    facts: list[Facts] = [
        {
            "name": name,
            "description": text,
            "type": "character",
            "categories": categories,
            "nullable": True,
            "example": example,
        }
        for name, (text, categories, example) in CATEGORIES.items()
    ]
    facts += [numeric_column(table[n], text, example, nullable=True) for n, (text, example) in NUMBERS.items()]
    if with_year:
        facts.append({**numeric_column(table["year"], "year of the study", 2008), "type": "integer"})
    return facts


def train(table: pd.DataFrame, version: str, classifier: ClassifierMixin, algorithm: str, zipmap: bool) -> None:
    """Trains and writes one version."""
    with_year = version.startswith("2")
    names = [*COLUMNS, "year"] if with_year else COLUMNS
    types = {n: StringTensorType([None, 1]) for n in CATEGORIES} | {n: FloatTensorType([None, 1]) for n in NUMBERS}
    if with_year:
        types["year"] = Int64TensorType([None, 1])

    x, y = table[names], table["species"].to_numpy()
    pipe = pipeline(classifier, with_year)
    accuracy = cross_val_score(pipe, x, y, cv=5).mean()
    pipe.fit(x, y)
    model = convert_sklearn(
        pipe,
        "penguins",
        list(types.items()),
        target_opset={"": OPSET, "ai.onnx.ml": ML_OPSET},
        options={id(classifier): {"zipmap": zipmap}},
    )
    metadata = {
        "algorithm": algorithm,
        "data": "palmerpenguins, 344 penguins (Horst, Hill and Gorman, 2020)",
        "accuracy": f"{accuracy:.3f}",
    }
    tidy(model, "penguins", version, DESCRIPTION, metadata)

    label, probability = [o.name for o in model.graph.output]
    outputs: list[Facts] = [
        {"tensor": label, "name": "species", "description": "most probable species"},
        {"tensor": probability, "name": "probability", "description": "probability of each species"},
    ]
    if not zipmap:
        outputs[1]["labels"] = pipe.classes_.tolist()
    facts = {
        "description": f"{DESCRIPTION} Version {version}: {algorithm}.",
        "operationId": "classifyPenguin",
        "columns": column_facts(table, with_year),
        "outputs": outputs,
        "artifacts": ["answer.csv", "probability.svg", "explanation.json"],
        "threads": 1,
    }
    incomplete = np.flatnonzero(table["sex"] == "").tolist()
    write_version(model, version, facts, columns_of(x.replace("", None), sample_rows(len(x), incomplete[::2])))
    report("penguins", version, f"accuracy in 5-fold cross-validation {accuracy:.3f}")


def main() -> None:
    """Trains and writes both versions."""
    table = load_penguins()
    table[list(CATEGORIES)] = table[list(CATEGORIES)].fillna("")
    regression = LogisticRegression(C=1.0, max_iter=1000)
    train(table, "1.0.0", regression, "logistic regression", zipmap=True)
    forest = RandomForestClassifier(n_estimators=60, max_depth=6, random_state=SEED)
    train(table, "2.0.0", forest, "random forest", zipmap=False)


if __name__ == "__main__":
    main()
