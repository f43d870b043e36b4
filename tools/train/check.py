"""Computes every expected.json again from the committed files; exits 1 on a difference."""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
from onnx import load

from export import MODELS, Facts, Rows, compute_outputs, zipmap_labels

# Another processor may round the last bits of a float another way.
RELATIVE, ABSOLUTE = 1e-5, 1e-6


def same(expected: list[Any], found: list[Any], datatype: str) -> bool:
    """Whether two flat lists of values agree: floats nearly, all else exactly."""
    if not datatype.startswith("FP"):
        return expected == found
    return len(expected) == len(found) and np.allclose(expected, found, rtol=RELATIVE, atol=ABSOLUTE)


def output_faults(expected: dict[str, Facts], found: dict[str, Facts]) -> list[str]:
    """What differs between two sets of outputs."""
    if list(expected) != list(found):
        return [f"outputs {list(expected)} expected, {list(found)} found"]
    faults = []
    for name, fact in expected.items():
        for key in ("datatype", "shape", "labels"):
            if fact.get(key) != found[name].get(key):
                faults.append(f"{name}: {key} {fact.get(key)} expected, {found[name].get(key)} found")
        if not same(fact["data"], found[name]["data"], fact["datatype"]):
            faults.append(f"{name}: other values")
    return faults


def graph_rows(expected: Facts) -> Rows:
    """What the graph gets: where a scoring module stands around it, other columns than callers send."""
    return expected.get("graph", expected["columns"])


def graph_outputs(expected: Facts, facts: Facts) -> dict[str, Facts]:
    """The expected outputs without those that a scoring module adds, which Python cannot run."""
    added = [o["name"] for o in facts.get("scoring", {}).get("outputs", []) if "type" in o]
    return {name: fact for name, fact in expected["outputs"].items() if name not in added}


def fact_faults(facts: Facts, path: Path, expected: Facts) -> list[str]:
    """What model.json says that the graph or the rows contradict."""
    faults = []
    session = ort.InferenceSession(path, providers=["CPUExecutionProvider"])
    columns = [c["name"] for c in facts.get("columns", [])]
    sent = [c["name"] for c in facts.get("scoring", {}).get("columns", [])] or columns
    rows = graph_rows(expected)
    if columns and columns != list(rows) or sent and sent != list(expected["columns"]):
        faults.append("model.json and expected.json have other columns")
    inputs = session.get_inputs()
    one_tensor = len(inputs) == 1 and inputs[0].name not in rows
    if one_tensor and inputs[0].shape[1] != len(columns):
        faults.append(f"{inputs[0].name} has {inputs[0].shape[1]} columns, model.json {len(columns)}")
    if not one_tensor and sorted(i.name for i in inputs) != sorted(rows):
        faults.append("the columns are not the inputs of the graph")
    outputs = {o.name: o.shape for o in session.get_outputs()}
    cut = zipmap_labels(load(path))
    for output in facts.get("outputs", []):
        name = output["tensor"]
        if name not in outputs:
            faults.append(f"no output {name}")
        elif "labels" in output and (name in cut or outputs[name][-1] != len(output["labels"])):
            faults.append(f"{name}: labels do not fit")
    if any(len(values) != expected["rowCount"] for values in [*rows.values(), *expected["columns"].values()]):
        faults.append("a column has not rowCount values")
    return faults


def main() -> int:
    """Checks every version folder and prints one line for each."""
    files = sorted(MODELS.glob("*/*/expected.json"))
    failed = not files
    for file in files:
        expected = json.loads(file.read_text(encoding="utf-8"))
        facts = json.loads((file.parent / "model.json").read_text(encoding="utf-8"))
        path = file.parent / "model.onnx"
        faults = fact_faults(facts, path, expected)
        faults += output_faults(graph_outputs(expected, facts), compute_outputs(path, graph_rows(expected)))
        print(f"{file.parent.relative_to(MODELS).as_posix()}: {'; '.join(faults) or 'ok'}")
        failed = failed or bool(faults)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
