"""Nodes that SymPy lacks: an elementwise function, and named blocks of columns and of rows.

All rebuild from their arguments, survive `doit()` and give `as_explicit()`.
"""

from typing import Any

from sympy import Basic, Expr, MatrixExpr, sympify
from sympy.core.symbol import Str

from symlstm.algebra.function import Activation

__all__ = ["Apply", "ColumnBlock", "RowBlock"]


class Apply(MatrixExpr):
    """An activation applied to every entry of a matrix; the shape is the argument's."""

    def __new__(cls, activation: Activation, argument: MatrixExpr) -> "Apply":
        """Build the node as it is; `symlstm.algebra.apply` drops identities."""
        node: Apply = Basic.__new__(cls, activation, argument)
        return node

    @property
    def activation(self) -> Activation:
        """The function that is applied."""
        return self.args[0]  # type: ignore[no-any-return]

    @property
    def argument(self) -> MatrixExpr:
        """The matrix whose entries it is applied to."""
        return self.args[1]

    @property
    def shape(self) -> tuple[Expr, Expr]:
        """The argument's shape."""
        return self.argument.shape  # type: ignore[no-any-return]

    def doit(self, **hints: Any) -> "Apply":
        """The same function of the evaluated argument."""
        return Apply(self.activation, self.argument.doit(**hints))

    def _entry(self, i: Expr, j: Expr, **_: Any) -> Expr:
        return self.activation.entry.scalar(self.argument[i, j])


class ColumnBlock(MatrixExpr):
    """Columns `start` to `stop` (exclusive) of a matrix, named by the part that they multiply.

    W_f [h; x] = W_{f,h} h + W_{f,x} x: the block of W_f that multiplies h is
    `ColumnBlock(W_f, Str("h_prev"), 0, n)`.
    """

    def __new__(cls, matrix: MatrixExpr, part: Str, start: Expr, stop: Expr) -> "ColumnBlock":
        """Build the node as it is; `symlstm.algebra.columns` reaches into sums and products."""
        node: ColumnBlock = Basic.__new__(cls, matrix, part, sympify(start), sympify(stop))
        return node

    @property
    def matrix(self) -> MatrixExpr:
        """The whole matrix."""
        return self.args[0]

    @property
    def part(self) -> str:
        """The name of what the block multiplies."""
        return str(self.args[1].name)

    @property
    def shape(self) -> tuple[Expr, Expr]:
        """As many rows as the matrix, `stop - start` columns."""
        return self.matrix.shape[0], self.args[3] - self.args[2]

    def doit(self, **hints: Any) -> "ColumnBlock":
        """The same block of the evaluated matrix."""
        return ColumnBlock(self.matrix.doit(**hints), *self.args[1:])

    def _entry(self, i: Expr, j: Expr, **_: Any) -> Expr:
        return self.matrix[i, self.args[2] + j]


class RowBlock(MatrixExpr):
    """Rows `start` to `stop` (exclusive) of a matrix, named by the part that they belong to; see `ColumnBlock`."""

    def __new__(cls, matrix: MatrixExpr, part: Str, start: Expr, stop: Expr) -> "RowBlock":
        """Build the node as it is; `symlstm.algebra.rows` reaches into sums and products."""
        node: RowBlock = Basic.__new__(cls, matrix, part, sympify(start), sympify(stop))
        return node

    @property
    def matrix(self) -> MatrixExpr:
        """The whole matrix."""
        return self.args[0]

    @property
    def part(self) -> str:
        """The name of what the block belongs to."""
        return str(self.args[1].name)

    @property
    def shape(self) -> tuple[Expr, Expr]:
        """`stop - start` rows, as many columns as the matrix."""
        return self.args[3] - self.args[2], self.matrix.shape[1]

    def doit(self, **hints: Any) -> "RowBlock":
        """The same block of the evaluated matrix."""
        return RowBlock(self.matrix.doit(**hints), *self.args[1:])

    def _entry(self, i: Expr, j: Expr, **_: Any) -> Expr:
        return self.matrix[self.args[2] + i, j]
