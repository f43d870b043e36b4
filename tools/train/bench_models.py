"""The two models of `npm run bench:batch`: a line and boosted trees over twelve columns; `bench/models/<name>/1.0.0`."""

import numpy as np
from onnx import ModelProto, TensorProto, helper
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import FloatTensorType
from sklearn.ensemble import GradientBoostingRegressor

from export import ML_OPSET, OPSET, ROOT, SEED, rename_output, save_onnx, tidy, write_json

TARGET = ROOT / "bench" / "models"
COLUMNS = [f"c{i}" for i in range(12)]
TREES, DEPTH = 100, 6


def linear(weights: np.ndarray) -> ModelProto:
    """y = the weighted sum of the columns."""
    node = helper.make_node(
        "LinearRegressor", ["features"], ["y"], domain="ai.onnx.ml", coefficients=weights.tolist(), intercepts=[0.25]
    )
    graph = helper.make_graph(
        [node],
        "linear",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["N", len(COLUMNS)])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["N", 1])],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET), helper.make_opsetid("ai.onnx.ml", 3)])


def trees(x: np.ndarray, y: np.ndarray) -> ModelProto:
    """A hundred boosted trees of depth six."""
    boosted = GradientBoostingRegressor(n_estimators=TREES, max_depth=DEPTH, random_state=SEED).fit(x, y)
    model = convert_sklearn(
        boosted,
        "trees",
        [("features", FloatTensorType([None, len(COLUMNS)]))],
        target_opset={"": OPSET, "ai.onnx.ml": ML_OPSET},
    )
    rename_output(model, model.graph.output[0].name, "y")
    return model


def write(model: ModelProto, name: str, description: str, algorithm: str) -> None:
    """Writes model.onnx and model.json."""
    folder = TARGET / name / "1.0.0"
    save_onnx(tidy(model, name, "1.0.0", description, {"algorithm": algorithm}), folder / "model.onnx")
    facts = {
        "description": description,
        "columns": [{"name": column, "type": "numeric"} for column in COLUMNS],
        "outputs": [{"tensor": "y", "name": "y"}],
        "threads": 1,
    }
    write_json(folder / "model.json", facts)
    print(f"bench {name} 1.0.0: {(folder / 'model.onnx').stat().st_size / 1024:.1f} KB")


def main() -> None:
    """Makes both models from random data."""
    random = np.random.default_rng(SEED)
    weights = random.uniform(-1, 1, len(COLUMNS)).astype(np.float32)
    write(linear(weights), "linear", "A weighted sum of twelve columns.", "linear regression")
    x = random.uniform(-10, 10, (8000, len(COLUMNS)))
    y = x @ weights + np.sin(x[:, 0]) * x[:, 1] + np.where(x[:, 2] > x[:, 3], 3, -3) + random.normal(0, 1, len(x))
    write(trees(x, y), "trees", "A hundred trees of depth six over twelve columns.", "gradient-boosted trees")


if __name__ == "__main__":
    main()
