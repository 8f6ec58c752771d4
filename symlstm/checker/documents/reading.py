"""The formulas and declarations of a text: its language's rules first, then what all languages share."""

import os
import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from symlstm.checker.documents.declarations import read_declaration, said_in
from symlstm.checker.documents.document import Declaration, Display, Document
from symlstm.checker.documents.macros import definitions
from symlstm.checker.documents.markdown import clean_markdown
from symlstm.checker.documents.notebook import cells
from symlstm.checker.documents.page import Cleaned, Page, Problem, Region, blank, page_of
from symlstm.checker.documents.plain import clean_plain
from symlstm.checker.documents.rst import clean_rst
from symlstm.checker.documents.scan import scan
from symlstm.checker.documents.tex import clean_tex
from symlstm.checker.report import Claim, Verdict
from symlstm.errors import InputError, UnknownNameError, choice
from symlstm.files import read_text

__all__ = ["KINDS", "displays", "read_document"]

_CLEAN: dict[str, Callable[[Page], Cleaned]] = {
    "tex": clean_tex,
    "markdown": clean_markdown,
    "notebook": clean_markdown,
    "rst": clean_rst,
    "text": clean_plain,
}
_SCANNED = {"tex": "tex", "markdown": "markdown", "notebook": "markdown"}
_SUFFIXES = {
    **dict.fromkeys((".tex", ".ltx", ".latex", ".sty"), "tex"),
    **dict.fromkeys((".md", ".markdown", ".qmd", ".rmd", ".mdx"), "markdown"),
    **dict.fromkeys((".rst", ".rest"), "rst"),
    ".ipynb": "notebook",
    ".txt": "text",
}
KINDS = ("auto", *_CLEAN)
# What gives a language away, looked for in this order.
_SIGNS = {
    "notebook": re.compile(r"\s*\{\s*\"(?:cells|metadata|worksheets|nbformat)"),
    "rst": re.compile(r"(?:.*\n)?[ \t]*\.\. math::|.*:math:`", re.DOTALL),
    "markdown": re.compile(r"(?:.*\n)?(?:#{1,6} |[ \t]*```|[ \t]*<!--)", re.DOTALL),
    "tex": re.compile(r".*(?:\\begin\s*\{|\\documentclass|\\\[|\$)", re.DOTALL),
}
_UNSAID = re.compile(r"\\label\s*\{[^{}\n]*\}|\\(?:nonumber|notag)(?![A-Za-z])")
_PERCENT = re.compile(r"\\.|(?P<comment>%[^\n]*)", re.DOTALL)


@dataclass
class _Found:
    """What was found on the pages so far."""

    displays: list[Display] = field(default_factory=list)
    declarations: list[Declaration] = field(default_factory=list)
    macros: list[str] = field(default_factory=list)
    problems: list[Claim] = field(default_factory=list)


def displays(text: str, kind: str = "auto", file: str = "", *, inline: bool = False) -> Document:
    r"""The displayed formulas of a text, in order, with their places, and what its comments declare.

    `kind` is tex, markdown, notebook, rst or text (one formula a line); auto goes by the suffix of `file`, or else by
    the text. `inline` adds formulas in a line that contain a relation. Code, comments and verbatim text are skipped.
    Raises InputError for a notebook that is none, or another kind.

    >>> [(str(shown.place), shown.source) for shown in displays("So\n$$h_t = o_t \\odot s_t$$", "markdown").displays]
    [('2:3', 'h_t = o_t \\odot s_t')]
    """
    language = _language(text, file) if choice("kind", kind, KINDS) == "auto" else kind
    if not text.strip("\ufeff \t\r\n"):
        return Document(problems=(_problem(page_of(text, file), 0, "empty; expected a text with formulas"),), file=file)
    found = _Found()
    for page in cells(text, file) if language == "notebook" else [page_of(text, file)]:
        _read_page(page, language, inline, found)
    problems = [*found.problems, *_without_display(found)]
    return Document(
        tuple(_marked(found)), tuple(found.declarations), "\n".join(found.macros), tuple(problems), file, language
    )


def read_document(path: str | Path, kind: str = "auto", *, inline: bool = False) -> Document:
    """The formulas of a file, or of standard input for "-", as `displays` finds them.

    Raises InputError for a file that cannot be read or is not UTF-8 text.
    """
    return displays(read_text(path, str(path)), kind, str(path), inline=inline)


def _language(text: str, file: str) -> str:
    """The language of a file by its suffix, or by what its text gives away."""
    suffix = os.path.splitext(file)[1].lower()
    head = text[:100_000]
    return _SUFFIXES.get(suffix) or next((kind for kind, sign in _SIGNS.items() if sign.match(head)), "text")


def _read_page(page: Page, language: str, inline: bool, found: _Found) -> None:
    """Add what stands on one page."""
    cleaned = _CLEAN[language](page)
    macros = definitions(cleaned.visible)
    source = blank(cleaned.source, macros.spans)
    regions, problems = [region for region in cleaned.regions if inline or not region.inline], list(cleaned.problems)
    if language in _SCANNED:
        hidden = [*macros.spans, *((region.start, region.stop) for region in cleaned.regions)]
        more, unclosed = scan(
            blank(cleaned.visible, hidden, "%"), _SCANNED[language], macros, cleaned.code, inline=inline
        )
        regions, problems = [*regions, *more], [*problems, *unclosed]
    comments = dict(cleaned.comments)
    stops = []
    first = len(found.displays)
    for region in sorted(regions, key=lambda region: region.start):
        body, notes = _body(source, region, language)
        comments |= notes
        if shown := _display(page, region, body):
            found.displays.append(shown)
            stops.append(region.stop)
    for offset, comment in sorted(comments.items()):
        problems += _declare(page, offset, comment, first + bisect_right(stops, offset), found)
    found.macros += [macros.source] if macros.source else []
    found.problems += [_problem(page, *problem) for problem in sorted(problems)]


def _body(source: str, region: Region, language: str) -> tuple[str, dict[int, str]]:
    """The text of a formula with labels blank, and the comments in it, which LaTeX pages have lost already."""
    body = source[region.start : region.stop]
    notes = []
    if language in ("markdown", "notebook", "rst"):
        notes = [found.span("comment") for found in _PERCENT.finditer(body) if found["comment"]]
    labels = [found.span() for found in _UNSAID.finditer(body)]
    said = {region.start + start + 1: body[start + 1 : stop] for start, stop in notes}
    return blank(body, [*notes, *labels]), said


def _display(page: Page, region: Region, body: str) -> Display | None:
    """The formula without the space around it; None where nothing is left."""
    source = body.strip()
    start = region.start + len(body) - len(body.lstrip())
    if not source:
        return None
    return Display(source, page.place(start), start, region.environment, region.inline)


def _declare(page: Page, offset: int, comment: str, before: int, found: _Found) -> list[Problem]:
    """Add the declarations of a comment; returns what is wrong with them."""
    problems = []
    for start, text in said_in(comment):
        try:
            said = read_declaration(text)
        except (InputError, UnknownNameError) as error:
            problems.append((offset + start, str(error)))
            continue
        place = page.place(offset + start)
        found.declarations.append(Declaration(place, before, said.left, said.right, said.key, said.value))
    return problems


def _problem(page: Page, offset: int, message: str) -> Claim:
    line = page.text[offset : offset + 60].partition("\n")[0].strip()
    return Claim(Verdict.UNREADABLE, line, page.place(offset), message=message)


def _marked(found: _Found) -> list[Display]:
    """The displays, marked where a declaration in front of one asks to skip it or says that it is wrong."""
    shown = list(found.displays)
    for said in found.declarations:
        if said.before < len(shown) and said.key in ("skip", "expect"):
            change = {"skip": True} if said.key == "skip" else {"expect": said.value}
            shown[said.before] = replace(shown[said.before], **change)
    return shown


def _without_display(found: _Found) -> list[Claim]:
    """A declaration about the next formula that has none."""
    return [
        Claim(Verdict.UNREADABLE, said.key, said.place, message=f"symlstm: {said.key}: no formula follows")
        for said in found.declarations
        if said.key in ("skip", "expect") and said.before >= len(found.displays)
    ]
