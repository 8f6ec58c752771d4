"""What the checker answers: a verdict for every claim, with its certificate, readings and hints."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from symlstm.formats import formatter

__all__ = ["Claim", "Place", "Reading", "Report", "Verdict"]


class Verdict(StrEnum):
    """What was found; from the worst to the best for a report of several claims."""

    WRONG = "wrong"
    UNREADABLE = "unreadable"
    AMBIGUOUS = "ambiguous"
    UNDECIDED = "undecided"
    RIGHT = "right"

    @property
    def exit_code(self) -> int:
        """0 for right, 1 for wrong, 3 for what is not settled."""
        return {Verdict.RIGHT: 0, Verdict.WRONG: 1}.get(self, 3)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a claim stands: line and column count from 1; `file` is "" for text that was handed over.

    In a notebook, `cell` counts all its cells from 1, and line and column are those of the cell.

    >>> str(Place(2, 7, "notes.ipynb", cell=3))
    'notes.ipynb:cell 3:2:7'
    """

    line: int
    column: int
    file: str = ""
    cell: int | None = None

    def __str__(self) -> str:
        cell = "" if self.cell is None else f"cell {self.cell}"
        return ":".join(filter(None, (self.file, cell, str(self.line), str(self.column))))


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand a claim: how it was read, the conventions that it takes for granted, what came of it."""

    verdict: Verdict
    latex: str  # the claim printed back, every operator written out
    assumptions: tuple[str, ...] = ()  # "in row layout", "σ′(o_t) as a function of the output"
    hint: str = ""
    condition: str = ""  # "right only if b_f = 0"
    certificate: str = ""  # the bound on a wrong acceptance, or the counterexample in one line


@dataclass(frozen=True, slots=True)
class Claim:
    """One equation sign of a text and what was found."""

    verdict: Verdict
    source: str  # as it was written
    place: Place
    readings: tuple[Reading, ...] = ()
    hint: str = ""  # one line: the slip that explains it, or what to do
    message: str = ""  # why it is unreadable or undecided
    correction: str = ""  # LaTeX of the right formula, in the notation of the text
    counterexample: str = ""  # numbers that show it, small enough to check by hand
    bound: str = ""  # "wrong acceptance with probability below 2^-110, for all sizes up to …"
    step: int = 1  # which equation sign of a chain
    expect: str = ""  # "wrong" where the text itself says so, as a text about errors does

    @property
    def outcome(self) -> Verdict:
        """What the claim adds to the report: its verdict, turned round where the text says that it is wrong."""
        turned = {Verdict.WRONG: Verdict.RIGHT, Verdict.RIGHT: Verdict.WRONG}
        return turned.get(self.verdict, self.verdict) if self.expect == Verdict.WRONG else self.verdict


@dataclass(frozen=True, slots=True)
class Report:
    """The verdict of a whole text: the worst of its claims, in the order of `Verdict`."""

    claims: tuple[Claim, ...]

    @property
    def verdict(self) -> Verdict:
        """The worst outcome of the claims; undecided where nothing is claimed."""
        return worst([claim.outcome for claim in self.claims])

    @property
    def hint(self) -> str:
        """The hint of the first claim with the worst outcome."""
        return next((claim.hint for claim in self.claims if claim.outcome is self.verdict), "")

    @property
    def counts(self) -> dict[str, int]:
        """How many claims have each verdict, those with none left out."""
        found = [claim.verdict for claim in self.claims]
        return {str(verdict): found.count(verdict) for verdict in Verdict if verdict in found}

    @property
    def exit_code(self) -> int:
        """0 when all is right, 1 when something is wrong, 3 when something is not settled or nothing is claimed."""
        return self.verdict.exit_code

    @staticmethod
    def of(reports: "Iterable[Report]") -> "Report":
        """One report of several texts, their claims in order."""
        return Report(tuple(claim for report in reports for claim in report.claims))

    def text(self, *, verbose: bool = False, colour: bool = False) -> str:
        """The report for the terminal, like that of a linter; `verbose` adds to right claims what they rest on."""
        return formatter("report text")(self, verbose=verbose, colour=colour)

    def markdown(self) -> str:
        """The report in Markdown for GitHub."""
        return formatter("report markdown")(self)

    def latex(self) -> str:
        """The report as a LaTeX list, to be put into a document; needs amsmath and amssymb."""
        return formatter("report latex")(self)

    def html(self) -> str:
        """The report as one page that needs nothing else; formulas are MathML where math-core is installed."""
        return formatter("report html")(self)

    def json(self) -> str:
        """The report for machines."""
        return formatter("report json")(self)

    def github(self) -> str:
        """The report as annotations of a GitHub workflow: wrong is an error, what could not be settled a warning."""
        return formatter("report github")(self)

    def _repr_markdown_(self) -> str:
        return self.markdown()

    def __str__(self) -> str:
        return self.text()


def worst(verdicts: Sequence[Verdict]) -> Verdict:
    """The first in the order of `Verdict`."""
    return min(verdicts, key=list(Verdict).index, default=Verdict.UNDECIDED)
