"""Adding: sums of numbers and matrices, which broadcast as texts do without saying so."""

from collections.abc import Sequence

from sympy import Expr, MatrixExpr, S

from symlstm.algebra import add, diag, matmul, ones, same, scale, scaled, show_shape
from symlstm.checker.meaning.choices import Choices
from symlstm.checker.meaning.problems import Misfit, NotUnderstood
from symlstm.checker.meaning.values import Value, fits, sized, spread_number
from symlstm.checker.reader.tree import Span

__all__ = ["plus"]


def plus(signs: Sequence[int], terms: Sequence[Value], span: Span, choices: Choices) -> Value:
    """The sum; numbers are broadcast, and a bias to the columns of a batch. Raises Misfit and NotUnderstood."""
    if all(term.is_number for term in terms):
        return _of_numbers(signs, terms, span)
    firm = [term for term in terms if not term.is_number and not term.repeated]
    if not firm:
        return _of_repeated(signs, terms, span)
    shape = max((term.shape for term in firm), key=lambda shape: (shape[0] != 1) + (shape[1] != 1))
    matrices = [_as(term, shape, span, choices) for term in terms]
    kinds = {term.kind for term in firm}
    signed = [matrix if sign > 0 else scale(-1, matrix) for sign, matrix in zip(signs, matrices, strict=True)]
    return Value(add(*signed), kind=kinds.pop() if len(kinds) == 1 else "")


def _of_numbers(signs: Sequence[int], terms: Sequence[Value], span: Span) -> Value:
    kinds = {term.kind for term in terms if term.number != 0}
    if "I" in kinds and len(kinds) > 1:
        raise NotUnderstood("an identity beside a number", span)
    total = sum((sign * term.number for sign, term in zip(signs, terms, strict=True)), S.Zero)
    return Value(number=total, kind=kinds.pop() if len(kinds) == 1 else "")


def _of_repeated(signs: Sequence[int], terms: Sequence[Value], span: Span) -> Value:
    """A sum of what is repeated: a 1ᵀ + b 1ᵀ is (a + b) 1ᵀ; a number is one of each entry."""
    shown = [term for term in terms if term.repeated]
    if len({term.kind for term in shown}) > 1 or any(not fits(term.shape, shown[0].shape) for term in shown):
        raise NotUnderstood("a sum of a column and a row that are repeated", span)
    shape = shown[0].shape
    matrices = [spread_number(term, shape) if term.matrix is None else term.matrix for term in terms]
    return Value(add(*(scale(sign, matrix) for sign, matrix in zip(signs, matrices, strict=True))), kind=shown[0].kind)


def _as(term: Value, shape: tuple[Expr, Expr], span: Span, choices: Choices) -> MatrixExpr:
    """A term as a matrix of the shape of the sum."""
    if term.matrix is None:
        return spread_number(term, shape)
    if term.repeated:
        matrix = sized(term, shape)
    elif fits(term.shape, shape):
        matrix = term.matrix
    else:
        matrix = _broadcast(term.matrix, shape)
    if matrix is not None:
        return matrix
    rows, columns = term.shape
    if columns == 1 and same(rows, shape[0]) and same(*shape) and term.kind == "":
        choices.note("a vector beside a square matrix in a sum is read as a diagonal matrix")
        return diag(term.matrix)
    raise Misfit(f"a sum of shapes {show_shape(shape)} and {show_shape(term.shape)}", span)


def _broadcast(matrix: MatrixExpr, shape: tuple[Expr, Expr]) -> MatrixExpr | None:
    """A number to every entry, a bias to every column or row of a batch."""
    rows, columns = matrix.shape
    if (rows, columns) == (1, 1):
        return scaled(matrix, ones(shape))
    if columns == 1 and same(rows, shape[0]) and str(shape[1]) == "B":
        return matmul(matrix, ones((S.One, shape[1])))
    if rows == 1 and same(columns, shape[1]) and str(shape[0]) == "B":
        return matmul(ones((shape[0], S.One)), matrix)
    return None
