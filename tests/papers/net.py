"""The net input of a gate in the layouts of the names: split (W on x, U on h) or concat (W on the stack)."""

from types import ModuleType
from typing import Any


def net_input(np_: ModuleType, values: dict[str, Any], gate: str, h: Any = None, order: str = "hx") -> Any:
    """W x + b + U h + bh, or W [h; x] + b + bh ([x; h] with order="xh"); h is h_prev unless given; biases if there."""
    h = values["h_prev"] if h is None else h
    total = weighted(np_, values, gate, h, order)
    for bias in (f"b_{gate}", f"bh_{gate}"):
        total = total + values[bias] if bias in values else total
    return total


def weighted(np_: ModuleType, values: dict[str, Any], gate: str, h: Any, order: str = "hx") -> Any:
    """The same without biases."""
    if f"U_{gate}" in values:
        return np_.dot(values[f"W_{gate}"], values["x"]) + np_.dot(values[f"U_{gate}"], h)
    stack = {"hx": [h, values["x"]], "xh": [values["x"], h]}[order]
    return np_.dot(values[f"W_{gate}"], np_.concatenate(stack, axis=0))


def input_only(np_: ModuleType, values: dict[str, Any], gate: str) -> Any:
    """W x + b, of cells whose gates do not see the previous output."""
    return np_.dot(values[f"W_{gate}"], values["x"]) + values[f"b_{gate}"]


def peep(values: dict[str, Any], gate: str, c: Any) -> Any:
    """What a peephole p adds to the net input, p ⊙ c; nothing without one."""
    return values[f"p_{gate}"] * c if f"p_{gate}" in values else 0.0
