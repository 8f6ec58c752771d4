"""Remarks in round brackets that hold words and symbols: "(this is δc for step t - 1)" becomes words."""

from collections.abc import Sequence
from dataclasses import replace

from symlstm.checker.reader.token import Token

__all__ = ["with_remarks"]

_ENDS = frozenset(["ROW", "AMP", "TAG", "PERIOD", "COMMA", "SEMI", "WIDE", "THIN"])


def with_remarks(tokens: list[Token]) -> list[Token]:
    """The tokens with each remark at the end of a row as one token of words.

    A remark begins with words: in \\text{(this is } …, or behind a bracket. One that goes on with an equation,
    (if t = T), is read without its brackets; what stands in another is not read.
    """
    if not any(token.type == "WORDS" for token in tokens):
        return tokens
    out: list[Token] = []
    at = 0
    while at < len(tokens):
        stop = _remark(tokens, at)
        out += _said(tokens[at:stop]) if stop else [tokens[at]]
        at = stop or at + 1
    return out


def _remark(tokens: Sequence[Token], at: int) -> int:
    """Where the remark that begins here ends, 0 for none."""
    if tokens[at].type == "WORDS" and tokens[at].value.startswith("("):
        spoken = any(char.isalpha() for char in tokens[at].value)
    else:
        spoken = tokens[at].type == "LPAR" and at + 1 < len(tokens) and tokens[at + 1].type == "WORDS"
    if not spoken:
        return 0
    depth = 0
    for k in range(at, len(tokens)):
        if tokens[k].type in ("ROW", "AMP"):
            return 0
        depth += _opened(tokens[k])
        if depth <= 0:
            return k + 1 if _at_end(tokens, k + 1) and k > at else 0
    return 0


def _opened(token: Token) -> int:
    if token.type == "WORDS":
        return token.value.count("(") - token.value.count(")")
    return (token.type == "LPAR") - (token.type == "RPAR")


def _at_end(tokens: Sequence[Token], at: int) -> bool:
    """Whether nothing but punctuation stands in the rest of the row."""
    while at < len(tokens) and tokens[at].type in ("PERIOD", "COMMA", "SEMI", "WIDE", "THIN"):
        at += 1
    return at == len(tokens) or tokens[at].type in _ENDS


def _said(tokens: Sequence[Token]) -> list[Token]:
    inner = _unwrapped(tokens)
    others = inner[1:]
    if any(token.type == "REL" for token in others) and not any(token.type == "WORDS" for token in others):
        return inner
    text = _written(inner)
    return [Token("WORDS", text, tokens[0].start, tokens[-1].stop, source=text)]


def _unwrapped(tokens: Sequence[Token]) -> list[Token]:
    """Without the outermost brackets."""
    first, last = tokens[0], tokens[-1]
    inner = [*tokens[:-1], replace(last, value=last.value.removesuffix(")").rstrip())]
    inner[0] = replace(first, value=first.value.removeprefix("(").lstrip())
    return [token for token in inner if token.value or token.type not in ("LPAR", "RPAR", "WORDS")]


def _written(tokens: Sequence[Token]) -> str:
    text = ""
    for before, token in zip([None, *tokens], tokens, strict=False):
        apart = before is not None and (before.stop < token.start or "WORDS" in (before.type, token.type))
        text += (" " if apart else "") + (token.value if token.type == "WORDS" else token.source)
    return text
