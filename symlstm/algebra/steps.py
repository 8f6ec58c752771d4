"""What an expression says of the step at hand: its quantities, what it takes from other steps, its first value."""

from collections.abc import Callable, Collection
from functools import lru_cache

from sympy import Basic, MatrixExpr, MatrixSymbol

from symlstm.algebra.rewrite import children, rebuild
from symlstm.algebra.time import AT_A_STEP, SHIFTS, Earlier, Later, first, last

__all__ = ["at_first", "at_last", "carries_time", "outer_shifts", "symbols_now", "with_shifts"]


def symbols_now(expression: MatrixExpr) -> list[MatrixSymbol]:
    """The matrix symbols of an expression but for those that are taken a step earlier or later, each once, in order."""
    return list(_symbols_now(expression))


@lru_cache(maxsize=1 << 16)
def _symbols_now(node: Basic) -> tuple[MatrixSymbol, ...]:
    if isinstance(node, MatrixSymbol):
        return (node,)
    found: dict[MatrixSymbol, None] = {}
    for part in [node.beyond] if isinstance(node, SHIFTS) else children(node):
        found |= dict.fromkeys(_symbols_now(part))
    return tuple(found)


def carries_time(expression: MatrixExpr, timed: Collection[MatrixSymbol]) -> bool:
    """Whether an expression has a value for every step, where these symbols have one."""
    if isinstance(expression, MatrixSymbol):
        return expression in timed
    if isinstance(expression, AT_A_STEP):
        return False
    return isinstance(expression, SHIFTS) or any(
        carries_time(part, timed) for part in children(expression) if isinstance(part, MatrixExpr)
    )


def outer_shifts(expression: MatrixExpr) -> list[MatrixExpr]:
    """What an expression takes from the step before or behind, each once."""
    if isinstance(expression, SHIFTS):
        return [expression]
    if isinstance(expression, (MatrixSymbol, *AT_A_STEP)):
        return []
    parts = (part for part in children(expression) if isinstance(part, MatrixExpr))
    return list(dict.fromkeys(shift for part in parts for shift in outer_shifts(part)))


def with_shifts(expression: MatrixExpr, value: Callable[[MatrixExpr], MatrixExpr]) -> MatrixExpr:
    """The expression with something else in the places of what it takes from other steps."""
    if isinstance(expression, SHIFTS):
        return value(expression)
    if isinstance(expression, (MatrixSymbol, *AT_A_STEP)):
        return expression
    before = children(expression)
    after = [with_shifts(part, value) if isinstance(part, MatrixExpr) else part for part in before]
    return expression if after == before else rebuild(expression, after)


def at_first(expression: MatrixExpr) -> MatrixExpr:
    """The value at t = 1, where what comes from the step before is what stands beyond."""
    return first(with_shifts(expression, lambda shift: shift.beyond if isinstance(shift, Earlier) else shift))


def at_last(expression: MatrixExpr) -> MatrixExpr:
    """The value at t = T, where what comes from the step behind is what stands beyond."""
    return last(with_shifts(expression, lambda shift: shift.beyond if isinstance(shift, Later) else shift))
