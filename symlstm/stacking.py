"""Layers on top of each other: layer k takes the hidden state of layer k − 1 for its input."""

from typing import Any

from sympy import Expr, Symbol

from symlstm.algebra.dimensions import same
from symlstm.cells import cell as build
from symlstm.cells import find
from symlstm.errors import DefinitionError, InputError, ShapeError, brief
from symlstm.notation.suffix import split
from symlstm.system import System, compose, rename
from symlstm.system.compose import check_forward

__all__ = ["stack"]


def stack(*cells: str | System, layers: int | None = None, **options: Any) -> System:
    """One step of layers on top of each other, from below: `stack("lstm", "gru")`, or `stack("lstm", layers=2)`.

    The names of layer k get the suffix _lk, a state of the step before in front of _prev: W_f_l2, h_l2, h_l2_prev.
    Layer 1 takes x, layer k takes h of layer k − 1, whose rows are the size d of layer k. A cell is a System of one
    step or a name as `sl.cell` takes it, with `options` for it. Put dropout between layers with `sl.compose`.
    Raises InputError for no cell or a bad number of layers, DefinitionError for a System without x or h, ShapeError for
    sizes in numbers that do not fit.

    >>> print(stack("rnn", layers=2))
    hₜ⁽¹⁾ = tanh(W_h⁽¹⁾·[hₜ₋₁⁽¹⁾; xₜ] + b_h⁽¹⁾)
    hₜ⁽²⁾ = tanh(W_h⁽²⁾·[hₜ₋₁⁽²⁾; hₜ⁽¹⁾] + b_h⁽²⁾)
    """
    whole: list[System] = []
    for k, given in enumerate(_repeated(cells, layers), 1):
        below = whole[-1].symbols[f"h_l{k - 1}"].shape[0] if whole else None
        whole.append(_layer(k, given, options, below))
    return compose(*whole, name=_name([layer.name for layer in whole]))


def _repeated(cells: tuple[str | System, ...], layers: int | None) -> tuple[str | System, ...]:
    if not cells:
        raise InputError("stack: expected at least one cell, as in sl.stack('lstm', layers=2)")
    if layers is None:
        return cells
    if not isinstance(layers, int) or isinstance(layers, bool) or layers < 1:
        raise InputError(f"layers: expected a whole number from 1 on, got {brief(layers)}")
    if len(cells) > 1:
        raise InputError(f"layers: goes with one cell that is repeated, got {len(cells)} cells")
    return cells * layers


def _layer(k: int, given: str | System, options: dict[str, Any], below: Expr | None) -> System:
    """Layer k of the stack, its input called x or what it is of the layer below."""
    system = given if isinstance(given, System) else _built(given, options, below)
    check_forward("stack", system)
    if "x" not in system.inputs or "h" not in system:
        raise DefinitionError(f"stack: {system.name} is no step from x to h; give it these names with sl.rename")
    if layered := [name for name in system.symbols if split(name).layer]:
        raise DefinitionError(f"stack: {layered[0]} of {system.name} is of a layer already; give the cells one by one")
    rows = system.symbols["x"].shape[0]
    if below is not None and not isinstance(rows, Symbol) and not same(rows, below):
        raise ShapeError(
            f"stack: layer {k} takes {rows} rows and layer {k - 1} gives {below}; leave d of {system.name} open, or "
            f"give its name, as in sl.stack('lstm', layers=2, n=5, d=3)"
        )
    taken = "x" if k == 1 else f"h_l{k - 1}"
    return rename(system, lambda name: taken if name == "x" else f"{name}_l{k}")


def _built(given: str, options: dict[str, Any], below: Expr | None) -> System:
    entry, all_options = find(given, options)
    return build(entry.name, **(all_options if below is None else {**all_options, "d": below}))


def _name(names: list[str]) -> str:
    """Equal layers as "lstm 2 layers", others as "lstm.gru", by which a notation knows what cell a layer is."""
    if len(set(names)) == 1:
        return f"{names[0]} {len(names)} layers" if len(names) > 1 else names[0]
    return ".".join(name.split()[0] for name in names)
