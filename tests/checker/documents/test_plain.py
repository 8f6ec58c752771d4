"""Plain text: lines that go on, lines that are prose, and what stands in front of a formula."""

import pytest

import symlstm as sl
from symlstm.checker.checking import check_document
from symlstm.checker.documents import displays

LSTM = sl.cell("lstm")


def found(text: str) -> list[tuple[str, str]]:
    return [(str(each.place), each.source) for each in displays(text, "text").displays]


@pytest.mark.parametrize(
    "text",
    [
        "a = b\n  + c", "a = b +\n  c", "a = f(\n b\n)", "a\n = b", "a = b\n  = c", "a = b\n  ⊙ c",
        "a = b\n\\odot c",
    ],
)  # fmt: skip
def test_a_formula_goes_on(text: str) -> None:
    last = f"{4 + text.count(chr(10))}:1"
    assert found(f"x = y\n\n{text}\nz = 1") == [("1:1", "x = y"), ("3:1", text), (last, "z = 1")]


def test_a_line_of_its_own_is_no_continuation() -> None:
    assert found("a = b\n- c = d\n\n+ e") == [("1:1", "a = b"), ("2:1", "- c = d")]


def test_what_follows_on_the_next_line_counts() -> None:
    def verdict(text: str) -> str:
        return str(check_document(displays(text, "text"), LSTM).verdict)

    assert verdict("d_f = d_c * c_prev\n") == "right"
    assert verdict("d_f = d_c * c_prev\n    + d_c * f\n") == "wrong"


@pytest.mark.parametrize(
    "line", ["Backward (BPTT):", "LSTM notes", "So it vanishes if ||U|| < 1.", "if a <= b or a >= b"]
)
def test_prose_is_no_formula(line: str) -> None:
    assert found(line) == []


@pytest.mark.parametrize(
    ("lead", "formula"),
    [
        ("(3) ", "a = b"), ("3. ", "a = b"), ("Eq. 3: ", "a = b"), ("Thus, ", "a = b"), ("Task: show that ", "a = b"),
        ("* ", "a = b"), ("where ", "a = b"), ("", "(3 a) = b"), ("", "W[0: n] = b"), ("", "- a = b"), ("", "a := b"),
        ("", "so_t = b"), ("", "2 a = b"),
    ],
)  # fmt: skip
def test_what_leads_to_a_formula_is_no_part_of_it(lead: str, formula: str) -> None:
    assert found(lead + formula) == [(f"1:{len(lead) + 1}", formula)]
