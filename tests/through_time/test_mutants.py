"""One term lost anywhere in a backward pass through time, or a wrong value at an end, and the comparison fails."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from sympy import Basic, MatAdd, MatrixExpr, MatrixSymbol, ZeroMatrix

import symlstm as sl
from symlstm.algebra import First, Last, Total, add, ones, rebuild, scale, zeros
from symlstm.algebra.rewrite import children
from symlstm.algebra.time import SHIFTS
from symlstm.errors import DefinitionError
from symlstm.system import Role, System
from tests.cells.variants import columns
from tests.through_time.oracle import Array, Arrays, gradients, values_of, worst
from tests.through_time.test_unrolled import by_step, given_to

STEPS = 3
FOUND = 1e-6
SLOW = {"b_f": 1.0, "b_i": -1.0}  # with these biases larger, m of sLSTM is that of the first step to the last
CELLS: dict[str, tuple[str, dict[str, Any]]] = {
    "lstm": ("lstm", {}),
    "lstm, peepholes": ("lstm", {"peephole": True}),
    "gru": ("gru", {}),
    "gru, reset after": ("gru", {"reset": "after", "biases": 2}),
    "rnn": ("rnn", {}),
    "mgu": ("mgu", {}),
    "mlstm": ("mlstm", {}),
    "slstm": ("slstm", {}),
    "greff-fgr": ("greff-fgr", {}),
}


def bent(node: Basic) -> Iterator[tuple[str, MatrixExpr]]:
    """The expression with one thing wrong: a term of a sum lost, an end with another value, one step for another."""
    if isinstance(node, MatrixSymbol) or not isinstance(node, MatrixExpr):
        return
    if isinstance(node, MatAdd):
        for k, term in enumerate(node.args):
            yield f"without {term}", add(*node.args[:k], *node.args[k + 1 :])
    if isinstance(node, SHIFTS):
        other = ones(node.shape) if isinstance(node.beyond, ZeroMatrix) else zeros(node.shape)
        yield f"{other} beyond the end", node.func(node.matrix, other, node.cut)
        yield "the other way", next(kind for kind in SHIFTS if kind is not type(node))(*node.args)
        yield "nothing from the neighbour", node.func(zeros(node.shape), node.beyond, node.cut)
    if isinstance(node, First | Last | Total):
        for kind in {First, Last, Total} - {type(node)}:
            yield f"{kind.__name__} of it", kind(node.matrix)
    parts = children(node)
    for k, part in enumerate(parts):
        for what, wrong in bent(part):
            yield what, rebuild(node, [*parts[:k], wrong, *parts[k + 1 :]])


def mutants(system: System) -> Iterator[tuple[str, System]]:
    """The backward pass with one adjoint line bent, or twice what it should be."""
    for k, line in enumerate(system.lines):
        if line.role is not Role.ADJOINT:
            continue
        twice = Total(scale(2, line.rhs.matrix)) if isinstance(line.rhs, Total) else scale(2, line.rhs)
        wrongs = [("twice", twice), *bent(line.rhs)]
        for what, wrong in wrongs:
            lines = [*system.lines[:k], replace(line, rhs=wrong), *system.lines[k + 1 :]]
            yield f"{line.name}: {what}", replace(system, lines=tuple(lines))


def cell_of(name: str, options: dict[str, Any]) -> System:
    """The cell for a batch, where it can have one: then no mutant has to be given one."""
    return sl.cell(name, **options, B=columns(name) if columns(name) > 1 else None)


def reference_of(name: str, options: dict[str, Any], values: Arrays) -> dict[str, Array]:
    """Gradients of what is given by autograd, those of gates and net inputs by the sequence written out."""
    unrolled = sl.backprop(sl.unroll(cell_of(name, options), STEPS))
    inner = sl.lambdify(unrolled)(**given_to(unrolled, values, STEPS))
    return {quantity: value for quantity, value in inner.items() if quantity.startswith("d_")} | by_step(
        gradients(name, options, values)
    )


def is_found(system: System, samples: list[tuple[Arrays, Arrays]]) -> bool:
    """Whether some result leaves the reference, or nothing can be computed: a step needs both its neighbours."""
    try:
        function = sl.lambdify(system)
    except DefinitionError as error:
        if "in a circle" not in str(error):
            raise
        return True
    return any(
        worst({name: found for name, found in by_step(function(**values)).items() if name in reference}, reference)[0]
        > FOUND
        for values, reference in samples
    )


@pytest.mark.parametrize("case", CELLS)
def test_every_mutant_is_found(case: str) -> None:
    name, options = CELLS[case]
    system = sl.through_time(cell_of(name, options))
    samples = []
    for seed, keeping in ((41, 0.0), (80, 2.0), (85, 2.0)):
        values = values_of(system, STEPS, batch=columns(name), seed=seed)
        values |= {bias: values[bias] + sign * keeping for bias, sign in SLOW.items() if bias in values}
        samples.append((values, reference_of(name, options, values)))
    assert not is_found(system, samples)
    with np.errstate(all="ignore"):
        tried = [(what, is_found(mutant, samples)) for what, mutant in mutants(system)]
    assert len(tried) > len(system.lines)
    assert [what for what, found in tried if not found] == []
