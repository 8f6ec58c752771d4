"""Whatever is converted computes the same: every form of every convention to every other library."""

from typing import Any

import numpy as np
import pytest

from symlstm.conventions import CONVENTIONS, Convention, Form, Weights, convert, from_library, to_library
from symlstm.conventions.blocks import Array
from symlstm.errors import SymlstmError
from tests.conventions.test_libraries import compiled
from tests.conventions.test_round_trips import CASES, arrays_of, facts_of

# What one library has and another does not: the reasons for which a conversion is refused.
REASONS = (
    "there is no place for", "reset=", "activation", "one bias for both", "unknown cell of", "activations", "coupled",
)  # fmt: skip


def computed(weights: Weights, seed: int = 0) -> dict[str, Array]:
    draw = np.random.default_rng(seed)
    step = compiled(weights.cell, tuple(weights.options.items()))
    matrix = weights.values["W_h" if weights.cell == "rnn" else "W_g"]
    width = weights.values.get("U_g", weights.values.get("U_h")).shape[1]  # type: ignore[union-attr]
    states = {"h_prev": draw.standard_normal((width, 5))}
    if weights.cell not in ("gru", "rnn"):
        states["c_prev"] = draw.standard_normal((matrix.shape[0], 5))
    out = step(**weights.values, x=draw.standard_normal((matrix.shape[1], 5)), **states)
    return {state.removesuffix("_prev"): out[state.removesuffix("_prev")] for state in states}


@pytest.mark.parametrize("target", list(CONVENTIONS))
@pytest.mark.parametrize(("source", "form", "features"), CASES)
def test_what_is_converted_computes_the_same(
    source: Convention, form: Form, features: frozenset[str], target: str
) -> None:
    weights = from_library(arrays_of(form, features), source, form.cell, **facts_of(form))
    try:
        out = to_library(weights, target)
    except SymlstmError as error:
        assert any(reason in str(error) for reason in REASONS), error  # noqa: PT017
        return
    expected, got = computed(weights), computed(from_library(out, target, form.cell, **out.settings))
    for name, array in expected.items():
        np.testing.assert_allclose(got[name], array, rtol=0, atol=1e-13)


def coupled() -> Weights:
    arrays = {"W": np.ones((1, 8, 3)), "R": np.ones((1, 8, 2)), "P": np.ones((1, 6)), "B": np.ones((1, 16))}
    return from_library(arrays, "onnx", input_forget=1)


def test_the_coupled_gate_of_tflite_is_the_other_one() -> None:
    """f = 1 − i here, i = 1 − f there: everything of the gate is negated, exactly."""
    weights = coupled()
    out = to_library(Weights("lstm", weights.options | {"biases": 1}, _one_bias(weights)), "tflite")
    assert not any("input_gate" in name or "to_input" in name for name in out)
    assert out["recurrent_to_forget_weights"].tolist() == (-weights.values["U_i"]).tolist()
    assert out["cell_to_forget_weights"].tolist() == (-weights.values["p_i"]).tolist()
    back = from_library(out, "tflite")
    assert back.options["coupled"] is True
    assert back.notes == ("i = 1 - f: the weights of f are stored as those of i, negated, exact",)
    assert back.values["W_i"].tobytes() == weights.values["W_i"].tobytes()


def _one_bias(weights: Weights) -> dict[str, Array]:
    return {name: array for name, array in weights.values.items() if not name.startswith("bh_")}


GRU = {"weight_ih": np.ones((6, 3)), "weight_hh": np.ones((6, 2)), "bias_ih": np.ones(6), "bias_hh": np.ones(6)}


def test_an_update_gate_that_writes_is_negated() -> None:
    keeps = from_library(GRU, "pytorch")
    writes = Weights("gru", dict(keeps.options) | {"update": "write"}, keeps.values)
    out = to_library(writes, "pytorch", layer=None)
    assert out["weight_ih"][2:4].tolist() == [[-1.0] * 3] * 2
    assert out["bias_hh"].tolist() == [1, 1, -1, -1, 1, 1]
    assert out.notes == ("z of the library is 1 - z of ours: W_z, U_z and the biases are negated, exact",)


def test_zeros_in_the_second_bias_change_nothing() -> None:
    """Nothing is added where the second bias is zeros, so that even -0.0 stays."""
    arrays = {**GRU, "bias_ih": np.full(6, -0.0), "bias_hh": np.zeros(6)}
    out = to_library(from_library(arrays, "pytorch"), "nnx")
    assert np.signbit(out["dense_i/bias"]).all()
    assert out.notes == ()


LSTM = {"weight_ih": np.ones((8, 3)), "weight_hh": np.ones((8, 2)), "bias_ih": np.arange(8.0), "bias_hh": np.ones(8)}


@pytest.mark.parametrize(
    ("target", "settings", "bias", "note"),
    [
        ("tf1", {}, [3.0, 4.0], "tf1 has to be set to forget_bias=0; its default is 1.0"),
        ("tf1", {"forget_bias": 1.0}, [2.0, 3.0], "-1 in b_f, rounded"),
        ("haiku", {}, [2.0, 3.0], "-1 in b_f, rounded"),
        ("keras", {}, [3.0, 4.0], "one bias for two: b_f + bh_f"),
    ],
)
def test_what_is_added_to_the_forget_gate(target: str, settings: dict[str, Any], bias: list[float], note: str) -> None:
    out = to_library(from_library(LSTM, "pytorch"), target, **settings)
    name = next(name for name in out if name.endswith(("bias", "/b")))
    place = slice(2, 4) if target == "keras" else slice(4, 6)
    assert out[name][place].tolist() == bias
    assert any(note in text for text in out.notes)


def test_a_second_bias_is_filled_with_zeros() -> None:
    one = from_library({"kernel": np.ones((3, 8)), "recurrent_kernel": np.ones((2, 8)), "bias": np.ones(8)}, "keras")
    out = to_library(one, "pytorch")
    assert not out["bias_hh_l0"].any()
    assert out.notes == ("no second bias: zeros for bh_f, bh_i, bh_o, bh_g",)
    assert "bias_hh_l0" in to_library(one, "pytorch")


def test_biases_of_zeros_can_be_left_out() -> None:
    plain = from_library({name: array for name, array in LSTM.items() if "weight" in name}, "pytorch")
    assert plain.notes == ("no biases among the arrays: zeros",)
    assert list(to_library(plain, "pytorch", layer=None, bias=False)) == ["weight_ih", "weight_hh"]


def test_an_own_value_may_be_whole_numbers_or_a_column() -> None:
    values = {"W_h": [[1, 2, 3], [4, 5, 6]], "U_h": [[1, 0], [0, 1]], "b_h": [[1], [2]]}
    out = to_library(values, "pytorch", "rnn")
    assert out["weight_ih_l0"].dtype == np.float64
    assert out["bias_ih_l0"].tolist() == [1, 2]
    stacked = {"W_h": [[1, 0, 1, 2, 3], [0, 1, 4, 5, 6]], "b_h": [1, 2], "x": [0, 0, 0], "h_prev": [0, 0]}
    assert to_library(stacked, "pytorch")["weight_hh_l0"].tolist() == [[1, 0], [0, 1]]
    assert to_library(stacked, "pytorch", order="xh")["weight_ih_l0"].tolist() == [[1, 0, 1], [0, 1, 4]]


def test_from_library_to_library_and_back_in_both_directions() -> None:
    draw = np.random.default_rng(0)
    state = {
        f"{name}_l0{tail}": draw.standard_normal(array.shape)
        for name, array in LSTM.items()
        for tail in ("", "_reverse")
    }
    onnx = convert(state, "pytorch", "onnx")
    assert onnx["W"].shape == (2, 8, 3)
    assert onnx.notes == ()
    assert {name: array.tobytes() for name, array in convert(onnx, "onnx", "pytorch").items()} == {
        name: state[name].tobytes() for name in state
    }
    keras = convert(state, "pytorch", "keras")
    assert convert(list(keras.values()), "keras", "onnx")["W"].tobytes() == onnx["W"].tobytes()
    one = convert(state, "pytorch", "tf1", direction="reverse", to={"forget_bias": 1.0})
    assert one.settings == {"forget_bias": 1.0}
    assert one["bias"][4:6].tolist() == (keras["backward_bias"][2:4] - 1).tolist()


def test_blocks_that_a_library_does_not_use_are_told() -> None:
    assert "the library stores W, R, B, P for a gate that it does not use: left out" in coupled().notes
