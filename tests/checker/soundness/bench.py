"""Claims made from every printed line, judged by the checker and by numbers; where they differ is a failure."""

import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from symlstm.checker.reader import ReadingError, read_formula
from symlstm.checker.report import Verdict, worst
from symlstm.checker.settings import Settings, open_session
from tests.checker.soundness.mutations import MUTATIONS
from tests.checker.soundness.pages import Line, Page, Way
from tests.checker.soundness.pieces import sites
from tests.checker.soundness.rewrites import REWRITES
from tests.checker.soundness.truth import Truth

__all__ = ["Case", "Finding", "Tally", "judged", "mutants", "rewritten", "verdict_of"]


@dataclass(frozen=True)
class Case:
    """One claim: where it comes from, the kind of change, and its sides."""

    page: Page
    kind: str
    line: Line
    right: str

    @property
    def text(self) -> str:
        """The claim as it is handed to the checker."""
        return self.line.text(right=self.right)

    def truth(self, way: Way) -> Truth:
        """What the numbers say of it."""
        return self.page.truth(self.line.left, self.right, self.line.margin, way)


def mutants(page: Page, line: Line, each: int, chance: random.Random) -> Iterator[Case]:
    """At most `each` mutants of every kind of a line."""
    tree = page.cut(line.right)
    for kind, slip in MUTATIONS.items():
        found = {str(put(new)) for piece, put in sites(tree) for new in slip(piece, page)} - {str(tree)}
        chosen = sorted(found)
        for right in chance.sample(chosen, min(each, len(chosen))):
            yield Case(page, kind, line, right)


@dataclass
class Tally:
    """What came of the claims: counts by kind, by what the numbers say and by what the checker says."""

    counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    findings: list["Finding"] = field(default_factory=list)
    seconds: float = 0.0


@dataclass(frozen=True)
class Finding:
    """What both say of a case; `way` is how the text must be read for the checker to be right, where it says so."""

    case: Case
    truth: str
    verdict: str
    notes: str

    @property
    def false_accept(self) -> bool:
        """A wrong formula called right."""
        return self.verdict == "right" and self.truth in (Truth.DIFFERENT, Truth.MISFIT)

    @property
    def false_reject(self) -> bool:
        """A right formula called wrong."""
        return self.verdict == "wrong" and self.truth == Truth.EQUAL


def judged(case: Case, tally: Tally) -> Finding:
    """Judge a case both ways."""
    truth: str = case.truth(Way())
    start = time.perf_counter()
    verdict, notes = verdict_of(case)
    tally.seconds += time.perf_counter() - start
    if verdict == "right" and truth in (Truth.DIFFERENT, Truth.MISFIT):
        truth = _otherwise(case, notes, truth)
    if verdict == "wrong" and truth == Truth.EQUAL:
        truth = str(case.page.again().truth(case.line.left, case.right, case.line.margin))
    finding = Finding(case, truth, verdict, notes)
    tally.counts[case.kind, truth, verdict] += 1
    tally.findings.append(finding)
    return finding


def verdict_of(case: Case) -> tuple[str, str]:
    """The verdict of `check`, without its search for what went wrong, and what the readings take for granted."""
    settings = Settings(time=case.page.time, notation=case.page.notation)
    try:
        formula = read_formula(case.text, settings.language)
        found = open_session(case.page.reference, settings, [formula], case.text).formula(formula)
    except ReadingError:
        return "unreadable", ""
    notes = [note for one in found for outcome in one.judgement.outcomes for note in outcome.notes]
    return str(worst([one.judgement.verdict for one in found]) if found else Verdict.UNREADABLE), "; ".join(notes)


def _otherwise(case: Case, said: str, truth: str) -> str:
    """What the numbers say where the text is read as the report says that it was read."""
    rows = ("in row layout" in said) != case.page.rows
    swapped = "with W as the recurrent and U as the input matrix" in said
    turned = "with weights stored transposed" in said or "with weights as for columns" in said
    ways = {
        "equal with looser signs": Way(loose=True),
        "equal when read as the report says": Way(True, rows, turned, swapped=swapped),
        "equal where the loss sees h alone": Way(True, rows, turned, h_alone=True),
    }
    fits = (name for name, way in ways.items() if case.truth(way) in (Truth.EQUAL, Truth.POSSIBLE))
    return next(fits, truth)


def rewritten(page: Page, line: Line, each: int, chance: random.Random) -> Iterator[Case]:
    """At most `each` results of every rewrite of a line, and as many of three rewrites one after the other."""
    tree = page.cut(line.right)
    for kind, rewrite in REWRITES.items():
        found = {str(put(new)) for piece, put in sites(tree) for new in rewrite(piece, page)} - {str(tree)}
        for right in chance.sample(sorted(found), min(each, len(found))):
            yield Case(page, kind, line, right)
    for _ in range(each):
        node = tree
        for _ in range(3):
            options = [
                put(new) for piece, put in sites(node) for rewrite in REWRITES.values() for new in rewrite(piece, page)
            ]
            node = chance.choice(options) if options else node
        if str(node) != str(tree) and len(str(node)) < 1500:
            yield Case(page, "three rewrites", line, str(node))
