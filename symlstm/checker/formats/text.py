"""A report for the terminal, like that of a linter: place, verdict, what is the matter, and details indented."""

from collections.abc import Iterator, Sequence

from symlstm.checker.formats.content import Detail, clipped, details, headline, one_line, summary
from symlstm.checker.report import Claim, Report, Verdict

__all__ = ["report_text"]

_COLOURS = {
    Verdict.RIGHT: "32",
    Verdict.WRONG: "1;31",
    Verdict.AMBIGUOUS: "33",
    Verdict.UNDECIDED: "33",
    Verdict.UNREADABLE: "35",
}
_WIDTH = 72  # characters of a formula that is right


def report_text(report: Report, *, verbose: bool = False, colour: bool = False) -> str:
    """One block for each claim and a summary; `verbose` adds to right claims what they rest on."""
    blocks = ["\n".join(_claim(claim, verbose, colour)) for claim in report.claims]
    return "\n".join([*blocks, summary(report)])


def _claim(claim: Claim, verbose: bool, colour: bool) -> Iterator[str]:
    place, verdict = one_line(str(claim.place)), str(claim.verdict)
    if colour:
        place, verdict = f"\x1b[1m{place}\x1b[0m", f"\x1b[{_COLOURS[claim.verdict]}m{verdict}\x1b[0m"
    said = headline(claim)
    if claim.verdict is Verdict.RIGHT:
        yield f"{place}: {verdict}: {clipped(claim.source, _WIDTH)}{_in_brackets(said, claim)}"
    else:
        yield f"{place}: {verdict}{': ' if said else ''}{said}"
        yield f"    {one_line(claim.source)}"
    yield from _lines(details(claim, verbose=verbose), "    ")


def _in_brackets(said: str, claim: Claim) -> str:
    """What a right claim takes for granted, and a remark."""
    taken = claim.readings[0].assumptions if len(claim.readings) == 1 else ()
    remarks = "; ".join(filter(None, [said, *map(one_line, taken)]))
    return f" ({remarks})" if remarks else ""


def _lines(found: Sequence[Detail], indent: str) -> Iterator[str]:
    width = max((len(detail.label) for detail in found), default=0)
    for detail in found:
        first, *more = [one_line(line) for line in detail.value.strip().splitlines()] or [""]
        if detail.formula:
            first, more = one_line(detail.value), []
        yield f"{indent}{detail.label + ':':<{width + 1}} {first}"
        yield from (f"{indent}{'':<{width + 1}} {line}" for line in more)
        yield from _lines(detail.inner, indent + "    ")
