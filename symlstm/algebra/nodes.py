"""Nodes that SymPy lacks: elementwise functions, broadcast products, means, variances, maxima, and named blocks.

All rebuild from their arguments, survive `doit()` and give `as_explicit()`.
"""

from typing import Any

from sympy import Add, Basic, Dummy, Expr, Integer, MatrixExpr, Max, S, Sum, sympify
from sympy.core.symbol import Str

from symlstm.algebra.function import Activation

__all__ = ["Apply", "ColumnBlock", "Maximum", "Mean", "RowBlock", "Scaled", "Variance"]


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


class Scaled(MatrixExpr):
    """The broadcast product: a number, or one for every column or every row, times the entries of a matrix."""

    def __new__(cls, factor: MatrixExpr, matrix: MatrixExpr) -> "Scaled":
        """Build the node as it is; `symlstm.algebra.scaled` checks shapes."""
        node: Scaled = Basic.__new__(cls, factor, matrix)
        return node

    @property
    def factor(self) -> MatrixExpr:
        """The 1 × 1, 1 × m or n × 1 factor."""
        return self.args[0]

    @property
    def matrix(self) -> MatrixExpr:
        """The n × m matrix."""
        return self.args[1]

    @property
    def shape(self) -> tuple[Expr, Expr]:
        """The matrix's shape."""
        return self.matrix.shape  # type: ignore[no-any-return]

    def doit(self, **hints: Any) -> "Scaled":
        """The same product of the evaluated operands."""
        return Scaled(*(part.doit(**hints) for part in self.args))

    def _entry(self, i: Expr, j: Expr, **_: Any) -> Expr:
        rows, columns = self.factor.shape
        return self.factor[0 if rows == 1 else i, 0 if columns == 1 else j] * self.matrix[i, j]


class _Reduction(MatrixExpr):
    """A number for every column (axis 0) or every row (axis 1) of a matrix."""

    def __new__(cls, matrix: MatrixExpr, axis: Expr) -> "_Reduction":
        """Build the node as it is; `symlstm.algebra.mean` and `variance` check their operands."""
        node: _Reduction = Basic.__new__(cls, matrix, sympify(axis))
        return node

    @property
    def matrix(self) -> MatrixExpr:
        """What is reduced."""
        return self.args[0]

    @property
    def axis(self) -> int:
        """0 for a number per column, 1 for a number per row, as in NumPy."""
        return int(self.args[1])

    @property
    def count(self) -> Expr:
        """How many entries go into one number."""
        return self.matrix.shape[self.axis]

    @property
    def shape(self) -> tuple[Expr, Expr]:
        """1 × m for axis 0, n × 1 for axis 1."""
        rows, columns = self.matrix.shape
        return (S.One, columns) if self.axis == 0 else (rows, S.One)

    def doit(self, **hints: Any) -> "_Reduction":
        """The same of the evaluated matrix."""
        return self.func(self.matrix.doit(**hints), self.args[1])  # type: ignore[no-any-return]

    def _average(self, i: Expr, j: Expr, centre: Expr, exponent: int) -> Expr:
        """The mean of (entry − centre)^exponent down column j, or along row i."""

        def term(k: Expr) -> Expr:
            entry = self.matrix[k, j] if self.axis == 0 else self.matrix[i, k]
            return (entry - centre) ** exponent

        if self.count.is_Integer:
            return Add(*(term(Integer(k)) for k in range(int(self.count)))) / self.count
        k = Dummy("k", integer=True)
        return Sum(term(k), (k, 0, self.count - 1)) / self.count


class Mean(_Reduction):
    """The mean of every column (axis 0) or every row (axis 1)."""

    def _entry(self, i: Expr, j: Expr, **_: Any) -> Expr:
        return self._average(i, j, S.Zero, 1)


class Variance(_Reduction):
    """The mean squared distance from the mean of every column (axis 0) or row (axis 1): 1/n, not 1/(n − 1)."""

    def _entry(self, i: Expr, j: Expr, **_: Any) -> Expr:
        return self._average(i, j, self._average(i, j, S.Zero, 1), 2)


class Maximum(MatrixExpr):
    """The larger of two matrices, entry by entry."""

    def __new__(cls, a: MatrixExpr, b: MatrixExpr) -> "Maximum":
        """Build the node as it is; `symlstm.algebra.maximum` checks shapes."""
        node: Maximum = Basic.__new__(cls, a, b)
        return node

    @property
    def shape(self) -> tuple[Expr, Expr]:
        """The operands' shape."""
        return self.args[0].shape  # type: ignore[no-any-return]

    def doit(self, **hints: Any) -> "Maximum":
        """The same of the evaluated operands."""
        return Maximum(*(part.doit(**hints) for part in self.args))

    def _entry(self, i: Expr, j: Expr, **_: Any) -> Expr:
        return Max(*(part[i, j] for part in self.args))
