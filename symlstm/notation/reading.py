"""Profiles by name and from TOML files, every entry checked."""

from collections.abc import Collection, Mapping
from dataclasses import fields
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from symlstm.errors import InputError, UnknownNameError
from symlstm.files import parse_toml, read_text
from symlstm.notation.glyph import ACCENTS, GREEK, HADAMARD
from symlstm.notation.profile import Profile

__all__ = ["NOTATIONS", "notation"]

_FOLDER = files(__package__) / "profiles"
_CHOICES: dict[str, Collection[str]] = {
    "time": ("subscript", "superscript", "angle"),
    "accent": ACCENTS,
    "hadamard": HADAMARD,
    "product": ("", r"\cdot", r"\times"),
    "transpose": (r"\top", "T", r"\mathsf{T}", r"\mathrm{T}", r"\intercal", r"\prime"),
    "separator": (";", ","),
}
_TABLES = ("symbols", "families", "labels", "parts")
_ENTRY: dict[str, dict[str, type]] = {
    "symbols": {"letter": str, "accent": str, "subscript": str},
    "families": {"letter": str, "subscript": str, "timed": bool},
}

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
    names = [field.name for field in fields(Profile)]
    base = data.pop("base", None if where == "default" else "default")
    start = {} if base is None else {name: getattr(_builtin(str(base)), name) for name in names}
    _check(data, names, where)
    tables = {key: {**start.get(key, {}), **data[key]} for key in _TABLES if key in data}
    profile = Profile(**{**start, "name": where, "title": where, **data, **tables})
    _check_distinct(profile, where)
    return profile


def _check_distinct(profile: Profile, where: str) -> None:
    """Two quantities that print alike make formulas that say something else."""
    if pair := profile.alike(("f", "i", "o", "g", "c", "h", "x", *profile.symbols)):
        raise InputError(f"notation {where}: symbols.{pair[1]} prints like {pair[0]}; give one of them another letter")


def _check(data: Mapping[str, Any], names: list[str], where: str) -> None:
    for key, value in data.items():
        if key not in names:
            raise UnknownNameError(f"key in notation {where}", key, ["base", *names])
        _expect(value, dict if key in _TABLES else str, key, f"notation {where}: {key}")
        if key not in _TABLES:
            continue
        for name, entry in value.items():
            place = f"notation {where}: {key}.{name}"
            if key not in _ENTRY:
                _expect(entry, str, name, place)
            else:
                _check_entry(entry, _ENTRY[key], place)


def _check_entry(entry: Any, kinds: Mapping[str, type], place: str) -> None:
    if not isinstance(entry, dict) or not entry.get("letter"):
        raise InputError(f"{place}: expected a table with a letter, got {entry!r}")
    for key, value in entry.items():
        if key not in kinds:
            raise UnknownNameError(f"key in {place}", key, kinds)
        _expect(value, kinds[key], key, f"{place}: {key}")
        if key == "letter" and not (value in GREEK or (value.isascii() and value.isalpha())):
            raise InputError(f"{place}: letter: expected letters or the name of a Greek one, got {value!r}")
        if key == "subscript" and "timed" in kinds and "{gate}" not in value:
            raise InputError(f"{place}: subscript: expected text with {{gate}} where the gate stands, got {value!r}")


def _expect(value: Any, kind: type, key: str, place: str) -> None:
    words = {str: "text", dict: "a table", bool: "true or false"}
    if not isinstance(value, kind):
        raise InputError(f"{place}: expected {words[kind]}, got {value!r}")
    if key in _CHOICES and value not in _CHOICES[key]:
        raise InputError(f"{place}: expected one of {', '.join(_CHOICES[key])}, got {value!r}")
