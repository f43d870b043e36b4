"""Writes the tiny models of the test suite: `test/models/<name>/model.onnx`."""

import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from onnx import (
    FunctionProto,
    ModelProto,
    NodeProto,
    TensorProto,
    TypeProto,
    ValueInfoProto,
    external_data_helper,
    helper,
    numpy_helper,
)

from export import IR_VERSION, OPSET, ROOT, save_onnx

TARGET = ROOT / "test" / "models"
FLOAT, INT64, BOOL = TensorProto.FLOAT, TensorProto.INT64, TensorProto.BOOL

node = helper.make_node
value = helper.make_tensor_value_info
Shape = Sequence[int | str]


def constant(name: str, data: object, dtype: type = np.float32) -> TensorProto:
    """A named initializer."""
    return numpy_helper.from_array(np.array(data, dtype=dtype), name)


def make(
    name: str,
    nodes: list[NodeProto],
    inputs: list[ValueInfoProto],
    outputs: list[ValueInfoProto],
    constants: Sequence[TensorProto] = (),
    opsets: dict[str, int] | None = None,
    functions: Sequence[FunctionProto] = (),
) -> ModelProto:
    """A model with fixed versions and names."""
    graph = helper.make_graph(nodes, name, inputs, outputs, list(constants))
    imports = [helper.make_opsetid(domain, version) for domain, version in (opsets or {"": OPSET}).items()]
    return helper.make_model(
        graph,
        opset_imports=imports,
        functions=list(functions),
        producer_name="warmstart",
        ir_version=IR_VERSION,
    )


def int64_identity() -> ModelProto:
    """y = x, for integers beyond 2^53."""
    return make(
        "int64-identity",
        [node("Identity", ["x"], ["y"])],
        [value("x", INT64, ["N"])],
        [value("y", INT64, ["N"])],
    )


def types_identity() -> ModelProto:
    """One input and one equal output of every tensor type that can be served."""
    types = {
        "bool": BOOL,
        "int8": TensorProto.INT8,
        "int16": TensorProto.INT16,
        "int32": TensorProto.INT32,
        "int64": INT64,
        "uint8": TensorProto.UINT8,
        "uint16": TensorProto.UINT16,
        "uint32": TensorProto.UINT32,
        "uint64": TensorProto.UINT64,
        "fp16": TensorProto.FLOAT16,
        "fp32": FLOAT,
        "fp64": TensorProto.DOUBLE,
        "string": TensorProto.STRING,
    }
    return make(
        "types-identity",
        [node("Identity", [name], [f"{name}_out"]) for name in types],
        [value(name, t, ["N"]) for name, t in types.items()],
        [value(f"{name}_out", t, ["N"]) for name, t in types.items()],
    )


def simple(name: str, op: str, inputs: dict[str, Shape], output: str, shape: Shape, **attributes: Any) -> ModelProto:
    """One node over FP32 inputs."""
    return make(
        name,
        [node(op, list(inputs), [output], **attributes)],
        [value(n, FLOAT, s) for n, s in inputs.items()],
        [value(output, FLOAT, shape)],
    )


def times_two(name: str, shape: Shape) -> ModelProto:
    """y = 2 x."""
    return make(
        name,
        [node("Mul", ["x", "two"], ["y"])],
        [value("x", FLOAT, shape)],
        [value("y", FLOAT, shape)],
        [constant("two", 2)],
    )


def optional_input() -> ModelProto:
    """y = x + bias, where bias has an initializer and so may be left out."""
    return make(
        "optional-input",
        [node("Add", ["x", "bias"], ["y"])],
        [value("x", FLOAT, ["N"]), value("bias", FLOAT, [1])],
        [value("y", FLOAT, ["N"])],
        [constant("bias", [10])],
    )


def no_batch() -> ModelProto:
    """y = x * [[1, 2], [3, 4]]: no dimension is a batch."""
    return make(
        "no-batch",
        [node("MatMul", ["x", "w"], ["y"])],
        [value("x", FLOAT, [2, 2])],
        [value("y", FLOAT, [2, 2])],
        [constant("w", [[1, 2], [3, 4]])],
    )


def image() -> ModelProto:
    """mean = the mean over the pixels of each image."""
    return make(
        "image",
        [node("ReduceMean", ["x", "pixel_axes"], ["mean_4d"]), node("Reshape", ["mean_4d", "column"], ["mean"])],
        [value("x", FLOAT, ["N", 1, 2, 2])],
        [value("mean", FLOAT, ["N", 1])],
        [constant("pixel_axes", [1, 2, 3], np.int64), constant("column", [-1, 1], np.int64)],
    )


def wide() -> ModelProto:
    """262,144 values per row that no archive makes much smaller: y = sin(x i)."""
    count = 2**18
    return make(
        "wide",
        [
            node("Range", ["zero", "count", "one"], ["i"]),
            node("Mul", ["x", "i"], ["angle"]),
            node("Sin", ["angle"], ["y"]),
        ],
        [value("x", FLOAT, ["N", 1])],
        [value("y", FLOAT, ["N", count])],
        [constant("zero", 0), constant("count", count), constant("one", 1)],
    )


def zipmap(name: str, labels: list[int] | list[str], opsets: dict[str, int]) -> ModelProto:
    """A linear classifier of two classes on two features with a ZipMap at its end."""
    strings = isinstance(labels[0], str)
    classifier_labels: dict[str, Any] = {"classlabels_strings" if strings else "classlabels_ints": labels}
    zipmap_labels: dict[str, Any] = {"classlabels_strings" if strings else "classlabels_int64s": labels}
    classifier = node(
        "LinearClassifier",
        ["x"],
        ["label", "scores"],
        domain="ai.onnx.ml",
        coefficients=[1.0, -1.0, -1.0, 1.0],
        intercepts=[0.25, -0.25],
        multi_class=1,
        post_transform="SOFTMAX",
        **classifier_labels,
    )
    zipped = node("ZipMap", ["scores"], ["probabilities"], domain="ai.onnx.ml", **zipmap_labels)
    key = TensorProto.STRING if strings else INT64
    scores_type = helper.make_sequence_type_proto(
        helper.make_map_type_proto(key, helper.make_tensor_type_proto(FLOAT, []))
    )
    return make(
        name,
        [classifier, zipped],
        [value("x", FLOAT, ["N", 2])],
        [value("label", key, ["N"]), helper.make_value_info("probabilities", scores_type)],
        opsets=opsets,
    )


def slow(name: str, size: int, products: int) -> ModelProto:
    """y = 2 x, after a chain of matrix products for every row that depends on that row.

    The entries of the matrices stay below 1 / size, so the floor of the last mean is always 0.
    """
    nodes = [
        node("Gather", ["x", "i"], ["row"]),
        node("Sigmoid", ["row"], ["between_0_and_1"]),
        node("Add", ["between_0_and_1", "one"], ["between_1_and_2"]),
        node("Mul", ["between_1_and_2", "small"], ["scaled"]),
        node("Expand", ["scaled", "square"], ["m0"]),
        *(node("MatMul", [f"m{i}", "m0"], [f"m{i + 1}"]) for i in range(products)),
        node("ReduceMean", [f"m{products}"], ["mean"], keepdims=0),
        node("Floor", ["mean"], ["zero"]),
        node("Mul", ["row", "two"], ["doubled"]),
        node("Add", ["doubled", "zero"], ["result"]),
        node("Identity", ["go_on"], ["go_on_out"]),
    ]
    body = helper.make_graph(
        nodes,
        f"{name}-row",
        [value("i", INT64, []), value("go_on", BOOL, [])],
        [value("go_on_out", BOOL, []), value("result", FLOAT, [1])],
        [
            constant("one", 1),
            constant("two", 2),
            constant("small", 0.4 / size),
            constant("square", [size, size], np.int64),
        ],
    )
    return make(
        name,
        [
            node("Shape", ["x"], ["rows"], start=0, end=1),
            node("Loop", ["rows", ""], ["y"], body=body),
        ],
        [value("x", FLOAT, ["N", 1])],
        [value("y", FLOAT, ["N", 1])],
    )


def unknown_operator() -> ModelProto:
    """A node of a domain that nobody knows."""
    return make(
        "unknown-operator",
        [node("Frobnicate", ["x"], ["y"], domain="com.example")],
        [value("x", FLOAT, ["N"])],
        [value("y", FLOAT, ["N"])],
        opsets={"": OPSET, "com.example": 1},
    )


def future_opset() -> ModelProto:
    """An operator set from the future."""
    return make(
        "future-opset",
        [node("Identity", ["x"], ["y"])],
        [value("x", FLOAT, ["N"])],
        [value("y", FLOAT, ["N"])],
        opsets={"": 99},
    )


def sequence_input() -> ModelProto:
    """y = the tensors of a sequence, joined."""
    sequence: TypeProto = helper.make_sequence_type_proto(helper.make_tensor_type_proto(FLOAT, ["N"]))
    return make(
        "sequence-input",
        [node("ConcatFromSequence", ["x"], ["y"], axis=0)],
        [helper.make_value_info("x", sequence)],
        [value("y", FLOAT, ["M"])],
    )


def bfloat16() -> ModelProto:
    """y = x as FP32; x is BF16."""
    return make(
        "bfloat16",
        [node("Cast", ["x"], ["y"], to=FLOAT)],
        [value("x", TensorProto.BFLOAT16, ["N"])],
        [value("y", FLOAT, ["N"])],
    )


def shape_mismatch() -> ModelProto:
    """Three columns times a matrix of four rows."""
    return make(
        "shape-mismatch",
        [node("MatMul", ["x", "w"], ["y"])],
        [value("x", FLOAT, ["N", 3])],
        [value("y", FLOAT, ["N", 2])],
        [constant("w", np.ones((4, 2)))],
    )


def fails_at_run() -> ModelProto:
    """y = [10, 20, 30][x]: every x outside -3..2 fails."""
    return make(
        "fails-at-run",
        [node("Gather", ["table", "x"], ["y"])],
        [value("x", INT64, ["N"])],
        [value("y", FLOAT, ["N"])],
        [constant("table", [10, 20, 30])],
    )


def endless_loop() -> ModelProto:
    """A loop without a trip count whose condition stays true."""
    body = helper.make_graph(
        [node("Identity", ["go_on"], ["go_on_out"]), node("Neg", ["state"], ["state_out"])],
        "endless-loop-body",
        [value("i", INT64, []), value("go_on", BOOL, []), value("state", FLOAT, ["N"])],
        [value("go_on_out", BOOL, []), value("state_out", FLOAT, ["N"])],
    )
    return make(
        "endless-loop",
        [node("Loop", ["", "yes", "x"], ["y"], body=body)],
        [value("x", FLOAT, ["N"])],
        [value("y", FLOAT, ["N"])],
        [constant("yes", True, np.bool_)],
    )


def deep_functions(depth: int = 3000) -> ModelProto:
    """A chain of local functions, each of which calls the next: the runtime's stack overflows."""
    functions = []
    for i in range(depth):
        last = i == depth - 1
        call = node("Neg", ["x"], ["y"]) if last else node(f"f{i + 1}", ["x"], ["y"], domain="d")
        imports = [helper.make_opsetid("", OPSET) if last else helper.make_opsetid("d", 1)]
        functions.append(helper.make_function("d", f"f{i}", ["x"], ["y"], [call], imports))
    return make(
        "deep-functions",
        [node("f0", ["x"], ["y"], domain="d")],
        [value("x", FLOAT, ["N"])],
        [value("y", FLOAT, ["N"])],
        opsets={"": OPSET, "d": 1},
        functions=functions,
    )


def with_external_weights(name: str, location: str, weights: np.ndarray) -> ModelProto:
    """y = x * w, where the bytes of w lie in another file."""
    w = numpy_helper.from_array(weights, "w")
    external_data_helper.set_external_data(w, location, offset=0, length=weights.nbytes)
    w.ClearField("raw_data")
    return make(
        name,
        [node("MatMul", ["x", "w"], ["y"])],
        [value("x", FLOAT, ["N", weights.shape[0]])],
        [value("y", FLOAT, ["N", weights.shape[1]])],
        [w],
    )


def raw_files() -> dict[str, bytes]:
    """Files that are no models, and what lies beside a model."""
    whole = zipmap("truncated", ["no", "yes"], {"": OPSET, "ai.onnx.ml": 3}).SerializeToString(deterministic=True)
    return {
        "truncated/model.onnx": whole[: len(whole) // 2],
        "random-bytes/model.onnx": random.Random(7).randbytes(2048),
        "empty/model.onnx": b"",
        "external-data/weights.bin": EXTERNAL_WEIGHTS.tobytes(),
    }


EXTERNAL_WEIGHTS = np.arange(1, 9, dtype="<f4").reshape(4, 2)
BOTH = {"": OPSET, "ai.onnx.ml": 3}

FIXTURES: dict[str, Callable[[], ModelProto]] = {
    "int64-identity": int64_identity,
    "types-identity": types_identity,
    "add": lambda: simple("add", "Add", {"a": ["N"], "b": ["N"]}, "sum", ["N"]),
    "matrix": lambda: times_two("matrix", ["N", 3]),
    "fixed-batch": lambda: times_two("fixed-batch", [1, 2]),
    "scalar-output": lambda: simple("scalar-output", "ReduceSum", {"x": ["N"]}, "y", [], keepdims=0),
    "optional-input": optional_input,
    "no-batch": no_batch,
    "image": image,
    "image-identity": lambda: simple("image-identity", "Identity", {"x": ["N", "H", "W"]}, "y", ["N", "H", "W"]),
    "wide": wide,
    "zipmap-int": lambda: zipmap("zipmap-int", [3, 7], BOTH),
    "zipmap-string": lambda: zipmap("zipmap-string", ["no", "yes"], BOTH),
    "zipmap-no-default-opset": lambda: zipmap("zipmap-no-default-opset", ["no", "yes"], {"ai.onnx.ml": 3}),
    "external-data": lambda: with_external_weights("external-data", "weights.bin", EXTERNAL_WEIGHTS),
    "heavy": lambda: slow("heavy", 1024, 20),
    "medium": lambda: slow("medium", 256, 34),
    "unknown-operator": unknown_operator,
    "future-opset": future_opset,
    "sequence-input": sequence_input,
    "external-escape": lambda: with_external_weights("external-escape", "../../etc/hostname", np.zeros((1, 1), "<f4")),
    "bfloat16": bfloat16,
    "shape-mismatch": shape_mismatch,
    "fails-at-run": fails_at_run,
    "endless-loop": endless_loop,
    "deep-functions": deep_functions,
}


def write_all(target: Path) -> int:
    """Writes every fixture and answers the number of bytes."""
    for name, build in FIXTURES.items():
        save_onnx(build(), target / name / "model.onnx")
    for name, content in raw_files().items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_bytes(content)
    return sum(f.stat().st_size for f in target.rglob("*") if f.is_file() and f.suffix in (".onnx", ".bin"))


def main() -> None:
    """Writes the fixtures of the test suite."""
    print(f"fixtures: {write_all(TARGET) / 1024:.1f} KB")


if __name__ == "__main__":
    main()
