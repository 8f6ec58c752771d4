"""From what the grammar finds to the tree: subscripts, superscripts and primes."""

from collections.abc import Callable
from typing import Any

from symlstm.checker.reader.build_terms import Children, listed, over, stated, total, unbraced
from symlstm.checker.reader.errors import refusal
from symlstm.checker.reader.regroup import BigSign, Braced, Item, alone
from symlstm.checker.reader.token import Token
from symlstm.checker.reader.tree import (
    Call,
    FunctionName,
    Group,
    Name,
    Product,
    Scripted,
    Span,
    Statement,
    Sum,
    Tree,
    Tuple,
)

__all__ = ["RULES"]

# Scripts: each is (parts, primes).

Script = tuple[tuple["Tree | Statement", ...], int]


def _parts(tree: Tree | Statement) -> tuple[Tree | Statement, ...]:
    return tree.items if isinstance(tree, Tuple) else (tree,)


def script_one(children: Children) -> Script:
    return (unbraced(children[0]),), 0


def script_statement(children: Children) -> Script:
    return _parts(stated(children[1])), 0


def script_primes(children: Children) -> Script:
    return (), int(children[0].value)


def script_primes_braced(children: Children) -> Script:
    return (), children[1]


def script_primed(children: Children) -> Script:
    return _parts(stated(children[2])), children[1]


def script_sign(children: Children) -> Script:
    token: Token = children[0]
    if token.value not in ("*", "ast", "circ", "odot", "bullet"):
        raise refusal(token.start, f"{token.source} as a script", ("a symbol or number",))
    return (Name(token.span, "*" if token.value == "ast" else token.value),), 0


def script_sign_braced(children: Children) -> Script:
    return script_sign([children[1]])


def script_ring(children: Children) -> Script:
    r"""^{\circ 2}: the ring is a function of the exponent."""
    token: Token = children[1]
    if token.value not in ("circ", "odot"):
        raise refusal(token.start, f"{token.source} in front of an exponent", ("a symbol or number",))
    exponent = total(children[2])
    return (Call(Span(token.start, exponent.span.stop), FunctionName(token.span, "circ"), (exponent,), ""),), 0


_ARROWS = ("rightarrow", "leftarrow", "to", "→", "←")


def script_arrow(children: Children) -> Script:
    r"""_{\rightarrow}: the mark of a direction."""
    token: Token = children[1]
    word = token.source.lstrip("\\")
    if word not in _ARROWS:
        raise refusal(token.start, f"{token.source} as a script", ("a symbol or number",))
    return (Name(token.span, "leftarrow" if word in ("leftarrow", "←") else "rightarrow"),), 0


def primes(children: Children) -> int:
    return sum(child if isinstance(child, int) else int(child.value) for child in children)


def scripted(item: Item, last: Any, subs: Any = (), sups: Any = (), marks: int = 0) -> Item:
    """One script more on an item; scripts on TeX's braces are of their own."""
    for part in (*subs, *sups):
        if isinstance(part, Statement) and not isinstance(item, BigSign):
            raise refusal(part.span.start, "a relation in a script", ("an index",))
    span = over(item, last)
    if isinstance(item, BigSign):
        return _bounded(item, span, subs, sups)
    if isinstance(item, Braced) and isinstance(item.body, Sum | Product):
        found = "a script on braces, which are not printed"
        raise refusal(item.span.start, found, ("brackets",), "write ( ) around what it is on")
    if isinstance(item, Scripted):
        if not last.run and ((subs and item.subs) or (sups and item.sups)):
            raise refusal(last.span.start, "a second script of the same kind", ("braces",))
        return Scripted(span, item.body, (*item.subs, *subs), (*item.sups, *sups), item.primes + marks)
    return Scripted(span, alone(item), subs, sups, marks)


def _bounded(sign: BigSign, span: Span, subs: Any, sups: Any) -> BigSign:
    below, above = (_one(sign.below, subs, span), _one(sign.above, sups, span))
    return BigSign(span, sign.kind, below, above)


def _one(known: Any, parts: Any, span: Span) -> Any:
    if not parts:
        return known
    if known is not None:
        raise refusal(span.start, "two bounds in one place", ("one",))
    return parts[0] if len(parts) == 1 else Tuple(over(parts[0], parts[-1]), tuple(parts))


class _End:
    """Where a script ends, for the span of what it is on."""

    def __init__(self, token: Token, parts: Any) -> None:
        self.run = token.value == "run"  # raised or lowered characters go on: x⁽ᵗ⁾ⁱⁿ
        self.span = Span(token.start, max([token.stop, *(part.span.stop for part in parts)]))


def lowered(children: Children) -> Item:
    item, token, (parts, marks) = children
    if marks:
        raise refusal(token.start, "a prime as a subscript", ("an index",))
    return scripted(item, _End(token, parts), subs=parts)


def raised(children: Children) -> Item:
    item, token, (parts, marks) = children
    return scripted(item, _End(token, parts), sups=parts, marks=marks)


def primed(children: Children) -> Item:
    token = children[1]
    return scripted(children[0], _End(token, ()), marks=int(token.value))


def evaluated(children: Children) -> Item:
    item, bar, token, (parts, _) = children
    if not parts:
        raise refusal(token.start, "a prime behind |", ("an index",))
    for part in parts:
        if isinstance(part, Statement):
            raise refusal(part.span.start, "a relation behind |", ("an index",))
    at = Group(Span(bar.start, parts[-1].span.stop), "|", listed(list(parts)))
    return Scripted(over(item, at), alone(item), (at,))


#: The function of each rule of the grammar.
RULES: dict[str, Callable[[Children], Any]] = {
    "lowered": lowered,
    "raised": raised,
    "primed": primed,
    "evaluated": evaluated,
    "script_sign": script_sign,
    "script_one": script_one,
    "script_ring": script_ring,
    "script_arrow": script_arrow,
    "script_primes": script_primes,
    "script_sign_braced": script_sign_braced,
    "script_statement": script_statement,
    "script_primes_braced": script_primes_braced,
    "script_primed": script_primed,
    "primes": primes,
}
