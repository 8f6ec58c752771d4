"""Levelling: both sides of an equation as matrices of one shape."""

from sympy import MatrixExpr, OneMatrix, S

from symlstm.algebra import Diag, diag, matmul, ones, same, scale, show_shape, transpose
from symlstm.checker.identity.vec import Vec
from symlstm.checker.meaning.choices import Choices
from symlstm.checker.meaning.problems import Misfit
from symlstm.checker.meaning.values import Value, fits, sized, spread_number
from symlstm.checker.reader.tree import Span

__all__ = ["FALLBACKS", "level"]

_ROWS_OF_V = "∂u/∂v read with the rows of v, the transpose of the usual"
FALLBACKS = frozenset({_ROWS_OF_V})


def level(left: Value, right: Value, span: Span, choices: Choices) -> tuple[MatrixExpr, MatrixExpr]:
    """Both sides of an equation as matrices of one shape. Raises Misfit."""
    if left.is_number and right.is_number:
        return scale(left.number, OneMatrix(1, 1)), scale(right.number, OneMatrix(1, 1))
    if left.matrix is None or right.matrix is None:
        known = left if right.matrix is None else right
        shape = known.shape
        return (
            spread_number(left, shape) if left.matrix is None else left.matrix,
            spread_number(right, shape) if right.matrix is None else right.matrix,
        )
    if left.repeated != right.repeated:
        return _with_repeated(left, right, span)
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


def _with_repeated(left: Value, right: Value, span: Span) -> tuple[MatrixExpr, MatrixExpr]:
    """A side that is repeated as often as the other side says."""
    many, firm = (left, right) if left.repeated else (right, left)
    matrix = sized(many, firm.shape)
    if matrix is None:
        raise Misfit(f"a side that is repeated beside one of shape {show_shape(firm.shape)}", span)
    return (matrix, firm.matrix) if many is left else (firm.matrix, matrix)


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
