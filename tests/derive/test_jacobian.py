"""Jacobians as matrices: against those assembled from vector-Jacobian products, and against autograd's."""

from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from sympy import MatrixExpr, MatrixSymbol

import symlstm as sl
from symlstm.algebra import (
    B,
    Diag,
    hadamard,
    symbols_of,
)
from symlstm.algebra.dimensions import as_dimension
from symlstm.errors import DefinitionError, InputError, UnknownNameError
from symlstm.system import Equation, Leaf, LeafKind, Role, System
from tests.cells.variants import ALL, UNBATCHED, VARIANTS
from tests.papers import CELLS as PAPERS
from tests.support import random_values, relative_error

N, D = 4, 3
SIZES = {sl.algebra.n: N, sl.algebra.d: D, as_dimension("r", "r"): N - 1}
Values = dict[str, np.ndarray]


def system_of(expression: MatrixExpr) -> System:
    leaves = tuple(Leaf(symbol, LeafKind.PARAMETER) for symbol in symbols_of(expression))
    return System("test", leaves, (Equation(MatrixSymbol("y", *expression.shape), expression),), ("y",))


def assembled(system: System, of: str, values: Values) -> Values:
    """The Jacobians by every leaf, row by row, each a vector-Jacobian product; entries column by column."""
    back = sl.backprop(System(system.name, system.leaves, system.lines, (of,), system.forward))
    function, seed = sl.lambdify(back), back.seeds[-1]
    shape = tuple(int(side.subs(SIZES)) for side in system.shapes[of])
    units = np.eye(shape[0] * shape[1])
    runs = [function(**values, **{seed: unit.reshape(shape, order="F")}) for unit in units]
    leaves = (str(leaf.symbol.name) for leaf in system.leaves)
    return {
        leaf: np.array([run[gradient].reshape(-1, order="F") for run in runs])
        for leaf, gradient in zip(leaves, back.outputs, strict=True)
    }


def check(system: System, of: str, wrt: str, seed: int = 3) -> float:
    values = random_values(system, N, D, seed=seed)
    found = sl.lambdify(sl.jacobian(system, of, wrt))(**values)[f"J_{of}_by_{wrt}"]
    return relative_error(found, assembled(system, of, values)[wrt])


def pairs(system: System) -> list[tuple[str, str]]:
    """Every output by every state and by x."""
    return [(of, wrt) for of in system.outputs for wrt in (*system.states, "x")]


@pytest.mark.parametrize(("name", "options"), [case for case in VARIANTS if case.values[0] not in UNBATCHED])
def test_states_by_states(name: str, options: dict[str, Any]) -> None:
    """Every cell whose states are columns: equal to the assembled matrix and to autograd's of the paper."""
    system = sl.cell(name, **options)
    values = random_values(system, N, D, seed=4)
    expected = {of: assembled(system, of, values) for of in system.outputs}
    for of, wrt in pairs(system):
        found = sl.lambdify(sl.jacobian(system, of, wrt))(**values)[f"J_{of}_by_{wrt}"]
        assert relative_error(found, expected[of][wrt]) <= 1e-13, (of, wrt)

        def step(point: np.ndarray, of: str = of, wrt: str = wrt) -> Any:
            out = PAPERS[name](anp, {**values, wrt: point.reshape(-1, 1)}, **options)[of].reshape(-1)
            return out + 0 * anp.sum(point)  # also where it does not depend on it

        assert relative_error(found, autograd.jacobian(step)(values[wrt].reshape(-1))) <= 1e-12, (of, wrt)


@pytest.mark.parametrize("name", [name for name in sl.CELLS if name not in UNBATCHED])
def test_states_by_parameters(name: str) -> None:
    """∂vec(h)/∂vec(W) for every parameter, each matrix column by column."""
    system = sl.cell(name)
    values = random_values(system, N, D, seed=5)
    for of in system.outputs:
        expected = assembled(system, of, values)
        for parameter in system.parameters:
            found = sl.lambdify(sl.jacobian(system, of, parameter))(**values)[f"J_{of}_by_{parameter}"]
            assert relative_error(found, expected[parameter]) <= 1e-13, (of, parameter)


def test_a_state_that_is_a_matrix() -> None:
    mlstm = sl.cell("mlstm")
    assert sl.jacobian(mlstm, "c", "c_prev").text(only="J_c_by_c_prev") == "dvec(Cₜ)/dvec(Cₜ₋₁) = fₜ·I"
    for of, wrt in (("c", "c_prev"), ("h", "c_prev"), ("h", "n_prev")):
        assert check(mlstm, of, wrt) <= 1e-13
    with pytest.raises(InputError, match="jacobian: c by x: equation c: the derivative by a number in front of a"):
        sl.jacobian(mlstm, "c", "x")


def test_split_layout_and_second_derivatives() -> None:
    split = sl.cell("lstm", layout="split")
    assert check(split, "h", "U_f") <= 1e-13
    back = sl.backprop(sl.cell("rnn"))
    assert check(back, "d_h_prev", "h_prev") <= 1e-13
    assert check(back, "d_W_h", "b_h") <= 1e-13
    assert check(back, "d_W_h", "seed_h") <= 1e-13


def test_by_a_quantity() -> None:
    """What stands above `wrt` does not move with it."""
    lstm = sl.cell("lstm")
    total = sl.jacobian(lstm, "h", "c")
    assert total["J_h_by_c"].text() == "dhₜ/dCₜ = diag(oₜ ⊙ (1 - tanh²(Cₜ)))"
    assert sl.jacobian(lstm, "h", "h")["J_h_by_h"].text() == "dhₜ/dhₜ = I"
    assert sl.jacobian(lstm, "f", "c")["J_f_by_c"].text() == "dfₜ/dCₜ = 𝟎"
    assert sl.jacobian(lstm, "f", "a_f")["J_f_by_a_f"].text() == "dfₜ/da_fₜ = diag(fₜ ⊙ (1 - fₜ))"
    assert [line.name for line in sl.jacobian(lstm, "a_f", "x") if line.role is Role.JACOBIAN] == ["J_a_f_by_x"]


def test_a_net_input_is_put_in_where_one_gate_alone_needs_it() -> None:
    cell = sl.Builder("own")
    f, o = cell.gate("f", "sigmoid"), cell.gate("o", "sigmoid")
    cell.let("h", hadamard(o, f, sl.algebra.apply("tanh", cell["a_f"])))
    jacobian = sl.jacobian(cell.system(), "h", "h_prev")
    assert [line.of for line in jacobian if line.role is Role.JACOBIAN] == ["a_f", "f", "o", "h"]
    assert jacobian["J_f_by_h_prev"].text() == "dfₜ/dhₜ₋₁ = diag(fₜ ⊙ (1 - fₜ))·(da_fₜ/dhₜ₋₁)"
    assert jacobian["J_o_by_h_prev"].text() == "doₜ/dhₜ₋₁ = diag(oₜ ⊙ (1 - oₜ))·W_o,h"


def test_the_partial_derivative_is_the_direct_path() -> None:
    for options in ({}, {"layout": "split"}):
        lstm = sl.cell("lstm", **options)
        partial = sl.jacobian(lstm, "c", "c_prev", "partial")
        assert partial["partial_c_by_c_prev"].rhs == Diag(lstm.symbols["f"])
        assert [line.name for line in partial if line.role is Role.JACOBIAN] == ["partial_c_by_c_prev"]
    peephole = sl.cell("lstm", peephole=True)
    assert sl.jacobian(peephole, "c", "c_prev", "partial")["partial_c_by_c_prev"].rhs == Diag(peephole.symbols["f"])
    assert sl.jacobian(peephole, "c", "c_prev")["J_c_by_c_prev"].rhs != Diag(peephole.symbols["f"])
    assert sl.jacobian(lstm, "h", "h_prev", "partial")["partial_h_by_h_prev"].text() == "∂hₜ/∂hₜ₋₁ = 𝟎"


@pytest.mark.parametrize(("name", "options"), [case for case in VARIANTS if case.values[0] not in UNBATCHED])
def test_partial_derivatives_hold_everything_else_fixed(name: str, options: dict[str, Any]) -> None:
    system = sl.cell(name, **options)
    inputs = random_values(system, N, D, seed=6)
    values = {**inputs, **sl.lambdify(system)(**inputs)}
    inlined = {line.name: line for line in system.inlined()}
    for of, wrt in pairs(system):
        alone = system_of(inlined[of].rhs)
        found = sl.lambdify(sl.jacobian(system, of, wrt, "partial"))(**inputs)[f"partial_{of}_by_{wrt}"]
        given = {str(leaf.symbol.name): values[str(leaf.symbol.name)] for leaf in alone.leaves}
        expected = assembled(alone, "y", given)[wrt] if wrt in given else np.zeros_like(found)
        assert relative_error(found, expected) <= 1e-13, (of, wrt)


def test_a_jacobian_stays_a_matrix() -> None:
    values = {name: value.reshape(-1) if value.shape[1] == 1 else value
              for name, value in random_values(sl.cell("lstm"), 1, 2).items()}  # fmt: skip
    found = sl.lambdify(sl.jacobian(sl.cell("lstm"), "h", "h_prev"))(**values)
    assert found["h"].shape == (1,)
    assert found["J_h_by_h_prev"].shape == (1, 1)


def test_closed_form_is_the_same_number() -> None:
    jacobian = sl.jacobian(sl.cell("lstm"), "h", "h_prev")
    closed = Equation(jacobian["J_h_by_h_prev"].lhs, jacobian.closed_form("J_h_by_h_prev"))
    assert {symbol.name for symbol in symbols_of(closed.rhs)} <= set(sl.cell("lstm").symbols)
    direct = System("closed", jacobian.leaves, (*sl.cell("lstm").lines, closed), jacobian.outputs)
    values = random_values(direct, N, D)
    one, other = sl.lambdify(direct)(**values), sl.lambdify(jacobian)(**values)
    assert relative_error(one["J_h_by_h_prev"], other["J_h_by_h_prev"]) <= 1e-14


def test_derivatives_of_a_jacobian() -> None:
    back = sl.backprop(sl.jacobian(sl.cell("rnn"), "h", "h_prev"))
    report = sl.gradcheck(back, random_values(back, N, D))
    assert report.ok, str(report)


def test_refusals() -> None:
    lstm = sl.cell("lstm")
    with pytest.raises(InputError, match="kind: expected one of total, partial, got 'direct'"):
        sl.jacobian(lstm, "h", "x", "direct")
    with pytest.raises(UnknownNameError, match="unknown equation of lstm 'x'"):
        sl.jacobian(lstm, "x", "h_prev")
    with pytest.raises(UnknownNameError, match="unknown quantity of lstm 'y'"):
        sl.jacobian(lstm, "h", "y")
    with pytest.raises(InputError, match="x has B columns, and a Jacobian is that of one; build the cell without"):
        sl.jacobian(sl.cell("lstm", B=True), "h", "h_prev")
    jacobian = sl.jacobian(lstm, "h", "h_prev")
    with pytest.raises(InputError, match="that of a Jacobian is no matrix"):
        sl.jacobian(jacobian, "J_h_by_h_prev", "x")
    with pytest.raises(DefinitionError, match="a Jacobian is that of one column"):
        sl.batched(jacobian, B)
    with pytest.raises(InputError, match="a Jacobian is that of one column"):
        sl.lambdify(jacobian)(**random_values(sl.cell("lstm", B=True), N, D, 2))


def test_every_cell_is_covered_here() -> None:
    assert {name for name, _ in ALL} == set(sl.CELLS)
