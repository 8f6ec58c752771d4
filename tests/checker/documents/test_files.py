"""Whole files as people write them: every displayed formula is found, at its place, and nothing else."""

import json
from pathlib import Path

import pytest

from symlstm.checker.documents import Document, displays, read_document

FILES = Path(__file__).parent / "files"

# The line, the column and the first characters of every formula; "inline" ones only where they are asked for.
EXPECTED = {
    "notes.tex": [
        (18, 3, r"f_t &= \sigma(W_f x_t", ""),
        (22, 52, "i_t = 1 - f_t", "inline"),
        (24, 3, r"C_t = f_t \had", ""),
        (26, 5, r"h_t = o_t \had", ""),
        (27, 9, r"\delta o_t = \delta_t", ""),
        (28, 1, r"\delta C_t = \delta_t", ""),
        (35, 3, r"\dd{L}{W_f} &= \delta a_f", "wrong"),
        (38, 1, r"\dd{L}{b_f} = \delta a_f", ""),
        (41, 1, r"\delta h_{t-1} = U_f^\top", ""),
        (44, 1, "x &=& y", ""),
        (47, 17, "skipped &= 1", "skip"),
        (48, 20, "u = v", ""),
        (50, 3, "w = z", ""),
    ],
    "notes.md": [
        (7, 1, r"z_t = \sigma(W_z", ""),
        (10, 18, r"r_t = \sigma(W_r", ""),
        (10, 95, "q = r_t", "inline"),
        (13, 1, r"\tilde{h}_t = \tanh", ""),
        (28, 7, r"h_t = z_t \odot", ""),
        (32, 4, r"\delta z_t &= \delta h_t", ""),
        (38, 3, r"\delta \tilde{h}_t = \delta h_t", ""),
        (41, 25, r"\delta b_z = \delta a_z \\[2pt]", ""),
        (48, 4, r"\delta W_z = \delta a_z x_t", "wrong"),
        (53, 11, "p = q", "inline"),
    ],
    "notes.rst": [
        (6, 17, r"f_t = \sigma(a_f)", "inline"),
        (8, 11, r"f_t = \sigma(x_t W_f", ""),
        (14, 4, r"C_t = f_t \odot C_{t-1}", "wrong"),
        (16, 4, "h_t = o_t", ""),
        (23, 7, "i_t = 1 - f_t", ""),
    ],
    "notes.txt": [
        (2, 1, "f_t = sigma(W_f x_t", ""),
        (5, 3, "h_t = o_t * tanh(C_t)", ""),
    ],
}


def found(name: str, **options: bool) -> Document:
    return read_document(FILES / name, **options)


@pytest.mark.parametrize("name", EXPECTED)
def test_every_formula_is_found_at_its_place(name: str) -> None:
    document = found(name, inline=True)
    assert not document.problems
    shown = [(each.place.line, each.place.column) for each in document.displays]
    assert shown == [(line, column) for line, column, *_ in EXPECTED[name]]
    lines = (FILES / name).read_text(encoding="utf-8").splitlines()
    for display, (line, column, start, mark) in zip(document.displays, EXPECTED[name], strict=True):
        assert lines[line - 1][column - 1 :].startswith(start)
        assert display.source.startswith(start)
        assert display.source == display.source.strip()
        assert display.place.file == str(FILES / name)
        assert (display.inline, display.skip, display.expect) == (
            mark == "inline",
            mark == "skip",
            "wrong" if mark == "wrong" else "",
        )


@pytest.mark.parametrize("name", EXPECTED)
def test_formulas_in_a_line_are_found_only_when_asked_for(name: str) -> None:
    expected = [start for _, _, start, mark in EXPECTED[name] if mark != "inline"]
    shown = found(name).displays
    assert len(shown) == len(expected)
    assert all(display.source.startswith(start) for display, start in zip(shown, expected, strict=True))


@pytest.mark.parametrize("name", EXPECTED)
def test_nothing_of_code_and_comments_is_picked_up(name: str) -> None:
    document = found(name, inline=True)
    assert "no = " in (FILES / name).read_text(encoding="utf-8")
    everything = " ".join(display.source for display in document.displays)
    for word in ("no =", "forgotten", "update gate", "symlstm", "label", "nonumber", "one step only", "the output"):
        assert word not in everything


@pytest.mark.parametrize("name", EXPECTED)
@pytest.mark.parametrize("newline", ["\r\n", "\r"])
def test_line_ends_move_nothing(name: str, newline: str) -> None:
    text = (FILES / name).read_text(encoding="utf-8")
    kind = found(name).kind
    there, here = (displays(each, kind, inline=True) for each in (text, text.replace("\n", newline)))
    assert [each.place for each in here.displays] == [each.place for each in there.displays]
    assert [each.place for each in here.declarations] == [each.place for each in there.declarations]
    for display in here.displays:
        part = text.replace("\n", newline)[display.offset :]
        assert part.startswith(display.source[:5])


@pytest.mark.parametrize("name", EXPECTED)
def test_offsets_are_those_of_the_file_to_the_last_character(name: str) -> None:
    text = (FILES / name).read_text(encoding="utf-8")
    lines = text.split("\n")
    for display in found(name, inline=True).displays:
        for offset, character in enumerate(display.source):
            if not character.isspace():
                assert text[display.offset + offset] == character
                place = display.at(offset)
                assert lines[place.line - 1][place.column - 1] == character


def test_declarations_of_latex() -> None:
    document = found("notes.tex")
    said = [(d.place.line, d.left or d.key, d.right or d.value) for d in document.declarations]
    assert said == [
        (9, "cell", "lstm layout=split"),
        (9, "layout", "column"),
        (10, r"\delta_t", r"\partial L/\partial h_t"),
        (33, "expect", "wrong"),
        (46, "skip", ""),
    ]
    lines = (FILES / "notes.tex").read_text(encoding="utf-8").splitlines()
    for each in document.declarations:
        assert lines[each.place.line - 1][each.place.column - 1 :].startswith(each.left or each.key)
    assert document.displays[document.declarations[3].before].source.startswith(r"\dd{L}{W_f}")


def test_declarations_of_markdown_and_rst() -> None:
    said = [(d.place.line, d.left or d.key, d.right or d.value) for d in found("notes.md").declarations]
    assert said == [
        (4, "cell", "gru"),
        (4, "layout", "row"),
        (45, r"\delta_t", r"\partial L/\partial h_t"),
        (46, "expect", "wrong"),
    ]
    assert [(d.place.line, d.key, d.value) for d in found("notes.rst").declarations] == [
        (4, "layout", "row"),
        (14, "expect", "wrong"),
    ]
    assert [(d.key, d.value) for d in found("notes.txt").declarations] == [("cell", "lstm")]


def test_macros() -> None:
    assert found("notes.tex").macros.splitlines() == [
        r"\newcommand{\dd}[2]{\frac{\partial #1}{\partial #2}}",
        r"\newcommand{\be}{\begin{equation}}",
        r"\newcommand{\ee}{\end{equation}}",
        r"\newenvironment{formula}{\begin{equation*}}{\end{equation*}}",
        r"\def\had{\odot}",
        r"\DeclareMathOperator{\sig}{sigm}",
    ]
    assert found("notes.ipynb").macros == r"\newcommand{\had}{\odot}"


def test_a_notebook_has_cells() -> None:
    document = found("notes.ipynb", inline=True)
    notebook = json.loads((FILES / "notes.ipynb").read_text(encoding="utf-8"))
    assert [(d.place.cell, d.place.line, d.place.column) for d in document.displays] == [
        (3, 3, 3),
        (3, 6, 3),
        (5, 3, 1),
        (5, 5, 7),
    ]
    for display in document.displays:
        assert display.place.cell is not None
        source = "".join(notebook["cells"][display.place.cell - 1]["source"])
        assert source.splitlines()[display.place.line - 1][display.place.column - 1 :].startswith(display.source[:3])
        assert source[display.offset :].startswith(display.source[:3])
    assert str(document.displays[1].place) == f"{FILES / 'notes.ipynb'}:cell 3:6:3"
    assert [display.expect for display in document.displays] == ["", "", "wrong", ""]
    assert [(d.place.cell, d.key, d.before) for d in document.declarations] == [(1, "cell", 0), (5, "expect", 2)]


def test_an_old_notebook() -> None:
    new = json.loads((FILES / "notes.ipynb").read_text(encoding="utf-8"))
    old = json.dumps({"nbformat": 3, "metadata": {}, "worksheets": [{"cells": new["cells"]}]})
    assert displays(old).displays == displays(json.dumps(new)).displays
