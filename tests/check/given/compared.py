"""A cell that a text gives, compared with another on random numbers of sizes that all differ."""

from collections.abc import Mapping

import numpy as np
from sympy import Symbol

import symlstm as sl
from symlstm.check.given import Given, given_cell
from symlstm.check.reader import read_formula
from symlstm.system import System

SIZES = {Symbol(name, integer=True, positive=True): size for name, size in {"n": 3, "d": 2, "r": 4, "m": 5, "k": 6}.items()}


def given(*texts: str, rows: bool = False, where: Mapping[str, str] | None = None) -> Given:
    """The cell of some texts."""
    return given_cell([read_formula(text) for text in texts], rows=rows, where=where)


def assert_same(found: System, reference: System, names: Mapping[str, str] | None = None, outputs: str = "") -> None:
    """Assert that both give the same outputs; `names` says what the reference's quantities are called in `found`."""
    names = dict(names or {})
    random = np.random.default_rng(7)
    mine: dict[str, np.ndarray] = {}
    theirs: dict[str, np.ndarray] = {}
    for name in (*reference.inputs, *reference.states, *reference.parameters):
        shape = tuple(int(side.subs(SIZES)) for side in reference.shapes[name])
        value = random.normal(size=shape)
        other = names.get(name, name)
        assert other in found.shapes, f"{other} is not in {found!r}"
        wanted = tuple(int(side.subs(SIZES)) for side in found.shapes[other])
        theirs[name] = value
        mine[other] = value if wanted == shape else value.T
        assert mine[other].shape == wanted, f"{other} is {found.shapes[other]}, expected {reference.shapes[name]}"
    assert set(mine) == {*found.inputs, *found.states, *found.parameters}
    left, right = sl.lambdify(found)(**mine), sl.lambdify(reference)(**theirs)
    for output in outputs.split() or [name.removesuffix("_prev") for name in reference.states]:
        np.testing.assert_allclose(left[names.get(output, output)], right[output], rtol=1e-12, atol=1e-12)
