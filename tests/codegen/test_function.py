"""lambdify: forms in and out, dtypes, stability, freshness, errors, and the code that is shown."""

import pickle

import numpy as np
import onnx
import pytest
from onnx.reference import ReferenceEvaluator

import symlstm as sl
from symlstm.errors import InputError
from tests.support import paper_step, random_values, relative_error

OPTIONS = [{"layout": layout, "biases": biases} for layout in ("concat", "split") for biases in (1, 2)]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("B", [1, 4])
def test_forward_as_the_paper_writes_it(options: dict, B: int) -> None:
    values = random_values(sl.cell("lstm", **options, B=True), 5, 3, B)
    out = sl.lambdify(sl.cell("lstm", **options))(**values)
    for name, reference in paper_step(np, values).items():
        assert relative_error(out[name], reference) <= 1e-15


def test_against_the_onnx_reference() -> None:
    n, d, B = 4, 3, 2
    values = random_values(sl.cell("lstm", layout="split", biases=2, B=True), n, d, B)
    rows = {
        letter: np.concatenate([values[f"{letter}_{gate}"] for gate in "iofg"])[None]
        for letter in ("W", "U", "b", "bh")
    }
    feeds = {"X": values["x"].T[None], "W": rows["W"], "R": rows["U"]}
    feeds["B"] = np.concatenate([rows["b"], rows["bh"]], axis=1)[:, :, 0]
    feeds |= {"h0": values["h_prev"].T[None], "c0": values["c_prev"].T[None]}
    double = onnx.TensorProto.DOUBLE
    node = onnx.helper.make_node("LSTM", ["X", "W", "R", "B", "", "h0", "c0"], ["Y", "Y_h", "Y_c"], hidden_size=n)
    inputs = [onnx.helper.make_tensor_value_info(name, double, array.shape) for name, array in feeds.items()]
    outputs = [onnx.helper.make_tensor_value_info(name, double, None) for name in ("Y_h",)]
    graph = onnx.helper.make_graph([node], "step", inputs, outputs)
    h = ReferenceEvaluator(onnx.helper.make_model(graph)).run(["Y_h"], feeds)[0]
    out = sl.lambdify(sl.cell("lstm", layout="split", biases=2))(**values)
    assert relative_error(out.h, h.reshape(B, n).T) <= 1e-12


def test_vectors_come_back_in_the_form_of_x() -> None:
    back = sl.lambdify(sl.backprop(sl.cell("lstm")))
    columns = random_values(back.system, 4, 3)
    flat = {name: value[:, 0] if value.shape[1] == 1 else value for name, value in columns.items()}
    from_columns, from_flat = back(**columns), back(**flat)
    for name in from_columns:
        assert np.array_equal(from_columns[name].reshape(from_flat[name].shape), from_flat[name])
    assert from_flat.h.shape == from_flat.d_h_prev.shape == from_flat.d_b_f.shape == from_flat.d_a_f.shape == (4,)
    assert from_columns.h.shape == from_columns.d_b_f.shape == (4, 1)
    assert from_flat.d_W_f.shape == (4, 7)


def test_a_gradient_has_the_form_of_its_quantity() -> None:
    back = sl.lambdify(sl.backprop(sl.cell("lstm")))
    values = random_values(back.columns, 4, 3, 2)
    for form in ((4,), (4, 1)):
        grads = back(**{**values, "b_f": values["b_f"].reshape(form)})
        assert grads.d_b_f.shape == form
    assert grads.h.shape == grads.d_h_prev.shape == (4, 2)


def test_a_scalar_cell() -> None:
    step = sl.lambdify(sl.cell("lstm", layout="split"))
    values = dict.fromkeys(("x", "h_prev", "c_prev"), 0.5)
    values |= {f"{kind}_{gate}": [[1.0]] for kind in "WU" for gate in "fiog"}
    out = step(**values, **{f"b_{gate}": 0.0 for gate in "fiog"})
    assert out.f == pytest.approx(1 / (1 + np.exp(-1)), rel=1e-15)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_is_kept(dtype: type) -> None:
    back = sl.backprop(sl.cell("lstm"))
    values = {name: value.astype(dtype) for name, value in random_values(back, 4, 3).items()}
    assert {array.dtype for array in sl.lambdify(back)(**values).values()} == {np.dtype(dtype)}


def test_integers_become_doubles() -> None:
    step = sl.lambdify(sl.cell("lstm"))
    values = {name: np.ones(value.shape, int) for name, value in random_values(step.system, 2, 3).items()}
    assert step(**values).h.dtype == np.float64


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_sigmoid_is_stable(dtype: type) -> None:
    step = sl.lambdify(sl.cell("lstm", layout="split", n=4, d=4))
    zero = np.zeros((4, 4), dtype)
    values = {f"W_{gate}": np.eye(4, dtype=dtype) for gate in "fiog"} | {f"U_{gate}": zero for gate in "fiog"}
    values |= {name: np.zeros(4, dtype) for name in ("h_prev", "c_prev", "b_f", "b_i", "b_o", "b_g")}
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        out = step(**values, x=np.array([-1e4, 1e4, -30, 0], dtype))
    assert out.f[0] == 0
    assert out.f[1] == 1
    assert out.f[2] == pytest.approx(np.exp(-30.0), rel=1e-5 if dtype is np.float32 else 1e-12)
    assert out.f[3] == 0.5


def test_results_are_fresh() -> None:
    back = sl.lambdify(sl.backprop(sl.cell("lstm")))
    values = random_values(back.system, 4, 3)
    kept = {name: value.copy() for name, value in values.items()}
    grads = back(**values)
    arrays = list(grads.values())
    for k, array in enumerate(arrays):
        assert not any(np.shares_memory(array, value) for value in values.values())
        assert not any(np.shares_memory(array, other) for other in arrays[k + 1 :])
        array += 1
    assert all(np.array_equal(values[name], kept[name]) for name in values)


def test_read_only_and_strided_inputs() -> None:
    step = sl.lambdify(sl.cell("lstm"))
    values = random_values(step.system, 4, 3)
    strided = {name: np.repeat(value, 2, axis=0)[::2] for name, value in values.items()}
    for value in strided.values():
        value.setflags(write=False)
    assert np.array_equal(step(**strided).h, step(**values).h)


BAD = {
    "a weight of the wrong shape": (
        {"W_f": np.ones((4, 9))},
        r"W_f: expected shape \(n, n \+ d\) = \(5, 10\), got \(4, 9\)",
    ),
    "a NaN": ({"x": [1, 2, np.nan, 4, 5]}, r"x: expected finite numbers, got nan at \[2, 0\]"),
    "an infinity": ({"b_i": [1, np.inf, 3, 4, 5]}, r"b_i: expected finite numbers, got inf at \[1, 0\]"),
    "a batch beside a column": (
        {"h_prev": np.ones((5, 2))},
        r"h_prev: expected shape \(n, B\) = \(5, 1\), got \(5, 2\)",
    ),
    "an unknown name": ({"W_C": 1}, r"unknown quantity for lstm 'W_C'.*known: x, h_prev"),
    "text": ({"x": "half"}, r"x: expected an array of numbers, got 'half'"),
    "ragged rows": ({"x": [[1], [2, 3]]}, r"x: expected an array of numbers, got rows of different lengths"),
    "a flat weight": ({"W_f": np.ones(50)}, r"W_f: expected shape \(n, n \+ d\), got \(50,\)"),
    "three dimensions": ({"x": np.ones((5, 1, 1))}, r"x: expected one or two dimensions .*, got \(5, 1, 1\)"),
    "nothing": ({"x": []}, r"x: expected .* at least one entry, got \(0,\)"),
    "truth values": ({"x": [True] * 5}, r"x: expected an array of numbers"),
    "None": ({"x": None}, r"x: expected an array of numbers, got None"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_values(name: str) -> None:
    wrong, message = BAD[name]
    step = sl.lambdify(sl.cell("lstm"))
    with pytest.raises(ValueError, match=message) as caught:
        step(**{**random_values(step.system, 5, 5), **wrong})
    assert isinstance(caught.value, sl.SymlstmError)
    assert "\n" not in str(caught.value)


def test_missing_values_are_all_named() -> None:
    step = sl.lambdify(sl.cell("lstm"))
    values = random_values(step.system, 5, 3)
    del values["W_f"], values["x"]
    with pytest.raises(InputError, match=r"lstm: missing x of shape \(d, B\), W_f of shape \(n, n \+ d\)"):
        step(**values)


def test_results_by_name_and_by_attribute() -> None:
    out = sl.lambdify(sl.cell("lstm"))(**random_values(sl.cell("lstm"), 2, 3))
    assert out["c"] is out.c
    assert list(out) == ["a_f", "f", "a_i", "i", "a_o", "o", "a_g", "g", "c", "h"]
    assert "h = [[" in repr(out)
    with pytest.raises(KeyError, match="unknown result 'z'"):
        out["z"]
    with pytest.raises(AttributeError, match="no result named 'z'"):
        _ = out.z


def test_functions_survive_pickling() -> None:
    step = sl.lambdify(sl.cell("lstm"))
    values = random_values(step.system, 2, 3)
    assert np.array_equal(pickle.loads(pickle.dumps(step))(**values).h, step(**values).h)


def test_values_are_given_by_name() -> None:
    step = sl.lambdify(sl.cell("lstm"))
    with pytest.raises(InputError, match=r"lstm: give every value by name, as in lstm\(x=…\)"):
        step(random_values(step.system, 2, 3))


def test_a_batch_in_the_second_derivative() -> None:
    twice = sl.backprop(sl.backprop(sl.cell("lstm")))
    values = random_values(sl.batched(twice, sl.algebra.B), 3, 2, 4)
    assert sl.gradcheck(twice, values)


def test_masked_and_strange_values() -> None:
    step = sl.lambdify(sl.cell("lstm"))
    values = random_values(step.system, 2, 2)
    for wrong, message in (
        (np.ma.array([1.0, 2.0], mask=[True, False]), "masked entries; fill them first"),
        (np.array([1, 2], "timedelta64[s]"), "expected an array of numbers"),
        ({"a": 1}, "expected an array of numbers"),
        (np.array([1 + 2j, 1]), None),
    ):
        if message is None:
            assert step(**{**values, "x": wrong}).h.dtype == complex
            continue
        with pytest.raises(InputError, match=f"x: .*{message}"):
            step(**{**values, "x": wrong})
