"""Whole passes of every cell, every option: all gates, all states and all gradients against autograd on the papers."""

import numpy as np
import pytest

import symlstm as sl
from tests.cells.variants import VARIANTS
from tests.through_time.oracle import (
    TOLERANCE,
    Array,
    Arrays,
    Options,
    compiled,
    gradients,
    outputs,
    unseeded,
    values_for,
    worst,
)

LONG = 50
KEEPING = {  # what is added to biases, so that gates keep what there is
    "greff-cifg": {"b_i": -4.0},
    "mgu": {"b_f": -4.0},
    "minlstm": {"b_f": 4.0, "b_i": -4.0},
    "mingru": {"b_z": -4.0},
    "layernorm-lstm-tf": {"beta_f": 4.0, "gamma_c": 2.0},
}


def long_values(name: str) -> dict[str, Array]:
    """Values for fifty steps that hand on what flows in."""
    values = values_for(name, {}, steps=LONG, seed=12, spread=3.0 if name == "rnn" else 1.0)
    for bias, more in KEEPING.get(name, {"b_f": 4.0, "b_z": 4.0, "beta_f": 4.0}).items():
        if bias in values:
            values[bias] = values[bias] + more
    return values


def check(name: str, options: Options, values: Arrays) -> None:
    """Everything that the cell of the paper computes, and the gradient of everything that is given."""
    found = compiled(name, options)(**values)
    reference = outputs(name, options, values)
    reference = {quantity: value for quantity, value in reference.items() if quantity in found}
    back = gradients(name, options, values)
    assert set(back) == {f"d_{given}" for given in unseeded(values)} <= set(found)
    assert all(np.isfinite(value).all() for value in (*reference.values(), *back.values()))
    error, where = worst(found, reference | back)
    assert error <= TOLERANCE, f"{name}, {where} is off by {error:.1e}"


@pytest.mark.parametrize(("name", "options"), VARIANTS)
def test_every_option(name: str, options: Options) -> None:
    check(name, options, values_for(name, options, seed=11))


@pytest.mark.parametrize("name", sl.CELLS)
def test_fifty_steps(name: str) -> None:
    check(name, {}, long_values(name))


@pytest.mark.parametrize("name", sl.CELLS)
def test_a_gradient_comes_all_the_way(name: str) -> None:
    """What flows in at the last step reaches the first, or fifty steps would prove no more than five."""
    values = long_values(name)
    for seed in [quantity for quantity in values if quantity.startswith("seed_")]:
        values[seed] = np.zeros_like(values[seed])
        values[seed][-1] = 1.0
    found = compiled(name, {})(**values)
    assert max(np.abs(found[f"d_{state}"]).max() for state in values if state.endswith("_0")) > 1e-8


@pytest.mark.parametrize("name", sl.CELLS)
def test_what_counts_when(name: str) -> None:
    """h counts at every step; the states that a step hands on beside it count at the last one."""
    system = compiled(name, {}).system
    shapes = {leaf.symbol.name: leaf.timed for leaf in system.leaves}
    seeds = {seed.removeprefix("seed_") for seed in system.seeds}
    assert seeds == {state.removesuffix("_0") for state in system.states} | {"h"}
    assert {seed for seed in seeds if shapes[f"seed_{seed}"]} == {"h"}
