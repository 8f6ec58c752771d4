"""Values: what a part of a formula stands for, a number or a matrix, and how two of them meet in a sum or product."""

from dataclasses import dataclass, replace

from sympy import BlockMatrix, Expr, Identity, Integer, MatMul, MatPow, MatrixExpr, OneMatrix, S

from symlstm.algebra import (
    Diag,
    add,
    apply,
    diag,
    divide,
    hadamard,
    matmul,
    ones,
    power,
    same,
    same_shape,
    scale,
    scaled,
    show_shape,
    spread,
    transpose,
)
from symlstm.algebra.kronecker import kronecker
from symlstm.check.meaning.choices import Choices
from symlstm.check.meaning.problems import Misfit, NotUnderstood
from symlstm.check.identity.vec import Vec
from symlstm.check.reader.tree import Span

__all__ = ["FALLBACKS", "Value", "divided", "level", "plus", "powered", "times", "transposed"]

ELEMENTWISE = frozenset({"odot", "circ", "(.)"})
BOTH = frozenset({"*", "ast"})
QUOTIENTS = frozenset({"/", "oslash"})
_ROWS_OF_V = "∂u/∂v read with the rows of v, the transpose of the usual"
_MOST_POWER = 100
FALLBACKS = frozenset({_ROWS_OF_V})


@dataclass(frozen=True)
class Value:
    """A number, or a matrix.

    `kind` is "" for a plain one, "gradient" for ∂L/∂q, "jacobian" for ∂u/∂v, "vec" for a gradient by a matrix whose
    columns are one below the other, "I" for an identity and "ones" for a bold 1 whose size its surroundings give.
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

    def plain(self) -> "Value":
        """The same without its kind."""
        return replace(self, kind="") if self.kind else self


def fits(a: tuple[Expr, Expr], b: tuple[Expr, Expr]) -> bool:
    return a == b or same_shape(a, b)


def scalar(value: Value) -> bool:
    return value.matrix is not None and value.matrix.shape == (1, 1)


def _spread_number(value: Value, shape: tuple[Expr, Expr]) -> MatrixExpr:
    """A number as a matrix of a shape: broadcast, or a multiple of the identity."""
    if value.kind == "I":
        if not same(*shape):
            raise Misfit(f"an identity beside a matrix of shape {show_shape(shape)}")
        return scale(value.number, Identity(shape[0]))
    return scale(value.number, ones(shape))


def plus(signs: tuple[int, ...], terms: list[Value], span: Span, choices: Choices) -> Value:
    """The sum; numbers are broadcast, and a bias to the columns of a batch. Raises Misfit."""
    if all(term.is_number for term in terms):
        kinds = {term.kind for term in terms}
        total = S.Zero
        for sign, term in zip(signs, terms, strict=True):
            total = total + sign * term.number
        return Value(number=total, kind=kinds.pop() if len(kinds) == 1 else "")
    shape = _widest(terms)
    matrices = [_as(term, shape, span, choices) for term in terms]
    kinds = {term.kind for term in terms if not term.is_number}
    signed = [matrix if sign > 0 else scale(-1, matrix) for sign, matrix in zip(signs, matrices, strict=True)]
    return Value(add(*signed), kind=kinds.pop() if len(kinds) == 1 else "")


def _widest(terms: list[Value]) -> tuple[Expr, Expr]:
    shapes = [term.shape for term in terms if not term.is_number]
    return max(shapes, key=lambda shape: (shape[0] != 1) + (shape[1] != 1))


def _as(term: Value, shape: tuple[Expr, Expr], span: Span, choices: Choices) -> MatrixExpr:
    if term.matrix is None:
        return _spread_number(term, shape)
    if fits(term.shape, shape):
        return term.matrix
    rows, columns = term.shape
    if (rows, columns) == (1, 1):
        return scaled(term.matrix, ones(shape))
    if columns == 1 and same(rows, shape[0]) and str(shape[1]) == "B":
        return matmul(term.matrix, ones((S.One, shape[1])))
    if rows == 1 and same(columns, shape[1]) and str(shape[0]) == "B":
        return matmul(ones((shape[0], S.One)), term.matrix)
    if columns == 1 and same(rows, shape[0]) and same(*shape) and term.kind != "gradient":
        choices.note("a vector beside a square matrix in a sum is read as a diagonal matrix")
        return diag(term.matrix)
    raise Misfit(f"a sum of shapes {show_shape(shape)} and {show_shape(term.shape)}", span)


def times(left: Value, right: Value, sign: str, span: Span, choices: Choices, lenient: bool = False) -> Value:
    """The product by the sign between the factors and their shapes. Raises Misfit."""
    if sign in QUOTIENTS:
        return divided(left, right, span)
    if left.is_number and right.is_number:
        kind = left.kind if left.kind == right.kind else (left.kind or right.kind)
        return Value(number=left.number * right.number, kind=kind)
    if left.is_number or right.is_number:
        return _multiple(left, right, sign, span)
    a, b = left.matrix, right.matrix
    assert a is not None and b is not None
    if sign in ELEMENTWISE:
        return Value(_elementwise(a, b, sign, span, lenient))
    if sign == "otimes":
        return Value(_tensor(a, b, span, choices))
    square = fits(a.shape, b.shape) and same(*a.shape)
    if square and a.shape != (1, 1) and sign in BOTH:
        notes = ("* read as the matrix product", "* read entry by entry")
        return Value(choices.pick("star", (matmul, hadamard), notes)(a, b))
    if same(a.shape[1], b.shape[0]):
        return Value(_word(a, b))
    if scalar(left):
        return Value(scaled(a, b))
    if scalar(right):
        return Value(scaled(b, a))
    if fits(a.shape, b.shape):
        return Value(hadamard(a, b))
    if lenient and a.shape[1] == 1 and same(a.shape[0], b.shape[0]) and b.shape[1] != 1 and left.kind != "gradient":
        choices.note("a vector in front of a matrix is read as diag(·)")
        return Value(matmul(diag(a), b))
    raise Misfit(f"{show_shape(a.shape)} times {show_shape(b.shape)}", span)


def _word(a: MatrixExpr, b: MatrixExpr) -> MatrixExpr:
    """The matrix product; a 1 × 1 factor is a number."""
    if a.shape == (1, 1) and b.shape == (1, 1):
        return hadamard(a, b)
    return matmul(a, b)


def _multiple(left: Value, right: Value, sign: str, span: Span) -> Value:
    number, other, first = (left, right, True) if left.is_number else (right, left, False)
    matrix = other.matrix
    assert matrix is not None
    if sign == "/" and first:
        return Value(scale(number.number, divide(ones(matrix.shape), matrix)))
    if sign == "/":
        return Value(scale(1 / number.number, matrix), kind=other.kind)
    if number.kind in ("ones", "ones^T") and sign not in ELEMENTWISE:
        summed = _summed(number, matrix, first)
        if summed is not None:
            return Value(scale(number.number, summed))
    return Value(scale(number.number, matrix), kind=other.kind)


def _summed(number: Value, matrix: MatrixExpr, first: bool) -> MatrixExpr | None:
    """M 1 and 1ᵀ M: sums of rows and of columns; b 1ᵀ is left to the sum around it."""
    rows, columns = matrix.shape
    if not first and number.kind == "ones" and columns != 1:
        return matmul(matrix, ones((columns, S.One)))
    if first and number.kind == "ones^T" and rows != 1:
        return matmul(ones((S.One, rows)), matrix)
    return None


def _elementwise(a: MatrixExpr, b: MatrixExpr, sign: str, span: Span, lenient: bool) -> MatrixExpr:
    if fits(a.shape, b.shape):
        return hadamard(a, b)
    if (1, 1) in (a.shape, b.shape):
        return scaled(a, b) if a.shape == (1, 1) else scaled(b, a)
    if lenient and a.shape[1] == 1 and same(a.shape[0], b.shape[0]):
        return scaled(a, b)
    shown = {"odot": "⊙", "circ": "∘"}.get(sign, sign)
    raise Misfit(f"{show_shape(a.shape)} {shown} {show_shape(b.shape)}", span)


def _tensor(a: MatrixExpr, b: MatrixExpr, span: Span, choices: Choices) -> MatrixExpr:
    """⊗: entry by entry, or the outer product of two columns, or the Kronecker product of matrices."""
    columns = a.shape[1] == 1 and b.shape[1] == 1
    if fits(a.shape, b.shape):
        if columns:
            notes = ("", "⊗ read as the outer product")
            return choices.pick("otimes", (hadamard(a, b), matmul(a, transpose(b))), notes)
        return hadamard(a, b)
    if columns:
        choices.note("⊗ read as the outer product")
        return matmul(a, transpose(b))
    if a.shape[1] != 1 or b.shape[1] != 1:
        choices.note("⊗ read as the Kronecker product")
        return kronecker(a, b)
    raise Misfit(f"{show_shape(a.shape)} ⊗ {show_shape(b.shape)}", span)


def divided(left: Value, right: Value, span: Span) -> Value:
    """A quotient: by a number, by a 1 × 1 matrix, or entry by entry. Raises Misfit."""
    if left.is_number and right.is_number:
        if right.number == 0:
            raise NotUnderstood("a division by zero", span)
        return Value(number=left.number / right.number)
    if left.is_number or right.is_number:
        return _multiple(left, right, "/", span)
    a, b = left.matrix, right.matrix
    assert a is not None and b is not None
    if fits(a.shape, b.shape) or b.shape == (1, 1):
        return Value(divide(a, b if fits(a.shape, b.shape) else spread(b, a)))
    raise Misfit(f"{show_shape(a.shape)} divided by {show_shape(b.shape)}", span)


def transposed(value: Value) -> Value:
    """The transpose; of a number the number."""
    if value.matrix is None:
        return replace(value, kind="ones^T") if value.kind == "ones" else value
    if isinstance(value.matrix, BlockMatrix):
        return Value(transpose(value.matrix))
    return Value(transpose(value.matrix))


def powered(value: Value, exponent: Expr, span: Span) -> Value:
    """A power: of the entries of a vector, of a square matrix as a product. Raises NotUnderstood, Misfit."""
    if abs(exponent) > _MOST_POWER:
        raise NotUnderstood(f"the power {exponent}", span)
    if value.matrix is None:
        return replace(value, number=value.number**exponent)
    rows, columns = value.shape
    if rows == columns and rows != 1:
        if not exponent.is_Integer:
            raise NotUnderstood(f"a matrix to the power {exponent}", span)
        if exponent < 0:
            raise NotUnderstood("the inverse of a matrix", span)
        return Value(_matrix_power(value.matrix, int(exponent)))
    if rows != 1 and columns != 1 and not _batch(value):
        raise Misfit(f"a power of a {show_shape(value.shape)} matrix", span)
    return Value(power(value.matrix, exponent), kind=value.kind if value.kind == "" else "")


def _batch(value: Value) -> bool:
    return "B" in map(str, value.shape)


def _matrix_power(matrix: MatrixExpr, exponent: int) -> MatrixExpr:
    if exponent == 0:
        return Identity(matrix.shape[0])
    return matmul(*[matrix] * exponent)


def level(left: Value, right: Value, span: Span, choices: Choices) -> tuple[MatrixExpr, MatrixExpr]:
    """Both sides of an equation as matrices of one shape. Raises Misfit."""
    if left.is_number and right.is_number:
        return scale(left.number, OneMatrix(1, 1)), scale(right.number, OneMatrix(1, 1))
    if left.matrix is None or right.matrix is None:
        known = left if right.matrix is None else right
        shape = known.shape
        return (
            _spread_number(left, shape) if left.matrix is None else left.matrix,
            _spread_number(right, shape) if right.matrix is None else right.matrix,
        )
    a, b = left.matrix, right.matrix
    if fits(a.shape, b.shape):
        return (_either_layout(a, left, right, choices), b) if left.kind == "jacobian" else (a, b)
    if left.kind == "gradient" and right.kind == "gradient":  # ∂L/∂W beside a chain that ends in ∂u/∂W
        for one, other in ((left, right), (right, left)):
            if 1 not in one.shape and fits(Vec(one.matrix).shape, other.shape):
                vec = Vec(one.matrix)
                return (vec, b) if one is left else (a, vec)
    for one, other, swapped in ((left, right, False), (right, left, True)):
        changed = _levelled(one, other, choices)
        if changed is not None:
            assert other.matrix is not None
            return (other.matrix, changed) if swapped else (changed, other.matrix)
    raise Misfit(f"the left side is {show_shape(a.shape)}, the right side {show_shape(b.shape)}", span)


def _either_layout(matrix: MatrixExpr, left: Value, right: Value, choices: Choices) -> MatrixExpr:
    """A square Jacobian beside a matrix that is written out: its rows may be those of u, or those of v."""
    rows, columns = left.shape
    if right.kind == "jacobian" or rows == 1 or not same(rows, columns) or isinstance(right.matrix, Diag):
        return matrix
    return choices.pick("rows of a Jacobian", (matrix, transpose(matrix)), ("", _ROWS_OF_V))


def _levelled(one: Value, other: Value, choices: Choices) -> MatrixExpr | None:
    """`one` brought to the shape of `other`, where a convention says how."""
    matrix = one.matrix
    assert matrix is not None
    if one.kind != "gradient" and other.kind == "gradient" and other.shape[1] == 1 and 1 not in one.shape:
        return Vec(matrix) if fits(Vec(matrix).shape, other.shape) else None
    if other.kind == "jacobian" and one.shape[1] == 1 and fits(other.shape, (one.shape[0], one.shape[0])):
        choices.note("a vector that equals a Jacobian is read as its diagonal")
        return diag(matrix)
    if str(other.shape[1]) == "B" and one.shape[1] == 1 and same(one.shape[0], other.shape[0]):
        return matmul(matrix, ones((S.One, other.shape[1])))
    return None


_ = (Integer, MatMul, MatPow, apply)
