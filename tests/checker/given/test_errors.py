"""What keeps a text from giving a cell is one clear line; what is no part of the cell is left out, and said."""

import pytest

from symlstm.checker.given import NoCellError
from symlstm.checker.given.identifiers import sanitized
from symlstm.errors import InputError
from symlstm.notation.derived import is_derived
from tests.checker.given.compared import CORPUS, given

REFUSED = {
    r"h_t = \tanh(W x_t + U s_{t-1})": r"s_{t-1}.*nothing defines it at step t",
    r"h_t = \tanh(W x_t + U h_{t-2})": r"h_{t-2}: 2 steps before",
    r"h_t = \tanh(W x_t + U h_{t-1}) + g_t \\ g_t = h_{t+1}": r"h_{t\+1}: a later step",
    r"h_t = \phi(W x_t + U h_{t-1})": r"what function is \\phi.*where=",
    r"a_t = b_t + x_t \\ b_t = a_t + x_t": r"circle: a_t → b_t → a_t",
    r"h = \tanh(W x + U h + b)": "circle: h → h",
    r"h_t = W_{hr} h_t": "circle",
    r"\frac{\partial L}{\partial h_t} = 1": "no equation defines a cell",
    r"h_t = \tanh(W x_t + U h_{t-1}) \\ h_t = \sigma(W x_t + U h_{t-1})": "h_t is defined by two different equations",
    r"h_t = \tanh(W x_t + h_{t-1} U)": "the equation of h_t: a vector or a number where a matrix",
    r"h_t = \tanh(W_T x_t + U h_{t-1})": "W_T reads as a quantity at the last step",
    r"C_t = f_t C_{t-1} + i_t v_t k_t^\top": "the equation of C_t",
}  # fmt: skip


@pytest.mark.parametrize("text", REFUSED)
def test_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(NoCellError, match=REFUSED[text]) as caught:
        given(text)
    assert "\n" not in str(caught.value)
    assert isinstance(caught.value, InputError)


@pytest.mark.parametrize("numbers", ["c134 c135", "c002", "c136 c137", "c220"])
def test_published_lines_that_are_no_cell(numbers: str) -> None:
    with pytest.raises(NoCellError):
        given(*(CORPUS[number] for number in numbers.split()))


def test_a_repeated_equation_is_no_error() -> None:
    assert given(r"h_t = \tanh(W x_t + U h_{t-1}) \\ h_t = \tanh(U h_{t-1} + W x_t)").definitions.repeats


def test_what_no_state_needs_is_left_out_and_said() -> None:
    found = given(r"h_t = \tanh(W x_t + U h_{t-1}) \\ q_t = U x_t + h_t^\top")
    assert [line.name for line in found.system] == ["a_h", "h"]
    assert any("q_t is not part of the cell" in note for note in found.notes)
    assert "q" not in found.meanings
    assert len(found.statements) == 1


def test_gradients_losses_and_first_states_are_no_part_of_the_cell() -> None:
    found = given(
        r"""h_t = \tanh(W x_t + U h_{t-1}) \\ h_0 = 0 \\ \eta = 0.1 \\ L = \sum_t L_t \\
        \delta_t = \frac{\partial L}{\partial h_t} \\ e_t = \delta_t \odot (1 - h_t^2) \\ q_t = e_t + 1"""
    )
    assert [line.name for line in found.system] == ["a_h", "h"]


def test_declared_identifiers() -> None:
    found = given(r"s_t = \tanh(W x_t + U s_{t-1})", where={"s_t": "memory", r"\delta_t": "d_h"})
    assert found.system.states == ("memory_prev",)


def test_numbers_and_vectors_among_parameters() -> None:
    shapes = given(r"h_t = \alpha h_{t-1} + (1 - \alpha) \tanh(W x_t + U h_{t-1} + b)").system.shapes
    assert shapes["alpha"] == (1, 1)
    shapes = given(r"h_t = \alpha \odot h_{t-1} + (1 - \alpha) \odot \tanh(W x_t)").system.shapes
    assert shapes["alpha"] == shapes["h"]


def test_a_capital_vector_is_told_by_its_sign() -> None:
    found = given(r"h_t = P \odot h_{t-1} + \tanh(W x_t)")
    assert found.system.shapes[found.meanings["P"].name] == found.system.shapes["h"]
    found = given(r"h_t = P h_{t-1} + \tanh(W x_t)")
    assert [str(side) for side in found.system.shapes[found.meanings["P"].name]] == ["n", "n"]


@pytest.mark.parametrize(
    "key", ["C~tilde", "W_1", "d_x", "seed_h", "lambda", "dot2_q", "a_by_b", "h_prev", "T", "_", "1"]
)
def test_sanitized_names_are_free(key: str) -> None:
    name = sanitized(key)
    assert name.isidentifier()
    assert not is_derived(name)
    assert not name.endswith(("_prev", "_next"))
