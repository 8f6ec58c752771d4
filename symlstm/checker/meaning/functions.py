"""Functions: elementwise ones with their derivatives, and those of whole vectors, such as diag and softmax."""

from collections.abc import Callable
from dataclasses import replace

from sympy import MatrixExpr, Rational, S, sqrt

from symlstm.activations import Activation, defined
from symlstm.algebra import Apply, apply, diag, logsumexp, maximum, mean, ones, scale, softmax, variance
from symlstm.algebra.kronecker import kronecker
from symlstm.checker.identity.vec import Vec
from symlstm.checker.meaning.levelling import level
from symlstm.checker.meaning.losses import leads_from_loss, sums_over_copies
from symlstm.checker.meaning.problems import NotUnderstood
from symlstm.checker.meaning.products import product
from symlstm.checker.meaning.scope import Scope
from symlstm.checker.meaning.showing import shown
from symlstm.checker.meaning.sizes import size_of
from symlstm.checker.meaning.spelling import Spelling
from symlstm.checker.meaning.symbols import Function
from symlstm.checker.meaning.values import Value, powered
from symlstm.checker.reader.tree import Call, Tree

__all__ = ["SPECIAL", "applied", "function_of", "slope_of"]

_ANY = frozenset({"phi", "varphi", "Phi", "psi", "mathcalH", "f", "act"})


def function_of(spelling: Spelling, scope: Scope) -> Function | None:
    """The elementwise function of a name, None where it is none."""
    plain = replace(spelling, powers=(), primes=0, transposed=False)
    declared = scope.table.declared.get(f"{plain.key}()", scope.table.declared.get(plain.key))
    if declared is not None:
        return declared if isinstance(declared, Function) else None
    if plain.key in scope.table.printed:
        return scope.table.function(plain) if plain.key in scope.table.functions else None
    found = scope.table.function(plain)
    if found is not None:
        return found
    if spelling.head in _ANY and not spelling.labels:
        return _own_function(scope, spelling)
    name = _by_print().get(plain.key)
    return Function(name) if name else None


def _by_print() -> dict[str, str]:
    r"""The functions that print as a word, \operatorname{swish}, by that word."""
    found = {}
    for name in defined():
        word = Activation(name).entry.latex.removeprefix(r"\operatorname{").removesuffix("}")
        if word.isalnum():
            found[word] = name
    return found


def _own_function(scope: Scope, spelling: Spelling) -> Function | None:
    """φ where the cell has one function: that one."""
    names = {node.activation.name for line in scope.frame.cell.lines for node in line.rhs.atoms(Apply)}
    if len(names) != 1:
        return None
    (name,) = names
    scope.choices.note(f"{spelling.head} read as {name}")
    return Function(name)


def applied(tree: Call, spelling: Spelling, function: Function, scope: Scope) -> Value:
    """A function of one argument, or the derivative of one where its name has a prime. Raises NotUnderstood."""
    argument = scope.read(_only(tree), scope)
    if argument.matrix is None:
        argument = Value(scale(argument.number, ones((S.One, S.One))))
    if spelling.primes:
        return Value(_slope(tree, spelling, function, argument.matrix, scope))
    return Value(_of(function.name, argument.matrix), kind=argument.kind if argument.repeated else "")


def _of(name: str, argument: MatrixExpr) -> MatrixExpr:
    """The function of a matrix; log σ(a) is a function of its own."""
    if name == "log" and isinstance(argument, Apply) and argument.activation.name == "sigmoid":
        return apply("log_sigmoid", argument.argument)
    return apply(name, argument)


def _only(tree: Call) -> Tree:
    if len(tree.arguments) != 1:
        raise NotUnderstood(f"{shown(tree.function)} of {len(tree.arguments)} arguments", tree.span)
    return tree.arguments[0]


def _slope(tree: Call, spelling: Spelling, function: Function, argument: MatrixExpr, scope: Scope) -> MatrixExpr:
    """σ′(a); of something that is itself an output of σ, σ′(f) may mean f ⊙ (1 − f) or σ(f) ⊙ (1 − σ(f))."""
    if spelling.primes != 1:
        raise NotUnderstood("a second derivative of a function", tree.span)
    rule = Activation(function.name).entry.derivative
    at_argument = rule(apply(function.name, argument), argument)
    if not _is_output(argument, function.name, scope):
        return at_argument
    written = shown(tree.function)
    notes = (
        f"{written}(y) read as the derivative at y, which is already an output",
        f"{written}(y) read as the derivative in terms of the output y",
    )
    return scope.choices.pick(f"slope {function.name}", (at_argument, rule(argument, argument)), notes)


def _is_output(argument: MatrixExpr, function: str, scope: Scope) -> bool:
    if isinstance(argument, Apply):
        return bool(argument.activation.name == function)
    name = str(getattr(argument, "name", ""))
    if name not in scope.frame.system:
        return False
    rhs = scope.frame.system[name].rhs
    return isinstance(rhs, Apply) and rhs.activation.name == function


def slope_of(name: str, output: MatrixExpr) -> MatrixExpr:
    """The derivative of a function in terms of its output."""
    return Activation(name).entry.derivative(output, output)


# Functions of whole vectors and matrices.


def _matrix(tree: Call, scope: Scope) -> MatrixExpr:
    """The one argument, a matrix."""
    value = scope.read(_only(tree), scope)
    if value.matrix is None or value.repeated:
        raise NotUnderstood(f"{shown(tree.function)} of a number", tree.span)
    return value.matrix


def _along(matrix: MatrixExpr, scope: Scope) -> int:
    """The axis of one vector: along columns, or along rows where the text writes rows."""
    rows, columns = matrix.shape
    if 1 in (rows, columns):
        return 1 if rows == 1 and columns != 1 else 0
    return 1 if scope.convention.layout == "row" else 0


def _over(make: Callable[[MatrixExpr, int], MatrixExpr]) -> Callable[[Call, Scope], Value]:
    def value(tree: Call, scope: Scope) -> Value:
        matrix = _matrix(tree, scope)
        return Value(make(matrix, _along(matrix, scope)))

    return value


def _diag(tree: Call, scope: Scope) -> Value:
    vector = _matrix(tree, scope)
    if 1 not in vector.shape:
        raise NotUnderstood("diag of a matrix", tree.span)
    return Value(diag(vector))


def _vec(tree: Call, scope: Scope) -> Value:
    return Value(Vec(_matrix(tree, scope)))


def _max(tree: Call, scope: Scope) -> Value:
    if len(tree.arguments) != 2:
        raise NotUnderstood("the maximum of more or less than two", tree.span)
    a, b = (scope.read(part, scope) for part in tree.arguments)
    return Value(maximum(*level(a, b, tree.span, scope.choices)))


def _kron(tree: Call, scope: Scope) -> Value:
    values = [scope.read(part, scope).matrix for part in tree.arguments]
    if len(values) != 2 or values[0] is None or values[1] is None:
        raise NotUnderstood("the Kronecker product of anything but two matrices", tree.span)
    return Value(kronecker(values[0], values[1]))


def _sqrt(tree: Call, scope: Scope) -> Value:
    """The root of a size such as n, of a number, or of every entry of a vector."""
    size = size_of(_only(tree), scope)
    if size is not None:
        return Value(number=sqrt(size))
    value = scope.read(_only(tree), scope)
    if value.matrix is None and (value.kind or value.number.is_negative):
        raise NotUnderstood("the root of a negative number or of a matrix", tree.span)
    return powered(value, Rational(1, 2), tree.span)


def _prod(tree: Call, scope: Scope) -> Value:
    """prod(∂L/∂u, ∂u/∂v): the product of the chain rule, whatever transposes it needs."""
    inner = scope.binding(immediate=True) if sums_over_copies(tree.arguments, scope) else scope
    inner = inner.binding(chained=True) if leads_from_loss(tree.arguments, scope) else inner
    values = [inner.read(part, inner) for part in tree.arguments]
    return product(values, [""] * (len(values) - 1), tree.span, scope)


SPECIAL: dict[str, Callable[[Call, Scope], Value]] = {
    "diag": _diag,
    "Diag": _diag,
    "vec": _vec,
    "kron": _kron,
    "sqrt": _sqrt,
    "softmax": _over(softmax),
    "logsumexp": _over(logsumexp),
    "mean": _over(mean),
    "var": _over(variance),
    "max": _max,
    "prod": _prod,
}
"""Functions that take whole vectors or matrices, by name."""
