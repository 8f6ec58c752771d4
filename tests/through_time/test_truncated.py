"""Truncated backpropagation: pieces of k steps hand on their states and no gradient, as autograd on the pieces."""

import numpy as np
import pytest

import symlstm as sl
from symlstm.errors import InputError, SymlstmError
from tests.cells.variants import columns
from tests.through_time.oracle import TOLERANCE, Array, Arrays, forward, gradients, values_of, worst
from tests.through_time.test_unrolled import by_step, given_to

STEPS = 7
CELLS = list(sl.CELLS)


def in_pieces(name: str, values: Arrays, k: int) -> dict[str, Array]:
    """The gradients of each piece of k steps, its first states taken as constants; shared weights are summed.

    The initial states belong to the first piece, and what flows in at the end to the last one.
    """
    states = {state: value for state, value in values.items() if state.endswith("_0")}
    ends = {seed: value for seed, value in values.items() if seed.startswith("seed_") and value.ndim == 2}
    found: dict[str, Array] = {}
    for start in range(0, STEPS, k):
        stop = min(start + k, STEPS)
        piece = {quantity: value for quantity, value in values.items() if quantity not in ends} | states
        piece |= {quantity: value[start:stop] for quantity, value in piece.items() if value.ndim == 3}
        piece |= {seed: value if stop == STEPS else np.zeros_like(value) for seed, value in ends.items()}
        for quantity, value in gradients(name, {}, piece).items():
            if quantity == "d_x":
                found[quantity] = np.concatenate([found[quantity], value]) if quantity in found else value
            elif quantity.endswith("_0"):
                found.setdefault(quantity, value)
            else:
                found[quantity] = found.get(quantity, 0.0) + value
        last = forward(np, name, {}, piece)[-1]
        states = {state: last[state.removesuffix("_0")] for state in states}
    return found


@pytest.mark.parametrize("k", [1, 2, 3, STEPS])
@pytest.mark.parametrize("name", CELLS)
def test_pieces(name: str, k: int) -> None:
    system = sl.through_time(sl.cell(name), truncate=k)
    values = values_of(system, STEPS, batch=columns(name), seed=51 + k)
    reference = in_pieces(name, values, k)
    error, where = worst(sl.lambdify(system)(**values), reference)
    assert error <= TOLERANCE, f"{where} is off by {error:.1e}"
    whole = gradients(name, {}, values)
    if k == STEPS:
        assert worst(reference, whole)[0] <= TOLERANCE
    else:
        assert worst(reference, whole)[0] > 1e-6, "the cut makes no difference here, so nothing was tested"


@pytest.mark.parametrize("k", [STEPS, STEPS + 1, 1000])
@pytest.mark.parametrize("name", ["lstm", "gru", "slstm"])
def test_pieces_as_long_as_the_sequence_cut_nothing(name: str, k: int) -> None:
    cell = sl.cell(name)
    values = values_of(sl.through_time(cell), STEPS, seed=52)
    found = sl.lambdify(sl.through_time(cell, truncate=k))(**values)
    for quantity, value in sl.lambdify(sl.through_time(cell))(**values).items():
        assert np.array_equal(found[quantity], value), quantity


@pytest.mark.parametrize("k", [1, 2, 3])
@pytest.mark.parametrize("name", ["lstm", "gru", "slstm", "greff-fgr"])
def test_written_out(name: str, k: int) -> None:
    """A cut recurrence written out has the same cuts."""
    system = sl.through_time(sl.cell(name, B=True), truncate=k)
    values = values_of(system, STEPS, seed=53)
    whole, unrolled = by_step(sl.lambdify(system)(**values)), sl.unroll(system, STEPS)
    found = sl.lambdify(unrolled)(**given_to(unrolled, values, STEPS))
    assert {quantity for quantity in whole if quantity.startswith("d_")} <= set(found)
    error, where = worst(found, {quantity: whole[quantity] for quantity in found})
    assert error <= 1e-13, where


@pytest.mark.parametrize("lengths", [[7, 2], [4, 5]])
@pytest.mark.parametrize("k", [2, 3])
def test_with_lengths(k: int, lengths: list[int]) -> None:
    """The cuts count from the first step, whatever the length."""
    function = sl.lambdify(sl.through_time(sl.cell("lstm"), truncate=k))
    values = values_of(function.system, STEPS, seed=54)
    found = function(**values, lengths=lengths)
    for b, length in enumerate(lengths):
        alone = {q: v if q[0] in "Wb" else v[..., b : b + 1] for q, v in values.items()}
        alone |= {q: v[:length] for q, v in alone.items() if v.ndim == 3}
        single = function(**alone)
        assert worst({"d_x": found["d_x"][:length, :, b : b + 1]}, {"d_x": single["d_x"]})[0] <= 1e-13
        assert worst({"d_c_0": found["d_c_0"][:, b : b + 1]}, {"d_c_0": single["d_c_0"]})[0] <= 1e-13


def test_a_symbol_is_for_printing() -> None:
    system = sl.through_time(sl.cell("lstm"), truncate="k")
    assert r"t \neq k, 2k, \dots" in system.latex()
    for compiled in (lambda: sl.lambdify(system), lambda: sl.unroll(system, 3)):
        with pytest.raises(InputError, match="is cut every k steps; give a number instead") as refused:
            compiled()
        assert "\n" not in str(refused.value)


@pytest.mark.parametrize("k", [0, -1, 1.5, True, "2k", object(), [2]])
def test_what_is_no_number_of_steps(k: object) -> None:
    with pytest.raises(SymlstmError, match="truncate") as refused:
        sl.through_time(sl.cell("lstm"), truncate=k)  # type: ignore[arg-type]
    assert "\n" not in str(refused.value)
