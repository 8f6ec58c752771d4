"""LaTeX: what is comment, and what is verbatim."""

import re

from symlstm.checker.documents.page import Cleaned, Page, Problem, blank

__all__ = ["clean_tex"]

_VERBATIM = r"(?:verbatim|[BLS]?Verbatim|lstlisting|minted|alltt|filecontents|Highlighting)\*?"
_OPTION = r"(?:\[[^\]\n]{0,500}\])?"
_HIDDEN = re.compile(
    rf"""
      \\begin\s*\{{(?P<code>{_VERBATIM})\}} (?: .*?\\end\s*\{{(?P=code)\}} | (?P<open_code>.*) )
    | \\begin\s*\{{comment\}} (?P<note>.*?) (?: \\end\s*\{{comment\}} | (?P<open_note>\Z) )
    | \\iffalse(?![A-Za-z]) (?P<false>.*?) (?: \\(?:else|fi)(?![A-Za-z]) | (?P<open_false>\Z) )
    | (?P<inline> \\(?:verb\*?|lstinline{_OPTION}|mintinline{_OPTION}\{{[^}}\n]{{0,500}}\}}(?=[^\w\s]))
        (?: \{{[^}}\n]{{0,2000}}\}} | (?P<bar>[^A-Za-z0-9\s*{{]) [^\n]{{0,2000}}? (?P=bar) ) )
    | (?P<after> \\end\s*\{{document\}}.* )
    | (?P<comment> %[^\n]* )
    | \\.
    """,
    re.DOTALL | re.VERBOSE,
)
_NAMES = {"open_code": r"\begin{{{code}}}", "open_note": r"\begin{{comment}}", "open_false": r"\iffalse"}


def clean_tex(page: Page) -> Cleaned:
    r"""Comments, \begin{comment}, \iffalse and all behind \end{document} are no part of the text; verbatim is code."""
    comments, notes, hidden, problems = [], [], [], list[Problem]()
    for found in _HIDDEN.finditer(page.text):
        if found["comment"] is not None:
            comments.append(found.span())
        elif any(found[kind] is not None for kind in ("note", "false", "after")):
            notes.append(found.span())
        elif found["code"] or found["inline"]:
            hidden.append(found.span())
        problems += _unclosed(found)
    # A comment alone on its line is no empty line: it must not look like the end of a paragraph.
    visible = blank(blank(page.text, [*notes, *hidden]), comments, filler="%")
    source = blank(page.text, [*comments, *notes])
    said = tuple((start + 1, page.text[start + 1 : stop]) for start, stop in comments)
    return Cleaned(source, visible, said, problems=tuple(problems))


def _unclosed(found: re.Match[str]) -> list[Problem]:
    for group, name in _NAMES.items():
        if found[group] is not None:
            opening = name.format(code=found["code"])
            return [(found.start(), f"{opening} is never closed, so nothing behind it is read; close it")]
    return []
