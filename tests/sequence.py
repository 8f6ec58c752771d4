"""A cell over several steps, forward and backward: as a whole pass, and by its one-step functions, which must agree."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np

import symlstm as sl
from symlstm.system import System, over_time
from tests.support import relative_error

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


@cache
def over_steps(system: System) -> Any:
    """The compiled cell for t = 1, …, T."""
    return sl.lambdify(over_time(system))


@cache
def through_steps(system: System) -> Any:
    """The compiled cell for t = 1, …, T with its backward pass."""
    return sl.lambdify(sl.through_time(system))


def agreed(whole: Arrays, stepwise: Arrays) -> dict[str, Array]:
    """What the whole pass gives, if it is what the steps give one after the other."""
    assert whole.keys() >= stepwise.keys()
    for name, value in stepwise.items():
        assert relative_error(np.asarray(whole[name]), np.asarray(value)) <= 1e-13, name
    return {name: whole[name] for name in stepwise}


def starting(states: Arrays) -> dict[str, Array]:
    """The states of the first step under the names that they have in a whole pass: h_0 for h_prev."""
    return {state.replace("_prev", "_0"): value for state, value in states.items()}


def forward(system: System, weights: Arrays, x: Array, states: Arrays) -> dict[str, Array]:
    """Every quantity of the cell at every step: x is (T, d, B), `states` has h_prev, … of the first step."""
    return agreed(over_steps(system)(**weights, x=x, **starting(states)), _stepwise(system, weights, x, states))


def _stepwise(system: System, weights: Arrays, x: Array, states: Arrays) -> dict[str, Array]:
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
    """The gradients of L = Σ_t Σ_q <seeds[q][t], q_t>, by `through_time` and by the one-step backward pass.

    A seed left out is zero. Gradients of parameters are summed over the steps, d_x is (T, d, B), d_h_prev, … belong to
    the first step.
    """
    assert set(system.outputs) == {state.removesuffix("_prev") for state in system.states}
    whole = through_steps(system)
    flowing = {f"seed_{q}": _flowing(seeds.get(q), len(x), states[f"{q}_prev"]) for q in system.outputs}
    for name in set(flowing) - whole.system.timed:
        assert not flowing[name][:-1].any(), "states beside h count at the last step"
        flowing[name] = flowing[name][-1]
    found = whole(**weights, x=x, **starting(states), **flowing)
    named = {name.replace("_0", "_prev"): value for name, value in found.items()}
    return agreed(named, _backward_stepwise(system, weights, x, states, seeds))


def _flowing(seed: Array | None, steps: int, state: Array) -> Array:
    return np.zeros((steps, *np.shape(state))) if seed is None else np.asarray(seed)


def _backward_stepwise(system: System, weights: Arrays, x: Array, states: Arrays, seeds: Arrays) -> dict[str, Array]:
    """The same from the last step to the first."""
    found: Arrays = {f"d_{state}": np.zeros_like(value) for state, value in states.items()}
    steps = []
    for t, start in reversed(list(enumerate(starts(system, weights, x, states)))):
        flowing = {f"seed_{q}": found[f"d_{q}_prev"] + (seeds[q][t] if q in seeds else 0) for q in system.outputs}
        found = back_of(system)(**weights, x=x[t], **start, **flowing)
        steps.append(found)
    total = {f"d_{name}": sum(step[f"d_{name}"] for step in steps) for name in system.parameters}
    total["d_x"] = np.stack([step["d_x"] for step in steps[::-1]])
    return total | {f"d_{state}": found[f"d_{state}"] for state in system.states}
