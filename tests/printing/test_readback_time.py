"""What is printed of a whole pass through time is computed from the page alone, step by step, by the reader."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from sympy import MatrixExpr

import symlstm as sl
from symlstm.algebra import Last, Later, zeros
from symlstm.algebra.steps import with_shifts
from symlstm.notation import Glyph
from symlstm.printing import moments
from symlstm.printing.latex import LatexPrinter
from symlstm.printing.moments import Moment
from symlstm.system import Equation, System, over_time
from tests.cells.variants import VARIANTS
from tests.printing.printed_steps import PrintedSteps
from tests.printing.readback import AmbiguousError
from tests.printing.tex import UnreadableError

MORE = ("lstm", "gru", "slstm", "greff-fgr")  # with a step between the first and the last in every notation


@cache
def through_time(name: str, **options: Any) -> System:
    """A cell over time with its backward pass; the same one is derived once."""
    return sl.through_time(sl.cell(name, **options))


@pytest.mark.parametrize(("name", "options"), VARIANTS)
def test_every_option(name: str, options: dict[str, Any]) -> None:
    PrintedSteps(sl.through_time(sl.cell(name, **options)), steps=3).compute()


@pytest.mark.parametrize("name", sl.CELLS)
@pytest.mark.parametrize("notation", sl.NOTATIONS)
def test_every_notation(notation: str, name: str) -> None:
    PrintedSteps(through_time(name), notation, steps=2 + (name in MORE)).compute()


@pytest.mark.parametrize("notation", sl.NOTATIONS)
@pytest.mark.parametrize("name", ["lstm", "greff-fgr", "mlstm"])
def test_pieces(name: str, notation: str) -> None:
    """What is cut is said to hold at the cuts, and the rest everywhere else."""
    for k, steps in ((1, 3), (2, 5), (3, 7)):
        PrintedSteps(sl.through_time(sl.cell(name), truncate=k), notation, steps).compute()


@pytest.mark.parametrize("steps", [1, 2, 6])
@pytest.mark.parametrize("name", ["lstm", "gru", "slstm", "greff-fgr"])
def test_any_number_of_steps(name: str, steps: int) -> None:
    PrintedSteps(through_time(name), steps=steps).compute()


@pytest.mark.parametrize("notation", ["default", "graves", "keras", "greff"])
@pytest.mark.parametrize("name", ["lstm", "gru", "slstm", "layernorm-lstm"])
def test_batches(name: str, notation: str) -> None:
    PrintedSteps(through_time(name, B=True), notation, steps=2, batch=2).compute()


@pytest.mark.parametrize("notation", [name for name in sl.NOTATIONS if name != "zaremba"])
@pytest.mark.parametrize("name", ["lstm", "gru", "slstm", "mlstm"])
def test_forward_alone(name: str, notation: str) -> None:
    """With net inputs in a line of their own, or put where they are used."""
    for net_inputs in ("inline", "show", "auto"):
        system = through_time(name).forward
        assert system is not None
        page = PrintedSteps(system, notation)
        page.compute(net_inputs)
        assert {("h", 4)} <= set(page.known)


@pytest.mark.parametrize("notation", ["default", "goodfellow", "onnx"])
def test_from_the_last_step_to_the_first(notation: str) -> None:
    """A cell that reads backwards takes what it was from t + 1, and its gradient from t - 1."""
    for name in ("lstm", "gru"):
        system = sl.through_time(over_time(sl.cell(name, layout="split"), reverse=True))
        PrintedSteps(system, notation).compute()


def other_way(self: LatexPrinter, node: MatrixExpr) -> tuple[str, int]:
    origin, offset = self.moment
    return origin, offset + (-1 if isinstance(node, Later) else 1)


def nothing_beyond(line: Equation, kind: type, step: str) -> Moment:
    return Moment(replace(line, rhs=with_shifts(line.rhs, lambda shift: zeros(shift.shape))), step)


def as_elsewhere(line: Equation, kind: type, step: str) -> Moment:
    return Moment(line, step)


BROKEN: dict[str, tuple[Any, str, Callable[..., Any]]] = {
    "t - 1 for t + 1": (LatexPrinter, "_neighbour", other_way),
    "nothing flows in at the end": (moments, "_at_end", nothing_beyond),
    "the end is like every other step": (moments, "_at_end", as_elsewhere),
    "no sum": (LatexPrinter, "over_time", lambda self, first, last, inner: inner),
    "a sum from t = 2": (LatexPrinter, "over_time", lambda self, first, last, inner: rf"\sum_{{t=2}}^{{T}} {inner}"),
    "every line at every step": (Moment, "when", lambda self, dots, unequal: rf"t = 1, {dots}, T"),
    "every line at one step less": (Moment, "when", lambda self, dots, unequal: rf"t = T-1, {dots}, 2"),
    "always t": (Glyph, "at", lambda self, origin, offset: self),
    "T for 1": (LatexPrinter, "_end", lambda self, node: self._piece(Last(node.matrix).matrix)),
}


@pytest.mark.parametrize("name", ["lstm", "greff-fgr"])
@pytest.mark.parametrize("mutation", BROKEN)
def test_a_broken_printer_is_noticed(mutation: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    owner, rule, broken = BROKEN[mutation]
    PrintedSteps(through_time(name)).compute()
    monkeypatch.setattr(owner, rule, broken)
    with pytest.raises((AssertionError, UnreadableError, AmbiguousError, ValueError, KeyError)):
        PrintedSteps(through_time(name)).compute()


def test_every_line_says_when_it_holds() -> None:
    step = sl.compose(sl.cell("rnn"), sl.readout(), sl.cross_entropy())
    back = sl.through_time(step)
    assert back["d_loss"].text() == "δLₜ = 1   t = T, …, 1"
    assert sl.through_time(step, loss="last")["d_y"].text().splitlines()[0].strip() == "δy_T = p_T - target_T"
    moving = sl.jvp(back, "b_y")
    ways = {name: moving[name].text().split("   ")[-1] for name in ("dot_y", "dot_p", "dot_d_y", "dot_d_target")}
    assert list(ways.values()) == 2 * ["t = 1, …, T"] + 2 * ["t = T, …, 1"]
    over_time = sl.jacobian(sl.over_time(step), "y", "h_0")
    assert over_time["J_y_by_h_0"].text().endswith("t = 1, …, T")
