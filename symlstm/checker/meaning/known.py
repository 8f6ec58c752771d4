"""Known names: the value of a name that is written exactly as the notation prints it."""

from collections.abc import Iterator

from sympy import Integer, MatrixExpr

from symlstm.algebra import symbols_of, transpose
from symlstm.checker.meaning.patterns import Pattern, flat, patterns_of, without_marks
from symlstm.checker.meaning.printed import Entry
from symlstm.checker.meaning.problems import Problem
from symlstm.checker.meaning.scope import Scope
from symlstm.checker.meaning.showing import shown
from symlstm.checker.meaning.spelling import spell
from symlstm.checker.meaning.values import Value, powered, transposed
from symlstm.checker.reader.tree import Accented, Differential, Fraction, Name, Number, Product, Scripted, Tree
from symlstm.notation.derived import prefix_of

__all__ = ["grouped", "known_value"]

_WRITTEN = (Name, Accented, Scripted, Differential, Fraction, Product)


def known_value(tree: Tree, scope: Scope) -> Value | None:
    """The value of a printed name, with the transpose and the powers behind it; None for anything else."""
    if not isinstance(tree, _WRITTEN) or scope.members:
        return None
    whole = flat(tree)
    if _redefined(whole, scope):
        return None
    for bare, powers, turned in without_marks(whole):
        found = list(dict.fromkeys(_values(bare, scope)))
        if found:
            notes = [str(node) if len(found) > 1 else "" for node in found]
            value = _value(scope.choices.pick(f"printed {bare}", found, notes), scope)
            for exponent in powers:
                assert isinstance(exponent, Number)
                value = powered(value, Integer(int(exponent.text)), tree.span)
            if value.matrix is not None and value.matrix.shape[1] == 1 != value.matrix.shape[0]:
                scope.choices.vectors.add(shown(tree))
            return transposed(value) if turned else value
    return None


def _value(found: tuple[MatrixExpr, bool, str], scope: Scope) -> Value:
    matrix, flips, kind = found
    return Value(transpose(matrix) if flips else matrix, kind=kind)


def _values(tree: Tree, scope: Scope) -> Iterator[tuple[MatrixExpr, bool, str]]:
    """What the quantities that print so are in the frame."""
    for pattern in patterns_of(tree, scope.indices, numbers=scope.frame.numbered):
        for entry in scope.table.exact.at(pattern):
            try:
                step = _step(entry, pattern, scope)
            except Problem:
                continue
            matrix = scope.frame.known(entry.node, step) if step is not None else None
            if matrix is not None:
                name = str(symbols_of(entry.node)[0].name)
                yield matrix, scope.flips(name), "gradient" if _is_gradient(name) else ""


def _is_gradient(name: str) -> bool:
    prefix = prefix_of(name)
    return (
        prefix is not None and prefix.kind in ("d", "seed") and prefix.order == 1 and prefix_of(prefix.quantity) is None
    )


def _step(entry: Entry, pattern: Pattern, scope: Scope) -> int | None:
    """The step at which a quantity is meant where its name has these moments; None where they do not go together."""
    steps: set[int] = set()
    for (base, offset), tree in zip(entry.moments, pattern.moments, strict=True):
        moment = scope.moment(tree) - offset
        if base == "t":
            steps.add(moment)
        elif moment != scope.frame.indices.get(base):
            return None
    if len(steps) > 1:
        return None
    return steps.pop() if steps else scope.current()


def _redefined(tree: Tree, scope: Scope) -> bool:
    """Whether the text means something else by the name than the notation does."""
    below = tree.denominator if isinstance(tree, Fraction) else tree
    body = below.body if isinstance(below, Differential) and below.body is not None else tree
    spelling = spell(body, scope.indices)
    if spelling is None:
        return False
    key = spelling.key
    known = scope.table.declared
    if scope.convention.swapped and key.partition("_")[0] in ("W", "U"):
        return True
    return (
        scope.table.recurrent(key)
        or scope.table.is_target(key)
        or any(name.split(" ")[-1].startswith(key) for name in known)
    )


def grouped(tree: Product, scope: Scope) -> Product:
    r"""The product with the factors of a printed name as one, such as \delta_2 \delta h_t."""
    longest = scope.table.exact.longest
    if not longest:
        return tree
    factors: list[Tree] = []
    operators: list[str] = []
    place = 0
    while place < len(tree.factors):
        count = next((n for n in range(longest, 1, -1) if _is_name(tree, place, n, scope)), 1)
        factors.append(_run(tree, place, count) if count > 1 else tree.factors[place])
        place += count
        operators += tree.operators[place - 1 : place]
    return Product(tree.span, tuple(factors), tuple(operators))


def _run(tree: Product, place: int, count: int) -> Product:
    return Product(tree.span, tree.factors[place : place + count], tree.operators[place : place + count - 1])


def _is_name(tree: Product, place: int, count: int, scope: Scope) -> bool:
    if place + count > len(tree.factors) or any(tree.operators[place : place + count - 1]):
        return False
    if place == 0 and count == len(tree.factors):
        return False
    whole = flat(_run(tree, place, count))
    return any(True for bare, *_ in without_marks(whole) for _ in _values(bare, scope))
