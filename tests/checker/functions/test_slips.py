"""Every kind of slip is found and named; the pass that it bends is right without it."""

import numpy as np
import pytest

import symlstm as sl
from symlstm.checker.functions import check_function
from symlstm.checker.report import Verdict
from tests.checker.functions import conventions, oracle, sequences
from tests.checker.functions.test_right import PEEPHOLE

ROWS = {
    "no carry": "no carry of δC: the recurrent cell path",
    "tanh square lost": "the square is lost: 1 − tanh(c)",
    "tanh forgotten": "1 − tanh²(c) is forgotten",
    "tanh instead": "tanh instead of its derivative",
    "h for c": "wrong state: h_{t-1} stands where c_{t-1} belongs in ∂L/∂a_f",
    "c for c_prev": "c_t stands where c_{t-1} belongs in ∂L/∂a_f",
    "sigmoid of f": "σ(f) stands where σ′",
    "doubled": "σ′ is applied to the already activated gate o",
    "doubled at all": "doubled activation",
    "slope forgotten": "the derivative of the sigmoid is forgotten: i ⊙ (1 − i) is missing",
    "wrong slope": "the derivative of the wrong gate: that of f stands where that of i belongs",
    "sign": "the sign of ∂L/∂a_o is wrong",
    "gate order": "stacked in another order than the weights",
    "h_t": "h_t stands where h_{t-1} belongs in the gradients of the weights",
    "three gates": "gate g is missing in the sum for ∂L/∂h_{t-1}",
    "mean": "the mean over the batch stands where the sum belongs",
    "no sum": "the sum over the batch is missing",
    "reversed": "the outer product is reversed",
}
COLUMNS = {
    "brackets": "brackets are missing",
    "candidate": "tanh′ is applied to the already activated g",
    "one plus": "i ⊙ (1 + i) stands where i ⊙ (1 − i) belongs",
    "U for its transpose": "a transpose is missing in ∂L/∂h_{t-1}",
    "gate in x": "gate o is missing in the sum for ∂L/∂x_t",
    "no f": "it is the gradient of c_t",
    "unsummed f": "dbf: the sum over the batch is missing",
    "unsummed": "the sum over the batch is missing",
    "joined order": "concatenation order",
    "mean": "the mean over the batch stands where the sum belongs",
    "no transpose": "the transpose is missing in ∂L/∂W_f",
}
ROWS_OVER_TIME = {
    "no hidden path": "the recurrent hidden path, ∂L/∂h_t from step t + 1, is forgotten",
    "no cell path": "no carry of δC: the recurrent cell path",
    "= for +=": "`=` for `+=`: the sum over t is missing",
    "last step": "only the term of the last step",
    "doubled": "doubled activation",
    "h_t": "h_t stands where h_{t-1} belongs",
}
COLUMNS_OVER_TIME = {
    "c_t": "wrong time index: c_t stands where c_{t-1} belongs",
    "h_t": "h_t stands where h_{t-1} belongs in the gradients of the weights",
    "f index": "wrong time index: f of step t−1",
}
GRU = {
    "update swapped": "the update gate is swapped: z stands for 1 − z",
    "coupled term": "the coupled-gate term of z is forgotten",
    "r forgotten": "the factor r is missing in ∂L/∂h_{t-1}",
    "reset path": "the reset path is forgotten",
    "direct path": "the direct path is missing in ∂L/∂h_{t-1}",
}
PEEPHOLES = {
    "output peephole": "the peephole path of gate o is forgotten in ∂L/∂c_t",
    "peephole of f": "gate f is missing in the sum for ∂L/∂c_{t-1}",
    "c_prev": "c_{t-1} stands where c_t belongs",
}
OVER_TIME = (sequences.rows_over_time_backward, sequences.rows_over_time)
CASES = [
    *(("lstm", oracle.row_backward, oracle.row_forward, bend, hint) for bend, hint in ROWS.items()),
    *(("lstm", oracle.column_backward, oracle.column_forward, bend, hint) for bend, hint in COLUMNS.items()),
    *(("lstm", *OVER_TIME, bend, hint) for bend, hint in ROWS_OVER_TIME.items()),
    *(("lstm", sequences.bptt, None, bend, hint) for bend, hint in COLUMNS_OVER_TIME.items()),
    *(("gru", sequences.gru_backward, None, bend, hint) for bend, hint in GRU.items()),
    *((PEEPHOLE, sequences.peephole_backward, None, bend, hint) for bend, hint in PEEPHOLES.items()),
]  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "factory", "forward", "bend", "hint"), CASES, ids=[f"{c[1].__name__} {c[3]}" for c in CASES]
)
def test_a_slip_is_named(cell, factory, forward, bend, hint) -> None:
    report = check_function(factory(bend), cell, forward=forward)
    assert report.verdict is Verdict.WRONG, report.text()
    assert hint in report.hint, report.text()
    assert any(one.verdict is Verdict.WRONG and one.hint for one in report.quantities)


def test_what_is_right_beside_a_slip_is_said_so() -> None:
    report = check_function(oracle.row_backward("three gates"), "lstm", forward=oracle.row_forward)
    assert [one.name for one in report.quantities if one.verdict is Verdict.WRONG] == ["dprev_h"]


def test_two_slips_are_both_named() -> None:
    report = check_function(oracle.row_backward("two slips"), "lstm", forward=oracle.row_forward)
    assert report.verdict is Verdict.WRONG
    assert "i ⊙ (1 − i) is missing" in report.hint
    assert "1 − g stands where 1 − g² belongs" in report.hint


def test_a_published_sequence_without_the_hidden_path() -> None:
    """A well-known course's loop hands da[:, :, t] alone to the step."""
    report = check_function(conventions.last_axis_backward(False), "lstm", forward=conventions.last_axis_forward)
    assert report.verdict is Verdict.WRONG
    assert "the recurrent hidden path" in report.hint


def test_the_gradient_of_the_net_input_is_not_that_of_the_gate() -> None:
    def backward(dh, dc, c, o, c_prev, f):
        total = dc + dh * o * (1 - np.tanh(c) ** 2)
        return {"df": total * c_prev * f * (1 - f), "dc_prev": total * f}

    report = check_function(backward, "lstm")
    assert report.verdict is Verdict.WRONG
    assert "the gradient with respect to the net input, a_f, is given for that of the gate f" in report.hint


def test_a_coupled_gate() -> None:
    def backward(dc, g, c_prev, i):
        return {"da_i": dc * g * i * (1 - i)}

    report = check_function(backward, sl.cell("lstm", coupled=True))
    assert report.verdict is Verdict.WRONG
    assert "the coupled-gate term of i is forgotten" in report.hint or "a path is forgotten" in report.hint


def test_a_gradient_from_the_next_step_that_is_not_added() -> None:
    def backward(dh, dh_next, dc_next, c, o, f):
        return {"dc_prev": (dc_next + dh * o * (1 - np.tanh(c) ** 2)) * f}

    report = check_function(backward, "lstm")
    assert report.verdict is Verdict.WRONG
    assert "the recurrent hidden path" in report.hint


def test_a_step_that_hands_on_what_it_never_took() -> None:
    def backward(dh, c, o, f):
        return {"dc_prev": dh * o * (1 - np.tanh(c) ** 2) * f}

    report = check_function(backward, "lstm")
    assert report.verdict is Verdict.WRONG
    assert "no carry of δC" in report.hint


def forward_step(bend):
    def lstm(x, h_prev, c_prev, W, b):
        n = h_prev.shape[0]
        a = W @ np.vstack([h_prev, x]) + (0 if bend == "bias outside" else b)
        f, i, o, g = (oracle.sigmoid(a[k * n : (k + 1) * n]) for k in range(4))
        if bend != "sigmoid":
            g = np.tanh(a[3 * n :])
        if bend == "bias outside":
            f, i, o, g = (gate + b[k * n : (k + 1) * n] for k, gate in enumerate((f, i, o, g)))
        c = f * c_prev + i * g
        h = o * (c if bend == "no tanh" else np.tanh(c))
        return h, c

    return lstm


@pytest.mark.parametrize(
    ("bend", "hint"),
    [
        ("bias outside", "the bias stands outside the activation"),
        ("no tanh", "tanh is forgotten: c_t itself"),
        ("sigmoid", "sigmoid stands where tanh belongs at gate g"),
    ],
)
def test_forward_slips(bend: str, hint: str) -> None:
    report = check_function(forward_step(bend), "lstm")
    assert report.verdict is Verdict.WRONG
    assert hint in report.hint
    assert check_function(forward_step(""), "lstm").verdict is Verdict.RIGHT


def vectors_over_time(bend):
    def bptt(x, dh, W, b):
        T, d = x.shape
        n = dh.shape[1]
        h, c, gates = np.zeros((T + 1, n)), np.zeros((T + 1, n)), []
        for t in range(T):
            a = W @ np.concatenate([x[t], h[t - 1]]) + b
            f, i, o, g = (oracle.sigmoid(a[k * n : (k + 1) * n]) for k in range(4))
            g = np.tanh(a[3 * n :])
            c[t] = f * c[t - 1] + i * g
            h[t] = o * np.tanh(c[t])
            gates.append((f, i, o, g))
        dW, db, dh_next, dc_next = np.zeros_like(W), np.zeros_like(b), np.zeros(n), np.zeros(n)
        for t in range(T)[::-1]:
            f, i, o, g = gates[t]
            total = dh[t] + dh_next
            dc = total * o * (1 - np.tanh(c[t]) ** 2) + (0 if bend == "no cell path" else dc_next)
            da_c = dc * i * (1 - g**2)
            da_f, da_i, da_o = dc * c[t - 1] * f * (1 - f), dc * g * i * (1 - i), total * np.tanh(c[t]) * o * (1 - o)
            da = np.concatenate([da_f, da_i, da_o, da_c])
            outer = np.outer(da, np.concatenate([x[t], h[t - 1]]))
            dW = outer if bend == "= for +=" else dW + outer
            db += da
            dh_next, dc_next = (W.T @ da)[d:], dc * f
        return dW, db

    return bptt


@pytest.mark.parametrize("bend", ["no cell path", "= for +="])
def test_a_stack_whose_order_nobody_told(bend: str) -> None:
    """Where no gradient is right the order of a stack shows in what a single slip explains."""
    assert check_function(vectors_over_time(""), "lstm").verdict is Verdict.RIGHT
    report = check_function(vectors_over_time(bend), "lstm")
    assert report.verdict is Verdict.WRONG
    assert ROWS_OVER_TIME[bend] in report.hint
    assert "gates in the order f i o g" in report.text()
    assert "[x; h] joined" in report.text()


def test_the_reset_after_the_product() -> None:
    def backward(dh, x, h_prev, W_r, U_r, b_r, W_z, U_z, b_z, W_h, U_h, b_h):
        r, z = oracle.sigmoid(W_r @ x + U_r @ h_prev + b_r), oracle.sigmoid(W_z @ x + U_z @ h_prev + b_z)
        g = np.tanh(W_h @ x + r * (U_h @ h_prev) + b_h)
        da_g = dh * (1 - z) * (1 - g**2)
        return {"dW_h": da_g @ x.T, "dU_h": (da_g * r) @ h_prev.T}

    assert check_function(backward, sl.cell("gru", reset="after")).verdict is Verdict.RIGHT
    report = check_function(backward, sl.cell("gru", layout="split"))
    assert report.verdict is Verdict.WRONG
    assert "r is multiplied after the product with U_g" in report.hint


def test_an_unknown_slip_is_not_given_a_name() -> None:
    def backward(dh, h, x):
        return {"dWx": (dh * (1 - h**3)) @ x.T}

    report = check_function(backward, "rnn")
    assert report.verdict is Verdict.WRONG
    assert "no known slip" in report.hint


@pytest.mark.parametrize("size", [1e-6, 1e-9])
def test_a_small_error_is_an_error(size: float) -> None:
    def backward(dh, h, x):
        return {"dWx": (dh * (1 - h**2)) @ x.T * (1 + size)}

    assert check_function(backward, "rnn").verdict is Verdict.WRONG
