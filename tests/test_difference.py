"""What changes between two cells: by what the field knows of them, order of terms left aside."""

import json

import pytest
from math_core import LatexToMathML

import symlstm as sl
from symlstm.errors import InputError, UnknownNameError
from tests.cells.variants import VARIANTS


def names(difference: object, part: str) -> list[str]:
    return [change.name for change in getattr(difference, part)]


def test_peepholes_change_three_gates_and_two_adjoints_of_states() -> None:
    difference = sl.diff("lstm", "lstm:peephole")
    assert names(difference, "forward") == ["f", "i", "o"]
    assert names(difference, "backward") == ["d_c", "d_p_f", "d_p_i", "d_p_o", "d_c_prev"]
    assert [change.kind for change in difference.backward] == ["changed", "added", "added", "added", "changed"]
    assert set(difference.unchanged) >= {"g", "c", "h", "d_h", "d_W_f", "d_h_prev"}


def test_the_order_of_terms_is_no_difference() -> None:
    assert not sl.diff("greff-v", "graves-2013")
    assert not sl.diff("greff-np", "lstm:layout=split")
    assert not sl.diff(sl.cell("gers-2002", candidate_activation="tanh"), sl.cell("greff-noaf", layout="concat"))


def test_the_two_meanings_of_the_update_gate() -> None:
    difference = sl.diff("gru", "gru:update=write")
    assert names(difference, "forward") == ["h"]
    assert difference.forward[0].left == sl.cell("gru")["h"]
    assert "d_a_r" not in names(difference, "backward")


def test_what_is_removed_and_added() -> None:
    there, back = sl.diff("lstm", "hochreiter-1997"), sl.diff("hochreiter-1997", "lstm")
    kinds = {change.name: change.kind for change in there.changes}
    assert kinds["f"] == "removed"
    assert {change.name: change.kind for change in back.changes}["f"] == "added"
    assert len(there.changes) == len(back.changes)


@pytest.mark.parametrize(("name", "options"), VARIANTS)
def test_nothing_differs_from_itself(name: str, options: dict) -> None:
    difference = sl.diff(sl.cell(name, **options), sl.cell(name, **options))
    assert not difference
    assert "none of" in difference.text()


def test_text() -> None:
    lines = sl.diff("rnn", "rnn:activation=relu").text().splitlines()
    assert lines[:2] == ["- rnn", "+ rnn:activation=relu"]
    assert lines[3:6] == [
        "Forward: 1 of 1 lines differs",
        "- hₜ = tanh(W_h·[hₜ₋₁; xₜ] + b_h)",
        "+ hₜ = ReLU(W_h·[hₜ₋₁; xₜ] + b_h)",
    ]


def test_latex_and_markdown_are_readable() -> None:
    difference = sl.diff("lstm", "layernorm-lstm-tf")
    assert "<math" in LatexToMathML().convert_with_local_state(difference.latex(), displaystyle=True)
    document = difference.markdown()
    assert document.startswith("# From lstm to layernorm-lstm-tf\n")
    for block in document.split("```math\n")[1:]:
        LatexToMathML().convert_with_local_state(block.split("```")[0], displaystyle=True)


def test_equal_cells_have_no_formula() -> None:
    assert sl.diff("lstm", "lstm").latex() == r"\text{no line differs}"
    assert "```" not in sl.diff("lstm", "lstm").markdown()


def test_json() -> None:
    document = json.loads(sl.diff("lstm", "lstm:coupled").json())
    assert document["schema"] == 1
    changed = {change["name"]: change for change in document["changes"]}
    assert changed["f"]["left"]["latex"] == r"f_t = \sigma(W_f [h_{t-1}; x_t] + b_f)"
    assert changed["f"]["right"]["text"] == "fₜ = 1 - iₜ"
    assert changed["d_W_f"] == {**changed["d_W_f"], "change": "removed", "right": None, "pass": "backward"}


def test_notation() -> None:
    assert "Γ_f" in sl.diff("lstm", "lstm:coupled", notation="deeplearning.ai").text()


def test_what_cannot_be_compared() -> None:
    with pytest.raises(UnknownNameError, match="unknown cell or library 'lstn'; did you mean 'lstm'"):
        sl.diff("lstm", "lstn")
    with pytest.raises(InputError, match=r"lstm backward is a backward pass; give the step"):
        sl.diff("lstm", sl.backprop(sl.cell("lstm")))
    with pytest.raises(InputError, match="diff: expected a System"):
        sl.diff(3, "lstm")
    with pytest.raises(UnknownNameError, match="unknown option of cell lstm 'peepholes'; did you mean 'peephole'"):
        sl.diff("lstm", "lstm:peepholes")


def test_libraries() -> None:
    difference = sl.diff("pytorch:gru", "keras:gru,reset_after=false")
    assert names(difference, "forward") == ["r", "z", "g"]
    text = difference.text()
    assert "- nₜ = tanh(W_in·xₜ + b_in + rₜ ⊙ (W_hn·hₜ₋₁ + b_hn))" in text
    assert "+ gate order: z r h" in text
    assert not sl.diff("tf1", "haiku").changes
    assert dict(sl.diff("tf1", "haiku").right.facts)["gate order"] == "i g f o"


@pytest.mark.parametrize("library", sl.CONVENTIONS)
def test_every_cell_of_every_library(library: str) -> None:
    for cell in sl.CONVENTIONS[library].cells:
        assert not sl.diff(f"{library}:{cell}", f"{library}:{cell}").changes
        assert sl.diff(f"{library}:{cell}", "mgu").changes


def test_a_coupled_gate_with_a_forget_bias() -> None:
    facts = dict(sl.diff("tf1:lstm,coupled=true", "lstm").left.facts)
    assert facts["forget bias"].startswith("1.0 is added at run time")


def test_the_order_of_the_gates_in_latex() -> None:
    latex = sl.diff("pytorch:gru", "keras:gru").latex()
    assert r"& \text{gate order z r h} && \text{keras:gru}" in latex
    assert sl.diff("onnx:gru:linear_before_reset=1", "pytorch:gru").left.back == sl.diff("pytorch:gru", "gru").left.back


def test_what_a_library_has_not() -> None:
    with pytest.raises(UnknownNameError, match="unknown cell of tflite 'gru'"):
        sl.diff("tflite:gru", "lstm")
    with pytest.raises(InputError, match="reset_after='maybe' cannot be converted"):
        sl.diff("keras:gru,reset_after=maybe", "gru")
