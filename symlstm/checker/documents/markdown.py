"""Markdown: what is code, what is a comment, what is a quotation mark, and the fenced block of a formula."""

import re
from bisect import bisect_right
from dataclasses import dataclass, field

from symlstm.checker.documents.page import Cleaned, Page, Problem, Region, blank

__all__ = ["clean_markdown"]

Span = tuple[int, int]

_LINE = re.compile(r"(?P<quote>(?: {0,3}>)*)(?P<indent>[ \t]*)(?P<rest>[^\n]*)(?:\n|\Z)")
_FENCE = re.compile(r"(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*(?P<fence>`{3,}|~{3,})[ \t]*(?P<info>.*)")
_MATH = re.compile(r"\{?math\}?(?![\w-])")  # ```math on GitHub, ```{math} in MyST
_ITEM = re.compile(r"(?:[-*+]|\d{1,9}[.)])(?:[ \t]|$)")
_TICKS = re.compile(r"(?P<escaped>\\`)|(?P<blank>\n(?=[ \t]*\n))|(?P<ticks>`+)|(?P<note><!--)")
_SAID = re.compile(r"^[ \t]*%(?P<said>[ \t]*symlstm:[^\n]*)", re.MULTILINE)
_RAW = tuple((re.compile(rf"<{tag}(?=[\s>])"), f"</{tag}>") for tag in ("pre", "script", "style", "code"))


@dataclass
class _Lines:
    """What is known of the lines so far, and what was found in them."""

    quotes: list[Span] = field(default_factory=list)
    code: list[Span] = field(default_factory=list)
    math: list[Region] = field(default_factory=list)
    opened: re.Match[str] | None = None  # the fence that is open
    fence: str = ""
    info: str = ""
    since: int = 0  # where its content begins
    in_comment: bool = False
    in_list: bool = False
    after_blank: bool = True
    in_code: bool = False  # the line before is indented code
    in_quote: bool = False
    unbalanced: int = 0  # what is open in this paragraph of $$, \\[ and environments

    def take(self, line: re.Match[str]) -> None:
        """Learn from one line."""
        quoted = bool(line["quote"]) and (self.after_blank or self.in_quote or not self.unbalanced)
        content = line["rest"] if quoted or not line["quote"] else line["quote"] + line["indent"] + line["rest"]
        if quoted:
            self.quotes.append(line.span("quote"))
        self.in_quote, fenced = quoted, self.opened is not None
        if self.opened is not None:
            self._inside(line, content)
        elif self.in_comment:
            self.in_comment = "-->" not in content
        elif fence := _FENCE.match(content):
            if fence["fence"][0] == "~" or "`" not in fence["info"]:
                self.opened, self.since = line, line.end()
                self.fence, self.info = fence["fence"], fence["info"]
        else:
            self._prose(line, content, quoted)
        self._paragraph(content, fenced)

    def _paragraph(self, content: str, fenced: bool) -> None:
        """Whether a paragraph ends with this line, and whether a formula is open in it: there, > is a relation."""
        self.after_blank = not content.strip() or content.startswith("#") or (fenced and self.opened is None)
        opened = content.count("$$") % 2 and (-1 if self.unbalanced else 1)
        for opening, closing in (("\\[", "\\]"), ("\\begin", "\\end")):
            opened += content.count(opening) - content.count(closing)
        self.unbalanced = 0 if self.after_blank or fenced else max(0, self.unbalanced + opened)

    def _inside(self, line: re.Match[str], content: str) -> None:
        """A line in a fenced block, which may close it."""
        content = content.strip()
        if set(content) == {self.fence[0]} and len(content) >= len(self.fence):
            self.close(line.start(), line.end("rest"))
            self.opened = None

    def close(self, stop: int, end: int) -> None:
        """The content of the block is over at `stop`, the block at `end`: it is a formula, or code."""
        assert self.opened is not None
        self.code.append((self.opened.start("rest"), end))
        if _MATH.match(self.info):
            self.math.append(Region(self.since, stop, "math"))

    def _prose(self, line: re.Match[str], content: str, quoted: bool) -> None:
        """A line outside of fenced blocks: indented code, an item of a list, the beginning of a comment."""
        indent = len(line["indent"].replace("\t", "    ")) - (1 if quoted else 0)
        deep = bool(content.strip()) and indent >= (8 if self.in_list else 4)
        self.in_code = deep and (self.after_blank or self.in_code)
        if self.in_code:
            self.code.append(line.span("rest"))
            return
        if _ITEM.match(content):
            self.in_list = True
        elif content.strip() and not indent and self.after_blank:
            self.in_list = False
        last = re.sub(r"`[^`]*`", "", content).rpartition("<!--")
        self.in_comment = bool(last[1]) and "-->" not in last[2]


def clean_markdown(page: Page) -> Cleaned:
    """Blocks and the elements pre, script, style and code are code; ```math is a formula; <!-- --> is a comment."""
    lines = _Lines()
    for line in _LINE.finditer(page.text):
        if line.group():
            lines.take(line)
    problems = list[Problem]()
    if lines.opened is not None:
        lines.close(len(page.text), len(page.text))
        opening = lines.opened.start("rest")
        problems.append((opening, f"{lines.fence} is never closed, so nothing behind it is read; close it"))
    source = blank(page.text, lines.quotes)
    visible = blank(source, lines.code)
    inline, notes, open_notes = _code_and_comments(visible)
    raw = _between(visible, _RAW, inline)
    problems += [(start, "<!-- is never closed; close it with -->") for start in open_notes]
    said = [(start + 4, page.text[start + 4 : stop - 3]) for start, stop in notes]
    visible = blank(visible, [*notes, *raw])
    said += [(found.start("said"), found["said"]) for found in _SAID.finditer(visible)]
    return Cleaned(blank(source, notes), visible, tuple(said), tuple(lines.math), tuple(problems), tuple(inline))


def _code_and_comments(text: str) -> tuple[list[Span], list[Span], list[int]]:
    """The spans between runs of as many backticks in a paragraph; comments; where a comment is never closed."""
    marks, paragraph, following = [], 0, dict[tuple[int, int], list[int]]()
    for found in _TICKS.finditer(text):
        paragraph += found["blank"] is not None
        if found["ticks"] or found["note"]:
            marks.append((found, (paragraph, len(found["ticks"] or ""))))
    for found, key in reversed(marks):
        following.setdefault(key, []).append(found.end())
    code, notes, unclosed, done = list[Span](), list[Span](), list[int](), 0
    for found, key in marks:
        following[key].pop()
        if found.start() < done:
            continue  # within what was found before
        if found["ticks"]:
            if following[key]:
                done = following[key][-1]
                code.append((found.start(), done))
        elif not unclosed:
            stop = text.find("-->", found.end())
            if stop < 0:
                unclosed.append(found.start())
                continue
            done = stop + 3
            notes.append((found.start(), done))
    return code, notes, unclosed


def _between(text: str, marks: tuple[tuple[re.Pattern[str], str], ...], code: list[Span]) -> list[Span]:
    """The spans from an opening mark outside of code to the next closing one."""
    spans = []
    starts = [start for start, _ in code]
    for opening, closing in marks:
        done = 0
        for found in opening.finditer(text):
            k = bisect_right(starts, found.start()) - 1
            if found.start() < done or (k >= 0 and found.start() < code[k][1]):
                continue
            stop = text.find(closing, found.end())
            if stop < 0:
                break
            done = stop + len(closing)
            spans.append((found.start(), done))
    return spans
