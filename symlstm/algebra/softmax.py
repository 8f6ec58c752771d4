"""Softmax and the logarithm of a sum of exponentials, of every column (axis 0) or every row (axis 1) of a matrix."""

from typing import Any

from sympy import Add, Dummy, Expr, Integer, MatrixExpr, Sum, exp, log

from symlstm.algebra.broadcast import reduced
from symlstm.algebra.nodes import Reduction

__all__ = ["LogSumExp", "Softmax", "logsumexp", "softmax"]


class LogSumExp(Reduction):
    """log Σ exp(a) of every column (axis 0) or every row (axis 1)."""

    def _total(self, i: Expr, j: Expr) -> Expr:
        """Σ exp(a) down column j, or along row i."""

        def term(k: Expr) -> Expr:
            return exp(self.matrix[k, j] if self.axis == 0 else self.matrix[i, k])

        if self.count.is_Integer:
            return Add(*(term(Integer(k)) for k in range(int(self.count))))
        k = Dummy("k", integer=True)
        return Sum(term(k), (k, 0, self.count - 1))

    def _entry(self, i: Expr, j: Expr, **_: Any) -> Expr:
        return log(self._total(i, j))


class Softmax(LogSumExp):
    """exp(a) divided by its sum down every column (axis 0) or along every row (axis 1); the shape is a's."""

    @property
    def shape(self) -> tuple[Expr, Expr]:
        """The matrix's shape."""
        return self.matrix.shape  # type: ignore[no-any-return]

    def _entry(self, i: Expr, j: Expr, **_: Any) -> Expr:
        return exp(self.matrix[i, j]) / self._total(i, j)


def softmax(matrix: MatrixExpr, axis: int = 0) -> MatrixExpr:
    """The softmax of every column; with `axis=1` that of every row. Raises InputError for another axis."""
    return reduced(Softmax, "softmax", matrix, axis)


def logsumexp(matrix: MatrixExpr, axis: int = 0) -> MatrixExpr:
    """log Σ exp of every column, 1 × m; with `axis=1` of every row, n × 1. Raises InputError for another axis."""
    return reduced(LogSumExp, "logsumexp", matrix, axis)
