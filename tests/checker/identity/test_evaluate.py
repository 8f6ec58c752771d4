"""Every node of the algebra has a rule; intervals agree with the NumPy code that is generated from a System."""

import numpy as np
import pytest
from sympy import (
    BlockMatrix,
    HadamardProduct,
    Identity,
    MatAdd,
    MatMul,
    MatPow,
    MatrixExpr,
    MatrixSymbol,
    OneMatrix,
    Transpose,
    ZeroMatrix,
)
from sympy.matrices.expressions.hadamard import HadamardPower

import symlstm as sl
from symlstm import algebra
from symlstm.algebra import First, Last, Total, d, n
from symlstm.algebra.function import Activation, defined
from symlstm.algebra.time import SHIFTS
from symlstm.checker.identity.evaluate import _RULES, evaluate
from symlstm.checker.identity.field import PRIME
from symlstm.checker.identity.interval import precision
from symlstm.checker.identity.setting import setting_of
from symlstm.checker.identity.sizes import large_enough, symbols_in
from symlstm.checker.identity.vec import Vec
from symlstm.errors import InputError, MissingRuleError
from tests.checker.identity.free import LEAVES, PIECES, SETTING, SMOOTH, A, W, a, system_of

OVER_TIME = {*SHIFTS, First, Last, Total}
NODES = [node for node in vars(algebra).values() if isinstance(node, type) and issubclass(node, MatrixExpr)]
SYMPY_NODES = [
    BlockMatrix, HadamardPower, HadamardProduct, Identity, MatAdd, MatMul, MatPow, MatrixSymbol, OneMatrix, Transpose,
    ZeroMatrix,
]  # fmt: skip


@pytest.mark.parametrize("node", [Vec, *SYMPY_NODES, *(node for node in NODES if node not in OVER_TIME)])
def test_every_node_has_a_rule(node):
    assert node in _RULES


def test_a_missing_rule_names_the_node():
    expression = algebra.total(a)
    with pytest.raises(MissingRuleError, match="^checking: no rule to evaluate Total in "):
        evaluate(expression, SETTING.point("field", large_enough(SETTING.symbols)))


def values_of(system, sizes, k):
    """An interval point, and the same leaves as arrays."""
    point = setting_of(system).point("interval", sizes, k)
    leaves = {str(leaf.symbol.name): as_array(point.value(str(leaf.symbol.name))) for leaf in system.leaves}
    return point, leaves


def as_array(matrix):
    return np.array([[float(entry.mid()) for entry in row] for row in matrix.tolist()])


def assert_agrees(system, sizes, k):
    with precision():
        point, leaves = values_of(system, sizes, k)
        values = {line.name: as_array(point.value(line.name)) for line in system.lines}
    results = sl.lambdify(system)(**leaves)
    for name, value in values.items():
        expected = np.asarray(results[name]).reshape(value.shape)
        assert np.abs(value - expected).max() <= 1e-12 * max(1, np.abs(expected).max()), name


@pytest.mark.parametrize("name", sl.CELLS)
def test_intervals_agree_with_numpy(name):
    cell = sl.cell(name)
    for system in (sl.backprop(cell), sl.unroll(sl.through_time(cell), 2)):
        for k, sizes in ((0, {n: 3, d: 2}), (1, {n: 2, d: 4})):
            assert_agrees(system, sizes, k)


@pytest.mark.parametrize("name", {**SMOOTH, **PIECES})
def test_expressions_agree_with_numpy(name):
    """Where both are finite: roots and logarithms of negative numbers are not."""
    system = system_of(*{**SMOOTH, **PIECES}[name])
    with precision():
        point, leaves = values_of(system, large_enough(SETTING.symbols), 1)
        values = {line.name: point.value(line.name) for line in system.lines}
    finite = all(entry.is_finite() for value in values.values() for entry in value.entries())
    if finite:
        results = sl.lambdify(system)(**leaves)
        for name, value in values.items():
            assert np.allclose(
                as_array(value), np.asarray(results[name]).reshape(value.nrows(), -1), rtol=1e-12, atol=1e-13
            )


@pytest.mark.parametrize(
    "name", [name for name in defined() if name in ("identity", *sl.activations.__all__, "exp", "log")]
)
def test_activations_agree_with_numpy_in_every_real_domain(name):
    system = system_of(algebra.Apply(Activation(name), a), algebra.Apply(Activation(name), algebra.power(a, 2)))
    with np.errstate(all="ignore"):
        point = setting_of(system).point("floats", large_enough(symbols_in(system.shapes.values())))
        arrays = {str(leaf.name): point.value(str(leaf.name)).array[5] for leaf in LEAVES}
        expected = {"y1": point.value("y1").array[5]} | ({} if name == "log" else {"y0": point.value("y0").array[5]})
    if name == "log":
        arrays["a"] = abs(arrays["a"])
    results = sl.lambdify(system)(**arrays)
    for line, value in expected.items():
        assert np.allclose(results[line].reshape(value.shape), value, rtol=1e-12)


def test_a_size_that_is_not_given():
    point = SETTING.point("field", {n: 3})
    with pytest.raises(InputError, match=r"^sizes: expected one for each of d, got n = 3$"):
        point.value("W")


def test_powers_of_a_matrix():
    point = SETTING.point("field", {n: 3, d: 2})
    square = point.evaluate(MatPow(A, 2))
    assert square == point.value("A") * point.value("A")
    assert point.evaluate(MatPow(A, 0)) == point.evaluate(Identity(n))
    with pytest.raises(MissingRuleError, match="no rule for the exponent n of a matrix"):
        point.evaluate(MatPow(A, n))


def test_entries_that_are_moved():
    """A ⊗ B and vec(A), entry by entry."""
    point = SETTING.point("field", {n: 3, d: 2})
    left, right = (
        np.array([[int(entry) for entry in row] for row in point.value(name).tolist()], object) for name in "AW"
    )
    kronecker = point.evaluate(algebra.Kronecker(A, W)).tolist()
    assert [[int(entry) for entry in row] for row in kronecker] == (np.kron(left, right) % PRIME).tolist()
    assert [int(entry) for entry in point.evaluate(Vec(W)).entries()] == right.T.ravel().tolist()
