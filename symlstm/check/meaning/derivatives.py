"""Derivatives as texts write them: ∂L/∂q, dq, δq, ∇_q L are gradients, ∂u/∂v is a Jacobian."""

from symlstm.check.meaning.gradients import gradient
from symlstm.check.meaning.jacobians import jacobian_value
from symlstm.check.meaning.losses import loss_of
from symlstm.check.meaning.names import step_of
from symlstm.check.meaning.problems import NotUnderstood
from symlstm.check.meaning.scope import Scope, inside
from symlstm.check.meaning.showing import shown
from symlstm.check.meaning.spelling import Spelling, spell
from symlstm.check.meaning.symbols import Defined, Quantity, numbered
from symlstm.check.meaning.values import Value, transposed
from symlstm.check.reader.tree import Differential, Fraction, Number

__all__ = ["derivative", "differential"]


def derivative(tree: Fraction, scope: Scope) -> Value:
    """∂u/∂v: a gradient where u is the loss, else a Jacobian in numerator layout, rows of u by columns of v."""
    above, below = tree.numerator, tree.denominator
    assert isinstance(above, Differential)
    assert isinstance(below, Differential)
    if above.order != 1 or below.order != 1 or above.body is None or below.body is None:
        raise NotUnderstood("a derivative of second order or without a function", tree.span)
    if loss := loss_of(above.body, scope):
        return gradient(below.body, scope, loss)
    return jacobian_value(above, below, scope)


def differential(tree: Differential, scope: Scope) -> Value:
    """dq, δq and ∇_q L: the gradient of the loss with respect to q."""
    if tree.symbol == "nabla" and tree.by is not None:
        loss = loss_of(tree.body, scope) if tree.body is not None else None
        if tree.body is not None and loss is None:
            raise NotUnderstood(f"the gradient of {shown(tree.body)}, which is no loss", tree.span)
        return gradient(tree.by, scope, loss)
    if tree.symbol in ("d", "delta", "Delta") and tree.body is not None and tree.order == 1:
        known = _declared(tree, scope)
        if known is not None:
            return known
        return gradient(tree.body, scope, None, written=tree.symbol)
    raise NotUnderstood(f"{shown(tree)} as a quantity", tree.span)


def _declared(tree: Differential, scope: Scope) -> Value | None:
    """The value of dq or δq where the user says what it means."""
    inner = Spelling(tree.body.text) if isinstance(tree.body, Number) else None
    if inner is None and tree.body is not None:
        inner = spell(tree.body, scope.indices)
    if inner is None:
        return None
    known = next((scope.table.declared[key] for key in _keys(tree.symbol, inner) if key in scope.table.declared), None)
    if known is None:
        return None
    value = None
    if isinstance(known, Defined):
        value = scope.read(known.tree, inside(scope, known, step_of(inner, scope)))
    if isinstance(known, Quantity):
        value = scope.value(known, step_of(inner, scope), kind="gradient" if known.derived else "")
    return transposed(value) if value is not None and inner.transposed else value


def _keys(symbol: str, spelling: Spelling) -> list[str]:
    numbers = numbered(spelling)
    return (
        [f"{symbol} {spelling.key}_{numbers}", f"{symbol} {spelling.key}"] if numbers else [f"{symbol} {spelling.key}"]
    )
