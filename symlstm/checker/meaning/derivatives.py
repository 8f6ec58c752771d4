"""Derivatives as texts write them: ∂L/∂q, dq, δq, ∇_q L are gradients, ∂u/∂v is a Jacobian."""

from dataclasses import replace

from sympy import Integer

from symlstm.checker.meaning.gradients import gradient, without_in
from symlstm.checker.meaning.jacobians import jacobian
from symlstm.checker.meaning.losses import loss_of
from symlstm.checker.meaning.names import resolve, step_of
from symlstm.checker.meaning.problems import NotUnderstood
from symlstm.checker.meaning.scope import Scope, inside
from symlstm.checker.meaning.showing import shown
from symlstm.checker.meaning.spelling import Spelling, spell
from symlstm.checker.meaning.symbols import Defined, Quantity, numbered
from symlstm.checker.meaning.values import Value, powered, transposed
from symlstm.checker.reader.tree import Differential, Fraction, Number, Tree

__all__ = ["derivative", "differential"]


def derivative(tree: Fraction, scope: Scope) -> Value:
    """∂u/∂v: a gradient where u is the loss, else a Jacobian in numerator layout, rows of u by columns of v.

    Raises NotUnderstood for what is none of the first order.
    """
    above, below = tree.numerator, tree.denominator
    if not isinstance(above, Differential) or not isinstance(below, Differential):
        raise NotUnderstood("a quotient that is no derivative", tree.span)
    if above.order != 1 or below.order != 1 or above.body is None or below.body is None:
        raise NotUnderstood("a derivative of second order or without a function", tree.span)
    if loss := loss_of(above.body, scope):
        return _with_scripts(gradient(below.body, scope, loss), below.body, scope, power=False)
    return jacobian(above.body, below.body, above.symbol, above.span, scope)


def differential(tree: Differential, scope: Scope) -> Value:
    """dq, δq and ∇_q L: the gradient of the loss with respect to q."""
    if tree.symbol == "nabla" and tree.by is not None:
        loss = loss_of(tree.body, scope) if tree.body is not None else None
        if tree.body is not None and loss is None:
            raise NotUnderstood(f"the gradient of {shown(tree.body)}, which is no loss", tree.span)
        return _with_scripts(gradient(tree.by, scope, loss), tree.by, scope)
    if tree.symbol in ("d", "delta", "Delta") and tree.body is not None and tree.order == 1:
        known = _declared(tree, scope)
        if known is not None:
            return known
        return _with_scripts(gradient(tree.body, scope, None, written=tree.symbol), tree.body, scope)
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
    if value is not None and tree.body is not None and not isinstance(tree.body, Number):
        return _with_scripts(value, tree.body, scope)
    return value


def _with_scripts(value: Value, tree: Tree, scope: Scope, power: bool = True) -> Value:
    """The value with the exponents behind a name: δCᵀ and δC² are of δC. Raises NotUnderstood for ∂L/∂C²."""
    spelling, _ = resolve(without_in(tree)[0], scope)
    if spelling.powers and not power:
        raise NotUnderstood(f"the derivative by a power, {shown(tree)}", tree.span)
    for exponent in spelling.powers:
        if not isinstance(exponent, Number) or not exponent.text.isdigit():
            raise NotUnderstood(f"the exponent {shown(exponent)} of a gradient", tree.span)
        value = powered(value, Integer(int(exponent.text)), tree.span)
    return replace(transposed(value), kind=value.kind) if spelling.transposed else value


def _keys(symbol: str, spelling: Spelling) -> list[str]:
    numbers = numbered(spelling)
    plain = f"{symbol} {spelling.key}"
    return [f"{plain}_{numbers}", plain] if numbers else [plain]
