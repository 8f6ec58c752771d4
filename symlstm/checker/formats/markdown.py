"""A report in Markdown for GitHub: a table of the claims, then what is to be said of those that are not right."""

import re
from collections.abc import Iterator, Sequence

from symlstm.checker.formats.content import Detail, clipped, details, headline, one_line, summary
from symlstm.checker.report import Claim, Report, Verdict

__all__ = ["report_markdown"]

_WIDTH = 60  # characters of a formula in the table
_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~$&])")


def report_markdown(report: Report) -> str:
    """A table with a row for each claim, and a section for each that is not right; formulas are GitHub's maths."""
    blocks = ["# Checked formulas", f"{summary(report)}."]
    if report.claims:
        rows = ["| place | verdict | formula | remark |", "|---|---|---|---|", *map(_row, report.claims)]
        blocks.append("\n".join(rows))
    for claim in report.claims:
        if claim.verdict is not Verdict.RIGHT:
            blocks += _section(claim)
    return "\n\n".join(blocks) + "\n"


def _row(claim: Claim) -> str:
    verdict = str(claim.verdict) if claim.verdict is Verdict.RIGHT else f"**{claim.verdict}**"
    formula = _code(clipped(claim.source, _WIDTH)).replace("|", "\\|")
    cells = (_plain(str(claim.place)), verdict, formula, _plain(headline(claim)))
    return f"| {' | '.join(cells)} |"


def _section(claim: Claim) -> Iterator[str]:
    yield f"## {_plain(str(claim.place))}: {claim.verdict}"
    yield _fenced(claim.source.strip(), "latex")
    if said := headline(claim):
        yield _plain(said)
    yield from _blocks(details(claim))


def _blocks(found: Sequence[Detail]) -> Iterator[str]:
    for detail in found:
        if not detail.formula and "\n" not in detail.value.strip():
            yield f"{_label(detail)} {_plain(detail.value)}"
            continue
        yield _label(detail)
        yield _fenced(detail.value.strip(), "math" if detail.formula else "")
        yield from _blocks(detail.inner)


def _label(detail: Detail) -> str:
    return f"{detail.label[0].upper()}{detail.label[1:]}:"


def _plain(text: str) -> str:
    """Text in which nothing is markup."""
    return _SPECIAL.sub(r"\\\1", one_line(text))


def _longest(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)


def _code(text: str) -> str:
    fence = "`" * (_longest(text) + 1)
    return f"{fence} {text} {fence}" if fence != "`" or text.startswith(" ") else f"`{text}`"


def _fenced(text: str, language: str) -> str:
    """A fenced block, whatever backticks stand in it."""
    fence = "`" * max(3, _longest(text) + 1)
    return f"{fence}{language}\n{text}\n{fence}"
