"""Cells by name, by options as text, and from a file: what is found and what is refused."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import symlstm as sl
from symlstm.cells import read_options, registry
from symlstm.errors import DefinitionError, InputError, SymlstmError, UnknownNameError

FILE = """\
from symlstm import Builder, define


@define("{name}")
def cell(**options):
    '''A cell. Source: a test.'''
    builder = Builder("{name}", **options)
    builder.let("h", builder.affine("h"))
    return builder.system()
"""


@pytest.fixture
def fresh() -> Iterator[None]:
    """What a test defines is forgotten."""
    before = dict(registry._CELLS)
    yield
    registry._CELLS.clear()
    registry._CELLS.update(before)


def test_options_as_text() -> None:
    assert sl.cell("gru:reset=after, biases=2") == sl.cell("gru", reset="after", biases=2)
    assert sl.cell("lstm:peephole", n=3) == sl.cell("lstm", peephole=True, n=3)
    assert read_options("a=1.5,b=false,c") == {"a": 1.5, "b": False, "c": True}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("lstm:", "option '': expected name or name=value"),
        ("lstm:,", "option '': expected name or name=value"),
        ("lstm:peephole=", "option 'peephole=': expected name or name=value"),
        ("lstm:peephole,peephole", "option peephole: given twice"),
        ("lstm:peephole=maybe", "peephole: expected True or False, got 'maybe'"),
        ("lstm:n=0", "dimension n: expected a positive integer"),
        ("lstm:coupled,forget_bias=1", "forget_bias: with coupled=True there is no forget gate of its own"),
        ("lstm:projection_bias", "projection_bias: there is no projection to add it to"),
        ("lstm:layout=split,order=xh", r"order: \[x; h\] is a stack, and the layout split has none"),
        ("gru:reset=after,layout=concat", 'layout: reset="after" multiplies U_g h_prev alone by r'),
        ("gru:update=both", "update: expected one of keep, write, got 'both'"),
        ("layernorm-lstm:epsilon=2", "epsilon: expected a number from 0 to 1"),
        ("mlstm:layout=split", "unknown option of cell mlstm 'layout'"),
        ("lstm:gate_activation=sigmiod", "unknown activation 'sigmiod'; did you mean 'sigmoid'"),
        ("lsmt", "unknown cell 'lsmt'; did you mean 'lstm'"),
    ],
)
def test_what_is_refused(text: str, message: str) -> None:
    with pytest.raises(SymlstmError, match=message):
        sl.cell(text)


def test_an_option_is_given_once() -> None:
    with pytest.raises(InputError, match="option biases: given in 'lstm:biases=2' and again beside it"):
        sl.cell("lstm:biases=2", biases=1)


def test_a_cell_from_a_file(tmp_path: Path, fresh: None) -> None:
    path = tmp_path / "mine.py"
    path.write_text(FILE.format(name="mine"), encoding="utf-8")
    assert sl.cell(path, layout="split") == sl.cell(f"{path}:layout=split")
    assert sl.CELLS["mine"].title == "A cell"
    assert sl.CELLS["mine"].source == "a test"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot be read: no such file"),
        ("x = 1", 'defines no cell; put @define\\("name"\\) above'),
        ("1 / 0", "running it raised ZeroDivisionError: division by zero"),
        ("def", "running it raised SyntaxError"),
        (FILE.format(name="lstm"), "cell 'lstm' is defined already, in symlstm.cells.lstm"),
        (FILE.format(name="My Cell"), "expected small letters, digits and hyphens"),
        (FILE.format(name="mine").replace("    return builder.system()\n", ""), "cell mine: expected a System"),
        ("import sys; sys.exit(3)", "running it raised SystemExit"),
    ],
)
def test_files_that_are_no_cells(content: str | None, message: str, tmp_path: Path, fresh: None) -> None:
    path = tmp_path / "cell.py"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises((InputError, DefinitionError), match=message):
        sl.cell(path)


def test_names_are_taken_once(fresh: None) -> None:
    with pytest.raises(DefinitionError, match="cell 'lstm' is defined already"):
        sl.define("lstm")(lambda: None)  # type: ignore[arg-type, return-value]


def test_unknown_names_in_a_cell() -> None:
    builder = sl.Builder("mine")
    with pytest.raises(UnknownNameError, match="unknown quantity of mine 'mu'"):
        builder["mu"]
