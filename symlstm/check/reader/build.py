"""From what the grammar finds to the tree: one function per rule."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from symlstm.check.reader.errors import refusal
from symlstm.check.reader.regroup import BigSign, Braced, Item, Row, alone, fraction, product
from symlstm.check.reader.token import Token
from symlstm.check.reader.tree import (
    Accented,
    Bars,
    Call,
    Cases,
    Dots,
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
    Words,
)

__all__ = ["RULES"]

# What a rule gets is what the rules below it gave: tokens, trees, rows, lists. The grammar says which.
Children = list[Any]


def _over(first: Any, last: Any) -> Span:
    return Span(first.span.start, last.span.stop)


# Statements, lists, sums.


def chain(children: Children) -> tuple[list[Tree], list[str]]:
    return [_listed(children[0])], []


def chain_more(children: Children) -> tuple[list[Tree], list[str]]:
    (sides, relations), relation, side = children
    sides.append(_listed(side))
    relations.append(relation.value)
    return sides, relations


def _listed(trees: list[Tree]) -> Tree:
    return trees[0] if len(trees) == 1 else Tuple(_over(trees[0], trees[-1]), tuple(trees))


def started(children: Children) -> list[Tree]:
    return [_total(children[0])]


def continued(children: Children) -> list[Any]:
    children[0].append(_total(children[2]))
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


def _total(terms: Terms) -> Tree:
    signs, trees, start = terms
    if len(trees) == 1 and signs == [1]:
        return trees[0]
    if len(trees) > 1:
        trees = [_visible(tree) for tree in trees]
    return Sum(Span(start, trees[-1].span.stop), tuple(signs), tuple(trees))


def _visible(tree: Tree) -> Tree:
    """A sum that is a term of a sum was in braces that are not printed."""
    if isinstance(tree, Sum):
        raise refusal(tree.span.start, "braces around a sum, which are not printed", ("brackets",), "write ( ) around it")
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


def name(children: Children) -> Name:
    token = children[0]
    return Name(token.span, token.value, token.font)


def number(children: Children) -> Number:
    return Number(children[0].span, children[0].value)


def function(children: Children) -> FunctionName:
    return FunctionName(children[0].span, children[0].value)


def dots(children: Children) -> Dots:
    return Dots(children[0].span)


def braced(children: Children) -> Braced:
    return Braced(_over(children[0], children[2]), _total(children[1]))


def _unbraced(item: Item) -> Tree:
    """An argument of a command: its braces are its own."""
    return product(Row([item], []))


def accented(children: Children) -> Accented:
    mark, body = children
    return Accented(_over(mark, body), mark.value, _unbraced(body))


def a_fraction(children: Children) -> Tree:
    sign, above, below = children
    return fraction(_over(sign, below), _unbraced(above), _unbraced(below))


def root(children: Children) -> Call:
    sign = FunctionName(children[0].span, "sqrt")
    body = _total(children[2]) if len(children) == 4 else _unbraced(children[1])
    return Call(_over(children[0], children[-1]), sign, (body,), "(")


def bars(children: Children) -> Bars:
    opening, body, closing = children
    if opening.value != closing.value:
        raise refusal(closing.start, closing.source, (opening.source,))
    return Bars(_over(opening, closing), opening.value, _total(body))


def big(children: Children) -> BigSign:
    return BigSign(children[0].span, children[0].value)


# Brackets.


def entries(children: Children) -> tuple[list[Tree], list[str]]:
    return [_total(children[0])], []


def entries_more(children: Children) -> tuple[list[Tree], list[str]]:
    (trees, separators), separator, terms = children
    trees.append(_total(terms))
    separators.append(separator.type)
    return trees, separators


def group(children: Children) -> Tree:
    opening, (trees, separators), closing = children
    span = _over(opening, closing)
    if not separators:
        return _bracketed(span, opening.value, trees[0])
    if opening.value == "(" and set(separators) == {"COMMA"}:
        return Group(span, "(", Tuple(_over(trees[0], trees[-1]), tuple(trees)))
    if opening.value == "{" and set(separators) == {"COMMA"}:
        return SetOf(span, tuple(trees))
    if opening.value in ("(", "["):
        return Stack(span, _stacked(trees, separators), opening.value, _SEPARATORS[_outer(separators)])
    raise refusal(opening.start, f"several things in {opening.source}", ("one",))


_SEPARATORS = {"COMMA": ",", "SEMI": ";", "WIDE": " "}


def _outer(separators: list[str]) -> str:
    return "SEMI" if "SEMI" in separators else separators[0]


def _stacked(trees: list[Tree], separators: list[str]) -> tuple[tuple[Tree, ...], ...]:
    """Rows are parted by semicolons, entries of a row by commas or spaces."""
    rows: list[list[Tree]] = [[trees[0]]]
    for separator, tree in zip(separators, trees[1:], strict=True):
        if separator == "SEMI":
            rows.append([])
        rows[-1].append(tree)
    return tuple(map(tuple, rows))


def _bracketed(span: Span, bracket: str, body: Tree) -> Tree:
    """A matrix in brackets is a stack with these brackets."""
    if isinstance(body, Stack) and body.bracket == "" and body.separator == "matrix":
        return replace(body, span=span, bracket=bracket)
    return Group(span, bracket, body)


def placeholder(children: Children) -> Group:
    if children[1].value not in ("cdot", "bullet"):
        raise refusal(children[1].start, f"{children[1].source} alone in brackets", ("an argument",))
    return Group(_over(children[0], children[2]), "(", Dots(children[1].span))


def indexed(children: Children) -> Call:
    base, _, (trees, _), closing = children
    return Call(_over(base, closing), alone(base), tuple(trees), "[")


def rows(children: Children) -> list[Any]:
    return [children[0]]


def rows_more(children: Children) -> list[Any]:
    children[0].append(children[2])
    return children[0]  # type: ignore[no-any-return]


def stack(children: Children) -> Stack:
    opening, found, closing = children
    return Stack(_over(opening, closing), tuple(map(tuple, found)), opening.value, "matrix")


# Cases.


def case(children: Children) -> tuple[Tree, None]:
    return _total(children[0]), None


def case_when(children: Children) -> tuple[Tree, Any]:
    condition = children[-1]
    return _total(children[0]), _said(condition) if isinstance(condition, Token) else condition


def _said(token: Token) -> Words:
    return Words(token.span, token.value)


def condition_words(children: Children) -> Words:
    return _said(children[0])


def condition_statement(children: Children) -> Tree | Statement:
    found = next(child for child in children if not isinstance(child, Token))
    return _stated(found)


def cases(children: Children) -> Cases:
    return Cases(_over(children[0], children[2]), tuple(children[1]))


# Scripts: each is (parts, primes).

Script = tuple[tuple["Tree | Statement", ...], int]


def _stated(found: tuple[list[Tree], list[str]]) -> Tree | Statement:
    sides, relations = found
    return Statement(_over(sides[0], sides[-1]), tuple(sides), tuple(relations)) if relations else sides[0]


def _parts(tree: Tree | Statement) -> tuple[Tree | Statement, ...]:
    return tree.items if isinstance(tree, Tuple) else (tree,)


def script_one(children: Children) -> Script:
    return (_unbraced(children[0]),), 0


def script_statement(children: Children) -> Script:
    return _parts(_stated(children[1])), 0


def script_primes(children: Children) -> Script:
    return (), int(children[0].value)


def script_primes_braced(children: Children) -> Script:
    return (), children[1]


def script_primed(children: Children) -> Script:
    return _parts(_stated(children[2])), children[1]


def script_sign(children: Children) -> Script:
    token: Token = children[0]
    if token.value not in ("*", "ast", "circ", "odot"):
        raise refusal(token.start, f"{token.source} as a script", ("a symbol or number",))
    return (Name(token.span, "*" if token.value == "ast" else token.value),), 0


def script_sign_braced(children: Children) -> Script:
    return script_sign([children[1]])


def primes(children: Children) -> int:
    return sum(child if isinstance(child, int) else int(child.value) for child in children)


def _scripted(item: Item, last: Any, subs: Any = (), sups: Any = (), marks: int = 0) -> Item:
    """One script more on an item; scripts on TeX's braces are of their own."""
    for part in (*subs, *sups):
        if isinstance(part, Statement) and not isinstance(item, BigSign):
            raise refusal(part.span.start, "a relation in a script", ("an index",))
    span = _over(item, last)
    if isinstance(item, BigSign):
        return _bounded(item, span, subs, sups)
    if isinstance(item, Braced) and isinstance(item.body, Sum | Product):
        found = "a script on braces, which are not printed"
        raise refusal(item.span.start, found, ("brackets",), "write ( ) around what it is on")
    if isinstance(item, Scripted):
        if (subs and item.subs) or (sups and item.sups):
            raise refusal(last.span.start, "a second script of the same kind", ("braces",))
        return Scripted(span, item.body, item.subs or subs, item.sups or sups, item.primes + marks)
    return Scripted(span, alone(item), subs, sups, marks)


def _bounded(sign: BigSign, span: Span, subs: Any, sups: Any) -> BigSign:
    below, above = (_one(sign.below, subs, span), _one(sign.above, sups, span))
    return BigSign(span, sign.kind, below, above)


def _one(known: Any, parts: Any, span: Span) -> Any:
    if not parts:
        return known
    if known is not None:
        raise refusal(span.start, "two bounds in one place", ("one",))
    return parts[0] if len(parts) == 1 else Tuple(_over(parts[0], parts[-1]), tuple(parts))


class _End:
    """Where a script ends, for the span of what it is on."""

    def __init__(self, item: Any, token: Token, parts: Any) -> None:
        self.span = Span(token.start, max([token.stop, *(part.span.stop for part in parts)]))


def lowered(children: Children) -> Item:
    item, token, (parts, marks) = children
    if marks:
        raise refusal(token.start, "a prime as a subscript", ("an index",))
    return _scripted(item, _End(item, token, parts), subs=parts)


def raised(children: Children) -> Item:
    item, token, (parts, marks) = children
    return _scripted(item, _End(item, token, parts), sups=parts, marks=marks)


def primed(children: Children) -> Item:
    return _scripted(children[0], children[1], marks=int(children[1].value))


def evaluated(children: Children) -> Item:
    item, bar, token, (parts, _) = children
    for part in parts:
        if isinstance(part, Statement):
            raise refusal(part.span.start, "a relation behind |", ("an index",))
    at = Group(Span(bar.start, parts[-1].span.stop), "|", _listed(list(parts)))
    return Scripted(_over(item, at), alone(item), (at,))


#: The function of each rule of the grammar.
RULES: dict[str, Callable[[Children], Any]] = {
    "chain": chain, "chain_more": chain_more, "list": started, "list_more": continued, "sum": first_term,
    "signed": signed_term, "sum_more": more_terms, "sign": only, "row": row, "row_beside": row_beside,
    "row_more": row_more, "row_signed": row_signed, "lowered": lowered, "raised": raised, "primed": primed,
    "evaluated": evaluated, "indexed": indexed, "big": big, "stack": stack, "cases": cases, "bars": bars,
    "name": name, "number": number, "function": function, "dots": dots, "braced": braced, "accented": accented,
    "fraction": a_fraction, "root": root, "group": group, "placeholder": placeholder, "entries": entries,
    "entries_more": entries_more, "separator": only, "script_sign": script_sign, "script_one": script_one,
    "script_primes": script_primes, "script_sign_braced": script_sign_braced, "script_statement": script_statement,
    "script_primes_braced": script_primes_braced, "script_primed": script_primed, "primes": primes, "rows": rows,
    "rows_more": rows_more, "cells": started, "cells_more": continued, "case": case, "case_when": case_when,
    "condition_words": condition_words, "condition_statement": condition_statement,
}  # fmt: skip
