"""The command that checks: what it hands to the checker, what it prints, and its exit codes."""

import io
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from symlstm.checker.documents import Document
from symlstm.checker.report import Claim, Place, Report, Verdict
from symlstm.system import System

WORDS = {"wrong": Verdict.WRONG, "vague": Verdict.AMBIGUOUS, "odd": Verdict.UNDECIDED}


def verdict_of(source: str) -> Verdict:
    """A checker that goes by a word in the formula."""
    return next((verdict for word, verdict in WORDS.items() if word in source), Verdict.RIGHT)


class Seen:
    """What the checker was called with."""

    documents: list[Document]
    reference: System | None
    settings: dict[str, Any]

    def __init__(self) -> None:
        self.documents = []

    def check_document(self, document: Document, reference: System | None = None, **settings: Any) -> Report:
        self.documents.append(document)
        self.reference, self.settings = reference, settings
        claims = [Claim(verdict_of(each.source), each.source, each.place) for each in document.displays]
        return Report((*claims, *document.problems))

    def check(self, text: str, reference: System | None = None, *, place: Place, **settings: Any) -> Report:
        self.reference, self.settings = reference, settings
        return Report((Claim(verdict_of(text), text, place),))

    def check_file(self, path: str, name: str, cell: System) -> Any:
        self.reference = cell
        return FunctionReport(f"{path} {name}", verdict_of(name))


class FunctionReport:
    """A report that is none of a text."""

    def __init__(self, said: str, verdict: Verdict) -> None:
        self.said, self.verdict = said, verdict

    def text(self) -> str:
        return self.said

    def json(self) -> str:
        return json.dumps({"schema": 1, "said": self.said})

    def markdown(self) -> str:
        return f"# {self.said}"


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Seen:
    """The checker replaced, so that these tests are about the command alone."""
    seen = Seen()
    checking, functions = ModuleType("symlstm.checker.checking"), ModuleType("symlstm.checker.functions")
    checking.__dict__.update(check=seen.check, check_document=seen.check_document)
    functions.__dict__.update(check_file=seen.check_file)
    monkeypatch.setitem(sys.modules, checking.__name__, checking)
    monkeypatch.setitem(sys.modules, functions.__name__, functions)
    monkeypatch.chdir(tmp_path)
    for name, formula in {"a.md": "right", "b.tex": "wrong", "c.txt": "vague", "d.rst": ".. math:: odd"}.items():
        marked = f"{formula} = 1" if name in ("c.txt", "d.rst") else f"text\n$${formula} = 1$$"
        Path(name).write_text(marked, encoding="utf-8")
    return seen


CODES = [("a.md", 0), ("b.tex", 1), ("c.txt", 3), ("d.rst", 3), ("a.md b.tex c.txt", 1), ("c.txt a.md", 3)]


@pytest.mark.parametrize(("files", "code"), CODES)
def test_exit_codes(run, seen: Seen, files: str, code: int) -> None:
    found, _, err = run("check", *files.split(), "--cell", "lstm")
    assert (found, err) == (code, "")


def test_files_in_order_with_one_summary(run, seen: Seen) -> None:
    _, out, _ = run("check", "b.tex", "a.md", "c.txt")
    assert out.splitlines() == [
        "b.tex:2:3: wrong",
        "    wrong = 1",
        "a.md:2:3: right: right = 1",
        "c.txt:1:1: ambiguous",
        "    vague = 1",
        "3 claims: 1 right, 1 wrong, 1 ambiguous",
    ]
    assert [document.file for document in seen.documents] == ["b.tex", "a.md", "c.txt"]


def test_a_text_without_formulas_is_not_right(run, seen: Seen) -> None:
    Path("e.md").write_text("nothing", encoding="utf-8")
    Path("f.md").write_text("", encoding="utf-8")
    assert run("check", "e.md")[:2] == (3, "no formula found, so nothing is claimed\n")
    code, out, _ = run("check", "f.md", "a.md")
    assert code == 3
    assert out.startswith("f.md:1:1: unreadable: empty")


def test_settings_reach_the_checker(run, seen: Seen) -> None:
    run("check", "a.md")
    assert seen.reference is None
    assert seen.settings == {"time": "auto", "batch": False}
    run(
        *("check", "a.md", "--cell", "gru:reset=after", "--layout", "row", "--layout", "split", "--time", "sequence"),
        *(
            "--batch",
            "--notation",
            "olah",
            "--let",
            r"\delta_t := \partial L/\partial h_t",
            "--let",
            "q:=x",
            "--inline",
        ),
    )
    assert seen.reference is not None
    assert "U_z" in {leaf.symbol.name for leaf in seen.reference.leaves}
    where = {r"\delta_t": r"\partial L/\partial h_t", "q": "x"}
    assert seen.settings == {"where": where, "notation": "olah", "layout": "row", "time": "sequence", "batch": True}


def test_a_formula_and_standard_input(run, seen: Seen, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("check", "--formula", "wrong = 1")[:2] == (1, "1:1: wrong\n    wrong = 1\n1 claim: 1 wrong\n")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"$$ vague = 1 $$")))
    assert run("check", "-", "--formula", "x = 1")[1].splitlines() == [
        "-:1:4: ambiguous",
        "    vague = 1",
        "1:1: right: x = 1",
        "2 claims: 1 right, 1 ambiguous",
    ]


def test_formulas_in_a_line(run, seen: Seen) -> None:
    Path("a.md").write_text("so $x = 1$ and\n\n$$y = 1$$", encoding="utf-8")
    assert run("check", "a.md")[1].endswith("1 claim: 1 right\n")
    assert run("check", "a.md", "--inline")[1].endswith("2 claims: 2 right\n")


@pytest.mark.parametrize("form", ["text", "json", "markdown", "html", "github", "latex"])
def test_formats(run, seen: Seen, form: str) -> None:
    code, out, err = run("check", "b.tex", "a.md", "--format", form)
    assert (code, err) == (1, "")
    place = Place(2, 3, "b.tex")
    report = Report(
        (
            Claim(Verdict.WRONG, "wrong = 1", place),
            Claim(Verdict.RIGHT, "right = 1", replace(place, file="a.md")),
        )
    )
    assert out.rstrip() == getattr(report, form)().rstrip()


def test_the_suffix_of_the_output_names_the_format(run, seen: Seen) -> None:
    for suffix, start in {"html": "<!DOCTYPE html>", "md": "# Checked", "json": "{", "txt": "b.tex:2:3: wrong"}.items():
        assert run("check", "b.tex", "-o", f"out.{suffix}") == (1, "", "")
        assert Path(f"out.{suffix}").read_text(encoding="utf-8").startswith(start)


def test_functions(run, seen: Seen) -> None:
    code, out, _ = run("check", "a.md", "lstm.py:wrong_backward", "b.tex", "--cell", "lstm")
    assert code == 1
    assert out.splitlines() == [
        "a.md:2:3: right: right = 1",
        "1 claim: 1 right",
        "",
        "lstm.py wrong_backward",
        "",
        "b.tex:2:3: wrong",
        "    wrong = 1",
        "1 claim: 1 wrong",
    ]
    assert seen.reference is not None
    code, out, _ = run("check", "lstm.py:vague", "a.md", "--cell", "lstm", "--format", "json")
    document = json.loads(out)
    assert (code, document["schema"], document["verdict"], len(document["reports"])) == (3, 1, "ambiguous", 2)
    assert json.loads(run("check", "lstm.py:vague", "--cell", "lstm", "--format", "json")[1])["said"] == "lstm.py vague"
    assert run("check", "lstm.py:f", "--cell", "lstm", "--format", "markdown")[:2] == (0, "# lstm.py f\n")


def test_colour_is_for_a_terminal(run, seen: Seen, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    assert "\x1b" not in run("check", "b.tex")[1]
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert "\x1b[1;31mwrong" in run("check", "b.tex")[1]
    assert "\x1b" not in run("check", "b.tex", "--format", "markdown")[1]
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in run("check", "b.tex")[1]


BAD = {
    "nothing to check": ([], "check: expected a SOURCE, as notes.tex, or --formula"),
    "no such file": (["none.tex"], "none.tex: cannot be read: No such file or directory"),
    "one of two is missing": (["a.md", "none.tex"], "none.tex: cannot be read"),
    "no text": (["bytes.tex"], "bytes.tex: cannot be read: not UTF-8 text"),
    "no notebook": (["broken.ipynb"], "broken.ipynb:1:2: not valid JSON"),
    "an unknown cell": (["a.md", "--cell", "lstn"], "unknown cell 'lstn'; did you mean 'lstm'?"),
    "an unknown layout": (["a.md", "--layout", "diagonal"], "invalid choice: 'diagonal'"),
    "two layouts": (["a.md", "--layout", "row", "--layout", "column"], "--layout: column and row exclude each other"),
    "a layout of no cell": (["a.md", "--layout", "split"], "--layout split goes with --cell"),
    "layers of no cell": (["a.md", "--layers", "2"], "--layers goes with --cell"),
    "a declaration without a sign": (["a.md", "--let", "a = b"], "--let: expected LEFT := RIGHT"),
    "a declaration twice": (["a.md", "--let", "a:=b", "--let", "a := c"], "--let: a is given twice"),
    "a Python file": (["a.py", "--cell", "lstm"], "a.py: name the function to check, as in a.py:backward"),
    "a function without a cell": (["a.py:f"], "a.py:f: a function is checked against a cell; add --cell"),
    "a function and a declaration": (["a.py:f", "--cell", "lstm", "--let", "a:=b"], "a.py:f: --let is for texts"),
    "a function as a page": (
        ["a.py:f", "--cell", "lstm", "--format", "html"],
        "check: a function has no report in html; expected text, json or markdown",
    ),
    "what is read is written": (["a.md", "-o", "a.md"], "-o a.md: this file is read"),
    "an unknown suffix": (["a.md", "-o", "out.pdf"], "-o out.pdf: its suffix names no format"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_usage(name: str, run, seen: Seen) -> None:
    Path("bytes.tex").write_bytes(b"$$\xff$$")
    Path("broken.ipynb").write_text("{", encoding="utf-8")
    arguments, message = BAD[name]
    code, out, err = run("check", *arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert message in err


def test_help_loads_neither_sympy_nor_numpy() -> None:
    script = (
        "import sys\nfrom symlstm.cli import main\n"
        "try:\n    main(['check', '--help'])\nexcept SystemExit as stop:\n    assert not stop.code\n"
        "assert not {'sympy', 'numpy'} & set(sys.modules)"
    )
    command = [sys.executable, "-c", script]
    result = subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8")
    assert (result.returncode, result.stderr) == (0, "")
    assert "--let" in result.stdout


def test_a_formula_is_checked_without_a_notation(run) -> None:
    code, out, _ = run("check", "--formula", r"\delta f_t = \delta C_t \odot C_{t-1}", "--cell", "lstm")
    assert (code, out.splitlines()[-1]) == (0, "1 claim: 1 right")
    assert run("check", "--formula", "f_t = i_t", "--cell", "lstm")[0] == 1
