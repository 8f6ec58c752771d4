"""Builders of the matrices of which Jacobians are made: diag(v) and the Kronecker product A ⊗ B."""

from sympy import Identity, MatrixExpr, OneMatrix, S, ZeroMatrix

from symlstm.algebra.build import check_operands, describe, factors, product_of, scale
from symlstm.algebra.nodes import Diag, Kronecker
from symlstm.errors import ShapeError

__all__ = ["diag", "kronecker"]


def diag(vector: MatrixExpr) -> MatrixExpr:
    """The diagonal matrix with the entries of a column or a row; diag(1) is I. Raises ShapeError for a matrix."""
    check_operands("diagonal", [vector])
    if 1 not in vector.shape:
        raise ShapeError(f"diagonal: expected a column or a row: {describe(vector)}")
    if vector.shape == (1, 1):
        return vector
    length = vector.shape[0] if vector.shape[1] == 1 else vector.shape[1]
    number, matrices = factors(vector)
    bare = product_of(S.One, matrices)
    if isinstance(bare, ZeroMatrix):
        return ZeroMatrix(length, length)
    return scale(number, Identity(length) if isinstance(bare, OneMatrix) else Diag(bare))


def kronecker(a: MatrixExpr, b: MatrixExpr) -> MatrixExpr:
    """The Kronecker product A ⊗ B; a 1 × 1 one is dropped, I ⊗ I is I, numbers go to the front."""
    check_operands("Kronecker product", [a, b])
    shape = (a.shape[0] * b.shape[0], a.shape[1] * b.shape[1])
    (number, left), (other, right) = factors(a), factors(b)
    first, second = product_of(S.One, left), product_of(S.One, right)
    if isinstance(first, ZeroMatrix) or isinstance(second, ZeroMatrix):
        return ZeroMatrix(*shape)
    if isinstance(first, Identity) and isinstance(second, Identity):
        return scale(number * other, Identity(shape[0]))
    if _is_one(first):
        return scale(number * other, second)
    return scale(number * other, first if _is_one(second) else Kronecker(first, second))


def _is_one(matrix: MatrixExpr) -> bool:
    return bool(matrix.shape == (1, 1)) and isinstance(matrix, OneMatrix | Identity)
