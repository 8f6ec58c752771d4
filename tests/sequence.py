"""A cell over several steps, forward and backward, by its one-step functions alone."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np

import symlstm as sl
from symlstm.system import System

Array = np.ndarray[Any, np.dtype[Any]]
Arrays = Mapping[str, Array]


@cache
def step_of(system: System) -> Any:
    """The compiled step; the same cell is compiled once."""
    return sl.lambdify(system)


@cache
def back_of(system: System) -> Any:
    """The compiled step with its backward pass."""
    return sl.lambdify(sl.backprop(system))


def forward(system: System, weights: Arrays, x: Array, states: Arrays) -> dict[str, Array]:
    """Every quantity of the cell at every step: x is (T, d, B), `states` has h_prev, … of the first step."""
    steps = []
    for x_t in x:
        steps.append(step_of(system)(**weights, x=x_t, **states))
        states = handed_on(system, steps[-1])
    return {name: np.stack([step[name] for step in steps]) for name in steps[0]}


def handed_on(system: System, quantities: Arrays) -> dict[str, Array]:
    """The states that the next step starts from."""
    return {state: quantities[state.removesuffix("_prev")] for state in system.states}


def starts(system: System, weights: Arrays, x: Array, states: Arrays) -> list[Arrays]:
    """The states that every step starts from."""
    after = handed_on(system, forward(system, weights, x, states))
    return [states, *({name: value[t] for name, value in after.items()} for t in range(len(x) - 1))]


def backward(system: System, weights: Arrays, x: Array, states: Arrays, seeds: Arrays) -> dict[str, Array]:
    """The gradients of L = Σ_t Σ_q <seeds[q][t], q_t>, by the one-step backward pass from the last step to the first.

    A seed left out is zero. Gradients of parameters are summed over the steps, d_x is (T, d, B), d_h_prev, … belong to
    the first step.
    """
    assert set(system.outputs) == {state.removesuffix("_prev") for state in system.states}
    found: Arrays = {f"d_{state}": np.zeros_like(value) for state, value in states.items()}
    steps = []
    for t, start in reversed(list(enumerate(starts(system, weights, x, states)))):
        flowing = {f"seed_{q}": found[f"d_{q}_prev"] + (seeds[q][t] if q in seeds else 0) for q in system.outputs}
        found = back_of(system)(**weights, x=x[t], **start, **flowing)
        steps.append(found)
    total = {f"d_{name}": sum(step[f"d_{name}"] for step in steps) for name in system.parameters}
    total["d_x"] = np.stack([step["d_x"] for step in steps[::-1]])
    return total | {f"d_{state}": found[f"d_{state}"] for state in system.states}
