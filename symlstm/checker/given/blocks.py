"""Blocks: W_{f,x} and W_{f,h} are the columns of W_f that multiply x and h, where a text has W_f on a stack of both."""

from collections.abc import Iterator, Mapping

from symlstm.algebra import same
from symlstm.checker.given.entities import Entities, occurrences
from symlstm.checker.given.trees import bare, parts
from symlstm.checker.given.writing import written
from symlstm.checker.meaning.symbols import Quantity
from symlstm.checker.reader.tree import Call, Product, Stack, Tree
from symlstm.system import System

__all__ = ["blocks_of"]


def blocks_of(entities: Entities, names: Mapping[str, str], system: System) -> Iterator[tuple[str, Quantity]]:
    """The keys under which the blocks of weights on [h; x] may be written, and what each is."""
    for entity in list(entities.named.values()):
        if entity.definition is None:
            continue
        for weight, stacked in _on_stacks(entity.definition.right, entities):
            if not _meets_both(names[weight], system):
                continue
            for _, name in occurrences(stacked, entities.functions, entities.quantities):
                block = {"x": "x", "h": "h"}.get(names[name.base])
                if block:
                    for mark in (name.base, name.base.lower()):
                        yield weight + (mark if "_" in weight else f"_{mark}"), Quantity(names[weight], block=block)


def _meets_both(weight: str, system: System) -> bool:
    """Whether the columns of a weight are as many as x and h have entries."""
    shapes = system.shapes
    if not {weight, "x", "h_prev"} <= shapes.keys():
        return False
    return same(shapes[weight][1], shapes["x"][0] + shapes["h_prev"][0])


def _on_stacks(tree: Tree, entities: Entities) -> Iterator[tuple[str, Stack]]:
    """Parameters beside a stack, in front of it for columns and behind it for rows."""
    pairs: list[tuple[Tree, Tree]] = []
    if isinstance(tree, Product):
        pairs = list(zip(tree.factors, tree.factors[1:], strict=False))
    elif isinstance(tree, Call) and len(tree.arguments) == 1:
        pairs = [(tree.function, tree.arguments[0])]
    for left, right in pairs:
        for one, other in ((left, right), (right, left)):
            name, stacked = written(bare(one)), bare(other)
            if name is not None and isinstance(stacked, Stack) and name.base in entities.named:
                yield name.base, stacked
    for part in parts(tree):
        yield from _on_stacks(part, entities)
