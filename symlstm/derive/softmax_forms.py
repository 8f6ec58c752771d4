"""Jacobian matrices of softmax and of the logarithm of a sum of exponentials."""

from collections.abc import Sequence

from sympy import MatrixExpr

from symlstm.algebra import LogSumExp, Softmax, diag, matmul, softmax, subtract, transpose
from symlstm.derive.matrix_forms import as_vector, matrix_form, refuse

__all__: list[str] = []

Jacobians = Sequence[MatrixExpr | None]


@matrix_form(Softmax)
def softmax_form(y: MatrixExpr, node: MatrixExpr, forms: Jacobians) -> MatrixExpr:
    """y = softmax(a)  ⟹  J = (diag(y) − y yᵀ) J_a for a column or a row a, y as a column."""
    _check_along(node)
    column = as_vector(y)
    return matmul(subtract(diag(column), matmul(column, transpose(column))), forms[0])


@matrix_form(LogSumExp)
def logsumexp_form(y: MatrixExpr, node: MatrixExpr, forms: Jacobians) -> MatrixExpr:
    """y = log Σ exp(a)  ⟹  J = softmax(a)ᵀ J_a for a column or a row a."""
    _check_along(node)
    return matmul(transpose(as_vector(softmax(node.matrix, node.axis))), forms[0])


def _check_along(node: MatrixExpr) -> None:
    if node.matrix.shape[1 - node.axis] != 1:
        refuse(node, "a softmax of every vector of a matrix")
