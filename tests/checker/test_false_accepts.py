"""Wrong formulas that the checker once called right, each the smallest of its kind."""

import pytest

import symlstm as sl
from symlstm.checker.checking import check
from symlstm.checker.report import Verdict

STEP = [
    r"\delta f_t = \delta C_t^{2} \odot C_{t-1}",  # what stands behind the name of a gradient was lost
    r"\delta f_t = \delta C_t^2 \odot C_{t-1}",
    r"\frac{\partial L}{\partial b_f} = \delta a_{f,t}^{\top}",
    r"\frac{\partial L}{\partial W_f} = \delta a_{f,t}^{\top} [h_{t-1}; x_t]^{\top}",
    r"\frac{\partial L}{\partial W_f^{\top}} = \delta a_{f,t} [h_{t-1}; x_t]^{\top}",
    r"\frac{\partial L}{\partial b_f^2} = \delta a_{f,t}",
    r"h_t = o_t \oslash \tanh(C_t)",  # ⊘ was read as ⊙
    r"\delta a_{g,t} = \delta C_t \oslash i_t \odot (1 - \tilde{C}_t^2)",
]
SEQUENCE = [  # what flows into the last cell state was taken for nothing, whatever was done to it
    r"\delta C_T = \delta h_T \odot o_T \odot (1 - \tanh^2(C_T)) + 2 \delta C_T^{\mathrm{in}}",
    r"\delta C_T = \delta h_T \odot o_T \odot (1 - \tanh^2(C_T)) - \delta C_T^{\mathrm{in}}",
]
RIGHT = [
    r"\delta o_t = (\delta h_t^{\top})^{\top} \odot \tanh(C_t)",
    r"\delta o_t^{\top} = \delta h_t^{\top} \odot \tanh(C_t)^{\top}",
    r"\frac{\partial L}{\partial W_f^{\top}} = [h_{t-1}; x_t] \delta a_{f,t}^{\top}",
    r"\delta C_t^{\top} = (\delta h_t \odot o_t \odot (1 - \tanh^2(C_t)) + \delta C_t^{\mathrm{in}})^{\top}",
    r"h_t \oslash o_t = \tanh(C_t)",
]


@pytest.mark.parametrize(("time", "formula"), [("auto", one) for one in STEP] + [("sequence", one) for one in SEQUENCE])
def test_a_wrong_formula(time: str, formula: str) -> None:
    assert check(formula, sl.cell("lstm"), time=time).verdict is not Verdict.RIGHT


@pytest.mark.parametrize("formula", RIGHT)
def test_a_right_formula(formula: str) -> None:
    assert check(formula, sl.cell("lstm")).verdict is Verdict.RIGHT


@pytest.mark.parametrize("behind", ["", r" + \delta C_T^{\mathrm{in}}"])
def test_the_last_cell_state(behind: str) -> None:
    """With the gradient that flows into it, and without, where the loss sees the hidden state alone."""
    formula = r"\delta C_T = \delta h_T \odot o_T \odot (1 - \tanh^2(C_T))" + behind
    assert check(formula, sl.cell("lstm"), time="sequence").verdict is Verdict.RIGHT


@pytest.mark.parametrize(
    ("name", "notation", "formula", "verdict"),
    [
        ("minlstm", "default", r"h_t = f'_t \odot h_{t-1} + i'_t \odot \tilde{h}_t", Verdict.RIGHT),
        ("minlstm", "default", r"h_t = i'_t \odot h_{t-1} + i'_t \odot \tilde{h}_t", Verdict.WRONG),
        ("gru", "goodfellow", r"\delta r^{(t)} = (U_h^{\top} \delta a^{(t)}) \odot h^{(t-1)}", Verdict.RIGHT),
    ],
)
def test_primes_and_blocks_are_parts_of_names(name: str, notation: str, formula: str, verdict: Verdict) -> None:
    assert check(formula, sl.cell(name), notation=notation).verdict is verdict


def test_the_block_of_the_input_is_not_that_of_the_state() -> None:
    formula = r"\delta r^{(t)} = (U_x^{\top} \delta a^{(t)}) \odot h^{(t-1)}"
    assert check(formula, sl.cell("gru"), notation="goodfellow").verdict is not Verdict.RIGHT
