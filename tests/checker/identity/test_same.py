"""Identities are found the same, equations that do not hold are shown wrong by numbers that NumPy confirms."""

from fractions import Fraction

import numpy as np
import pytest
from sympy import MatMul, Rational

import symlstm as sl
from symlstm.algebra import add, matmul, ones, scale
from symlstm.checker.identity.counterexample import Counterexample, counterexample
from symlstm.checker.identity.decide import decide
from symlstm.checker.identity.same import Different, NoVerdict, Same, same
from symlstm.checker.identity.setting import Setting, setting_of
from symlstm.errors import ShapeError
from tests.checker.identity.free import (
    FALSE,
    LEAVES,
    PIECES,
    SETTING,
    SMOOTH,
    A,
    C,
    D,
    E,
    W,
    a,
    of,
    standard,
    system_of,
)


@pytest.mark.parametrize("name", SMOOTH)
def test_identities(name):
    found = same(*SMOOTH[name], SETTING)
    assert isinstance(found, Same), found
    assert found.bits >= 60
    assert not found.pieces
    assert f"below 2^-{found.bits}; sizes n = {next(iter(found.sizes.values()))}" in found.bound


@pytest.mark.parametrize("name", PIECES)
def test_identities_of_pieces(name):
    found = same(*PIECES[name], SETTING)
    assert isinstance(found, Same), found
    assert found.bits >= 20
    assert found.points >= 20
    assert "pieces chosen at random" in found.bound


@pytest.mark.parametrize("name", FALSE)
def test_what_is_false_has_a_counterexample(name):
    left, right = FALSE[name]
    assert isinstance(same(left, right, SETTING), Different)
    shown = decide(left, right, SETTING)
    assert isinstance(shown, Counterexample)
    values = {**{str(symbol.name): zero(symbol, shown) for symbol in LEAVES}, **as_arrays(shown)}
    results = sl.lambdify(system_of(left, right))(**values)
    for side, result in ((shown.left, results["y0"]), (shown.right, results["y1"])):
        assert float(side) == pytest.approx(np.atleast_2d(result)[shown.entry], rel=1e-5)
    assert shown.left != shown.right
    assert f"left {shown.left}, right {shown.right}" in shown.text()


def as_arrays(shown):
    return {name: np.array([[float(number) for number in row] for row in rows]) for name, rows in shown.leaves.items()}


def zero(symbol, shown):
    """Zeros for what a counterexample does not depend on, at its sizes, those it does not speak of being 1."""
    shape = [side.subs(shown.sizes) for side in symbol.shape]
    return np.zeros([int(side.subs(dict.fromkeys(side.free_symbols, 1))) for side in shape])


def test_numbers_are_short_decimals():
    shown = counterexample(of("sigmoid", a), of("tanh", a), SETTING)
    assert shown.text() == "n = 1: a = 0.5: left 0.622459, right 0.462117"
    assert shown.leaves == {"a": ((Fraction(1, 2),),)}


def test_the_smallest_sizes_come_first():
    assert list(counterexample(A, scale(2, A), SETTING).sizes.values()) == [1]
    assert list(counterexample(MatMul(A, C), MatMul(C, A), SETTING).sizes.values()) == [2]
    assert list(counterexample(standard(A, C, D, E), scale(2, standard(A, C, D, E)), SETTING).sizes.values()) == [3]


def test_close_numbers_get_the_digits_that_tell_them_apart():
    shown = counterexample(a, add(a, scale(1e-9, of("exp", a))), SETTING)
    left, right = float(shown.left), float(shown.right)
    assert right - left == pytest.approx(1e-9 * np.exp(left), rel=0.5)


def test_no_counterexample_to_what_holds():
    for left, right in SMOOTH.values():
        assert counterexample(left, right, SETTING) is None


def test_sizes_exceed_half_the_longest_word():
    for factors in ((A, C), (A, C, D), (A, C, D, E), (A, C, D, E, A, C)):
        assert same(MatMul(*factors), MatMul(*factors), SETTING).sizes[SETTING.symbols[0]] > len(factors) / 2
    assert same(standard(A, C, D, E), scale(1, standard(A, C, D, E)), SETTING).sizes[SETTING.symbols[0]] >= 5


def test_sizes_are_different_and_larger_than_one():
    sizes = same(matmul(W, W.T), matmul(W, W.T), SETTING).sizes
    assert len(set(sizes.values())) == len(sizes)
    assert min(sizes.values()) > 1


def test_shapes_have_to_be_the_same():
    with pytest.raises(ShapeError, match=r"^comparison: the shapes differ: a is \(n, 1\), W is \(n, d\)$"):
        same(a, W, SETTING)


def test_what_the_field_does_not_know_is_no_verdict():
    """exp(a/11)¹¹ = exp(a) is true, but an eleventh of an argument is not in the table."""
    part = of("exp", scale(Rational(1, 11), a))
    found = decide(sl.algebra.power(part, 11), of("exp", a), SETTING)
    assert isinstance(found, NoVerdict)
    assert "no real numbers were found" in found.reason


def test_division_by_zero_everywhere_is_no_verdict():
    zero = add(a, scale(-1, a))
    found = decide(sl.algebra.power(zero, -1), sl.algebra.power(zero, -1), SETTING)
    assert isinstance(found, NoVerdict)


def test_a_claim_leaves_nothing_behind():
    """The exponentials of one claim are forgotten: the next one is judged as in a fresh setting."""
    setting = Setting(SETTING.system)
    first = same(*SMOOTH["exp(a + b + u)"], setting)
    for name in ("log Σ exp shifts", "softmax by log Σ exp", "SiLU", "exp(a) exp(b) exp(u)", "exp(log σ(a)) = σ(a)"):
        same(*SMOOTH[name], setting)
    assert same(*SMOOTH["exp(a + b + u)"], setting) == first


def test_a_claim_decides_nothing_for_the_system():
    """exp(2 a) of a claim is forgotten, so what the System's own σ(a) is made of must not lean on it."""
    system = sl.cell("lstm")
    setting = Setting(system)
    net, gate = system["a_f"].lhs, system["f"].lhs
    assert isinstance(same(of("exp", scale(2, net)), gate, setting), Different)
    assert isinstance(same(gate, of("sigmoid", net), setting), Same)


@pytest.mark.parametrize("name", sl.CELLS)
def test_equations_of_cells_hold(name):
    system = sl.backprop(sl.cell(name))
    setting = setting_of(system)
    for line in system.lines:
        found = same(line.lhs, line.rhs, setting)
        assert isinstance(found, Same), (line.name, found)
        assert found.bits >= (8 if found.pieces else 60)


@pytest.mark.parametrize("name", ["lstm", "gru", "gers-2002", "layernorm-lstm", "slstm"])
def test_wrong_equations_of_cells_do_not(name):
    """Twice an equation, and the equation with a sign turned or a term more, are shown wrong."""
    system = sl.backprop(sl.cell(name))
    setting = setting_of(system)
    for line in system.lines:
        for wrong in (scale(2, line.rhs), add(line.rhs, ones(line.shape))):
            assert isinstance(decide(line.lhs, wrong, setting), Counterexample), line.name
