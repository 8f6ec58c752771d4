"""Kinds: whether a parameter is a matrix, a vector or a number, by how it is used and by its letter."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from enum import StrEnum

from symlstm.checker.given.parameters import ELEMENTWISE
from symlstm.checker.given.trees import bare, parts
from symlstm.checker.meaning.spelling import TRANSPOSES
from symlstm.checker.reader.tree import Call, Name, Number, Product, Scripted, Stack, Sum, Tree
from symlstm.notation.glyph import GREEK

__all__ = ["Kind", "kinds_of", "turned"]


class Kind(StrEnum):
    """What a quantity is."""

    MATRIX = "matrix"
    VECTOR = "vector"
    NUMBER = "number"


_MATRIX_LETTERS = frozenset("wuvr")


def kinds_of(parameters: dict[str, str], trees: Iterable[Tree]) -> dict[str, Kind]:
    """The kind of every parameter; `parameters` gives the letter that the text writes for it.

    What is added to something else than a number, or multiplied entry by entry, is a vector; what is transposed, or
    stands in front of a stack or brackets, is a matrix; else capital letters, w, u, v, r are matrices, Greek ones
    numbers, others vectors.
    """
    seen: dict[str, list[Kind]] = defaultdict(list)
    for tree in trees:
        for name, kind in _evidence(tree):
            seen[name].append(kind)
    return {name: seen[name][0] if seen[name] else _by_letter(letter) for name, letter in parameters.items()}


def turned(tree: Tree) -> bool:
    """Whether a name carries a transpose."""
    sups = tree.sups if isinstance(tree, Scripted) else ()
    return sum(isinstance(part, Name) and part.text in TRANSPOSES for part in sups) % 2 == 1


def _evidence(tree: Tree) -> Iterator[tuple[str, Kind]]:
    if isinstance(tree, Sum) and not any(isinstance(term, Number) for term in tree.terms):
        for term in tree.terms:
            yield from _named(term, Kind.VECTOR)
    elif isinstance(tree, Product):
        yield from _in_product(tree)
    elif isinstance(tree, Call):
        yield from _named(tree.function, Kind.MATRIX)
    elif isinstance(tree, Scripted) and isinstance(tree.body, Name) and turned(tree):
        yield tree.body.text, Kind.MATRIX
    for part in parts(tree):
        yield from _evidence(part)


def _in_product(tree: Product) -> Iterator[tuple[str, Kind]]:
    for place, sign in enumerate(tree.operators):
        left, right = tree.factors[place : place + 2]
        if sign in ELEMENTWISE:
            if place + 1 == len(tree.operators):  # in f ⊙ W x the sign takes the product W x, not W
                yield from _named(right, Kind.VECTOR)
            yield from _named(left, Kind.VECTOR) if not place else ()
        elif isinstance(right, Stack) or isinstance(bare(right), Stack):
            yield from _named(left, Kind.MATRIX)


def _named(tree: Tree, kind: Kind) -> Iterator[tuple[str, Kind]]:
    tree = bare(tree)
    if isinstance(tree, Name):
        yield tree.text, kind


def _by_letter(letter: str) -> Kind:
    head = letter.partition("_")[0].partition("~")[0]
    if head[:1].isupper() and head.casefold() not in GREEK:
        return Kind.MATRIX
    if head in GREEK:
        return Kind.NUMBER
    return Kind.MATRIX if head[:1] in _MATRIX_LETTERS else Kind.VECTOR
