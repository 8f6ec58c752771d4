"""Batches: the same numbers as column by column, or refused."""

import numpy as np
import pytest
from sympy import Integer, MatrixSymbol

import symlstm as sl
from symlstm.algebra import (
    add,
    apply,
    hadamard,
    matmul,
    one_minus,
    power,
    scale,
    stack,
    substitute,
    subtract,
    symbols_of,
    transpose,
)
from symlstm.errors import DefinitionError, MissingRuleError
from symlstm.system import Builder
from tests.support import random_values, relative_error


def cell_with(make) -> sl.System:  # type: ignore[no-untyped-def]
    """A cell whose new hidden state is made from a candidate v, the previous state and a parameter p."""
    cell = Builder("test")
    v = cell.gate("v", "tanh")
    cell.let("h", make(v, cell.previous("h"), cell.parameter("p_v", cell.n, 1), cell.parameter("V", cell.n, cell.n)))
    return cell.system()


APART = {
    "elementwise": lambda v, h, p, V: add(hadamard(one_minus(v), h), hadamard(p, v), matmul(V, v)),
    "minus a parameter": lambda v, h, p, V: subtract(hadamard(p, h), add(p, scale(3, matmul(V, v)))),
    "a power": lambda v, h, p, V: hadamard(power(v, 3), power(p, 2), matmul(V, transpose(V), h)),
    "a softmax": lambda v, h, p, V: hadamard(sl.algebra.softmax(v), sl.algebra.softmax(p), matmul(V, h)),
    "a logsumexp": lambda v, h, p, V: sl.algebra.scaled(sl.algebra.logsumexp(h), add(v, p, matmul(V, v))),
    "a stack": lambda v, h, p, V: matmul(sl.algebra.stack_columns(V, V, V), stack(v, h, p)),
    "a function of a parameter": lambda v, h, p, V: hadamard(apply("tanh", p), apply("sigmoid", matmul(V, v)), h),
}
MIXED = {
    "an outer product inside": lambda v, h, p, V: add(matmul(v, transpose(v), h), p, matmul(V, v)),
    "a softmax of rows": lambda v, h, p, V: add(hadamard(sl.algebra.softmax(v, axis=1), p, h), matmul(V, v)),
    "a logsumexp of rows": lambda v, h, p, V: add(sl.algebra.logsumexp(v, axis=1), p, h, matmul(V, v)),
    "an inner product": lambda v, h, p, V: add(matmul(p, transpose(v), h), matmul(V, v)),
}


def column_by_column(system: sl.System, values: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Every column run alone; gradients of parameters are summed."""
    function = sl.lambdify(system)
    shared = {*system.parameters}
    B = values["x"].shape[1]
    runs = [
        function(**{name: value if name in shared else value[:, [k]] for name, value in values.items()})
        for k in range(B)
    ]
    gradients = {f"d_{name}" for name in shared}
    return {
        name: sum(run[name] for run in runs) if name in gradients else np.hstack([run[name] for run in runs])
        for name in runs[0]
        if name not in shared
    }


@pytest.mark.parametrize("name", APART)
def test_a_batch_is_its_columns(name: str) -> None:
    back = sl.backprop(cell_with(APART[name]))
    values = random_values(sl.batched(back, sl.algebra.B), 3, 2, 4)
    together = sl.lambdify(back)(**values)
    for quantity, reference in column_by_column(back, values).items():
        assert relative_error(together[quantity], reference) <= 1e-13, quantity


def test_the_lstm_in_a_batch_is_its_columns() -> None:
    back = sl.backprop(sl.cell("lstm", biases=2))
    values = random_values(sl.batched(back, sl.algebra.B), 3, 2, 4)
    together = sl.lambdify(back)(**values)
    for quantity, reference in column_by_column(back, values).items():
        assert relative_error(together[quantity], reference) <= 1e-13, quantity


@pytest.mark.parametrize("name", MIXED)
def test_what_mixes_columns_is_refused(name: str) -> None:
    system = cell_with(MIXED[name])
    with pytest.raises(DefinitionError, match="equation h: cannot be read column by column for a batch"):
        sl.batched(system, Integer(3))
    back = sl.backprop(system)
    assert sl.gradcheck(back, random_values(back, 3, 2))
    with pytest.raises(ValueError, match=r"x: expected shape \(d, 1\).*cannot be read column by column"):
        sl.lambdify(system)(**random_values(system, 3, 2) | {"x": np.ones((2, 4))})


def test_a_line_of_parameters_alone_is_shared() -> None:
    cell = Builder("masked")
    W = cell.let("V", hadamard(cell.parameter("W_v", cell.n, cell.n), cell.parameter("M", cell.n, cell.n)))
    cell.let(
        "h", apply("tanh", add(matmul(W, cell.previous("h")), matmul(cell.parameter("U", cell.n, cell.d), cell.x)))
    )
    back = sl.backprop(cell.system())
    values = random_values(sl.batched(back, sl.algebra.B), 3, 2, 4)
    together = sl.lambdify(back)(**values)
    assert together["V"].shape == (3, 3)
    assert sl.gradcheck(back, values)
    reference = np.tanh((values["W_v"] * values["M"]) @ values["h_prev"] + values["U"] @ values["x"])
    assert relative_error(together["h"], reference) <= 1e-15


def test_rewriting_keeps_signs_and_refuses_what_it_does_not_know() -> None:
    a, b = (MatrixSymbol(name, 3, 1) for name in "ab")
    assert substitute(one_minus(a), {a: b}) == one_minus(b)
    assert substitute(scale(-2, matmul(a, transpose(a))), {a: b}) == scale(-2, matmul(b, transpose(b)))
    assert symbols_of(substitute(hadamard(a, scale(-1, a)), {a: b})) == [b]
    square = MatrixSymbol("S", 2, 2)
    with pytest.raises(MissingRuleError, match="no rule to rebuild Inverse"):
        substitute(square.inverse(), {square: square})
