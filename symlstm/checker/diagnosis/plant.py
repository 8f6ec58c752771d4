"""Planting: small trees out of other trees, for edits of a claim."""

from dataclasses import replace

from symlstm.checker.meaning.spelling import TRANSPOSES
from symlstm.checker.reader.tree import (
    Call,
    Differential,
    FunctionName,
    Group,
    Name,
    Number,
    Product,
    Scripted,
    Span,
    Sum,
    Tree,
)

__all__ = [
    "beside",
    "bracketed",
    "called",
    "complement",
    "diagonal",
    "difference",
    "entrywise",
    "flipped",
    "is_turned",
    "number",
    "product",
    "shifted",
    "signed",
    "square",
    "summed",
    "without_brackets",
]


def number(text: str, span: Span) -> Tree:
    """A number."""
    return Number(span, text)


def bracketed(tree: Tree) -> Tree:
    """The tree in brackets, where it needs them."""
    return Group(tree.span, "(", tree) if isinstance(tree, Sum | Product) else tree


def without_brackets(tree: Tree) -> Tree:
    """What is in the brackets."""
    return without_brackets(tree.body) if isinstance(tree, Group) else tree


def signed(sign: int, tree: Tree) -> Tree:
    """± the tree."""
    return Sum(tree.span, (sign,), (bracketed(tree),)) if sign < 0 else tree


def difference(left: Tree, right: Tree) -> Tree:
    """left − right."""
    return Sum(left.span, (1, -1), (left, right))


def complement(tree: Tree) -> Tree:
    """(1 − tree)."""
    return Group(tree.span, "(", difference(number("1", tree.span), tree))


def square(tree: Tree) -> Tree:
    """The tree squared: tanh²(c), y²."""
    two = number("2", tree.span)
    if isinstance(tree, Call) and isinstance(tree.function, FunctionName):
        return replace(tree, function=Scripted(tree.span, tree.function, (), (two,)))
    if isinstance(tree, Name) or (isinstance(tree, Scripted) and not tree.sups):
        body, below = (tree.body, tree.subs) if isinstance(tree, Scripted) else (tree, ())
        return Scripted(tree.span, body, below, (two,), getattr(tree, "primes", 0))
    return Scripted(tree.span, Group(tree.span, "(", tree), (), (two,))


def product(factors: tuple[Tree, ...], operators: tuple[str, ...]) -> Tree:
    """The product; of one factor the factor."""
    return factors[0] if len(factors) == 1 else Product(factors[0].span, factors, operators)


def summed(signs: tuple[int, ...], terms: tuple[Tree, ...]) -> Tree:
    """The sum; of one positive term the term."""
    return terms[0] if len(terms) == 1 and signs[0] > 0 else Sum(terms[0].span, signs, terms)


def entrywise(left: Tree, right: Tree) -> Tree:
    """left ⊙ right."""
    return Product(left.span, (bracketed(left), bracketed(right)), ("odot",))


def beside(left: Tree, right: Tree) -> Tree:
    """The matrix product."""
    return Product(left.span, (bracketed(left), bracketed(right)), ("",))


def called(function: str, argument: Tree) -> Tree:
    """A known function of something."""
    return Call(argument.span, FunctionName(argument.span, function), (without_brackets(argument),))


def diagonal(tree: Tree) -> Tree:
    """diag(tree)."""
    return called("diag", tree)


def _turns(part: Tree) -> bool:
    return isinstance(part, Name) and part.text in TRANSPOSES


def is_turned(tree: Tree) -> bool:
    """Whether there is a transpose in the scripts, those of the quantity of a gradient included."""
    if isinstance(tree, Differential) and tree.body is not None:
        return is_turned(tree.body)
    return isinstance(tree, Scripted) and (any(map(_turns, tree.sups)) or is_turned(tree.body))


def flipped(tree: Tree) -> Tree:
    """The transpose: the sign of one taken away, or put there."""
    if isinstance(tree, Differential) and tree.body is not None and is_turned(tree.body):
        return replace(tree, body=flipped(tree.body))
    if isinstance(tree, Scripted) and any(map(_turns, tree.sups)):
        sups = tuple(part for part in tree.sups if not _turns(part))
        bare = not (sups or tree.subs or tree.primes)
        return tree.body if bare else Scripted(tree.span, tree.body, tree.subs, sups, tree.primes)
    sign = Name(tree.span, "top")
    if isinstance(tree, Scripted):
        return Scripted(tree.span, tree.body, tree.subs, (*tree.sups, sign), tree.primes)
    return Scripted(tree.span, bracketed(tree), (), (sign,))


def shifted(index: Tree, by: int) -> Tree:
    """An index some steps later: t − 1, t, t + 1; in the brackets in which it stands."""
    if isinstance(index, Group):
        return Group(index.span, index.bracket, shifted(index.body, by))
    base: Tree = index
    if isinstance(index, Number):
        return number(str(int(index.text) + by), index.span)
    if isinstance(index, Sum) and len(index.terms) == 2 and isinstance(index.terms[1], Number):
        base, by = index.terms[0], by + index.signs[1] * int(index.terms[1].text)
    if by == 0:
        return base
    return Sum(index.span, (1, 1 if by > 0 else -1), (base, number(str(abs(by)), index.span)))
