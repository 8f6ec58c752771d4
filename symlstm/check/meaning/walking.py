"""Walking: every tree inside a formula, statement or tree."""

from collections.abc import Iterator
from dataclasses import fields

from symlstm.check.reader.tree import Tree

__all__ = ["trees_in"]


def trees_in(tree: object) -> Iterator[Tree]:
    """Every tree inside a formula, statement or tree, itself included."""
    stack = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, tuple):
            stack += node
        elif hasattr(node, "span"):
            yield node  # type: ignore[misc]
            stack += [getattr(node, item.name) for item in fields(node) if item.name != "span"]  # type: ignore[arg-type]
