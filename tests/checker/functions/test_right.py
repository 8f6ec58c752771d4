"""Right functions pass, in every convention and at every scale; what was taken for granted is said."""

import numpy as np
import pytest

import symlstm as sl
from symlstm.checker.functions import check_function
from symlstm.checker.report import Verdict
from tests.checker.functions import conventions, oracle, sequences

ROWS, COLUMNS = {"forward": oracle.row_forward}, {"forward": oracle.column_forward}
LAST = {"forward": conventions.last_axis_forward}
PEEPHOLE = sl.cell("lstm", peephole=True, layout="split")
RIGHT = {
    "row stack": (oracle.row_backward(), "lstm", ROWS, "i f o g"),
    "row stack, split cell": (oracle.row_backward(), sl.cell("lstm", layout="split"), ROWS, "i f o g"),
    "column dict": (oracle.column_backward(), "lstm", COLUMNS, "[h; x] joined"),
    "column dict, xh cell": (oracle.column_backward(), sl.cell("lstm", order="xh"), COLUMNS, "[h; x]"),
    "split columns": (conventions.split_columns, "lstm", {}, "column layout"),
    "keras": (conventions.keras_rows, "lstm", {}, "i f g o"),
    "torch, one bias": (conventions.torch_rows, "lstm", {}, "weights transposed"),
    "torch, two biases": (conventions.torch_rows, sl.cell("lstm", layout="split", biases=2), {}, "weights transposed"),
    "x first": (conventions.x_first, "lstm", {}, "[x; h] joined"),
    "vectors": (conventions.vectors, "lstm", {}, "one column at a time"),
    "rows over time": (sequences.rows_over_time_backward(), "lstm", {"forward": sequences.rows_over_time}, "c_0"),
    "columns over time": (sequences.bptt(), "lstm", {}, "a sequence"),
    "lists": (conventions.lists_over_time, "rnn", {}, "a sequence"),
    "time last": (conventions.last_axis_backward(True), "lstm", LAST, "time last"),
    "gru": (sequences.gru_backward(), "gru", {}, "column layout"),
    "peepholes": (sequences.peephole_backward(), PEEPHOLE, {}, "column layout"),
    "forward rows": (oracle.row_forward, "lstm", {}, "forward"),
    "forward columns": (oracle.column_forward, "lstm", {}, "forward"),
    "forward over time": (sequences.rows_over_time, "lstm", {}, "time in the middle axis"),
}  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_right(name: str) -> None:
    function, cell, options, assumption = RIGHT[name]
    report = check_function(function, cell, **options)
    assert report.verdict is Verdict.RIGHT, report.text()
    assert assumption in ", ".join(report.assumptions)
    assert report.quantities
    assert all(one.error is not None and one.error < 1e-9 for one in report.quantities)


def test_the_reference_is_not_derived_from_the_function() -> None:
    """A right pass of another cell is wrong for this one."""
    report = check_function(sequences.gru_backward(), sl.cell("gru", update="write"))
    assert report.verdict is Verdict.WRONG
    assert "update gate is swapped" in report.hint


def test_declared_arguments_and_results() -> None:
    def bprop(p, q, r, w):
        inner = p * (1 - q * q)
        return inner @ r.T, w[0].T @ inner, w[1].T @ inner

    by_place = {"arguments": ["seed_h", "h", "x", ("Wx", "Wh")], "results": ["d_Wx", "d_x", "d_h_prev"]}
    by_name = {**by_place, "arguments": {"p": "seed_h", "q": "h", "r": "x", "w": ("Wx", "Wh")}}
    for options in (by_place, by_name):
        report = check_function(bprop, "rnn", **options)
        assert report.verdict is Verdict.RIGHT, report.text()
        assert [one.name for one in report.quantities] == ["d_Wx", "d_x", "d_h_prev"]


def test_results_by_name() -> None:
    def bprop(dh, h, x):
        return {"first": (dh * (1 - h**2)) @ x.T, "second": None, "third": dh * 0}

    report = check_function(bprop, "rnn", results={"first": "Wx", "second": None, "third": None})
    assert report.verdict is Verdict.RIGHT
    assert [one.name for one in report.quantities] == ["first"]


def test_a_declared_order_is_taken_at_its_word() -> None:
    assert check_function(conventions.keras_rows, "lstm", gates="ifco").verdict is Verdict.RIGHT
    assert check_function(conventions.keras_rows, "lstm", gates="ifog").verdict is Verdict.WRONG


def test_a_declared_layout_is_taken_at_its_word() -> None:
    assert check_function(conventions.keras_rows, "lstm", layout="row").verdict is Verdict.RIGHT
    assert check_function(conventions.keras_rows, "lstm", layout="column").verdict is not Verdict.RIGHT


def test_the_last_step_alone_can_have_a_gradient() -> None:
    def bptt(xs, h0, dh_last, Wx, Wh, b):
        h = [h0]
        for x in xs:
            h.append(np.tanh(Wx @ x + Wh @ h[-1] + b))
        dWh, dh = np.zeros_like(Wh), dh_last
        for t in reversed(range(len(xs))):
            da = dh * (1 - h[t + 1] ** 2)
            dWh += da @ h[t].T
            dh = Wh.T @ da
        return {"dWh": dWh, "dh0": dh}

    report = check_function(bptt, "rnn")
    assert report.verdict is Verdict.RIGHT, report.text()
    assert "at t = T alone" in report.text()


def test_single_precision_is_said() -> None:
    def backward(dh, h, x):
        return {"dWx": ((dh * (1 - h**2)) @ x.T).astype(np.float32)}

    report = check_function(backward, "rnn")
    assert report.verdict is Verdict.RIGHT
    assert "computes in single precision" in report.notes


def test_clipping_is_said() -> None:
    def backward(dh, h, x):
        return {"dWx": np.clip((dh * (1 - h**2)) @ x.T, -0.5, 0.5)}

    report = check_function(backward, "rnn")
    assert report.verdict is Verdict.RIGHT
    assert any("clipped at ±0.5" in note for note in report.notes)
    assert report.quantities[0].verdict is Verdict.RIGHT


def test_a_method() -> None:
    class Layer:
        def backward(self, dh, h, x):
            return {"dWx": (dh * (1 - h**2)) @ x.T}

    assert check_function(Layer().backward, "rnn").verdict is Verdict.RIGHT
