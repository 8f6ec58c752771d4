"""The rules of each language, one at a time, and how a language is known from its text."""

import pytest

from symlstm.checker.documents import displays

FOUND = {
    "doubled backslashes do not open": ("tex", r"a \\[2ex] b \\$x$ $$y = 1$$", ["y = 1"]),
    "an escaped dollar": ("tex", r"\$\$ x = 1 \$\$ $$y = 1$$", ["y = 1"]),
    "an escaped percent sign": ("tex", "$$y = 5\\% + 1$$", [r"y = 5\% + 1"]),
    "a comment behind a line break": ("tex", "$$y = 5\\\\% x\n+ 1$$", ["y = 5\\\\   \n+ 1"]),
    "a comment alone on its line": ("tex", "so $$ y = 1\n% note\n+ 2 $$", ["y = 1\n      \n+ 2"]),
    "dollars in words": ("tex", r"\[ y = \text{cost $5$ or $$} \]", [r"y = \text{cost $5$ or $$}"]),
    "an environment in dollars": (
        "tex",
        "$$\\begin{align}y &= 1\\end{align}$$",
        ["\\begin{align}y &= 1\\end{align}"],
    ),
    "aligned is none of its own": (
        "tex",
        "\\begin{equation}\\begin{aligned}y &= 1\\end{aligned}\\end{equation}",
        ["\\begin{aligned}y &= 1\\end{aligned}"],
    ),
    "formulas beside each other": ("tex", "$a=b$$c=d$", ["a=b", "c=d"]),
    "a sum is no relation": ("tex", r"$\sum_{t=1}^T L_t$ and $x$ and \(y = \sum_{t=1}\)", [r"y = \sum_{t=1}"]),
    "a macro around an argument": (
        "tex",
        "\\newcommand{\\eq}[1]{\\begin{equation}#1\\end{equation}}\n\\eq{y_{1} = 1}",
        ["y_{1} = 1"],
    ),
    "macros with more than a mark": (
        "tex",
        "\\def\\bs{\\begin{equation}\\begin{split}}\\def\\es{\\end{split}\\end{equation}}\n\\bs y &= 1 \\es",
        ["y &= 1"],
    ),
    "a definition in a formula": ("markdown", "$$\\newcommand{\\x}{z} y = 1$$", ["y = 1"]),
    "nothing but a definition": ("markdown", "$$\\newcommand{\\x}{z = 1}$$", []),
    "a number in brackets": ("markdown", r"see \[1\] and \[y = 1\]", ["y = 1"]),
    "brackets in prose": ("markdown", "an Array\\[] or \\[x86\\_64\\], \\[0, [`A_B`]] and\n\n$$y = 1$$", ["y = 1"]),
    "money and a formula": ("markdown", "for $5 or $6 $$y = 1$$ and $x = 2$", ["y = 1", "x = 2"]),
    "money in front of a formula": ("markdown", "it costs $5 and $y = 1$ says so", ["y = 1"]),
    "money before a block": ("markdown", "for $5:\n$$\ny = 1\n$$", ["y = 1"]),
    "code in a formula is kept": ("markdown", "$$\ny = 1\n\n    + 2\n$$", ["y = 1\n\n    + 2"]),
    "a quotation in a paragraph": ("markdown", "so:\n> $$\n> y = 1\n> $$", ["y = 1"]),
    "a relation at the beginning of a line": ("markdown", "$$\ny\n> 1\n$$", ["y\n> 1"]),
    "an item": ("markdown", "- $$\n  y = 1\n  $$", ["y = 1"]),
    "a fence in an item": ("markdown", "- ```\n  $$ x = 1 $$\n  ```\n- $$y = 1$$", ["y = 1"]),
    "a longer fence": ("markdown", "````\n```\n$$ x = 1 $$\n````\n$$y = 1$$", ["y = 1"]),
    "a block of MyST": ("markdown", "```{math}\ny = 1\n```", ["y = 1"]),
    "a block that is not mathematics": ("markdown", "```mathematica\ny = 1\n```", []),
    "code of two backticks": ("markdown", "``a ` $$ x = 1 $$`` $$y = 1$$", ["y = 1"]),
    "a lone backtick": ("markdown", "a ` b\n\n$$y = 1$$ and ` c", ["y = 1"]),
    "backticks in a formula": ("markdown", "$$y = \\text{``a''}$$ and ``b``", ["y = \\text{``a''}"]),
    "a comment with code": ("markdown", "<!--\n```\n-->\n$$y = 1$$\n<!-- ``` -->", ["y = 1"]),
    "a directive with an argument": ("rst", ".. math:: y = 1\n\ntext", ["y = 1"]),
    "an argument and more lines": ("rst", ".. math:: y = 1\n   + 2\n\ntext", ["y = 1\n   + 2"]),
    "a role over two lines": ("rst", "so :math:`y =\n1` it is", ["y =\n1"]),
    "lines of text": ("text", "y = 1\n\n# x = 2\nz = 3 % x\n", ["y = 1", "z = 3"]),
}


@pytest.mark.parametrize("name", FOUND)
def test_what_is_found(name: str) -> None:
    kind, text, expected = FOUND[name]
    document = displays(text, kind, inline=True)
    assert [display.source for display in document.displays] == expected
    assert not document.problems


DISPLAYING = "equation align gather multline eqnarray alignat flalign displaymath math dmath IEEEeqnarray"


@pytest.mark.parametrize("star", ["", "*"])
@pytest.mark.parametrize("name", DISPLAYING.split())
def test_every_environment_that_displays(name: str, star: str) -> None:
    argument = {"alignat": "{2}", "IEEEeqnarray": "{rCl}"}.get(name, "")
    for kind in ("tex", "markdown"):
        document = displays(f"\\begin{{{name}{star}}}{argument}\n  y &= 1\n\\end{{{name}{star}}}", kind)
        assert [(shown.source, shown.environment) for shown in document.displays] == [("y &= 1", name + star)]
        assert str(document.displays[0].place) == "2:3"


@pytest.mark.parametrize("name", ["verbatim", "lstlisting", "minted", "comment", "Verbatim", "alltt"])
def test_every_environment_that_hides(name: str) -> None:
    document = displays(f"\\begin{{{name}}}\n$$x = 1$$\n% symlstm: layout row\n\\end{{{name}}}\n$$y = 1$$", "tex")
    assert [display.source for display in document.displays] == ["y = 1"]
    assert not document.declarations


LANGUAGES = {
    "notes.tex": ("", "tex"),
    "notes.MD": ("", "markdown"),
    "notes.rst": ("", "rst"),
    "notes.txt": ("", "text"),
    "notes.ipynb": ('{"cells": []}', "notebook"),
    "-": ('{\n "cells": []}', "notebook"),
    "a": ("Title\n=====\n\n.. math:: y = 1\n", "rst"),
    "b": ("# Title\n\n$$y = 1$$", "markdown"),
    "c": ("text\n\\begin{align}\ny = 1\n\\end{align}", "tex"),
    "d": ("y = 1\nz = 2", "text"),
    "e": ("The gate $$y = 1$$", "tex"),
}


@pytest.mark.parametrize("file", LANGUAGES)
def test_the_language_is_known_by_the_suffix_or_the_text(file: str) -> None:
    text, kind = LANGUAGES[file]
    assert displays(text or "a", "auto", file).kind == kind


def test_a_declaration_stands_in_front_of_or_in_a_formula() -> None:
    text = "% symlstm: skip\n$$a=1$$\n\\begin{align}\n% symlstm: expect wrong\nb=1\n\\end{align}\n$$c=1$$"
    document = displays(text, "tex")
    assert [(shown.skip, shown.expect) for shown in document.displays] == [(True, ""), (False, "wrong"), (False, "")]
    assert [said.before for said in document.declarations] == [0, 1]


def test_declarations_beside_each_other() -> None:
    said = displays("% symlstm: a := [b; c]; \\;d := e\\; f;batch;\n$$x=1$$", "tex").declarations
    assert [(each.left, each.right, each.key) for each in said] == [
        ("a", "[b; c]", ""),
        ("\\;d", "e\\; f", ""),
        ("", "", "batch"),
    ]
