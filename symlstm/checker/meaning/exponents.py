"""Exponents: numbers such as 2, -1 and 3/2, as they are raised; a ring says that every entry is raised."""

from collections.abc import Callable

from sympy import Expr, Rational, S

from symlstm.checker.reader.tree import Call, Fraction, FunctionName, Group, Number, Product, Sum, Tree

__all__ = ["exponent_of", "ringed"]


def exponent_of(tree: Tree) -> Expr | None:
    """The number that a script writes; None where it is no number."""
    rule = _RULES.get(type(tree))
    return rule(tree) if rule else None


def ringed(tree: Tree) -> Tree | None:
    r"""What stands behind the ring of ^{\circ 2}; None where there is none."""
    ring = isinstance(tree, Call) and isinstance(tree.function, FunctionName) and tree.function.text == "circ"
    return tree.arguments[0] if ring and isinstance(tree, Call) else None


def _sum(tree: Sum) -> Expr | None:
    total: Expr = S.Zero
    for sign, term in zip(tree.signs, tree.terms, strict=True):
        number = exponent_of(term)
        if number is None:
            return None
        total = total + sign * number
    return total


def _quotient(above: Tree, below: Tree) -> Expr | None:
    top, bottom = exponent_of(above), exponent_of(below)
    return None if top is None or not bottom else top / bottom


_RULES: dict[type, Callable[..., Expr | None]] = {
    Number: lambda tree: Rational(tree.text),
    Group: lambda tree: exponent_of(tree.body),
    Sum: _sum,
    Fraction: lambda tree: _quotient(tree.numerator, tree.denominator),
    Product: lambda tree: _quotient(*tree.factors) if tree.operators == ("/",) else None,
}
