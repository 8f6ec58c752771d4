"""Hessians entry by entry: against SymPy's derivative of the explicit scalar, and against Hessian-vector products."""

from typing import Any

import numpy as np
import pytest
from sympy import Expr, ImmutableMatrix, Matrix, MatrixSymbol, diff, lambdify

import symlstm as sl
from symlstm.algebra import Apply, hadamard, mean, one_minus, power, scale, scaled, subtract, variance
from symlstm.derive import JVP, VJP
from symlstm.errors import InputError, UnknownNameError
from symlstm.system import System
from tests.support import random_values, relative_error


def explicit(system: System, of: str) -> Expr:
    """The scalar in the entries of the leaves, put together by SymPy alone."""
    return system.closed_form(of).as_explicit()[0, 0]


def entries(system: System, names: list[str]) -> list[Expr]:
    """The entries of the leaves, each leaf column by column."""
    found: list[Expr] = []
    for name in names:
        found += system.symbols[name].as_explicit().T.reshape(1, system.shapes[name][0] * system.shapes[name][1])
    return found


def number(matrix: ImmutableMatrix, system: System, values: dict[str, np.ndarray]) -> np.ndarray:
    symbols = [system.symbols[name] for name in values]
    return np.array(lambdify(symbols, matrix, "numpy")(*values.values()), dtype=float)


def squared_error() -> System:
    """L = hᵀ h of a plain recurrence with two units."""
    cell = sl.Builder("loss", n=2, d=1, layout="split")
    h = cell.gate("h", "tanh")
    cell.let("l", sl.algebra.matmul(sl.algebra.transpose(h), h))
    return cell.system()


def normalised() -> System:
    cell = sl.Builder("normal", n=2, d=1, layout="split")
    v = cell.gate("v", "tanh", recurrent=None)
    w = cell.parameter("w", 2, 1)
    cell.let("l", scaled(variance(hadamard(v, w)), mean(power(subtract(w, hadamard(v, one_minus(v))), 2))))
    return cell.system()


CASES: dict[str, tuple[System, str, list[str]]] = {
    "lstm": (sl.cell("lstm", n=1, d=1), "h", ["W_f", "c_prev", "b_g"]),
    "gru": (sl.cell("gru", n=1, d=2), "h", ["W_z", "x"]),
    "rnn": (sl.cell("rnn", n=1, d=3, layout="split"), "h", ["U_h", "W_h"]),
    "loss": (squared_error(), "l", ["U_h", "W_h", "h_prev"]),
    "a loss, which takes no seed": (
        sl.compose(sl.cell("rnn", n=1, d=1, layout="split"), sl.squared_error(of="h")),
        "loss",
        ["W_h", "b_h", "target"],
    ),
    "normalised": (normalised(), "l", ["w", "W_v"]),
    "minlstm": (sl.cell("minlstm", n=1, d=1), "h", ["W_f", "W_i", "b_f"]),
}


@pytest.mark.parametrize("name", CASES)
def test_against_sympys_scalar_derivative(name: str) -> None:
    system, of, wrt = CASES[name]
    found = sl.hessian(system, of, wrt)
    scalar, places = explicit(system, of), entries(system, wrt)
    expected = Matrix([[diff(scalar, a, b) for b in places] for a in places])
    assert found.shape == (len(places), len(places))
    values = random_values(system, 0, 0, seed=5)
    one, other = number(found, system, values), number(expected, system, values)
    assert relative_error(one, other) <= 1e-12
    assert relative_error(one, one.T) <= 1e-12
    assert np.abs(one).max() > 1e-3


@pytest.mark.parametrize("name", CASES)
def test_against_hessian_vector_products(name: str) -> None:
    system, of, wrt = CASES[name]
    moving = sl.jvp(sl.backprop(System(system.name, system.leaves, system.lines, (of,))), wrt)
    values = random_values(moving, 0, 0, seed=6)
    values |= {name: np.ones((1, 1)) for name in values if name.startswith("seed_")}
    found = sl.lambdify(moving)(**values)
    direction, product = (
        np.concatenate([given[f"dot_{mark}{leaf}"].reshape(-1, order="F") for leaf in wrt])
        for given, mark in ((values, ""), (found, "d_"))
    )
    leaves = {name: values[name] for name in system.shapes if name in values}
    assert relative_error(number(sl.hessian(system, of, wrt), system, leaves) @ direction, product) <= 1e-12


def names(matrix: ImmutableMatrix) -> set[str]:
    return {str(symbol.name) for symbol in matrix.atoms(MatrixSymbol)}


def test_entries_are_those_of_the_leaves() -> None:
    rnn = sl.cell("rnn", n=1, d=1)
    assert names(sl.hessian(rnn, "h", "W_h")) == {"W_h", "x", "h_prev", "b_h"}
    assert names(sl.hessian(sl.jvp(rnn, "x"), "dot_h", ["b_h"])) == {"W_h", "x", "h_prev", "b_h", "dot_x"}


@pytest.mark.parametrize("table", [VJP, JVP], ids=["vjp", "jvp"])
def test_a_broken_rule_is_found(table: dict[Any, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    right = table[Apply]

    def double(*given: Any) -> Any:
        found = right(*given)
        return [bar and scale(2, bar) for bar in found] if isinstance(found, list) else scale(2, found)

    monkeypatch.setitem(table, Apply, double)
    with pytest.raises(AssertionError):
        test_against_sympys_scalar_derivative("rnn")


def test_refusals() -> None:
    with pytest.raises(InputError, match="hessian: d, n are no numbers; build lstm with numbers, as in n=2, d=1"):
        sl.hessian(sl.cell("lstm"), "h", "W_f")
    with pytest.raises(InputError, match=r"hessian: h is \(2, 1\); expected a scalar, \(1, 1\)"):
        sl.hessian(sl.cell("lstm", n=2, d=1), "h", "W_f")
    with pytest.raises(InputError, match="hessian: W_f have 15 entries, at most 12 are written out"):
        sl.hessian(sl.cell("lstm", n=1, d=14), "h", "W_f")
    with pytest.raises(UnknownNameError, match="unknown leaf of lstm 'f'"):
        sl.hessian(sl.cell("lstm", n=1, d=1), "h", ["f"])
    with pytest.raises(UnknownNameError, match="unknown equation of lstm 'l'"):
        sl.hessian(sl.cell("lstm", n=1, d=1), "l", ["W_f"])
