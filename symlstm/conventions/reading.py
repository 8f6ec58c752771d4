"""From a library: its arrays under our names, one layer or all of them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from symlstm.conventions.convention import Convention, Form
from symlstm.conventions.facts import OPTIONS, agreeing, chosen
from symlstm.conventions.fit import Fit, best, fit
from symlstm.conventions.given import paths_of, stated_by
from symlstm.conventions.meaning import read
from symlstm.conventions.places import DIRECTIONS, Place, Sorted, sort_out
from symlstm.conventions.table import convention_of
from symlstm.conventions.weights import SPLIT_ONLY, Weights, laid_out
from symlstm.errors import InputError, UnknownNameError, brief

__all__ = ["from_library", "layers_from_library"]

_ALWAYS = ("reset", "update", "activation")
_TOLD = ("activation", "forget_bias")


def from_library(
    arrays: Any,
    convention: str | Convention,
    cell: str | None = None,
    *,
    layer: int = 0,
    direction: str = "forward",
    scope: str | None = None,
    layout: str = "split",
    order: str = "hx",
    **facts: Any,
) -> Weights:
    """The weights of one layer in one direction ("forward" or "reverse"), under our names.

    `arrays` is a mapping of names to arrays (nested or not), a list as Keras gives it, or a layer, module or state
    dictionary of an installed framework. `cell` is found out where it is None. `scope` is the module in which the
    arrays lie, where there are others. `layout` and `order` are those of the cell that is to take the values.
    `facts` are settings that the arrays do not show, in the library's words (linear_before_reset=1) or in ours
    (reset="after"). The dtype is kept. A wrong order of gates cannot be seen by shape, nor a transposed square matrix.
    Raises InputError or UnknownNameError, one line that names the array, what was expected and what came.

    >>> import numpy as np
    >>> rows, n, d = np.arange(24.0).reshape(8, 3), 2, 3
    >>> state = {"weight_ih_l0": rows, "weight_hh_l0": np.ones((8, 2))}
    >>> weights = from_library(state, "pytorch")
    >>> weights.cell, weights.options, weights.notes
    ('lstm', {'layout': 'split', 'biases': 1}, ('no biases among the arrays: zeros',))
    >>> weights.values["W_f"].tolist()
    [[6.0, 7.0, 8.0], [9.0, 10.0, 11.0]]
    """
    library = convention_of(convention)
    found = sort_out(paths_of(arrays, library), library, scope)
    place = _place(library, found, layer, direction)
    stated = stated_by(arrays, library, scope) | facts
    weights = _weights(_At(library, found, place), cell, stated, layout, order)
    others = len(found.by_place) - 1
    more = f"layer {place[0]} {place[1]} of {others + 1}; layers_from_library reads them all"
    return replace(weights, notes=(more, *weights.notes)) if others else weights


def layers_from_library(
    arrays: Any,
    convention: str | Convention,
    cell: str | None = None,
    *,
    scope: str | None = None,
    layout: str = "split",
    order: str = "hx",
    **facts: Any,
) -> dict[Place, Weights]:
    """The weights of every layer and direction, by (layer, direction); otherwise as `from_library`."""
    library = convention_of(convention)
    found = sort_out(paths_of(arrays, library), library, scope)
    stated = stated_by(arrays, library, scope) | facts
    places = sorted(found.by_place)
    return {place: _weights(_At(library, found, place), cell, stated, layout, order) for place in places}


def _place(library: Convention, found: Sorted, layer: int, direction: str) -> Place:
    """The place that was asked for; where only one direction is stored, the axis does not say which it is."""
    if direction not in DIRECTIONS:
        raise UnknownNameError("direction", direction, DIRECTIONS)
    if isinstance(layer, bool) or not isinstance(layer, int):
        raise InputError(f"layer: expected a number from 0, got {brief(layer)}")
    if (layer, direction) in found.by_place:
        return layer, direction
    if "dirs" in library.leading and {(layer, sense) for sense in DIRECTIONS} & found.by_place.keys():
        return layer, "forward"
    there = ", ".join(f"layer {k} {sense}" for k, sense in sorted(found.by_place))
    hint = "" if library.has_layers or not layer else "; layers of this library are modules of their own: give scope="
    raise InputError(f"{library.name}: no arrays of layer {layer} {direction}; there are {there}{hint}")


@dataclass(frozen=True)
class _At:
    """The arrays at one place."""

    library: Convention
    found: Sorted
    place: Place

    def label(self, name: str) -> str:
        """The name under which an array came, or would have."""
        return self.found.label(self.place, name)

    def fits(self, cell: str | None, stated: Mapping[str, Any]) -> list[Fit]:
        """The forms of one cell that the arrays have."""
        library, arrays = self.library, self.found.by_place[self.place]
        if cell is not None and cell not in library.cells:
            raise UnknownNameError(f"cell of {library.name}", cell, library.cells)
        forms = agreeing(library, [form for form in library.forms if cell in (None, form.cell)], stated)
        fits = best(fit(form, arrays, f"{library.name} {form.cell}", self.label) for form in forms)
        if len(cells := {one.form.cell for one in fits}) > 1:
            raise InputError(f"{library.name}: the arrays could be those of {' or '.join(sorted(cells))}; say cell=")
        return fits


def _weights(at: _At, cell: str | None, stated: Mapping[str, Any], layout: str, order: str) -> Weights:
    fits = at.fits(cell, stated)
    notes = _assumed(fits, stated)
    form, meaning = fits[0].form, chosen(fits[0].form, stated)
    values, there = read(form, fits[0].cut(at.found.by_place[at.place]), meaning, notes)
    options = {"layout": layout} | ({"order": order} if layout == "concat" else {})
    options = ({} if form.cell in SPLIT_ONLY else options) | there | _shown(form, meaning, notes)
    return Weights(form.cell, options, laid_out(form.cell, values, layout, order, meaning.get("reset")), tuple(notes))


def _assumed(fits: list[Fit], stated: Mapping[str, Any]) -> list[str]:
    """What the arrays leave open and the library's default decides."""
    form = fits[0].form
    words = dict(form.settings) if len(fits) > 1 else {}
    words |= {word: choice.default for word, choice in form.choices.items() if choice.options[0] in _TOLD}
    said = {option for word in stated for option in _options_of(form, word)} | stated.keys()
    return [
        f"{word} is not seen in the arrays: {value!r}, the library's default, is taken"
        for word, value in words.items()
        if not said & {word, *_options_of(form, word)}
    ]


def _options_of(form: Form, word: str) -> tuple[str, ...]:
    """The options of ours that a word of the library, or one of ours, is about."""
    return form.choices[word].options if word in form.choices else tuple(form.means) if word in form.settings else ()


def _shown(form: Form, meaning: Mapping[str, Any], notes: list[str]) -> dict[str, Any]:
    """The options that tell what the library computes, those of a plain cell left out."""
    usual = OPTIONS[form.cell]
    shown = {option: value for option, value in meaning.items() if option in _ALWAYS or value != usual[option]}
    if adds := meaning.get("forget_bias"):
        shown["forget_bias"] = adds
        notes.append(f"{adds} is added to the net input of f at run time: the option forget_bias")
    return shown
