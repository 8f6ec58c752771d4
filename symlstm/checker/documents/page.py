"""A page: a file or the cell of a notebook, where offsets become lines and columns, and parts become spaces."""

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from symlstm.checker.report import Place

__all__ = ["Cleaned", "Page", "Problem", "Region", "blank", "page_of"]

Problem = tuple[int, str]  # an offset, and what is wrong there


@dataclass(frozen=True)
class Page:
    """The text of a file or a cell; as long as what was given, every line end being a newline."""

    text: str
    file: str = ""
    cell: int | None = None

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(found.end() for found in re.finditer("\n", self.text))]

    def place(self, offset: int) -> Place:
        """The line and column of an offset."""
        line = bisect_right(self._starts, offset)
        return Place(line, offset - self._starts[line - 1] + 1, self.file, self.cell)


def page_of(text: str, file: str = "", cell: int | None = None) -> Page:
    """A page with a newline for every line end: a carriage return in front of one becomes a space."""
    return Page(text.replace("\r\n", " \n").replace("\r", "\n").replace("\ufeff", " "), file, cell)


@dataclass(frozen=True, slots=True)
class Region:
    """A formula on a page: offsets of its body, and what it stands in."""

    start: int
    stop: int
    environment: str = ""
    inline: bool = False


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What the rules of a language make of a page; all texts are as long as the page.

    `source` is what formulas are cut from: comments are blank. In `visible`, where delimiters are looked for, code is
    blank too: code that stands in a formula must not vanish from it.
    """

    source: str
    visible: str
    comments: tuple[tuple[int, str], ...] = ()  # offset and content
    regions: tuple[Region, ...] = ()  # formulas that the language itself delimits
    problems: tuple[Problem, ...] = ()
    code: tuple[tuple[int, int], ...] = ()  # spans of inline code, which is code only outside of formulas


def blank(text: str, spans: Iterable[tuple[int, int]], filler: str = " ") -> str:
    """The text with `filler` for every character of the spans that is not a newline.

    >>> blank("a % b", [(2, 5)])
    'a    '
    """
    pieces, done = [], 0
    for start, stop in sorted(spans):
        if stop > done:
            start = max(start, done)
            pieces += [text[done:start], re.sub(r"[^\n]", filler, text[start:stop])]
            done = stop
    return "".join([*pieces, text[done:]])
