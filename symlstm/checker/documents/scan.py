r"""Where formulas begin and end: $$ … $$, \[ … \], displayed environments, $ … $ and \( … \), in one pass."""

import re
from dataclasses import dataclass, field

from symlstm.checker.documents.macros import Macros
from symlstm.checker.documents.page import Problem, Region

__all__ = ["ENVIRONMENTS", "scan"]

Spans = tuple[tuple[int, int], ...]
Found = tuple[list[Region], list[Problem]]

_NAMES = (
    "equation align gather multline eqnarray alignat flalign displaymath math dmath xalignat xxalignat IEEEeqnarray"
)
ENVIRONMENTS = frozenset(name + star for name in _NAMES.split() for star in ("", "*"))
_CLOSING = {"$$": "$$", "\\[": "\\]", "\\\\[": "\\\\]", "$": "$", "\\(": "\\)", "\\\\(": "\\\\)", "$`": "`$"}
_INLINE = ("$", "\\(", "\\\\(", "$`")
_ARGUMENTS = re.compile(r"\s{0,200}(?:\[[^\]\n]{0,200}\])?\s{0,200}\{[^}\n]{0,200}\}")
_WITH_ARGUMENT = ("alignat", "xalignat", "xxalignat", "IEEEeqnarray")
_ENDED = re.compile(r"[\s%]*?(?:\n|\Z)")
_BEGUN = re.compile(r"[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*")
_MATHEMATICAL = re.compile(r"=|\^|\\[A-Za-z]|(?<!\\)_")
_INK = re.compile(r"\S")
_BRACED = re.compile(r"\{[^{}]*\}")

_TEX = r"""
      \\(?P<side>begin|end)\s*\{(?P<name>[A-Za-z]+\*?)\}
    | (?P<mark>\\[\[\]()])
    | (?P<macro>\\[A-Za-z@]+)
    | \\.
    | (?P<dollars>\$\$?)
    | (?P<blank>\n(?=[ \t]*\n))
"""
_MARKDOWN = r"(?P<tick>\$`|`\$) | (?P<double>\\\\[\[\]()]) |" + _TEX
_TOKENS = {
    "tex": re.compile(_TEX, re.VERBOSE | re.DOTALL),
    "markdown": re.compile(_MARKDOWN, re.VERBOSE | re.DOTALL),
}


@dataclass
class _Opened:
    """A formula that is not closed yet."""

    mark: str  # "$$", "\[", "align"
    written: str  # "\begin{align}", or the macro that stands for it
    start: int
    body: int
    fence: bool = False  # nothing follows on its line: empty lines do not end it
    broken: bool = False  # there was an empty line behind the beginning of the formula
    inked: int = 0  # how far it is known whether anything stands in it
    inner: list[str] = field(default_factory=list)  # environments in it that would be displays elsewhere


class _Scanner:
    def __init__(self, text: str, kind: str, macros: Macros, code: Spans, inline: bool) -> None:
        self.text, self.kind, self.macros, self.inline = text, kind, macros, inline
        self.code = dict(code)
        self.regions: list[Region] = []
        self.problems: list[Problem] = []
        self.opened: _Opened | None = None

    def run(self) -> None:
        """Take every token; code is skipped where no displayed formula is open."""
        tokens, position = _TOKENS[self.kind], 0
        skips = iter(sorted(self.code.items()))
        code = next(skips, None)
        while token := tokens.search(self.text, position):
            position = token.end()
            while code and code[1] <= token.start():
                code = next(skips, None)
            in_code = code is not None and code[0] <= token.start() < code[1]
            if in_code and (self.opened is None or self.opened.mark in _INLINE[:3]):
                assert code is not None
                self.opened, position = None, code[1]
            else:
                position = self._take(token)
        self._unclosed("the end of the text", len(self.text))

    def _take(self, token: re.Match[str]) -> int:
        """Do what one token asks for; returns where to go on."""
        if token["blank"]:
            self._paragraph(token.start())
        elif token["macro"]:
            return self._macro(token)
        elif token["side"]:
            self._environment(token, *self._resolved(token["side"], token["name"]))
        elif (
            mark := token["dollars"]
            or token["mark"]
            or (self.kind == "markdown" and (token["tick"] or token["double"]))
        ):
            self._mark(token, mark)
        return token.end()

    def _resolved(self, side: str, name: str) -> tuple[str, str]:
        """The environment that a \\begin or \\end is about, after the definitions of the text."""
        mark = self.macros.marks.get(f"\\{side}{{{name}}}")
        return _parts(mark) if mark and mark.startswith("\\") and "{" in mark else (side, name)

    def _macro(self, token: re.Match[str]) -> int:
        """A macro that stands for a mark, or puts marks around its argument."""
        mark = self.macros.marks.get(token["macro"])
        if mark and "{" in mark:
            self._environment(token, *_parts(mark))
        elif mark:
            self._mark(token, mark)
        elif token["macro"] in self.macros.wrappers and self.opened is None:
            opening = token.end()
            if opening in self.macros.braces:
                self.regions.append(Region(opening + 1, self.macros.braces[opening], token["macro"]))
                return self.macros.braces[opening]
        return token.end()

    def _environment(self, token: re.Match[str], side: str, name: str) -> None:
        if name not in ENVIRONMENTS:
            return
        if side == "begin":
            self._begin(token, name)
        elif self.opened and self.opened.inner and self.opened.inner[-1] == name:
            self.opened.inner.pop()
        elif self.opened and self.opened.mark == name:
            self._close(token.start())
        elif self.opened and self.opened.mark not in _INLINE:
            self._unclosed(rf"\end{{{name}}}", token.start())
        else:
            self.problems.append(
                (token.start(), rf"{token[0]} closes nothing; expected \begin{{{name}}} in front of it")
            )

    def _begin(self, token: re.Match[str], name: str) -> None:
        r"""An environment begins: within $$ or \[ it belongs to the formula, as right behind another \begin."""
        if self.opened and (
            (self.opened.mark in ("$$", "\\[", "\\\\[") and not self.opened.broken)
            or (self.opened.mark != name and not self.text[self.opened.body : token.start()][:200].strip())
        ):
            self.opened.inner.append(name)
            return
        self._unclosed(token[0], token.start())
        argument = _ARGUMENTS.match(self.text, token.end()) if name.rstrip("*") in _WITH_ARGUMENT else None
        body = argument.end() if argument else token.end()
        self.opened = _Opened(name, token[0], token.start(), body, inked=body)

    def _mark(self, token: re.Match[str], mark: str) -> None:
        if self.opened is None:
            self._open(token, mark)
        elif _CLOSING.get(self.opened.mark) == mark and self._may_close(token):
            self._close(token.start())
        elif (
            mark == "$$"
            and self.opened.mark == "$"
            and self._may_close(token)
            and not self._at_line_start(token.start())
        ):
            self._close(token.start())  # $a$$b$
            self.opened = _Opened("$", "$", token.start() + 1, token.end())
        elif mark in _CLOSING and self._reopens(token, mark):
            self._unclosed(mark, token.start())
            self._open(token, mark)

    def _reopens(self, token: re.Match[str], mark: str) -> bool:
        """Whether a mark within an open formula begins another one, the open one never having been closed."""
        assert self.opened is not None
        if mark == self.opened.mark == "$":  # it could not close what is open: that was money
            return True
        return mark in ("\\[", "$$") and not (mark == "$$" and self._in_braces(token.start()))

    def _in_braces(self, offset: int) -> bool:
        r"""Whether \text{…} or another brace is open, looking back a little."""
        assert self.opened is not None
        before = self.text[max(self.opened.body, offset - 200) : offset]
        return before.count("{") > before.count("}")

    def _may_close(self, token: re.Match[str]) -> bool:
        """In Markdown, $ behind a space closes only what began with one: "costs $5 and $x$"."""
        if self.kind == "tex" or self.opened is None or self.opened.mark != "$":
            return True
        return not self.text[token.start() - 1].isspace() or self.text[self.opened.body].isspace()

    def _at_line_start(self, stop: int) -> bool:
        newline = self.text.rfind("\n", max(0, stop - 80), stop)
        return (newline >= 0 or stop < 80) and _BEGUN.fullmatch(self.text, newline + 1, stop) is not None

    def _open(self, token: re.Match[str], mark: str) -> None:
        if mark in _CLOSING:
            fence = _ENDED.match(self.text, token.end()) is not None
            self.opened = _Opened(mark, token[0], token.start(), token.end(), fence, inked=token.end())
        elif mark in ("\\]", "\\)") and self.kind == "tex":
            self.problems.append((token.start(), f"{mark} closes nothing; expected its opening mark in front of it"))

    def _close(self, stop: int) -> None:
        assert self.opened is not None
        opened, self.opened = self.opened, None
        body = self.text[opened.body : stop]
        if opened.mark in _INLINE:
            for _ in range(8):  # a relation in a script, as in \sum_{t=1}, is none of the formula
                body = _BRACED.sub("", body)
            if "=" in body:
                self.regions.append(Region(opened.body, stop, opened.mark, inline=True))
        elif self.kind == "tex" or opened.mark != "\\[" or _MATHEMATICAL.search(body):
            self.regions.append(Region(opened.body, stop, opened.mark))

    def _paragraph(self, offset: int) -> None:
        """An empty line ends what cannot go beyond it."""
        ends = (*_INLINE, "$$") if self.kind == "tex" else (*_INLINE, "$$", "\\[")
        if self.opened and self.opened.mark in ends and not self.opened.fence:
            self._unclosed("the empty line", offset)
        elif self.opened and not self.opened.broken:
            self.opened.broken = _INK.search(self.text, self.opened.inked, offset) is not None
            self.opened.inked = offset

    def _unclosed(self, by: str, offset: int) -> None:
        r"""What is open will not be closed any more. In Markdown, a lone $ is money, and \[ may be a bracket."""
        opened, self.opened = self.opened, None
        if opened is None or not self._is_formula(opened, offset):
            return
        closing = _CLOSING.get(opened.mark, rf"\end{{{opened.mark}}}")
        line = self.text.count("\n", opened.start, offset)
        below = f" {line} line{'s' if line > 1 else ''} below" if line else ""
        self.problems.append((opened.start, f"{opened.written} is never closed: expected {closing} before {by}{below}"))

    def _is_formula(self, opened: _Opened, offset: int) -> bool:
        if opened.mark in _INLINE:
            return self.kind == "tex" and self.inline
        if self.kind != "markdown" or opened.mark != "\\[" or opened.fence:
            return True
        line_end = self.text.find("\n", opened.body, offset)
        first_line = self.text[opened.body : line_end if line_end >= 0 else offset]
        return "=" in first_line and first_line[0] != "[" and self._at_line_start(opened.start)


def _parts(mark: str) -> tuple[str, str]:
    r"""The side and the name of \begin{name} or \end{name}."""
    side, _, name = mark.lstrip("\\").partition("{")
    return side.strip(), name.rstrip("}")


def scan(text: str, kind: str, macros: Macros, code: Spans = (), *, inline: bool = False) -> Found:
    r"""The formulas of a text, those in a line only where they are asked for, and the marks that are never closed.

    `kind` is "tex" or "markdown", where a backslash may be doubled: \\[ … \\]. `code` holds spans of inline code.
    """
    scanner = _Scanner(text, kind, macros, code, inline)
    scanner.run()
    return [region for region in scanner.regions if inline or not region.inline], scanner.problems
