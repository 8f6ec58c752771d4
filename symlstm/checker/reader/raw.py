"""TeX's own tokens: control sequences, characters and spaces, with their places."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from symlstm.checker.reader.errors import refusal

__all__ = ["Raw", "argument", "balanced", "raw_tokens", "skip_spaces", "written"]

_INVISIBLE = "\u200b\ufeff\u2060\u2061\u2062\u2063\u2064"

_PIECES = re.compile(r"\\(?:[A-Za-z]+|.)|%[^\n]*\n?[ \t]*|[\s\u200b\ufeff\u2060-\u2064]+|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Raw:
    r"""A control sequence ("\alpha", "\\"), a character, or " " for any white space.

    `final` marks a control sequence that no macro replaces any more. Offsets are those of the text that was handed
    over; what comes out of a macro stands where the macro was called.
    """

    text: str
    start: int
    stop: int
    final: bool = False

    @property
    def command(self) -> str:
        r"""The name behind the backslash, "" for anything else."""
        return self.text[1:] if len(self.text) > 1 and self.text[0] == "\\" else ""


def raw_tokens(text: str, shift: int = 0) -> list[Raw]:
    """The tokens of a LaTeX text without its comments; `shift` is added to every offset."""
    found = []
    for match in _PIECES.finditer(text):
        piece = match.group()
        if piece[0] == "%":
            continue
        if len(piece) == 2 and piece[1].isspace():
            piece = "\\ "
        found.append(
            Raw(
                " " if piece[0].isspace() or piece[0] in _INVISIBLE else piece,
                match.start() + shift,
                match.end() + shift,
            )
        )
    return found


def skip_spaces(tokens: Sequence[Raw], at: int) -> int:
    """The next position that holds no space."""
    while at < len(tokens) and tokens[at].text == " ":
        at += 1
    return at


def balanced(tokens: Sequence[Raw], at: int, opening: str = "{", closing: str = "}") -> tuple[list[Raw], int]:
    """What stands in the brackets that open at `at`, and the position behind the closing one."""
    depth, start = 0, at
    while at < len(tokens):
        text = tokens[at].text
        depth += (text == opening) - (text == closing)
        if depth == 0:
            return list(tokens[start + 1 : at]), at + 1
        at += 1
    raise refusal(tokens[start].start, f"{opening} that is never closed", (closing,))


def argument(tokens: Sequence[Raw], at: int, command: Raw) -> tuple[list[Raw], int]:
    """The argument that starts at `at`, in braces or one token, and the position behind it."""
    at = skip_spaces(tokens, at)
    if at >= len(tokens) or tokens[at].text == "}":
        raise refusal(command.start, f"{command.text} without its argument", ("{…}",))
    return balanced(tokens, at) if tokens[at].text == "{" else ([tokens[at]], at + 1)


def written(tokens: Sequence[Raw]) -> str:
    """The text of the tokens, spaces as they are."""
    return "".join(token.text for token in tokens)
