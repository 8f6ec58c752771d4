"""LaTeX as tokens: commands, numbers, letters and signs."""

import re
from collections.abc import Sequence

__all__ = ["UnreadableError", "takes_no_exponent", "tokens_of"]

_TOKEN = re.compile(r"\\(?:begin|end)\{[a-z]+\}|\\[a-zA-Z]+|\\.|\d+(?:\.\d+)?|\S")
_GROWING = {r"\left": 1, r"\right": -1}


class UnreadableError(Exception):
    """Nothing that a reader could make sense of."""


def tokens_of(text: str) -> tuple[str, ...]:
    r"""The tokens without spaces; \left and \right must be balanced and are dropped too."""
    tokens = [token for token in _TOKEN.findall(text) if token not in (r"\,", r"\ ")]
    if sum(_GROWING.get(token, 0) for token in tokens):
        raise UnreadableError(rf"\left without \right: {text}")
    return tuple(token for token in tokens if token not in _GROWING)


def takes_no_exponent(tokens: Sequence[str]) -> bool:
    """Whether an exponent behind a piece is none of the whole: it has one already, or a prime, or is a fraction."""
    if tokens[-1] in (")", "]"):
        return False
    depth = 0
    for token in tokens:
        depth += (token in "{([") - (token in "})]")
        if depth == 0 and token in ("^", "'", r"\frac"):
            return True
    return False
