"""Manual transmission from horsepower and weight: the logistic regression of R's `glm`."""

import numpy as np
import pandas as pd
from onnx import ModelProto, TensorProto, helper, numpy_helper

from export import DATA, OPSET, columns_of, numeric_column, report, sample_rows, tidy, write_version

DESCRIPTION = "Probability that a car has a manual transmission, from its horsepower and weight."


def fit(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Logistic regression without regularisation: intercept, then one weight per column."""
    design = np.column_stack([np.ones(len(x)), x])
    weights = np.zeros(design.shape[1])
    for _ in range(30):
        p = 1 / (1 + np.exp(-design @ weights))
        hessian = design.T @ (design * (p * (1 - p))[:, None])
        weights += np.linalg.solve(hessian, design.T @ (y - p))
    return weights


def build(weights: np.ndarray) -> ModelProto:
    """The graph: computed in double so that the answer agrees with R's to seven digits.

    Inputs are rounded to four decimals first, for 2.8 as FP32 is not 2.8.
    """
    nodes, parts = [], []
    for name in ("hp", "wt"):
        nodes += [
            helper.make_node("Cast", [name], [f"{name}_double"], to=TensorProto.DOUBLE),
            helper.make_node("Mul", [f"{name}_double", "ten_thousand"], [f"{name}_scaled"]),
            helper.make_node("Round", [f"{name}_scaled"], [f"{name}_rounded"]),
            helper.make_node("Div", [f"{name}_rounded", "ten_thousand"], [f"{name}_exact"]),
            helper.make_node("Mul", [f"{name}_exact", f"{name}_weight"], [f"{name}_part"]),
        ]
        parts.append(f"{name}_part")
    nodes += [
        helper.make_node("Sum", [*parts, "intercept"], ["logit"]),
        helper.make_node("Sigmoid", ["logit"], ["probability"]),
        helper.make_node("Cast", ["probability"], ["answer"], to=TensorProto.FLOAT),
    ]
    constants = {"intercept": weights[0], "hp_weight": weights[1], "wt_weight": weights[2], "ten_thousand": 1e4}
    graph = helper.make_graph(
        nodes,
        "transmission",
        [helper.make_tensor_value_info(n, TensorProto.FLOAT, ["N", 1]) for n in ("hp", "wt")],
        [helper.make_tensor_value_info("answer", TensorProto.FLOAT, ["N", 1])],
        [numpy_helper.from_array(np.array([v]), name) for name, v in constants.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])


def main() -> None:
    """Trains and writes the model."""
    cars = pd.read_csv(DATA / "mtcars.csv")
    weights = fit(cars[["hp", "wt"]].to_numpy(float), cars["am"].to_numpy(float))
    metadata = {"algorithm": "logistic regression", "data": "mtcars, 32 cars (Motor Trend, 1974)"}
    model = tidy(build(weights), "transmission", "1.0.0", DESCRIPTION, metadata)
    facts = {
        "description": DESCRIPTION,
        "operationId": "manualTransmission",
        "columns": [
            numeric_column(cars["hp"], "gross horsepower", 120),
            numeric_column(cars["wt"], "weight in 1,000 lb", 2.8),
        ],
        "outputs": [
            {"tensor": "answer", "name": "answer", "description": "probability of a manual transmission"}
        ],
        "artifacts": ["answer.csv", "explanation.json"],
        "threads": 1,
    }
    write_version(model, "1.0.0", facts, columns_of(cars[["hp", "wt"]], sample_rows(len(cars))))
    design = np.column_stack([np.ones(len(cars)), cars[["hp", "wt"]]])
    right = ((design @ weights > 0) == (cars["am"] == 1)).mean()
    report("transmission", "1.0.0", f"accuracy on the training data {right:.3f}")


if __name__ == "__main__":
    main()
