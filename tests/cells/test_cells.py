"""Every cell, every option: outputs and gradients against autograd on the paper's equations, and the complex step."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from sympy import Rational, preorder_traversal

import symlstm as sl
from symlstm.algebra import Diag, Kronecker, Last, RowBlock, add, power, scale
from symlstm.derive import VJP
from symlstm.system import RowLayout, System
from tests.cells.variants import ALL, OTHER, VARIANTS, columns
from tests.papers import CELLS as PAPERS
from tests.support import random_values, relative_error

N, D, STEPS = 4, 3, 3


def back_of(name: str, options: dict[str, Any]) -> System:
    """The backward pass, for a batch where the cell can have one."""
    return sl.backprop(sl.cell(name, **options, B=columns(name) if columns(name) > 1 else None))


def unseeded(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if not name.startswith("seed_")}


@pytest.mark.parametrize("name", sl.CELLS)
def test_every_cell_is_written_from_its_paper_too(name: str) -> None:
    assert name in PAPERS
    assert sl.CELLS[name].source
    assert sl.CELLS[name].title
    options = {key for other in OTHER.get(name, []) for key in other}
    assert set(sl.CELLS[name].options) - {"n", "d", "layout", "order", "biases"} <= options, "an option without a test"


@pytest.mark.parametrize(("name", "options"), VARIANTS)
def test_outputs_over_several_steps(name: str, options: dict[str, Any]) -> None:
    """What is handed on is handed on: h and c of one step are those of the next."""
    system = sl.cell(name, **options)
    step, given = sl.lambdify(system), unseeded(random_values(back_of(name, options), N, D, seed=3))
    ours = theirs = given
    generator = np.random.default_rng(5)
    for _ in range(STEPS):
        x = {"x": generator.standard_normal(given["x"].shape)}
        found, reference = step(**(ours | x)), PAPERS[name](np, theirs | x, **options)
        assert set(system.outputs) <= set(reference)
        for quantity in set(reference) & set(found):
            assert relative_error(found[quantity], reference[quantity]) <= 1e-12, quantity
        ours = ours | {state: found[state.removesuffix("_prev")] for state in system.states}
        theirs = theirs | {state: reference[state.removesuffix("_prev")] for state in system.states}


@pytest.mark.parametrize(("name", "options"), VARIANTS)
def test_gradients_against_autograd(name: str, options: dict[str, Any]) -> None:
    back = back_of(name, options)
    assert back.forward is not None
    values = random_values(back, N, D, seed=7)
    outputs = back.forward.outputs

    def loss(given: dict[str, Any]) -> Any:
        out = PAPERS[name](anp, given, **options)
        return sum(anp.sum(values[f"seed_{output}"] * out[output]) for output in outputs)

    found = sl.lambdify(back)(**values)
    for leaf, reference in autograd.grad(loss)(unseeded(values)).items():
        assert relative_error(found[f"d_{leaf}"], reference) <= 1e-12, leaf


@pytest.mark.parametrize(("name", "options"), VARIANTS)
def test_gradients_against_the_complex_step(name: str, options: dict[str, Any]) -> None:
    back = back_of(name, options)
    report = sl.gradcheck(back, random_values(back, N, D, seed=8))
    assert report.method == "complex step"
    assert report.tolerance == 1e-13
    assert report.ok, str(report)


@pytest.mark.parametrize(("name", "options"), VARIANTS)
def test_a_broken_line_is_found(name: str, options: dict[str, Any]) -> None:
    """Whatever line of a cell is bent a little, some output leaves the paper's."""
    system = sl.cell(name, **options)
    values = unseeded(random_values(back_of(name, options), N, D, seed=9))
    reference = PAPERS[name](np, values, **options)
    for k, line in enumerate(system.lines):
        bent = replace(line, rhs=add(line.rhs, scale(Rational(1, 1000), power(line.rhs, 2))))
        broken = System(system.name, system.leaves, (*system.lines[:k], bent, *system.lines[k + 1 :]), system.outputs)
        found = sl.lambdify(broken)(**values)
        assert any(relative_error(found[output], reference[output]) > 1e-9 for output in system.outputs), line.name


@pytest.mark.parametrize("weights", ["right", "transposed"])
@pytest.mark.parametrize(("name", "options"), VARIANTS)
def test_row_vectors_say_the_same(name: str, options: dict[str, Any], weights: str) -> None:
    """The System in row vectors, run on transposed values, gives the transposed results, gradients included."""
    back = back_of(name, options)
    layout = RowLayout(back, weights)
    values = random_values(back, N, D, seed=10)

    def turned(quantities: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        return {name: value.T if layout.flips(name) else value for name, value in quantities.items()}

    found, reference = sl.lambdify(layout.system())(**turned(values)), turned(sl.lambdify(back)(**values))
    assert set(found) == set(reference)
    for quantity, value in reference.items():
        assert relative_error(found[quantity], value) <= 1e-13, quantity


def test_every_rule_is_used_by_some_cell_or_head() -> None:
    lines = [line for name, options in ALL for line in sl.backprop(back_of(name, options)).forward.lines]
    lines += [line for name in sl.CELLS for line in sl.through_time(sl.cell(name)).lines]
    lines += sl.cross_entropy().lines
    nodes = {type(node) for line in lines for node in preorder_traversal(line.rhs)}
    assert set(VJP) <= nodes | {RowBlock, Last, Diag, Kronecker}
