"""Loads and runs every fixture in a process of its own and prints what happens."""

import subprocess
import sys
import time
from typing import Any

import numpy as np
import onnxruntime as ort

from fixtures import TARGET

TIMEOUT_S = 10
TYPES: dict[str, Any] = {
    "bool": np.bool_,
    "float": np.float32,
    "double": np.float64,
    "float16": np.float16,
    "string": object,
    **{f"{sign}int{bits}": np.dtype(f"{sign}int{bits}").type for sign in ("", "u") for bits in (8, 16, 32, 64)},
}
FAILING_FEEDS = {"fails-at-run": {"x": np.array([1, 7], np.int64)}}


def feed(argument: ort.NodeArg) -> np.ndarray:
    """Ones of the right type, two rows where the batch is free."""
    shape = [2 if isinstance(size, str) else size for size in argument.shape]
    dtype = TYPES[argument.type.removeprefix("tensor(").removesuffix(")")]
    return np.full(shape, "one" if dtype is object else 1, dtype=dtype)


def short(value: Any) -> str:
    """A value on one short line."""
    return " ".join(str(value).split())[:110]


def try_one(name: str) -> None:
    """Loads and runs one fixture in this process."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    try:
        session = ort.InferenceSession(TARGET / name / "model.onnx", options, providers=["CPUExecutionProvider"])
    except Exception as error:
        print(f"refused at load: {short(error)}")
        return
    print("loads", end="", flush=True)
    try:
        feeds = {argument.name: feed(argument) for argument in session.get_inputs()}
    except KeyError as error:
        print(f", takes no tensor: {error}")
        return
    start = time.perf_counter()
    result = session.run(None, feeds)
    elapsed = (time.perf_counter() - start) * 1000
    found = {o.name: np.asarray(v).tolist() for o, v in zip(session.get_outputs(), result, strict=True)}
    print(f", runs in {elapsed:.1f} ms: {short(found)}", end="", flush=True)
    if name in FAILING_FEEDS:
        try:
            session.run(None, FAILING_FEEDS[name])
        except Exception as error:
            print(f"; fails: {short(error)}", end="")
    print()


def main() -> None:
    """Starts one process for each fixture."""
    for folder in sorted(p for p in TARGET.iterdir() if p.is_dir()):
        try:
            done = subprocess.run(
                [sys.executable, __file__, folder.name], capture_output=True, text=True, timeout=TIMEOUT_S
            )
            ended = "" if done.returncode == 0 else f" [process ended with {done.returncode}]"
            print(f"{folder.name}: {done.stdout.strip()}{ended}")
        except subprocess.TimeoutExpired as error:
            print(f"{folder.name}: {(error.stdout or b'').decode().strip()}, no answer within {TIMEOUT_S} s")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        try_one(sys.argv[1])
    else:
        main()
