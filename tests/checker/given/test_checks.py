"""Texts that give their own cell: their gradient lines are judged against it, whatever the letters."""

import re

import pytest

import symlstm as sl
from symlstm.checker.checking import check
from symlstm.checker.report import Verdict
from symlstm.system import System
from tests.checker.given.texts import CASES, ROWS

HIGHWAY = r"""q_t = \sigma(A s_{t-1} + B e_t + a) \\ m_t = \tanh(C (q_t \odot s_{t-1}) + D e_t) \\
s_t = q_t \odot m_t + (1 - q_t) \odot s_{t-1} \\ """

LINES = {
    "an own cell": (
        HIGHWAY,
        {
            r"\nabla_{m_t}L = \nabla_{s_t}L \odot q_t": "right",
            r"\nabla_{m_t}L = \nabla_{s_t}L \odot (1 - q_t)": "wrong",
            r"\nabla_{D}L = \left(\nabla_{m_t}L \odot (1 - m_t^2)\right) e_t^\top": "right",
            r"\nabla_{D}L = \left(\nabla_{m_t}L \odot (1 - m_t)\right) e_t^\top": "wrong",
            r"\nabla_{C}L = \left(\nabla_{m_t}L \odot (1 - m_t^2)\right) (q_t \odot s_{t-1})^\top":
                "right",
            r"\nabla_{C}L = \left(\nabla_{m_t}L \odot (1 - m_t^2)\right) s_{t-1}^\top": "wrong",
            r"\nabla_{q_t}L = \nabla_{s_t}L \odot (m_t - s_{t-1})": "wrong",  # m_t sees q_t
            r"\nabla_{q_t}L = \nabla_{s_t}L \odot (m_t - s_{t-1})"
            r" + \left(C^\top \left(\nabla_{m_t}L \odot (1 - m_t^2)\right)\right) \odot s_{t-1}": "right",
        },
    ),
    "LSTM of one published style": (
        CASES["concat with tildes"][0] + r" \\ ",
        {
            r"\nabla_{o_t}L = \nabla_{h_t}L \odot \tanh(C_t)": "right",
            r"\nabla_{o_t}L = \nabla_{h_t}L \odot C_t": "wrong",
            r"\nabla_{f_t}L = \nabla_{C_t}L \odot C_{t-1}": "right",
            r"\nabla_{f_t}L = \nabla_{C_t}L \odot C_t": "wrong",
            r"\nabla_{W_C}L = \nabla_{\tilde{C}_t}L \odot (1 - \tilde{C}_t^2)"
            r" [h_{t-1}, x_t]^\top": "right",
            r"\nabla_{b_C}L = \nabla_{C_t}L \odot i_t": "wrong",
        },
    ),
    "rows": (
        ROWS["PyTorch RNN"][0] + r" \\ ",
        {
            r"\nabla_{b_{ih}}L = \nabla_{h_t}L \odot (1 - h_t^2)": "right",
            r"\nabla_{W_{ih}}L = \left(\nabla_{h_t}L \odot (1 - h_t^2)\right)^\top x_t": "right",
            r"\nabla_{W_{ih}}L = x_t^\top \left(\nabla_{h_t}L \odot (1 - h_t^2)\right)": "wrong",
        },
    ),
    "weights transposed": (
        r"h_t = \tanh(W^\top x_t + U^\top h_{t-1} + b) \\ ",
        {
            r"\nabla_{W}L = x_t \left(\nabla_{h_t}L \odot (1 - h_t^2)\right)^\top": "right",
            r"\nabla_{W}L = \left(\nabla_{h_t}L \odot (1 - h_t^2)\right) x_t^\top": "wrong",
        },
    ),
    "primes": (
        r"f = \sigma(W x + U h) \\ h' = f \odot h + (1 - f) \odot \tanh(V x) \\ ",
        {
            r"\nabla_{f}L = \nabla_{h'}L \odot (h - \tanh(V x))": "right",
            r"\nabla_{f}L = \nabla_{h'}L \odot (h' - \tanh(V x))": "wrong",
            r"\nabla_{f}L = \nabla_{h}L \odot (h - \tanh(V x))": "wrong",
        },
    ),
    "letters with other meanings elsewhere": (
        r"r_t = \sigma(W x_t + U f_{t-1}) \\ f_t = r_t \odot f_{t-1} + (1 - r_t) \odot x_t \\ ",
        {
            r"\nabla_{r_t}L = \nabla_{f_t}L \odot (f_{t-1} - x_t)": "right",
            r"\nabla_{r_t}L = \nabla_{f_t}L \odot (h_{t-1} - x_t)": "unreadable",
            r"\nabla_{z_t}L = \nabla_{f_t}L \odot (f_{t-1} - x_t)": "unreadable",
        },
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("style", "line", "verdict"),
    [(style, line, verdict) for style, (_, lines) in LINES.items() for line, verdict in lines.items()],
)
def test_lines_are_judged_against_the_cell_of_the_text(style: str, line: str, verdict: str) -> None:
    cell = LINES[style][0]
    text = cell.replace(r"\begin{aligned}", "").replace(r"\end{aligned}", "").replace("&", "")
    text += re.sub(r"\\nabla_\{((?:[^{}]|\{[^{}]*\})*)\}L", r"\\frac{\\partial L}{\\partial \1}", line)
    report = check(text)
    assert [str(claim.verdict) for claim in report.claims] == [verdict], [claim.message for claim in report.claims]
    assert bool(report.claims[0].counterexample or report.claims[0].message) or verdict == "right"


def test_plain_text() -> None:
    cell = CASES["plain LSTM"][0]
    report = check(
        f"{cell}\ndo = dh * tanh(c)\ndf = dc * c_prev\ndi = dc * g\ndW_f = (df * f * (1 - f)) x^T\ndf = dc * c"
    )
    assert [str(claim.verdict) for claim in report.claims] == ["right", "right", "unreadable", "right", "wrong"]


def test_over_time() -> None:
    cell = r"h_t = \tanh(W x_t + U h_{t-1} + b) \\ "
    right = r"\frac{\partial L}{\partial b} = \sum_t \frac{\partial L}{\partial h_t} \odot (1 - h_t^2)"
    wrong = r"\frac{\partial L}{\partial b} = \sum_t \frac{\partial L}{\partial h_t} \odot (1 - h_t)"
    assert check(cell + right).verdict is Verdict.RIGHT
    assert check(cell + wrong).verdict is Verdict.WRONG


def test_a_later_equation_of_a_name_is_a_claim() -> None:
    cell = r"h_t = \tanh(W x_t + U h_{t-1}) \\ "
    assert check(cell + r"h_t = \tanh(U h_{t-1} + W x_t)").verdict is Verdict.RIGHT
    assert check(cell + r"h_t = \tanh(U h_{t-1} - W x_t)").verdict is Verdict.WRONG


def test_later_sides_of_a_chain_are_claims_and_may_name_a_net_input() -> None:
    text = r"h_t = \tanh(W x_t + U h_{t-1}) = \tanh(\hat{h}_t) \\ "
    line = r"\frac{\partial L}{\partial \hat{h}_t} = \frac{\partial L}{\partial h_t} \odot (1 - h_t^2)"
    assert [claim.step for claim in check(text + line).claims] == [2, 1]
    assert check(text + line).verdict is Verdict.RIGHT
    wrong = r"h_t = \tanh(W x_t + U h_{t-1}) = 2 \sigma(W x_t + U h_{t-1}) - 1"
    assert check(wrong).verdict is Verdict.WRONG
    right = r"h_t = \tanh(W x_t + U h_{t-1}) = 2 \sigma(2 W x_t + 2 U h_{t-1}) - 1"
    assert check(right).verdict is Verdict.RIGHT


def test_equations_alone_claim_nothing() -> None:
    report = check(CASES["GRU, reset before, keep"][0])
    assert report.verdict is Verdict.UNREADABLE
    assert "nothing is claimed" in report.claims[0].message


def test_a_text_without_a_cell_says_what_is_missing() -> None:
    report = check(r"\frac{\partial L}{\partial o_t} = \frac{\partial L}{\partial h_t} \odot \tanh(C_t)")
    assert report.verdict is Verdict.UNREADABLE
    assert "forward equations" in report.claims[0].message


def test_given_lines_define_the_cell() -> None:
    line = r"\frac{\partial L}{\partial b} = \frac{\partial L}{\partial h_t} \odot (1 - h_t^2)"
    assert check(line, given=[r"h_t = \tanh(W x_t + U h_{t-1} + b)"]).verdict is Verdict.RIGHT
    assert check(line, given=[r"h_t = \sigma(W x_t + U h_{t-1} + b)"]).verdict is Verdict.WRONG


def test_what_hangs_on_a_loss_that_is_not_read_is_not_called_wrong() -> None:
    cell = r"h_t = \tanh(W x_t + U h_{t-1}) \\ y_t = V h_t \\ L_t = \frac{1}{2} \|y_t - r_t\|^2 \\ "
    line = r"\frac{\partial L}{\partial y_t} = y_t - r_t"
    assert check(cell + line).verdict is Verdict.UNREADABLE
    assert "loss" in check(cell + line).claims[0].message
    local = r"\frac{\partial L}{\partial W} = \left(\frac{\partial L}{\partial h_t} \odot (1 - h_t^2)\right) x_t^\top"
    assert check(cell + local).verdict is Verdict.RIGHT
    assert check(cell + local.replace("h_t^2", "h_t")).verdict is Verdict.WRONG


def test_a_first_state_is_no_claim() -> None:
    text = r"h_t = \tanh(W x_t + U h_{t-1}), \quad h_0 = 0 \\ "
    line = r"\frac{\partial L}{\partial W} = \left(\frac{\partial L}{\partial h_t} \odot (1 - h_t^2)\right) x_t^\top"
    assert check(text + line).verdict is Verdict.RIGHT


def test_scripts_behind_brackets_belong_to_the_brackets() -> None:
    text = r"h_t = \tanh(W x_t + U h_{t-1} + b) \\ \frac{\partial L}{\partial b} = "
    right = r"\frac{\partial L}{\partial h_t} - \frac{\partial L}{\partial h_t} \odot h_t (h_t)"
    assert check(text + right).verdict is Verdict.RIGHT
    line = r"\frac{\partial L}{\partial h_t} - \frac{\partial L}{\partial h_t} \odot h_t (h_t)^2"
    assert check(text + line).verdict is Verdict.WRONG


def printed(cell: System, notation: str) -> tuple[str, list[str]]:
    """The equations of a cell, and the lines of its backward pass."""
    back = sl.backprop(cell)
    return cell.latex(notation=notation), [
        back[line.name].latex(notation=notation) for line in back.lines[len(cell.lines) :]
    ]


@pytest.mark.parametrize("notation", ["default", "olah", "pytorch", "d2l", "deeplearning.ai", "greff", "zaremba"])
@pytest.mark.parametrize(
    ("name", "layout"), [("lstm", "split"), ("lstm", "concat"), ("gru", "split"), ("rnn", "split")]
)
def test_what_the_library_prints_is_right_without_the_library(notation: str, name: str, layout: str) -> None:
    if (notation, name, layout) in {("zaremba", "lstm", "concat"), ("olah", "gru", "split")}:
        pytest.skip("this notation does not print what the weights of the lines are")
    forward, lines = printed(sl.cell(name, layout=layout), notation)
    report = check(" \\\\ ".join([forward, *lines]), where={"g": "tanh", "h": "tanh", r"\phi": "tanh"})
    assert {str(claim.verdict) for claim in report.claims} == {"right"}, [
        (claim.source, claim.message) for claim in report.claims if claim.verdict is not Verdict.RIGHT
    ]
    assert len(report.claims) >= len(lines)


def test_lines_of_one_cell_are_wrong_for_another() -> None:
    forward, _ = printed(sl.cell("gru", layout="split"), "default")
    _, lines = printed(sl.cell("gru", layout="split", update="write"), "default")
    verdicts = [str(claim.verdict) for claim in check(" \\\\ ".join([forward, *lines])).claims]
    assert verdicts.count("wrong") >= 3
    gate = next(place for place, line in enumerate(lines) if line.startswith(r"\delta z_t"))
    assert verdicts[gate] == "wrong"


@pytest.mark.parametrize(("layout", "unread"), [("split", 0), ("concat", 2)])
def test_functions_may_share_their_letters_with_gates(layout: str, unread: int) -> None:
    forward, lines = printed(sl.cell("lstm", layout=layout), "onnx")
    where = {"f": "sigmoid", "g": "tanh", "h": "tanh"}
    verdicts = [str(claim.verdict) for claim in check(" \\\\ ".join([forward, *lines]), where=where).claims]
    assert verdicts.count("unreadable") == unread  # W_{f,X} of a weight on the right of a stack
    assert set(verdicts) <= {"right", "unreadable"}


def test_a_letter_is_a_function_in_front_of_brackets_and_else_a_gate() -> None:
    text = r"f_t = f(W x_t + U h_{t-1}) \\ h_t = f_t \odot h_{t-1} \\ f_t = f(U h_{t-1} + W x_t) \\ f_t = f(U h_{t-1})"
    verdicts = [str(claim.verdict) for claim in check(text, where={"f": "sigmoid"}).claims]
    assert verdicts == ["right", "wrong"]
