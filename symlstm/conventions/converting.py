"""From one library straight to another."""

from collections.abc import Mapping
from typing import Any

from symlstm.conventions.assemble import LibraryArrays
from symlstm.conventions.convention import Convention
from symlstm.conventions.reading import from_library, layers_from_library
from symlstm.conventions.writing import to_library

__all__ = ["convert"]


def convert(
    arrays: Any,
    source: str | Convention,
    target: str | Convention,
    cell: str | None = None,
    *,
    layer: int | None = None,
    direction: str | None = None,
    scope: str | None = None,
    bias: bool = True,
    to: Mapping[str, Any] | None = None,
    **facts: Any,
) -> LibraryArrays:
    """Arrays of one library as those of another: all layers and directions, or the one that is asked for.

    `facts` are settings of the source, `to` settings of the target; otherwise as `from_library` and `to_library`.
    """
    if layer is None and direction is None:
        weights: Any = layers_from_library(arrays, source, cell, scope=scope, **facts)
        notes = tuple(dict.fromkeys(note for one in weights.values() for note in one.notes))
    else:
        place = (layer or 0, direction or "forward")
        weights = from_library(arrays, source, cell, layer=place[0], direction=place[1], scope=scope, **facts)
        notes = weights.notes
    out = to_library(weights, target, bias=bias, **(to or {}))
    return LibraryArrays(out, out.settings, notes + out.notes)
