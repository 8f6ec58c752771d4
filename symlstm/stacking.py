"""Layers on top of each other, and both directions: layer k takes the hidden state of layer k − 1 for its input."""

from typing import Any

from sympy import Expr, MatrixSymbol, Symbol

from symlstm.algebra import stack as on_top
from symlstm.algebra.dimensions import same
from symlstm.cells import cell as build
from symlstm.cells import find
from symlstm.errors import DefinitionError, InputError, ShapeError, brief
from symlstm.notation.suffix import split
from symlstm.system import Equation, Leaf, LeafKind, System, compose, over_time, rename
from symlstm.system.compose import check_forward

__all__ = ["bidirectional", "stack"]


def stack(*cells: str | System, layers: int | None = None, bidirectional: bool = False, **options: Any) -> System:
    """One step of layers on top of each other, from below: `stack("lstm", "gru")`, or `stack("lstm", layers=2)`.

    The names of layer k get the suffix _lk, a state of the step before in front of _prev: W_f_l2, h_l2, h_l2_prev.
    Layer 1 takes x, layer k takes h of layer k − 1, whose rows are the size d of layer k. A cell is a System of one
    step or a name as `sl.cell` takes it, with `options` for it. Put dropout between layers with `sl.compose`.
    With `bidirectional` every layer has both directions, as in `sl.bidirectional`, its names the suffixes _lk_fw and
    _lk_bw, and layer k takes both of layer k − 1; the result is over time.
    Raises InputError for no cell or a bad number of layers, DefinitionError for a System without x or h, ShapeError for
    sizes in numbers that do not fit.

    >>> print(stack("rnn", layers=2))
    hₜ⁽¹⁾ = tanh(W_h⁽¹⁾·[hₜ₋₁⁽¹⁾; xₜ] + b_h⁽¹⁾)
    hₜ⁽²⁾ = tanh(W_h⁽²⁾·[hₜ₋₁⁽²⁾; hₜ⁽¹⁾] + b_h⁽²⁾)
    """
    whole: list[System] = []
    names: list[str] = []
    for k, given in enumerate(_repeated(cells, layers), 1):
        below = whole[-1].symbols[f"h_l{k - 1}"].shape[0] if whole else None
        step = _layer(k, given, options, below)
        names.append(step.name)
        taken = "x" if k == 1 else f"h_l{k - 1}"
        whole.append(_both(step, f"_l{k}", taken) if bidirectional else _renamed(step, f"_l{k}", taken))
    return compose(*whole, name=_name(names) + (" both ways" if bidirectional else ""))


def bidirectional(cell: str | System, **options: Any) -> System:
    """A layer in both directions, over time: one copy of the cell goes from t = 1 to T, another from T to 1.

    Their names get the suffixes _fw and _bw: W_f_fw, h_bw, and initial states h_fw_0 and h_bw_0, the latter at T + 1.
    Both take x; h is [h_fw; h_bw], 2n × 1, at every step. `cell` is a System of one step or a name as `sl.cell` takes
    it, with `options` for it. Raises DefinitionError for a System without x or h.
    Source: Schuster and Paliwal 1997, section II.

    >>> print(bidirectional("rnn"))
    h⃗ₜ = tanh(W⃗_h·[h⃗ₜ₋₁; xₜ] + b⃗_h)   t = 1, …, T
    h⃖ₜ = tanh(W⃖_h·[h⃖ₜ₊₁; xₜ] + b⃖_h)   t = T, …, 1
    hₜ = [h⃗ₜ; h⃖ₜ]                     t = 1, …, T
    """
    step = _step("bidirectional", cell, options, None)
    both = _both(step, "", "x")
    return compose(both, name=f"{step.name} both ways")


def _both(step: System, suffix: str, taken: str) -> System:
    """Both directions of a step, and h of the two."""
    ahead = over_time(_renamed(step, f"{suffix}_fw", taken))
    back = over_time(_renamed(step, f"{suffix}_bw", taken), reverse=True)
    halves = [system.symbols[f"h{suffix}_{way}"] for system, way in ((ahead, "fw"), (back, "bw"))]
    whole = on_top(*halves)
    line = Equation(MatrixSymbol(f"h{suffix}", *whole.shape), whole)
    leaves = tuple(Leaf(half, LeafKind.INPUT, timed=True) for half in halves)
    return compose(ahead, back, System("both", leaves, (line,), (line.name,)))


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
    """The step of layer k of the stack."""
    system = _step("stack", given, options, below)
    if layered := [name for name in system.symbols if split(name).layer]:
        raise DefinitionError(f"stack: {layered[0]} of {system.name} is of a layer already; give the cells one by one")
    rows = system.symbols["x"].shape[0]
    if below is not None and not isinstance(rows, Symbol) and not same(rows, below):
        raise ShapeError(
            f"stack: layer {k} takes {rows} rows and layer {k - 1} gives {below}; leave d of {system.name} open, or "
            f"give its name, as in sl.stack('lstm', layers=2, n=5, d=3)"
        )
    return system


def _step(who: str, given: str | System, options: dict[str, Any], below: Expr | None) -> System:
    """One step from x to h, built for what is below or as it is given."""
    if not isinstance(given, System):
        entry, all_options = find(given, options)
        given = build(entry.name, **(all_options if below is None else {**all_options, "d": below}))
    check_forward(who, given)
    if given.timed or given.steps:
        raise DefinitionError(f"{who}: {given.name} has steps already; give the single step")
    if "x" not in given.inputs or "h" not in given:
        raise DefinitionError(f"{who}: {given.name} is no step from x to h; give it these names with sl.rename")
    return given


def _renamed(step: System, suffix: str, taken: str) -> System:
    """The step with a suffix to its names, its input called `taken`."""
    return rename(step, lambda name: taken if name == "x" else f"{name}{suffix}")


def _name(names: list[str]) -> str:
    """Equal layers as "lstm 2 layers", others as "lstm.gru", by which a notation knows what cell a layer is."""
    if len(set(names)) == 1:
        return f"{names[0]} {len(names)} layers" if len(names) > 1 else names[0]
    return ".".join(name.split()[0] for name in names)
