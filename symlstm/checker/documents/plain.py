"""Plain text: one formula a line, # or % in front of a comment."""

import re

from symlstm.checker.documents.page import Cleaned, Page, Region, blank

__all__ = ["clean_plain"]

_COMMENT = re.compile(r"^[ \t]*#[^\n]*|(?<!\\)(?:\\\\)*(?P<percent>%[^\n]*)", re.MULTILINE)


def clean_plain(page: Page) -> Cleaned:
    """Every line that is not empty and no comment is a formula."""
    spans = [found.span("percent") if found["percent"] else found.span() for found in _COMMENT.finditer(page.text)]
    source = blank(page.text, spans)
    comments = tuple((start, page.text[start:stop].lstrip(" \t#%")) for start, stop in spans)
    comments = tuple((page.text.index(said, start) if said else start, said) for start, said in comments)
    lines = tuple(Region(*found.span()) for found in re.finditer(r"[^\n]+", source))
    return Cleaned(source, source, comments, lines)
