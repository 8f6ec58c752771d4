"""Elaboration: the value of every kind of tree, one rule each."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction as Exact

from sympy import Expr, Integer, Rational

from symlstm.algebra import apply, power
from symlstm.checker.meaning.adding import plus
from symlstm.checker.meaning.affine import affine_block
from symlstm.checker.meaning.calls import call, hard_functions, scripted_call
from symlstm.checker.meaning.derivatives import derivative, differential
from symlstm.checker.meaning.exponentials import exponential_of
from symlstm.checker.meaning.exponents import exponent_of, ringed
from symlstm.checker.meaning.functions import slope_of
from symlstm.checker.meaning.gradients import gradient_of_label
from symlstm.checker.meaning.known import grouped, known_value
from symlstm.checker.meaning.losses import is_derivative, leads_from_loss, sums_over_copies
from symlstm.checker.meaning.multiplying import divided
from symlstm.checker.meaning.names import resolve, step_of
from symlstm.checker.meaning.problems import NotUnderstood, UnknownSymbol
from symlstm.checker.meaning.products import product
from symlstm.checker.meaning.scope import Scope, inside
from symlstm.checker.meaning.showing import shown
from symlstm.checker.meaning.sizes import constant, size_of
from symlstm.checker.meaning.spelling import TRANSPOSES, Spelling, spell
from symlstm.checker.meaning.stacks import stacked_value
from symlstm.checker.meaning.sums import big
from symlstm.checker.meaning.symbols import Defined, Function, Meaning, Quantity
from symlstm.checker.meaning.values import Value, powered, transposed
from symlstm.checker.reader.tree import (
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


def value_of(tree: Tree, scope: Scope) -> Value:
    """What a tree stands for. Raises a Problem."""
    known = known_value(tree, scope)
    if known is not None:
        return known
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
    step = step_of(spelling, scope) if not _is_weight(meaning, scope) else None
    if isinstance(meaning, Defined):
        if scope.depth > 20:
            raise NotUnderstood(f"{shown(tree)} is defined by itself", tree.span)
        value = value_of(meaning.tree, inside(scope, meaning, step))
    elif meaning.name in scope.frame.cell.parameters and not meaning.derived and spelling.times:
        value, spelling = _weight(meaning, spelling, scope, tree)
    else:
        value = scope.value(meaning, step if step is not None else _untimed(meaning, spelling, scope))
    return _with_scripts(value, spelling, scope, tree)


def _is_weight(meaning: Meaning, scope: Scope) -> bool:
    return isinstance(meaning, Quantity) and meaning.name in scope.frame.cell.parameters and not meaning.derived


def _weight(meaning: Quantity, spelling: Spelling, scope: Scope, tree: Tree) -> tuple[Value, Spelling]:
    """W^{t-j} is a power of a weight; b^{(t)} is b, which is the same at every step. Raises NotUnderstood for W_t."""
    below = [part for part in spelling.times if part not in spelling.raised and not isinstance(part, Group)]
    if below:
        raise NotUnderstood(f"{shown(tree)}: a weight is the same at every step", tree.span)
    return scope.value(meaning, None), replace(spelling, powers=(*spelling.powers, *spelling.raised))


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
    number = exponent_of(tree)
    return Integer(scope.moment(tree)) if number is None else number


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
    size = size_of(tree, scope)
    if size is not None:
        return Value(number=size)
    raise UnknownSymbol(shown(tree), scope.table.candidates(spelling), tree.span)


def _bare_function(tree: Tree, spelling: Spelling, meaning: Function, scope: Scope) -> Value:
    r"""\sigma'_{f_t}: the derivative of a gate's function where the gate has it; raises NotUnderstood otherwise."""
    if spelling.primes == 1 and spelling.label_trees:
        step = step_of(spelling, scope)
        gate = value_of(
            spelling.label_trees[0], scope if step is None else scope.binding(bound={**scope.bound, "t": step})
        )
        if gate.matrix is not None:
            return _with_scripts(Value(slope_of(meaning.name, gate.matrix)), spelling, scope, tree)
    raise NotUnderstood(f"{shown(tree)} without an argument", tree.span)


def _scripted(tree: Scripted, scope: Scope) -> Value:
    if (fixed := constant(tree, scope)) is not None:
        return Value(fixed)
    if any(map(ringed, tree.sups)):
        return _ring(tree, scope)
    if (exponential := exponential_of(tree, scope)) is not None:
        return value_of(exponential, scope)
    if spell(tree, scope.indices) is not None:
        return _name(tree, scope)
    if isinstance(tree.body, Call) and (special := scripted_call(tree, scope)) is not None:
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


def _ring(tree: Scripted, scope: Scope) -> Value:
    r"""x^{\circ 2}: every entry to a power, of matrices too."""
    inner = ringed(tree.sups[-1])
    exponent = exponent_of(inner) if inner is not None else None
    if exponent is None:
        raise NotUnderstood("a ring that is not the last script, or raises to no number", tree.span)
    bare = replace(tree, sups=tree.sups[:-1])
    value = value_of(bare if bare.subs or bare.sups or bare.primes else tree.body, scope)
    if value.matrix is None:
        return powered(value, exponent, tree.span)
    return Value(power(value.matrix, exponent))


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
    if (block := affine_block(tree, scope)) is not None:
        return block
    tree = grouped(hard_functions(tree, scope), scope)
    if len(tree.factors) == 1:
        return value_of(tree.factors[0], scope)
    inner = scope.binding(immediate=True) if sums_over_copies(tree.factors, scope) else scope
    inner = inner.binding(chained=True) if leads_from_loss(tree.factors, scope) else inner
    values = [value_of(factor, inner) for factor in tree.factors]
    return product(values, tree.operators, tree.span, scope)


def _fraction(tree: Fraction, scope: Scope) -> Value:
    if is_derivative(tree):
        return derivative(tree, scope)
    return divided(value_of(tree.numerator, scope), value_of(tree.denominator, scope), tree.span)


def _stack(tree: Stack, scope: Scope) -> Value:
    rows = [[value_of(entry, scope).matrix for entry in row] for row in tree.rows]
    return Value(stacked_value(rows, tree, scope.convention.layout))


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
    Call: call,
    Product: _product,
    Sum: _sum,
    Fraction: _fraction,
    Differential: differential,
    Stack: _stack,
    Big: big,
    Bars: _bars,
    Dots: _refused("something is left out (…); write it, or check the lines around it"),
    Words: _refused("words in a formula"),
    FunctionName: _refused("a function without an argument"),
}
