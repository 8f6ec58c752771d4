"""Cells of one's own over time: states by other names, names that the code uses itself, quantities without a time."""

from collections.abc import Callable

import numpy as np
import pytest
from sympy import MatrixExpr

import symlstm as sl
from symlstm.algebra import (
    add,
    apply,
    hadamard,
    matmul,
    one_minus,
    scale,
    subtract,
    transpose,
)
from symlstm.errors import DefinitionError, InputError
from symlstm.system import Builder, System
from tests.through_time.oracle import Array, values_of, worst
from tests.through_time.test_unrolled import by_step, given_to

STEPS = 6


def net(cell: Builder, state: MatrixExpr, name: str = "") -> MatrixExpr:
    """W x + U s."""
    weight = cell.parameter(f"W{name}", cell.n, cell.d)
    return add(matmul(weight, cell.x), matmul(cell.parameter(f"U{name}", cell.n, state.shape[0]), state))


def without_h() -> System:
    """Two states, neither of them h; nothing but the states comes out."""
    cell = Builder("without-h")
    s, r = cell.previous("s"), cell.previous("r")
    new = cell.let("s", apply("tanh", add(net(cell, s), r)))
    cell.let("r", hadamard(new, r))
    return cell.system()


def output_beside() -> System:
    """A state s, and an output y at every step that no one uses."""
    cell = Builder("output-beside")
    s = cell.let("s", apply("tanh", net(cell, cell.previous("s"))))
    cell.let("y", apply("sigmoid", matmul(cell.parameter("V", 2, cell.n), s)))
    return cell.system()


def handed_on() -> System:
    """The state k is handed on as it is: a constant that every step sees."""
    cell = Builder("handed-on")
    k = cell.previous("k")
    cell.let("k", k)
    cell.let("h", apply("tanh", add(net(cell, cell.previous("h")), k)))
    return cell.system()


def swapped() -> System:
    """Two states that change places at every step."""
    cell = Builder("swapped")
    p, q = cell.previous("p"), cell.previous("q")
    cell.let("p", q)
    cell.let("q", apply("tanh", net(cell, p)))
    return cell.system()


def two_back() -> System:
    """A delay line: h sees what it was two steps ago."""
    cell = Builder("two-back")
    old, older = cell.previous("h"), cell.previous("e")
    cell.let("e", old)
    cell.let("h", apply("tanh", add(net(cell, old), matmul(cell.parameter("V", cell.n, cell.n), older))))
    return cell.system()


def timeless() -> System:
    """A weight made of another one, which is used itself too: its gradient is a sum over t and one term more."""
    cell = Builder("timeless")
    U = cell.parameter("U", cell.n, cell.n)
    V = cell.let("V", hadamard(U, U))
    cell.let("h", apply("tanh", add(matmul(V, cell.previous("h")), net(cell, cell.previous("h")))))
    return cell.system()


def no_recurrence() -> System:
    """h_prev is only subtracted: h_t = tanh(W x_t) − h_{t−1}."""
    cell = Builder("no-recurrence")
    cell.let("h", subtract(apply("tanh", matmul(cell.parameter("W", cell.n, cell.d), cell.x)), cell.previous("h")))
    return cell.system()


def deaf() -> System:
    """x speaks to an output that the state does not see."""
    cell = Builder("deaf")
    cell.let("h", apply("tanh", matmul(cell.parameter("U", cell.n, cell.n), cell.previous("h"))))
    cell.let("y", matmul(cell.parameter("W", cell.n, cell.d), cell.x))
    return cell.system()


def wide() -> System:
    """A matrix for a state."""
    cell = Builder("wide")
    M, h = cell.previous("M", cell.n, cell.n), cell.previous("h")
    M = cell.let("M", add(scale(0.5, M), matmul(h, transpose(h))))
    cell.let("h", apply("tanh", add(matmul(M, h), net(cell, h))))
    return cell.system()


def named(*names: str) -> Callable[[], System]:
    """A cell in which gate, parameter and state have these names."""

    def build() -> System:
        gate, weight, state = names
        cell = Builder("named")
        s = cell.previous(state)
        z = cell.let(gate, apply("sigmoid", matmul(cell.parameter(weight, cell.n, cell.d), cell.x)))
        cell.let(
            state,
            add(hadamard(z, s), hadamard(one_minus(z), apply("tanh", matmul(cell.parameter("U", cell.n, cell.n), s)))),
        )
        return cell.system()

    return build


NAMES = [
    ("t", "T", "s"), ("T", "t", "h"), ("g", "t_", "T"), ("h_earlier", "W", "h"), ("h_later", "h_earlier", "h"),
    ("h_earlier", "W", "h_later"), ("h_0_", "W", "h"), ("B", "batch", "h"), ("n_", "V", "h"), ("n", "d", "B"),
    ("h_1", "W_2", "h"), ("h_T", "W_h", "h"), ("g", "sum", "c_"), ("L", "k", "s"), ("g", "array", "zip"),
    ("g", "h_sum", "h"), ("U_sum", "W_sum", "h"), ("enumerate", "print", "s"), ("g_next", "x_prev", "h"),
]  # fmt: skip
CELLS: dict[str, Callable[[], System]] = {
    build.__name__: build
    for build in (
        without_h, output_beside, handed_on, swapped, two_back, timeless, no_recurrence, deaf, wide
    )
} | {" ".join(names): named(*names) for names in NAMES}  # fmt: skip


def given(system: System, seed: int = 81) -> dict[str, Array]:
    return values_of(system, STEPS, batch=1, seed=seed, n=4, d=3)


@pytest.mark.parametrize("name", CELLS)
def test_against_the_complex_step(name: str) -> None:
    back = sl.through_time(CELLS[name]())
    report = sl.gradcheck(back, given(back))
    assert report.method == "complex step"
    assert report.ok, str(report)


@pytest.mark.parametrize("name", CELLS)
def test_written_out(name: str) -> None:
    back = sl.through_time(CELLS[name]())
    whole = by_step(sl.lambdify(back)(**given(back)))
    for system in (sl.unroll(back, STEPS), sl.backprop(sl.unroll(CELLS[name](), STEPS))):
        found = sl.lambdify(system)(**given_to(system, given(back), STEPS))
        assert {f"d_{leaf.symbol.name}" for leaf in system.leaves if "seed" not in leaf.kind} <= set(found)
        error, where = worst(found, {quantity: whole[quantity] for quantity in found if quantity in whole})
        assert error <= 1e-13, where


@pytest.mark.parametrize("name", CELLS)
def test_printed(name: str) -> None:
    back = sl.through_time(CELLS[name]())
    left = [line.partition("=")[0].strip() for line in back.text().splitlines()]
    assert len(set(left)) == len(left), "two lines for one thing at one step"
    assert back.latex().count("&=") == len(left)


@pytest.mark.parametrize("name", ["T", "t", "B", "h", "range", "len", "x", "W_h", "b_", "T_"])
@pytest.mark.parametrize("side", ["n", "d"])
def test_sizes_of_any_name(side: str, name: str) -> None:
    """n or d may be called what a quantity, the number of steps or the batch are called."""
    plain, renamed = sl.through_time(sl.cell("rnn")), sl.through_time(sl.cell("rnn", **{side: name}))
    values = values_of(plain, STEPS, seed=82)
    found = sl.lambdify(renamed)(**values)
    for quantity, value in sl.lambdify(plain)(**values).items():
        assert np.array_equal(found[quantity], value), quantity


@pytest.mark.parametrize("name", ["range", "reversed", "len", "np", "any", "dtype"])
def test_names_that_the_code_needs(name: str) -> None:
    cell = Builder("needs")
    gate = cell.let(name, apply("tanh", cell.affine("h")))
    cell.let("h", hadamard(gate, gate))
    with pytest.raises(DefinitionError, match=f"the generated code needs the name {name}; rename the quantity"):
        sl.lambdify(sl.through_time(cell.system()))


def test_the_way_backwards_is_a_cell_read_backwards() -> None:
    """The steps taken from t = T down to 1 are those of the sequence turned round."""
    from symlstm.system import over_time

    cell = sl.cell("lstm")
    ahead, behind = sl.through_time(cell), sl.through_time(over_time(cell, reverse=True))
    values = values_of(ahead, STEPS, seed=83)
    turned = {name: value[::-1] if value.ndim == 3 else value for name, value in values.items()}
    found, reference = sl.lambdify(behind)(**turned), sl.lambdify(ahead)(**values)
    for quantity, value in reference.items():
        mine = found[quantity]
        assert worst({"": mine[::-1] if mine.ndim == 3 else mine}, {"": value})[0] <= 1e-15, quantity
    unrolled = sl.unroll(behind, STEPS)
    assert sl.gradcheck(unrolled, given_to(unrolled, values_of(behind, STEPS, batch=1), STEPS))


def test_a_cell_without_a_state() -> None:
    """Its steps have nothing to do with one another."""
    cell = Builder("stateless")
    cell.let("h", apply("tanh", matmul(cell.parameter("W", cell.n, cell.d), cell.x)))
    back = sl.through_time(cell.system())
    assert sl.gradcheck(back, given(back))
    assert back["d_W"].text() == "∂L/∂W = Σₜ (δhₜ ⊙ (1 - hₜ²))·xₜᵀ"


def test_what_has_a_backward_pass_or_steps_already() -> None:
    cell = sl.cell("rnn")
    for wrong in (sl.backprop(cell), sl.through_time(cell), sl.unroll(cell, 2), sl.unroll(sl.through_time(cell), 2)):
        with pytest.raises((DefinitionError, InputError), match="already") as refused:
            sl.through_time(wrong)
        assert "\n" not in str(refused.value)
    for wrong in (sl.backprop(cell), sl.unroll(cell, 2), sl.unroll(sl.through_time(cell), 2)):
        with pytest.raises((DefinitionError, InputError), match="already") as refused:
            sl.unroll(wrong, 2)
        assert "\n" not in str(refused.value)


@pytest.mark.parametrize("wrong", [None, 3, "lstm", np.ones(3)])
def test_what_is_no_cell(wrong: object) -> None:
    for function in (sl.through_time, lambda system: sl.unroll(system, 2)):
        with pytest.raises(InputError, match="expected a System"):
            function(wrong)  # type: ignore[operator]
