"""Walking: every tree inside a formula, statement or tree."""

from collections.abc import Iterator
from dataclasses import fields
from functools import lru_cache
from typing import Any

from symlstm.checker.reader.tree import Tree

__all__ = ["parts_of", "trees_in"]


def parts_of(tree: object) -> tuple[str, ...]:
    """The names of what a formula, statement or tree holds."""
    kind: Any = type(tree)
    return _parts_of_kind(kind)


@lru_cache(maxsize=64)
def _parts_of_kind(kind: Any) -> tuple[str, ...]:
    return tuple(item.name for item in fields(kind) if item.name != "span")


def trees_in(tree: object) -> Iterator[Tree]:
    """Every tree inside a formula, statement or tree, itself included."""
    stack: list[Any] = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, tuple):
            stack += node
        elif hasattr(node, "span"):
            yield node
            stack += [getattr(node, name) for name in parts_of(node)]
