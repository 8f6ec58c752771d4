"""Products taken apart into a number and matrices, and put together again as they stand."""

from collections.abc import Sequence

from sympy import Basic, Expr, MatMul, MatrixExpr, OneMatrix, S

from symlstm.algebra.nodes import Scaled

__all__ = ["factors", "gathered", "node_of", "ones_joined", "product_of"]


def node_of(kind: type[MatrixExpr], *operands: Expr) -> MatrixExpr:
    """SymPy's node without its checks of shapes, which were made already; they take ten times as long."""
    node: MatrixExpr = Basic.__new__(kind, *operands)
    return node


def factors(product: MatrixExpr) -> tuple[Expr, list[MatrixExpr]]:
    """The number and the matrices of a matrix product."""
    if not isinstance(product, MatMul):
        return S.One, [product]
    number = S.One
    matrices = []
    for factor in product.args:
        if isinstance(factor, MatrixExpr):
            matrices.append(factor)
        else:
            number = number * factor
    return number, matrices


def product_of(number: Expr, matrices: Sequence[MatrixExpr]) -> MatrixExpr:
    """The product of a number and matrices as they stand, unchecked: what `factors` takes apart."""
    if number != 1:
        return node_of(MatMul, number, *matrices)
    return matrices[0] if len(matrices) == 1 else node_of(MatMul, *matrices)


def gathered(operands: Sequence[MatrixExpr]) -> tuple[Expr, list[MatrixExpr], list[MatrixExpr]]:
    """The numbers of a product multiplied, its factors of broadcast products by a number, and its matrices."""
    number, scalars, matrices = S.One, [], []
    for operand in operands:
        coefficient, parts = factors(operand)
        number = number * coefficient
        for part in parts:
            while isinstance(part, Scaled) and part.factor.shape == (1, 1):
                scalars.append(part.factor)
                part = part.matrix
            matrices.extend(factors(part)[1])
    return number, scalars, matrices


def ones_joined(matrices: Sequence[MatrixExpr]) -> list[MatrixExpr]:
    """The factors of a product, a column of ones times a row of ones made one matrix."""
    joined: list[MatrixExpr] = []
    for matrix in matrices:
        last = joined[-1] if joined else None
        if isinstance(matrix, OneMatrix) and isinstance(last, OneMatrix) and matrix.shape[0] == 1:
            joined[-1] = OneMatrix(last.shape[0], matrix.shape[1])
        else:
            joined.append(matrix)
    return joined
