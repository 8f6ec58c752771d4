"""A cell that a text gives, compared with another on random numbers of sizes that all differ."""

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from sympy import Symbol

import symlstm as sl
from symlstm.checker.given import Given, given_cell
from symlstm.checker.reader import read_formula
from symlstm.system import System

SIZES = {
    Symbol(name, integer=True, positive=True): size for name, size in {"n": 3, "d": 2, "r": 4, "m": 5, "k": 6}.items()
}


CORPUS = {
    entry["id"]: entry["latex"]
    for entry in map(
        json.loads, (Path(__file__).parents[2] / "data/corpus/latex.jsonl").read_text(encoding="utf-8").splitlines()
    )
}


def given(*texts: str, rows: bool = False, where: Mapping[str, str] | None = None) -> Given:
    """The cell of some texts."""
    return given_cell([read_formula(text) for text in texts], rows=rows, where=where)


def assert_same(found: System, reference: System, names: Mapping[str, str] | None = None, turned: bool = False) -> None:
    """Assert that both give the same states.

    `names` says what the reference's quantities are called in `found`, `turned` that its weights are transposed. What
    `found` lacks is zero in the reference, what it has in addition is arbitrary.
    """
    names = dict(names or {})
    random = np.random.default_rng(7)
    mine: dict[str, np.ndarray] = {}
    theirs: dict[str, np.ndarray] = {}
    for name in (*reference.inputs, *reference.states, *reference.parameters):
        value = random.normal(size=_shape(reference, name))
        other = names.get(name, name)
        if name.startswith("b") and other not in found.shapes:
            theirs[name] = 0 * value
            continue
        theirs[name] = value
        mine[other] = value.T if turned and name[0] in "WU" else value
        assert mine[other].shape == _shape(found, other)
    extra = {*found.inputs, *found.states, *found.parameters} - set(mine)
    mine |= {name: random.normal(size=_shape(found, name)) for name in extra}
    left, right = sl.lambdify(found)(**mine), sl.lambdify(reference)(**theirs)
    for state in (name.removesuffix("_prev") for name in reference.states):
        np.testing.assert_allclose(left[names.get(state, state)], right[state], rtol=1e-12, atol=1e-12)


def _shape(system: System, name: str) -> tuple[int, ...]:
    return tuple(int(side.subs(SIZES)) for side in system.shapes[name])
