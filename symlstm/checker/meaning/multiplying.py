"""Multiplying: what two factors make, by the sign between them and by their shapes."""

from collections.abc import Callable
from dataclasses import dataclass

from sympy import Identity, MatrixExpr, OneMatrix, S
from sympy.matrices.expressions.hadamard import HadamardPower

from symlstm.algebra import diag, hadamard, matmul, ones, power, same, scale, scaled, show_shape, transpose
from symlstm.algebra.kronecker import kronecker
from symlstm.checker.meaning.choices import Choices
from symlstm.checker.meaning.problems import Misfit, NotUnderstood
from symlstm.checker.meaning.values import Value, fits, sized
from symlstm.checker.reader.tree import Span

__all__ = ["STARRED", "divided", "times"]

ELEMENTWISE = frozenset({"odot", "circ", "(.)"})
PRODUCTS = frozenset({"", "cdot", "times", "*", "ast", "bullet", "@", "(*)"})
QUOTIENTS = frozenset({"/", "oslash"})
EITHER = frozenset({"*", "ast"})
STARRED = "(*)"  # a star that the notation uses for elementwise products


@dataclass(frozen=True)
class Between:
    """What stands between two factors, and where; `lenient` allows what only counts where nothing else fits."""

    sign: str
    span: Span
    choices: Choices
    lenient: bool = False


def times(left: Value, right: Value, sign: str, span: Span, choices: Choices, lenient: bool = False) -> Value:
    """The product by the sign between the factors and their shapes. Raises Misfit and NotUnderstood."""
    between = Between(sign, span, choices, lenient)
    if sign in QUOTIENTS:
        return divided(left, right, span)
    if sign not in ELEMENTWISE | PRODUCTS and sign != "otimes":
        raise NotUnderstood(f"the sign {sign} between factors", span)
    if left.is_number and right.is_number:
        return Value(number=left.number * right.number, kind=_kind(left.kind, right.kind, between))
    if left.is_number or right.is_number:
        return _multiple(left, right, sign)
    if left.repeated or right.repeated:
        return _with_repeated(left, right, between)
    if sign in ELEMENTWISE:
        return Value(_elementwise(left.matrix, right.matrix, between))
    if sign == "otimes":
        return Value(_tensor(left.matrix, right.matrix, between))
    return Value(_beside(left.matrix, right.matrix, between, left.kind))


def _kind(left: str, right: str, between: Between) -> str:
    """The kind of a product of numbers, identities and bold ones; 1 1ᵀ is a one everywhere."""
    if left == right or not (left and right):
        return left or right
    if (left, right) == ("ones", "ones^T"):
        return ""
    raise NotUnderstood("a product of an identity or a bold 1 whose sizes nothing says", between.span)


def _beside(a: MatrixExpr, b: MatrixExpr, between: Between, kind: str) -> MatrixExpr:
    """Two matrices beside each other: a matrix product where they fit, else what their shapes leave."""
    square = fits(a.shape, b.shape) and same(*a.shape) and a.shape != (1, 1)
    if square and between.sign == STARRED:
        return hadamard(a, b)
    if square and between.sign in EITHER:
        notes = ("* read as the matrix product", "* read entry by entry")
        both: tuple[Callable[..., MatrixExpr], ...] = (matmul, hadamard)
        return between.choices.pick("star", both, notes)(a, b)
    if a.shape == (1, 1) and b.shape == (1, 1):
        return hadamard(a, b)
    if same(a.shape[1], b.shape[0]):
        return matmul(a, b)
    if (1, 1) in (a.shape, b.shape):
        return scaled(a, b) if a.shape == (1, 1) else scaled(b, a)
    if between.sign == "@":  # never entry by entry
        raise Misfit(f"{show_shape(a.shape)} times {show_shape(b.shape)}", between.span)
    if fits(a.shape, b.shape):
        return hadamard(a, b)
    if between.lenient and _in_front(a, b) and kind != "gradient":
        between.choices.note("a vector in front of a matrix is read as diag(·)")
        return matmul(diag(a), b)
    raise Misfit(f"{show_shape(a.shape)} times {show_shape(b.shape)}", between.span)


def _in_front(a: MatrixExpr, b: MatrixExpr) -> bool:
    return a.shape[1] == 1 and same(a.shape[0], b.shape[0]) and b.shape[1] != 1


def _multiple(left: Value, right: Value, sign: str) -> Value:
    """A number, an identity or a bold 1 times a matrix."""
    number, other, first = (left, right, True) if left.is_number else (right, left, False)
    if number.kind in ("ones", "ones^T") and sign not in ELEMENTWISE:
        summed = _summed(number, other, first)
        if summed is not None:
            return summed
    return Value(scale(number.number, other.matrix), kind=other.kind)


def _summed(number: Value, other: Value, first: bool) -> Value | None:
    """M 1 and 1ᵀ M: sums of rows and of columns; b 1ᵀ and 1 bᵀ, which repeat a column or a row."""
    rows, columns = other.shape
    column = number.kind == "ones"
    if other.repeated:
        return None
    if not first and column and columns != 1:
        return Value(scale(number.number, matmul(other.matrix, ones((columns, S.One)))))
    if first and not column and rows != 1:
        return Value(scale(number.number, matmul(ones((S.One, rows)), other.matrix)))
    if not column and columns == 1 and (not first or rows == 1):
        return Value(scale(number.number, other.matrix), kind="wide")
    if column and rows == 1 and (first or columns == 1):
        return Value(scale(number.number, other.matrix), kind="tall")
    return None


def _with_repeated(left: Value, right: Value, between: Between) -> Value:
    """A product with b 1ᵀ or 1 bᵀ, whose size the other factor gives. Raises Misfit."""
    elementwise = between.sign in ELEMENTWISE | EITHER | {STARRED}
    found = _each_entry(left, right) if elementwise else _in_a_row(left, right)
    if found is None:
        raise Misfit("a product with something that is repeated", between.span)
    return found


def _each_entry(left: Value, right: Value) -> Value | None:
    """(b 1ᵀ) ⊙ M is M with its rows multiplied; (b 1ᵀ) ⊙ (1 cᵀ) is b cᵀ."""
    if left.repeated and right.repeated:
        if left.kind == right.kind:
            return Value(hadamard(left.matrix, right.matrix), kind=left.kind)
        column, row = (left, right) if left.kind == "wide" else (right, left)
        return Value(matmul(column.matrix, row.matrix))
    many, other = (left, right) if left.repeated else (right, left)
    matrix = sized(many, other.shape)
    if matrix is None:
        return None
    return Value(scaled(many.matrix, other.matrix) if left.repeated else hadamard(other.matrix, matrix))


def _in_a_row(left: Value, right: Value) -> Value | None:
    """A 1 bᵀ, b 1ᵀ A, and A b 1ᵀ, 1 bᵀ A, which are repeated themselves."""
    if right.kind == "tall" and not left.repeated:
        return Value(matmul(left.matrix, ones((left.shape[1], S.One)), right.matrix))
    if left.kind == "wide" and not right.repeated:
        return Value(matmul(left.matrix, ones((S.One, right.shape[0])), right.matrix))
    fit = same(left.shape[1], right.shape[0]) and left.repeated != right.repeated
    return Value(matmul(left.matrix, right.matrix), kind=left.kind if left.repeated else right.kind) if fit else None


def _elementwise(a: MatrixExpr, b: MatrixExpr, between: Between) -> MatrixExpr:
    if fits(a.shape, b.shape):
        return hadamard(a, b)
    if (1, 1) in (a.shape, b.shape):
        return scaled(a, b) if a.shape == (1, 1) else scaled(b, a)
    if between.lenient and a.shape[1] == 1 and same(a.shape[0], b.shape[0]):
        return scaled(a, b)
    sign = {"odot": "⊙", "circ": "∘"}.get(between.sign, between.sign)
    raise Misfit(f"{show_shape(a.shape)} {sign} {show_shape(b.shape)}", between.span)


def _tensor(a: MatrixExpr, b: MatrixExpr, between: Between) -> MatrixExpr:
    """⊗: entry by entry, or the outer product of two columns, or the Kronecker product of matrices."""
    columns = a.shape[1] == 1 and b.shape[1] == 1
    if fits(a.shape, b.shape):
        if columns:
            notes = ("", "⊗ read as the outer product")
            return between.choices.pick("otimes", (hadamard(a, b), matmul(a, transpose(b))), notes)
        return hadamard(a, b)
    if columns:
        between.choices.note("⊗ read as the outer product")
        return matmul(a, transpose(b))
    between.choices.note("⊗ read as the Kronecker product")
    return kronecker(a, b)


def divided(left: Value, right: Value, span: Span) -> Value:
    """A quotient: by a number, by a 1 × 1 matrix, or entry by entry. Raises Misfit and NotUnderstood."""
    if left.repeated or right.repeated:
        raise NotUnderstood("a quotient with something that is repeated", span)
    if right.matrix is None:
        if right.number == 0 or right.kind:
            raise NotUnderstood("a division by zero or by a matrix", span)
        if left.matrix is None:
            return Value(number=left.number / right.number, kind=left.kind)
        return Value(scale(1 / right.number, left.matrix), kind=left.kind)
    if left.matrix is None:
        if left.kind == "I":
            raise NotUnderstood("the inverse of a matrix", span)
        return Value(scale(left.number, _inverse(right.matrix)))
    if fits(left.shape, right.shape):
        return Value(_over(left.matrix, right.matrix))
    if right.shape == (1, 1):
        return Value(scaled(_inverse(right.matrix), left.matrix))
    raise Misfit(f"{show_shape(left.shape)} divided by {show_shape(right.shape)}", span)


def _over(a: MatrixExpr, b: MatrixExpr) -> MatrixExpr:
    return hadamard(a, _inverse(b))


def _inverse(matrix: MatrixExpr) -> MatrixExpr:
    """One divided by every entry; of a power the power with the opposite exponent."""
    if isinstance(matrix, HadamardPower):
        return power(matrix.base, -matrix.exp)
    if isinstance(matrix, OneMatrix | Identity) and matrix.shape == (1, 1):
        return ones((1, 1))
    return power(matrix, -1)
