"""Public formulas and known slips, as they were written, are read whole."""

import json
import re
from pathlib import Path

import pytest

from symlstm.checker.reader import ReadingError, read_formula

CORPUS = Path(__file__).parents[2] / "data" / "corpus"


def lines(name: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in (CORPUS / name).read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("entry", lines("latex.jsonl"), ids=lambda entry: entry["id"])
def test_every_public_formula_reads(entry: dict[str, str]) -> None:
    formula = read_formula(entry["latex"])
    relations = [relation for statement in formula.statements for relation in statement.relations]
    written = re.sub(r"_\{[^{}]*\}", "", entry["latex"]).count("=")  # those in scripts are bounds of sums
    assert len([relation for relation in relations if "=" in relation]) == written > 0


@pytest.mark.parametrize("entry", lines("mistakes.jsonl"), ids=lambda entry: entry["id"])
@pytest.mark.parametrize("form", ["right", "wrong"])
def test_every_slip_reads(entry: dict[str, str], form: str) -> None:
    if entry["id"] == "m36":  # a membership written backwards, and words alone
        with pytest.raises(ReadingError, match="expected"):
            read_formula(entry[form])
    else:
        assert read_formula(entry[form]).statements
