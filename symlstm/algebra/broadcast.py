"""Products, differences and maxima that repeat a number or a row over a matrix; mean and variance of its columns.

Four nodes, which rebuild from their arguments, survive `doit()` and give `as_explicit()`, and their builders.
"""

from typing import Any

from sympy import Add, Basic, Dummy, Expr, Integer, MatrixExpr, Max, OneMatrix, S, Sum, ZeroMatrix, sympify

from symlstm.algebra.build import (
    check_equal_shapes,
    check_operands,
    describe,
    factors,
    hadamard,
    matmul,
    ones,
    power,
    product_of,
    scale,
)
from symlstm.algebra.dimensions import same, same_shape
from symlstm.errors import InputError, ShapeError

__all__ = ["Maximum", "Mean", "Scaled", "Variance", "divide", "maximum", "mean", "scaled", "spread", "variance"]


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


def scaled(factor: MatrixExpr, matrix: MatrixExpr) -> MatrixExpr:
    """The broadcast product s X: s is 1 × 1, or has an entry for every column (1 × m) or every row (n × 1) of X.

    A factor of the shape of X makes an elementwise product. Raises ShapeError for any other shape.
    """
    check_operands("broadcast product", [factor, matrix])
    if same_shape(factor.shape, matrix.shape):
        return hadamard(factor, matrix)
    _check_repeats("broadcast product", factor, matrix)
    if isinstance(factor, ZeroMatrix) or isinstance(matrix, ZeroMatrix):
        return ZeroMatrix(*matrix.shape)
    (a, left), (b, right) = factors(factor), factors(matrix)
    bare = product_of(S.One, left)
    if isinstance(bare, OneMatrix):
        return scale(a, matrix)
    if isinstance(matrix, OneMatrix) or (len(right) == 1 and isinstance(right[0], OneMatrix)):
        return scale(b, spread(factor, matrix))
    return scale(a * b, Scaled(bare, product_of(S.One, right)))


def _check_repeats(operation: str, part: MatrixExpr, matrix: MatrixExpr) -> None:
    for own, other in zip(part.shape, matrix.shape, strict=True):
        if own != 1 and not same(own, other):
            raise ShapeError(f"{operation}: the shapes do not fit: {describe(part)}, {describe(matrix)}")


def spread(part: MatrixExpr, like: MatrixExpr) -> MatrixExpr:
    """A number, row or column repeated to the shape of `like`: 1 s, s 1ᵀ or 1 s 1ᵀ. Raises ShapeError."""
    check_operands("broadcast", [part, like])
    _check_repeats("broadcast", part, like)
    before = [] if same(part.shape[0], like.shape[0]) else [ones((like.shape[0], S.One))]
    after = [] if same(part.shape[1], like.shape[1]) else [ones((S.One, like.shape[1]))]
    return matmul(*before, part, *after)


def mean(matrix: MatrixExpr, axis: int = 0) -> MatrixExpr:
    """The mean of every column, 1 × m; with `axis=1` that of every row, n × 1. Raises InputError for another axis."""
    return _reduced(Mean, "mean", matrix, axis)


def variance(matrix: MatrixExpr, axis: int = 0) -> MatrixExpr:
    """The variance of every column, 1 × m, with 1/n as in Ba et al. 2016, eq. 4; `axis` as for `mean`."""
    return _reduced(Variance, "variance", matrix, axis)


def _reduced(kind: type[_Reduction], operation: str, matrix: MatrixExpr, axis: int) -> MatrixExpr:
    check_operands(operation, [matrix])
    if axis not in (0, 1):
        raise InputError(f"{operation}: axis: expected 0 (a number per column) or 1 (per row), got {axis!r}")
    return kind(matrix, Integer(axis))


def maximum(a: MatrixExpr, b: MatrixExpr) -> MatrixExpr:
    """The larger of two matrices, entry by entry; raises ShapeError when the shapes differ."""
    check_equal_shapes("maximum", [a, b])
    return Maximum(a, b)


def divide(a: MatrixExpr, b: MatrixExpr) -> MatrixExpr:
    """The quotient, entry by entry; b may be a number, row or column as in `scaled`. Raises ShapeError."""
    return scaled(power(b, -1), a) if not same_shape(a.shape, b.shape) else hadamard(a, power(b, -1))
