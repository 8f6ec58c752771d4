"""Plain text: a formula is a line and those that go on with it, # or % in front of a comment."""

import re
from collections.abc import Iterator

from symlstm.checker.documents.page import Cleaned, Page, Region, blank

__all__ = ["clean_plain"]

_COMMENT = re.compile(r"^[ \t]*#[^\n]*|(?<!\\)(?:\\\\)*(?P<percent>%[^\n]*)", re.MULTILINE)
_RELATION = re.compile(r"(?<![<>!])=|<-|[≈≡∝≔≜←]|\\(?:approx|equiv|leftarrow|gets|coloneqq|triangleq)(?![A-Za-z])")
_BEGINS = re.compile(r"\s*(?:[-+*/@.⊙∘·×)\]}]|\\(?:odot|circ|cdot|times)(?![A-Za-z]))")  # a line that goes on
_GOES_ON = re.compile(r"\s*=")
_UNFINISHED = re.compile(r"(?:[-+*/@=(\[{⊙∘·×]|\\(?:odot|circ|cdot|times))\s*\Z")
# In front of a formula: (3), 3., a bullet, Eq. 3:, and words that lead to it. A minus is none of these.
_LEAD = re.compile(
    r"\s*(?:\(\d+[a-z]?\)|\d+[.)]|[*•])\s+|\s*[A-Za-z][^=:\[({\n]*:\s+|\s*(?:let|so|then|thus|hence|therefore|where|with|and"
    r"|now|here|finally|similarly|likewise|also|note|that|show|we|get|have|obtain)\b,?\s+",
    re.IGNORECASE,
)


def clean_plain(page: Page) -> Cleaned:
    """Every line with a relation is a formula, with the lines behind it that go on with it; the others are prose."""
    spans = [found.span("percent") if found["percent"] else found.span() for found in _COMMENT.finditer(page.text)]
    source = blank(page.text, spans)
    comments = tuple((start, page.text[start:stop].lstrip(" \t#%")) for start, stop in spans)
    comments = tuple((page.text.index(said, start) if said else start, said) for start, said in comments)
    formulas = ((start, stop) for start, stop in _joined(source) if _RELATION.search(source, start, stop))
    return Cleaned(source, source, comments, tuple(Region(_begin(source, *span), span[1]) for span in formulas))


def _joined(source: str) -> Iterator[tuple[int, int]]:
    """The lines, each with those that go on with it."""
    start = stop = 0
    for found in re.finditer(r"[^\n]+", source):
        if start < stop and found.start() == stop + 1 and _goes_on(source[start:stop], found[0]):
            stop = found.end()
            continue
        if start < stop:
            yield start, stop
        start, stop = found.span()
    if start < stop:
        yield start, stop


def _goes_on(before: str, line: str) -> bool:
    """Whether a line belongs to the formula in front of it: an operator or a bracket is open, or it begins with one."""
    if not line.strip():
        return False
    is_open = sum(before.count(sign) for sign in "([{") > sum(before.count(sign) for sign in ")]}")
    if _GOES_ON.match(line):
        return True
    if not _RELATION.search(before):
        return False
    return bool(not _RELATION.search(line) and (is_open or _UNFINISHED.search(before) or _BEGINS.match(line)))


def _begin(source: str, start: int, stop: int) -> int:
    """Where the formula of a line begins: behind its number and the words that lead to it."""
    while found := _LEAD.match(source, start, stop):
        if not _RELATION.search(source, found.end(), stop):
            break
        start = found.end()
    return start
