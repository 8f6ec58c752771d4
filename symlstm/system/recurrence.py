"""A cell over time: the equations of its step for t = 1, …, T, each state handed on to the next step."""

from dataclasses import replace

from sympy import MatrixSymbol

from symlstm.algebra import earlier, later, substitute, symbols_of
from symlstm.errors import DefinitionError, InputError, choice
from symlstm.system.equation import Equation, Role
from symlstm.system.leaf import Leaf, LeafKind
from symlstm.system.system import System, check_system

__all__ = ["OVER_TIME", "over_time"]

OVER_TIME = " over time"  # behind the name of a cell


def over_time(cell: System, *, reverse: bool = False, loss: str = "every") -> System:
    """The forward System over time of one step: inputs for every step, initial states `h_0`, `c_0`, … in the place of
    `h_prev`, `c_prev`, …; with `reverse` the steps are taken from t = T down to t = 1.

    What no other equation of the step uses counts at every step, the hidden state h of most cells; other states count
    at the last step. Where there are losses, they alone count, at every step, or with `loss` = "last" at t = T.
    A System over time is returned with that.
    Raises DefinitionError for a backward pass, and for a state without a name for the step before.
    """
    check_system(cell, "over_time")
    choice("loss", loss, ("every", "last"))
    if loss == "last" and not cell.losses:
        raise InputError(f"loss: {cell.name} has no loss, such as sl.squared_error, to take at the last step")
    if cell.timed:
        return _counting(cell, loss)
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
    whole = System(f"{cell.name}{OVER_TIME}", tuple(leaves), (*handed_on, *lines), cell.outputs, at_end=at_end)
    return _counting(whole, loss)


def _counting(system: System, loss: str) -> System:
    """The System over time with its losses, where it has some, as all that counts, at every step or the last one."""
    if not system.losses or system.forward is not None:
        return system
    at_end = {*system.at_end, *system.losses} if loss == "last" else {*system.at_end}.difference(system.losses)
    in_order = tuple(line.name for line in system.lines if line.name in at_end)
    return replace(system, outputs=system.losses, at_end=in_order)


def _state_of(cell: System, leaf: Leaf, defined: dict[str, MatrixSymbol]) -> MatrixSymbol:
    """The equation that gives a state for the next step."""
    name = str(leaf.symbol.name)
    state = defined.get(name.removesuffix("_prev")) if name.endswith("_prev") else None
    if state is None or state.shape != leaf.symbol.shape:
        raise DefinitionError(
            f"{cell.name}: the state {name} is not handed on: no equation of its shape gives the next"
        )
    return state
