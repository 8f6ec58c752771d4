"""Calls: a function of something, its power; or a name in front of brackets, which is a time or a factor."""

from dataclasses import replace

from sympy import Rational

from symlstm.algebra import power
from symlstm.checker.meaning.exponents import exponent_of
from symlstm.checker.meaning.functions import SPECIAL, applied, function_of
from symlstm.checker.meaning.problems import NotUnderstood
from symlstm.checker.meaning.products import product
from symlstm.checker.meaning.scope import Scope
from symlstm.checker.meaning.showing import shown
from symlstm.checker.meaning.spelling import Spelling, spell
from symlstm.checker.meaning.values import Value, powered, transposed
from symlstm.checker.reader.tree import Call, FunctionName, Group, Name, Number, Product, Scripted, Stack, Tree

__all__ = ["call", "hard_functions", "scripted_call"]

_HARD = {"sigmoid": "hardsigmoid", "tanh": "hardtanh"}


def call(tree: Call, scope: Scope) -> Value:
    """σ(a), tanh²(C), σ′(a), diag(a), max(a, b), h(t-1), W(r ⊙ h). Raises a Problem."""
    spelling = _spelling(tree.function)
    if spelling is not None:
        special = SPECIAL.get(spelling.head) if not spelling.labels and not spelling.primes else None
        if special is not None:
            return _with_powers(special(tree, scope), spelling, tree)
        function = function_of(spelling, scope)
        if function is not None:
            return _with_powers(applied(tree, spelling, function, scope), spelling, tree)
    if spell(tree, scope.indices) is not None:  # h(t-1)
        return scope.read(Scripted(tree.span, tree.function, (tree.arguments[0],)), scope)
    return product([scope.read(tree.function, scope), scope.read(_bracketed(tree), scope)], [""], tree.span, scope)


def _bracketed(tree: Call) -> Tree:
    """What stands in the brackets."""
    if len(tree.arguments) == 1:
        return Group(tree.arguments[0].span, "(", tree.arguments[0])
    return Stack(tree.span, (tree.arguments,), "(", ",")


def _is_function(tree: Call, scope: Scope) -> bool:
    spelling = _spelling(tree.function)
    if spelling is None:
        return False
    return spelling.head in SPECIAL or function_of(spelling, scope) is not None


def scripted_call(tree: Scripted, scope: Scope) -> Value | None:
    """f(a)^2, the power of every entry; W (r ⊙ h)^⊤, a factor in front of brackets with scripts; None for others."""
    inner = tree.body
    assert isinstance(inner, Call)
    if not _is_function(inner, scope) and spell(inner, scope.indices) is None:
        behind = replace(tree, body=_bracketed(inner))
        return scope.read(Product(tree.span, (inner.function, behind), ("",)), scope)
    if tree.subs or tree.primes or not all(isinstance(part, Number) and part.text.isdigit() for part in tree.sups):
        return None
    value = scope.read(inner, scope)
    for part in tree.sups:
        value = _raised(value, part, tree)
    return value


def _raised(value: Value, part: Tree, tree: Tree) -> Value:
    """The power of every entry, of matrices too, since f(a) is taken entry by entry."""
    exponent = exponent_of(part)
    if exponent is None:
        raise NotUnderstood(f"the exponent {shown(part)} of a function", tree.span)
    if value.matrix is None:
        return powered(value, exponent, tree.span)
    return Value(power(value.matrix, exponent), kind=value.kind if value.repeated else "")


def _with_powers(value: Value, spelling: Spelling, tree: Tree) -> Value:
    for part in spelling.powers:
        if isinstance(part, Number) and not Rational(part.text).is_Integer:
            raise NotUnderstood(f"the exponent {part.text} of a function", tree.span)
        value = _raised(value, part, tree)
    return transposed(value) if spelling.transposed else value


def _spelling(tree: Tree) -> Spelling | None:
    """The name of a function; its superscripts are powers, or primes."""
    if isinstance(tree, FunctionName):
        return Spelling(tree.text)
    if isinstance(tree, Scripted) and isinstance(tree.body, FunctionName | Scripted):
        inner = _spelling(tree.body)
        if inner is None:
            return None
        powers = tuple(part for part in tree.sups if not _is_prime(part))
        primes = inner.primes + tree.primes + sum(_is_prime(part) for part in tree.sups)
        return replace(inner, powers=(*inner.powers, *powers), primes=primes)
    return spell(tree, frozenset())


def _is_prime(part: Tree) -> bool:
    return isinstance(part, Name) and part.text in ("prime", "'")


def hard_functions(tree: Product, scope: Scope) -> Product:
    r"""The product with \operatorname{hard} \sigma(a) as a call of one function."""
    factors, operators = list(tree.factors), list(tree.operators)
    for place in range(len(operators) - 1, -1, -1):
        word, behind = factors[place], factors[place + 1]
        if isinstance(word, Name) and word.text == "hard" and not operators[place] and isinstance(behind, Call):
            function = _hard(behind.function, scope)
            if function is not None:
                factors[place : place + 2] = [replace(behind, function=function)]
                del operators[place]
    return replace(tree, factors=tuple(factors), operators=tuple(operators))


def _hard(tree: Tree, scope: Scope) -> Tree | None:
    r"""The name of the hard form of a function: of \sigma_{6} that which is cut at ±3."""
    bare = tree.body if isinstance(tree, Scripted) else tree
    sups = tree.sups if isinstance(tree, Scripted) else ()
    subs = tree.subs if isinstance(tree, Scripted) else ()
    six = len(subs) > 0 and isinstance(subs[-1], Number) and subs[-1].text == "6"
    inner = Scripted(tree.span, bare, subs[:-1] if six else subs) if subs[: len(subs) - six] else bare
    spelling = _spelling(inner)
    function = function_of(spelling, scope) if spelling is not None else None
    if function is None or function.name not in _HARD:
        return None
    name = FunctionName(tree.span, _HARD[function.name] + ("6" if six else ""))
    return Scripted(tree.span, name, (), sups) if sups else name
