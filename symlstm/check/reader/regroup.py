"""What stands beside each other in a product: calls, functions without brackets, differentials, sums over an index."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

from symlstm.check.reader.errors import refusal
from symlstm.check.reader.tree import (
    Accented,
    Big,
    Call,
    Differential,
    Fraction,
    FunctionName,
    Group,
    Name,
    Number,
    Product,
    Scripted,
    SetOf,
    Span,
    Stack,
    Statement,
    Sum,
    Tree,
    Tuple,
)

__all__ = ["BigSign", "Braced", "Item", "Row", "alone", "fraction", "product"]


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


_SYMBOLS = frozenset(["d", "delta", "Delta", "partial", "nabla"])
_TIGHT = frozenset(["d", "delta", "Delta"])  # δ takes the name alone, ∂ the function that is called
_UNCALLABLE = frozenset(["0", "1", "infty"])
_ACTIVATIONS = frozenset(["sigma", "phi", "varphi"])
BESIDE = ("", "thin")


def _join(first: Span, last: Span) -> Span:
    return Span(first.start, last.stop)


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
        return Product(_join(factors[0].span, factors[-1].span), factors, operators)


def product(row: Row) -> Tree:
    """The tree of a row."""
    if len(row.items) == 1:
        return _lonely(alone(row.items[0]))
    row = _spliced(row)
    reader = _Reader()
    for k in range(len(row.items) - 1, -1, -1):
        _absorb(reader, row.items[k], row.operators[k] if k < len(row.operators) else "")
    _quotients(reader)
    return reader.product()


def _lonely(item: Tree) -> Tree:
    r"""∂ or ∇_W with nothing behind it is a differential without a body."""
    symbol = _symbol(item)
    return _differential(item, None) if symbol in ("partial", "nabla") else item


def _absorb(reader: _Reader, item: Item, operator: str) -> None:
    if isinstance(item, BigSign):
        if not reader.factors or operator not in BESIDE:
            raise refusal(item.span.stop, f"{item.kind} with nothing behind it", ("a term",))
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


def _base(tree: Tree) -> Tree:
    """What stands under scripts and accents."""
    while isinstance(tree, Scripted | Accented):
        tree = tree.body
    return tree


def _rule(tree: Tree) -> "_Rule | None":
    """How a tree takes what stands beside it on the right: as a function, a differential, or the name of a call."""
    if isinstance(_base(tree), FunctionName) and not isinstance(tree, Accented):
        return _applied
    if _symbol(tree) is not None:
        return _differentiated
    return _called if _callable(tree) else None


def _callable(tree: Tree) -> bool:
    base = _base(tree)
    named = isinstance(base, Name) and base.text not in _UNCALLABLE
    return named or (isinstance(tree, Differential) and tree.body is not None and tree.symbol in _TIGHT)


def _opened(tree: Tree, brackets: tuple[str, ...]) -> bool:
    """Whether a tree begins with one of these brackets (and perhaps has scripts behind the closing one)."""
    if isinstance(tree, Scripted):
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
    """f(x), and f(x)^2 for scripts behind the bracket."""
    if isinstance(bracketed, Scripted):
        inner = _call(function, bracketed.body)
        return replace(bracketed, span=_join(function.span, bracketed.span), body=inner)
    arguments, bracket = _arguments(bracketed)
    return Call(_join(function.span, bracketed.span), function, arguments, bracket)


def _called(tree: Tree, reader: _Reader, operator: str) -> Tree | None:
    """A name in front of a round bracket; σ and φ also in front of others."""
    base = _base(tree)
    loose = isinstance(base, Name) and base.text in _ACTIVATIONS
    brackets = ("(", "[", "{") if loose else ("(",)
    following = reader.factors[-1]
    if operator or not _opened(following, brackets):
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
    return Call(_join(tree.span, following.span), tree, (following,), "")


def _known(tree: Tree) -> bool:
    base = _base(tree.function) if isinstance(tree, Call) else tree
    return isinstance(base, FunctionName) or (isinstance(base, Name) and base.text in _ACTIVATIONS)


def _symbol(tree: Tree) -> str | None:
    r"""The symbol of a differential: d, δ, Δ, ∂ without scripts, ∂^2, ∇_W."""
    base = tree.body if isinstance(tree, Scripted) else tree
    if not isinstance(base, Name) or base.text not in _SYMBOLS:
        return None
    if not isinstance(tree, Scripted):
        return base.text
    if tree.primes:
        return None
    squared = base.text == "partial" and not tree.subs and len(tree.sups) == 1 and _whole(tree.sups[0])
    gradient = base.text == "nabla" and not tree.sups and len(tree.subs) == 1
    return base.text if squared or gradient else None


def _whole(tree: Tree) -> bool:
    return isinstance(tree, Number) and tree.text.isdecimal() and 0 < len(tree.text) < 3


def _differential(sign: Tree, body: Tree | None) -> Differential:
    """The sign, with its order and what it differentiates by, and what it stands in front of."""
    span = sign.span if body is None else _join(sign.span, body.span)
    if not isinstance(sign, Scripted):
        return Differential(span, _symbol(sign) or "", body)
    base = sign.body
    order = sign.sups[0] if sign.sups else None
    return Differential(
        span,
        base.text if isinstance(base, Name) else "",
        body,
        sign.subs[0] if sign.subs else None,
        int(order.text) if isinstance(order, Number) else 1,
    )


def _differentiated(tree: Tree, reader: _Reader, operator: str) -> Tree | None:
    symbol = _symbol(tree) or ""
    following = reader.factors[-1]
    if operator and symbol in _TIGHT:
        return None
    if symbol in ("delta", "Delta") and isinstance(following, Number):
        return _differential(tree, following)
    if symbol in _TIGHT and _opened(following, ("(",)):
        return _call(tree, following)
    return _before(tree, following, symbol in _TIGHT)


def _before(sign: Tree, tree: Tree, tight: bool) -> Tree | None:
    """A sign of a differential in front of a name, of an accented or scripted one, or of a call."""
    if isinstance(tree, Call):
        if not tight or isinstance(_base(tree.function), FunctionName):
            return _differential(sign, tree)
        inner = _before(sign, tree.function, tight)
        return None if inner is None else replace(tree, span=_join(sign.span, tree.span), function=inner)
    if isinstance(tree, Scripted) and isinstance(tree.body, Call):
        inner = _before(sign, tree.body, tight)
        return None if inner is None else replace(tree, span=_join(sign.span, tree.span), body=inner)
    base = _base(tree)
    if isinstance(base, Name) or (not tight and isinstance(base, Group | Fraction | Number)):
        return _differential(sign, tree)
    return None


def _quotients(reader: _Reader) -> None:
    """a/b of two differentials is a fraction."""
    factors, operators = reader.factors, reader.operators
    k = len(operators) - 1  # the leftmost operator, since the factors go from right to left
    while k >= 0:
        above, below = factors[k + 1], factors[k]
        if operators[k] == "/" and isinstance(_whole_differential(above), Differential):
            other = _whole_differential(below)
            if isinstance(other, Differential):
                span = _join(above.span, below.span)
                factors[k : k + 2] = [Fraction(span, _whole_differential(above), other)]
                del operators[k]
        k -= 1


def _whole_differential(tree: Tree) -> Tree:
    """In a fraction d takes the function that is called, as ∂ does."""
    if isinstance(tree, Call) and isinstance(tree.function, Differential) and tree.function.body is not None:
        inner = replace(tree, span=_join(tree.function.body.span, tree.span), function=tree.function.body)
        return replace(tree.function, span=tree.span, body=inner)
    return tree


def fraction(span: Span, numerator: Tree, denominator: Tree) -> Fraction:
    r"""\frac{…}{…}; d alone, d² and d(…) are those of a differential where one stands below."""
    below = _whole_differential(denominator)
    first = below.factors[0] if isinstance(below, Product) else below
    above = _whole_differential(numerator)
    if isinstance(first, Differential) and first.symbol == "d":
        above = _leibniz(above)
    return Fraction(span, above, below)


def _leibniz(above: Tree) -> Tree:
    """d, d² L over a differential."""
    factors = above.factors if isinstance(above, Product) else (above,)
    sign = factors[0]
    base = sign.body if isinstance(sign, Scripted) else sign
    order = sign.sups[0] if isinstance(sign, Scripted) and len(sign.sups) == 1 and not sign.subs else None
    if not isinstance(base, Name) or base.text != "d" or (isinstance(sign, Scripted) and order is None):
        return above
    if (order is not None and not _whole(order)) or len(factors) > 2:
        return above
    number = int(order.text) if isinstance(order, Number) else 1
    return Differential(above.span, "d", factors[1] if len(factors) == 2 else None, None, number)


def _big(sign: BigSign, body: Tree) -> Big:
    """∑ with its bounds and body."""
    span = _join(sign.span, body.span)
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


