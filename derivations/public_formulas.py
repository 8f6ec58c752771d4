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
    options = {key: line[key] for key in ("where", "layout", "notation", "bias", "loss", "language", "given") if key in line}
    return check(line["latex"], sl.cell(line["cell"], **line.get("options", {})), **options)
