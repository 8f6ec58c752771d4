"""What is wrong with arrays or weights is said in one line: which array, what was expected, what came."""

from contextlib import suppress
from typing import Any

import numpy as np
import pytest

from symlstm.conventions import CONVENTIONS, Convention, Form, Weights, convert, from_library, to_library
from symlstm.conventions.blocks import Array
from symlstm.errors import InputError, SymlstmError, UnknownNameError
from tests.conventions.test_round_trips import FORMS, arrays_of, facts_of


def ones(*shape: int) -> Array:
    return np.ones(shape)


LSTM = {"weight_ih_l0": ones(16, 3), "weight_hh_l0": ones(16, 4), "bias_ih_l0": ones(16), "bias_hh_l0": ones(16)}
GRU = {"weight_ih_l0": ones(12, 3), "weight_hh_l0": ones(12, 4), "bias_ih_l0": ones(12), "bias_hh_l0": ones(12)}
PEEPHOLE = {"W": ones(1, 16, 3), "R": ones(1, 16, 4), "P": ones(1, 12)}


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (
            {"weight_hh_l0": ones(4, 16)},
            r"weight_hh_l0: expected shape (4n, n) = (16, 4), got (4, 16); looks transposed",
        ),
        ({"weight_ih_l0": ones(15, 3)}, "weight_ih_l0: expected shape (4n, d) with 4n a multiple of 4, got (15, 3)"),
        ({"weight_hh_l0": ones(16, 5)}, "weight_hh_l0: expected shape (4n, n) = (16, 4), got (16, 5)"),
        ({"weight_hh_l0": ones(20, 5)}, "weight_hh_l0: expected shape (4n, n) = (16, 4), got (20, 5)"),
        ({"bias_hh_l0": ones(12)}, "bias_hh_l0: expected shape (4n,) = (16,), got (12,)"),
        ({"bias_hh_l0": ones(16, 1)}, "bias_hh_l0: expected shape (4n,) = (16,), got (16, 1)"),
        ({"bias_hh_l0": None}, "pytorch lstm: missing bias_hh_l0 of shape (4n,)"),
        ({"weight_hh_l0": None}, "pytorch lstm: missing weight_hh_l0 of shape (4n, n)"),
        ({"weight_hi_l0": ones(16, 4)}, "unknown array for pytorch 'weight_hi_l0'; did you mean 'weight_ih_l0'?"),
        ({"weight_ih_l0": ones(16, 3).astype(int)}, "weight_ih_l0: expected floating-point numbers, got"),
        ({"weight_ih_l0": [[1.0, 2.0], [1.0]]}, "weight_ih_l0: cannot be read as an array"),
        ({"weight_ih_l0": "W"}, "weight_ih_l0: expected floating-point numbers, got 'W' of type str"),
        ({"weight_hr_l0": ones(2, 4)}, "weight_hr_l0: expected shape (r, n) = (4, 4), got (2, 4)"),
        ({"weight_hh_l0": ones(0, 4)}, "weight_hh_l0: expected at least one entry, got shape (0, 4)"),
        ({3: ones(2)}, "arrays: expected names as keys, got 3 of type int"),
        ({"weight_ih": ones(16, 3)}, "weight_ih and weight_ih_l0 are the same array"),
    ],
)
def test_arrays_of_torch_that_do_not_fit(changed: dict[Any, Any], message: str) -> None:
    with pytest.raises(ValueError, match=".") as caught:
        from_library({**LSTM, **changed}, "pytorch")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert isinstance(caught.value, InputError | UnknownNameError)


@pytest.mark.parametrize(
    ("arrays", "convention", "facts", "message"),
    [
        (LSTM, "torch", {}, "unknown library 'torch'; did you mean 'pytorch'?"),
        (LSTM, "pytorch", {"cell": "lstn"}, "unknown cell of pytorch 'lstn'; did you mean 'lstm'?"),
        (LSTM, "pytorch", {"cell": "gru"}, "pytorch gru: weight_ih_l0: expected shape (3n, d) with 3n a multiple of 3"),
        (LSTM, "pytorch", {"layer": 1}, "no arrays of layer 1 forward; there are layer 0 forward"),
        (LSTM, "pytorch", {"layer": True}, "layer: expected a number from 0, got True"),
        (LSTM, "pytorch", {"direction": "back"}, "unknown direction 'back'; known: forward, reverse"),
        (LSTM, "pytorch", {"forget_bias": 1}, "forget_bias=1 cannot be converted; expected 0"),
        (LSTM, "pytorch", {"forget": 1}, "unknown setting of pytorch 'forget'; did you mean 'forget_bias'?"),
        (LSTM, "pytorch", {"layout": "joint"}, "unknown layout 'joint'"),
        (LSTM, "pytorch", {"layout": "concat", "order": "xy"}, "unknown order of the stack 'xy'"),
        (GRU, "pytorch", {"reset": "before"}, "reset='before' cannot be converted; expected 'after'"),
        (GRU, "pytorch", {"layout": "concat"}, 'exists in layout="split" only'),
        (LSTM, "pytorch", {"scope": 3}, "scope: expected the path of a module, got 3"),
        (LSTM, "pytorch", {"coupled": ones(2, 2)}, "coupled=array([[1., 1.], [1., 1.]]) cannot be converted"),
        ({**LSTM, "weight_ih_l0": np.ma.masked_equal(ones(16, 3), 1)}, "pytorch", {}, "masked entries; fill them"),
        ([ones(16, 3)], "pytorch", {}, "got a list; names are needed here"),
        ([ones(3, 16)], "keras", {}, "expected a list of kernel, recurrent_kernel, bias"),
        ([ones(16, 3), ones(16, 4), ones(16)], "keras", {}, "kernel: expected shape (d, 4n) with 4n a multiple of 4"),
        ({"kernel": ones(3, 16)}, "keras", {"layer": 1}, "layers of this library are modules of their own"),
        (7, "keras", {}, "expected a mapping of names to arrays, a list of arrays or a layer, got 7"),
        ({}, "keras", {}, "keras: expected arrays, got none"),
        ({"kernel": ones(20, 16), "bias": ones(16)}, "tf1", {}, "the arrays could be those of lstm or rnn; say cell="),
        ({"kernel": ones(3, 16), "bias": ones(16)}, "tf1", {}, "expected shape (d + n, 4n) with n = 4, got (3, 16)"),
        ({"kernel": ones(7, 16), "bias": ones(16)}, "tf1", {"forget_bias": "1"}, "expected a number"),
        ({"kernel": ones(7, 16), "bias": ones(16)}, "tf1", {"cell_clip": 3.0}, "cell_clip=3.0 cannot be converted"),
        ({"W": ones(16, 3), "R": ones(16, 4)}, "onnx", {}, "W: expected 3 axes, dirs first, got shape (16, 3)"),
        ({"W": ones(3, 16, 3), "R": ones(1, 16, 4)}, "onnx", {}, "W: expected 1 or 2 directions in axis 0, got 3"),
        ({"W": ones(2, 16, 3), "R": ones(1, 16, 4)}, "onnx", {}, "R: expected first axes (2,) as W has, got (1,)"),
        ({"W": ones(1, 16, 3), "R": ones(1, 16, 5)}, "onnx", {}, "R[0]: expected shape (4n, n) = (16, 4), got (16, 5)"),
        ({"W": ones(1, 16, 3)}, "onnx", {"cell": "lstm"}, "onnx lstm: missing R of shape (dirs, 4n, n)"),
        ({"W": ones(1, 12, 3), "R": ones(1, 12, 4)}, "onnx", {"linear_before_reset": 2}, "expected 0 or 1"),
        ({"W": ones(1, 16, 3), "R": ones(1, 16, 4)}, "onnx", {"activations": ["Elu"] * 3}, "expected a list of 'Tanh'"),
        ({"W": ones(1, 16, 3), "R": ones(1, 16, 4)}, "onnx", {"cell": "lstm", "activations": ["Tanh"]}, "a list of"),
    ],
)  # fmt: skip
def test_reading_is_refused(arrays: Any, convention: str, facts: dict[str, Any], message: str) -> None:
    with pytest.raises(SymlstmError) as caught:
        from_library(arrays, convention, **facts)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


LSTM_WEIGHTS, GRU_WEIGHTS = from_library(LSTM, "pytorch"), from_library(GRU, "pytorch")
SEEING = from_library(PEEPHOLE, "onnx")
PROJECTED = from_library({**LSTM, "weight_hh_l0": ones(16, 2), "weight_hr_l0": ones(2, 4)}, "pytorch")
BEFORE = Weights("gru", {"reset": "before"}, {k: v for k, v in GRU_WEIGHTS.values.items() if not k.startswith("bh")})


@pytest.mark.parametrize(
    ("weights", "convention", "facts", "message"),
    [
        (SEEING, "pytorch", {}, "p_f: there is no place for peephole weights in LSTM; expected a cell without"),
        (SEEING, "keras", {}, "no place for peephole weights"),
        (PROJECTED, "keras", {}, "W_p: there is no place for a projection in LSTM; expected a cell without"),
        (BEFORE, "pytorch", {}, "GRU has reset='after'; reset='before' cannot be stored"),
        (BEFORE.values, "pytorch", {}, "say reset='after' if that is what the values mean"),
        (BEFORE, "onnx", {"linear_before_reset": 1}, "GRU has reset='after'; reset='before' cannot be stored"),
        (GRU_WEIGHTS, "tf1", {}, "GRUCell has reset='before'; reset='after' cannot be stored"),
        (GRU_WEIGHTS, "nnx", {}, "bh_g is multiplied by r, b_g is not; GRUCell has one bias for both"),
        (GRU_WEIGHTS, "tflite", {}, "unknown cell of tflite 'gru'; known: lstm, layernorm-lstm-tflite"),
        (GRU_WEIGHTS, "pytorch", {"reset": "before"}, "reset='before': the weights have reset='after'"),
        (GRU_WEIGHTS, "pytorch", {"cell": "lstm"}, "cell='lstm', but these are weights of gru"),
        (LSTM_WEIGHTS, "pytorch", {"bias": False}, "bias=False: bias_ih is not zeros"),
        (LSTM_WEIGHTS, "pytorch", {"layer": -1}, "expected (layer, direction) with a layer from 0"),
        (LSTM_WEIGHTS, "keras", {"layer": 1}, "its layers are modules of their own; convert layer 1 by itself"),
        (LSTM_WEIGHTS, "flax", {"direction": "reverse"}, "its directions are modules of their own"),
        (LSTM_WEIGHTS, "flax", {"direction": "up"}, "unknown direction 'up'"),
        (LSTM_WEIGHTS, "keras", {"units": 4}, "unknown setting of keras 'units'"),
        (LSTM_WEIGHTS, "haiku", {"forget_bias": 1}, "forget_bias=1: the weights have forget_bias=0"),
        ({3: ones(2)}, "keras", {}, "expected values by name, got {3: array"),
        (Weights("lstm", {}, 3), "keras", {}, "expected values by name, got 3"),  # type: ignore[arg-type]
        (5, "keras", {}, "expected Weights or values by name, got 5"),
        ({"W_q": ones(2, 2)}, "keras", {"cell": "lstm"}, "lstm: missing W_i of shape"),
        ({**LSTM_WEIGHTS.values, "W_q": ones(2, 2)}, "keras", {}, "unknown quantity for"),
        ({**LSTM_WEIGHTS.values, "W_f": ones(3, 4)}, "keras", {}, "W_f: expected shape (n, d) = (4, 3), got (3, 4)"),
        (LSTM_WEIGHTS.values, "keras", {"cell": "mgu"}, "unknown cell with conventions 'mgu'"),
        (Weights("lstm", {"biases": 1}, LSTM_WEIGHTS.values), "keras", {}, "but the values are those of biases=2"),
        (Weights("lstm", {"peephole": True}, LSTM_WEIGHTS.values), "onnx", {}, "those of peephole=False"),
        (Weights("lstm", {"bias": 1}, LSTM_WEIGHTS.values), "keras", {}, "unknown option of cell lstm 'bias'"),
        (Weights("lstm", {"output_activation": "relu"}, LSTM_WEIGHTS.values), "pytorch", {}, "'relu' cannot be stored"),
        (Weights("lstm", {"output_activation": "relu"}, LSTM_WEIGHTS.values), "keras", {}, "no activation stands for"),
        ({(0, "forward"): LSTM_WEIGHTS, (0, "reverse"): GRU_WEIGHTS}, "onnx", {}, "differ in settings"),
        ({(0, "forward"): LSTM_WEIGHTS, (1, "reverse"): LSTM_WEIGHTS}, "onednn", {}, "expected every layer from 0"),
        ({(0, "forward"): LSTM_WEIGHTS, (1, "forward"): from_library({**LSTM, "weight_ih_l0": ones(16, 4)}, "pytorch")},
         "onednn", {}, "layer 1 forward: one array holds all layers"),
    ],
)  # fmt: skip
def test_writing_is_refused(weights: Any, convention: str, facts: dict[str, Any], message: str) -> None:
    with pytest.raises(SymlstmError) as caught:
        to_library(weights, convention, **facts)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_several_layers_need_a_library_that_has_them() -> None:
    two = LSTM | {name.replace("l0", "l1"): array for name, array in LSTM.items()} | {"weight_ih_l1": ones(16, 4)}
    with pytest.raises(InputError, match="keras: its layers are modules of their own; convert layer 1 by itself"):
        convert(two, "pytorch", "keras")
    assert convert(two, "pytorch", "keras", layer=1)["kernel"].shape == (4, 16)


@pytest.mark.parametrize(("convention", "form"), FORMS, ids=lambda one: getattr(one, "title", ""))
def test_every_kernel_that_is_transposed_looks_so(convention: Convention, form: Form) -> None:
    """For every matrix of every form: by itself transposed, it is named, and the remark is made."""
    arrays = arrays_of(form, frozenset({"bias"}))
    for stored in form.arrays:
        if stored.name in arrays and len(stored.axes.axes) == 2 and not square(arrays[stored.name]):
            wrong = arrays | {stored.name: np.swapaxes(arrays[stored.name], -1, -2)}
            with pytest.raises(InputError, match=rf"{stored.name}(\[0.*\])?: expected shape .*; looks transposed"):
                from_library(wrong, convention, form.cell, **facts_of(form))


def square(array: Array) -> bool:
    return array.shape[-1] == array.shape[-2]


@pytest.mark.parametrize(("convention", "form"), FORMS, ids=lambda one: getattr(one, "title", ""))
def test_every_missing_array_is_named(convention: Convention, form: Form) -> None:
    arrays = arrays_of(form, frozenset({"bias", "peephole"}))
    for stored in form.arrays:
        if not stored.feature and any(other.name != stored.name for other in form.arrays):
            rest = {name: array for name, array in arrays.items() if name != stored.name}
            with pytest.raises(SymlstmError, match=r".") as caught:
                from_library(rest, convention, form.cell, **facts_of(form))
            assert stored.name in str(caught.value)


@pytest.mark.parametrize("name", list(CONVENTIONS))
def test_whatever_comes_is_converted_or_refused(name: str) -> None:
    """Arrays of wrong axes, lengths and kinds, at random: a result or an error of ours, nothing else."""
    convention, draw = CONVENTIONS[name], np.random.default_rng(0)
    for form in convention.forms:
        for _ in range(60):
            arrays: dict[str, Any] = dict(arrays_of(form, frozenset(form.features)))
            for victim in draw.choice(list(arrays), size=2):
                shape = draw.integers(0, 6, size=draw.integers(0, 5))
                arrays[victim] = [np.ones(shape), None, "x", 1.0, np.ones(shape, int), {}][draw.integers(0, 6)]
            with suppress(SymlstmError):
                from_library(arrays, name)


@pytest.mark.parametrize("name", list(CONVENTIONS))
def test_whatever_is_to_be_stored_is_stored_or_refused(name: str) -> None:
    draw = np.random.default_rng(0)
    for weights in (LSTM_WEIGHTS, GRU_WEIGHTS, SEEING, PROJECTED, BEFORE):
        for _ in range(60):
            values: dict[str, Any] = dict(weights.values)
            for victim in draw.choice([*values, "W_q", "b_p", "p_g"], size=2):
                shape = draw.integers(0, 5, size=draw.integers(0, 4))
                values[victim] = [np.ones(shape), None, "x", 1.0, np.ones(shape, int), {}][draw.integers(0, 6)]
            with suppress(SymlstmError):
                to_library(Weights(weights.cell, weights.options, values), name)
            with suppress(SymlstmError):
                to_library(values, name)
