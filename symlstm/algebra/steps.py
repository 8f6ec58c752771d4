"""Which quantities an expression speaks of at the step at hand, and whether it differs from step to step."""

from collections.abc import Collection

from sympy import Basic, MatrixExpr, MatrixSymbol

from symlstm.algebra.rewrite import children
from symlstm.algebra.time import AT_A_STEP, SHIFTS

__all__ = ["carries_time", "symbols_now"]


def symbols_now(expression: MatrixExpr) -> list[MatrixSymbol]:
    """The matrix symbols of an expression but for those that are taken a step earlier or later, each once, in order."""
    found: dict[MatrixSymbol, None] = {}
    seen: set[Basic] = set()

    def visit(node: Basic) -> None:
        if isinstance(node, MatrixSymbol):
            found.setdefault(node)
        elif node not in seen:
            seen.add(node)
            for part in [node.beyond] if isinstance(node, SHIFTS) else children(node):
                visit(part)

    visit(expression)
    return list(found)


def carries_time(expression: MatrixExpr, timed: Collection[MatrixSymbol]) -> bool:
    """Whether an expression has a value for every step, where these symbols have one."""
    if isinstance(expression, MatrixSymbol):
        return expression in timed
    if isinstance(expression, AT_A_STEP):
        return False
    return isinstance(expression, SHIFTS) or any(
        carries_time(part, timed) for part in children(expression) if isinstance(part, MatrixExpr)
    )
