"""Vec: the columns of a matrix one below the other, the shape in which a Jacobian by a matrix counts its entries."""

from typing import Any

from sympy import Basic, Expr, MatrixExpr, Mod, S, floor

__all__ = ["Vec"]


class Vec(MatrixExpr):  # type: ignore[misc]
    """vec(A): n·m × 1, column by column."""

    def __new__(cls, matrix: MatrixExpr) -> "Vec":
        """The column of a matrix."""
        node: Vec = Basic.__new__(cls, matrix)
        return node

    @property
    def matrix(self) -> MatrixExpr:
        """The matrix whose columns they are."""
        return self.args[0]

    @property
    def shape(self) -> tuple[Expr, Expr]:
        """As many rows as the matrix has entries, one column."""
        return self.matrix.shape[0] * self.matrix.shape[1], S.One

    def doit(self, **hints: Any) -> Any:
        """The same node of the evaluated matrix."""
        return self.func(self.matrix.doit(**hints))

    def _entry(self, i: Expr, j: Expr, **_: Any) -> Expr:
        rows = self.matrix.shape[0]
        return self.matrix[Mod(i, rows), floor(i / rows)]
