"""Claims that the checker once judged wrongly, in either direction, each the smallest of its kind."""

import pytest

import symlstm as sl
from symlstm.checker.checking import check

LSTM, SPLIT, GRU, RNN = "lstm", "lstm:layout=split", "gru:layout=split", "rnn:layout=split"

WRONG = [
    (SPLIT, r"a_f = W_{xf} h_{t-1} + W_{hf} x_t + b_f"),  # W and U were exchanged though their names say which is which
    (GRU, r"z_t = \sigma(W_{xz} h_{t-1} + W_{hz} x_t + b_z)"),
    (RNN, r"\frac{\partial h_t}{\partial h_{t-1}} = \operatorname{diag}(1 - h_t^2) W_x"),
    (RNN, r"\frac{\partial L}{\partial h_t} = \frac{\partial L_t}{\partial h_t}"),  # L_t was taken for L
    (LSTM, r"\frac{\partial L}{\partial W_f} = \frac{\partial L_t}{\partial W_f}"),
    (RNN, r"\frac{\partial L}{\partial W} = \frac{\partial L_T}{\partial W}"),
    (LSTM, r"\delta C_t = \delta h_t \odot o_t \odot (1 - \tanh^2(C_t)) \quad \text{for } t < T"),
    (LSTM, r"\delta C_t = \delta h_t \odot o_t \odot (1 - \tanh^2(C_t)) \quad \text{for } t = 1"),
    (
        RNN,
        r"\frac{\partial L_t}{\partial U} = \sum_{k=2}^{t} \frac{\partial L_t}{\partial h_k} \frac{\partial h_k}{\partial U}",  # noqa: E501
    ),
]
DROPPED = [  # an equation behind "for all t," was part of the remark
    r"\delta f_t = \delta C_t \odot C_{t-1} \; \forall t, \delta i_t = 0",
    r"\delta f_t = \delta C_t \odot C_{t-1} \text{ for all } t, \delta i_t = 0",
]
UNREADABLE = [  # a vector beside components
    (LSTM, r"\delta f_t = \delta C_t \odot C_{t-1,j}"),
    (LSTM, r"\delta f_{t,j} = \delta C_{t,j} C_{t-1}"),
    (LSTM, r"\frac{\partial L}{\partial W_f} = \delta a_{f,j} [h_{t-1}; x_t]^{\top}"),
    (SPLIT, r"\frac{\partial L}{\partial b_{f,j}} = \delta a_f"),
]
RIGHT = [
    (LSTM, r"\delta f_{t,j} = \delta C_{t,j} C_{t-1,j}"),
    (
        LSTM,
        r"\frac{\partial L}{\partial f_{t,j}} = \frac{\partial L}{\partial C_{t,j}} \frac{\partial C_{t,j}}{\partial f_{t,j}}",  # noqa: E501
    ),
    (LSTM, r"\delta C_t = \delta h_t \odot o_t \odot (1 - \tanh^2(C_t)) \quad \text{for } t = T"),
    (LSTM, r"\delta f_t = \delta C_t \odot C_{t-1}, t = 1"),
    (LSTM, r"\delta f_t = \delta C_t \odot C_{t-1} \text{ except at } t = 1"),
    (RNN, r"h_t = \tanh(W_x x_t + W_h h_{t-1} + b_h)"),
    (RNN, r"\frac{\partial h_t}{\partial h_{t-1}} = \operatorname{diag}(1 - h_t^2) W_{hh}"),
    (GRU, r"z_t = \sigma(U_z x_t + W_z h_{t-1} + b_z)"),  # W the recurrent matrix, for names that the notation prints
    (SPLIT, r"f_t = \sigma(U_f x_t + W_f h_{t-1} + b_f) \\ i_t = \sigma(U_i x_t + W_i h_{t-1} + b_i)"),
    (
        SPLIT,
        r"f_t = \sigma(U_f x_t + W_f h_{t-1} + b_f) \\ \frac{\partial L}{\partial W_f} = \delta a_f h_{t-1}^{\top}",
    ),
    (RNN, r"\frac{\partial L}{\partial o_t} = \hat{y}_t - y_t"),  # y is the target beside ŷ
    (RNN, r"\frac{\partial L}{\partial V} = \sum_t (\hat{y}_t - y_t) h_t^{\top}"),
    (LSTM, r"\delta h_T = W_y^{\top} (\hat{y}_T - y_T)"),
    (
        RNN,
        r"\frac{\partial L_t}{\partial U} = \sum_{k=1}^{t} \frac{\partial L_t}{\partial h_k} \frac{\partial h_k}{\partial U}",  # noqa: E501
    ),
]
OTHER_CONVENTION = [  # the first line shows the convention, and the second is right in another
    r"f_t = \sigma(x_t W_f + h_{t-1} U_f + b_f) \\ \frac{\partial L}{\partial W_f} = \delta a_f x_t^{\top}",
    r"f_t = \sigma(U_f x_t + W_f h_{t-1} + b_f) \\ \frac{\partial L}{\partial W_f} = \delta a_f x_t^{\top}",
    r"f_t = \sigma(W_f x_t + U_f h_{t-1} + b_f) \\ i_t = \sigma(U_i x_t + W_i h_{t-1} + b_i)",
    r"f_t = \sigma(W_f x_t + U_f h_{t-1} + b_f) \\ i_t = \sigma(W_i^{\top} x_t + U_i^{\top} h_{t-1} + b_i)",
]


@pytest.mark.parametrize(("cell", "formula"), WRONG)
def test_a_wrong_formula(cell: str, formula: str) -> None:
    assert str(check(formula, sl.cell(cell)).verdict) == "wrong"


@pytest.mark.parametrize(("cell", "formula"), UNREADABLE)
def test_a_vector_beside_components(cell: str, formula: str) -> None:
    assert str(check(formula, sl.cell(cell)).verdict) == "unreadable"


@pytest.mark.parametrize(("cell", "formula"), RIGHT)
def test_a_right_formula(cell: str, formula: str) -> None:
    assert str(check(formula, sl.cell(cell)).verdict) == "right"


@pytest.mark.parametrize("formula", OTHER_CONVENTION)
def test_a_line_in_another_convention(formula: str) -> None:
    assert str(check(formula, sl.cell(SPLIT)).verdict) in ("ambiguous", "wrong")


def test_the_loss_of_the_last_step() -> None:
    """The recursion holds up to the last step but one."""
    formula = r"\delta h_t = U^{\top} ((1 - h_{t+1}^2) \odot \delta h_{t+1})"
    assert str(check(formula, sl.cell(RNN), loss="last").verdict) == "right"
    assert str(check(formula, sl.cell(RNN)).verdict) == "wrong"
    assert str(check(formula.replace("(1 - h_{t+1}^2)", "(1 - h_t^2)"), sl.cell(RNN), loss="last").verdict) == "wrong"


@pytest.mark.parametrize("formula", DROPPED)
def test_an_equation_behind_a_remark(formula: str) -> None:
    report = check(formula, sl.cell(LSTM))
    assert [str(claim.verdict) for claim in report.claims] == ["right", "wrong"]


def test_the_sign_of_matrix_products_is_none_of_entries() -> None:
    assert str(check("d_f = d_c @ c_prev", sl.cell(LSTM)).verdict) == "wrong"
    assert str(check("d_f = d_c * c_prev", sl.cell(LSTM)).verdict) == "right"


@pytest.mark.parametrize("cell", ["layernorm-lstm", "layernorm-lstm-tf"])
def test_a_wrong_formula_of_a_cell_with_roots(cell: str) -> None:
    """The point of a cell with layer normalisation lies in the quadratic field, where terms are subtracted too."""
    assert str(check(r"\delta a_f = \delta f_t \odot f_t", sl.cell(cell)).verdict) == "wrong"
