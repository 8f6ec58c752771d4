"""What a profile may say: every key and value of a TOML file is checked, in one line each."""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from symlstm.algebra.function import Activation
from symlstm.errors import InputError, UnknownNameError
from symlstm.notation.function import function_name
from symlstm.notation.glyph import ACCENTS, GREEK, HADAMARD, PRIME, TRANSPOSES
from symlstm.notation.profile import Profile

__all__ = ["LISTS", "TABLES", "check_entries", "check_whole"]

TABLES = ("symbols", "families", "labels", "parts", "functions", "cell", "cells")
LISTS = ("inline", "order", "terms", "factors")

_CHOICES: dict[str, Collection[str]] = {
    "time": ("subscript", "superscript", "bare", "angle"),
    "accent": (*ACCENTS, PRIME),
    "hadamard": HADAMARD,
    "product": ("", r"\cdot", r"\times"),
    "transpose": TRANSPOSES,
    "stack": ("inline", "bmatrix", "pmatrix"),
    "separator": (";", ","),
    "bold": ("none", "matrices", "all"),
    "bold_font": (r"\mathbf", r"\boldsymbol"),
    "label_font": ("italic", "upright"),
    "layout": ("column", "row"),
    "weights": ("plain", "transposed"),
    "net_inputs": ("inline", "show"),
    "gates": ("single", "stacked"),
}
_LOOK: dict[str, type] = {"letter": str, "accent": str, "subscript": str, "timed": bool}
_SYMBOL: dict[str, type] = {**_LOOK, "plain": bool}
_FAMILY: dict[str, type] = {**_LOOK, "superscript": str, "alone": str}
_CELL: dict[str, type] = {
    "layout": str,
    "order": str,
    "biases": int,
    "peephole": bool,
    "reset": str,
    "update": str,
}
_WORDS: dict[type, str] = {
    str: "text",
    dict: "a table",
    list: "a list of names",
    bool: "true or false",
    int: "a whole number",
}
_LSTM = ("f", "i", "o", "g", "c", "h", "x")
_GATES = ("r", "z", "g", "h", "x")
_NOT_IN_CELLS = ("name", "title", "cells")


def check_entries(data: Mapping[str, Any], keys: Sequence[str], where: str) -> None:
    """Check what a file says, entry by entry. Raises UnknownNameError for a key, InputError for a value."""
    for key, value in data.items():
        if key not in keys:
            raise UnknownNameError(f"key in {where}", key, ["base", *keys])
        _expect(value, dict if key in TABLES else list if key in LISTS else str, key, f"{where}: {key}")
        if key in LISTS:
            for name in value:
                _expect(name, str, "", f"{where}: {key}")
        elif key in TABLES:
            for name, entry in value.items():
                _CHECKS[key](name, entry, f"{where}: {key}.{name}")


def check_whole(profile: Profile, where: str) -> None:
    """Check what only the whole shows. Raises InputError, also for two quantities that print alike."""
    for cell, different in profile.cells.items():
        if "like" in different and different["like"] not in profile.cells:
            raise UnknownNameError(f"cell in {where}: cells.{cell}: like", different["like"], profile.cells)
    for cell, different in profile.cells.items():
        if "like" in profile.cells.get(different.get("like", ""), {}):
            raise InputError(f"{where}: cells.{cell}: like: expected a cell that is not like another one")
    if (twice := Counter(profile.parts.values()).most_common(1)) and twice[0][1] > 1:
        raise InputError(f"{where}: parts: {twice[0][0]!r} stands for two parts; give one of them another mark")
    if profile.function("sigmoid") and profile.function("sigmoid") in (profile.function("tanh"), r"\tanh"):
        raise InputError(f"{where}: functions: {profile.function('sigmoid')} stands for two functions; rename one")
    if profile.function("tanh") == r"\sigma":
        raise InputError(rf"{where}: functions: \sigma stands for two functions; rename one")
    for cell in ("", *profile.cells):
        fitted = profile.of_cell(cell)
        own = profile.cells[cell].get("symbols", {}) if cell else profile.symbols
        if pair := fitted.alike((*(_GATES if cell else _LSTM), *own)):
            raise InputError(f"{where}: symbols.{pair[1]} prints like {pair[0]}; give one of them another letter")
        if fitted.gates == "stacked" and fitted.layout == "row":
            raise InputError(f'{where}: gates = "stacked" goes with layout = "column"')
        if fitted.weights == "transposed" and fitted.layout == "column":
            raise InputError(f'{where}: weights = "transposed" goes with layout = "row"')


def _check_symbol(name: str, entry: Any, place: str) -> None:
    _check_look(entry, _SYMBOL, place)
    if "{gate}" in entry.get("subscript", ""):
        raise InputError(f"{place}: subscript: a quantity belongs to no gate; expected letters, digits and commas")


def _check_family(name: str, entry: Any, place: str) -> None:
    _check_look(entry, _FAMILY, place)
    for key in ("subscript", "superscript", "alone"):
        if key in entry and "{gate}" not in entry[key]:
            raise InputError(f"{place}: {key}: expected text with {{gate}} where the gate stands, got {entry[key]!r}")


def _check_look(entry: Any, kinds: Mapping[str, type], place: str) -> None:
    if not isinstance(entry, dict) or not entry.get("letter"):
        raise InputError(f"{place}: expected a table with a letter, got {entry!r}")
    for key, value in entry.items():
        if key not in kinds:
            raise UnknownNameError(f"key in {place}", key, kinds)
        _expect(value, kinds[key], key, f"{place}: {key}")
        if key == "letter" and not (_is_letter(value) or (value == "{gate}" and "superscript" in kinds)):
            raise InputError(f"{place}: letter: expected letters or the name of a Greek one, got {value!r}")
        if key in ("subscript", "superscript", "alone") and not re.fullmatch(r"[A-Za-z0-9,]*", _without_gate(value)):
            raise InputError(f"{place}: {key}: expected letters, digits and commas, got {value!r}")


def _is_letter(value: str) -> bool:
    return value in GREEK or (value.isascii() and value.isalpha())


def _without_gate(value: str) -> str:
    return value.replace("{gate}", "")


def _check_word(name: str, entry: Any, place: str) -> None:
    _expect(entry, str, "", place)
    if not re.fullmatch(r"[A-Za-z0-9,]*", entry):
        raise InputError(f"{place}: expected letters, digits and commas, got {entry!r}")


def _check_function(name: str, entry: Any, place: str) -> None:
    _expect(entry, str, "", place)
    if not re.fullmatch(r"[A-Za-z]\w*(\([A-Za-z]\w*\))?", name):
        raise InputError(f"{place}: expected the name of an activation, or one with what it is applied to: tanh(c)")
    Activation(name.partition("(")[0])
    if function_name(entry) is None:
        raise InputError(rf"{place}: expected a word, a Greek letter or an operator, as in \sigma_g, got {entry!r}")


def _check_option(name: str, entry: Any, place: str) -> None:
    if name not in _CELL:
        raise UnknownNameError(f"key in {place.rpartition('.')[0]}", name, _CELL)
    _expect(entry, _CELL[name], "", place)
    if name == "biases" and entry not in (1, 2):
        raise InputError(f"{place}: expected 1 or 2, got {entry}")


def _check_cell(name: str, entry: Any, place: str) -> None:
    _expect(entry, dict, "", place)
    if "like" in entry:
        if len(entry) > 1 or not isinstance(entry["like"], str):
            raise InputError(f"{place}: like: expected the name of a cell, and no other key beside it")
        return
    keys = [key for key in (*TABLES, *LISTS, *_CHOICES) if key not in (*_NOT_IN_CELLS, "accent")]
    check_entries(entry, keys, place)


_CHECKS = {
    "symbols": _check_symbol,
    "families": _check_family,
    "labels": _check_word,
    "parts": _check_word,
    "functions": _check_function,
    "cell": _check_option,
    "cells": _check_cell,
}


def _expect(value: Any, kind: type, key: str, place: str) -> None:
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise InputError(f"{place}: expected {_WORDS[kind]}, got {value!r}")
    if key in _CHOICES and value not in _CHOICES[key]:
        choices = ", ".join(choice or '""' for choice in _CHOICES[key])
        raise InputError(f"{place}: expected one of {choices}, got {value!r}")
