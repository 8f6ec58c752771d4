"""The table of activations: values against the papers' functions and against SymPy, no overflow, brackets."""

import numpy as np
import pytest
from sympy import MatrixSymbol

import symlstm as sl
from symlstm.activations import Activation, defined
from symlstm.algebra import Apply, add, apply, hadamard, power
from symlstm.system import Equation, Leaf, LeafKind, System
from tests.papers.activations import ACTIVATIONS

POINTS = np.array([[-800.0, -7.5, -2.5, -1.0, -0.3, 0.0, 0.2, 1.0, 2.5, 3.1, 8.0, 800.0]])
POSITIVE = ("log",)  # defined there alone


def value(name: str, points: np.ndarray) -> np.ndarray:
    symbol = MatrixSymbol("x", 1, points.shape[1])
    line = Equation(MatrixSymbol("y", *symbol.shape), Apply(Activation(name), symbol))
    return sl.lambdify(System("test", (Leaf(symbol, LeafKind.PARAMETER),), (line,), ("y",)))(x=points).y


@pytest.mark.parametrize("name", [name for name in defined() if name in ACTIVATIONS])
def test_the_values_are_those_of_the_papers(name: str) -> None:
    points = POINTS[:, 1:-1]
    assert np.max(np.abs(value(name, points) - ACTIVATIONS[name](np, points))) <= 1e-12 * np.max(np.abs(points))


@pytest.mark.parametrize("name", defined())
def test_the_values_are_those_of_sympy(name: str) -> None:
    points = np.abs(POINTS[:, 1:5]) if name in POSITIVE else POINTS[:, 1:-1]
    scalar = Activation(name).entry.scalar
    reference = np.array([[float(scalar(sl.algebra.n * 0 + point)) for point in points[0]]])
    assert np.max(np.abs(value(name, points) - reference)) <= 1e-13 * np.max(np.abs(points))


@pytest.mark.parametrize("name", [name for name in defined() if name not in ("exp", *POSITIVE)])
def test_nothing_overflows(name: str) -> None:
    with np.errstate(all="raise", under="ignore"):
        assert np.isfinite(value(name, POINTS)).all()


@pytest.mark.parametrize("name", defined())
def test_a_function_keeps_together_in_code(name: str) -> None:
    """A power, a product and a difference of f(x) are those of the whole f(x)."""
    symbol = MatrixSymbol("x", 1, 3)
    f = Apply(Activation(name), symbol)
    expression = add(power(f, 2), hadamard(f, add(symbol, f)))
    line = Equation(MatrixSymbol("y", 1, 3), expression)
    points = np.array([[0.3, 1.2, 2.0]])
    found = sl.lambdify(System("test", (Leaf(symbol, LeafKind.PARAMETER),), (line,), ("y",)))(x=points).y
    single = value(name, points)
    assert np.max(np.abs(found - (single**2 + single * (points + single)))) <= 1e-13


def test_what_encloses_its_argument() -> None:
    x = MatrixSymbol("x", 3, 1)
    assert sl.latex(apply("abs", x)) == r"\lvert x_t \rvert"
    assert sl.latex(power(apply("abs", x), 2)) == r"\lvert x_t \rvert^{2}"
    assert sl.text(power(apply("abs", x), 2)) == "|xₜ|²"
