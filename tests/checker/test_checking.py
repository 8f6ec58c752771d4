"""Checking as users meet it: verdicts with their certificates, chains, names, conventions, refusals."""

import pytest

import symlstm as sl
from symlstm.checker.checking import check_document
from symlstm.checker.documents import displays
from symlstm.errors import InputError

LSTM = sl.cell("lstm")
SPLIT = sl.cell("lstm", layout="split")
GRU = sl.cell("gru", layout="split")
RNN = sl.cell("rnn", layout="split")
CARRY = r"\delta C_t = \delta h_t \odot o_t \odot (1 - \tanh^2(C_t)) + \delta C_{t+1} \odot f_{t+1}"


def verdict(text: str, cell: sl.System = LSTM, **options: object) -> str:
    return str(sl.check(text, cell, **options).verdict)


@pytest.mark.parametrize(
    ("text", "cell", "expected"),
    [
        (r"f_t = \sigma(W_f [h_{t-1}, x_t] + b_f)", LSTM, "right"),
        (r"f_t = \sigma(W_f [h_{t-1}, x_t]) + b_f", LSTM, "wrong"),
        (r"f_t = \sigma(W_f [h_{t-1}, x_t])", LSTM, "wrong"),
        (r"\delta a_f = \delta C_t \odot C_{t-1} \odot f_t \odot (1 - f_t)", LSTM, "right"),
        (r"\delta a_f = \delta C_t \odot C_{t-1} \odot f_t (1 - f_t)", LSTM, "right"),
        (r"\delta f_t = \delta C_t \odot C_{t-1} \odot f_t \odot (1 - f_t)", LSTM, "wrong"),
        (r"\nabla_{C_{t-1}} L = \nabla_{C_t} L \odot f_t", LSTM, "right"),
        (CARRY, LSTM, "right"),
        (CARRY.replace("f_{t+1}", "f_t"), LSTM, "wrong"),
        (r"\frac{\partial L}{\partial W_f} = \sum_{t=1}^T \delta a_{f,t} x_t^\top", SPLIT, "right"),
        (r"\frac{\partial L}{\partial W_f} = \sum_{t=1}^T \delta a_{f,t} x_t", SPLIT, "wrong"),
        (r"\frac{\partial L}{\partial U_f} = \sum_{t=1}^T \delta a_{f,t} h_t^\top", SPLIT, "wrong"),
        (r"\delta h_{t-1} = \sum_{g \in \{f,i,o,c\}} U_g^\top \delta a_g", SPLIT, "right"),
        (r"\frac{\partial h_t}{\partial h_{t-1}} = \mathrm{diag}(1 - h_t^2) U_h", RNN, "right"),
        (r"\frac{\partial h_t}{\partial h_k} = \prod_{j=k+1}^t \frac{\partial h_j}{\partial h_{j-1}}", RNN, "right"),
        (r"\frac{\partial h_t}{\partial h_k} = \prod_{j=k}^t \frac{\partial h_j}{\partial h_{j-1}}", RNN, "wrong"),
        (r"h_t = z_t \odot h_{t-1} + (1 - z_t) \odot \tilde{h}_t", GRU, "right"),
        (r"h_t = (1 - z_t) \odot h_{t-1} + z_t \odot \tilde{h}_t", GRU, "wrong"),
        ("d_a_f = d_c * c_prev * f * (1 - f)", LSTM, "right"),
        ("d_a_f = d_c * c_prev * f * f", LSTM, "wrong"),
        ("δa_f = δC_t ⊙ C_{t-1} ⊙ f_t ⊙ (1 − f_t)", LSTM, "right"),
        (r"\delta o_t = \delta h_t \odot \tanh(C_t) \odot \sigma'(o_t)", LSTM, "wrong"),
        (r"\delta a_o = \delta h_t \odot \tanh(C_t) \odot \sigma'(o_t)", LSTM, "ambiguous"),
        (r"\frac{\partial C_t}{\partial C_{t-1}} = \mathrm{diag}(f_t)", LSTM, "ambiguous"),
        (r"\delta q_t = 3 f_t", LSTM, "unreadable"),
        (r"f_t = \sigma(", LSTM, "unreadable"),
        (r"f_t = f_t \odot \dots", LSTM, "unreadable"),
    ],
)  # fmt: skip
def test_verdicts(text: str, cell: sl.System, expected: str) -> None:
    assert verdict(text, cell) == expected


def test_the_question_of_the_first_day() -> None:
    (claim,) = sl.check(r"f_t = \sigma(W_f [h_{t-1}, x_t]) + b_f", LSTM).claims
    assert claim.hint == "bias outside the activation; right only if b_f = 0"
    assert "left" in claim.counterexample


def test_a_sum_over_time_is_right_for_a_sequence_and_one_share_for_a_step() -> None:
    share = r"\frac{\partial L}{\partial W_f} = \delta a_{f,t} x_t^\top"
    assert verdict(share, SPLIT) == "right"
    assert verdict(share, sl.through_time(SPLIT)) == "wrong"
    assert verdict(share.replace("= ", r"= \sum_t "), sl.through_time(SPLIT)) == "right"


def test_each_sign_of_a_chain_is_judged() -> None:
    text = r"\delta a_f = \delta f_t \odot f_t \odot (1 - f_t) = \delta C_t \odot C_{t-1} \odot f_t"
    claims = sl.check(text, LSTM).claims
    assert [(str(claim.verdict), claim.step) for claim in claims] == [("right", 1), ("wrong", 2)]


def test_lines_before_define_names() -> None:
    text = r"q_t = o_t \odot (1 - \tanh^2(C_t)) \\ \delta C_t = \delta h_t \odot q_t + \delta C_{t+1} \odot f_{t+1}"
    assert verdict(text) == "right"


@pytest.mark.parametrize(
    ("where", "text"),
    [
        ({r"\delta_t": "d_h"}, r"\delta o_t = \delta_t \odot \tanh(C_t)"),
        ({r"\delta_t": r"\partial L / \partial h_t"}, r"\delta o_t = \delta_t \odot \tanh(C_t)"),
        ({r"\phi": "tanh"}, r"h_t = o_t \odot \phi(C_t)"),
        ({"s": "c", "y": "h"}, r"y_t = o_t \odot \tanh(s_t)"),
        ({"b_f": "0"}, r"f_t = \sigma(W_f [h_{t-1}, x_t])"),
    ],
)
def test_declarations(where: dict[str, str], text: str) -> None:
    assert verdict(text, where=where) == "right"


def test_a_row_text_is_right_in_its_own_layout() -> None:
    text = r"\frac{\partial L}{\partial W_f} = x_t^\top \delta a_{f,t}"
    assert verdict(text, SPLIT, layout="row") == "right"
    assert verdict(text, SPLIT, layout="column") == "wrong"
    assert verdict(text, SPLIT) in ("wrong", "ambiguous")


def test_a_batch_sums_over_its_columns() -> None:
    assert verdict(r"\frac{\partial L}{\partial b_f} = \sum_n \delta a_{f,n}", SPLIT, batch=True) == "right"
    assert verdict(r"\frac{\partial L}{\partial b_f} = \delta a_f", SPLIT, batch=True) == "wrong"


def test_outputs_are_put_on_top_of_a_cell_where_a_text_has_them() -> None:
    text = r"\frac{\partial L}{\partial h_t} = W_y^\top \frac{\partial L}{\partial y_t} + U_h^\top \delta a_{h,t+1}"
    assert verdict(text, RNN) == "right"
    assert verdict(text.replace(r"U_h^\top", "U_h"), RNN) == "wrong"


def test_the_loss_of_one_step_is_not_that_of_all() -> None:
    text = r"\frac{\partial L}{\partial U_h} = \sum_{t=1}^T \frac{\partial L_t}{\partial U_h}"
    assert verdict(text, RNN) == "right"
    assert verdict(text.replace("= ", r"= \frac{1}{T} "), RNN) == "wrong"


def test_an_unknown_symbol_is_asked_for_by_name() -> None:
    (claim,) = sl.check(r"f_t = \sigma(W_f [h_{t-1}, \xi_t] + b_f)", LSTM).claims
    assert claim.message.startswith(r"what is \xi_t?")
    assert "where=" in claim.message


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"layout": "diagonal"}, "layout"),
        ({"time": "never"}, "time"),
        ({"loss": "none"}, "loss"),
        ({"where": {"f_t": ""}}, "where"),
        ({"where": {"f = g": "d_h"}}, "where"),
        ({"given": "a = b"}, "given"),
        ({"notation": "nowhere"}, "nowhere"),
    ],
)
def test_bad_options_are_refused_in_one_line(options: dict[str, object], said: str) -> None:
    with pytest.raises(sl.SymlstmError, match=said) as error:
        sl.check("f_t = f_t", LSTM, **options)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("text", ["n = 4", "T = 10", "n = d", "d = 3"])
def test_a_size_is_no_claim(text: str) -> None:
    assert verdict(text, LSTM) == "unreadable"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"\sigma(x) = \frac{1}{1 + e^{-x}}", "right"),
        (r"\sigma(x) = \frac{1}{1 + e^{x}}", "wrong"),
        (r"\tanh(x) = \frac{e^x - e^{-x}}{e^x + e^{-x}}", "right"),
        (r"f_t = 1 / (1 + e^{-a_f})", "right"),
        (r"f_t \odot e^T = 1", "unreadable"),
    ],
)
def test_powers_of_e(text: str, expected: str) -> None:
    assert verdict(text, LSTM) == expected


def test_a_jacobian_within_a_step_has_the_usual_name() -> None:
    (claim,) = sl.check(r"\frac{\partial C_t}{\partial C_{t-1}} = i_t", LSTM).claims
    assert "step" not in claim.counterexample + "".join(each.latex + each.certificate for each in claim.readings)
    assert r"\frac{\mathrm{d} C_t}{\mathrm{d} C_{t-1}}" in claim.readings[0].latex


def test_names_of_plain_text_are_printed_as_names() -> None:
    (claim,) = sl.check("dL/dx_t = W_hx (dL/dh_t * (1 - h_t^2))", RNN).claims
    assert "mathrm" not in claim.correction


def test_what_a_message_says_to_declare_can_be_declared() -> None:
    text = r"\frac{\partial L}{\partial o_t} = \kappa_t \odot \tanh(C_t)"
    (claim,) = sl.check(text, LSTM).claims
    assert r"where={r'\kappa_t': 'd_h'}, --let '\kappa_t := d_h'" in claim.message
    assert verdict(text, LSTM, where={r"\kappa_t": "d_h"}) == "right"
    (claim,) = sl.check(r"\|W\| \le 1", LSTM).claims
    assert claim.message.startswith("≤ is no equality")


def test_an_unknown_cell_in_a_comment_is_refused_with_its_place() -> None:
    document = displays("<!-- symlstm: cell lstmm -->\n$$ a = b $$", "markdown", "a.md")
    with pytest.raises(InputError, match=r"^a\.md:1:15: unknown cell 'lstmm'"):
        check_document(document)


def test_another_option_of_the_cell_is_named() -> None:
    (claim,) = sl.check(r"h_t = (1 - z_t) \odot h_{t-1} + z_t \odot \tilde{h}_t", GRU).claims
    assert claim.hint.startswith("right for the gru with update=write")


def test_what_flows_in_from_outside_is_no_loss_of_a_step() -> None:
    closed = sl.backprop(LSTM).closed_form("d_W_f")
    assert verdict(rf"\frac{{\partial L}}{{\partial W_f}} = {sl.latex(closed, system=sl.backprop(LSTM))}") == "right"


def test_a_remark_that_may_change_the_formula_is_not_passed_over() -> None:
    assert verdict(r"\delta f_t = \delta C_t \odot C_{t-1} \text{ times 2}") == "unreadable"
    assert verdict(r"\delta f_t = \delta C_t \odot C_{t-1} \quad \text{(forget gate)}") == "right"
