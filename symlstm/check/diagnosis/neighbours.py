"""Neighbours: whether the right side is what another quantity equals, or another kind of derivative."""

from sympy import MatrixSymbol

from symlstm.algebra import same_shape
from symlstm.check.diagnosis.case import Case
from symlstm.check.diagnosis.kinds import Kind
from symlstm.check.meaning.problems import Problem
from symlstm.notation.derived import jacobian_of

__all__ = ["neighbour", "other_derivative"]


def neighbour(case: Case) -> tuple[Kind, str] | None:
    """The quantity that the right side is, where it is one of the same kind as the left side."""
    pair = case.pair
    if pair is None or not isinstance(pair.left, MatrixSymbol):
        return None
    name = str(pair.left.name)
    adjoint = name.startswith("d_")
    for other, symbol in pair.frame.system.symbols.items():
        alike = other != name and str(other).startswith("d_") == adjoint and other in pair.frame.system
        if alike and symbol != pair.right and same_shape(symbol.shape, pair.left.shape):
            if case.trials.same(symbol, pair.right, pair.frame):
                return _named(case, name, str(other))
    return None


def _named(case: Case, name: str, other: str) -> tuple[Kind, str] | None:
    ours, theirs = (case.show(_symbol(case, which)) for which in (name, other))
    bare, of = (which.removeprefix("d_") for which in (name, other))
    if of == f"a_{bare}":
        what = f"this is the gradient of the net input, {theirs}, not {ours}" if name != bare else ""
        return Kind.NET_INPUT, what or f"this is the net input {theirs}, not {ours}"
    if bare == f"a_{of}":
        return None  # the derivative of the function is missing, which is said better by its factor
    if name == bare:
        return Kind.WRONG_LEFT_SIDE, f"this is {theirs}, not {ours}"
    return Kind.WRONG_LEFT_SIDE, f"this is the gradient {theirs}, not {ours}"


def _symbol(case: Case, name: str) -> MatrixSymbol:
    return case.frame.system.symbols[name]


def other_derivative(case: Case) -> tuple[Kind, str] | None:
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
    return Kind.PARTIAL_FOR_TOTAL, f"this is the {kinds[0]} derivative, not the {kinds[1]} one"
