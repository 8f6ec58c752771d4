"""Bend: a change of the derived backward pass that a known slip makes, and the words for it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sympy import HadamardProduct, MatAdd, MatrixExpr, MatrixSymbol

from symlstm.algebra.build import factors
from symlstm.system import Equation, Role, System

__all__ = ["Bend", "adjoints", "merged", "parts_of", "shown", "terms_of"]


@dataclass(frozen=True)
class Bend:
    """What differs: right sides of lines, their code, values of leaves, what is carried and summed over time.

    `cut` names states whose gradient does not flow from step t + 1 to t; `summed` is "" for a sum over t, "first" for
    the term of t = 1 alone, "last" for that of t = T. `system` is another backward System in the place of the derived
    one. `apart` says that the slip is made at every gradient on its own, so that others may be right.
    """

    hint: str
    lines: Mapping[str, MatrixExpr] = field(default_factory=dict)
    code: Mapping[str, Callable[[str], str]] = field(default_factory=dict)
    leaves: Mapping[str, Any] = field(default_factory=dict)
    cut: frozenset[str] = frozenset()
    summed: str = ""
    system: System | None = None
    apart: bool = False


def merged(bends: list[Bend]) -> Bend:
    """Several slips at once."""
    lines: dict[str, MatrixExpr] = {}
    code: dict[str, Callable[[str], str]] = {}
    leaves: dict[str, Any] = {}
    for bend in bends:
        lines.update(bend.lines)
        code.update(bend.code)
        leaves.update(bend.leaves)
    cut = frozenset(state for bend in bends for state in bend.cut)
    summed = next((bend.summed for bend in bends if bend.summed), "")
    system = next((bend.system for bend in bends if bend.system is not None), None)
    return Bend("; ".join(bend.hint for bend in bends), lines, code, leaves, cut, summed, system)


def adjoints(back: System) -> list[Equation]:
    """The lines of the backward pass."""
    return [line for line in back.lines if line.role is Role.ADJOINT]


def parts_of(product: MatrixExpr) -> list[MatrixExpr]:
    """The factors of an elementwise product; its number is left out."""
    _, matrices = factors(product)
    if len(matrices) != 1:
        return [product]
    inner = matrices[0]
    return list(inner.args) if isinstance(inner, HadamardProduct) else [inner]


def terms_of(total: MatrixExpr) -> list[MatrixExpr]:
    """The terms of a sum."""
    return list(total.args) if isinstance(total, MatAdd) else [total]


def shown(symbol: MatrixSymbol | str) -> str:
    """A quantity in a hint: h_{t-1} for h_prev, δa_f for d_a_f."""
    name = symbol if isinstance(symbol, str) else str(symbol.name)
    if name.startswith("d_"):
        return f"∂L/∂{shown(name[2:])}"
    if name.startswith("seed_"):
        return f"∂L/∂{name[5:]}_t from outside"
    if name.endswith("_prev"):
        return f"{name[:-5]}_{{t-1}}"
    return {"h": "h_t", "c": "c_t", "x": "x_t"}.get(name, name)
