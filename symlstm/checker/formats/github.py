"""A report as workflow commands of GitHub, which shows them at the lines of a pull request."""

from collections.abc import Iterator, Sequence

from symlstm.checker.formats.content import Detail, details, headline, one_line, summary
from symlstm.checker.report import Claim, Place, Report, Verdict

__all__ = ["report_github"]

_LEVELS = {Verdict.WRONG: "error", Verdict.RIGHT: ""}  # all others are warnings
_IN_MESSAGES = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_IN_PROPERTIES = {**_IN_MESSAGES, ":": "%3A", ",": "%2C"}


def report_github(report: Report) -> str:
    """An error for what is wrong, a warning for what could not be settled, none for what is right; the summary."""
    lines = [_annotation(claim) for claim in report.claims if _LEVELS.get(claim.outcome, "warning")]
    return "\n".join([*lines, f"::notice title=symlstm::{_escaped(summary(report), _IN_MESSAGES)}"])


def _annotation(claim: Claim) -> str:
    given = {**_properties(claim.place), "title": f"symlstm: {claim.verdict}"}
    properties = ",".join(f"{name}={_escaped(str(value), _IN_PROPERTIES)}" for name, value in given.items())
    first = f"{_within(claim.place)}{headline(claim) or claim.verdict}"
    message = "\n".join([first, one_line(claim.source), *_lines(details(claim))])
    return f"::{_LEVELS.get(claim.outcome, 'warning')} {properties}::{_escaped(message, _IN_MESSAGES)}"


def _properties(place: Place) -> dict[str, object]:
    """Where to show it; the lines of a cell are none of the notebook's file."""
    if not place.file or place.file == "-":
        return {}
    return {"file": place.file} if place.cell else {"file": place.file, "line": place.line, "col": place.column}


def _within(place: Place) -> str:
    """The place in the message where the annotation cannot say it."""
    if place.cell is not None:
        return f"cell {place.cell}, line {place.line}, column {place.column}: "
    return "" if place.file and place.file != "-" else f"line {place.line}, column {place.column}: "


def _lines(found: Sequence[Detail], indent: str = "") -> Iterator[str]:
    for detail in found:
        value = one_line(detail.value) if detail.formula else detail.value.strip()
        yield f"{indent}{detail.label}: {value}"
        yield from _lines(detail.inner, indent + "  ")


def _escaped(text: str, table: dict[str, str]) -> str:
    return "".join(table.get(character, character) for character in text)
