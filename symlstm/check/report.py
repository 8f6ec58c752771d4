"""What the checker answers: a verdict for every claim, with its certificate, readings and hints."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Claim", "Place", "Reading", "Report", "Verdict"]


class Verdict(StrEnum):
    """What was found; from the worst to the best for a report of several claims."""

    WRONG = "wrong"
    UNREADABLE = "unreadable"
    AMBIGUOUS = "ambiguous"
    UNDECIDED = "undecided"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a claim stands: line and column count from 1; `file` is "" for text that was handed over."""

    line: int
    column: int
    file: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.file else f"{self.line}:{self.column}"


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


@dataclass(frozen=True, slots=True)
class Report:
    """The verdict of a whole text: the worst of its claims, in the order of `Verdict`."""

    claims: tuple[Claim, ...]

    @property
    def verdict(self) -> Verdict:
        """The worst verdict of the claims; undecided where nothing is claimed."""
        return worst([claim.verdict for claim in self.claims])

    @property
    def hint(self) -> str:
        """The hint of the first claim with the worst verdict."""
        return next((claim.hint for claim in self.claims if claim.verdict is self.verdict), "")

    @property
    def counts(self) -> dict[str, int]:
        """How many claims have each verdict, those with none left out."""
        found = [claim.verdict for claim in self.claims]
        return {str(verdict): found.count(verdict) for verdict in Verdict if verdict in found}


def worst(verdicts: Sequence[Verdict]) -> Verdict:
    """The first in the order of `Verdict`."""
    return min(verdicts, key=list(Verdict).index, default=Verdict.UNDECIDED)
