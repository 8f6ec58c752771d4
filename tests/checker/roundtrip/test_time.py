"""What is printed of a sequence is right at every step at which its margin says that it holds."""

import pytest

import symlstm as sl
from tests.checker.roundtrip.printed import check_all, verdicts
from tests.checker.sampling import some

SEVERAL = ("default", "keras", "onnx", "greff", "goodfellow", "zaremba", "deeplearning.ai")


@pytest.mark.parametrize("name", [name for (name,) in some(sl.CELLS, every=5)])
def test_every_cell(name: str) -> None:
    check_all(sl.through_time(sl.cell(name)), "default")


@pytest.mark.parametrize(("name", "notation"), some(["lstm", "gru", "rnn"], sl.NOTATIONS, every=7))
def test_every_notation(name: str, notation: str) -> None:
    check_all(sl.through_time(sl.cell(name)), notation)


@pytest.mark.parametrize("notation", [notation for (notation,) in some(sl.NOTATIONS, every=4)])
def test_both_directions(notation: str) -> None:
    both = sl.bidirectional("rnn")
    check_all(both, notation)
    check_all(sl.through_time(both), notation)


@pytest.mark.parametrize("notation", [notation for (notation,) in some(sl.NOTATIONS, every=4)])
def test_products_of_jacobians(notation: str) -> None:
    check_all(sl.jacobian(sl.over_time(sl.cell("rnn")), "h", "h_0"), notation)


@pytest.mark.parametrize("notation", [notation for (notation,) in some(SEVERAL, every=4)])
def test_networks(notation: str) -> None:
    check_all(sl.through_time(sl.compose(sl.cell("rnn"), sl.readout(), sl.cross_entropy())), notation)
    check_all(sl.through_time(sl.stack("rnn", layers=2)), notation)


def test_a_line_is_wrong_where_its_margin_says_too_much() -> None:
    whole = sl.through_time(sl.cell("lstm"))
    (line,) = (row for row in sl.latex(whole).splitlines() if row.startswith(r"\delta C_t &="))
    shown = line.removesuffix(r" \\")
    assert verdicts(shown, whole) == {"right": 1}
    assert verdicts(shown.replace("t = T-1", "t = T"), whole) == {"wrong": 1}


def test_a_cell_knows_what_is_printed_of_its_sequence() -> None:
    cell = sl.cell("lstm")
    found = verdicts(sl.latex(sl.through_time(cell)), cell)
    assert found["wrong"] == 0
    assert found["right"] >= 30
