"""Calls: a function of something, its derivative, its power; or a name in front of brackets, which is a product."""

from collections.abc import Callable
from dataclasses import replace

from sympy import Expr, MatrixExpr

from symlstm.activations import Activation
from symlstm.algebra import Apply, apply, diag, logsumexp, maximum, mean, ones, scale, softmax, variance
from symlstm.check.meaning.derivatives import leads_from_loss, sums_over_copies
from symlstm.check.meaning.names import resolve
from symlstm.check.meaning.problems import NotUnderstood
from symlstm.check.meaning.products import product
from symlstm.check.meaning.scope import Scope
from symlstm.check.meaning.showing import shown
from symlstm.check.meaning.spelling import Spelling, spell
from symlstm.check.meaning.symbols import Function, Quantity
from symlstm.check.meaning.values import Value, powered, transposed
from symlstm.check.reader.tree import Call, FunctionName, Group, Name, Number, Product, Scripted, Stack, Tree, Tuple

__all__ = ["call", "power_of_call", "regrouped"]

Read = Callable[[Tree, Scope], Value]


def call(tree: Call, scope: Scope, value_of: Read) -> Value:
    """σ(a), tanh²(C), σ′(a), diag(a), max(a, b), h(t-1), W(r ⊙ h). Raises a Problem."""
    spelling = _function_spelling(tree.function)
    if spelling is not None:
        special = _SPECIAL.get(spelling.head)
        if special is not None:
            return _scripts(special(tree, scope, value_of), spelling, tree)
        function = _function(spelling, scope)
        if function is not None:
            return _applied(tree, spelling, function, scope, value_of)
    if spell(tree, scope.indices) is not None:  # h(t-1)
        return value_of(_as_name(tree), scope)
    inner = tree.arguments[0] if len(tree.arguments) == 1 else Stack(tree.span, (tree.arguments,), "(", ",")
    return product([value_of(tree.function, scope), value_of(inner, scope)], [""], tree.span, scope)


def regrouped(tree: Scripted, scope: Scope) -> Tree | None:
    """x (δ)ᵀ and δ (1 − h)²: scripts behind brackets after a quantity are those of the brackets; None for σ(a)²."""
    call = tree.body
    if not isinstance(call, Call) or spell(call, scope.indices) is not None:
        return None
    spelling = _function_spelling(call.function)
    if spelling is not None and (spelling.head in _SPECIAL or _function(spelling, scope) is not None):
        return None
    inner = call.arguments[0] if len(call.arguments) == 1 else Stack(call.span, (call.arguments,), "(", ",")
    last = Scripted(tree.span, Group(tree.span, "(", inner), tree.subs, tree.sups, tree.primes)
    return Product(tree.span, (call.function, last), ("",))


def _as_name(tree: Call) -> Tree:
    return Scripted(tree.span, tree.function, (tree.arguments[0],))


def _function_spelling(tree: Tree) -> Spelling | None:
    if isinstance(tree, FunctionName):
        return Spelling(tree.text)
    if isinstance(tree, Scripted) and isinstance(tree.body, FunctionName | Scripted):
        inner = _function_spelling(tree.body)
        if inner is None:
            return None
        powers = tuple(part for part in tree.sups if not _is_prime(part))
        primes = inner.primes + tree.primes + sum(_is_prime(part) for part in tree.sups)
        return replace(inner, powers=(*inner.powers, *powers), primes=primes)
    return spell(tree, frozenset())


def _is_prime(part: Tree) -> bool:
    return isinstance(part, Name) and part.text in ("prime", "'")


def _function(spelling: Spelling, scope: Scope) -> Function | None:
    plain = replace(spelling, powers=(), primes=0, transposed=False)
    declared = scope.table.declared.get(f"{plain.key}()", scope.table.declared.get(plain.key))
    if declared is not None:
        return declared if isinstance(declared, Function) else None
    if plain.key in scope.table.printed:
        return scope.table.function(plain) if plain.key in scope.table.functions else None
    found = scope.table.function(plain)
    if found is None and spelling.head in ("phi", "varphi", "Phi", "psi", "mathcalH", "f", "act") and not spelling.labels:
        return _own_function(scope, spelling)
    return found


def _own_function(scope: Scope, spelling: Spelling) -> Function | None:
    """φ where the cell has one function: that one."""
    names = {node.activation.name for line in scope.frame.cell.lines for node in line.rhs.atoms(Apply)}
    if len(names) != 1:
        return None
    (name,) = names
    scope.choices.note(f"{spelling.head} read as {name}")
    return Function(name)


def _applied(tree: Call, spelling: Spelling, function: Function, scope: Scope, value_of: Read) -> Value:
    if len(tree.arguments) != 1:
        raise NotUnderstood(f"{shown(tree.function)} of {len(tree.arguments)} arguments", tree.span)
    argument = value_of(tree.arguments[0], scope)
    if argument.matrix is None:
        argument = _number_as_matrix(argument)
    assert argument.matrix is not None
    if spelling.primes:
        value = _slope(tree, spelling, function, argument.matrix, scope)
    else:
        value = Value(apply(function.name, argument.matrix))
    return _scripts(value, spelling, tree)


def _number_as_matrix(value: Value) -> Value:
    return Value(scale(value.number, ones((1, 1))))


def _scripts(value: Value, spelling: Spelling, tree: Tree) -> Value:
    for exponent in spelling.powers:
        if not isinstance(exponent, Number):
            raise NotUnderstood(f"the exponent {shown(exponent)} of a function", tree.span)
        value = _entrywise(value, exponent, tree)
    return transposed(value) if spelling.transposed else value


def _entrywise(value: Value, exponent: Number, tree: Tree) -> Value:
    from symlstm.algebra import power

    assert value.matrix is not None
    if not exponent.text.isdigit():
        raise NotUnderstood(f"the exponent {exponent.text} of a function", tree.span)
    return Value(power(value.matrix, int(exponent.text)))


def _slope(tree: Call, spelling: Spelling, function: Function, argument: MatrixExpr, scope: Scope) -> Value:
    """σ′(a); of something that is itself an output of σ, σ′(f) may mean f ⊙ (1 − f) or σ(f) ⊙ (1 − σ(f))."""
    if spelling.primes != 1:
        raise NotUnderstood("a second derivative of a function", tree.span)
    rule = Activation(function.name).entry.derivative
    output = apply(function.name, argument)
    at_argument = rule(output, argument)
    if not _is_output(argument, function.name, scope):
        return Value(at_argument)
    shown_call = shown(tree.function)
    notes = (
        f"{shown_call}(y) read as the derivative at y, which is already an output",
        f"{shown_call}(y) read as the derivative in terms of the output y",
    )
    return Value(scope.choices.pick(f"slope {function.name}", (at_argument, rule(argument, argument)), notes))


def _is_output(argument: MatrixExpr, function: str, scope: Scope) -> bool:
    if isinstance(argument, Apply):
        return argument.activation.name == function
    name = str(getattr(argument, "name", ""))
    if name not in scope.frame.system:
        return False
    rhs = scope.frame.system[name].rhs
    return isinstance(rhs, Apply) and rhs.activation.name == function


def power_of_call(tree: Scripted, scope: Scope, value_of: Read) -> Value | None:
    """f(a)^2: the power of every entry, matrices included; None where there is no number in the exponent."""
    if tree.subs or tree.primes or not all(isinstance(part, Number) and part.text.isdigit() for part in tree.sups):
        return None
    value = value_of(tree.body, scope)
    for exponent in tree.sups:
        assert isinstance(exponent, Number)
        if value.matrix is None:
            value = powered(value, _integer(exponent), tree.span)
        else:
            value = _entrywise(value, exponent, tree)
    return value


def _integer(tree: Number) -> Expr:
    from sympy import Integer

    return Integer(int(tree.text))


def _one(tree: Call, scope: Scope, value_of: Read) -> MatrixExpr:
    if len(tree.arguments) != 1:
        raise NotUnderstood(f"{shown(tree.function)} of {len(tree.arguments)} arguments", tree.span)
    value = value_of(tree.arguments[0], scope)
    if value.matrix is None:
        raise NotUnderstood(f"{shown(tree.function)} of a number", tree.span)
    return value.matrix


def _diag(tree: Call, scope: Scope, value_of: Read) -> Value:
    vector = _one(tree, scope, value_of)
    if 1 not in vector.shape:
        raise NotUnderstood("diag of a matrix", tree.span)
    return Value(diag(vector))


def _max(tree: Call, scope: Scope, value_of: Read) -> Value:
    from symlstm.check.meaning.values import level

    values = [value_of(part, scope) for part in tree.arguments]
    if len(values) != 2:
        raise NotUnderstood("the maximum of more or less than two", tree.span)
    a, b = level(values[0], values[1], tree.span, scope.choices)
    return Value(maximum(a, b))


def _axis(matrix: MatrixExpr) -> int:
    return 1 if matrix.shape[0] == 1 else 0


def _prod(tree: Call, scope: Scope, value_of: Read) -> Value:
    """prod(∂L/∂u, ∂u/∂v): the product of the chain rule, whatever transposes it needs."""
    inner = scope.binding(immediate=True) if sums_over_copies(tree.arguments, scope) else scope
    inner = inner.binding(chained=True) if leads_from_loss(tree.arguments, scope) else inner
    values = [value_of(part, inner) for part in tree.arguments]
    return product(values, [""] * (len(values) - 1), tree.span, scope)


def _softmax(tree: Call, scope: Scope, value_of: Read) -> Value:
    matrix = _one(tree, scope, value_of)
    return Value(softmax(matrix, _axis(matrix)))


_SPECIAL: dict[str, Callable[..., Value]] = {
    "diag": _diag,
    "Diag": _diag,
    "softmax": _softmax,
    "logsumexp": lambda tree, scope, read: Value(logsumexp(_one(tree, scope, read))),
    "max": _max,
    "mean": lambda tree, scope, read: Value(mean(_one(tree, scope, read))),
    "var": lambda tree, scope, read: Value(variance(_one(tree, scope, read))),
    "prod": _prod,
}

_ = (Group, Quantity, Tuple, resolve)
