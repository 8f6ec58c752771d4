"""How the factors of a product are read: which stand below a line, which are numbers, which are spread."""

import re

from sympy import MatrixExpr, OneMatrix

from symlstm.algebra import ColumnBlock, RowBlock, Scaled, divisor
from symlstm.algebra.build import factors

__all__ = ["below_line", "is_spread", "numbers_first", "opened", "places"]


def is_spread(factor: MatrixExpr) -> bool:
    """A broadcast product that is printed with ⊙, and so needs no brackets beside others."""
    return isinstance(factor, Scaled) and factor.factor.shape != (1, 1)


def below_line(factor: MatrixExpr) -> MatrixExpr | None:
    """What a factor is printed below a line by; roots of whole matrices keep their exponent."""
    found = divisor(factor)
    return found if found is not None and (factor.args[1].is_Integer or factor.shape == (1, 1)) else None


def opened(matrices: list[MatrixExpr]) -> list[MatrixExpr]:
    """The factors of a product; a single broadcast product by a number is opened, so that 2 (s x) reads 2 s x."""
    if len(matrices) > 1 or not isinstance(matrices[0], Scaled):
        return matrices
    factor, matrix = matrices[0].args
    if factor.shape != (1, 1) or below_line(factor) is not None:
        return matrices
    number, inner = factors(matrix)
    return [factor, *opened(inner)] if number == 1 else [factor, matrix]


def numbers_first(matrices: list[MatrixExpr]) -> list[MatrixExpr]:
    """The factors of a product, 1 × 1 ones inside it or behind a 1 in front, as in i v kᵀ and μ 1."""
    inside = matrices[1:-1] if not isinstance(matrices[0], OneMatrix) else matrices[1:]
    moved = [factor for factor in inside if factor.shape == (1, 1) and matrices[0].shape != (1, 1)]
    return [*moved, *(factor for factor in matrices if factor not in moved)]


def places(node: ColumnBlock | RowBlock) -> str:
    """Which columns, 0:2, or which rows, 0:2,:, a block without a name has."""
    place = ":".join(re.sub(r"(\d)\*(?=[A-Za-z])", r"\1", str(stop)) for stop in node.args[2:])
    return place if isinstance(node, ColumnBlock) else f"{place},:"
