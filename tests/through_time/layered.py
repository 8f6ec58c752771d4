"""Layers over time in plain NumPy, from the papers' steps: independent of symlstm, on any NumPy-like module."""

from collections.abc import Iterable, Mapping
from functools import cache
from types import ModuleType
from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np

import symlstm as sl
from symlstm.algebra.dimensions import as_dimension
from symlstm.system import LeafKind, System
from tests.papers import CELLS as PAPERS

N, D, B, T = 4, 3, 2, 5
Values = dict[str, Any]


def sequence_values(system: System, T: int, *, n: int = N, d: int = D, B: int = B, seed: int = 0) -> Values:
    """Every leaf, normal with variance 1/2, for every step where there is one; masks, targets and normalisers fit.

    B = 0 leaves the System as it is.
    """
    wide = sl.batched(system, "B") if B else system
    generator = np.random.default_rng(seed)
    sizes = {sl.algebra.n: n, sl.algebra.d: d, sl.algebra.B: B}
    sizes |= {as_dimension("r", "r"): n - 1, as_dimension("K", "K"): n + 2}
    values: Values = {}
    for leaf in wide.leaves:
        shape = tuple(int(side.subs(sizes)) for side in leaf.symbol.shape)
        name = str(leaf.symbol.name)
        array = generator.standard_normal(((T,) if leaf.timed else ()) + shape) / np.sqrt(2)
        if name.startswith("mask"):
            array = generator.integers(0, 2, array.shape) * 2.0
        if name.startswith("target") and "p" in system:
            array = np.exp(array) / np.exp(array).sum(axis=-2, keepdims=True)
        if leaf.kind is LeafKind.STATE and name.startswith("n_"):
            array = np.exp(array)  # the normaliser of an sLSTM
        values[name] = array
    return values


def layer(
    np_: ModuleType, cell: str, values: Mapping[str, Any], taken: Iterable[Any], suffix: str = "", **options: Any
) -> dict[str, list[Any]]:
    """Every quantity of a layer by name at every step; a layer with _bw in its suffix takes the last step first."""
    own = {name.replace(suffix, ""): value for name, value in values.items() if suffix in name}
    taken = list(taken)
    states = {name: value for name, value in own.items() if name.endswith("_0") and not name.startswith("dot_")}
    found: dict[int, dict[str, Any]] = {}
    steps = range(len(taken))
    for t in reversed(steps) if "_bw" in suffix else steps:
        before = {f"{name[:-2]}_prev": value for name, value in states.items()}
        found[t] = PAPERS[cell](np_, {**own, **before, "x": taken[t]}, **options)
        states = {name: found[t][name[:-2]] for name in states}
    return {f"{name}{suffix}": [found[t][name] for t in steps] for name in found[0]}


def both_ways(
    np_: ModuleType, cell: str, values: Mapping[str, Any], taken: Iterable[Any], suffix: str = "", **options: Any
) -> dict[str, list[Any]]:
    """The quantities of both directions, and h, the one on top of the other."""
    taken = list(taken)
    ways = [layer(np_, cell, values, taken, f"{suffix}_{way}", **options) for way in ("fw", "bw")]
    pairs = zip(ways[0][f"h{suffix}_fw"], ways[1][f"h{suffix}_bw"], strict=True)
    return {**ways[0], **ways[1], f"h{suffix}": [np_.concatenate(pair, axis=0) for pair in pairs]}


def weighted(np_: ModuleType, system: System, values: Mapping[str, Any], found: Mapping[str, list[Any]]) -> Any:
    """Σ ⟨seed, output⟩: at every step, or at the end, which is the first step for a state of the way back."""
    total = 0.0
    for name in system.outputs:
        seed = values[f"seed_{name}"]
        if name in system.at_end:
            total = total + np_.sum(seed * found[name][0 if "_bw" in name else -1])
        else:
            total = total + sum(np_.sum(seed[t] * value) for t, value in enumerate(found[name]))
    return total


def loss_at(np_: ModuleType, kind: str, y: Any, target: Any) -> Any:
    """½ (y − target)², or −target log softmax(y), summed."""
    if kind == "squared_error":
        return 0.5 * np_.sum((y - target) ** 2)
    return -np_.sum(target * np_.log(np_.exp(y) / np_.sum(np_.exp(y), axis=0, keepdims=True)))


def gradients(loss: Any, values: Values) -> Values:
    """The gradient of a loss by every value, by autograd."""
    found: Values = autograd.grad(loss)(values)
    return found


@cache
def compiled(system: System) -> Any:
    """The System as a function, compiled once."""
    return sl.lambdify(system)


def leaves_of(system: System) -> list[str]:
    return [str(leaf.symbol.name) for leaf in system.leaves]


def error(found: Any, reference: Any) -> float:
    """The largest difference, relative to max(1, max|reference|); shapes must agree, and all must be finite."""
    found, reference = np.asarray(found), np.asarray(reference)
    assert found.shape == reference.shape, (found.shape, reference.shape)
    assert np.isfinite(found).all()
    assert np.isfinite(reference).all()
    return float(np.max(np.abs(found - reference)) / max(1.0, float(np.max(np.abs(reference)))))


__all__ = [
    "B",
    "D",
    "N",
    "T",
    "anp",
    "both_ways",
    "compiled",
    "error",
    "gradients",
    "layer",
    "leaves_of",
    "loss_at",
    "sequence_values",
    "weighted",
]
