"""Layouts: values of ours in the form that a function has, rows or columns, weights joined, stacked or transposed."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from symlstm.checker.functions.blocks import Blocks
from symlstm.checker.functions.inputs import Case
from symlstm.checker.functions.quantities import Array, Parameter, Vector, Weights

__all__ = ["Layout", "in_form"]


@dataclass(frozen=True)
class Layout:
    """How a function lays things out.

    `rows`: a batch is (B, d), not (d, B); `single`: "" for a batch, else "matrix" for one column (d, 1), "vector" for
    (d,); `transposed`: weights the other way than the vectors; `order`: "hx" or "xh" in what is joined; `joined`: W_f
    alone is on both; `gates`: the order of a stack; `flat`: a bias is (n,); `time`: the place of the axis over time.
    """

    rows: bool = False
    single: str = ""
    transposed: bool = False
    order: str = "hx"
    joined: bool = True
    gates: tuple[str, ...] = ()
    flat: bool = False
    time: str = "first"

    def describe(self, stacked: bool, joined: bool, sequence: bool) -> str:
        """The layout in words, as far as it matters."""
        words = ["row layout" if self.rows else "column layout"]
        words += {"": [], "matrix": ["one column at a time"], "vector": ["vectors (n,)"]}[self.single]
        words += ["weights transposed"] if self.transposed else []
        words += [f"[{'h; x' if self.order == 'hx' else 'x; h'}] joined"] if joined else []
        words += [f"gates in the order {' '.join(self.gates)}"] if stacked else []
        axes = {"first": "time first", "middle": "time in the middle axis", "last": "time last", "list": "lists over t"}
        words += [axes[self.time]] if sequence else []
        return ", ".join(words)


def in_form(quantity: Vector | Weights | Parameter, layout: Layout, case: Case, blocks: Blocks, values: Any) -> Any:
    """The value of a quantity, or its gradient, as the function has it; raises KeyError for what has none."""
    prefix = "d_" if quantity.adjoint else ""
    if isinstance(quantity, Vector):
        return _vector(_stacked(quantity, layout, blocks, values, prefix), layout)
    if isinstance(quantity, Parameter):
        return _matrix(values[prefix + quantity.name], layout)
    parts = {
        "joined": tuple(layout.order),
        "auto": tuple(layout.order) if layout.joined else ("x",),
    }.get(quantity.parts[0], quantity.parts)
    gates = quantity.gates or layout.gates
    stack = blocks.stack(parts, gates, values, prefix, case.sizes["d"])
    return _matrix(stack, layout)


def _stacked(quantity: Vector, layout: Layout, blocks: Blocks, values: Any, prefix: str) -> Array:
    """The vectors on top of each other, the axis of their entries being the last but one."""
    special: dict[tuple[str, ...], tuple[str, ...]] = {
        ("joined",): tuple({"h": "h_prev", "x": "x"}[letter] for letter in layout.order),
        ("nets",): tuple(f"a_{gate}" for gate in layout.gates),
    }
    names = special.get(quantity.names, quantity.names)
    found = [np.asarray(values[prefix + name]) for name in names]
    return found[0] if len(found) == 1 else np.concatenate(found, axis=-2)


def _vector(value: Array, layout: Layout) -> Any:
    if layout.single == "vector":
        value = value[..., 0]
    elif layout.rows:
        value = np.swapaxes(value, -1, -2)
    if value.ndim < (2 if layout.single == "vector" else 3):
        return value
    if layout.time == "list":
        return list(value)
    place = {"first": 0, "middle": 1, "last": value.ndim - 1}[layout.time]
    return np.moveaxis(value, 0, place)


def _matrix(value: Array, layout: Layout) -> Array:
    """Weights, or a bias, which is (n,) where biases are flat."""
    if value.shape[1] == 1:
        return value[:, 0] if layout.flat else (value.T if layout.rows else value)
    return value.T if layout.rows != layout.transposed else value
