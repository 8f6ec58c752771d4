"""Worked examples: numbers that are right, every format, words for values, and bad input."""

import json

import numpy as np
import pytest

import symlstm as sl
from symlstm.algebra import add, scale
from symlstm.errors import InputError, UnknownNameError
from symlstm.printing.page import latex_width
from symlstm.system import Builder
from symlstm.worked import question
from symlstm.worked.latex import step_latex
from tests.support import paper_step, random_values, relative_error

LSTM = sl.cell("lstm")


def test_values_are_those_of_the_paper() -> None:
    values = random_values(sl.cell("lstm", B=True), 4, 3, 2)
    worked = sl.example(LSTM, values)
    for name, reference in paper_step(np, values).items():
        assert relative_error(worked.values[name], reference) <= 1e-15


def test_the_question_in_text() -> None:
    text = question(LSTM, digits=8).text()
    assert "fₜ ≈ [0.47502081, 0.68997448, 0.54983400, 0.48750260, 0.66818777]" in text
    assert "hₜ ≈ [-0.022472774, 0.29571634, 0.059436845, -0.011870700, 0.25606443]" in text
    assert "fₜ = σ(W_f·[hₜ₋₁; xₜ] + b_f)" in text
    assert "⎡1 0 0 0 0 1 0 0 0 0⎤" in text
    assert "[I I]·[hₜ₋₁; xₜ] = I·hₜ₋₁ + I·xₜ = hₜ₋₁ + xₜ" in " ".join(text.split())
    assert "strictly between 0 and 1" in text
    assert max(map(len, text.splitlines())) <= 110


def test_every_line_has_formula_numbers_net_input_and_result() -> None:
    lines = step_latex(question(LSTM), "f").split(" \\\\\n")
    lines[0] = lines[0].removeprefix("\\begin{aligned}\n")
    assert lines[0] == r"f_t &= \sigma(W_f [h_{t-1}; x_t] + b_f)"
    assert lines[1].startswith(r"&= \sigma\left(\begin{bmatrix} 1 & 0")
    assert lines[2].startswith(r"&= \sigma\left(\begin{bmatrix} -0.1 \\ 0.8 \\ 0.2 \\ -0.05 \\ 0.7")
    assert lines[2].endswith(r"\right) \qquad \text{net input } a_{f,t}")
    assert lines[3].startswith(r"&\approx \begin{bmatrix} 0.4750 \\ 0.6900")


def test_a_scalar_cell_has_no_matrices_and_brackets_negative_numbers() -> None:
    values = {"x": [-2.0], "h_prev": [0.5], "c_prev": [-1.0], "W": "ones", "U": "ones", "b": "zeros"}
    latex = sl.example(sl.cell("lstm", layout="split"), values).latex()
    assert r"\sigma(1 (-2) + 1 \cdot 0.5 + 0)" in latex
    assert "bmatrix" not in latex
    assert r"\odot (-1)" in latex


def test_numbers_that_are_multiplied_have_a_dot_between_them() -> None:
    values = {"x": [-2.0], "h_prev": [0.5], "c_prev": [0.25], "W": "ones", "U": "ones", "b": [4.0]}
    worked = sl.example(sl.cell("lstm", layout="split", n=1, d=1), values, digits=2)
    assert step_latex(worked, "c").splitlines()[1:3] == [
        r"C_t &= f_t \, C_{t-1} + i_t \, \tilde{C}_t \\",
        r"&\approx 0.92 \cdot 0.25 + 0.92 \cdot 0.99 \\",
    ]
    assert r"&\approx 0.92 \cdot \tanh(1.1) \\" in step_latex(worked, "h")


def test_markdown_uses_what_github_renders() -> None:
    document = question(sl.backprop(LSTM)).markdown()
    assert document.count("```math\n") * 2 == document.count("```")
    assert "$$" not in document
    assert "## Backward" in document
    assert "$`f_t`$ lies strictly between 0 and 1" in document


def test_json_has_full_precision() -> None:
    document = json.loads(question(sl.backprop(LSTM)).json())
    assert document["schema"] == 1
    steps = {step["name"]: step for step in document["steps"]}
    assert steps["f"]["result"][0] == [0.47502081252106]
    assert steps["f"]["net_input"][1][0] == pytest.approx(0.8, rel=1e-15)
    assert steps["d_W_f"]["backward"]
    assert len(steps["d_W_f"]["result"][0]) == 10
    assert set(steps) == {line.name for line in sl.backprop(LSTM).equations if not line.name.startswith("a_")}


def test_notebook_display() -> None:
    worked = question(LSTM)
    assert worked._repr_markdown_() == worked.markdown(flavour="jupyter")
    assert "```" not in worked._repr_markdown_()
    assert "$f_t$ lies strictly between" in worked._repr_markdown_()
    with pytest.raises(InputError, match="flavour: expected one of github, jupyter, got 'x'"):
        worked.markdown(flavour="x")
    assert str(worked) == worked.text()


def test_rounding_is_said() -> None:
    text = sl.example(LSTM, {"x": [0.1], "h_prev": [1 / 3], "c_prev": [0.5], "W": "ones", "b": "zeros"}).text()
    assert "hₜ₋₁ ≈ 0.3333" in text
    assert "xₜ = 0.1" in text


def test_a_saturated_gate_is_not_said_to_be_one() -> None:
    text = sl.example(LSTM, {"x": [50.0], "h_prev": [0.0], "c_prev": [0.0], "W": "ones", "b": "zeros"}).text()
    assert "σ(50)    net input a_fₜ" in text
    assert "fₜ ≈ [1]" in text
    assert "fₜ = [1]" not in text
    zero = sl.example(LSTM, {"*": "zeros"}, sizes={"n": 1, "d": 1}).text()
    assert "fₜ = [0.5]" in zero
    assert "hₜ = [0]" in zero


def test_tiny_numbers_keep_their_brackets() -> None:
    values = {"x": [1.5e-5], "h_prev": [0.0], "c_prev": [1.0], "W": "ones", "b": "zeros"}
    worked = sl.example(sl.backprop(LSTM), values)
    assert r"(1 - (1.500 \times 10^{-5})^{2})" in worked.latex()
    assert "(1 - (1.500e-05)²)" in worked.text()


def test_the_values_are_copies() -> None:
    values = random_values(LSTM, 2, 3)
    worked = sl.example(LSTM, values)
    before = worked.text()
    values["W_f"][:] = 7
    assert worked.text() == before


def test_many_entries_are_not_all_written(monkeypatch: pytest.MonkeyPatch) -> None:
    from symlstm.worked import numbers

    written = []
    agrees = numbers._agrees
    monkeypatch.setattr(numbers, "_agrees", lambda text, value: written.append(text) or agrees(text, value))
    sl.example(LSTM, {"*": "random"}, sizes={"n": 300, "d": 300, "B": 300}).latex()
    assert len(written) < 20_000


def test_what_follows_rounded_numbers_is_not_said_to_be_equal() -> None:
    values = {"x": [0.33335, 0.66665], "h_prev": [0.0], "c_prev": [0.0], "W": "ones", "b": "zeros"}
    assert "≈ σ(1)    net input a_fₜ" in sl.example(LSTM, values).text()


def test_sizes_are_put_in_as_numbers() -> None:
    cell = Builder("mean")
    cell.let("h", add(scale(1 / cell.n, cell.previous("h")), cell.affine("f")))
    text = sl.example(cell.system(), {"x": [1.0], "h_prev": [3.0, 1.0], "*": "zeros"}).text()
    assert "hₜ = (1/n)·hₜ₋₁" in text
    assert "1/2·" in text


def test_words_families_and_the_rest() -> None:
    worked = sl.example(LSTM, {"x": [1, 2, 3], "h_prev": [1, 2], "*": "random", "W": "zeros", "b_f": "ones"}, seed=5)
    assert np.array_equal(worked.values["W_o"], np.zeros((2, 5)))
    assert np.array_equal(worked.values["b_f"], np.ones((2, 1)))
    assert worked.values["b_i"].std() > 0
    again = sl.example(LSTM, {"x": [1, 2, 3], "h_prev": [1, 2], "*": "random", "W": "zeros", "b_f": "ones"}, seed=5)
    assert np.array_equal(worked.values["b_i"], again.values["b_i"])


def test_a_word_may_have_a_seed_of_its_own() -> None:
    worked = sl.example(LSTM, {"x": [1.0], "h_prev": [1.0], "*": {"random": 3}, "W_f": {"random": 4}})
    assert np.array_equal(worked.values["W_i"], worked.values["W_o"])
    assert not np.array_equal(worked.values["W_i"], worked.values["W_f"])
    with pytest.raises(InputError, match="W_f: random: expected a whole number from 0 as seed, got -1"):
        sl.example(LSTM, {"x": [1.0], "h_prev": [1.0], "*": "ones", "W_f": {"random": -1}})


def test_sizes_may_be_given() -> None:
    worked = sl.example(LSTM, {"*": "random"}, sizes={"n": 3, "d": 2, "B": 4})
    assert worked.values["h"].shape == (3, 4)
    assert r"b_f \, \mathbf{1}^{\top}" in worked.latex()
    assert sl.example(sl.cell("lstm", n=3, d=2), {"*": "random"}).values["h"].shape == (3, 1)


def test_seeds_that_are_not_given_are_said() -> None:
    back = sl.backprop(LSTM)
    values = {"x": [1.0], "h_prev": [0.5], "c_prev": [0.5], "W": "ones", "b": "zeros"}
    assert "L is the sum of the entries of hₜ" in sl.example(back, values).text()
    worked = sl.example(back, {**values, "seed_h": [2.0], "seed_c": [1.0]})
    assert worked.values["d_h"] == 2
    assert "L is the sum" not in worked.text()
    assert "taken as: δhₜⁱⁿ = 1." in sl.example(back, {**values, "seed_c": [1.0]}).text()


def test_a_number_fills_an_array() -> None:
    worked = sl.example(LSTM, {"x": [1.0, 2.0], "h_prev": [1.0], "c_prev": 0.5, "W": 0.25, "b": 1})
    assert np.array_equal(worked.values["W_o"], np.full((1, 3), 0.25))


def test_a_batch_has_its_results() -> None:
    text = sl.example(LSTM, {"*": "random"}, sizes={"n": 2, "d": 2, "B": 3}).text()
    assert "hₜ ≈ ⎡" in text.partition("Results")[2]


def test_large_matrices_are_cut() -> None:
    latex = sl.example(LSTM, {"*": "random"}, sizes={"n": 200, "d": 200}).latex()
    assert r"\cdots" in latex
    assert r"\vdots" in latex
    assert r"\ddots" in latex
    assert len(latex) < 60_000


def test_long_sums_are_broken() -> None:
    latex = question(sl.backprop(sl.cell("lstm", layout="split"))).latex()
    for block in latex.split(r"\begin{align*}")[1:]:
        for line in block.split(r"\end{align*}")[0].replace("[2ex]", "").replace("\\\\*", "\\\\").split("\\\\\n"):
            assert latex_width(line) <= 110
    assert r"&\quad + \begin{bmatrix}" in latex


BAD = {
    "an unknown name": ({"q": [1]}, {}, "unknown quantity for lstm 'q'"),
    "an unknown word": ({"x": "noise"}, {}, "unknown word for x 'noise'; known: identity, zeros, ones, random"),
    "a missing value": ({"x": [1], "h_prev": [1]}, {}, "lstm: missing c_prev of shape"),
    "an unknown length": ({"*": "random"}, {}, "x: random needs the length of d; give it in dims or by an array"),
    "an identity that is not square": (
        {"x": [1, 2], "h_prev": [1], "c_prev": [1], "W": "identity", "b": "zeros"},
        {},
        "W_f: an identity needs square blocks, got one of 1 × 2",
    ),
    "a dimension that is not there": ({"*": "random"}, {"sizes": {"q": 3}}, "unknown dimension 'q'"),
    "a dimension that is no number": (
        {"*": "random"},
        {"sizes": {"n": 0}},
        "dims.n: expected a positive integer, got 0",
    ),
    "something huge": ({"*": "random"}, {"sizes": {"n": 10**6, "d": 10**6}}, "too large"),
    "digits": ({"*": "random"}, {"digits": 0}, "digits: expected a whole number from 1 to 17, got 0"),
    "too many digits": ({"*": "random"}, {"digits": 40}, "digits: expected a whole number from 1 to 17, got 40"),
    "limit": ({"*": "random"}, {"limit": 2}, "limit: expected a whole number from 3 to 100, got 2"),
    "notation": ({"*": "random"}, {"notation": "x"}, "unknown notation 'x'"),
    "contradicting sizes": ({"x": [1, 2], "*": "random"}, {"sizes": {"n": 2, "d": 3}}, "d = 3, but x gives d = 2"),
    "ragged": ({"x": [[1], [1, 2]]}, {}, "x: expected an array of numbers, got rows of different lengths"),
    "no numbers": ({"x": {"a": 1}, "*": "zeros"}, {"sizes": {"n": 2, "d": 2}}, "x: expected an array of numbers"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input(name: str) -> None:
    values, options, message = BAD[name]
    with pytest.raises((InputError, UnknownNameError), match=message) as caught:
        sl.example(LSTM, values, **options)
    assert "\n" not in str(caught.value)
