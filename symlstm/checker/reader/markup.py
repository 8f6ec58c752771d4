"""Text that was copied from HTML: <sub>t-1</sub> and &plus; become what they show, with the places they had."""

import re
from bisect import bisect_right
from dataclasses import dataclass

__all__ = ["Shown", "shown"]

_TAGS = {"<sub>": "_{", "<sup>": "^{", "</sub>": "}", "</sup>": "}"}
_ENTITIES = {
    "space": " ", "nbsp": " ", "thinsp": " ", "ensp": " ", "emsp": " ", "plus": "+", "minus": "−", "amp": "&",
    "lt": "<", "gt": ">", "equals": "=", "times": "×", "sdot": "⋅", "middot": "·", "odot": "⊙", "part": "∂",
    "lpar": "(", "rpar": ")", "lowbar": "_", "bsol": "\\",
}  # fmt: skip
_MARKUP = re.compile(rf"</?su[bp]>|&(?:{'|'.join(_ENTITIES)});", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Shown:
    """A text without markup; `edges` are pairs of offsets, in it and in the text as it was, where a piece begins."""

    text: str
    edges: tuple[tuple[int, int], ...] = ()

    def start(self, offset: int) -> int:
        """Where the character at an offset began in the text as it was."""
        here, there, inside = self._edge(offset)
        return there if inside else there + offset - here

    def stop(self, offset: int) -> int:
        """Where the character that ends at an offset ended in the text as it was."""
        if not self.edges or offset == 0:
            return offset
        here, there, inside = self._edge(offset - 1)
        return self._start_of_next(offset - 1) if inside else there + offset - here

    def _start_of_next(self, offset: int) -> int:
        """Where the piece behind the one that holds an offset begins in the text as it was."""
        return self.edges[bisect_right(self.edges, offset, key=lambda edge: edge[0])][1]

    def _edge(self, offset: int) -> tuple[int, int, bool]:
        """The piece that holds an offset, and whether it came from markup: every second piece does."""
        k = bisect_right(self.edges, offset, key=lambda edge: edge[0]) - 1
        return (*self.edges[k], k % 2 == 1) if k >= 0 else (0, 0, False)


def shown(text: str) -> Shown:
    """The text as a browser shows it.

    >>> shown("h<sub>t-1</sub> &plus; x").text
    'h_{t-1} + x'
    """
    pieces: list[str] = []
    edges: list[tuple[int, int]] = [(0, 0)]
    at, length = 0, 0
    for match in _MARKUP.finditer(text):
        between, sign = text[at : match.start()], _meant(match.group().lower())
        edges.append((length + len(between), match.start()))
        length += len(between) + len(sign)
        at = match.end()
        edges.append((length, at))
        pieces += [between, sign]
    if not pieces:
        return Shown(text)
    return Shown("".join([*pieces, text[at:]]), tuple(edges))


def _meant(markup: str) -> str:
    return _TAGS[markup] if markup in _TAGS else _ENTITIES[markup[1:-1]]
