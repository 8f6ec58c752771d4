"""Elaboration: the value of every kind of tree, one rule each."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction as Exact

from sympy import Expr, Integer, Rational, S

from symlstm.algebra import apply
from symlstm.check.meaning.calls import call, power_of_call, regrouped
from symlstm.check.meaning.derivatives import derivative, differential, gradient_of_label, is_derivative, leads_from_loss, sums_over_copies
from symlstm.check.meaning.names import resolve, step_of
from symlstm.check.meaning.problems import NotUnderstood, UnknownSymbol
from symlstm.check.meaning.products import product
from symlstm.check.meaning.scope import Scope, inside
from symlstm.check.meaning.showing import shown
from symlstm.check.meaning.stacks import stacked_value
from symlstm.check.meaning.spelling import TRANSPOSES, Spelling, spell
from symlstm.check.meaning.sums import big
from symlstm.check.meaning.symbols import Defined, Function, Quantity
from symlstm.check.meaning.values import Value, divided, plus, powered, times, transposed
from symlstm.check.reader.tree import (
    Accented,
    Bars,
    Big,
    Call,
    Differential,
    Dots,
    Fraction,
    FunctionName,
    Group,
    Name,
    Number,
    Product,
    Scripted,
    Stack,
    Sum,
    Tree,
    Words,
)

__all__ = ["value_of"]

_SIZES = frozenset({"B", "N", "T", "n", "d", "m"})


def value_of(tree: Tree, scope: Scope) -> Value:
    """What a tree stands for. Raises a Problem."""
    rule = _RULES.get(type(tree))
    if rule is None:
        raise NotUnderstood(f"a {type(tree).__name__.lower()} as a value", tree.span)
    return rule(tree, scope)


def _number(tree: Number, scope: Scope) -> Value:
    declared = scope.table.declared.get(tree.text)
    if isinstance(declared, Defined):
        return value_of(declared.tree, inside(scope, declared, None))
    try:
        exact = Exact(tree.text)
    except (ValueError, ZeroDivisionError):
        raise NotUnderstood(f"the number {tree.text}", tree.span) from None
    return Value(number=Rational(exact.numerator, exact.denominator))


def _name(tree: Tree, scope: Scope) -> Value:
    spelling, found = resolve(tree, scope)
    if not found:
        return _special(tree, spelling, scope)
    notes = [f"{shown(tree)} read as {item.name}" if isinstance(item, Quantity) else "" for item in found]
    meaning = scope.choices.pick(f"name {spelling.key}", found, notes)
    if isinstance(meaning, Function):
        return _bare_function(tree, spelling, meaning, scope)
    step = step_of(spelling, scope)
    if isinstance(meaning, Defined):
        if scope.depth > 20:
            raise NotUnderstood(f"{shown(tree)} is defined by itself", tree.span)
        value = value_of(meaning.tree, inside(scope, meaning, step))
    else:
        value = scope.value(meaning, step if step is not None else _untimed(meaning, spelling, scope))
    return _with_scripts(value, spelling, scope, tree)


def _untimed(meaning: Quantity, spelling: Spelling, scope: Scope) -> int | None:
    """The step of a state that a text with times writes without one: the current step, or the one before."""
    state = f"{meaning.name}_prev" in scope.frame.cell.symbols and not meaning.derived and not meaning.shift
    if not state or not scope.table.timed or "_" in spelling.head or spelling.pinned:
        return None
    now = scope.current() or 0
    notes = ("", f"{spelling.key} without a time read as that of the step before")
    return scope.choices.pick(f"moment {spelling.key}", (now, now - 1), notes)


def _with_scripts(value: Value, spelling: Spelling, scope: Scope, tree: Tree) -> Value:
    for exponent in spelling.powers:
        value = powered(value, _exponent(exponent, scope), tree.span)
    return transposed(value) if spelling.transposed else value


def _exponent(tree: Tree, scope: Scope) -> Expr:
    if isinstance(tree, Number):
        return _number(tree, scope).number
    return Integer(scope.moment(tree))


def _special(tree: Tree, spelling: Spelling, scope: Scope) -> Value:
    """A delta with a label, an identity, a bold one, a size; raises UnknownSymbol for what is none."""
    known = gradient_of_label(spelling, scope, tree)
    if known is not None:
        return _with_scripts(known, spelling, scope, tree)
    if spelling.head in ("I", "mathbbI") and not spelling.accents:
        return Value(kind="I")
    if spelling.head in ("1", "mathbb1", "one", "bbone") and not spelling.accents:
        return transposed(Value(kind="ones")) if spelling.transposed else Value(kind="ones")
    if spelling.head in scope.indices and not spelling.labels:
        return Value(number=Integer(scope.moment(tree)))
    raise UnknownSymbol(shown(tree), scope.table.candidates(spelling), tree.span)


def _bare_function(tree: Tree, spelling: Spelling, meaning: Function, scope: Scope) -> Value:
    r"""\sigma'_{f_t}: the derivative of a gate's function where the gate has it; raises NotUnderstood otherwise."""
    if spelling.primes == 1 and spelling.label_trees:
        step = step_of(spelling, scope)
        gate = value_of(spelling.label_trees[0], scope if step is None else scope.binding(bound={**scope.bound, "t": step}))
        if gate.matrix is not None:
            slope = apply_slope(meaning.name, gate)
            return _with_scripts(slope, spelling, scope, tree)
    raise NotUnderstood(f"{shown(tree)} without an argument", tree.span)


def apply_slope(name: str, output: Value) -> Value:
    """The derivative of a function in terms of its output."""
    from symlstm.activations import Activation

    assert output.matrix is not None
    return Value(Activation(name).entry.derivative(output.matrix, output.matrix))


def _scripted(tree: Scripted, scope: Scope) -> Value:
    if spell(tree, scope.indices) is not None:
        return _name(tree, scope)
    if isinstance(tree.body, Call):
        if (outer := regrouped(tree, scope)) is not None:
            return value_of(outer, scope)
        special = power_of_call(tree, scope, value_of)
        if special is not None:
            return special
    value = value_of(tree.body, scope)
    for part in (*tree.subs, *tree.sups):
        bare = part.body if isinstance(part, Group) else part
        if part in tree.sups and isinstance(bare, Name) and bare.text in TRANSPOSES:
            value = _turned(value, tree, scope)
        elif part in tree.sups:
            value = powered(value, _exponent(bare, scope), tree.span)
        elif not _evaluated_at(part):
            raise NotUnderstood(f"the subscript {shown(part)} of an expression", part.span)
    if tree.primes:
        if tree.primes == 1 and not tree.sups:  # a prime behind brackets is how MATLAB writes a transpose
            return transposed(value)
        raise NotUnderstood("a prime behind an expression", tree.span)
    return value


def _turned(value: Value, tree: Scripted, scope: Scope) -> Value:
    """The transpose; of a list of columns in one row, [a, b]ᵀ, the T may only say that they are stacked."""
    inner = tree.body
    if isinstance(inner, Stack) and len(inner.rows) == 1 and len(inner.rows[0]) > 1 and value.shape[1] == 1:
        notes = ("", "the T of a list of columns only says that they are stacked")
        return scope.choices.pick("the T of a list", (transposed(value), value), notes)
    return transposed(value)


def _evaluated_at(part: Tree) -> bool:
    return isinstance(part, Words)


def _sum(tree: Sum, scope: Scope) -> Value:
    terms = [value_of(term, scope) for term in tree.terms]
    return plus(tree.signs, terms, tree.span, scope.choices)


def _product(tree: Product, scope: Scope) -> Value:
    inner = scope.binding(immediate=True) if sums_over_copies(tree.factors, scope) else scope
    inner = inner.binding(chained=True) if leads_from_loss(tree.factors, scope) else inner
    values = [value_of(factor, inner) for factor in tree.factors]
    return product(values, tree.operators, tree.span, scope)


def _fraction(tree: Fraction, scope: Scope) -> Value:
    if is_derivative(tree):
        return derivative(tree, scope)
    return divided(value_of(tree.numerator, scope), value_of(tree.denominator, scope), tree.span)


def _stack(tree: Stack, scope: Scope) -> Value:
    return Value(stacked_value([[value_of(entry, scope).matrix for entry in row] for row in tree.rows], tree))


def _bars(tree: Bars, scope: Scope) -> Value:
    value = value_of(tree.body, scope)
    if tree.bracket != "|":
        raise NotUnderstood("a norm", tree.span)
    if value.matrix is None:
        return Value(number=abs(value.number))
    return Value(apply("abs", value.matrix))


def _refused(reason: str) -> Callable[..., Value]:
    def refuse(tree: Tree, scope: Scope) -> Value:
        raise NotUnderstood(reason, tree.span)

    return refuse


_RULES: dict[type, Callable[..., Value]] = {
    Number: _number,
    Name: _name,
    Accented: _name,
    Scripted: _scripted,
    Group: lambda tree, scope: value_of(tree.body, scope),
    Call: lambda tree, scope: call(tree, scope, value_of),
    Product: _product,
    Sum: _sum,
    Fraction: _fraction,
    Differential: differential,
    Stack: _stack,
    Big: lambda tree, scope: big(tree, scope, value_of),
    Bars: _bars,
    Dots: _refused("something is left out (…); write it, or check the lines around it"),
    Words: _refused("words in a formula"),
    FunctionName: _refused("a function without an argument"),
}

_ = (S, replace, times, _SIZES)
