"""Stacks and both directions over time in every notation."""

from collections.abc import Iterator
from pathlib import Path
from shutil import which

import pytest

import symlstm as sl
from symlstm.system import System
from tests.printing.test_renders import compile_tex
from tests.through_time.networks import NETWORKS

ARROWS = {" = ": ("\u20d7", "\u20d6"), " &= ": ("rightarrow", "leftarrow")}


def printed_systems() -> Iterator[System]:
    for system in (
        sl.bidirectional("lstm"),
        sl.stack("gru", layers=2, bidirectional=True),
        NETWORKS["lstm-lstm both ways"].with_loss("cross_entropy"),
        NETWORKS["gru-lstm with dropout"].with_loss("squared_error"),
    ):
        yield from (system, sl.through_time(system))


@pytest.mark.parametrize("notation", sl.NOTATIONS)
def test_every_notation_prints_them(notation: str) -> None:
    """No two rows have the same left side, every output and every adjoint has one, both directions have as many."""
    for system in printed_systems():
        count = sum(bool(line.of) or line.name in system.outputs for line in system.lines)
        for text, sign in ((system.text(notation=notation), " = "), (system.latex(notation=notation), " &= ")):
            rows = [row for row in text.splitlines() if sign in row]
            sides = [row.split(sign)[0].strip() for row in rows]
            assert len(set(sides)) == len(sides) >= count
            ahead, back = (sum(arrow in side for side in sides) for arrow in ARROWS[sign])
            assert ahead == back > 0 or "both ways" not in system.name


@pytest.mark.skipif(which("pdflatex") is None, reason="pdflatex is no Python dependency")
@pytest.mark.parametrize("notation", ["default", "goodfellow", "pytorch"])
def test_pdflatex_compiles_them(notation: str, tmp_path: Path) -> None:
    system = NETWORKS["gru-lstm both ways"].with_loss("cross_entropy")
    body = sl.latex(sl.through_time(system), notation=notation).replace("{aligned}", "{align*}")
    preamble = r"\documentclass{article}\usepackage{amsmath,amssymb}\usepackage[a2paper,landscape]{geometry}"
    log = compile_tex(rf"{preamble}\allowdisplaybreaks\begin{{document}}{body}\end{{document}}", tmp_path)
    assert "Overfull" not in log
