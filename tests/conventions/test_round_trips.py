"""There and back, for every form of every convention: what is stored is not touched."""

from typing import Any

import numpy as np
import pytest

from symlstm.conventions import CONVENTIONS, Convention, Form, from_library, layers_from_library, to_library
from symlstm.conventions.blocks import Array
from symlstm.conventions.convention import UNUSED
from symlstm.errors import InputError

SIZES = {"n": 3, "d": 2, "r": 4}
FORMS = [(convention, form) for convention in CONVENTIONS.values() for form in convention.forms]
CASES = [
    pytest.param(convention, form, frozenset(features), id=f"{convention.name}-{form.title}-{'-'.join(features)}")
    for convention, form in FORMS
    for features in [form.features[:k] for k in range(len(form.features) + 1)] + [(f,) for f in form.features[1:]]
    if not {"projection bias"} & set(features) or "projection" in features
]


def arrays_of(form: Form, features: frozenset[str], seed: int = 0, dtype: Any = np.float64) -> dict[str, Array]:
    """Random arrays of a form, with these features; without axes over layers and directions they have length 1."""
    sizes = SIZES if "projection" in features else {**SIZES, "r": SIZES["n"]}
    draw = np.random.default_rng(seed)
    arrays = {}
    for stored in form.arrays:
        if not stored.feature or stored.feature in features:
            lengths = [1] * len(stored.axes.leading) + [axis.length(sizes) for axis in stored.axes.axes]
            arrays[stored.name] = draw.standard_normal(lengths).astype(dtype)
    if form.cell == "lstm" and "projection_bias" in arrays:
        arrays["projection_bias"][:] = 0
    return arrays


def facts_of(form: Form) -> dict[str, Any]:
    return dict(form.settings)


def clear_unused(convention: Convention, form: Form, arrays: dict[str, Array]) -> None:
    """Put zeros where the library stores what it does not use."""
    for name, array in arrays.items():
        blocks = form.by_name[name].blocks
        for block, part in zip(blocks, np.split(array, len(blocks), axis=len(convention.leading)), strict=True):
            if block == (UNUSED,):
                part[:] = 0


def bare(convention: Convention, arrays: dict[str, Array]) -> dict[str, Array]:
    """The arrays of layer 0 without the layer in their names."""
    tail = convention.suffix.format(layer=0)
    return {name.removesuffix(tail) if tail else name: array for name, array in arrays.items()}


@pytest.mark.parametrize(("convention", "form", "features"), CASES)
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16])
def test_arrays_come_back(convention: Convention, form: Form, features: frozenset[str], dtype: Any) -> None:
    arrays = arrays_of(form, features, dtype=dtype)
    if UNUSED in {name for stored in form.arrays for block in stored.blocks for name in block}:
        clear_unused(convention, form, arrays)
    unshifted = {"forget_bias": 0} if form.negated and form.choices else {}
    weights = from_library(arrays, convention, form.cell, **facts_of(form), **unshifted)
    back = bare(convention, to_library(weights, convention, **facts_of(form)))
    for name in back.keys() ^ arrays.keys():
        assert "bias" in form.by_name[name].feature
        assert not (back | arrays)[name].any()
    for name in back.keys() & arrays.keys():
        assert back[name].dtype == dtype
        assert back[name].shape == arrays[name].shape
        assert back[name].tobytes() == arrays[name].tobytes(), name


@pytest.mark.parametrize(("convention", "form", "features"), CASES)
@pytest.mark.parametrize(("layout", "order"), [("split", "hx"), ("concat", "hx"), ("concat", "xh")])
def test_either_layout_of_ours_is_taken(
    convention: Convention, form: Form, features: frozenset[str], layout: str, order: str
) -> None:
    arrays = arrays_of(form, features)
    expected = to_library(from_library(arrays, convention, form.cell, **facts_of(form)), convention, **facts_of(form))
    try:
        weights = from_library(arrays, convention, form.cell, layout=layout, order=order, **facts_of(form))
    except InputError as error:
        assert layout == "concat"
        assert 'exists in layout="split" only' in str(error)  # noqa: PT017
        return
    if layout == "concat":
        assert not any(name.startswith("U_") for name in weights.values)
    again = to_library(weights, convention, **facts_of(form))
    assert {name: array.tobytes() for name, array in again.items()} == {
        name: array.tobytes() for name, array in expected.items()
    }


@pytest.mark.parametrize(("convention", "form", "features"), CASES)
def test_the_result_shares_no_memory(convention: Convention, form: Form, features: frozenset[str]) -> None:
    arrays = arrays_of(form, features)
    weights = from_library(arrays, convention, form.cell, **facts_of(form))
    back = to_library(weights, convention, **facts_of(form))
    given = [*arrays.values(), *weights.values.values()]
    assert not any(np.shares_memory(one, other) for one in back.values() for other in given)
    assert not any(np.shares_memory(one, other) for one in weights.values.values() for other in arrays.values())


@pytest.mark.parametrize("convention", [c for c in CONVENTIONS.values() if c.has_layers or c.has_directions])
def test_layers_and_directions_together(convention: Convention) -> None:
    form = convention.forms[0]
    layers = range(3 if convention.has_layers else 1)
    places = [(layer, sense) for layer in layers for sense in ("forward", "reverse")]
    weights = {
        place: from_library(arrays_of(form, frozenset({"bias"}), seed), convention, form.cell, **facts_of(form))
        for seed, place in enumerate(places)
    }
    back = to_library(weights, convention)
    again = layers_from_library(back, convention, **back.settings)
    assert list(again) == places
    for place in places:
        one = from_library(back, convention, layer=place[0], direction=place[1], **back.settings)
        for name, array in weights[place].values.items():
            assert again[place].values[name].tobytes() == array.tobytes()
            assert one.values[name].tobytes() == array.tobytes()


@pytest.mark.parametrize(("convention", "form"), FORMS, ids=lambda one: getattr(one, "title", ""))
def test_a_form_is_well_formed(convention: Convention, form: Form) -> None:
    held = [name for stored in form.arrays for name in stored.identifiers]
    assert len(held) == len(set(held))
    assert len(form.letters.split()) == len(form.gates.split()) + bool(form.unused)
    assert len({stored.axes.leading for stored in form.arrays}) == 1
    assert form.arrays[0].axes.leading == convention.leading
    assert convention.title
    assert convention.source
    for stored in form.arrays:
        assert "".join(stored.shape.split()) == "".join(
            [*stored.axes.leading, *(str(axis).replace(" ", "") for axis in stored.axes.axes)]
        )
