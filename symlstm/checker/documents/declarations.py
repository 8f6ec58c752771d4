"""What comments say to the checker: `% symlstm: \\delta_t := \\partial L/\\partial h_t; layout row`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from symlstm.errors import InputError, UnknownNameError, choice

__all__ = ["Said", "read_declaration", "said_in"]

_MARK = re.compile(r"\s*symlstm:")
_ASSIGN = re.compile(r":=|\\coloneqq(?![A-Za-z])")
_OPTION = re.compile(r"([A-Za-z]+)(?:\s*[=:]\s*|\s+|$)(.*)", re.DOTALL)
_PIECE = re.compile(r"\\.|[()\[\]{}]|[;\n]", re.DOTALL)

# What may stand behind a key: anything, nothing, or one of a few words.
_VALUES: dict[str, tuple[str, ...] | None] = {
    "cell": None,
    "notation": None,
    "layout": ("column", "row"),
    "time": ("auto", "step", "sequence"),
    "expect": ("wrong",),
    "batch": (),
    "skip": (),
    "ignore": (),
}


@dataclass(frozen=True, slots=True)
class Said:
    """A declaration without its place."""

    left: str = ""
    right: str = ""
    key: str = ""
    value: str = ""


def said_in(comment: str) -> Iterator[tuple[int, str]]:
    """The declarations in a comment that begins with "symlstm:", each with its offset; none in any other comment.

    >>> list(said_in(" symlstm: layout row; a := [b; c]"))
    [(10, 'layout row'), (22, 'a := [b; c]')]
    """
    if mark := _MARK.match(comment):
        start, depth = mark.end(), 0
        for piece in _PIECE.finditer(comment, start):
            depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(piece[0], 0)
            if piece[0] == "\n" or (piece[0] == ";" and depth <= 0):
                yield from _one(comment, start, piece.start())
                start, depth = piece.end(), 0
        yield from _one(comment, start, len(comment))


def _one(comment: str, start: int, stop: int) -> Iterator[tuple[int, str]]:
    text = comment[start:stop]
    if text.strip():
        yield start + len(text) - len(text.lstrip()), text.strip()


def read_declaration(text: str) -> Said:
    r"""One declaration: `left := right`, or an option and its value.

    Raises InputError for anything else, UnknownNameError for an option that is not known.

    >>> read_declaration("cell lstm layout=split")
    Said(left='', right='', key='cell', value='lstm layout=split')
    """
    left, right = _sides(text)
    if left and right:
        return Said(left=left, right=right)
    option = _OPTION.fullmatch(text)
    if left or right or not option:
        raise InputError(f"symlstm: expected left := right or one of {', '.join(_VALUES)}, got {text!r}")
    key, value = option[1].lower(), option[2].strip()
    if key not in _VALUES:
        raise UnknownNameError("declaration", option[1], _VALUES)
    known = _VALUES[key]
    if known:
        choice(f"symlstm: {key}", value, known)
    elif bool(value) != (known is None):
        wanted = "a value" if known is None else f"nothing behind {key}"
        raise InputError(f"symlstm: {key}: expected {wanted}, got {value!r}")
    return Said(key="skip" if key == "ignore" else key, value=value)


def _sides(text: str) -> tuple[str, str]:
    """What stands on the two sides of :=, both empty where there is none."""
    sign = _ASSIGN.search(text)
    if not sign:
        return "", ""
    left, right = text[: sign.start()].strip(), text[sign.end() :].strip()
    return (left, right) if left and right else (left or ":=", "")
