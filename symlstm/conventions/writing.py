"""To a library: weights of ours as its arrays, one layer or several."""

from collections.abc import Mapping
from typing import Any

from symlstm.conventions.assemble import LibraryArrays, check_place, gathered
from symlstm.conventions.blocks import Array, join
from symlstm.conventions.convention import BIAS, Convention, Form
from symlstm.conventions.facts import agreeing, settings_for
from symlstm.conventions.meaning import Expressed, express
from symlstm.conventions.table import convention_of
from symlstm.conventions.taking import as_weights, taken_apart
from symlstm.conventions.weights import Weights
from symlstm.errors import InputError, SymlstmError, UnknownNameError, brief

__all__ = ["to_library"]


def to_library(
    weights: Any,
    convention: str | Convention,
    cell: str | None = None,
    *,
    layer: int | None = 0,
    direction: str = "forward",
    bias: bool = True,
    **facts: Any,
) -> LibraryArrays:
    """Weights of ours as the arrays of a library.

    `weights` are `Weights`, values by identifier (layout "split" or "concat"), or a mapping of (layer, direction) to
    either. `layer` None leaves the layer out of the names, as in a PyTorch Cell. `bias` False leaves biases that are
    zeros out. `facts` are settings that the library is to have, in its words (forget_bias=0), and options that bare
    values have, in ours (reset="after", order="xh"). Conversions that lose something are refused with the reason; what
    is rounded is told in the `notes` of the result.
    Raises InputError or UnknownNameError, one line.

    >>> import numpy as np
    >>> values = {"W_h": np.ones((2, 3)), "U_h": np.ones((2, 2)), "b_h": np.ones(2)}
    >>> {name: array.shape for name, array in to_library(values, "keras").items()}
    {'kernel': (3, 2), 'recurrent_kernel': (2, 2), 'bias': (2,)}
    """
    library = convention_of(convention)
    places = _places(weights, layer, direction, library)
    written = {place: _written(one, library, cell, bias, facts) for place, one in places.items()}
    settings = [one[1] for one in written.values()]
    if differing := [other for other in settings if other != settings[0]]:
        raise InputError(f"{library.name}: layers and directions differ in settings: {settings[0]} and {differing[0]}")
    notes = tuple(dict.fromkeys(note for one in written.values() for note in one[2]))
    arrays = gathered({place: one[0] for place, one in written.items()}, library)
    return LibraryArrays(arrays, settings[0], notes)


def _places(weights: Any, layer: int | None, direction: str, library: Convention) -> dict[Any, Any]:
    """Weights by layer and direction; a single set is put at the place that was asked for."""
    if isinstance(weights, Mapping) and weights and all(isinstance(key, tuple) for key in weights):
        places = dict(weights)
    elif isinstance(weights, Mapping | Weights):
        places = {(layer, direction): weights}
    else:
        raise InputError(f"{library.name}: expected Weights or values by name, got {brief(weights)}")
    for place in places:
        check_place(place, library)
    layers = {layer for layer, _ in places if layer is not None}
    if len(places) > 1 and layers != set(range(len(layers))):
        there = ", ".join(map(str, sorted(layers)))
        raise InputError(f"{library.name}: expected layers from 0 without a gap, got {there}")
    return dict(sorted(places.items())) if len(places) > 1 else places


def _written(
    given: Any, library: Convention, cell: str | None, bias: bool, facts: Mapping[str, Any]
) -> tuple[dict[str, Array], dict[str, Any], list[str]]:
    """The arrays of one place, the library's settings for them, and notes."""
    weights = as_weights(given, cell, library, facts)
    found, values = taken_apart(weights.cell or None, weights.values, weights.options)
    options = dict(weights.options) | dict(found.form.means)
    if found.form.cell not in library.cells:
        raise UnknownNameError(f"cell of {library.name}", found.form.cell, library.cells)
    forms = [form for form in library.forms if form.cell == found.form.cell]
    own = {word: value for word, value in facts.items() if word in library.words}
    form, out, settings = _expressed(library, agreeing(library, forms, own), values, options, own)
    notes = [*out.notes, *_unusual(library, form, settings)]
    return _joined(form, out.values, found.sizes, bias), settings, notes


def _unusual(library: Convention, form: Form, settings: Mapping[str, Any]) -> list[str]:
    """A word on every setting that is not the library's default."""
    plain = next(other for other in library.forms if other.cell == form.cell)
    usual = dict(plain.settings) | {word: choice.default for word, choice in plain.choices.items()}
    return [
        f"{library.name} has to be set to {word}={value!r}; its default is {usual[word]!r}"
        for word, value in settings.items()
        if word in usual and value != usual[word]
    ]


def _expressed(
    library: Convention,
    forms: list[Form],
    values: Mapping[str, Array],
    options: Mapping[str, Any],
    facts: Mapping[str, Any],
) -> tuple[Form, Expressed, dict[str, Any]]:
    """The first form that can hold the values, what it holds, and the settings; forms that couple alike come first."""
    coupled = bool(options.get("coupled"))
    reasons: list[SymlstmError] = []
    for form in sorted(forms, key=lambda form: bool(form.means.get("coupled")) != coupled):
        try:
            out, meaning = express(form, values, options, facts)
            return form, out, settings_for(form, meaning)
        except InputError as error:
            reasons.append(error)
    raise InputError(f"{library.name}: {reasons[0]}")


def _joined(form: Form, values: dict[str, Array], sizes: Mapping[str, int], bias: bool) -> dict[str, Array]:
    """The arrays of a form; a feature is there where its quantities are."""
    stored = [one for one in form.arrays if all(name in values for name in one.identifiers)]
    if lost := values.keys() - {name for one in stored for name in one.identifiers}:
        raise InputError(f"{form.title} has no place for {', '.join(sorted(lost))}")
    arrays = {one.name: join(one, values, sizes) for one in stored}
    for name in [one.name for one in stored if one.feature == BIAS and not bias]:
        if arrays.pop(name).any():
            raise InputError(f"bias=False: {name} is not zeros")
    return arrays
