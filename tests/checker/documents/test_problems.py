"""What is broken is said with its place, hides nothing that follows, and never ends in a crash."""

import json
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symlstm.checker.documents import KINDS, displays, read_document
from symlstm.checker.report import Verdict
from symlstm.errors import InputError

UNCLOSED = {
    "an environment": (
        "tex",
        "a\n\\begin{align} x = 1\n\n\\begin{equation} y = 2 \\end{equation}",
        "2:1",
        r"\end{align}",
    ),
    "two of the same": (
        "tex",
        "\\begin{align} x = 1\n\\begin{align} y = 2 \\end{align}",
        "1:1",
        r"expected \end{align} before \begin{align}",
    ),
    "another end": ("tex", "\\begin{align} x = 1 \\end{equation}\n$$y = 2$$", "1:1", r"before \end{equation}"),
    "a bracket": ("tex", "so \\[ x = 1\n\nmore\n\\[ y = 2 \\]", "1:4", r"\[ is never closed: expected \] before \["),
    "dollars": ("markdown", "so $$ x = 1\n\n$$ y = 2 $$", "1:4", "before the empty line"),
    "dollars on a line": (
        "markdown",
        "$$\nx = 1\n\ntext\n\n\\begin{align}\ny = 2\n\\end{align}\n",
        "1:1",
        r"before \begin{align} 5 lines below",
    ),
    "a bracket in Markdown": ("markdown", "\\[ x = 1\n\n\\[ y = 2 \\]", "1:1", r"\[ is never closed: expected \]"),
    "a bracket alone": ("markdown", "so\n\\[\nx\n\n$$y = 2$$", "2:1", r"\[ is never closed: expected \]"),
    "the last one": ("tex", "$$ y = 2 $$ \\begin{gather} x = 1", "1:13", "before the end of the text"),
    "a macro": ("tex", "\\def\\be{\\begin{equation}}\n\\be x = 1\n\n$$y = 2$$", "2:1", r"\be is never closed"),
    "an end": ("tex", "\\end{align} $$y = 2$$", "1:1", r"\end{align} closes nothing"),
    "a closing bracket": ("tex", "a \\] b $$y = 2$$", "1:3", r"\] closes nothing"),
    "verbatim": ("tex", "$$y = 2$$ \\begin{verbatim} $$ x = 1 $$", "1:11", r"\begin{verbatim} is never closed"),
    "a draft": ("tex", "$$y = 2$$ \\iffalse $$ x = 1 $$", "1:11", r"\iffalse is never closed"),
    "a fence": ("markdown", "$$y = 2$$\n```python\n$$ x = 1 $$\n", "2:1", "``` is never closed"),
    "an HTML comment": ("markdown", "$$y = 2$$\n<!-- and", "2:1", "<!-- is never closed"),
}


@pytest.mark.parametrize("name", UNCLOSED)
def test_what_is_not_closed_is_said_and_hides_nothing(name: str) -> None:
    kind, text, place, message = UNCLOSED[name]
    document = displays(text, kind)
    assert [display.source for display in document.displays] == ["y = 2"]
    assert len(document.problems) == 1
    problem = document.problems[0]
    assert (problem.verdict, str(problem.place)) == (Verdict.UNREADABLE, place)
    assert message in problem.message
    assert problem.source


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", ["", " \n", "\ufeff"])
def test_an_empty_text(kind: str, text: str) -> None:
    document = displays(text, kind, "empty.tex")
    assert [problem.message for problem in document.problems] == ["empty; expected a text with formulas"]


BAD_DECLARATIONS = {
    "% symlstm: layuot row": "unknown declaration 'layuot'; did you mean 'layout'?",
    "% symlstm: layout diagonal": "symlstm: layout: expected one of column, row, got 'diagonal'",
    "% symlstm: expect right\n$$x=1$$": "symlstm: expect: expected one of wrong, got 'right'",
    "% symlstm: cell": "symlstm: cell: expected a value, got ''",
    "% symlstm: batch 4": "symlstm: batch: expected nothing behind batch, got '4'",
    r"% symlstm: \delta :=": "symlstm: expected left := right or one of cell",
    "% symlstm: := 3": "symlstm: expected left := right or one of cell",
    "% symlstm: ???": "symlstm: expected left := right or one of cell",
    "$$x=1$$ % symlstm: skip": "symlstm: skip: no formula follows",
}


@pytest.mark.parametrize("text", BAD_DECLARATIONS)
def test_a_declaration_that_says_nothing(text: str) -> None:
    problems = displays(f"a\n{text}", "tex").problems
    assert len(problems) == 1
    assert problems[0].message.startswith(BAD_DECLARATIONS[text])
    assert problems[0].place.line == 2
    assert problems[0].place.column == text.index("symlstm:") + len("symlstm: ") + 1


BAD_NOTEBOOKS = {
    '{"cells": [': "n.ipynb:1:12: not valid JSON",
    "[1]": "n.ipynb: not a notebook: expected a list of cells",
    "{}": "n.ipynb: not a notebook",
    '{"cells": 3}': "n.ipynb: not a notebook",
    '{"cells": [3]}': "n.ipynb: cell 1: expected a table with cell_type and source",
    '{"cells": [{"cell_type": "markdown", "source": 3}]}': "n.ipynb: cell 1: source: expected text",
    "[" * 100_000: "n.ipynb: not usable JSON",
    '{"cells": ' + "9" * 5000 + "}": "n.ipynb: not usable JSON",
}


@pytest.mark.parametrize("text", BAD_NOTEBOOKS, ids=lambda text: text[:20])
def test_what_is_no_notebook(text: str) -> None:
    with pytest.raises(InputError) as error:
        displays(text, "auto", "n.ipynb")
    assert str(error.value).startswith(BAD_NOTEBOOKS[text])
    assert "\n" not in str(error.value)


def test_what_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "notes.tex"
    path.write_bytes(b"$$ x = \xff $$")
    with pytest.raises(InputError, match="not UTF-8"):
        read_document(path)
    path.write_bytes(b"\xef\xbb\xbf$$x = 1$$")
    assert str(read_document(path).displays[0].place) == f"{path}:1:3"
    with pytest.raises(InputError, match="kind: expected one of auto, tex"):
        displays("a", "word")


BITS = (
    r"$ $$ \[ \] \( \) \\[ \\] \\ \$ ` ``` ~~~ % # > - 1. { } [ ] ; := = x \begin{align} \end{align} \begin{equation}"
    r" \end{equation} \begin{alignat}{2} \begin{verbatim} \end{verbatim} \begin{comment} \iffalse \fi \verb| \def\be{"
    r" \newcommand{\ee}{\end{equation}} \be \ee <!-- --> symlstm: skip layout <pre> </pre> :math:` .. .. math:: ::"
    r" \label{a} \end{document} é 𝛿"
)
PIECES = st.sampled_from(BITS.split())
SPACES = st.sampled_from(["", " ", "\n", "\n\n", "\r\n", "\r", "\n    ", "\t", "\x0c", "\u2028", "\ud800", "\0"])
TEXTS = st.lists(st.tuples(PIECES, SPACES), max_size=30).map(lambda pairs: "".join(map("".join, pairs)))


@settings(max_examples=400, deadline=None)
@given(TEXTS, st.sampled_from([kind for kind in KINDS if kind != "notebook"]), st.booleans())
def test_no_text_crashes_and_every_place_is_right(text: str, kind: str, inline: bool) -> None:
    document = displays(text, kind, inline=inline)
    lines = text.replace("\r\n", " \n").replace("\r", "\n").split("\n")
    for display in document.displays:
        assert text[display.offset :].startswith(display.source[0])
        assert lines[display.place.line - 1][display.place.column - 1] == display.source[0]
        assert len(display.source) <= len(text) - display.offset
    for problem in document.problems:
        assert problem.place.line <= len(lines)


@settings(max_examples=100, deadline=None)
@given(st.one_of(st.text(), st.recursive(st.text() | st.integers() | st.none(), st.lists).map(json.dumps)))
def test_no_notebook_crashes(text: str) -> None:
    notebook = json.dumps({"cells": [{"cell_type": "markdown", "source": text}]})
    displays(notebook, "notebook", inline=True)
    with suppress(InputError):
        displays(text, "notebook")


HUGE = {
    "a text": ("tex", "Some $a=b$ text\n\\begin{align}\nx &= y \\\\\nz &= w % note\n\\end{align}\n\n"),
    "notes": ("markdown", "Some `code` and\n\n$$\nx = y\n$$\n\n```py\n$$ no $$\n```\n\n> q\n\n- a\n"),
    "rst": ("rst", ".. math::\n\n   a = b\n\ntext :math:`a=b`\n\n"),
    "lines": ("text", "a = b\n"),
    "unclosed brackets": ("tex", "\\[ "),
    "unclosed environments": ("tex", "\\begin{alignat}["),
    "unclosed comments": ("markdown", "<!-- "),
    "unclosed elements": ("markdown", "<pre> "),
    "unclosed definitions": ("tex", "\\newcommand{\\x}{ "),
    "unclosed verbatim": ("tex", "\\begin{verbatim}"),
    "backticks": ("markdown", "` `` ``` x "),
    "braces": ("tex", "{"),
    "declarations": ("tex", "% symlstm: skip\n"),
    "empty lines": ("markdown", "$$\n\n"),
}


@pytest.mark.parametrize("name", HUGE)
def test_work_is_linear(name: str) -> None:
    kind, piece = HUGE[name]

    def calls(size: int) -> int:
        """How many functions are called for a text of a size."""
        text, count = piece * (size // len(piece)), 0

        def counted(frame: object, event: str, argument: object) -> None:
            nonlocal count
            count += event in ("call", "c_call")

        sys.setprofile(counted)
        try:
            displays(text, kind, inline=True)
        finally:
            sys.setprofile(None)
        return count

    assert calls(80_000) < 20 * calls(10_000) + 1000  # 8 for linear, 64 for quadratic
