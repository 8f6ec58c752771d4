"""A cell on the command line is built as the source of the notation builds it."""

import pytest

import symlstm as sl
from symlstm.cli import main

CASES = {
    "--notation d2l": ({"layout": "split"}, "d2l"),
    "--notation pytorch": ({"layout": "split", "biases": 2}, "pytorch"),
    "--notation graves": ({"layout": "split", "peephole": True}, "graves"),
    "--notation zaremba": ({"order": "xh"}, "zaremba"),
    "--notation zaremba --layout split": ({"layout": "split"}, "zaremba"),
    "--notation pytorch --biases 1": ({"biases": 1}, "pytorch"),
    "--notation olah": ({}, "olah"),
    "": ({}, "default"),
}


@pytest.mark.parametrize("arguments", CASES)
def test_the_options_of_the_source(arguments: str, capsys: pytest.CaptureFixture[str]) -> None:
    options, name = CASES[arguments]
    assert main(["derive", *arguments.split()]) == 0
    assert capsys.readouterr().out == sl.cell("lstm", **options).text(notation=name) + "\n"


@pytest.mark.parametrize("name", sl.NOTATIONS)
@pytest.mark.parametrize("cell", ["lstm", "gru", "gru:reset=after", "gru:update=write", "rnn", "mgu", "mlstm"])
def test_every_notation_with_options_of_its_own(cell: str, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["grad", "--cell", cell, "--notation", name]) == 0
    assert "δ" in capsys.readouterr().out


@pytest.mark.parametrize("name", sl.NOTATIONS)
def test_the_question_in_every_notation(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["example", "--notation", name]) == 0
    assert "[0.4750, 0.6900, 0.5498, 0.4875, 0.6682]" in capsys.readouterr().out
