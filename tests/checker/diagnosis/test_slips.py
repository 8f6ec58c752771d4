"""Every kind of slip of the collection is found wrong, its right form right, and named."""

import pytest

import symlstm as sl
from symlstm.checker.diagnosis import Kind, diagnose
from symlstm.checker.diagnosis.kinds import NUMBERS
from symlstm.checker.report import Verdict
from tests.checker.diagnosis.judged import judged
from tests.checker.diagnosis.slips import SLIPS, Slip

UNREAD: dict[Kind, str] = {}


def cell_of(slip: Slip) -> sl.System:
    name, _, head = slip.cell.partition("+")
    cell = sl.cell(name, **slip.options)
    return sl.compose(cell, sl.readout()) if head else cell


def case(slip: Slip) -> object:
    marks = [pytest.mark.xfail(reason=UNREAD[slip.kind], strict=True)] if slip.kind in UNREAD else []
    return pytest.param(slip, id=f"{NUMBERS[slip.kind]}-{slip.cell}-{SLIPS.index(slip)}", marks=marks)


@pytest.mark.parametrize("slip", [case(slip) for slip in SLIPS])
def test_a_slip_is_named(slip: Slip) -> None:
    claim = judged(slip.wrong, cell_of(slip), **slip.how)
    assert claim.judgement.verdict in (Verdict.WRONG, Verdict.AMBIGUOUS)
    found = diagnose(claim)
    assert found.kind == slip.kind, found.line
    assert slip.hint in found.hint
    if slip.condition is not None:
        assert found.condition == slip.condition


@pytest.mark.parametrize("slip", [case(slip) for slip in SLIPS if slip.kind not in UNREAD])
def test_the_right_form_is_right(slip: Slip) -> None:
    claim = judged(slip.right, cell_of(slip), **slip.how)
    assert str(claim.judgement.verdict) == slip.right_is
    if slip.right_is == "right":
        assert diagnose(claim).line == ""


def test_every_slip_of_the_collection_is_there() -> None:
    assert len(NUMBERS) == 38
    assert {slip.kind for slip in SLIPS} >= set(NUMBERS)
