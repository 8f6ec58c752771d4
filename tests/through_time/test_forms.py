"""The forms in which whole sequences are given and come back, and what is refused in one line."""

from typing import Any

import numpy as np
import pytest

import symlstm as sl
from symlstm.errors import InputError
from tests.through_time.oracle import Array, compiled, values_of, worst

N, D, B, T = 5, 3, 2, 6
TIMED = ("x", "seed_h")
VECTORS = ("h_0", "c_0", "seed_c", "b_f", "b_i", "b_o", "b_g")
LSTM = compiled("lstm", {})
BATCH = values_of(LSTM.system, T, batch=B, seed=71)
SINGLE = values_of(LSTM.system, T, batch=1, seed=71)
FLAT = {name: value[..., 0] if name in TIMED + VECTORS else value for name, value in SINGLE.items()}


def test_a_batch() -> None:
    found = LSTM(**BATCH)
    assert found.h.shape == found.f.shape == found.d_h.shape == found.d_a_f.shape == (T, N, B)
    assert found.d_x.shape == (T, D, B)
    assert found.d_h_0.shape == found.d_c_0.shape == (N, B)
    assert found.d_b_f.shape == (N, 1)
    assert found.d_W_f.shape == (N, N + D)


@pytest.mark.parametrize("kept", [(), ("h_0",), ("seed_h",), ("b_f", "b_g"), TIMED[1:] + VECTORS])
def test_a_sequence_of_vectors(kept: tuple[str, ...]) -> None:
    """x (T, d) gives h (T, n); a gradient comes back in the form of its quantity, whatever the form of x."""
    given = FLAT | {name: SINGLE[name] for name in kept}
    found, columns = LSTM(**given), LSTM(**SINGLE)
    assert found.h.shape == found.d_h.shape == (T, N)
    assert found.d_x.shape == (T, D)
    for name, value in given.items():
        if not name.startswith("seed"):
            assert found[f"d_{name}"].shape == value.shape, name
    assert all(np.array_equal(found[name].reshape(columns[name].shape), columns[name]) for name in columns)


def test_columns_stay_columns() -> None:
    found = LSTM(**SINGLE)
    assert found.h.shape == (T, N, 1)
    assert found.d_h_0.shape == (N, 1)
    assert LSTM(**(SINGLE | {"h_0": FLAT["h_0"]})).d_h_0.shape == (N,)


def test_a_batch_is_its_members() -> None:
    found = LSTM(**BATCH)
    members = [
        LSTM(**{name: v if name[0] in "Wb" else v[..., b : b + 1] for name, v in BATCH.items()}) for b in range(B)
    ]
    for name, value in found.items():
        parts = [member[name] for member in members]
        whole = sum(parts) if name.startswith(("d_W", "d_b")) else np.concatenate(parts, axis=-1)
        assert worst({name: value}, {name: whole})[0] <= 1e-13, name


def test_one_step_is_the_step() -> None:
    """A sequence of one step is one step with its backward pass."""
    system = sl.cell("lstm")
    values = values_of(LSTM.system, 1, batch=B, seed=72)
    found = LSTM(**values)
    step = {"x": values["x"][0], "h_prev": values["h_0"], "c_prev": values["c_0"]}
    step |= {"seed_h": values["seed_h"][0], "seed_c": values["seed_c"]}
    step |= {name: value for name, value in values.items() if name[0] in "Wb"}
    for name, value in sl.lambdify(sl.backprop(system))(**step).items():
        mine = found[name.replace("_prev", "_0")]
        assert worst({name: mine[0] if mine.ndim == 3 else mine}, {name: value})[0] <= 1e-15, name


@pytest.mark.parametrize("name", sl.CELLS)
def test_single_precision_stays_single(name: str) -> None:
    function = compiled(name, {})
    values = values_of(function.system, T, batch=1, seed=73)
    found = function(**{quantity: value.astype(np.float32) for quantity, value in values.items()})
    assert {value.dtype for value in found.values()} == {np.dtype(np.float32)}
    error, where = worst(found, function(**values))
    assert 1e-9 < error < 1e-4, where


def test_whole_numbers_become_double_and_complex_stays() -> None:
    whole = {name: (3 * value).astype(int) for name, value in BATCH.items()}
    assert {value.dtype for value in LSTM(**whole).values()} == {np.dtype(np.float64)}
    assert {value.dtype for value in LSTM(**(whole | {"x": BATCH["x"] + 0j})).values()} == {np.dtype(complex)}
    assert {value.dtype for value in LSTM(**(whole | {"c_0": BATCH["c_0"] + 0j})).values()} == {np.dtype(complex)}


def test_lists_and_views_are_taken() -> None:
    found = LSTM(**{name: value.tolist() for name, value in BATCH.items()})
    turned = {name: np.asfortranarray(value) for name, value in BATCH.items()}
    backwards = turned | {"x": np.ascontiguousarray(BATCH["x"][::-1])[::-1]}
    for other in (turned, backwards):
        assert worst(found, LSTM(**other))[0] <= 1e-15


def test_nothing_given_is_changed_or_handed_out() -> None:
    given = {name: value.copy() for name, value in BATCH.items()}
    found = LSTM(**given)
    assert all(np.array_equal(given[name], BATCH[name]) for name in given)
    arrays = [*given.values(), *found.values()]
    assert not any(np.shares_memory(a, b) for k, a in enumerate(arrays) for b in arrays[:k])
    for value in found.values():
        value[...] = 0
    assert np.any(LSTM(**given).h)


def test_a_thousand_steps() -> None:
    values = values_of(LSTM.system, 1000, batch=B, seed=74)
    assert all(np.isfinite(value).all() for value in LSTM(**values).values())


REFUSED: list[tuple[dict[str, Any], str]] = [
    (
        {"seed_h": BATCH["seed_h"][:4]},
        r"seed_h: expected shape \(T, n, B\) = \(6, 5, 2\), got \(4, 5, 2\); .*x gives T",
    ),
    ({"seed_c": BATCH["seed_h"]}, r"seed_c: expected one or two dimensions and at least one entry, got \(6, 5, 2\)"),
    ({"x": np.ones(D)}, r"x: expected two or three dimensions, the first for the step, .* got \(3,\)"),
    ({"x": 1.0}, r"x: expected two or three dimensions, the first for the step, .* got \(\)"),
    ({"x": np.ones((1, T, D, B))}, r"x: expected two or three dimensions, .* got \(1, 6, 3, 2\)"),
    ({"x": np.ones((0, D, B))}, r"x: expected two or three dimensions, .*at least one entry, got \(0, 3, 2\)"),
    ({"x": np.ones((T, D, 1))}, r"h_0: expected shape \(n, B\) = \(5, 1\), got \(5, 2\); x gives B = 1"),
    ({"x": np.ones((T, 4, B))}, r"W_f: expected shape \(n, n \+ d\) = \(5, 9\), got \(5, 8\); x gives d = 4"),
    ({"seed_h": np.ones(N)}, r"seed_h: expected two or three dimensions, the first for the step, .* got \(5,\)"),
    ({"seed_h": BATCH["seed_h"][..., 0]}, r"seed_h: expected shape \(T, n, B\) = \(6, 5, 2\), got \(6, 5\)"),
    ({"h_0": BATCH["seed_h"]}, r"h_0: expected one or two dimensions and at least one entry, got \(6, 5, 2\)"),
    ({"h_0": np.ones((N, 3))}, r"h_0: expected shape \(n, B\) = \(5, 2\), got \(5, 3\); x gives B = 2"),
    ({"c_0": np.ones((4, B))}, r"c_0: expected shape \(n, B\) = \(5, 2\), got \(4, 2\); .*h_0 gives n = 5"),
    (
        {"x": np.where(BATCH["x"] == BATCH["x"][2, 1, 1], np.nan, 1.0)},
        r"x: expected finite numbers, got nan at \[2, 1, 1\]",
    ),
    ({"seed_h": BATCH["seed_h"] * np.inf}, r"seed_h: expected finite numbers, got -?inf at \[0, 0, 0\]"),
    ({"x": [[1, 2, 3], [1, 2]]}, "x: expected an array of numbers, got rows of different lengths"),
    ({"x": [["a"] * D] * T}, "x: expected an array of numbers, got .* of type <U1"),
    ({"x": None}, "x: expected an array of numbers, got None"),
    ({"h_prev": BATCH["h_0"]}, "unknown quantity for lstm through time 'h_prev'"),
    ({"d_h": BATCH["seed_h"]}, "unknown quantity for lstm through time 'd_h'"),
    ({"seed_x": BATCH["x"]}, "unknown quantity for lstm through time 'seed_x'; did you mean"),
]


@pytest.mark.parametrize(("changed", "message"), REFUSED)
def test_what_is_refused(changed: dict[str, Array], message: str) -> None:
    with pytest.raises(ValueError, match=message) as refused:
        LSTM(**(BATCH | changed))
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("name", ["x", "h_0", "seed_h", "seed_c", "W_f"])
def test_what_is_missing(name: str) -> None:
    with pytest.raises(InputError, match=rf"lstm through time: missing {name} of shape \(") as refused:
        LSTM(**{other: value for other, value in BATCH.items() if other != name})
    assert "\n" not in str(refused.value)


def test_a_cell_without_a_batch_takes_none() -> None:
    function = compiled("mlstm", {})
    values = values_of(function.system, T, batch=1)
    with pytest.raises(InputError, match=r"x: expected shape \(T, d, 1\) = \(6, 3, 1\), got \(6, 3, 2\)"):
        function(**(values | {"x": np.ones((T, 3, 2))}))
