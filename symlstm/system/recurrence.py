"""A cell over time: the equations of its step for t = 1, …, T, each state handed on to the next step."""

from dataclasses import replace

from sympy import MatrixSymbol

from symlstm.algebra import earlier, later, substitute, symbols_of
from symlstm.errors import DefinitionError, InputError
from symlstm.system.equation import Equation, Role
from symlstm.system.system import Leaf, LeafKind, System

__all__ = ["check_over_time", "over_time"]


def over_time(cell: System, *, reverse: bool = False) -> System:
    """The forward System over time of one step: inputs for every step, initial states `h_0`, `c_0`, … in the place of
    `h_prev`, `c_prev`, …; with `reverse` the steps are taken from t = T down to t = 1.

    What no other equation of the step uses counts at every step, the hidden state h of most cells; other states count
    at the last step. A System over time is returned as it is.
    Raises DefinitionError for a backward pass, and for a state without a name for the step before.
    """
    if cell.timed:
        return cell
    if cell.forward is not None:
        raise DefinitionError(f"{cell.name} has a backward pass already; give the forward System, {cell.forward.name}")
    if cell.steps:
        raise DefinitionError(f"{cell.name} is unrolled already; give the cell itself")
    shift, suffix = (later, "next") if reverse else (earlier, "prev")
    handed_on, leaves, renamed = [], [], {}
    defined = {line.name: line.lhs for line in cell.lines}
    for leaf in cell.leaves:
        if leaf.kind is not LeafKind.STATE:
            leaves.append(replace(leaf, timed=leaf.kind is LeafKind.INPUT))
            continue
        state = _state_of(cell, leaf, defined)
        start = MatrixSymbol(f"{state.name}_0", *state.shape)
        renamed[leaf.symbol] = MatrixSymbol(f"{state.name}_{suffix}", *state.shape)
        leaves.append(Leaf(start, LeafKind.STATE))
        handed_on.append(Equation(renamed[leaf.symbol], shift(state, start), Role.STATE))
    if not any(leaf.timed for leaf in leaves):
        raise DefinitionError(f"{cell.name}: has no input, and so no steps; a cell over time needs an x")
    lines = [replace(line, rhs=substitute(line.rhs, renamed), system=None) for line in cell.lines]
    used = {symbol for line in cell.lines for symbol in symbols_of(line.rhs)}
    states = {name.removesuffix("_prev") for name in cell.states}
    at_end = tuple(name for name in cell.outputs if name in states and defined.get(name) in used)
    return System(f"{cell.name} over time", tuple(leaves), (*handed_on, *lines), cell.outputs, at_end=at_end)


def _state_of(cell: System, leaf: Leaf, defined: dict[str, MatrixSymbol]) -> MatrixSymbol:
    """The equation that gives a state for the next step."""
    name = str(leaf.symbol.name)
    state = defined.get(name.removesuffix("_prev")) if name.endswith("_prev") else None
    if state is None or state.shape != leaf.symbol.shape:
        raise DefinitionError(
            f"{cell.name}: the state {name} is not handed on: no equation of its shape gives the next"
        )
    return state


def check_over_time(system: System, who: str) -> None:
    """Raise InputError, in the name of the function `who`, for a System without a time."""
    if not system.timed:
        raise InputError(f"{who}: {system.name} is one step; expected a System over time, as sl.through_time gives one")
