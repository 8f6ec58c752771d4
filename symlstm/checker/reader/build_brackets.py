"""From what the grammar finds to the tree: brackets, stacks and cases."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from symlstm.checker.reader.build_terms import Children, over, stated, total
from symlstm.checker.reader.differentials import base_of
from symlstm.checker.reader.errors import refusal
from symlstm.checker.reader.regroup import BigSign, alone
from symlstm.checker.reader.token import Token
from symlstm.checker.reader.tree import (
    Call,
    Cases,
    Dots,
    FunctionName,
    Group,
    Number,
    SetOf,
    Slice,
    Span,
    Stack,
    Statement,
    Tree,
    Tuple,
    Words,
)

__all__ = ["RULES"]

# Brackets.


def entries(children: Children) -> tuple[list[Tree], list[str]]:
    return [total(children[0])], []


def entries_more(children: Children) -> tuple[list[Tree], list[str]]:
    (trees, separators), separator, terms = children
    trees.append(total(terms))
    separators.append(separator.type)
    return trees, separators


def group(children: Children) -> Tree:
    opening, (trees, separators), closing = children
    span = over(opening, closing)
    if not separators:
        return _bracketed(span, opening.value, trees[0])
    if opening.value == "(" and set(separators) == {"COMMA"}:
        return Group(span, "(", Tuple(over(trees[0], trees[-1]), tuple(trees)))
    if opening.value == "{" and set(separators) == {"COMMA"}:
        return SetOf(span, tuple(trees))
    if "MID" in separators and set(separators) != {"MID"}:
        raise refusal(opening.start, "| beside other separators in one bracket", ("one kind of separator",))
    if opening.value in ("(", "["):
        return Stack(span, _stacked(trees, separators), opening.value, _SEPARATORS[_outer(separators)])
    raise refusal(opening.start, f"several things in {opening.source}", ("one",))


_SEPARATORS = {"COMMA": ",", "SEMI": ";", "WIDE": " ", "MID": "|"}


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
    return Group(over(children[0], children[2]), "(", Dots(children[1].span))


def indexed(children: Children) -> Call:
    base, _, (trees, _), closing = children
    return Call(over(base, closing), alone(base), tuple(trees), "[")


Range = tuple[Tree | None, Tree | None]


def a_range(children: Children) -> Range:
    """What stands before the colon and behind it."""
    colon = next(k for k, child in enumerate(children) if isinstance(child, Token))
    before, behind = children[:colon], children[colon + 1 :]
    return (total(before[0]) if before else None), (total(behind[0]) if behind else None)


def no_range(children: Children) -> Range:
    raise refusal(total(children[0]).span.start, "an index beside a range", ("a range with :",))


def ranges_more(children: Children) -> list[Range]:
    children[0].append(children[2])
    return children[0]  # type: ignore[no-any-return]


def sliced(children: Children) -> Slice:
    item, opening, ranges, closing = children
    if isinstance(item, BigSign) or isinstance(base_of(alone(item)), FunctionName | Number):
        raise refusal(opening.start, "a range behind what has no rows", ("a name or bracket in front",))
    return Slice(over(item, closing), alone(item), tuple(ranges))


def rows(children: Children) -> list[Any]:
    return [children[0]]


def rows_more(children: Children) -> list[Any]:
    children[0].append(children[2])
    return children[0]  # type: ignore[no-any-return]


def stack(children: Children) -> Stack:
    opening, found, closing = children
    return Stack(over(opening, closing), tuple(map(tuple, found)), opening.value, "matrix")


# Cases.


def case(children: Children) -> tuple[Tree, None]:
    return total(children[0]), None


def case_when(children: Children) -> tuple[Tree, Any]:
    condition = children[-1]
    return total(children[0]), _said(condition) if isinstance(condition, Token) else condition


def _said(token: Token) -> Words:
    return Words(token.span, token.value)


def condition_words(children: Children) -> Words:
    return _said(children[0])


def condition_statement(children: Children) -> Tree | Statement:
    found = next(child for child in children if not isinstance(child, Token))
    return stated(found)


def cases(children: Children) -> Cases:
    return Cases(over(children[0], children[2]), tuple(children[1]))


#: The function of each rule of the grammar.
RULES: dict[str, Callable[[Children], Any]] = {
    "indexed": indexed,
    "sliced": sliced,
    "range": a_range,
    "no_range": no_range,
    "entries_of": rows,
    "ranges_more": ranges_more,
    "stack": stack,
    "cases": cases,
    "group": group,
    "placeholder": placeholder,
    "entries": entries,
    "entries_more": entries_more,
    "rows": rows,
    "rows_more": rows_more,
    "case": case,
    "case_when": case_when,
    "condition_words": condition_words,
    "condition_statement": condition_statement,
}
