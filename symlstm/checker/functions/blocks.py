"""Blocks: where the weights of a gate for x and h_prev, its biases and peepholes lie in a cell's parameters."""

from collections.abc import Mapping

import numpy as np
from sympy import BlockMatrix, Expr

from symlstm.checker.functions.quantities import Array
from symlstm.system import System

__all__ = ["Blocks"]

_FAMILIES = {"U": "h", "b": "b", "bh": "bh", "p": "p"}


class Blocks:
    """The gates of a cell in its order, and for a part ("x", "h", "b", "bh", "p") of a gate its place."""

    def __init__(self, cell: System) -> None:
        self.gates = tuple(name[2:] for name in cell.parameters if name.startswith("W_") and name[2:] in cell)
        self.places: dict[tuple[str, str], tuple[str, str]] = {}
        for gate in self.gates:
            self._place(cell, gate)
        self.parameters = {parameter for parameter, _ in self.places.values()}
        self.second_bias = any(part == "bh" for part, _ in self.places)

    def _place(self, cell: System, gate: str) -> None:
        joined = cell.shapes[f"W_{gate}"][1] != cell.shapes["x"][0]
        if joined:
            first, last = ("x", "h") if _starts_with_x(cell, gate) else ("h", "x")
            self.places[first, gate] = (f"W_{gate}", f"first {first}")
            self.places[last, gate] = (f"W_{gate}", f"last {last}")
        else:
            self.places["x", gate] = (f"W_{gate}", "")
        for family, part in _FAMILIES.items():
            if f"{family}_{gate}" in cell.parameters:
                self.places[part, gate] = (f"{family}_{gate}", "")

    def has(self, part: str) -> bool:
        """Whether any gate has such a part."""
        return any(other == part for other, _ in self.places)

    def take(self, part: str, gate: str, arrays: Mapping[str, Array], prefix: str, width: int) -> Array:
        """A block of the parameters (prefix "") or of their gradients ("d_"); `width` is the size of x."""
        if part == "bh" and not self.second_bias:
            part = "b"  # of two biases that are added both have the gradient of the sum
        parameter, where = self.places[part, gate]
        whole = arrays[prefix + parameter]
        if not where:
            return whole
        side, _, which = where.partition(" ")
        own = width if which == "x" else whole.shape[1] - width
        return whole[:, :own] if side == "first" else whole[:, whole.shape[1] - own :]

    def stack(self, parts: tuple[str, ...], gates: tuple[str, ...], arrays: Mapping[str, Array], prefix: str, width: int
    ) -> Array:  # fmt: skip
        """Gates on top of each other, parts side by side."""
        return np.block([[self.take(part, gate, arrays, prefix, width) for part in parts] for gate in gates])


def _starts_with_x(cell: System, gate: str) -> bool:
    """Whether the joined vector that W meets has x on top."""
    name = f"a_{gate}" if f"a_{gate}" in cell else gate
    blocks: list[Expr] = list(cell[name].rhs.atoms(BlockMatrix))
    return any(block.blocks[0, 0] == cell.symbols["x"] for block in blocks)
