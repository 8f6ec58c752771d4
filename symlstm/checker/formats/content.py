"""What every format says of a claim: a headline, and details below it."""

from dataclasses import dataclass

from symlstm.checker.report import Claim, Reading, Report, Verdict

__all__ = ["Detail", "clipped", "details", "headline", "one_line", "summary"]

_FROM_THE_BEST = (Verdict.RIGHT, Verdict.WRONG, Verdict.AMBIGUOUS, Verdict.UNDECIDED, Verdict.UNREADABLE)
_EXPECTED = {
    Verdict.WRONG: "as the text itself says",
    Verdict.RIGHT: "but the text says that it is wrong",
}


@dataclass(frozen=True, slots=True)
class Detail:
    """A line below the headline: what it is, and LaTeX or plain text; `inner` are the details of a reading."""

    label: str
    value: str
    formula: bool = False
    inner: tuple["Detail", ...] = ()


def summary(report: Report) -> str:
    """How many claims have each verdict: "12 claims: 9 right, 2 wrong, 1 ambiguous"."""
    total, counts = len(report.claims), report.counts
    if not total:
        return "no formula found, so nothing is claimed"
    found = ", ".join(f"{counts[verdict]} {verdict}" for verdict in _FROM_THE_BEST if verdict in counts)
    expected = sum(claim.expect == claim.verdict for claim in report.claims)
    remark = f" ({expected} wrong as the text itself says)" if expected else ""
    return f"{total} claim{'' if total == 1 else 's'}: {found}{remark}"


def headline(claim: Claim) -> str:
    """One line of plain text: the slip, and when the claim is right after all; "" for a claim that is simply right."""
    reading = claim.readings[0] if len(claim.readings) == 1 else None
    said = [_EXPECTED.get(claim.verdict, "")] if claim.expect == Verdict.WRONG else []
    said += [claim.hint or claim.message]
    if reading is not None and claim.verdict is not Verdict.RIGHT:
        said += [reading.hint, reading.condition]
    parts = list[str]()
    for part in map(one_line, said):
        if part and not any(part in other for other in parts):
            parts.append(part)
    if claim.step > 1 and claim.verdict is not Verdict.RIGHT:
        parts.append(f"at equation sign {claim.step} of the chain")
    return "; ".join(parts)


def details(claim: Claim, *, verbose: bool = False) -> list[Detail]:
    """What stands below the headline; for a right claim nothing, unless `verbose`, and then what that rests on."""
    if claim.verdict is Verdict.RIGHT and not verbose:
        return []
    found = [Detail("because", claim.message)] if claim.hint and claim.message else []
    if len(claim.readings) == 1:
        found += _of_reading(claim.readings[0], claim)
    found += [Detail("for example", claim.counterexample)]
    found += [Detail("right is", claim.correction, formula=True)]
    if len(claim.readings) > 1:
        found += [
            Detail(f"reading {k}, {reading.verdict}", reading.latex, True, _below(_of_reading(reading)[1:]))
            for k, reading in enumerate(claim.readings, start=1)
        ]
    found += [Detail("certainty", claim.bound)]
    return list(_below(found))


def _of_reading(reading: Reading, claim: Claim | None = None) -> list[Detail]:
    """How a claim was read; what the claim itself says is not said twice."""
    shown = [Detail("read as", reading.latex, formula=True), Detail("assuming", "; ".join(reading.assumptions))]
    if claim is None:
        shown += [Detail("hint", reading.hint), Detail("condition", reading.condition)]
    if claim is None or not (claim.counterexample or claim.bound):
        shown += [Detail("certificate", reading.certificate)]
    return shown


def _below(found: list[Detail]) -> tuple[Detail, ...]:
    return tuple(detail for detail in found if detail.value)


def one_line(text: str) -> str:
    """Text on one line; what would steer a terminal is written out."""
    flat = " ".join(text.split())
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "backslashreplace").decode() for c in flat)


def clipped(text: str, width: int) -> str:
    """Text on one line, cut to a width.

    >>> clipped("a = b + c", 7)
    'a = b …'
    """
    flat = one_line(text)
    return flat if len(flat) <= width else flat[: width - 1] + "…"
