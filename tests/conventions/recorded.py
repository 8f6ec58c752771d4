"""The recorded layers of real libraries in one form: sequences, states by layer and direction, what came out."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

DATA = Path(__file__).parent.parent / "data" / "libraries"
CONVENTION = {
    "torch": "pytorch", "keras": "keras", "onnx": "onnx", "onnxruntime": "onnx", "tensorflow": "tf1",
    "dm-haiku": "haiku", "oneDNN": "onednn", "tensorflow-lite": "tflite",
}  # fmt: skip

Array = np.ndarray[Any, np.dtype[Any]]
States = dict[tuple[int, str], Array]


@dataclass
class Recording:
    """x is (T, B, d); states are (B, n) by (layer, direction); `y` holds the last layer's outputs by direction."""

    convention: str
    options: dict[str, Any]
    arrays: dict[str, Array]
    exact: bool
    x: Array
    h: States
    c: States
    h_last: States
    c_last: States
    y: dict[str, Array] | Array | None = None


def recording(name: str) -> Recording:
    record = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    arrays = {key: np.array(value, dtype=record["dtype"]) for key, value in record["arrays"].items()}
    given = {key: np.array(value, dtype=float) for key, value in record["inputs"].items()}
    came = {key: np.array(value, dtype=float) for key, value in record["outputs"].items()}
    convention = "nnx" if "nnx" in record["cell"] else CONVENTION.get(record["library"], record["library"])
    parts = _SHAPES[convention](given, came, record["options"])
    return Recording(convention, record["options"], arrays, record["dtype"] == "float64", *parts)


def places(layers: int, directions: int) -> list[tuple[int, str]]:
    return [(layer, sense) for layer in range(layers) for sense in ("forward", "reverse")[:directions]]


def spread(states: Array, directions: int) -> States:
    """States (layers · directions, B, n) by place."""
    return dict(zip(places(len(states) // directions, directions), states, strict=True))


def halves(y: Array, directions: int) -> dict[str, Array]:
    return dict(zip(("forward", "reverse"), np.split(y, directions, axis=-1), strict=False))


def torch(given: dict[str, Array], came: dict[str, Array], options: dict[str, Any]) -> tuple[Any, ...]:
    if "h_1" in came:
        one = (0, "forward")
        c, c_last = ({one: given["c_0"]}, {one: came["c_1"]}) if "c_0" in given else ({}, {})
        return given["input"][None], {one: given["h_0"]}, c, {one: came["h_1"]}, c_last, {"forward": came["h_1"][None]}
    d = 2 if options.get("bidirectional") else 1
    c, c_last = (spread(given["c_0"], d), spread(came["c_n"], d)) if "c_0" in given else ({}, {})
    y = halves(came["output"], d)
    return given["input"], spread(given["h_0"], d), c, spread(came["h_n"], d), c_last, y


def keras(given: dict[str, Array], came: dict[str, Array], options: dict[str, Any]) -> tuple[Any, ...]:
    x, y = given["x"].swapaxes(0, 1), came["output"].swapaxes(0, 1)
    if "Bidirectional" not in options:
        states = [({(0, "forward"): part[key]} if key in part else {}) for part, key in _keras_states(given, came)]
        return x[::-1] if options.get("go_backwards") else x, *states, {"forward": y}
    names = {"forward": "forward", "reverse": "backward"}
    states = [
        {(0, sense): part[f"{prefix}_{key}"] for sense, prefix in names.items() if f"{prefix}_{key}" in part}
        for part, key in _keras_states(given, came)
    ]
    return x, *states, halves(y, 2) if options["Bidirectional"]["merge_mode"] == "concat" else y


def _keras_states(given: dict[str, Array], came: dict[str, Array]) -> list[tuple[dict[str, Array], str]]:
    return [(given, "h_0"), (given, "c_0"), (came, "h_n"), (came, "c_n")]


def onnx(given: dict[str, Array], came: dict[str, Array], options: dict[str, Any]) -> tuple[Any, ...]:
    senses = {"reverse": ["reverse"], "bidirectional": ["forward", "reverse"]}.get(
        options.get("direction"), ["forward"]
    )

    def by_place(states: Array | None) -> States:
        return {} if states is None else {(0, sense): states[k] for k, sense in enumerate(senses)}

    y = {sense: came["Y"][:, k] for k, sense in enumerate(senses)}
    states = given["initial_h"], given.get("initial_c"), came["Y_h"], came.get("Y_c")
    return given["X"], *map(by_place, states), y


def plain(given: dict[str, Array], came: dict[str, Array], options: dict[str, Any]) -> tuple[Any, ...]:
    def one(part: dict[str, Array], key: str) -> States:
        return {(0, "forward"): part[key]} if key in part else {}

    states = one(given, "h_0"), one(given, "c_0"), one(came, "h_T"), one(came, "c_T")
    return given["x"], *states, {"forward": came["y"]}


def onednn(given: dict[str, Array], came: dict[str, Array], options: dict[str, Any]) -> tuple[Any, ...]:
    d = options["directions"]

    def by_place(states: Array | None) -> States:
        return {} if states is None else spread(states.reshape(-1, *states.shape[2:]), d)

    states = given["src_iter"], given.get("src_iter_c"), came["dst_iter"], came.get("dst_iter_c")
    return given["src_layer"], *map(by_place, states), halves(came["dst_layer"], d)


def tflite(given: dict[str, Array], came: dict[str, Array], options: dict[str, Any]) -> tuple[Any, ...]:
    states = given["output_state"], given["cell_state"], came["output_state"], came["cell_state"]
    return given["input"], *({(0, "forward"): state} for state in states), {"forward": came["output"]}


_SHAPES: dict[str, Callable[..., tuple[Any, ...]]] = {
    "pytorch": torch, "keras": keras, "onnx": onnx, "tf1": plain, "haiku": plain, "flax": plain, "nnx": plain,
    "onednn": onednn, "tflite": tflite,
}  # fmt: skip
