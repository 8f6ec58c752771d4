"""What stands beside each other in a product: calls, functions without brackets, differentials, sums over an index."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

from symlstm.checker.reader.differentials import TIGHT, base_of, before, differential, join, quotients, symbol_of
from symlstm.checker.reader.errors import refusal
from symlstm.checker.reader.tree import (
    Accented,
    Big,
    Call,
    Differential,
    FunctionName,
    Group,
    Name,
    Number,
    Product,
    Scripted,
    SetOf,
    Slice,
    Span,
    Stack,
    Statement,
    Sum,
    Tree,
    Tuple,
)

__all__ = ["BigSign", "Braced", "Item", "Row", "alone", "product"]


@dataclass(frozen=True, slots=True)
class BigSign:
    """∑ or ∏ with its bounds, before its body is known."""

    span: Span
    kind: str
    below: "Tree | Statement | None" = None
    above: "Tree | Statement | None" = None


@dataclass(frozen=True, slots=True)
class Braced:
    """What TeX's own braces hold: they are not printed, so they may only hold what reads the same without them."""

    span: Span
    body: Tree


Item: TypeAlias = "Tree | BigSign | Braced"


@dataclass(slots=True)
class Row:
    """The factors of a product in the order in which they were written, with what stands between them."""

    items: list[Item]
    operators: list[str]


_UNCALLABLE = frozenset(["0", "1", "infty"])
_ACTIVATIONS = frozenset(["sigma", "phi", "varphi"])
BESIDE = ("", "thin")


def alone(item: Item) -> Tree:
    """An item as a tree of its own: braces fall, ∑ has no body and is refused."""
    if isinstance(item, BigSign):
        raise refusal(item.span.start, f"{item.kind} with nothing behind it", ("a term",))
    return item.body if isinstance(item, Braced) else item


def _spliced(row: Row) -> Row:
    """The row without TeX's braces."""
    if not any(isinstance(item, Braced) for item in row.items):
        return row
    items: list[Item] = []
    operators: list[str] = []
    for item, operator in zip(row.items, ["", *row.operators], strict=True):
        if items:
            operators.append(operator)
        body = item.body if isinstance(item, Braced) else item
        if isinstance(body, Sum) and len(row.items) > 1 and isinstance(item, Braced):
            found = "braces around a sum, which are not printed"
            raise refusal(item.span.start, found, ("brackets",), "write ( ) around it")
        if isinstance(body, Product) and isinstance(item, Braced):
            items += body.factors
            operators += body.operators
        else:
            items.append(body)
    return Row(items, operators)


class _Reader:
    """The factors from right to left: each new one may take what stands right of it."""

    def __init__(self) -> None:
        self.factors: list[Tree] = []  # the last one stands leftmost
        self.operators: list[str] = []

    def push(self, item: Tree, operator: str) -> None:
        if self.factors:
            self.operators.append(operator)
        self.factors.append(item)

    def replace(self, item: Tree) -> None:
        self.factors[-1] = item

    def product(self) -> Tree:
        factors = tuple(reversed(self.factors))
        if len(factors) == 1:
            return factors[0]
        operators = tuple("" if o == "thin" else o for o in reversed(self.operators))
        return Product(join(factors[0].span, factors[-1].span), factors, operators)


def product(row: Row) -> Tree:
    """The tree of a row."""
    if len(row.items) == 1:
        return _lonely(alone(row.items[0]))
    row = _spliced(row)
    reader = _Reader()
    for k in range(len(row.items) - 1, -1, -1):
        _absorb(reader, row.items[k], row.operators[k] if k < len(row.operators) else "")
    quotients(reader.factors, reader.operators)
    return reader.product()


def _lonely(item: Tree) -> Tree:
    r"""∂ or ∇_W with nothing behind it is a differential without a body."""
    symbol = symbol_of(item)
    return differential(item, None) if symbol in ("partial", "nabla") else item


def _absorb(reader: _Reader, item: Item, operator: str) -> None:
    if isinstance(item, BigSign):
        if not reader.factors or operator not in BESIDE:
            raise refusal(item.span.stop, f"{item.kind} with nothing behind it", ("a term",))
        quotients(reader.factors, reader.operators)
        big = _big(item, reader.product())
        reader.factors, reader.operators = [big], []
        return
    tree = alone(item)
    rule = _rule(tree) if reader.factors and operator in BESIDE else None
    taken = rule(tree, reader, operator) if rule else None
    if taken is None:
        reader.push(_lonely(tree), operator)
    else:
        reader.replace(taken)


_Rule: TypeAlias = Callable[[Tree, _Reader, str], "Tree | None"]


def _rule(tree: Tree) -> "_Rule | None":
    """How a tree takes what stands beside it on the right: as a function, a differential, or the name of a call."""
    if isinstance(base_of(tree), FunctionName) and not isinstance(tree, Accented):
        return _applied
    if symbol_of(tree) is not None:
        return _differentiated
    return _called if _callable(tree) else None


def _callable(tree: Tree) -> bool:
    base = base_of(tree)
    named = isinstance(base, Name) and base.text not in _UNCALLABLE
    return named or (isinstance(tree, Differential) and tree.body is not None and tree.symbol in TIGHT)


def _opened(tree: Tree, brackets: tuple[str, ...]) -> bool:
    """Whether a tree begins with one of these brackets (and perhaps has scripts or a range behind the closing one)."""
    while isinstance(tree, Scripted | Slice):
        tree = tree.body
    if isinstance(tree, Group):
        return tree.bracket in brackets
    if isinstance(tree, SetOf):
        return "{" in brackets
    return isinstance(tree, Stack) and tree.bracket in brackets and tree.separator != "matrix"


def _arguments(bracketed: Tree) -> tuple[tuple[Tree, ...], str]:
    if isinstance(bracketed, Group):
        body = bracketed.body
        return (body.items if isinstance(body, Tuple) else (body,)), bracketed.bracket
    if isinstance(bracketed, SetOf):
        return bracketed.items, "{"
    if isinstance(bracketed, Stack) and bracketed.separator == ",":
        return bracketed.rows[0], bracketed.bracket
    return (bracketed,), bracketed.bracket if isinstance(bracketed, Stack) else "("


def _call(function: Tree, bracketed: Tree) -> Tree:
    """f(x), and f(x)^2 or f(x)[0:n] for what stands behind the bracket."""
    if isinstance(bracketed, Scripted | Slice):
        inner = _call(function, bracketed.body)
        return replace(bracketed, span=join(function.span, bracketed.span), body=inner)
    arguments, bracket = _arguments(bracketed)
    return Call(join(function.span, bracketed.span), function, arguments, bracket)


def _called(tree: Tree, reader: _Reader, operator: str) -> Tree | None:
    """A name in front of a round bracket; σ and φ also in front of others."""
    base = base_of(tree)
    loose = isinstance(base, Name) and base.text in _ACTIVATIONS
    brackets = ("(", "[", "{") if loose else ("(",)
    following = reader.factors[-1]
    if (operator and not loose) or not _opened(following, brackets):
        return None
    return _call(tree, following)


def _applied(tree: Tree, reader: _Reader, operator: str) -> Tree | None:
    """A known function in front of its brackets, or of the one factor that it takes without them."""
    following = reader.factors[-1]
    if _opened(following, ("(", "[", "{")):
        return _call(tree, following)
    behind = reader.operators[-1] if reader.operators else "+"
    scripted = isinstance(following, Call) and isinstance(following.function, Scripted | Accented)
    if behind in BESIDE or (scripted and not _known(following)):
        raise refusal(
            following.span.start, "several factors behind a function without brackets", ("brackets",),
            "write ( ) around its argument",
        )  # fmt: skip
    return Call(join(tree.span, following.span), tree, (following,), "")


def _known(tree: Tree) -> bool:
    base = base_of(tree.function) if isinstance(tree, Call) else tree
    return isinstance(base, FunctionName) or (isinstance(base, Name) and base.text in _ACTIVATIONS)


def _differentiated(tree: Tree, reader: _Reader, operator: str) -> Tree | None:
    symbol = symbol_of(tree) or ""
    following = reader.factors[-1]
    if operator and symbol in TIGHT:
        return None
    if symbol in ("delta", "Delta") and isinstance(following, Number):
        return differential(tree, following)
    if symbol in TIGHT and _opened(following, ("(",)):
        return _call(tree, following)
    return before(tree, following, symbol in TIGHT)


def _big(sign: BigSign, body: Tree) -> Big:
    """∑ with its bounds and body."""
    span = join(sign.span, body.span)
    if isinstance(sign.above, Statement):
        raise refusal(sign.span.start, "a relation above a sum", ("a bound",))
    if not isinstance(sign.below, Statement):
        return Big(span, sign.kind, sign.below, None, sign.above, None, body)
    sides, relations = sign.below.sides, sign.below.relations
    if relations == ("=",):
        return Big(span, sign.kind, sides[0], sides[1], sign.above, None, body)
    if relations == ("in",) and sign.above is None:
        return Big(span, sign.kind, sides[0], None, None, sides[1], body)
    if relations == ("le", "le") and sign.above is None:
        return Big(span, sign.kind, sides[1], sides[0], sides[2], None, body)
    raise refusal(sign.below.span.start, f"the relation {relations[0]!r} under a sum", ("=", "\\in"))
