"""Printed lines with one slip put in: at least nine of ten get the right kind."""

import pytest

import symlstm as sl
from symlstm.checker.diagnosis import diagnose
from symlstm.checker.report import Verdict
from tests.checker.diagnosis.judged import judged
from tests.checker.diagnosis.mutants import lines_of, mutants

CELLS = [sl.cell("lstm"), sl.cell("gru"), sl.cell("rnn", layout="split"), sl.cell("lstm", peephole=True)]


@pytest.mark.parametrize("cell", CELLS, ids=["lstm", "gru", "rnn", "peephole"])
def test_mutants_are_named(cell: sl.System) -> None:
    found = []
    for line in lines_of(cell)[::2]:
        for mutant, kinds in mutants(line):
            claim = judged(mutant, cell)
            assert claim.judgement.verdict is not Verdict.RIGHT, mutant
            if claim.judgement.verdict in (Verdict.WRONG, Verdict.AMBIGUOUS):
                found.append(diagnose(claim).kind in kinds)
    assert len(found) >= 5
    assert sum(found) >= 0.9 * len(found)
