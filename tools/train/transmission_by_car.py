"""Transmission of a car by its name: the graph of transmission.py behind a table of cars, which its scoring module holds.

The scoring module itself, scoring.mjs, is written by hand.
"""

import numpy as np
import pandas as pd

from export import (
    DATA,
    MODELS,
    Facts,
    columns_of,
    numeric_column,
    plain,
    report,
    sample_rows,
    tidy,
    write_expected,
    write_json,
    write_version,
)
from transmission import build, fit

NAME, VERSION = "transmissionByCar", "1.0.0"
DESCRIPTION = "Whether a car of 1974 has a manual transmission, by its name: horsepower and weight come from a table."


def facts_of(cars: pd.DataFrame) -> Facts:
    """The model.json."""
    return {
        "description": DESCRIPTION,
        "operationId": "transmissionByCar",
        "columns": [
            numeric_column(cars["hp"], "gross horsepower", 120),
            numeric_column(cars["wt"], "weight in 1,000 lb", 2.8),
        ],
        "outputs": [
            {"tensor": "answer", "name": "answer", "description": "probability of a manual transmission"}
        ],
        "scoring": {
            "columns": [
                {
                    "name": "car",
                    "description": "name of a car of the table",
                    "type": "character",
                    "categories": cars["car"].tolist(),
                    "example": "Mazda RX4",
                }
            ],
            "outputs": [
                {"name": "answer", "description": "probability of a manual transmission"},
                {"name": "transmission", "type": "character", "description": "the more probable transmission"},
            ],
        },
        "artifacts": ["answer.csv", "explanation.json"],
        "threads": 1,
    }


def main() -> None:
    """Writes the model, its table of cars, and what callers send and get."""
    cars = pd.read_csv(DATA / "mtcars.csv")
    weights = fit(cars[["hp", "wt"]].to_numpy(float), cars["am"].to_numpy(float))
    metadata = {"algorithm": "logistic regression", "data": "mtcars, 32 cars (Motor Trend, 1974)"}
    model = tidy(build(weights), NAME, VERSION, DESCRIPTION, metadata)
    rows = sample_rows(len(cars))
    graph_rows = columns_of(cars[["hp", "wt"]], rows)
    outputs = write_version(model, VERSION, facts_of(cars), graph_rows)
    labels = ["manual" if p >= 0.5 else "automatic" for p in outputs["answer"]["data"]]
    outputs["transmission"] = {"datatype": "BYTES", "shape": [len(labels)], "data": labels}
    folder = MODELS / NAME / VERSION
    write_expected(folder, columns_of(cars[["car"]], rows), outputs, graph=graph_rows)
    (folder / "assets").mkdir(exist_ok=True)
    table = {row.car: {"hp": plain(row.hp), "wt": plain(row.wt)} for row in cars.itertuples()}
    write_json(folder / "assets" / "cars.json", table)
    design = np.column_stack([np.ones(len(cars)), cars[["hp", "wt"]]])
    right = ((design @ weights > 0) == (cars["am"] == 1)).mean()
    report(NAME, VERSION, f"accuracy on the training data {right:.3f}")


if __name__ == "__main__":
    main()
