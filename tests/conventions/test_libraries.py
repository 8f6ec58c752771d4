"""The proof: arrays that real libraries were recorded with, converted, give the outputs that were recorded.

Tolerance: 1e-12 where the library computed in double precision, 1e-5 where it has single precision only.
"""

from functools import cache
from typing import Any

import numpy as np
import pytest

import symlstm as sl
from symlstm.conventions import CONVENTIONS, Weights, convert, layers_from_library, to_library
from tests.conventions.recorded import DATA, Array, Recording, recording

# Cells that no convention has: another minimal gated unit, TensorFlow Addons, a plain projection with a bias.
ELSEWHERE = (
    "flax_linen_mgu",
    "tensorflow_addons",
    "tflite_lstm_projection_bias",
    "tflite_lstm_peephole_projection_bias",
)
NAMES = sorted(path.stem for path in DATA.glob("*.json") if not path.stem.startswith(ELSEWHERE))


@cache
def compiled(cell: str, options: tuple[tuple[str, Any], ...]) -> Any:
    return sl.lambdify(sl.cell(cell, B=True, **dict(options)))


def sequence(weights: Weights, x: Array, h: Array, c: Array | None, reverse: bool) -> tuple[Array, Array, Array | None]:
    """All outputs (T, B, n) and the last states of one layer in one direction."""
    step = compiled(weights.cell, tuple(weights.options.items()))
    outputs = np.zeros((len(x), *h.shape))
    for t in reversed(range(len(x))) if reverse else range(len(x)):
        states = {"h_prev": h.T} if c is None else {"h_prev": h.T, "c_prev": c.T}
        out = step(**weights.values, x=x[t].T, **states)
        h, c = out["h"].T, out["c"].T if c is not None else None
        outputs[t] = h
    return outputs, h, c


def facts(record: Recording) -> dict[str, Any]:
    return {word: value for word, value in record.options.items() if word in CONVENTIONS[record.convention].words}


def check(record: Recording, layers: dict[tuple[int, str], Weights]) -> None:
    """Run the layers one upon the other and compare the outputs and every last state."""
    tolerance = 1e-12 if record.exact else 1e-5
    x = record.x
    for layer in range(max(k for k, _ in record.h) + 1):
        ys = {}
        for sense in [sense for k, sense in record.h if k == layer]:
            weights = layers.get((layer, sense)) or layers[layer, "forward"]
            place = (layer, sense)
            ys[sense], h, c = sequence(weights, x, record.h[place], record.c.get(place), sense == "reverse")
            np.testing.assert_allclose(h, record.h_last[place], rtol=tolerance, atol=tolerance)
            if c is not None:
                np.testing.assert_allclose(c, record.c_last[place], rtol=tolerance, atol=tolerance)
        x = np.concatenate(list(ys.values()), axis=-1)
    if isinstance(record.y, dict):
        for sense, y in record.y.items():
            np.testing.assert_allclose(ys[sense], y, rtol=tolerance, atol=tolerance)
    else:
        np.testing.assert_allclose(sum(ys.values()), record.y, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("name", NAMES)
def test_a_converted_layer_computes_what_the_library_did(name: str) -> None:
    record = recording(name)
    check(record, layers_from_library(record.arrays, record.convention, **facts(record)))


@pytest.mark.parametrize("name", NAMES)
def test_a_layer_comes_back_bit_for_bit(name: str) -> None:
    record = recording(name)
    layers = layers_from_library(record.arrays, record.convention, **facts(record))
    back = to_library(layers, record.convention)
    again = layers_from_library(back, record.convention, **back.settings)
    for place, weights in layers.items():
        assert again[place].options.keys() >= weights.options.keys() - {"biases"}
        for quantity, array in weights.values.items():
            assert again[place].values[quantity].tobytes() == array.tobytes()
            assert array.dtype == next(iter(record.arrays.values())).dtype


def test_every_form_of_every_convention_is_proved() -> None:
    proved = set()
    for name in NAMES:
        record = recording(name)
        for weights in layers_from_library(record.arrays, record.convention, **facts(record)).values():
            options = weights.options
            proved.add((record.convention, weights.cell, options.get("reset"), options.get("coupled", False)))
    assert proved == {
        (convention.name, form.cell, form.means.get("reset"), form.means.get("coupled", False))
        for convention in CONVENTIONS.values()
        for form in convention.forms
    }


def test_a_projection_with_a_bias_is_another_cell() -> None:
    record = recording("tflite_lstm_projection_bias")
    with pytest.raises(sl.SymlstmError, match="projection_bias: our lstm has a projection without a bias"):
        layers_from_library(record.arrays, "tflite")


@pytest.mark.parametrize("target", ["pytorch", "keras", "onnx", "haiku", "tf1", "flax", "onednn", "tflite"])
def test_what_torch_computed_any_library_would_compute(target: str) -> None:
    """The arrays of torch, converted to those of another library and read again, still compute what torch did."""
    record = recording("torch_lstm")
    out = convert(record.arrays, "pytorch", target)
    check(record, layers_from_library(out, target, **out.settings))
