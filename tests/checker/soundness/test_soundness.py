"""The checker never calls a wrong formula right, nor a right one wrong: some hundreds of claims, judged by numbers too.

`python -m tests.benchmarks.soundness` is the whole of it.
"""

import random
from collections import Counter

import pytest

import symlstm as sl
from symlstm.checker.checking import check
from tests.checker.soundness.bench import Finding, Tally, judged, mutants, rewritten, verdict_of
from tests.checker.soundness.cells import pages_of
from tests.checker.soundness.mutations import MUTATIONS
from tests.checker.soundness.pages import StepPage, Way
from tests.checker.soundness.rewrites import REWRITES
from tests.checker.soundness.truth import Truth

CELLS = [
    ("lstm", {}, "default"),
    ("gru", {"layout": "split"}, "default"),
    ("gru", {"reset": "after"}, "default"),
    ("rnn", {}, "keras"),
    ("greff-v", {}, "default"),
    ("mgu", {}, "default"),
    ("lstm", {"coupled": True}, "olah"),
]
MUTANTS, RIGHT = 120, 40  # of every cell


def sample(name: str, options: dict[str, object], written: str, rewrites: bool) -> list[Finding]:
    chance = random.Random(11)
    pages = [page for _, page in pages_of(name, options, written)]
    made = rewritten if rewrites else mutants
    cases = [case for page in pages for line in page.lines for case in made(page, line, 1, chance)]
    tally = Tally()
    for case in chance.sample(cases, min(RIGHT if rewrites else MUTANTS, len(cases))):
        judged(case, tally)
    return tally.findings


@pytest.mark.parametrize(("name", "options", "written"), CELLS)
def test_mutants(name: str, options: dict[str, object], written: str) -> None:
    found = sample(name, options, written, rewrites=False)
    assert [one.case.text for one in found if one.false_accept] == []
    assert [one.case.text for one in found if one.false_reject] == []
    said = Counter(one.verdict for one in found if one.truth in (Truth.DIFFERENT, Truth.MISFIT))
    assert said["wrong"] >= 0.9 * said.total() >= 50
    assert said.keys() <= {"wrong", "ambiguous", "unreadable"}


@pytest.mark.parametrize(("name", "options", "written"), CELLS)
def test_rewrites(name: str, options: dict[str, object], written: str) -> None:
    found = sample(name, options, written, rewrites=True)
    assert [(one.truth, one.verdict, one.case.text) for one in found if one.verdict != "right"] == []
    assert all(one.truth in (Truth.EQUAL, Truth.UNREADABLE) for one in found)


def test_every_mutation_and_rewrite_happens() -> None:
    """In the pages of two cells there is a place for each of them."""
    pages = [page for name in ("lstm", "graves-2013") for _, page in pages_of(name, {})]
    chance = random.Random(1)
    for made, table in ((mutants, MUTATIONS), (rewritten, REWRITES)):
        kinds = {case.kind for page in pages for line in page.lines for case in made(page, line, 1, chance)}
        assert table.keys() - kinds <= {"transpose taken in", "factored out"}


@pytest.mark.parametrize(
    ("right", "truth"),
    [
        (r"\delta C_t \odot C_{t-1}", Truth.EQUAL),
        (r"C_{t-1} \odot \delta C_t", Truth.EQUAL),
        (r"\delta C_t \odot C_t", Truth.DIFFERENT),
        (r"\delta C_t^{\top} C_{t-1}", Truth.MISFIT),
        (r"\delta C_t \, C_{t-1}", Truth.MISFIT),
        (r"\delta C_t \odot Q_{t-1}", Truth.UNREADABLE),
    ],
)
def test_what_is_true(right: str, truth: Truth) -> None:
    cell = sl.cell("lstm")
    page = StepPage(cell, sl.backprop(cell))
    assert page.truth(r"\delta f_t", right) == truth
    if right == r"\delta C_t \, C_{t-1}":
        assert page.truth(r"\delta f_t", right, way=Way(loose=True)) == Truth.EQUAL


def test_the_verdict_is_that_of_check() -> None:
    chance = random.Random(3)
    for _, page in pages_of("rnn", {}):
        for line in page.lines:
            for case in list(mutants(page, line, 1, chance))[:2]:
                assert verdict_of(case)[0] == check(case.text, page.reference, time=page.time).verdict
