"""What can keep a formula from being understood; each says where, and most are one line for the reader."""

from collections.abc import Sequence

from symlstm.checker.reader.tree import Span
from symlstm.errors import InputError

__all__ = ["Beyond", "Misfit", "NeedsSeeds", "NeedsTime", "NotUnderstood", "Problem", "UnknownSymbol"]


class Problem(InputError):  # noqa: N818 - what is in the way of one reading, mostly no error of the user
    """Something in a formula that cannot be understood, and where it stands."""

    def __init__(self, message: str, span: Span | None = None) -> None:
        super().__init__(message)
        self.span = span


def listed(words: Sequence[str]) -> str:
    """Words with commas between and "or" before the last.

    >>> listed(["d_x", "d_h", "d_a_h"])
    'd_x, d_h or d_a_h'
    """
    return " or ".join(part for part in (", ".join(words[:-1]), words[-1]) if part)


class UnknownSymbol(Problem):
    """A symbol that nothing defines; `candidates` are LaTeX of what it could be."""

    def __init__(self, symbol: str, candidates: Sequence[str], span: Span | None = None) -> None:
        guess = f" it could be {listed(candidates)};" if candidates else ""
        one = "d_h" if "d_h" in candidates or not candidates else candidates[0]
        comment = f"a comment symlstm: {symbol} := {one}"
        declare = f"declare it, as in where={{r'{symbol}': '{one}'}}, --let '{symbol} := {one}' or {comment}"
        super().__init__(f"what is {symbol}?{guess} {declare}", span)
        self.symbol = symbol
        self.candidates = tuple(candidates)


class NotUnderstood(Problem):
    """A construction that has no meaning here."""


class Misfit(Problem):
    """Shapes that do not fit; which in every reading makes a claim wrong."""


class NeedsTime(Problem):
    """The formula speaks of more than one step, and was read as one step."""


class NeedsSeeds(NeedsTime):
    """The formula names what flows into a state from outside, which usually is none and was left out."""


class Beyond(Problem):
    """A step before the first or after the last: the formula says nothing there."""
