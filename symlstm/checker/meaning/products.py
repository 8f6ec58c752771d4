"""Products as texts write them: signs of different strength, chains of derivatives, outer products."""

from collections.abc import Callable, Sequence

from symlstm.algebra import Diag, diag, matmul, same, transpose
from symlstm.checker.meaning.multiplying import STARRED, times
from symlstm.checker.meaning.problems import Misfit, NotUnderstood
from symlstm.checker.meaning.scope import Scope
from symlstm.checker.meaning.values import Value
from symlstm.checker.reader.tree import Span

__all__ = ["product"]

_STRENGTH = {"": 2, "odot": 0, "circ": 0, "(.)": 0, "otimes": 0, "oslash": 0}
"""How tightly a sign binds: factors beside each other most, an elementwise sign least, the rest between."""


def product(values: Sequence[Value], signs: Sequence[str], span: Span, scope: Scope) -> Value:
    """The product; where shapes leave one grouping it is that, else the tightest sign goes first. Raises Misfit."""
    if scope.table.starred:
        signs = [STARRED if sign in ("*", "ast") else sign for sign in signs]
    if any(value.kind == "jacobian" for value in values) and len(values) > 1:
        return _chain(values, signs, span, scope)
    problem: Misfit | None = None
    for lenient in (False, True):
        for grouping in _GROUPINGS:
            try:
                return grouping(list(values), list(signs), span, scope, lenient)
            except Misfit as error:
                problem = problem or error
    raise problem or Misfit("a product of nothing", span)


def _of_strength(strength: int) -> Callable[[str], bool]:
    return lambda sign: _STRENGTH.get(sign, 1) == strength


def _by_strength(values: list[Value], signs: list[str], span: Span, scope: Scope, lenient: bool) -> Value:
    for strength in (2, 1, 0):
        values, signs = _folded(values, signs, _of_strength(strength), span, scope, lenient)
    return values[0]


def _from_left(values: list[Value], signs: list[str], span: Span, scope: Scope, lenient: bool) -> Value:
    return _folded(values, signs, lambda sign: True, span, scope, lenient)[0][0]


def _elementwise_first(values: list[Value], signs: list[str], span: Span, scope: Scope, lenient: bool) -> Value:
    for strength in (0, 1, 2):
        values, signs = _folded(values, signs, _of_strength(strength), span, scope, lenient)
    return values[0]


def _from_right(values: list[Value], signs: list[str], span: Span, scope: Scope, lenient: bool) -> Value:
    result = values[-1]
    for value, sign in zip(reversed(values[:-1]), reversed(signs), strict=True):
        result = times(value, result, sign, span, scope.choices, lenient)
    return result


_GROUPINGS: tuple[Callable[..., Value], ...] = (_by_strength, _from_left, _elementwise_first, _from_right)


def _folded(
    values: list[Value], signs: list[str], wanted: Callable[[str], bool], span: Span, scope: Scope, lenient: bool
) -> tuple[list[Value], list[str]]:
    """Neighbours joined by the signs that are wanted, from the left."""
    kept, between = [values[0]], []
    for sign, value in zip(signs, values[1:], strict=True):
        if wanted(sign):
            kept[-1] = times(kept[-1], value, sign, span, scope.choices, lenient)
        else:
            between.append(sign)
            kept.append(value)
    return kept, between


def _chain(values: Sequence[Value], signs: Sequence[str], span: Span, scope: Scope) -> Value:
    """A chain of derivatives: ∂L/∂u ∂u/∂v, read from the left with gradients as rows, or from the right as columns."""
    if quotient := next((sign for sign in signs if sign in ("/", "oslash", "otimes")), None):
        raise NotUnderstood(f"{quotient} in a chain of derivatives", span)
    for value, sign in zip([*values[1:]], signs, strict=True):
        if sign in ("odot", "circ", "(.)") and value.kind == "jacobian":
            _check_diagonal(value, span, scope)
    gradients = [place for place, value in enumerate(values) if value.kind == "gradient"]
    backwards = gradients == [len(values) - 1] and len(values) > 1
    if backwards:
        scope.choices.note("derivatives read from right to left, as columns")
    return (_columns if backwards else _rows)(values, span, scope)


def _check_diagonal(value: Value, span: Span, scope: Scope) -> None:
    name = str(getattr(value.matrix, "name", ""))
    line = scope.frame.extra.get(name)
    if line is None or not _diagonal(line.rhs):
        raise Misfit("⊙ with a Jacobian that is not diagonal", span)


def _diagonal(matrix: object) -> bool:
    if isinstance(matrix, Diag) or type(matrix).__name__ in ("Identity", "ZeroMatrix"):
        return True
    parts = getattr(matrix, "args", ())
    return (
        bool(parts)
        and type(matrix).__name__ in ("MatAdd", "MatMul")
        and all(_diagonal(part) for part in parts if hasattr(part, "shape"))
    )


def _rows(values: Sequence[Value], span: Span, scope: Scope) -> Value:
    """Numerator layout: gradients are rows, the Jacobians follow in the order of the chain."""
    return _folded_chain([_as_row(value) for value in values], span, scope)


def _columns(values: Sequence[Value], span: Span, scope: Scope) -> Value:
    """Denominator layout: gradients are columns, Jacobians transposed, and the chain runs to the left."""
    turned = [Value(transpose(value.matrix)) if value.kind == "jacobian" else _diag_of(value) for value in values]
    last = values[-1]
    if last.kind == "gradient":
        turned[-1] = Value(last.matrix)
    return _folded_chain(turned, span, scope)


def _as_row(value: Value) -> Value:
    if value.kind == "gradient" and value.matrix is not None and value.shape[1] == 1:
        return Value(transpose(value.matrix))
    return _diag_of(value)


def _diag_of(value: Value) -> Value:
    """A vector among derivatives is the derivative of an elementwise step: a diagonal matrix."""
    if value.matrix is not None and value.kind != "gradient" and value.shape[1] == 1 and value.shape[0] != 1:
        return Value(diag(value.matrix))
    return value


def _folded_chain(values: Sequence[Value], span: Span, scope: Scope) -> Value:
    result = values[0]
    for value in values[1:]:
        if result.matrix is not None and value.matrix is not None:
            if not same(result.shape[1], value.shape[0]):
                raise Misfit("the derivatives of a chain do not fit one after the other", span)
            result = Value(matmul(result.matrix, value.matrix))
        else:
            result = times(result, value, "", span, scope.choices)
    return _finished(result)


def _finished(result: Value) -> Value:
    """A gradient at the end of a chain as a column again; a Jacobian as it is."""
    if result.matrix is None or 1 not in result.shape:
        return Value(result.matrix, result.number, "jacobian")
    column = transpose(result.matrix) if result.shape[0] == 1 else result.matrix
    return Value(column, kind="gradient")
