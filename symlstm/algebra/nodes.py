"""Nodes that SymPy lacks: functions of entries, broadcast products, means, maxima, named blocks, diagonals, A ⊗ B.

All rebuild from their arguments, survive `doit()` and give `as_explicit()`. Each is built as it is; the functions of
`symlstm.algebra` check shapes, drop neutral elements and reach into sums and products.
"""

from typing import Any

from sympy import Add, Basic, Dummy, Expr, Integer, KroneckerDelta, MatrixExpr, Max, Mod, S, Sum, floor, sympify
from sympy.core.symbol import Str

from symlstm.algebra.function import Activation

__all__ = [
    "Apply",
    "ColumnBlock",
    "Diag",
    "Kronecker",
    "Maximum",
    "Mean",
    "Reduction",
    "RowBlock",
    "Scaled",
    "Variance",
]


class _Node(MatrixExpr):
    """What all of them share: they are evaluated by evaluating their matrices."""

    def doit(self, **hints: Any) -> Any:
        """The same node of the evaluated matrices."""
        return self.func(*(part.doit(**hints) if isinstance(part, MatrixExpr) else part for part in self.args))


class Apply(_Node):
    """An activation applied to every entry of a matrix; the shape is the argument's."""

    def __new__(cls, activation: Activation, argument: MatrixExpr) -> "Apply":
        """A function of a matrix; `symlstm.algebra.apply` drops identities."""
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

    def _entry(self, i: Expr, j: Expr, **_: Any) -> Expr:
        return self.activation.entry.scalar(self.argument[i, j])


class _Block(_Node):
    """Places `start` to `stop` (exclusive) of a matrix along one axis, named by a part of what the matrix meets."""

    def __new__(cls, matrix: MatrixExpr, part: Str, start: Expr, stop: Expr) -> "_Block":
        node: _Block = Basic.__new__(cls, matrix, part, sympify(start), sympify(stop))
        return node

    @property
    def matrix(self) -> MatrixExpr:
        """The whole matrix."""
        return self.args[0]

    @property
    def part(self) -> str:
        """The name of what the block multiplies or belongs to."""
        return str(self.args[1].name)


class ColumnBlock(_Block):
    """Columns `start` to `stop` (exclusive) of a matrix, named by the part that they multiply.

    W_f [h; x] = W_{f,h} h + W_{f,x} x: the block of W_f that multiplies h is
    `ColumnBlock(W_f, Str("h_prev"), 0, n)`.
    """

    @property
    def shape(self) -> tuple[Expr, Expr]:
        """As many rows as the matrix, `stop - start` columns."""
        return self.matrix.shape[0], self.args[3] - self.args[2]

    def _entry(self, i: Expr, j: Expr, **_: Any) -> Expr:
        return self.matrix[i, self.args[2] + j]


class RowBlock(_Block):
    """Rows `start` to `stop` (exclusive) of a matrix, named by the part that they belong to."""

    @property
    def shape(self) -> tuple[Expr, Expr]:
        """`stop - start` rows, as many columns as the matrix."""
        return self.args[3] - self.args[2], self.matrix.shape[1]

    def _entry(self, i: Expr, j: Expr, **_: Any) -> Expr:
        return self.matrix[self.args[2] + i, j]


class Scaled(_Node):
    """The broadcast product: a number, or one for every column or every row, times the entries of a matrix."""

    def __new__(cls, factor: MatrixExpr, matrix: MatrixExpr) -> "Scaled":
        """A factor and a matrix; `symlstm.algebra.scaled` checks shapes."""
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

    def _entry(self, i: Expr, j: Expr, **_: Any) -> Expr:
        rows, columns = self.factor.shape
        return self.factor[0 if rows == 1 else i, 0 if columns == 1 else j] * self.matrix[i, j]


class Reduction(_Node):
    """A number for every column (axis 0) or every row (axis 1) of a matrix."""

    def __new__(cls, matrix: MatrixExpr, axis: Expr) -> "Reduction":
        """A matrix and an axis; the functions of `symlstm.algebra` check them."""
        node: Reduction = Basic.__new__(cls, matrix, sympify(axis))
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

    def _average(self, i: Expr, j: Expr, centre: Expr, exponent: int) -> Expr:
        """The mean of (entry − centre)^exponent down column j, or along row i."""

        def term(k: Expr) -> Expr:
            entry = self.matrix[k, j] if self.axis == 0 else self.matrix[i, k]
            return (entry - centre) ** exponent

        if self.count.is_Integer:
            return Add(*(term(Integer(k)) for k in range(int(self.count)))) / self.count
        k = Dummy("k", integer=True)
        return Sum(term(k), (k, 0, self.count - 1)) / self.count


class Mean(Reduction):
    """The mean of every column (axis 0) or every row (axis 1)."""

    def _entry(self, i: Expr, j: Expr, **_: Any) -> Expr:
        return self._average(i, j, S.Zero, 1)


class Variance(Reduction):
    """The mean squared distance from the mean of every column (axis 0) or row (axis 1): 1/n, not 1/(n − 1)."""

    def _entry(self, i: Expr, j: Expr, **_: Any) -> Expr:
        return self._average(i, j, self._average(i, j, S.Zero, 1), 2)


class Maximum(_Node):
    """The larger of two matrices, entry by entry."""

    def __new__(cls, a: MatrixExpr, b: MatrixExpr) -> "Maximum":
        """Two matrices; `symlstm.algebra.maximum` checks shapes."""
        node: Maximum = Basic.__new__(cls, a, b)
        return node

    @property
    def shape(self) -> tuple[Expr, Expr]:
        """The operands' shape."""
        return self.args[0].shape  # type: ignore[no-any-return]

    def _entry(self, i: Expr, j: Expr, **_: Any) -> Expr:
        return Max(*(part[i, j] for part in self.args))


class Diag(_Node):
    """The diagonal matrix with the entries of a column or a row."""

    def __new__(cls, vector: MatrixExpr) -> "Diag":
        """A column or a row; `symlstm.algebra.diag` checks that."""
        node: Diag = Basic.__new__(cls, vector)
        return node

    @property
    def vector(self) -> MatrixExpr:
        """The column or row."""
        return self.args[0]

    @property
    def shape(self) -> tuple[Expr, Expr]:
        """As many rows and columns as the vector has entries."""
        rows, columns = self.vector.shape
        length = rows if columns == 1 else columns
        return length, length

    def _entry(self, i: Expr, j: Expr, **_: Any) -> Expr:
        entry = self.vector[i, 0] if self.vector.shape[1] == 1 else self.vector[0, i]
        return entry * KroneckerDelta(i, j)


class Kronecker(_Node):
    """The Kronecker product A ⊗ B: every entry of A times the whole of B."""

    def __new__(cls, a: MatrixExpr, b: MatrixExpr) -> "Kronecker":
        """Two matrices; `symlstm.algebra.kronecker` drops neutral ones."""
        node: Kronecker = Basic.__new__(cls, a, b)
        return node

    @property
    def shape(self) -> tuple[Expr, Expr]:
        """The products of the numbers of rows and of columns."""
        a, b = (part.shape for part in self.args)
        return a[0] * b[0], a[1] * b[1]

    def _entry(self, i: Expr, j: Expr, **_: Any) -> Expr:
        a, b = self.args
        rows, columns = b.shape
        return a[floor(i / rows), floor(j / columns)] * b[Mod(i, rows), Mod(j, columns)]
