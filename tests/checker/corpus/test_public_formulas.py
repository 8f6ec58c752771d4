"""Formulas from public texts: verdicts agree with labels; none that is wrong passes, none that is right fails."""

from collections import Counter

import pytest

from derivations.public_formulas import Line, checked, corpus, lines

CORPUS = corpus()
HELD_OUT = [line for line in lines("heldout") if line["cell"] is not None]
FAIR = {
    "c125": "σ′ stands there without an argument",
    "c132": "h_{t_1} is a slip of the pen, and asked for by name",
    "c112": "d Ct is a slip of the pen in the second line",
    "c051": "two directions in one formula, which a cell of one direction does not have",
}
"""Formulas that are refused, and why that is fair."""


@pytest.mark.parametrize("line", CORPUS, ids=lambda line: line["id"])
def test_the_verdict_agrees_with_the_label(line: Line) -> None:
    verdict = str(checked(line).verdict)
    if line["id"] in FAIR:
        assert verdict == "unreadable"
    elif line["true"] is True:
        assert verdict == "right"
    elif line["true"] is False:
        assert verdict == "wrong"
    else:
        assert verdict != "right"


def test_at_least_95_percent_are_read() -> None:
    verdicts = Counter(str(checked(line).verdict) for line in CORPUS)
    assert 1 - verdicts["unreadable"] / len(CORPUS) >= 0.95


@pytest.mark.parametrize("line", HELD_OUT, ids=lambda line: line["id"])
def test_of_other_texts_none_is_misjudged(line: Line) -> None:
    verdict = str(checked(line).verdict)
    assert (line["true"], verdict) not in [(True, "wrong"), (False, "right")]
