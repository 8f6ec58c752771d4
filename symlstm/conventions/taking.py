"""Weights of ours as they come in: what is stated of them, their form, and the same in the layout "split"."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from symlstm.conventions.blocks import Array
from symlstm.conventions.convention import GATES, Convention
from symlstm.conventions.facts import OPTIONS
from symlstm.conventions.fit import Fit, best, fit
from symlstm.conventions.given import as_array
from symlstm.conventions.weights import LEFT_OUT, SPLIT_ONLY, Weights, check_layout, own_form
from symlstm.errors import InputError, UnknownNameError, brief

__all__ = ["as_weights", "taken_apart"]


def as_weights(given: Any, cell: str | None, library: Convention, facts: Mapping[str, Any]) -> Weights:
    """Weights as they are; bare values with the options that are stated of them."""
    words = [*{option for options in OPTIONS.values() for option in options}, "layout", "order"]
    for word in facts:
        if word not in words and word not in library.words:
            raise UnknownNameError(f"setting of {library.name}", word, dict.fromkeys([*library.words, *words]))
    said = {w: v for w, v in facts.items() if w in words and not (w == "forget_bias" and w in library.words)}
    if not isinstance(given, Weights):
        return Weights(cell or "", said, given)
    if cell is not None and cell != given.cell:
        raise InputError(f"{library.name}: cell={cell!r}, but these are weights of {given.cell}")
    for word, value in said.items():
        has = given.options.get(word, OPTIONS.get(given.cell, {}).get(word))
        if word not in library.words and has != value:
            raise InputError(f"{word}={value!r}: the weights have {word}={has!r}")
    return given


def taken_apart(
    cell: str | None, values: Mapping[str, Any], options: Mapping[str, Any]
) -> tuple[Fit, dict[str, Array]]:
    """Values of ours, checked: their cell with what they have, and the same in the layout "split".

    Inputs and states (x, h_prev, …) may lie among them and are left out.
    Raises InputError or UnknownNameError, which names the quantity.
    """
    if cell is not None and cell not in GATES:
        raise UnknownNameError("cell with conventions", cell, GATES)
    if not isinstance(values, Mapping) or not all(isinstance(name, str) for name in values):
        raise InputError(f"expected values by name, got {brief(values)}")
    given = {name: value for name, value in values.items() if not _is_input(name)}
    arrays = {name: _vector(name, as_array(name, value, integers=True)) for name, value in given.items()}
    layout, order = options.get("layout"), options.get("order", "hx")
    check_layout(layout or "split", order)
    layout = layout or ("split" if any(name.startswith("U_") for name in arrays) else "concat")
    forms = [
        own_form(name, "split" if name in SPLIT_ONLY else layout, order, coupled)
        for name in ([cell] if cell else GATES)
        for coupled in ((False, True) if name in LEFT_OUT else (False,))
    ]
    found = best(fit(form, arrays, cell or "weights", str, "quantity") for form in forms)[0]
    _check_options(found, options)
    return found, found.cut(arrays)


def _is_input(name: str) -> bool:
    return name == "x" or name.endswith("_prev")


def _vector(name: str, array: Array) -> Array:
    """A column as a vector; matrices stay as they are."""
    if name.startswith(("W_", "U_")) or array.ndim != 2 or array.shape[1] != 1:
        return array
    return np.ravel(array)


def _check_options(found: Fit, options: Mapping[str, Any]) -> None:
    """The options that tell what is there, against what is there."""
    there = {
        "coupled": "coupled" in found.form.means,
        "peephole": "peephole" in found.features,
        "projection": "projection" in found.features,
        "biases": 2 if "biases" in found.features else 1,
    }
    for option, value in there.items():
        said = options.get(option)
        if said is not None and (said is not False if option == "projection" else said) != value:
            raise InputError(f"{option}={said!r}, but the values are those of {option}={value!r}")
