"""The code that is generated: what it says, what it computes, and the names that it needs."""

import traceback

import numpy as np
import pytest
import sympy

import symlstm as sl
from symlstm.algebra import add, apply, hadamard
from symlstm.algebra.time import AT_A_STEP, SHIFTS
from symlstm.codegen.numpy_source import _RULES as NUMPY_RULES
from symlstm.derive import VJP
from symlstm.errors import DefinitionError
from symlstm.printing.base import _RULES as PRINTING_RULES
from symlstm.system import Builder
from tests.support import random_values, relative_error


def test_source_is_a_module_of_its_own() -> None:
    back = sl.lambdify(sl.backprop(sl.cell("lstm")))
    namespace: dict = {}
    exec(compile(back.source, "step.py", "exec"), namespace)
    values = random_values(back.columns, 4, 3, 2)
    by_hand = namespace["lstm_backward"](**values)
    assert all(np.array_equal(by_hand[name], result) for name, result in back(**values).items())
    assert max(map(len, back.source.splitlines())) <= 140
    with pytest.raises(ValueError, match="expected two-dimensional arrays"):
        namespace["lstm_backward"](**{**values, "b_f": values["b_f"][:, 0]})
    for line in ("f = sigmoid(a_f)", "c = f * c_prev + i * g", "d_b_f = d_a_f.sum(axis=1, keepdims=True)"):
        assert f"    {line}\n" in back.source


def test_numbers_of_every_kind_in_the_code() -> None:
    cell = Builder("numbers")
    h, n = cell.previous("h"), cell.n
    terms = [sl.algebra.scale(number, h) for number in (1 / n, sympy.sqrt(2), sympy.Rational(-2, 3), 0.25)]
    cell.let("k", add(sl.algebra.ones(h.shape), sl.algebra.scale(-3, sl.algebra.ones(h.shape))))
    cell.let("h", add(*terms, cell.affine("f"), hadamard(sl.algebra.power(h, sympy.Rational(4, 2)), h)))
    values = random_values(cell.system(), 4, 3)
    out = sl.lambdify(cell.system())(**values)
    assert np.array_equal(out.k, np.full((4, 1), -2.0))
    h_prev, x = values["h_prev"], values["x"]
    affine = values["W_f"] @ np.concatenate((h_prev, x)) + values["b_f"]
    expected = (1 / 4 + np.sqrt(2) - 2 / 3 + 0.25) * h_prev + affine + h_prev**3
    assert relative_error(out.h, expected) <= 1e-15


def test_sums_over_rows_and_columns_are_written_as_sums() -> None:
    cell = Builder("sums")
    h = cell.previous("h")
    mean = sl.algebra.scale(1 / cell.n, sl.algebra.matmul(sl.algebra.ones((1, cell.n)), h))
    cell.let("m", mean)
    cell.let("h", add(h, cell.affine("f"), sl.algebra.matmul(sl.algebra.ones((cell.n, 1)), cell.let("k", mean))))
    step = sl.lambdify(cell.system())
    assert "m = (1/n) * h_prev.sum(axis=0, keepdims=True)" in step.source
    values = random_values(step.columns, 4, 3, 2)
    assert relative_error(step(**values)["m"], values["h_prev"].mean(axis=0, keepdims=True)) <= 1e-15


@pytest.mark.parametrize("number", [1, 2, -3])
def test_a_repeated_column_beside_a_constant(number: int) -> None:
    cell = Builder("q", n=2, d=2)
    p, wide = cell.parameter("p", 2, 1), sl.algebra.ones((2, 3))
    repeated = sl.algebra.matmul(p, sl.algebra.ones((1, 3)))
    q = cell.let("q", add(repeated, sl.algebra.scale(number, wide)))
    r = cell.let("r", hadamard(repeated, sl.algebra.scale(number, repeated)))
    total = sl.algebra.matmul(add(q, r), sl.algebra.ones((3, 1)))
    cell.let("h", add(cell.x, cell.previous("h"), total))
    back = sl.backprop(cell.system())
    values = random_values(back, 2, 2)
    out = sl.lambdify(back)(**values)
    assert out["q"].shape == out["r"].shape == (2, 3)
    assert sl.gradcheck(back, values)
    assert relative_error(out["q"], np.repeat(values["p"], 3, axis=1) + number) <= 1e-15


def test_a_constant_in_a_cell_of_one_unit() -> None:
    cell = Builder("acc", n=1, d=1)
    squashed = sl.algebra.scale(2, apply("sigmoid", add(cell.x, cell.previous("h"))))
    cell.let("h", sl.algebra.subtract(squashed, sl.algebra.ones((1, 1))))
    assert sl.lambdify(cell.system())(x=[[0.5, 1.0]], h_prev=[[0.0, 1.0]]).h.shape == (1, 2)


def test_a_size_that_is_not_of_the_system_is_refused() -> None:
    cell = Builder("z", n=2, d=2)
    cell.let("h", add(cell.x, sl.algebra.scale(1 / sl.algebra.n, cell.previous("h"))))
    with pytest.raises(sl.SymlstmError, match="equation h: NumPy: the size n is that of no quantity"):
        sl.lambdify(cell.system())


def test_a_traceback_shows_the_generated_line() -> None:
    step = sl.lambdify(sl.cell("lstm"))
    values = random_values(step.system, 2, 3)
    with pytest.raises(TypeError) as caught:
        step._run(**{**values, "h_prev": values["h_prev"].astype(str)})
    shown = "".join(traceback.format_exception(caught.value))
    assert "a_f = W_f @ np.concatenate((h_prev, x)) + b_f" in shown


def test_names_that_the_code_needs_are_refused() -> None:
    cell = Builder("clash")
    np_ = cell.parameter("np", cell.n, cell.n)
    cell.let("h", apply(sl.activations.sigmoid, add(cell.previous("h"), sl.algebra.matmul(np_, cell.affine("f")))))
    with pytest.raises(DefinitionError, match="the generated code needs the name np"):
        sl.lambdify(cell.system())


def test_a_quantity_may_be_called_n() -> None:
    cell = Builder("normaliser")
    f = cell.gate("f", sl.activations.sigmoid)
    norm = cell.let("n", hadamard(f, cell.previous("n")))
    cell.let("h", hadamard(norm, f))
    back = sl.backprop(cell.system())
    assert sl.gradcheck(back, random_values(back, 3, 2))


def test_every_node_has_a_derivative_a_printed_and_a_numpy_form() -> None:
    assert set(VJP) <= set(PRINTING_RULES)
    assert set(PRINTING_RULES) == {*NUMPY_RULES, *SHIFTS, *AT_A_STEP}
