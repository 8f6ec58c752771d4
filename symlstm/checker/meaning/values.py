"""Values: what a part of a formula stands for, a number or a matrix, perhaps one repeated as often as needed."""

from dataclasses import dataclass, replace

from sympy import Expr, Identity, MatrixExpr, S

from symlstm.algebra import matmul, ones, power, same, same_shape, scale, show_shape, transpose
from symlstm.checker.meaning.problems import Misfit, NotUnderstood
from symlstm.checker.reader.tree import Span

__all__ = ["REPEATED", "Value", "fits", "powered", "sized", "spread_number", "transposed"]

_MOST_POWER = 100
REPEATED = frozenset({"wide", "tall"})


@dataclass(frozen=True)
class Value:
    """A number, or a matrix.

    `kind` is "" for a plain one, "gradient" for ∂L/∂q, "jacobian" for ∂u/∂v, "vec" for a gradient by a matrix whose
    columns are one below the other, "I" for an identity and "ones" for a bold 1 whose size its surroundings give
    ("ones^T" for the transpose of one). b 1ᵀ is b of the kind "wide", 1 bᵀ is bᵀ of the kind "tall": how often they
    are repeated their surroundings give.
    """

    matrix: MatrixExpr | None = None
    number: Expr = S.One
    kind: str = ""

    @property
    def is_number(self) -> bool:
        """Whether it is a number, or an identity or a bold 1 of any size."""
        return self.matrix is None

    @property
    def shape(self) -> tuple[Expr, Expr]:
        """Rows and columns; 1 × 1 for a number."""
        return (S.One, S.One) if self.matrix is None else self.matrix.shape

    @property
    def repeated(self) -> bool:
        """Whether it is repeated as often as its surroundings say."""
        return self.kind in REPEATED


def fits(a: tuple[Expr, Expr], b: tuple[Expr, Expr]) -> bool:
    """Whether two shapes are the same."""
    return a == b or same_shape(a, b)


def spread_number(value: Value, shape: tuple[Expr, Expr]) -> MatrixExpr:
    """A number as a matrix of a shape: broadcast, or a multiple of the identity. Raises Misfit."""
    if value.kind == "I":
        if not same(*shape):
            raise Misfit(f"an identity beside a matrix of shape {show_shape(shape)}")
        return scale(value.number, Identity(shape[0]))
    return scale(value.number, ones(shape))


def sized(value: Value, shape: tuple[Expr, Expr]) -> MatrixExpr | None:
    """What is repeated, as a matrix of a shape: b 1ᵀ or 1 bᵀ; None where it does not fit."""
    rows, columns = value.shape
    if value.kind == "wide" and same(rows, shape[0]):
        return matmul(value.matrix, ones((S.One, shape[1])))
    if value.kind == "tall" and same(columns, shape[1]):
        return matmul(ones((shape[0], S.One)), value.matrix)
    return None


_TURNED = {"ones": "ones^T", "ones^T": "ones", "wide": "tall", "tall": "wide", "I": "I"}


def transposed(value: Value) -> Value:
    """The transpose; of a number the number."""
    if value.matrix is None:
        return replace(value, kind=_TURNED.get(value.kind, ""))
    return Value(transpose(value.matrix), kind=_TURNED.get(value.kind, ""))


def powered(value: Value, exponent: Expr, span: Span) -> Value:
    """A power: of the entries of a vector, of a square matrix as a product. Raises NotUnderstood, Misfit."""
    if abs(exponent) > _MOST_POWER:
        raise NotUnderstood(f"the power {exponent}", span)
    if value.matrix is None:
        if value.number == 0 and exponent < 0:
            raise NotUnderstood("a division by zero", span)
        return replace(value, number=value.number**exponent)
    rows, columns = value.shape
    if same(rows, columns) and rows != 1:
        if not exponent.is_Integer:
            raise NotUnderstood(f"a matrix to the power {exponent}", span)
        if exponent < 0:
            raise NotUnderstood("the inverse of a matrix", span)
        return Value(_matrix_power(value.matrix, int(exponent)))
    if rows != 1 and columns != 1 and not _batch(value):
        raise Misfit(f"a power of a {show_shape(value.shape)} matrix", span)
    return Value(power(value.matrix, exponent), kind=value.kind if value.repeated else "")


def _batch(value: Value) -> bool:
    return "B" in map(str, value.shape)


def _matrix_power(matrix: MatrixExpr, exponent: int) -> MatrixExpr:
    if exponent == 0:
        return Identity(matrix.shape[0])
    return matmul(*[matrix] * exponent)
