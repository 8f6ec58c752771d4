"""Profiles by name and from TOML files."""

from collections.abc import Mapping
from dataclasses import fields
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from symlstm.errors import InputError, UnknownNameError
from symlstm.files import parse_toml, read_text
from symlstm.notation.checking import LISTS, TABLES, check_entries, check_whole
from symlstm.notation.profile import Profile

__all__ = ["NOTATIONS", "notation"]

_FOLDER = files(__package__) / "profiles"
_KEYS = tuple(field.name for field in fields(Profile) if field.name not in ("names", "matrices", "layers", "stamps"))

NOTATIONS: tuple[str, ...] = tuple(
    sorted((file.name.removesuffix(".toml") for file in _FOLDER.iterdir()), key=lambda name: (name != "default", name))
)


def notation(which: str | Path | Profile = "default") -> Profile:
    """A profile by its name, or from a TOML file whose path ends in `.toml`.

    Raises UnknownNameError for a name that is not in `NOTATIONS`, InputError for a file that cannot be used.
    """
    if isinstance(which, Profile):
        return which
    if not isinstance(which, str | Path):
        raise InputError(
            f"notation: expected a name, a Profile or the path of a .toml file, got {type(which).__name__}"
        )
    if not str(which).endswith(".toml"):
        return _builtin(str(which))
    return _parse(read_text(which, f"notation {which}"), str(which))


@lru_cache
def _builtin(name: str) -> Profile:
    if name not in NOTATIONS:
        raise UnknownNameError("notation", name, NOTATIONS)
    return _parse((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"), name)


def _parse(text: str, where: str) -> Profile:
    data = parse_toml(text, f"notation {where}")
    base = data.pop("base", None if where == "default" else "default")
    start = {} if base is None else {name: getattr(_builtin(str(base)), name) for name in _KEYS}
    check_entries(data, _KEYS, f"notation {where}")
    if data.get("layout") == "row" and start.get("layout") == "column":
        data.setdefault("separator", ",")  # [h; x] would be read as a stack
    profile = Profile(**{**start, "name": where, "title": where, **_merged(start, data)})
    check_whole(profile, f"notation {where}")
    return profile


def _merged(start: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, Any]:
    """What a file says, its tables filled up from those of the base, its lists as tuples."""
    tables = {key: {**start.get(key, {}), **data[key]} for key in TABLES if key in data}
    lists = {key: tuple(data[key]) for key in LISTS if key in data}
    if "cells" in data:
        before = start.get("cells", {})
        tables["cells"] = {**before, **{name: _cell(before.get(name, {}), new) for name, new in data["cells"].items()}}
    return {**data, **tables, **lists}


def _cell(before: Mapping[str, Any], new: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a file says of a cell, over what its base says of it; "like" stands alone."""
    return new if "like" in new or "like" in before else {**before, **_merged(before, new)}
