"""Layers on top of each other: names, sizes, every cell, and what is refused."""

import numpy as np
import pytest

import symlstm as sl
from symlstm.errors import DefinitionError, InputError, ShapeError, UnknownNameError
from tests.support import random_values


def test_names_and_sizes() -> None:
    two = sl.stack("lstm", layers=2, n=5, d=3)
    assert two.name == "lstm 2 layers"
    assert two.inputs == ("x",)
    assert two.states == ("h_l1_prev", "c_l1_prev", "h_l2_prev", "c_l2_prev")
    assert two.outputs == ("c_l1", "h_l1", "c_l2", "h_l2")
    assert two.shapes["W_f_l1"] == (5, 8)
    assert two.shapes["W_f_l2"] == (5, 10)
    assert sl.stack("lstm:n=5,d=3", layers=2) == two
    assert str(sl.stack("lstm", layers=2, projection=True).shapes["W_f_l2"][1]) == "2*r"
    assert sl.stack("lstm").name == "lstm"
    assert sl.stack("lstm", "gru").name == "lstm.gru"
    assert sl.stack(sl.cell("lstm", n="m"), sl.cell("lstm")).text(only="a_f_l2", shapes=True).endswith("∈ ℝ^n")


def test_a_stack_is_its_layers_one_after_the_other() -> None:
    whole = sl.stack("lstm", "gru", "rnn")
    values = random_values(sl.batched(whole, "B"), 4, 3, 2)
    out = sl.lambdify(whole)(**values)
    taken = values["x"]
    for k, name in enumerate(("lstm", "gru", "rnn"), 1):
        own = {key.replace(f"_l{k}", ""): value for key, value in values.items() if f"_l{k}" in key}
        taken = sl.lambdify(sl.cell(name))(**own, x=taken).h
        assert np.array_equal(out[f"h_l{k}"], taken)


@pytest.mark.parametrize("name", sl.CELLS)
def test_every_cell_in_two_layers(name: str) -> None:
    back = sl.backprop(sl.stack(name, layers=2))
    report = sl.gradcheck(back, random_values(back, 3, 2))
    assert report.ok, str(report)


def test_a_batch() -> None:
    assert sl.stack("lstm", layers=2, B=True) == sl.batched(sl.stack("lstm", layers=2), "B")


@pytest.mark.parametrize(
    ("build", "kind", "message"),
    [
        (lambda: sl.stack(), InputError, "stack: expected at least one cell"),
        (lambda: sl.stack("lstm", layers=0), InputError, "layers: expected a whole number from 1 on, got 0"),
        (lambda: sl.stack("lstm", layers=True), InputError, "layers: expected a whole number from 1 on, got True"),
        (lambda: sl.stack("lstm", "gru", layers=2), InputError, "layers: goes with one cell that is repeated"),
        (lambda: sl.stack("lstmm"), UnknownNameError, "unknown cell 'lstmm'; did you mean 'lstm'"),
        (lambda: sl.stack(3), UnknownNameError, "unknown cell 3"),
        (lambda: sl.stack(sl.readout()), DefinitionError, "stack: readout is no step from x to h"),
        (lambda: sl.stack(sl.backprop(sl.cell("rnn"))), DefinitionError, "stack: rnn backward is a backward pass"),
        (lambda: sl.stack(sl.cell("lstm", n=5, d=3), layers=2), ShapeError, "stack: layer 2 takes 3 rows and layer 1"),
        (
            lambda: sl.stack(sl.rename(sl.cell("rnn"), {"b_h": "b_h_l2"})),
            DefinitionError,
            "stack: b_h_l2 of rnn is of a layer already",
        ),
    ],
)
def test_what_is_refused(build: object, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message) as caught:
        build()  # type: ignore[operator]
    assert "\n" not in str(caught.value)
