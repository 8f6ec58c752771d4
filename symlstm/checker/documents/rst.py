"""reStructuredText: the math directive and role; literal blocks, code and comments are left alone."""

import re
from dataclasses import dataclass, field

from symlstm.checker.documents.page import Cleaned, Page, Region

__all__ = ["clean_rst"]

_LINE = re.compile(r"(?P<indent>[ \t]*)(?P<rest>[^\n]*)(?:\n|\Z)")
_MATH = re.compile(r"\.\.[ \t]+math::[ \t]*(?P<argument>[^\n]*)")
_CODE = re.compile(r"\.\.[ \t]+(?:code|code-block|sourcecode|parsed-literal|raw|literalinclude|highlight|doctest)::")
_COMMENT = re.compile(r"\.\.(?:[ \t]+(?![\w:.+-]+::|_|\[|\|)(?P<said>.*)|$)")
_OPTION = re.compile(r":[\w-]+:")
_ROLE = re.compile(r":math:`(?P<formula>(?:[^`\\]|\\.)*)`", re.DOTALL)
_LITERAL = re.compile(r"``[^\n]+?``(?!`)")


@dataclass
class _Lines:
    """What is known of the lines so far, and what was found in them."""

    regions: list[Region] = field(default_factory=list)
    comments: list[tuple[int, str]] = field(default_factory=list)
    prose: list[re.Match[str]] = field(default_factory=list)
    block: str = ""  # "math" or "code", while in one
    outer: int = 0  # its indentation
    start: int | None = None  # where a formula of the math block begins
    last: int = 0

    def take(self, line: re.Match[str]) -> None:
        """Learn from one line."""
        indent, blank = len(line["indent"].expandtabs()), not line["rest"].strip()
        if self.block and not blank and indent <= self.outer:
            self.end()
            self.block = ""
        if self.block == "math":
            self._formula(line, blank)
        elif not self.block and not blank:
            self._open(line, indent)

    def _formula(self, line: re.Match[str], blank: bool) -> None:
        """A line of a math block: an empty one ends a formula."""
        if blank:
            self.end()
        elif self.start is not None or not _OPTION.match(line["rest"]):
            self.start = line.start("rest") if self.start is None else self.start
            self.last = line.end("rest")

    def end(self) -> None:
        """The formula is over."""
        if self.start is not None:
            self.regions.append(Region(self.start, self.last, ".. math::"))
        self.start = None

    def _open(self, line: re.Match[str], indent: int) -> None:
        """A line outside of blocks, which may open one."""
        rest = line["rest"]
        self.outer = indent
        if math := _MATH.match(rest):
            self.block = "math"
            if math["argument"].strip():
                self.start, self.last = line.start("rest") + math.start("argument"), line.end("rest")
        elif _CODE.match(rest):
            self.block = "code"
        elif comment := _COMMENT.match(rest):
            self.block = "code"
            self.comments += [(line.start("rest") + comment.start("said"), comment["said"])] if comment["said"] else []
        else:
            self.prose.append(line)
            self.block = "code" if rest.rstrip().endswith("::") and not rest.startswith("..") else ""


def clean_rst(page: Page) -> Cleaned:
    """The formulas of math directives, each block between empty lines for itself, and of math roles."""
    lines = _Lines()
    for line in _LINE.finditer(page.text):
        lines.take(line)
    lines.end()
    regions = [*lines.regions, *_roles(lines.prose)]
    return Cleaned(page.text, page.text, tuple(lines.comments), tuple(regions))


def _roles(prose: list[re.Match[str]]) -> list[Region]:
    """The math roles of lines of prose; a role may run over line ends."""
    if not prose:
        return []
    text, first = prose[0].string, prose[0].start()
    keep = [(line.start(), line.end()) for line in prose]
    visible, done = [], first
    for start, stop in keep:
        visible += [re.sub(r"[^\n]", " ", text[done:start]), text[start:stop]]
        done = stop
    joined = _LITERAL.sub(lambda found: " " * len(found[0]), "".join(visible))
    return [
        Region(first + found.start("formula"), first + found.end("formula"), ":math:", inline=True)
        for found in _ROLE.finditer(joined)
    ]
