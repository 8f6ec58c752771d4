"""What a diagnosis says: hints, conditions, corrections in the letters of the text, two slips, nothing known."""

from typing import Any

import pytest

import symlstm as sl
from symlstm.checker.checking import check
from symlstm.checker.diagnosis import Kind, diagnose
from symlstm.checker.diagnosis.trials import Trials
from symlstm.checker.reader import read_formula
from tests.checker.diagnosis.judged import judged

LSTM = sl.cell("lstm")
SPLIT = sl.cell("lstm", layout="split")


def test_a_report_has_hint_and_correction() -> None:
    claim = check(r"f_t = \sigma(W_f [h_{t-1}, x_t]) + b_f", LSTM).claims[0]
    assert claim.hint == "bias outside the activation; right only if b_f = 0"
    assert claim.correction == r"f_t = \sigma(W_f [h_{t-1}, x_t] + b_f)"


def test_what_is_right_has_no_diagnosis() -> None:
    claim = check(r"f_t = \sigma(W_f [h_{t-1}, x_t] + b_f)", LSTM).claims[0]
    assert (claim.hint, claim.correction) == ("", "")


CORRECTIONS = [
    (r"\Gamma_f^{\langle t \rangle} = \sigma(W_f[a^{\langle t-1 \rangle}, x^{\langle t \rangle}]) + b_f",
     r"\Gamma_f^{\langle t \rangle} = \sigma(W_f [a^{\langle t-1 \rangle}, x^{\langle t \rangle}] + b_f)",
     {"notation": "deeplearning.ai"}),
    (r"\frac{\partial L}{\partial c_{t-1}} = \delta c_t \odot i_t",
     r"\frac{\partial L}{\partial c_{t-1}} = \delta c_t \odot f_t", {}),
    (r"f_t = \sigma([h_{t-1}, x_t] W_f) + b_f", r"f_t = \sigma([h_{t-1}, x_t] W_f + b_f)", {"layout": "row"}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "correction", "options"), CORRECTIONS)
def test_corrections_have_the_letters_of_the_text(text: str, correction: str, options: dict[str, Any]) -> None:
    found = diagnose(judged(text, LSTM, **options))
    assert found.correction == correction
    assert str(judged(found.correction, LSTM, **options).judgement.verdict) == "right"


def test_corrections_are_right() -> None:
    """Every correction of one line is judged right itself."""
    for text in (
        r"\delta a_{f,t} = \delta C_t \odot C_{t-1}",
        r"h_t = o_t \odot C_t",
        r"\delta x_t = W_{xf} \delta a_{f,t}",
    ):
        correction = diagnose(judged(text, SPLIT)).correction
        assert str(judged(correction, SPLIT).judgement.verdict) == "right", correction


CONDITIONS = [
    (r"f_t = \sigma(W_f [h_{t-1}, x_t])", "right only if b_f = 0", {}),
    (r"\delta C_t = \delta h_t \odot o_t \odot (1 - \tanh^2(C_t))", "right only at t = T", {"time": "sequence"}),
    (r"\frac{\partial L}{\partial b_f} = \delta a_{f,t}", "right only for T = 1", {"time": "sequence"}),
    (r"C_t = i_t \odot \tilde C_t", "right only if C_{t-1} = 0", {}),
    (r"\delta a_{f,t} = \delta C_t \odot C_{t-1}", "", {}),  # where C_{t-1} = 0 both sides are 0, which says nothing
]  # fmt: skip


@pytest.mark.parametrize(("text", "condition", "options"), CONDITIONS)
def test_conditions(text: str, condition: str, options: dict[str, Any]) -> None:
    assert diagnose(judged(text, LSTM, **options)).condition == condition


TWO = [
    (r"f_t = \sigma(W_i [h_{t-1}, x_t]) + b_i", LSTM, ["bias outside", "symbols of i_t"]),
    (r"\delta C_t = \delta h_t\odot o_t\odot(1-\tanh(C_t)) + \delta C_{t+1} \odot f_t", LSTM, ["square", "f_{t+1}"]),
    (r"\delta C_t = \delta h_t\odot o_t\odot\tanh(C_t)", LSTM, ["derivative", "is missing"]),
    (r"\delta h_{t-1} = U_f^\top\delta a_{f,t}+U_i\delta a_{i,t}+U_o^\top\delta a_{o,t}+U_g^\top \delta a_{f,t}", SPLIT,
     ["transpose of U_i", r"\delta a_{g,t} belongs"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "cell", "parts"), TWO)
def test_two_slips(text: str, cell: sl.System, parts: list[str]) -> None:
    found = diagnose(judged(text, cell))
    assert all(part in found.hint for part in parts), found.hint


def test_terms_that_are_not_the_reference_s() -> None:
    text = (
        r"\delta h_{t-1} = U_f^\top\delta a_{f,t}+U_i^\top\delta a_{i,t}+U_o^\top\delta a_{o,t}"
        r"+U_g^\top \delta a_{f,t} \odot f_t \odot i_t \odot f_t"
    )
    found = diagnose(judged(text, SPLIT))
    assert found.kind == Kind.OTHER
    assert r"where U_g^{\top} \delta a_{g,t} belongs; the other terms are right" in found.hint


def test_shapes_of_what_no_edit_repairs() -> None:
    found = diagnose(judged(r"\delta x_t = \delta h_t \odot o_t", LSTM))
    assert found.kind == Kind.SHAPES
    assert found.hint == "the shapes do not fit: the left side is (d, 1), the right side (n, 1)"


def test_the_first_wrong_sign_of_a_chain_is_diagnosed() -> None:
    text = r"\delta a_{f,t} = \delta f_t \odot f_t \odot (1 - f_t) = \delta C_t \odot h_{t-1} \odot f_t \odot (1 - f_t)"
    claims = check(text, LSTM).claims
    assert [str(claim.verdict) for claim in claims] == ["right", "wrong"]
    assert claims[1].hint == "h_{t-1} where C_{t-1} belongs: the wrong state"


def test_trials_end() -> None:
    claim = judged(r"h_t = o_t \odot \tanh(C_t)", LSTM)
    right = read_formula(r"a = o_t \odot \tanh(C_t)").statements[0].sides[1]
    trials = Trials(claim.judgement.outcomes[0].background, budget=1)
    assert trials.holds(claim.left, right)
    assert not trials.holds(claim.left, right)
    assert trials.left <= 0
