"""Sums and products over steps, gates and the columns of a batch."""

from collections.abc import Sequence
from dataclasses import fields, replace

from sympy import Expr, S

from symlstm.algebra import matmul, ones
from symlstm.checker.meaning.adding import plus
from symlstm.checker.meaning.frame import StepFrame
from symlstm.checker.meaning.problems import NeedsTime, NotUnderstood
from symlstm.checker.meaning.products import product
from symlstm.checker.meaning.scope import TIMES, Scope
from symlstm.checker.meaning.showing import shown
from symlstm.checker.meaning.spelling import is_index, spell
from symlstm.checker.meaning.values import Value
from symlstm.checker.meaning.walking import trees_in
from symlstm.checker.reader.tree import Big, Differential, Fraction, Name, Number, Product, Scripted, SetOf, Tree, Tuple

__all__ = ["big"]

_GATES = frozenset("gkqj*")


def big(tree: Big, scope: Scope) -> Value:
    """∑ or ∏, written out term by term. Raises a Problem."""
    if tree.kind == "prod" and isinstance(tree.body, Product) and len(tree.body.factors) > 1:
        inside, outside = _reach(tree.body, _index(tree))
        if outside is not None:
            whole = Product(
                tree.span,
                (replace(tree, body=inside), *outside.factors),
                (tree.body.operators[-len(outside.factors)], *outside.operators),
            )
            return scope.read(whole, scope)
    if tree.kind == "sum" and tree.members is None and (columns := _batch(scope)) is not None and _is_batch(tree):
        return _over_batch(scope.read(tree.body, scope), columns, scope)
    scopes = _scopes(tree, scope)
    scope.choices.spend(len(scopes))
    values = [inner.read(tree.body, inner) for inner in scopes]
    if tree.kind == "sum":
        if not values:
            return Value(number=S.Zero)
        return plus((1,) * len(values), values, tree.span, scope.choices)
    if not values:
        return Value(kind="I")
    return product(values, [""] * (len(values) - 1), tree.span, scope) if len(values) > 1 else values[0]


def _batch(scope: Scope) -> Expr | None:
    """The number of members of a batch, None where there is one column."""
    x = scope.frame.cell.symbols.get("x")
    columns = x.shape[1] if x is not None else S.One
    return None if columns == 1 else columns


def _is_batch(tree: Big) -> bool:
    index = _index(tree)
    bounds = [name.text for limit in (tree.lower, tree.upper) for name in [limit] if isinstance(name, Name)]
    return index in ("", "batch", "n", "b", "m", "i", "N", "B") and not {"t", "T"} & set(bounds)


def _over_batch(value: Value, columns: Expr, scope: Scope) -> Value:
    """The sum over the members of a batch; a product of matrices has summed over them already."""
    if value.matrix is None or columns not in value.matrix.shape:
        scope.choices.note("the matrix product sums over the batch")
        return value
    if value.matrix.shape[1] == columns:
        return Value(matmul(value.matrix, ones((columns, S.One))), kind=value.kind)
    return Value(matmul(ones((S.One, columns)), value.matrix), kind=value.kind)


def _reach(body: Product, index: str) -> tuple[Tree, Product | None]:
    """What a ∏ multiplies, and the factors behind it, which do not have its index and are outside."""
    count = len(body.factors)
    while count > 1 and _is_outside(body.factors[count - 1], index):
        count -= 1
    if count == len(body.factors):
        return body, None
    first = body.factors[0] if count == 1 else Product(body.span, body.factors[:count], body.operators[: count - 1])
    return first, Product(body.span, body.factors[count:], body.operators[count:])


def _is_outside(tree: Tree, index: str) -> bool:
    """Whether a factor belongs to no step of a ∏: a derivative or a name of another step; a bare weight is inside."""
    if _mentions(tree, index):
        return False
    moved = [part for part in trees_in(tree) if isinstance(part, Fraction | Differential | Big)]
    return bool(moved) or any(
        is_index(part, TIMES) for one in trees_in(tree) if isinstance(one, Scripted) for part in (*one.subs, *one.sups)
    )


def _mentions(tree: object, index: str) -> bool:
    if isinstance(tree, tuple):
        return any(_mentions(part, index) for part in tree)
    if isinstance(tree, Name):
        return tree.text == index or (len(tree.text) > 1 and index in tree.text and not tree.text.isalpha())
    if not hasattr(tree, "span"):
        return False
    return any(_mentions(getattr(tree, item.name), index) for item in fields(tree) if item.name != "span")  # type: ignore[arg-type]


def _scopes(tree: Big, scope: Scope) -> list[Scope]:
    index = _index(tree)
    if tree.members is not None:
        return [_member(scope, index, member) for member in _items(tree.members)]
    lower, upper = tree.lower, tree.upper
    if lower is None and upper is None:
        return _over(tree, index, scope)
    if isinstance(scope.frame, StepFrame):
        raise NeedsTime("a sum or product over steps", tree.span)
    first = scope.moment(lower) if lower is not None else 1
    last = scope.moment(upper) if upper is not None else scope.frame.indices["T"]
    if abs(last - first) > 60:
        raise NotUnderstood("more than 60 terms", tree.span)
    return [scope.binding(bound={**scope.bound, index: step}) for step in _steps(tree, first, last, scope)]


def _steps(tree: Big, first: int, last: int, scope: Scope) -> Sequence[int]:
    """The steps in the order in which the factors stand: of columns the last first, or as the bounds say."""
    if tree.kind == "sum":
        return range(first, last + 1)
    if _goes_down(tree):
        return range(first, last - 1, -1)
    steps = range(first, last + 1)
    return steps if scope.convention.layout == "row" else steps[::-1]


def _goes_down(tree: Big) -> bool:
    r"""Whether a product runs down, as \prod_{k=t}^{1} and \prod_{k=T}^{t} do."""
    lower, upper = tree.lower, tree.upper
    if isinstance(upper, Number):
        return lower is not None and not isinstance(lower, Number)
    return isinstance(lower, Name) and lower.text == "T"


def _over(tree: Big, index: str, scope: Scope) -> list[Scope]:
    if index in ("t", "tau", "s", "k", "j", "") and not (tree.index is None and _batch(scope) is not None):
        if isinstance(scope.frame, StepFrame):
            raise NeedsTime("a sum over steps", tree.span)
        index = index or "t"
        return [scope.binding(bound={**scope.bound, index: step}) for step in range(1, scope.frame.indices["T"] + 1)]
    gates = [name for name in ("f", "i", "o", "g", "r", "z") if f"a_{name}" in scope.table.names]
    if index in _GATES and gates:
        return [_member(scope, index, Name(tree.span, gate)) for gate in gates]
    raise NotUnderstood(f"a sum over {index}, of which nothing says what it runs over", tree.span)


def _index(tree: Big) -> str:
    if tree.index is None:
        return ""
    spelling = spell(tree.index, frozenset())
    if spelling is None:
        raise NotUnderstood(f"{shown(tree.index)} as an index", tree.index.span)
    return spelling.key


def _member(scope: Scope, index: str, member: Tree) -> Scope:
    return scope.binding(members={**scope.members, index: member})


def _items(tree: Tree) -> tuple[Tree, ...]:
    if isinstance(tree, SetOf | Tuple):
        return tree.items
    raise NotUnderstood("a sum over something that is not written out", tree.span)
