"""The arrays of all layers and directions together, under the library's names."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from symlstm.conventions.blocks import Array
from symlstm.conventions.convention import Convention
from symlstm.conventions.places import DIRECTIONS, Place, name_at
from symlstm.errors import InputError, UnknownNameError, brief

__all__ = ["LibraryArrays", "check_place", "gathered"]


class LibraryArrays(dict[str, Array]):
    """The arrays of a library by name, in the library's order.

    `settings` are those of the library under which the arrays mean what ours did, such as linear_before_reset = 1;
    `notes` say what was changed on the way.
    """

    def __init__(self, arrays: Mapping[str, Array], settings: Mapping[str, Any], notes: tuple[str, ...]) -> None:
        super().__init__(arrays)
        self.settings = dict(settings)
        self.notes = notes

    def nested(self) -> dict[str, Any]:
        """The arrays as mappings within mappings, split at every slash, as Flax takes them."""
        out: dict[str, Any] = {}
        for path, array in self.items():
            *outer, name = path.split("/")
            level = out
            for part in outer:
                level = level.setdefault(part, {})
            level[name] = array
        return out


def check_place(place: Any, library: Convention) -> None:
    """Raise InputError or UnknownNameError for a layer or direction that the library does not keep by itself."""
    if len(place) != 2 or not (place[0] is None or (type(place[0]) is int and place[0] >= 0)):
        raise InputError(f"{library.name}: expected (layer, direction) with a layer from 0, got {brief(place)}")
    if place[1] not in DIRECTIONS:
        raise UnknownNameError("direction", place[1], DIRECTIONS)
    if place[0] and not library.has_layers:
        raise InputError(f"{library.name}: its layers are modules of their own; convert layer {place[0]} by itself")
    if place[1] == "reverse" and not library.has_directions:
        raise InputError(f"{library.name}: its directions are modules of their own; convert them as forward ones")


def gathered(by_place: Mapping[Place, dict[str, Array]], library: Convention) -> dict[str, Array]:
    """The arrays under the library's names, those of several places stacked where it has axes for them."""
    leading = library.leading
    if not leading:
        both = len({direction for _, direction in by_place}) > 1
        return {
            name_at(library, name, place, both): array
            for place, arrays in by_place.items()
            for name, array in arrays.items()
        }
    _check_grid(by_place, library)
    first = next(iter(by_place.values()))
    layers = len({layer for layer, _ in by_place}) if "layers" in leading else 1
    shape = (layers, len(by_place) // layers)[-len(leading) :]
    return {
        name: np.stack([part[name] for part in by_place.values()]).reshape(*shape, *array.shape)
        for name, array in first.items()
    }


def _check_grid(by_place: Mapping[Place, dict[str, Array]], library: Convention) -> None:
    """All layers in all directions, with arrays of the same shapes."""
    layers = sorted({layer for layer, _ in by_place})
    directions = {direction for _, direction in by_place}
    if len(by_place) != len(layers) * len(directions) or (len(layers) > 1 and layers != list(range(len(layers)))):
        raise InputError(f"{library.name}: expected every layer from 0 in the same directions, got {list(by_place)}")
    first, *others = [(place, {n: a.shape for n, a in arrays.items()}) for place, arrays in by_place.items()]
    for place, shapes in others:
        if shapes != first[1]:
            wanted = f"expected {first[1]} as for layer {first[0][0]} {first[0][1]}, got {shapes}"
            raise InputError(f"{library.name}: layer {place[0]} {place[1]}: one array holds all layers: {wanted}")
