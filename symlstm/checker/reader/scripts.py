"""Raised and lowered characters: ₜ₋₁ is the tokens of _{t-1}."""

import re
from collections.abc import Sequence

from symlstm.checker.reader.characters import character
from symlstm.checker.reader.errors import refusal
from symlstm.checker.reader.symbols import UNICODE
from symlstm.checker.reader.token import Token

__all__ = ["script_tokens"]

_PIECES = re.compile(r"[A-Za-z]+|[0-9]+|.", re.DOTALL)
_SIGNS = {"+": "PLUS", "-": "MINUS", "(": "LPAR", ")": "RPAR", "=": "REL"}


def script_tokens(kind: str, characters: Sequence[tuple[str, int]]) -> list[Token]:
    """The tokens of a run of characters of one kind, SUBCHAR or SUPCHAR, each with its offset."""
    known = [character(char) for char, _ in characters]
    plain = "".join(found.value for found in known if found is not None)
    source = "".join(char for char, _ in characters)
    first, last = characters[0][1], characters[-1][1] + 1
    tokens = [
        Token("SUB" if kind == "SUBCHAR" else "SUP", "run", first, first + 1, source=source),
        Token("LBRACE", "{", first, first),
    ]
    for match in _PIECES.finditer(plain):
        tokens.append(_token(match.group(), characters[match.start()][1], characters[match.end() - 1][1] + 1))
    return [*tokens, Token("RBRACE", "}", last, last)]


def _token(piece: str, start: int, stop: int) -> Token:
    if piece.isdecimal():
        return Token("NUMBER", piece, start, stop, source=piece)
    if piece.isascii() and piece.isalpha():
        return Token("NAME", piece, start, stop, source=piece)
    kind, value = UNICODE.get(piece, (_SIGNS.get(piece, ""), piece))
    if not kind:
        raise refusal(start, f"a raised or lowered {piece!r}", ("a letter, digit, sign or bracket",))
    return Token(kind, value, start, stop, source=piece)
