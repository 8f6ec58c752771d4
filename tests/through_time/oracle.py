"""Whole sequences by the cells of the papers, step after step under autograd: what `through_time` is compared with.

Values go by the names of a System over time: x, h_0, c_0, …, the parameters, and seeds; every array has its columns as
its last axis, and time as its first of three.
"""

from collections.abc import Mapping
from functools import cache
from types import ModuleType
from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np

import symlstm as sl
from symlstm.codegen import Function
from symlstm.system import LeafKind, System
from tests.cells.variants import columns
from tests.papers import CELLS as PAPERS
from tests.support import relative_error

Array = np.ndarray[Any, np.dtype[Any]]
Arrays = Mapping[str, Array]
Options = Mapping[str, Any]

N, D, B, T = 5, 3, 2, 6
TOLERANCE = 1e-12


@cache
def _compiled(name: str, options: tuple[tuple[str, Any], ...]) -> Function:
    return sl.lambdify(sl.through_time(sl.cell(name, **dict(options))))


def compiled(name: str, options: Options) -> Function:
    """The whole pass of a cell as a function; the same one is compiled once."""
    return _compiled(name, tuple(options.items()))


def values_of(
    system: System, steps: int = T, *, batch: int = B, spread: float = 1.0, seed: int = 0, n: int = N, d: int = D
) -> dict[str, Array]:
    """Random values of a System over time: weights that neither fade nor explode, states that are not zero.

    A matrix has entries of variance spread² / columns; the normaliser n of sLSTM, which others are divided by, is kept
    away from zero.
    """
    generator = np.random.default_rng(seed)
    lengths = {"n": n, "d": d, "B": batch, "r": n - 1}
    sizes = {size: lengths[str(size)] for size in system.sizes}
    values = {}
    for leaf in system.leaves:
        rows, wide = (int(side.subs(sizes)) for side in leaf.symbol.shape)
        array = generator.standard_normal((*([steps] if leaf.timed else []), rows, wide))
        if leaf.kind is LeafKind.PARAMETER:
            array *= spread / np.sqrt(max(wide, 4))
        elif wide == 1 and leaf.symbol.shape[0] != 1 and batch > 1:
            array = generator.standard_normal((*array.shape[:-1], batch))
        values[str(leaf.symbol.name)] = 1 + abs(array) if leaf.symbol.name == "n_0" else array
    return values


def values_for(name: str, options: Options, steps: int = T, **more: Any) -> dict[str, Array]:
    """The same for a cell, with as many columns as its batch may have."""
    return values_of(compiled(name, options).system, steps, batch=columns(name), **more)


def unseeded(values: Arrays) -> dict[str, Array]:
    """The values that are no seeds."""
    return {name: value for name, value in values.items() if not name.startswith("seed_")}


def starts_of(values: Arrays) -> dict[str, Array]:
    """The initial states, by the name of the state."""
    return {name.removesuffix("_0"): value for name, value in values.items() if name.endswith("_0")}


def forward(np_: ModuleType, name: str, options: Options, values: Arrays) -> list[dict[str, Any]]:
    """Every gate and state at every step, by the paper's cell: a step starts from what the one before it left."""
    states, steps = starts_of(values), []
    for x in values["x"]:
        given = dict(values) | {"x": x} | {f"{state}_prev": value for state, value in states.items()}
        steps.append(PAPERS[name](np_, given, **options))
        states = {state: steps[-1][state] for state in states}
    return steps


def loss(np_: ModuleType, steps: list[dict[str, Any]], values: Arrays) -> Any:
    """Σ <seed, output>: over all steps for a seed of three axes, at the last step for one of two."""
    total = 0.0
    for name, seed in values.items():
        if name.startswith("seed_"):
            output = name.removeprefix("seed_")
            timed = seed.ndim == 3
            pairs = [(seed[t], step[output]) for t, step in enumerate(steps)] if timed else [(seed, steps[-1][output])]
            total = total + sum(np_.sum(weight * value) for weight, value in pairs)
    return total


def gradients(name: str, options: Options, values: Arrays) -> dict[str, Array]:
    """∂L/∂q of everything that is given, d_q, by autograd."""

    def total(given: dict[str, Any]) -> Any:
        return loss(anp, forward(anp, name, options, given), values)

    return {f"d_{quantity}": value for quantity, value in autograd.grad(total)(unseeded(values)).items()}


def outputs(name: str, options: Options, values: Arrays) -> dict[str, Array]:
    """Every gate and state over all steps, (T, rows, columns)."""
    steps = forward(np, name, options, values)
    return {quantity: np.stack([step[quantity] for step in steps]) for quantity in steps[0]}


def worst(found: Mapping[str, Array], reference: Arrays) -> tuple[float, str]:
    """The largest difference, relative to max(1, max|reference|), and where it is."""
    return max((relative_error(found[name], value), name) for name, value in reference.items())
