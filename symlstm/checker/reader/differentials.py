"""Differentials: which signs are ones, what they stand in front of, and quotients of two of them."""

from dataclasses import replace

from symlstm.checker.reader.tree import (
    Accented,
    Call,
    Differential,
    Fraction,
    FunctionName,
    Group,
    Name,
    Number,
    Product,
    Scripted,
    Slice,
    Span,
    Tree,
)

__all__ = ["TIGHT", "base_of", "before", "differential", "fraction", "join", "quotients", "symbol_of"]

_SYMBOLS = frozenset(["d", "delta", "Delta", "partial", "nabla"])
#: δ takes the name alone, ∂ the function that is called.
TIGHT = frozenset(["d", "delta", "Delta"])


def join(first: Span, last: Span) -> Span:
    """From the start of the one to the end of the other."""
    return Span(first.start, last.stop)


def base_of(tree: Tree) -> Tree:
    """What stands under scripts and accents."""
    while isinstance(tree, Scripted | Accented):
        tree = tree.body
    return tree


def symbol_of(tree: Tree) -> str | None:
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


def differential(sign: Tree, body: Tree | None) -> Differential:
    """The sign, with its order and what it differentiates by, and what it stands in front of."""
    span = sign.span if body is None else join(sign.span, body.span)
    if not isinstance(sign, Scripted):
        return Differential(span, symbol_of(sign) or "", body)
    base = sign.body
    order = sign.sups[0] if sign.sups else None
    return Differential(
        span,
        base.text if isinstance(base, Name) else "",
        body,
        sign.subs[0] if sign.subs else None,
        int(order.text) if isinstance(order, Number) else 1,
    )


def before(sign: Tree, tree: Tree, tight: bool) -> Tree | None:
    """A sign of a differential in front of a name, of an accented or scripted one, or of a call."""
    if isinstance(tree, Call):
        if not tight or isinstance(base_of(tree.function), FunctionName):
            return differential(sign, tree)
        inner = before(sign, tree.function, tight)
        return None if inner is None else replace(tree, span=join(sign.span, tree.span), function=inner)
    if isinstance(tree, Slice) and not tight:
        return differential(sign, tree)
    if isinstance(tree, Slice) or (isinstance(tree, Scripted) and isinstance(tree.body, Call | Slice)):
        inner = before(sign, tree.body, tight)
        return None if inner is None else replace(tree, span=join(sign.span, tree.span), body=inner)
    base = base_of(tree)
    if isinstance(base, Name) or (not tight and isinstance(base, Group | Fraction | Number)):
        return differential(sign, tree)
    return None


def quotients(factors: list[Tree], operators: list[str]) -> None:
    """a/b of two differentials is a fraction; factors and operators go from right to left."""
    k = len(operators) - 1  # the leftmost operator, since the factors go from right to left
    while k >= 0:
        above, below = factors[k + 1], factors[k]
        if operators[k] == "/" and isinstance(_whole_differential(above), Differential):
            other = _whole_differential(below)
            if isinstance(other, Differential):
                span = join(above.span, below.span)
                factors[k : k + 2] = [Fraction(span, _whole_differential(above), other)]
                del operators[k]
        k -= 1


def _whole_differential(tree: Tree) -> Tree:
    """In a fraction d takes what is called or sliced, as ∂ does."""
    if isinstance(tree, Call) and isinstance(tree.function, Differential) and tree.function.body is not None:
        inner = replace(tree, span=join(tree.function.body.span, tree.span), function=tree.function.body)
        return replace(tree.function, span=tree.span, body=inner)
    if isinstance(tree, Slice) and isinstance(tree.body, Differential) and tree.body.body is not None:
        inner_slice = replace(tree, span=join(tree.body.body.span, tree.span), body=tree.body.body)
        return replace(tree.body, span=tree.span, body=inner_slice)
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
