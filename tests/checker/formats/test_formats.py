"""The formats of a report, against files that were looked at, and what must hold of any report."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from math_core import LatexToMathML

from symlstm.checker.formats import html
from symlstm.checker.report import Claim, Place, Reading, Report, Verdict
from tests.checker.formats.handmade import AMBIGUOUS, BOUND, MARKED, REPORT, RIGHT, UNDECIDED, WRONG

GOLDEN = Path(__file__).parent / "golden"
FORMATS = {"text": "txt", "markdown": "md", "latex": "tex", "html": "html", "json": "json", "github": "github"}
HOSTILE = Claim(
    Verdict.WRONG,
    "</code><script>alert(1)</script> ``` | \x1b[31m\n::error::x",
    Place(1, 2, "a,b:c%<i>.tex"),
    (Reading(Verdict.WRONG, r"\text{<script>alert(2)</script>} & \\ { \foo", ("<b>",), hint="* | `", condition="%0A"),),
    hint="100%,\r\n::warning::<img src=x>",
    correction=r"\href{javascript:alert(1)}{x}",
    counterexample="<pre>\n\x1b]0;title\x07",
)


@pytest.mark.parametrize("name", FORMATS)
def test_the_report_that_was_looked_at(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html, "_math_core", lambda: None)  # its MathML changes from version to version
    expected = (GOLDEN / f"report.{FORMATS[name]}").read_text(encoding="utf-8")
    assert getattr(REPORT, name)().rstrip("\n") == expected.rstrip("\n")


@pytest.mark.parametrize("name", FORMATS)
def test_every_report_has_every_format(name: str) -> None:
    for report in (Report(()), Report((HOSTILE,)), Report((Claim(Verdict.WRONG, "\ud800", Place(1, 1)),))):
        assert getattr(report, name)()
    assert str(REPORT) == REPORT.text()
    assert REPORT._repr_markdown_() == REPORT.markdown()


def test_a_right_claim_takes_one_line() -> None:
    lines = Report((RIGHT,)).text().splitlines()
    assert lines == [f"notes.tex:10:5: right: {RIGHT.source} (in column layout)", "1 claim: 1 right"]
    assert BOUND in Report((RIGHT,)).text(verbose=True)


def test_the_headline_names_the_slip() -> None:
    first = Report((WRONG,)).text().splitlines()[0]
    assert first.startswith("notes.tex:42:7: wrong: bias outside the activation; right only if b_f = 0")


def test_colour_changes_nothing_else() -> None:
    coloured = REPORT.text(colour=True)
    assert "\x1b[1;31mwrong\x1b[0m" in coloured
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == REPORT.text()
    assert "\x1b" not in REPORT.text()


def test_nothing_steers_the_terminal() -> None:
    assert not set(Report((HOSTILE,)).text()) & {"\x1b", "\x07", "\r"}


def test_json_says_everything() -> None:
    document = json.loads(REPORT.json())
    assert (document["schema"], document["verdict"], document["exit_code"]) == (1, "wrong", 1)
    assert document["counts"] == {"wrong": 2, "unreadable": 1, "ambiguous": 1, "undecided": 1, "right": 1}
    assert [claim["verdict"] for claim in document["claims"]] == [claim.verdict for claim in REPORT.claims]
    for said, claim in zip(document["claims"], REPORT.claims, strict=True):
        place = Place(**said.pop("place"))
        readings = tuple(
            Reading(Verdict(each.pop("verdict")), assumptions=tuple(each.pop("assumptions")), **each)
            for each in said.pop("readings")
        )
        assert Claim(Verdict(said.pop("verdict")), place=place, readings=readings, **said) == claim


def test_annotations_are_escaped() -> None:
    lines = Report((HOSTILE,)).github().splitlines()
    assert len(lines) == 2
    assert lines[0].startswith(
        "::error file=a%2Cb%3Ac%25<i>.tex,line=1,col=2,title=symlstm%3A wrong::100%25, ::warning::"
    )
    assert lines[1].startswith("::notice title=symlstm::1 claim: 1 wrong")


def test_annotations_by_verdict() -> None:
    def levels(*claims: Claim) -> list[str]:
        return [line.split(" ")[0] for line in Report(claims).github().splitlines()[:-1]]

    assert levels(RIGHT, MARKED) == []
    assert levels(WRONG, AMBIGUOUS, UNDECIDED) == ["::error", "::warning", "::warning"]
    in_cell = Report((UNDECIDED,)).github()
    assert in_cell.startswith("::warning file=notes.ipynb,title=")
    assert "::cell 3, line 2, column 1: inequalities" in in_cell


class _Page(HTMLParser):
    """What elements there are, and whether all are closed."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("report", [REPORT, Report((HOSTILE,))], ids=["handmade", "hostile"])
@pytest.mark.parametrize("mathml", [True, False])
def test_the_page_is_escaped_and_whole(report: Report, mathml: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not mathml:
        monkeypatch.setattr(html, "_math_core", lambda: None)
    source = report.html()
    page = _Page(source)
    assert not page.open
    assert not page.seen & {"script", "img", "i", "b", "a", "link", "iframe"}
    assert not page.attributes & {"src", "href", "onclick", "onerror"}
    assert "http" not in source
    assert ("math" in page.seen) == (mathml and report is REPORT)
    assert "prefers-color-scheme: dark" in source


def test_markdown_renders() -> None:
    text = REPORT.markdown()
    blocks = re.findall(r"^```math\n(.*?)\n```$", text, re.DOTALL | re.MULTILINE)
    assert len(blocks) == 6
    for block in blocks:
        LatexToMathML().convert_with_local_state(block, displaystyle=True)
    rows = [line for line in text.splitlines() if line.startswith(("| ", "|-"))]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {5}
    hostile = [line for line in Report((HOSTILE,)).markdown().splitlines() if line.startswith(("| ", "|-"))]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in hostile} == {5}


EXIT_CODES = [
    ((), 3),
    ((RIGHT,), 0),
    ((RIGHT, WRONG), 1),
    ((RIGHT, AMBIGUOUS), 3),
    ((UNDECIDED, WRONG), 1),
    ((MARKED,), 0),
]


@pytest.mark.parametrize(("claims", "code"), EXIT_CODES)
def test_exit_codes(claims: tuple[Claim, ...], code: int) -> None:
    assert Report(claims).exit_code == code


def test_a_claim_marked_as_wrong_that_is_right_is_an_error() -> None:
    claim = Claim(Verdict.RIGHT, "a = a", Place(1, 1, "a.tex"), expect="wrong")
    assert Report((claim,)).exit_code == 1
    assert "the text says that it is wrong" in Report((claim,)).text()
    assert Report((claim,)).github().startswith("::error file=a.tex")
