"""What can keep a formula from being understood; each says where, and most are one line for the reader."""

from collections.abc import Sequence

from symlstm.check.reader.tree import Span
from symlstm.errors import InputError

__all__ = ["Beyond", "Misfit", "NeedsTime", "NotUnderstood", "Problem", "UnknownSymbol"]


class Problem(InputError):  # noqa: N818  a problem of a formula, not an error of the program
    """Something in a formula that cannot be understood, and where it stands."""

    def __init__(self, message: str, span: Span | None = None) -> None:
        super().__init__(message)
        self.span = span


class UnknownSymbol(Problem):
    """A symbol that nothing defines; `candidates` are LaTeX of what it could be."""

    def __init__(self, symbol: str, candidates: Sequence[str], span: Span | None = None) -> None:
        guess = f"; it could be {' or '.join(candidates)}" if candidates else ""
        declare = rf"declare it, for example where={{r'{symbol}': 'd_h'}} or % symlstm: {symbol} := …"
        super().__init__(f"what is {symbol}?{guess}; {declare}", span)
        self.symbol = symbol
        self.candidates = tuple(candidates)


class NotUnderstood(Problem):
    """A construction that has no meaning here."""


class Misfit(Problem):
    """Shapes that do not fit; which in every reading makes a claim wrong."""


class NeedsTime(Problem):
    """The formula speaks of more than one step, and was read as one step."""


class Beyond(Problem):
    """A step before the first or after the last: the formula says nothing there."""
