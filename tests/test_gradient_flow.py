"""Gradient flow against Jacobians that the complex step gives of whole sequences."""

import json

import numpy as np
import pytest

import symlstm as sl
from symlstm.errors import InputError
from tests.cells.variants import UNBATCHED
from tests.support import random_values, relative_error

STEPS, STEP = 5, 1e-30


def values_of(cell: sl.System, seed: int = 0) -> dict[str, np.ndarray]:
    """Random parameters, initial states that are not zero, and a sequence."""
    whole = sl.over_time(cell)
    generator = np.random.default_rng(seed)
    values = {name: 0.6 * value for name, value in random_values(whole, 4, 3, 1, seed).items()}
    return values | {"x": generator.standard_normal((STEPS, 3))}


@pytest.mark.parametrize("name", sl.CELLS)
def test_total_jacobians(name: str) -> None:
    cell = sl.cell(name)
    values = values_of(cell)
    run = sl.lambdify(sl.over_time(cell))
    flow = sl.flow(cell, values)
    for state, norms in flow.norms.items():
        start = np.asarray(values[f"{state}_0"], complex)
        columns = []
        for place in np.ndindex(start.shape):
            moved = start.copy()
            moved[place] += 1j * STEP
            columns.append(run(**{**values, f"{state}_0": moved})[state].reshape(STEPS, -1).imag / STEP)
        jacobians = np.stack(columns, axis=2)
        reference = np.array([np.linalg.norm(jacobian, 2) for jacobian in jacobians])
        assert relative_error(norms[1:, 0], reference) <= 1e-12
        assert np.all(np.diag(norms) == 1)
        assert np.isnan(norms[0, 1:]).all()


def test_later_starts_are_those_of_shorter_sequences() -> None:
    cell = sl.cell("lstm")
    values = values_of(cell)
    whole, run = sl.flow(cell, values), sl.lambdify(sl.over_time(cell))(**values)
    rest = sl.flow(cell, {**values, "x": values["x"][2:], "h_0": run.h[1], "c_0": run.c[1]})
    for state in ("h", "c"):
        assert (
            relative_error(whole.norms[state][2:, 2:][np.tril_indices(4)], rest.norms[state][np.tril_indices(4)])
            <= 1e-13
        )


def test_the_direct_path_is_the_product_of_forget_gates() -> None:
    cell = sl.cell("lstm")
    values = values_of(cell)
    gates = sl.lambdify(sl.over_time(cell))(**values).f
    flow = sl.flow(cell, values)
    assert list(flow.direct) == ["c"]
    for k in range(STEPS):
        reference = np.cumprod(gates[k:], axis=0).max(axis=1)
        assert relative_error(flow.direct["c"][k + 1 :, k], reference) <= 1e-14


def test_saturation_counts_units() -> None:
    cell = sl.cell("lstm")
    values = values_of(cell)
    run, shares = sl.lambdify(sl.over_time(cell))(**values), sl.flow(cell, values).saturation
    assert list(shares) == ["f", "i", "o", "g"]
    assert np.array_equal(shares["f"][:, 1], (run.f > 0.9).mean(axis=1))
    assert np.array_equal(shares["g"][:, 0], (run.g < -0.8).mean(axis=1))


@pytest.mark.parametrize("name", ["lstm", "gru", "rnn", *UNBATCHED])
def test_it_prints(name: str) -> None:
    flow = sl.flow(sl.cell(name), values_of(sl.cell(name)))
    lines = str(flow).splitlines()
    assert lines[0] == f"What reaches step T = {STEPS} of {name} from step k = T - lag"
    assert json.loads(flow.json())["T"] == STEPS
    assert len(json.loads(flow.json())["norms"]["h" if name != "mlstm" else "c"]) == STEPS + 1


def test_what_is_no_cell_is_refused() -> None:
    values = values_of(sl.cell("lstm"))
    with pytest.raises(InputError, match="flow: expected a cell, one forward step with a state, got lstm over time"):
        sl.flow(sl.over_time(sl.cell("lstm")), values)
    with pytest.raises(InputError, match="give the members of a batch one by one"):
        sl.flow(sl.cell("lstm"), {**values, "x": np.ones((4, 3, 2))})
