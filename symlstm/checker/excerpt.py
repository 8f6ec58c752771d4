r"""Excerpt: the part of a text that a span of the tree stands for, with the braces and macro arguments around it."""

import re

__all__ = ["excerpt"]

_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
_CALL = re.compile(r"(?:\\[A-Za-z]+|\})\Z")
_COMMAND = re.compile(r"\\[A-Za-z]+\s*\Z")


def excerpt(source: str, start: int, stop: int) -> tuple[int, int]:
    r"""The start and stop of the smallest piece around source[start:stop] that closes every brace it opens.

    The tree of x_{t-1} ends at 1, that of \mathcal{L} is L, and what a macro makes stands where it is called: the span
    of \sig{x} is \sig. What stands in braces right behind a command or a brace is an argument. Where the braces of the
    whole text do not match, the span is returned as far as it got.

    >>> source = r"\mathcal{L} = \sig{x_{t-1}} + b"
    >>> source[slice(*excerpt(source, 9, 18))]
    '\\mathcal{L} = \\sig{x_{t-1}}'
    """
    while True:
        opened, unopened = _unmatched(source[start:stop])
        if unopened:
            start, moved = _before(source, start)
        elif opened or (_CALL.search(source[start:stop]) and source[stop : stop + 1] == "{"):
            stop, moved = _behind(source, stop, opened or 0)
        else:
            return start, stop
        if not moved:
            return start, stop


def _unmatched(text: str) -> tuple[int, int]:
    """How many braces are opened and not closed, and closed and not opened."""
    opened = unopened = 0
    for brace in _BRACE.finditer(text):
        if brace[0] == "{":
            opened += 1
        elif brace[0] == "}":
            opened, unopened = (opened - 1, unopened) if opened else (opened, unopened + 1)
    return opened, unopened


def _before(source: str, start: int) -> tuple[int, bool]:
    """The next opening brace in front, with the command that it belongs to."""
    brace = source.rfind("{", 0, start)
    if brace < 0:
        return start, False
    command = _COMMAND.search(source, 0, brace)
    return (command.start() if command else brace), True


def _behind(source: str, stop: int, depth: int) -> tuple[int, bool]:
    """Where the open braces are closed; with depth 0, the end of the group that begins here."""
    for brace in _BRACE.finditer(source, stop):
        depth += {"{": 1, "}": -1}.get(brace[0], 0)
        if depth == 0:
            return brace.end(), True
    return stop, False
