"""What is set in a System, what is defined on top of it, and the points that are kept."""

import pytest
from sympy import MatrixSymbol

import symlstm as sl
from symlstm.algebra import add, d, hadamard, matmul, n, one_minus
from symlstm.checker.identity.counterexample import Counterexample
from symlstm.checker.identity.decide import decide
from symlstm.checker.identity.same import Same
from symlstm.checker.identity.setting import Setting, setting_of
from symlstm.errors import InputError, ShapeError, UnknownNameError

BACK = sl.backprop(sl.cell("lstm", layout="split"))
SETTING = setting_of(BACK)
q = BACK.symbols


def test_right_only_if_something_is_zero():
    wrong = add(matmul(q["W_f"], q["x"]), matmul(q["U_f"], q["h_prev"]))
    assert isinstance(decide(q["a_f"], wrong, SETTING), Counterexample)
    assert isinstance(decide(q["a_f"], wrong, SETTING.with_values({"b_f": "zero"})), Same)
    assert isinstance(decide(q["a_f"], matmul(q["W_f"], q["x"]), SETTING.with_values({"b_f": "zero"})), Counterexample)
    both = SETTING.with_values({"b_f": "zero"}).with_values({"h_prev": "zero"})
    assert isinstance(decide(q["a_f"], matmul(q["W_f"], q["x"]), both), Same)


def test_what_an_equation_defines_can_be_set_too():
    coupled = SETTING.with_values({"i": one_minus(q["f"])})
    claim = add(hadamard(q["f"], q["c_prev"]), hadamard(one_minus(q["f"]), q["g"]))
    assert isinstance(decide(q["c"], claim, coupled), Same)
    assert isinstance(decide(q["c"], claim, SETTING), Counterexample)
    with pytest.raises(InputError, match="^c would depend on itself; set it to something that comes before it$"):
        SETTING.with_values({"f": q["c"]}).ancestors("c")


def test_counterexamples_hold_where_something_is_set():
    setting = SETTING.with_values({"c_prev": "zero"})
    shown = decide(q["d_a_f"], hadamard(q["d_c"], q["f"]), setting)
    assert isinstance(shown, Counterexample)
    assert "c_prev" not in shown.leaves
    assert shown.left == "0"


def test_definitions():
    setting = SETTING.extend("s", one_minus(q["f"])).extend("r", hadamard(q["f"], MatrixSymbol("s", n, 1)))
    s, r = MatrixSymbol("s", n, 1), MatrixSymbol("r", n, 1)
    assert isinstance(decide(q["d_a_f"], hadamard(q["d_c"], q["c_prev"], r), setting), Same)
    shown = decide(s, r, setting)
    assert isinstance(shown, Counterexample)
    assert set(shown.values) == {"s", "r"}
    assert set(shown.leaves) == {"W_f", "x", "U_f", "h_prev", "b_f"}
    with pytest.raises(InputError, match="^f is defined already"):
        SETTING.extend("f", q["i"])


def test_a_symbol_of_which_nothing_is_known():
    setting = SETTING.with_leaf("target", (n, 1))
    target = MatrixSymbol("target", n, 1)
    assert isinstance(decide(add(target, q["h"]), add(q["h"], target), setting), Same)
    assert isinstance(decide(target, q["h"], setting), Counterexample)


def test_settings_and_points_are_kept():
    assert setting_of(BACK) is setting_of(sl.backprop(sl.cell("lstm", layout="split")))
    assert SETTING.with_values({"b_f": "zero"}) is SETTING.with_values({"b_f": "zero"})
    assert SETTING.with_leaf("t", (n, 1)) is SETTING.with_leaf("t", (n, 1))
    assert SETTING.point("field", {n: 3, d: 2}) is SETTING.point("field", {n: 3, d: 2})
    fresh = Setting(BACK).point("field", {n: 3, d: 2})
    assert fresh.value("d_W_f") == SETTING.point("field", {n: 3, d: 2}).value("d_W_f")


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"b_q": "zero"}, UnknownNameError, "^unknown quantity 'b_q'"),
        ({"b_f": "nought"}, InputError, "^b_f: expected one of zero, one, identity or an expression, got 'nought'$"),
        ({"b_f": q["x"]}, ShapeError, r"^b_f: expected a value of shape \(n, 1\), got \(d, 1\)$"),
    ],
)
def test_what_does_not_fit(changes, error, message):
    with pytest.raises(error, match=message):
        SETTING.with_values(changes)


def test_the_bias_of_a_batch():
    back = sl.backprop(sl.batched(sl.cell("lstm", layout="split"), "B"))
    setting = setting_of(back)
    sizes = decide(back["d_b_f"].lhs, back["d_b_f"].rhs, setting).sizes
    assert {str(symbol) for symbol in sizes} == {"n", "d", "B"}
    assert len(set(sizes.values())) == 3
    assert min(sizes.values()) > 1
