"""Neighbours: whether the right side is what another quantity equals, or another kind of derivative."""

from sympy import MatrixSymbol

from symlstm.algebra import same_shape
from symlstm.checker.deciding import Pair
from symlstm.checker.diagnosis.case import Case
from symlstm.checker.diagnosis.kinds import Kind
from symlstm.checker.diagnosis.points import at_a_point
from symlstm.checker.diagnosis.slip import Slip
from symlstm.checker.meaning.problems import Problem
from symlstm.notation.derived import jacobian_of

__all__ = ["net_input", "other_derivative", "other_quantity"]


def net_input(case: Case) -> Slip | None:
    """The derivative by the net input where that by its function is claimed: ∂L/∂a_f for ∂L/∂f; a_f for f."""
    pair = case.pair
    if pair is None or not isinstance(pair.left, MatrixSymbol):
        return None
    name = str(pair.left.name)
    adjoint = name.startswith("d_")
    other = f"d_a_{name.removeprefix('d_')}" if adjoint else f"a_{name}"
    symbol = pair.frame.system.symbols.get(other)
    if symbol is None or not case.trials.same(symbol, pair.right, pair.frame):
        return None
    gradient = "the gradient of " if adjoint else ""
    ours, theirs = (case.show(pair.frame.system.symbols[which]) for which in (name, other))
    return Slip(Kind.NET_INPUT, f"this is {gradient}the net input, {theirs}, not {ours}")


def other_quantity(case: Case) -> Slip | None:
    """The quantity that the right side is, where it is another one of the same kind as the left side."""
    pair = case.pair
    if pair is None or not isinstance(pair.left, MatrixSymbol):
        return None
    name = str(pair.left.name)
    found = next((other for other in _candidates(pair, name) if case.trials.same(other, pair.right, pair.frame)), None)
    if found is None or name == f"d_a_{str(found.name).removeprefix('d_')}":
        return None  # the derivative of the function is missing, which is said better by its factor
    gradient = "the gradient " if name.startswith("d_") else ""
    hint = f"this is {gradient}{case.show(found)}, not {case.show(pair.left)}"
    return Slip(Kind.WRONG_LEFT_SIDE, hint)


def _candidates(pair: Pair, name: str) -> list[MatrixSymbol]:
    """Other quantities of the same shape and kind that are equal to the right side at one point."""
    adjoint = name.startswith("d_")
    alike = [
        symbol
        for other, symbol in pair.frame.system.symbols.items()
        if other != name
        and other in pair.frame.system
        and str(other).startswith("d_") == adjoint
        and symbol != pair.right
        and same_shape(symbol.shape, pair.left.shape)
    ]
    values = at_a_point([pair.right, *alike], pair.frame) or [None]
    return [symbol for symbol, value in zip(alike, values[1:], strict=False) if value == values[0]]


def other_derivative(case: Case) -> Slip | None:
    """The partial derivative where the total one is meant, and the reverse."""
    pair = case.pair
    found = jacobian_of(str(getattr(pair.left, "name", ""))) if pair is not None else None
    if pair is None or found is None:
        return None
    try:
        other = pair.frame.jacobian(found.of, found.by, "partial" if found.total else "total")
    except Problem:
        return None
    if other == pair.left or not case.trials.same(other, pair.right, pair.frame):
        return None
    kinds = ("partial", "total") if found.total else ("total", "partial")
    return Slip(Kind.PARTIAL_FOR_TOTAL, f"this is the {kinds[0]} derivative, not the {kinds[1]} one")
