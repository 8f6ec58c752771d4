"""Walking: every tree inside a formula, statement or tree."""

from collections.abc import Iterator
from dataclasses import fields
from functools import lru_cache

from symlstm.check.reader.tree import Tree

__all__ = ["parts_of", "trees_in"]


@lru_cache(maxsize=64)
def parts_of(kind: type) -> tuple[str, ...]:
    """The names of what a kind of tree holds."""
    return tuple(item.name for item in fields(kind) if item.name != "span")


def trees_in(tree: object) -> Iterator[Tree]:
    """Every tree inside a formula, statement or tree, itself included."""
    stack = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, tuple):
            stack += node
        elif hasattr(node, "span"):
            yield node  # type: ignore[misc]
            stack += [getattr(node, name) for name in parts_of(type(node))]
