"""What is printed of one step is read back as the same expression: every cell, option, profile, and its derivatives."""

from typing import Any

import pytest

import symlstm as sl
from symlstm.errors import SymlstmError
from tests.cells.variants import ALL, VARIANTS
from tests.checker.roundtrip.printed import check_all, counted, verdicts
from tests.checker.sampling import some

TWICE = ("lstm", "rnn", "mgu", "slstm")
OTHERS = [name for name in sl.NOTATIONS if name != "default"]


@pytest.mark.parametrize(("name", "options"), [pair for (pair,) in some(VARIANTS, every=3)])
def test_every_option(name: str, options: dict[str, Any]) -> None:
    step = sl.cell(name, **options)
    for system in (step, sl.backprop(step)):
        same, whole = counted(system, "default")
        assert same >= 0.75 * whole
        check_all(system, "default")


def test_nearly_all_lines_are_the_same() -> None:
    pairs = [counted(sl.backprop(sl.cell(name, **options)), "default") for name, options in ALL]
    assert sum(same for same, _ in pairs) >= 0.99 * sum(whole for _, whole in pairs)


@pytest.mark.parametrize(("name", "notation"), some(sl.CELLS, OTHERS, every=7))
def test_every_notation(name: str, notation: str) -> None:
    for system in (sl.cell(name), sl.backprop(sl.cell(name))):
        same, whole = counted(system, notation)
        assert same >= 0.7 * whole
        check_all(system, notation)


@pytest.mark.parametrize("notation", [notation for (notation,) in some(sl.NOTATIONS, every=4)])
def test_batches(notation: str) -> None:
    for name in ("lstm", "gru", "layernorm-lstm"):
        counted(sl.backprop(sl.cell(name, B=True)), notation)


@pytest.mark.parametrize(("name", "notation"), some(TWICE, sl.NOTATIONS, every=7))
def test_second_derivatives(name: str, notation: str) -> None:
    counted(sl.backprop(sl.backprop(sl.cell(name))), notation)
    counted(sl.jvp(sl.cell(name)), notation)


@pytest.mark.parametrize("notation", [notation for (notation,) in some(sl.NOTATIONS, every=4)])
def test_jacobians(notation: str) -> None:
    check_all(sl.jacobian(sl.cell("rnn"), "h", "W_h"), notation)
    check_all(sl.jacobian(sl.cell("lstm"), "c", "c_prev"), notation)


@pytest.mark.parametrize("notation", [notation for (notation,) in some(sl.NOTATIONS, every=4)])
def test_networks(notation: str) -> None:
    check_all(sl.backprop(sl.stack("lstm", "gru")), notation)
    check_all(sl.backprop(sl.compose(sl.cell("lstm"), sl.readout(), sl.cross_entropy())), notation)
    check_all(sl.backprop(sl.compose(sl.cell("gru"), sl.readout(), sl.squared_error())), notation)


@pytest.mark.parametrize(
    ("name", "notation"), some(["lstm", "gru", "mlstm", "slstm", "layernorm-lstm-tf"], sl.NOTATIONS, every=7)
)
def test_closed_forms(name: str, notation: str) -> None:
    back = sl.backprop(sl.cell(name))
    for quantity in [line.name for line in back.lines if line.name.startswith("d_")][::5]:
        try:
            shown = sl.latex(back.closed_form(quantity), system=back, notation=notation)
        except SymlstmError:
            continue
        left = sl.latex(back[quantity], notation=notation).partition(" = ")[0]
        assert verdicts(f"{left} = {shown}", back, notation) == {"right": 1}, quantity


@pytest.mark.parametrize("name", [name for (name,) in some(sl.CELLS, every=4)])
def test_text(name: str) -> None:
    check_all(sl.cell(name), "default", "text")
    check_all(sl.backprop(sl.cell(name)), "default", "text")
