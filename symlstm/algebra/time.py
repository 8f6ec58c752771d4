"""Time: what a quantity was a step earlier or is a step later, at the first or last step, and its sum over all steps.

In a System over time a symbol stands for its value at step t, from 1 to T. These nodes speak of its other values; all
of them are linear.
"""

from typing import Any

from sympy import Basic, Expr, Function, Integer, MatrixExpr, ZeroMatrix, sympify

from symlstm.algebra.build import check_equal_shapes, check_operands
from symlstm.algebra.dimensions import as_dimension

__all__ = [
    "AT_A_STEP",
    "SHIFTS",
    "Earlier",
    "First",
    "Last",
    "Later",
    "Total",
    "earlier",
    "first",
    "last",
    "later",
    "total",
]


class _OverTime(MatrixExpr):
    """What all of them share: the shape is that of the matrix, and an entry is a function of entries."""

    def __new__(cls, *parts: Any) -> "_OverTime":
        node: _OverTime = Basic.__new__(cls, *map(sympify, parts))
        return node

    @property
    def matrix(self) -> MatrixExpr:
        """What is taken at another step, or added up."""
        return self.args[0]

    @property
    def shape(self) -> tuple[Expr, Expr]:
        """The matrix's shape."""
        return self.matrix.shape  # type: ignore[no-any-return]

    def doit(self, **hints: Any) -> Any:
        """The same node of the evaluated matrices."""
        return self.func(*(part.doit(**hints) if isinstance(part, MatrixExpr) else part for part in self.args))

    def _entry(self, i: Expr, j: Expr, **_: Any) -> Expr:
        entries = (part[i, j] if isinstance(part, MatrixExpr) else part for part in self.args)
        return Function(type(self).__name__)(*entries)


class _Shift(_OverTime):
    """A matrix at a neighbouring step, `beyond` where there is none; `cut` is k where every k steps nothing passes."""

    @property
    def beyond(self) -> MatrixExpr:
        """The value at the end where there is no neighbour."""
        return self.args[1]

    @property
    def cut(self) -> Expr:
        """The length of the pieces that nothing passes between, 0 for none."""
        return self.args[2]


class Earlier(_Shift):
    """X at t − 1, `beyond` at t = 1; with a cut k it is zero at t = k + 1, 2k + 1, …"""


class Later(_Shift):
    """X at t + 1, `beyond` at t = T; with a cut k it is zero at t = k, 2k, … before T."""


class Total(_OverTime):
    """The sum of X over t = 1, …, T."""


class First(_OverTime):
    """X at t = 1."""


class Last(_OverTime):
    """X at t = T."""


SHIFTS = (Earlier, Later)
AT_A_STEP = (Total, First, Last)


def earlier(matrix: MatrixExpr, start: MatrixExpr, cut: Expr | int = 0) -> MatrixExpr:
    """X at t − 1, `start` at t = 1; raises ShapeError where the two differ in shape."""
    return _shift(Earlier, "earlier", matrix, start, cut)


def later(matrix: MatrixExpr, end: MatrixExpr, cut: Expr | int = 0) -> MatrixExpr:
    """X at t + 1, `end` at t = T; raises ShapeError where the two differ in shape."""
    return _shift(Later, "later", matrix, end, cut)


def _shift(kind: type[_Shift], operation: str, matrix: MatrixExpr, beyond: MatrixExpr, cut: Expr | int) -> MatrixExpr:
    check_equal_shapes(operation, [matrix, beyond])
    if isinstance(matrix, ZeroMatrix) and isinstance(beyond, ZeroMatrix):
        return matrix
    return kind(matrix, beyond, Integer(0) if cut == 0 else as_dimension(cut, "cut"))


def total(matrix: MatrixExpr) -> MatrixExpr:
    """The sum over all steps."""
    return _taken(Total, "total", matrix)


def first(matrix: MatrixExpr) -> MatrixExpr:
    """The value at the first step."""
    return matrix.beyond if isinstance(matrix, Earlier) else _taken(First, "first", matrix)


def last(matrix: MatrixExpr) -> MatrixExpr:
    """The value at the last step."""
    return matrix.beyond if isinstance(matrix, Later) else _taken(Last, "last", matrix)


def _taken(kind: type[_OverTime], operation: str, matrix: MatrixExpr) -> MatrixExpr:
    check_operands(operation, [matrix])
    return matrix if isinstance(matrix, ZeroMatrix) else kind(matrix)
