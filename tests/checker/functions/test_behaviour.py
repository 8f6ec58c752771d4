"""What functions do otherwise: raise, print, overflow, change arguments, return too little; every case is one line."""

import json

import numpy as np
import pytest

import symlstm as sl
from symlstm.checker.functions import FunctionReport, check_file, check_function
from symlstm.checker.report import Verdict
from symlstm.errors import InputError, SymlstmError, UnknownNameError
from tests.checker.functions import oracle


def plainly(report: FunctionReport) -> str:
    """What is said, in one line."""
    said = report.message or report.hint
    assert said
    assert "\n" not in said
    return said


def test_a_function_that_raises() -> None:
    def backward(dh, h, x):
        return {"dWx": nothing @ x.T}  # noqa: F821

    report = check_function(backward, "rnn")
    assert report.verdict is Verdict.UNREADABLE
    assert "NameError" in plainly(report)
    assert "in line" in report.message
    assert "nothing @ x.T" in report.message


def test_shapes_that_never_fit() -> None:
    def backward(dh, h, x, Wx):
        return {"dx": Wx @ (dh * (1 - h**2)), "dWx": (dh * (1 - h**2)) @ x.T}

    report = check_function(backward, "rnn")
    assert report.verdict is Verdict.WRONG
    assert "transpose is missing in ∂L/∂x_t" in plainly(report)


def test_weights_that_may_be_stored_transposed() -> None:
    def backward(dh, h, Wx):
        return {"dx": Wx @ (dh * (1 - h**2))}

    report = check_function(backward, "rnn")
    assert report.verdict is Verdict.AMBIGUOUS
    assert "transpose" in report.hint


def test_an_unknown_argument() -> None:
    report = check_function(lambda dh, q: {"dx": q}, "rnn")
    assert report.verdict is Verdict.UNREADABLE
    assert "argument 'q'" in plainly(report)


def test_results_without_names() -> None:
    def backward(dh, h, x):
        return [dh, h, x]

    report = check_function(backward, "rnn")  # dh is right, and what h and x are to be nobody knows
    assert report.verdict is Verdict.UNDECIDED
    report = check_function(lambda dh, h, x: (dh * 2, x * 2), "rnn")
    assert report.verdict is Verdict.UNREADABLE
    assert "results=" in plainly(report)


def test_a_wrong_number_of_results() -> None:
    def backward(dh, h, x):
        return dh, h, x

    report = check_function(backward, "rnn", results=["dx", "dWx"])
    assert report.verdict is Verdict.UNREADABLE
    assert "it returned 3 values, expected 2" in plainly(report)


@pytest.mark.parametrize(("value", "words"), [(None, "None"), ("text", "no array"), (np.nan, "not finite")])
def test_no_numbers(value, words: str) -> None:
    def backward(dh, h, x):
        return {"dWx": dh @ x.T * value if isinstance(value, float) else value}

    report = check_function(backward, "rnn")
    assert report.verdict is Verdict.WRONG
    assert words in plainly(report)


def test_a_gradient_that_is_not_understood_leaves_it_open() -> None:
    def backward(dh, h, x):
        return {"dWx": (dh * (1 - h**2)) @ x.T, "dq": dh}

    report = check_function(backward, "rnn")
    assert report.verdict is Verdict.UNDECIDED
    assert "dq" in plainly(report)


def test_prints_and_changes_are_said_and_stay_inside(capsys: pytest.CaptureFixture[str]) -> None:
    def backward(dh, h, x):
        print("here")
        dh *= 1 - h**2
        return {"dWx": dh @ x.T}

    report = check_function(backward, "rnn")
    assert report.verdict is Verdict.RIGHT
    assert "prints while it runs" in report.notes
    assert "changes its argument dh in place" in report.notes
    assert capsys.readouterr().out == ""


def test_overflow() -> None:
    def careless(a):
        return np.exp(a) / (1 + np.exp(a))

    def step(x, h_prev, c_prev, Wf, bf, Wi, bi, Wo, bo, Wc, bc):
        z = np.vstack([h_prev, x])
        c = careless(Wf @ z + bf) * c_prev + careless(Wi @ z + bi) * np.tanh(Wc @ z + bc)
        h = careless(Wo @ z + bo) * np.tanh(c)
        return h, c

    report = check_function(step, "lstm")
    assert report.verdict is Verdict.WRONG
    assert "overflow" in plainly(report)


def test_a_function_for_one_column() -> None:
    """Without a word of a batch a function is about one column; the report says so."""

    def backward(dh, h, x):
        da = dh * (1 - h**2)
        dWx, db = da @ x.T, da
        return dWx, db

    report = check_function(backward, "rnn")
    assert report.verdict is Verdict.RIGHT
    assert any("right for one column alone" in note for note in report.notes)
    assert "one column at a time" in report.text()


def test_rows_without_a_word_of_a_batch() -> None:
    def backward(dh, h, x):
        da = dh * (1 - h**2)
        dWx, db = x.T @ da, da
        return dWx, db

    report = check_function(backward, "rnn")
    assert report.verdict is Verdict.AMBIGUOUS
    assert check_function(backward, "rnn", sizes={"B": 1}).verdict is Verdict.RIGHT


def test_a_batch_that_goes_through_in_part() -> None:
    def backward(dh, h, x):
        da = dh * (1 - h**2)
        dWx, db = np.outer(da, x), np.sum(da, axis=1, keepdims=True)
        return dWx, db

    report = check_function(backward, "rnn")
    assert report.verdict is Verdict.AMBIGUOUS
    assert "dWx has shape (6, 10), expected (3, 5)" in plainly(report)


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"sizes": {"q": 1}}, UnknownNameError), ({"sizes": {"n": 0}}, InputError), ({"seed": -1}, InputError),
        ({"layout": "diagonal"}, InputError), ({"kind": "loop"}, InputError), ({"direction": "up"}, InputError),
        ({"gates": "hh"}, InputError), ({"arguments": {"zz": "x"}}, InputError), ({"results": 3}, InputError),
        ({"arguments": {"dh": "zzz"}}, InputError),
    ],
)  # fmt: skip
def test_options_that_cannot_be_used(options, error) -> None:
    def backward(dh, h, x):
        return {"dWx": dh @ x.T}

    with pytest.raises(error):
        check_function(backward, "rnn", **options)


@pytest.mark.parametrize("cell", [3, sl.backprop(sl.cell("rnn")), sl.over_time(sl.cell("rnn")), "no such cell"])
def test_what_is_no_cell(cell) -> None:
    with pytest.raises(SymlstmError):
        check_function(lambda x: x, cell)


@pytest.mark.parametrize("cell", list(sl.CELLS))
def test_every_cell_can_be_asked_about(cell: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("symlstm.checker.functions.diagnosis._SECONDS", 0.3)

    def backward(dh, x, h):
        return {"dx": dh[:1] * x, "dh_prev": h}

    assert check_function(backward, cell).verdict in (Verdict.WRONG, Verdict.UNREADABLE)


def test_formats() -> None:
    report = check_function(oracle.row_backward("three gates"), "lstm", forward=oracle.row_forward)
    data = json.loads(report.json())
    assert data["schema"] == 1
    assert data["verdict"] == "wrong"
    wrong = next(one for one in data["quantities"] if one["name"] == "dprev_h")
    assert wrong["verdict"] == "wrong"
    assert wrong["shape"] == [2, 3]
    assert wrong["error"] > 1e-3
    assert "| `dprev_h` | wrong |" in report.markdown()
    assert "gate g is missing" in report.text()
    assert str(report) == report.text()


SOURCE = """
import numpy as np

def step_forward(x, h_prev, W, b):
    h = np.tanh(W @ np.vstack([h_prev, x]) + b)
    return h, (x, h_prev, h, W)

def step_backward(dh, cache):
    x, h_prev, h, W = cache
    da = dh * (1 - h)
    dW = da @ np.vstack([h_prev, x]).T
    return dW
"""


def test_a_file(tmp_path) -> None:
    path = tmp_path / "mine.py"
    path.write_text(SOURCE)
    report = check_file(path, "step_backward", "rnn")
    assert report.verdict is Verdict.WRONG
    assert "the square is lost" in report.hint
    path.write_text(SOURCE.replace("1 - h)", "1 - h**2)"))
    assert check_file(path, "step_backward", "rnn", forward="step_forward").verdict is Verdict.RIGHT
    assert [one.name for one in tmp_path.iterdir()] == ["mine.py"]


@pytest.mark.parametrize(
    ("source", "words"),
    [("x = 1\ny = z\n", r"mine\.py:2: running it raised NameError"), ("def f(:\n", r"mine\.py:1: SyntaxError")],
)
def test_a_file_that_fails(tmp_path, source: str, words: str) -> None:
    path = tmp_path / "mine.py"
    path.write_text(source)
    with pytest.raises(InputError, match=words):
        check_file(path, "f", "rnn")


def test_a_file_without_the_function(tmp_path) -> None:
    path = tmp_path / "mine.py"
    path.write_text("def g(x):\n    return x\n")
    with pytest.raises(UnknownNameError, match="known: g"):
        check_file(path, "f", "rnn")
    with pytest.raises(InputError, match="no such file"):
        check_file(tmp_path / "other.py", "f", "rnn")
