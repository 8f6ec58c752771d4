"""Builders of products that repeat a number, a row or a column over a matrix, of means, variances and maxima."""

from sympy import Integer, MatrixExpr, OneMatrix, S, ZeroMatrix
from sympy.matrices.expressions.hadamard import HadamardPower

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
from symlstm.algebra.nodes import Maximum, Mean, Reduction, Scaled, Variance
from symlstm.errors import InputError, ShapeError

__all__ = ["divide", "divisor", "maximum", "mean", "reduced", "scaled", "spread", "variance"]


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
    return reduced(Mean, "mean", matrix, axis)


def variance(matrix: MatrixExpr, axis: int = 0) -> MatrixExpr:
    """The variance of every column, 1 × m, with 1/n as in Ba et al. 2016, eq. 4; `axis` as for `mean`."""
    return reduced(Variance, "variance", matrix, axis)


def reduced(kind: type[Reduction], operation: str, matrix: MatrixExpr, axis: int) -> MatrixExpr:
    """A number per column or row, or what is made of them. Raises InputError for an axis that is none."""
    check_operands(operation, [matrix])
    if not isinstance(axis, int) or axis not in (0, 1):
        raise InputError(f"{operation}: axis: expected 0 (a number per column) or 1 (per row), got {axis!r}")
    return kind(matrix, Integer(axis))


def maximum(a: MatrixExpr, b: MatrixExpr) -> MatrixExpr:
    """The larger of two matrices, entry by entry; raises ShapeError when the shapes differ."""
    check_equal_shapes("maximum", [a, b])
    return Maximum(a, b)


def divide(a: MatrixExpr, b: MatrixExpr) -> MatrixExpr:
    """The quotient, entry by entry; b may be a number, row or column as in `scaled`. Raises ShapeError."""
    check_operands("quotient", [a, b])
    return scaled(power(b, -1), a) if not same_shape(a.shape, b.shape) else hadamard(a, power(b, -1))


def divisor(factor: MatrixExpr) -> MatrixExpr | None:
    """What a factor with a negative exponent divides by: x of x^{−1}, √x of x^{−1/2}; None for any other factor."""
    if not isinstance(factor, HadamardPower) or not factor.args[1].is_negative:
        return None
    return power(factor.args[0], -factor.args[1])
