"""Walking a tree: every part of it, with the way to put another part in its place."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

from symlstm.checker.reader.tree import Tree

__all__ = ["Spot", "edited", "spots"]


@dataclass(frozen=True)
class Spot:
    """A part of a tree; `put` gives the whole tree with another part there, `parents` is the way up, nearest first."""

    part: Tree
    put: Callable[[Tree], Tree]
    parents: tuple[Tree, ...] = ()


def spots(tree: Tree, closed: Callable[[Tree], bool]) -> Iterator[Spot]:
    """Every part from the outside in; what is inside a part that is `closed` is left alone."""
    yield from _spots(Spot(tree, lambda part: part), closed)


def _spots(spot: Spot, closed: Callable[[Tree], bool]) -> Iterator[Spot]:
    yield spot
    if closed(spot.part):
        return
    for name in _fields(spot.part):
        value = getattr(spot.part, name)
        for part, put in _parts(value):
            yield from _spots(Spot(part, _inside(spot, name, put), (spot.part, *spot.parents)), closed)


def _fields(tree: Tree) -> tuple[str, ...]:
    return tuple(item.name for item in fields(tree) if item.name != "span")


def _inside(spot: Spot, name: str, put: Callable[[Tree], Any]) -> Callable[[Tree], Tree]:
    return lambda part: spot.put(replace(spot.part, **{name: put(part)}))


def _parts(value: Any) -> Iterator[tuple[Tree, Callable[[Tree], Any]]]:
    """The trees in a field, in tuples of them, and in tuples of tuples."""
    if hasattr(value, "span"):
        yield value, lambda part: part
    elif isinstance(value, tuple):
        for place, item in enumerate(value):
            for part, put in _parts(item):
                yield part, _at(value, place, put)


def _at(items: tuple[Any, ...], place: int, put: Callable[[Tree], Any]) -> Callable[[Tree], Any]:
    return lambda part: (*items[:place], put(part), *items[place + 1 :])


def edited(tree: Tree, change: Callable[[Tree], Tree | None]) -> Tree:
    """The tree with `change` made in every part for which it gives one, the outermost first."""
    new = change(tree)
    if new is not None:
        return new
    changes = {name: _changed(getattr(tree, name), change) for name in _fields(tree)}
    return replace(tree, **changes)


def _changed(value: Any, change: Callable[[Tree], Tree | None]) -> Any:
    if hasattr(value, "span"):
        return edited(value, change)
    return tuple(_changed(item, change) for item in value) if isinstance(value, tuple) else value
