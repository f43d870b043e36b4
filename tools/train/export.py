"""What every training script shares: tidy the graph, feed rows, write one version folder."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
import pandas as pd
from onnx import AttributeProto, ModelProto, StringStringEntryProto, ValueInfoProto, helper
from threadpoolctl import threadpool_limits

ROOT = Path(__file__).resolve().parents[2]
MODELS = ROOT / "models"
DATA = Path(__file__).resolve().parent / "data"

SEED = 20
SAMPLE_ROWS = 20
OPSET = 21
ML_OPSET = 3
IR_VERSION = 10

Facts = dict[str, Any]
Rows = dict[str, list[Any]]

# Sums over several threads may differ in the last bit from run to run.
threadpool_limits(limits=1)

_DATATYPES = {
    "tensor(float)": "FP32",
    "tensor(double)": "FP64",
    "tensor(int64)": "INT64",
    "tensor(string)": "BYTES",
}


def save_onnx(model: ModelProto, path: Path) -> None:
    """Writes the model so that equal models give equal bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(model.SerializeToString(deterministic=True))


def name_batch_dimension(values: list[ValueInfoProto]) -> None:
    """Calls the first dimension of every tensor `N`."""
    for value in values:
        if value.type.HasField("tensor_type"):
            value.type.tensor_type.shape.dim[0].dim_param = "N"


def tidy(model: ModelProto, name: str, version: str, description: str, metadata: dict[str, str]) -> ModelProto:
    """Sets names, versions and descriptions in place and checks the result."""
    model.ir_version = IR_VERSION
    model.producer_name = "warmstart"
    model.producer_version = ""
    model.domain = ""
    model.model_version = int(version.split(".")[0])
    model.doc_string = description
    model.graph.name = name
    model.graph.doc_string = ""
    opsets = {o.domain: o.version for o in model.opset_import}
    del model.opset_import[:]
    model.opset_import.extend(helper.make_opsetid(domain, opsets[domain]) for domain in sorted(opsets))
    name_batch_dimension([*model.graph.input, *model.graph.output])
    del model.metadata_props[:]
    model.metadata_props.extend(StringStringEntryProto(key=key, value=value) for key, value in metadata.items())
    onnx.checker.check_model(model, full_check=True)
    return model


def rename_output(model: ModelProto, old: str, new: str) -> None:
    """Renames a graph output and the node output behind it."""
    for node in model.graph.node:
        for names in (node.input, node.output):
            for i, name in enumerate(names):
                if name == old:
                    names[i] = new
    for value in model.graph.output:
        if value.name == old:
            value.name = new


def zipmap_labels(model: ModelProto) -> dict[str, list[Any]]:
    """The class labels, in order, of every graph output that a ZipMap makes."""
    labels: dict[str, list[Any]] = {}
    for node in model.graph.node:
        if node.op_type == "ZipMap":
            attribute: AttributeProto = node.attribute[0]
            values = helper.get_attribute_value(attribute)
            labels[node.output[0]] = [v.decode() if isinstance(v, bytes) else int(v) for v in values]
    return labels


def sample_rows(count: int, must_have: list[int] | None = None) -> list[int]:
    """Twenty row numbers, spread evenly, with those that must be among them."""
    wanted = list(must_have or [])
    spread = np.linspace(0, count - 1, SAMPLE_ROWS - len(wanted)).round().astype(int).tolist()
    rows = set(wanted) | set(spread)
    spare = (row for row in range(count) if row not in rows)
    while len(rows) < SAMPLE_ROWS:
        rows.add(next(spare))
    return sorted(rows)


def plain(value: Any) -> Any:
    """A value as JSON holds it: no NaN, whole numbers without a decimal point."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return None
    return int(value) if isinstance(value, float) and value.is_integer() else value


def columns_of(frame: pd.DataFrame, rows: list[int]) -> Rows:
    """Some rows of a table, as a client sends them."""
    return {name: [plain(v) for v in frame[name].iloc[rows]] for name in frame.columns}


def feeds(session: ort.InferenceSession, rows: Rows) -> dict[str, np.ndarray]:
    """Turns columns of JSON values into the tensors the model asks for."""
    inputs = session.get_inputs()
    if len(inputs) == 1 and inputs[0].name not in rows:
        return {inputs[0].name: np.array(list(rows.values()), dtype=np.float32).T.copy()}
    return {i.name: _tensor(i.type, rows[i.name]) for i in inputs}


def _tensor(onnx_type: str, values: list[Any]) -> np.ndarray:
    if onnx_type == "tensor(string)":
        return np.array(["" if v is None else v for v in values], dtype=object).reshape(-1, 1)
    dtype = np.int64 if onnx_type == "tensor(int64)" else np.float32
    array = np.array([np.nan if v is None else v for v in values], dtype=dtype)
    return array.reshape(-1, 1) if array.ndim == 1 else array


def compute_outputs(path: Path, rows: Rows) -> dict[str, Facts]:
    """Runs the exported file over the rows and describes each output."""
    session = ort.InferenceSession(path, providers=["CPUExecutionProvider"])
    labels = zipmap_labels(onnx.load(path))
    result: dict[str, Facts] = {}
    for output, value in zip(session.get_outputs(), session.run(None, feeds(session, rows)), strict=True):
        if output.name in labels:
            keys = labels[output.name]
            array = np.array([[row[key] for key in keys] for row in value], dtype=np.float32)
            result[output.name] = {**_described("FP32", array), "labels": keys}
        else:
            result[output.name] = _described(_DATATYPES[output.type], np.asarray(value))
    return result


def _described(datatype: str, array: np.ndarray) -> Facts:
    data = [plain(v) for v in array.reshape(-1).tolist()]
    return {"datatype": datatype, "shape": list(array.shape), "data": data}


def to_json(value: Any, indent: str = "") -> str:
    """JSON with two spaces, lists and small objects on one line."""
    flat = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, (dict, list)) or len(indent) + len(flat) <= 100:
        return flat
    inner = indent + "  "
    if isinstance(value, dict):
        lines = [f"{inner}{json.dumps(k, ensure_ascii=False)}: {to_json(v, inner)}" for k, v in value.items()]
        return "{\n" + ",\n".join(lines) + f"\n{indent}}}"
    if any(isinstance(v, (dict, list)) for v in value):
        return "[\n" + ",\n".join(inner + to_json(v, inner) for v in value) + f"\n{indent}]"
    return flat


def write_json(path: Path, value: Any) -> None:
    """Writes JSON with line feeds on every system."""
    path.write_text(to_json(value) + "\n", encoding="utf-8", newline="\n")


def write_version(model: ModelProto, version: str, facts: Facts, rows: Rows) -> dict[str, Facts]:
    """Writes model.onnx, model.json and expected.json of one version; gives the outputs of the rows."""
    folder = MODELS / model.graph.name / version
    save_onnx(model, folder / "model.onnx")
    write_json(folder / "model.json", facts)
    outputs = compute_outputs(folder / "model.onnx", rows)
    write_expected(folder, rows, outputs)
    return outputs


def write_expected(folder: Path, rows: Rows, outputs: dict[str, Facts], **more: Any) -> None:
    """Writes expected.json: what callers send and get."""
    expected = {
        "onnxruntime": ort.__version__,
        "rowCount": len(next(iter(rows.values()))),
        "columns": rows,
        "outputs": outputs,
    }
    write_json(folder / "expected.json", {**expected, **more})


def numeric_column(series: pd.Series, description: str, example: Any, **more: Any) -> Facts:
    """The facts of one numeric column, with the range seen in training."""
    low, high = plain(series.min()), plain(series.max())
    facts = {"name": series.name, "description": description, "type": "numeric", "range": [low, high]}
    return {**facts, **more, "example": example}


def report(name: str, version: str, text: str) -> None:
    """Prints one line about a finished model."""
    size = (MODELS / name / version / "model.onnx").stat().st_size
    print(f"{name} {version}: {text}, {size / 1024:.1f} KB")
