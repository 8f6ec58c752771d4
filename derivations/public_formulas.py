"""Formulas from public texts, checked: what 107 of them say about the cells that they speak of."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import symlstm as sl
from derivations.page import FOLDER, Page
from symlstm.checker.checking import check
from symlstm.checker.report import Report

DATA = FOLDER.parent / "tests" / "data" / "corpus"
LABELS = {True: "right", False: "wrong", "unknown": "open"}
Line = Mapping[str, Any]


def lines(name: str) -> Iterator[Line]:
    """The lines of a file of formulas."""
    for line in (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def corpus() -> list[Line]:
    """The 107 formulas with their labels, each with what its text declares elsewhere."""
    declared = {line["id"]: line for line in lines("declared")}
    return [{**line, **declared[line["id"]]} for line in lines("latex")]


def checked(line: Line) -> Report:
    """The report on a formula in the conventions of its text."""
    options = {
        key: line[key] for key in ("where", "layout", "notation", "bias", "loss", "language", "given") if key in line
    }
    return check(line["latex"], sl.cell(line["cell"], **line.get("options", {})), **options)


def write() -> Page:
    page = Page("Formulas from public texts, checked")
    page.say(r"""
        Notes, courses and documentation all print the equations of recurrent networks and of their gradients. Here are 107 such
        formulas, as they were published, read and checked by `sl.check` against the cell that each speaks of. What a text declares
        elsewhere, its letters, its layout, that it has no biases, is declared to the checker too; everything else it reads as it is.
        The labels were found by hand and by numerical differentiation, before there was a checker.
    """)
    reports = [(line, checked(line)) for line in corpus()]
    _counts(page, reports)
    _wrong(page, reports)
    _refused(page, reports)
    return page


def _counts(page: Page, reports: list[tuple[Line, Report]]) -> None:
    counts = Counter((LABELS[line["true"]], str(report.verdict)) for line, report in reports)
    verdicts = ["right", "wrong", "ambiguous", "unreadable"]
    page.say("## Verdicts")
    page.table(
        ["label", *verdicts],
        [[label, *(counts[label, verdict] or "" for verdict in verdicts)] for label in LABELS.values()],
    )
    page.say("No wrong formula is called right, and no right one wrong.")


def _wrong(page: Page, reports: list[tuple[Line, Report]]) -> None:
    page.say(r"""
        ## Wrong in print

        The first claim of each that is wrong, and what the checker says of it.
    """)
    for line, report in reports:
        found = [claim for claim in report.claims if str(claim.verdict) == "wrong"]
        if found and str(report.verdict) == "wrong":
            page.say(f"**{line['id']}**, {_hint(found[0].hint)}")
            page.math(_alone(found[0].source))


def _hint(text: str) -> str:
    """A hint in prose: runs of LaTeX in it become formulas."""
    runs: list[tuple[bool, list[str]]] = []
    words = text.split(" ")
    for place, word in enumerate(words):
        bare = word.rstrip(";:,")
        behind = words[place + 1] if place + 1 < len(words) else ""
        latex = _is_latex(bare) or (bool(runs) and runs[-1][0] and bare in _BETWEEN and _is_latex(behind))
        if runs and runs[-1][0] == latex and not (latex and runs[-1][1][-1][-1:] in ";:,"):
            runs[-1][1].append(word)
        else:
            runs.append((latex, [word]))
    return " ".join(_math(" ".join(run)) if latex else " ".join(run) for latex, run in runs)


_BETWEEN = frozenset(["*", "+", "-", "=", "(1", "1", "t", "-1", "t-1", "t+1", "6", "7", "4"])


def _is_latex(word: str) -> bool:
    return bool(set("\\_^") & set(word))


def _math(text: str) -> str:
    bare = text.rstrip(";:,")
    return f"${bare}${text[len(bare) :]}"


def _alone(source: str) -> str:
    r"""A formula that was a row of an environment, without its marks."""
    return source.replace("&", "").replace("\\\\", " ").strip()


def _refused(page: Page, reports: list[tuple[Line, Report]]) -> None:
    page.say("## Not read\n\nA formula is refused where nobody can say what it means.")
    rows = []
    for line, report in reports:
        if str(report.verdict) == "unreadable":
            reason = next(claim.message for claim in report.claims if str(claim.verdict) == "unreadable")
            rows.append([line["id"], f"`{reason.partition('?')[0]}`"])
    page.table(["formula", "reason"], rows)
