"""Trees of formulas: what stands in them, and the same tree with parts replaced."""

from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from typing import Any

from symlstm.checker.reader.tree import Group, Product, Stack, Statement, Tree, Tuple

__all__ = ["bare", "items_of", "parts", "rebuilt", "whole"]


_SKIPPED = frozenset({"span", "subs", "sups"})  # a script says which, when or how often; it is no quantity


def parts(tree: Tree) -> Iterator[Tree]:
    """The trees directly inside a tree, without scripts, in the order in which they are written."""
    for item in fields(tree):
        if item.name not in _SKIPPED:
            yield from _flat(getattr(tree, item.name))


def _flat(value: object) -> Iterator[Tree]:
    if isinstance(value, tuple):
        for part in value:
            yield from _flat(part)
    elif hasattr(value, "span") and not isinstance(value, Statement):
        yield value  # type: ignore[misc]


def rebuilt(tree: Tree, change: Callable[[Tree], Tree]) -> Tree:
    """The tree with every part directly inside it changed."""
    changes: dict[str, Any] = {
        item.name: _changed(getattr(tree, item.name), change) for item in fields(tree) if item.name not in _SKIPPED
    }
    return replace(tree, **changes)


def _changed(value: object, change: Callable[[Tree], Tree]) -> object:
    if isinstance(value, tuple):
        return tuple(_changed(part, change) for part in value)
    if hasattr(value, "span") and not isinstance(value, Statement):
        return change(value)  # type: ignore[arg-type]
    return value


def bare(tree: Tree) -> Tree:
    """The tree without brackets around it."""
    while isinstance(tree, Group):
        tree = tree.body
    return tree


def items_of(tree: Tree) -> tuple[Tree, ...]:
    """What stands between commas, or on top of each other: the gates of (i, f, o, g)ᵀ; empty for anything else."""
    tree = bare(tree)
    if isinstance(tree, Tuple):
        return tree.items
    if isinstance(tree, Stack):
        return tuple(entry for row in tree.rows for entry in row)
    return ()


def whole(product: Product, start: int) -> Tree:
    """The factors of a product from one on."""
    factors = product.factors[start:]
    return bare(factors[0]) if len(factors) == 1 else Product(product.span, factors, product.operators[start:])
