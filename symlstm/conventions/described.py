"""What a library's cell is, without any arrays: our cell with options, and how the weights are stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from symlstm.cells import CELLS
from symlstm.conventions.convention import Form
from symlstm.conventions.facts import agreeing, chosen
from symlstm.conventions.table import convention_of
from symlstm.errors import UnknownNameError

__all__ = ["Described", "form_of"]


@dataclass(frozen=True)
class Described:
    """A library's cell: ours, the options that make it compute the same, and remarks on the storage."""

    cell: str
    options: Mapping[str, Any]
    storage: tuple[tuple[str, str], ...]


def form_of(library: str, cell: str = "lstm", settings: Mapping[str, Any] | None = None) -> Described:
    """The form in which a library has a cell of ours, with settings in the library's own words.

    Raises UnknownNameError for a library, cell or setting that there is not, InputError for a setting that cannot be.

    >>> form_of("haiku", "gru").options["update"]
    'write'
    """
    convention = convention_of(library)
    if cell not in convention.cells:
        raise UnknownNameError(f"cell of {convention.name}", cell, convention.cells)
    stated = dict(settings or {})
    form = agreeing(convention, (form for form in convention.forms if form.cell == cell), stated)[0]
    known = CELLS[cell].options
    meaning = {**chosen(form, stated), "layout": "split", "biases": 2 if _has_two_biases(form) else 1}
    storage = {"gate order": form.letters}
    if meaning.get("coupled") and meaning.get("forget_bias"):
        storage["forget bias"] = f"{meaning.pop('forget_bias')} is added at run time; here it is part of a bias"
    options = {option: value for option, value in meaning.items() if option in known}
    aliases = {} if "projection" in form.features else {"r": "n"}
    arrays = ", ".join(f"{stored.name} {stored.axes.show(aliases)}" for stored in form.arrays)
    return Described(cell, options, (*storage.items(), ("arrays", arrays)))


def _has_two_biases(form: Form) -> bool:
    return any(name.startswith("bh_") for name in form.identifiers)
