"""From what the grammar finds to the tree: chains, sums, products and what stands alone in them."""

from collections.abc import Callable
from typing import Any

from symlstm.checker.reader.differentials import fraction
from symlstm.checker.reader.errors import refusal
from symlstm.checker.reader.regroup import BigSign, Braced, Item, Row, product
from symlstm.checker.reader.tree import (
    Accented,
    Bars,
    Call,
    Dots,
    FunctionName,
    Name,
    Number,
    Span,
    Statement,
    Sum,
    Tree,
    Tuple,
)

__all__ = ["RULES", "Children", "listed", "over", "stated", "total", "unbraced"]

# What a rule gets is what the rules below it gave: tokens, trees, rows, lists. The grammar says which.
Children = list[Any]


def over(first: Any, last: Any) -> Span:
    """From the start of the one node or token to the end of the other."""
    return Span(first.span.start, last.span.stop)


# Statements, lists, sums.


def chain(children: Children) -> tuple[list[Tree], list[str]]:
    return [listed(children[0])], []


def chain_more(children: Children) -> tuple[list[Tree], list[str]]:
    (sides, relations), relation, side = children
    sides.append(listed(side))
    relations.append(relation.value)
    return sides, relations


def listed(trees: list[Tree]) -> Tree:
    """What stands between commas: a Tuple where there are several things."""
    return trees[0] if len(trees) == 1 else Tuple(over(trees[0], trees[-1]), tuple(trees))


def started(children: Children) -> list[Tree]:
    return [total(children[0])]


def continued(children: Children) -> list[Any]:
    children[0].append(total(children[2]))
    return children[0]  # type: ignore[no-any-return]


Terms = tuple[list[int], list[Tree], int]  # signs, terms, where it starts


def first_term(children: Children) -> Terms:
    tree = product(children[0])
    return [1], [tree], tree.span.start


def signed_term(children: Children) -> Terms:
    sign, row = children
    return [_SIGN[sign.value]], [product(row)], sign.start


def more_terms(children: Children) -> Terms:
    (signs, terms, start), sign, row = children
    signs.append(_SIGN[sign.value])
    terms.append(product(row))
    return signs, terms, start


_SIGN = {"+": 1, "-": -1}


def total(terms: Terms) -> Tree:
    """A Sum, or the one term that has no sign."""
    signs, trees, start = terms
    if len(trees) == 1 and signs == [1]:
        return trees[0]
    if len(trees) > 1:
        trees = [_visible(tree) for tree in trees]
    return Sum(Span(start, trees[-1].span.stop), tuple(signs), tuple(trees))


def _visible(tree: Tree) -> Tree:
    """A sum that is a term of a sum was in braces that are not printed."""
    if isinstance(tree, Sum):
        raise refusal(
            tree.span.start, "braces around a sum, which are not printed", ("brackets",), "write ( ) around it"
        )
    return tree


def only(children: Children) -> Any:
    return children[0]


# Products.


def row(children: Children) -> Row:
    return Row([children[0]], [])


def row_beside(children: Children) -> Row:
    found, item = children
    found.items.append(item)
    found.operators.append("")
    return found  # type: ignore[no-any-return]


def row_more(children: Children) -> Row:
    found, operator, item = children
    found.items.append(item)
    found.operators.append(operator.value)
    return found  # type: ignore[no-any-return]


def row_signed(children: Children) -> Row:
    found, operator, sign, item = children
    if operator.value == "thin":
        raise refusal(sign.start, f"{sign.value} behind a space", ("a factor",))
    factor = product(Row([item], []))
    found.items.append(Sum(Span(sign.start, factor.span.stop), (_SIGN[sign.value],), (factor,)))
    found.operators.append(operator.value)
    return found  # type: ignore[no-any-return]


# Atoms.


_DIGITS = 100


def name(children: Children) -> Name:
    token = children[0]
    return Name(token.span, token.value, token.font)


def number(children: Children) -> Number:
    if len(children[0].value) > _DIGITS:
        raise refusal(children[0].start, f"a number of {len(children[0].value)} digits", (f"at most {_DIGITS}",))
    return Number(children[0].span, children[0].value)


def function(children: Children) -> FunctionName:
    return FunctionName(children[0].span, children[0].value)


def dots(children: Children) -> Dots:
    return Dots(children[0].span)


def braced(children: Children) -> Braced:
    return Braced(over(children[0], children[2]), total(children[1]))


def unbraced(item: Item) -> Tree:
    """An argument of a command: its braces are its own."""
    return product(Row([item], []))


def accented(children: Children) -> Accented:
    mark, body = children
    return Accented(over(mark, body), mark.value, unbraced(body))


def accented_sign(children: Children) -> Accented:
    """A placeholder under an accent: the bullet that stands for every gate."""
    mark, _, sign, closing = children
    if sign.value != "bullet":
        raise refusal(sign.start, f"{sign.source} under an accent", ("a symbol",))
    return Accented(over(mark, closing), mark.value, Name(sign.span, sign.value))


def a_fraction(children: Children) -> Tree:
    sign, above, below = children
    return fraction(over(sign, below), unbraced(above), unbraced(below))


def root(children: Children) -> Call:
    sign = FunctionName(children[0].span, "sqrt")
    body = total(children[2]) if len(children) == 4 else unbraced(children[1])
    return Call(over(children[0], children[-1]), sign, (body,), "(")


def bars(children: Children) -> Bars:
    opening, body, closing = children
    if opening.value != closing.value:
        raise refusal(closing.start, closing.source, (opening.source,))
    return Bars(over(opening, closing), opening.value, total(body))


def big(children: Children) -> BigSign:
    return BigSign(children[0].span, children[0].value)


def stated(found: tuple[list[Tree], list[str]]) -> Tree | Statement:
    """A Statement, or the one side that has no relation."""
    sides, relations = found
    return Statement(over(sides[0], sides[-1]), tuple(sides), tuple(relations)) if relations else sides[0]


#: The function of each rule of the grammar.
RULES: dict[str, Callable[[Children], Any]] = {
    "chain": chain,
    "chain_more": chain_more,
    "list": started,
    "list_more": continued,
    "sum": first_term,
    "signed": signed_term,
    "sum_more": more_terms,
    "sign": only,
    "row": row,
    "row_beside": row_beside,
    "row_more": row_more,
    "row_signed": row_signed,
    "big": big,
    "bars": bars,
    "name": name,
    "number": number,
    "function": function,
    "dots": dots,
    "braced": braced,
    "accented": accented,
    "accented_sign": accented_sign,
    "fraction": a_fraction,
    "root": root,
    "separator": only,
    "cells": started,
    "cells_more": continued,
}
