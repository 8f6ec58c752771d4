"""Where arrays belong: the module, the layer and the direction that their names and axes tell."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from symlstm.conventions.blocks import Array
from symlstm.conventions.convention import Convention
from symlstm.errors import InputError, UnknownNameError, brief

__all__ = ["DIRECTIONS", "Place", "name_at", "sort_out"]

DIRECTIONS = ("forward", "reverse")
Place = tuple[int, str]


@dataclass
class Sorted:
    """The arrays of every layer and direction of one module, by their names in the convention."""

    by_place: dict[Place, dict[str, Array]] = field(default_factory=dict)
    labels: dict[tuple[Place, str], str] = field(default_factory=dict)
    leading: tuple[str, tuple[int, ...]] | None = None

    def label(self, place: Place, name: str) -> str:
        """The name under which an array came, or would have come beside the others."""
        if (place, name) in self.labels:
            return self.labels[place, name]
        beside, path = next((other, path) for (at, other), path in self.labels.items() if at == place)
        before, _, after = path.rpartition(beside)
        return before + name + after.partition("[")[0]


@dataclass(frozen=True)
class _Read:
    """What a path tells: the module, as it was written, the place, and the name in the convention."""

    scope: str
    place: Place
    name: str


def sort_out(paths: Mapping[str, Array], convention: Convention, scope: str | None) -> Sorted:
    """The arrays of one module by layer and direction.

    With a scope only what lies in it is read; without one, all arrays have to belong to one module.
    Raises InputError or UnknownNameError for a name that does not belong here, and where the scope is in doubt.
    """
    if not isinstance(scope, str | None):
        raise InputError(f"scope: expected the path of a module, got {brief(scope)}")
    read = {path: _read(path, convention) for path in paths}
    if scope is not None:
        read = {path: found for path, found in read.items() if found and _plain(found.scope) == _plain(scope)}
        if not read:
            raise InputError(f"{convention.name}: no array of the module {scope!r}; there are {_some(paths)}")
    out = Sorted()
    for path, found in _belonging(read, convention).items():
        _put(out, found, path, paths[path], convention)
    return out


def _belonging(read: Mapping[str, _Read | None], convention: Convention) -> dict[str, _Read]:
    """The arrays, all of one module; an error where some are of none, or of several."""
    belonging = {path: found for path, found in read.items() if found}
    unknown = [path for path in read if path not in belonging]
    scopes = {_plain(found.scope): found.scope for found in belonging.values()}
    choices = " or ".join(f"scope={name!r}" for name in scopes.values())
    if unknown and any(scopes):
        raise InputError(f"{convention.name}: {unknown[0]!r} is no array of it; {choices} reads only what lies there")
    if unknown:
        known = [name_at(convention, name, (0, "forward")) for name in convention.names]
        raise UnknownNameError(f"array for {convention.name}", unknown[0], known)
    if len(scopes) > 1:
        raise InputError(f"{convention.name}: arrays of {len(scopes)} modules; say which: {choices}")
    return belonging


def _some(paths: Mapping[str, Array]) -> str:
    names = list(paths)
    return ", ".join(names[:6]) + (", …" if len(names) > 6 else "")


def _plain(path: str) -> str:
    """A path with slashes between its names, as some libraries write it and others do not."""
    return path.removesuffix(":0").replace(".", "/").strip("/")


def _read(path: str, convention: Convention) -> _Read | None:
    """What a path tells; None where it ends in no name of the convention."""
    parts, direction = _plain(path).split("/"), "forward"
    for sense, prefix in convention.prefixes.items():
        for k, part in enumerate(parts):
            if part.startswith(prefix):
                parts[k], direction = part.removeprefix(prefix), sense
    for name in sorted(convention.names, key=len, reverse=True):
        if found := re.fullmatch(_pattern(name, convention), "/".join(parts)):
            backward = bool(found["reverse"]) if convention.reverse else direction == "reverse"
            scope = found["scope"] or ""
            written = scope if convention.prefixes else path[: len(scope)]
            return _Read(written, (int(found["layer"] or 0), DIRECTIONS[backward]), name)
    return None


def _pattern(name: str, convention: Convention) -> str:
    layer = re.escape(convention.suffix).replace(re.escape("{layer}"), r"(?P<layer>\d+)") or "(?P<layer>)"
    return f"(?:(?P<scope>.*)/)?{re.escape(name)}(?:{layer}(?P<reverse>{re.escape(convention.reverse)})?)?"


def name_at(convention: Convention, name: str, place: tuple[int | None, str], both: bool = False) -> str:
    """The name of an array at a place, as the library writes it; `both` where the other direction is there too."""
    layer, direction = place
    prefix = convention.prefixes.get(direction, "") if both or direction == "reverse" else ""
    if layer is None:
        return prefix + name
    tail = convention.reverse if direction == "reverse" else ""
    return f"{prefix}{name}{convention.suffix.format(layer=layer)}{tail}"


def _put(out: Sorted, found: _Read, path: str, array: Array, convention: Convention) -> None:
    """Put an array at its place, or, where it has axes over layers and directions, its parts at all of theirs."""
    leading = convention.leading
    if not leading:
        _put_one(out, found.place, found.name, path, array)
        return
    wanted = {len(form.by_name[found.name].axes.axes) for form in convention.forms if found.name in form.by_name}
    if array.ndim - len(leading) not in wanted:
        expected = " or ".join(str(count + len(leading)) for count in sorted(wanted))
        raise InputError(f"{path}: expected {expected} axes, {' and '.join(leading)} first, got shape {array.shape}")
    _check_leading(out, path, array.shape[: len(leading)])
    for index in np.ndindex(array.shape[: len(leading)]):
        layer = index[0] if "layers" in leading else 0
        label = f"{path}[{', '.join(map(str, index))}]"
        _put_one(out, (layer, DIRECTIONS[index[-1]]), found.name, label, array[index])


def _check_leading(out: Sorted, path: str, lengths: tuple[int, ...]) -> None:
    """As many layers and directions as the other arrays have."""
    if lengths[-1] > 2:
        raise InputError(f"{path}: expected 1 or 2 directions in axis {len(lengths) - 1}, got {lengths[-1]}")
    out.leading = out.leading or (path, lengths)
    other, expected = out.leading
    if lengths != expected:
        raise InputError(f"{path}: expected first axes {expected} as {other} has, got {lengths}")


def _put_one(out: Sorted, place: Place, name: str, path: str, array: Array) -> None:
    if (place, name) in out.labels:
        raise InputError(f"{path} and {out.labels[place, name]} are the same array")
    out.by_place.setdefault(place, {})[name] = array
    out.labels[place, name] = path
