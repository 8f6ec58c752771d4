"""Profile: the data of a notation, read from TOML, and the rule that turns an identifier into a glyph."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from symlstm.errors import InputError, UnknownNameError
from symlstm.notation.glyph import Glyph

__all__ = ["NOTATIONS", "Profile", "notation"]

_ADJOINT = re.compile(r"(seed|d)(\d*)_(?=.)")
_TIMES = ("subscript", "superscript", "angle")


@dataclass(frozen=True)
class Profile:
    """How a text prints: letters, time, products, transposes and stacks.

    `symbols` gives the letter and accent of a quantity with a time; `families` the letter and the subscript of
    what belongs to a gate (`W_f`), where `{gate}` stands for the gate's `label`; `parts` names the blocks of
    a weight matrix by what they multiply.
    """

    name: str
    title: str
    symbols: Mapping[str, Mapping[str, str]]
    families: Mapping[str, Mapping[str, Any]]
    labels: Mapping[str, str]
    parts: Mapping[str, str]
    time: str = "subscript"
    hadamard: str = r"\odot"
    hadamard_text: str = "⊙"
    product: str = ""
    transpose: str = r"\top"
    separator: str = ";"

    def glyph(self, identifier: str, timeless: frozenset[str] = frozenset()) -> Glyph:
        """The printed form of an identifier; `timeless` names the parameters, which carry no time."""
        prefix = _ADJOINT.match(identifier)
        if prefix and identifier not in timeless:
            inner = self.glyph(identifier[prefix.end() :], timeless)
            order = int(prefix[2] or 1)
            return replace(inner, adjoints=(order, *inner.adjoints), seed=inner.seed or prefix[1] == "seed")
        head, _, rest = identifier.partition("_")
        if rest and head in self.families:
            return self._of_family(self.families[head], rest)
        earlier = identifier.endswith("_prev")
        time = None if identifier in timeless else -1 if earlier else 0
        head, *subscripts = identifier.removesuffix("_prev").split("_")
        look = self.symbols.get(head, {"letter": head})
        return Glyph(look["letter"], look.get("accent", ""), tuple(filter(None, subscripts)), time)

    def _of_family(self, family: Mapping[str, Any], gate: str) -> Glyph:
        subscript = str(family.get("subscript", "{gate}")).format(gate=self.labels.get(gate, gate))
        return Glyph(str(family["letter"]), subscripts=(subscript,), time=0 if family.get("timed") else None)

    def part(self, name: str) -> str:
        """The subscript of the block of columns that multiplies the quantity `name`."""
        return self.parts.get(name, name.removesuffix("_prev"))


def _parse(text: str, where: str) -> Profile:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"notation {where}: not valid TOML: {error}") from None
    base = data.pop("base", None)
    start = {field.name: getattr(_builtin(base), field.name) for field in fields(Profile)} if base else {}
    known = {field.name for field in fields(Profile)}
    for key in data:
        if key not in known:
            raise UnknownNameError(f"key in notation {where}", key, sorted(known))
    tables = {key: {**start.get(key, {}), **value} for key, value in data.items() if isinstance(value, dict)}
    try:
        profile = Profile(**{**start, **data, **tables})
    except TypeError as error:
        missing = sorted(known - start.keys() - data.keys())
        raise InputError(f"notation {where}: {missing} missing; name a base profile, base = \"default\"") from error
    if profile.time not in _TIMES:
        raise InputError(f"notation {where}: time: expected one of {', '.join(_TIMES)}, got {profile.time!r}")
    return profile


_FOLDER = files("symlstm.notation") / "profiles"


@lru_cache
def _builtin(name: str) -> Profile:
    if name not in NOTATIONS:
        raise UnknownNameError("notation", name, NOTATIONS)
    return _parse((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"), name)


NOTATIONS: tuple[str, ...] = tuple(
    sorted((file.name.removesuffix(".toml") for file in _FOLDER.iterdir()), key=lambda name: (name != "default", name))
)


def notation(which: str | Profile = "default") -> Profile:
    """A profile by its name, or from a TOML file whose path ends in `.toml`.

    Raises UnknownNameError for a name that is not in `NOTATIONS`, InputError for a file that cannot be used.
    """
    if isinstance(which, Profile):
        return which
    if not str(which).endswith(".toml"):
        return _builtin(str(which))
    try:
        text = Path(which).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8 text"
        raise InputError(f"notation {which}: cannot be read: {reason}") from None
    return _parse(text, str(which))


