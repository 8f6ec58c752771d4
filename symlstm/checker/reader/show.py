"""A tree as an s-expression on one line: for tests and error messages."""

from collections.abc import Callable
from typing import Any

from symlstm.checker.reader.tree import (
    Accented,
    Bars,
    Big,
    Call,
    Cases,
    Differential,
    Dots,
    Formula,
    Fraction,
    FunctionName,
    Group,
    Name,
    Number,
    Product,
    Scripted,
    SetOf,
    Slice,
    Stack,
    Statement,
    Sum,
    Tree,
    Tuple,
    Words,
)

__all__ = ["show"]

Shown = Tree | Statement | Formula | None


def _list(head: str, *parts: str) -> str:
    return f"({' '.join([head, *(part for part in parts if part)])})"


def _all(trees: Any) -> str:
    return " ".join(map(show, trees))


def _marked(mark: str, trees: Any) -> str:
    return f"{mark}[{_all(trees)}]" if trees else ""


def _scripted(tree: Scripted) -> str:
    return _list("scripted", show(tree.body), _marked("_", tree.subs), _marked("^", tree.sups), "'" * tree.primes)


def _call(tree: Call) -> str:
    head = "call" if tree.bracket == "(" else f"call{tree.bracket or '-'}"
    return _list(head, show(tree.function), _all(tree.arguments))


def _product(tree: Product) -> str:
    first, *others = tree.factors
    return _list("*", show(first), *(f"{op or '~'} {show(f)}" for op, f in zip(tree.operators, others, strict=True)))


def _sum(tree: Sum) -> str:
    return _list("sum", *("+-"[sign < 0] + show(term) for sign, term in zip(tree.signs, tree.terms, strict=True)))


def _differential(tree: Differential) -> str:
    order = str(tree.order) if tree.order != 1 else ""
    return _list(
        tree.symbol + order, show(tree.body) if tree.body else "", _marked("by", (tree.by,) if tree.by else ())
    )


def _stack(tree: Stack) -> str:
    return _list(f"stack{tree.bracket}{tree.separator}", "; ".join(map(_all, tree.rows)))


def _slice(tree: Slice) -> str:
    return _list("slice", show(tree.body), *(f"[{show(start)}:{show(stop)}]" for start, stop in tree.ranges))


def _big(tree: Big) -> str:
    bounds = (("", tree.index), ("from", tree.lower), ("to", tree.upper), ("in", tree.members))
    named = [f"{word} {show(bound)}".strip() for word, bound in bounds if bound is not None]
    return _list(tree.kind, f"[{' '.join(named)}]", show(tree.body))


def _cases(tree: Cases) -> str:
    return _list(
        "cases", *(f"{show(value)} if {show(when)};" if when else f"{show(value)};" for value, when in tree.rows)
    )


def _statement(tree: Statement) -> str:
    sides = [show(tree.sides[0])]
    for relation, side in zip(tree.relations, tree.sides[1:], strict=True):
        sides += [relation, show(side)]
    tag = f"tag {tree.tag}" if tree.tag else ""
    return _list(":", *sides, _marked("note", tree.annotations), tag)


_SHOWN: dict[type, Callable[[Any], str]] = {
    Number: lambda tree: tree.text,
    Name: lambda tree: tree.text,
    FunctionName: lambda tree: f"@{tree.text}",
    Accented: lambda tree: _list(tree.accent, show(tree.body)),
    Scripted: _scripted,
    Group: lambda tree: _list(f"group{tree.bracket}", show(tree.body)),
    Tuple: lambda tree: _list("tuple", _all(tree.items)),
    SetOf: lambda tree: _list("set", _all(tree.items)),
    Call: _call,
    Product: _product,
    Sum: _sum,
    Fraction: lambda tree: _list("frac", show(tree.numerator), show(tree.denominator)),
    Differential: _differential,
    Slice: _slice,
    Stack: _stack,
    Big: _big,
    Bars: lambda tree: _list(f"bars{tree.bracket}", show(tree.body)),
    Cases: _cases,
    Dots: lambda tree: "…",
    Words: lambda tree: f'"{tree.text}"',
    Statement: _statement,
    Formula: lambda tree: "\n".join(map(show, (*tree.statements, *tree.words))),
}


def show(tree: Shown) -> str:
    """The tree on one line; one line a statement for a formula.

    Names and numbers stand for themselves, a known function behind @, ~ between factors that have no operator.

    >>> from symlstm.checker.reader import read_formula
    >>> print(show(read_formula(r"h_t = o_t \\odot \\tanh(C_t)")))
    (: (scripted h _[t]) = (* (scripted o _[t]) odot (call @tanh (scripted C _[t]))))
    """
    return "" if tree is None else _SHOWN[type(tree)](tree)
