"""The little language in which a convention writes shapes: "4n d" is a matrix of 4n rows and d columns.

n is the hidden size, d the input size, r the width of h_prev: n, or the projected size where there is a projection.
A number by itself is an axis of that length: "2 3n" has two rows. "layers" and "dirs" are axes over layers and
directions.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

__all__ = ["Axis", "Shape", "shape_of", "show_lengths"]

_LEADING = ("layers", "dirs")


@dataclass(frozen=True)
class Axis:
    """The length of an axis: a sum of sizes times factors, and a number."""

    factors: tuple[tuple[str, int], ...]
    number: int = 0

    def __str__(self) -> str:
        parts = [f"{factor if factor > 1 else ''}{letter}" for letter, factor in self.factors]
        return " + ".join(parts) if parts else str(self.number)

    def times(self, count: int) -> "Axis":
        """The axis of `count` such blocks."""
        return Axis(tuple((letter, count * factor) for letter, factor in self.factors), count * self.number)

    def unknown(self, sizes: Mapping[str, int]) -> list[tuple[str, int]]:
        """The sizes in it, with their factors, that are not known yet."""
        return [(letter, factor) for letter, factor in self.factors if letter not in sizes]

    def length(self, sizes: Mapping[str, int]) -> int:
        """Its length, as far as the sizes are known."""
        return self.number + sum(factor * sizes.get(letter, 0) for letter, factor in self.factors)


@dataclass(frozen=True)
class Shape:
    """The axes of an array: those over layers and directions first, then the others."""

    leading: tuple[str, ...]
    axes: tuple[Axis, ...]

    def show(self, aliases: Mapping[str, str]) -> str:
        """The shape as a tuple of symbols, "(4n, d)", with aliases such as r = n put in."""
        return show_lengths([*self.leading, *self.aliased(aliases)])

    def aliased(self, aliases: Mapping[str, str]) -> tuple[Axis, ...]:
        """The axes with aliases put in: d + r is d + n where r = n."""
        return tuple(Axis(_renamed(axis.factors, aliases), axis.number) for axis in self.axes)

    def merged(self) -> tuple[Axis, ...]:
        """The axes with every number multiplied into the axis behind it: "2 3n" is the 6n of a vector."""
        out: list[Axis] = []
        count = 1
        for axis in self.axes:
            if axis.factors:
                out.append(axis.times(count))
                count = 1
            else:
                count *= axis.number
        return tuple(out)


def _renamed(factors: tuple[tuple[str, int], ...], aliases: Mapping[str, str]) -> tuple[tuple[str, int], ...]:
    out: dict[str, int] = {}
    for letter, factor in factors:
        name = aliases.get(letter, letter)
        out[name] = out.get(name, 0) + factor
    return tuple(out.items())


def show_lengths(axes: Iterable[object]) -> str:
    """A shape as Python writes it: (3,) or (4, 3)."""
    texts = [str(axis) for axis in axes]
    return f"({', '.join(texts)}{',' if len(texts) == 1 else ''})"


@cache
def shape_of(text: str) -> Shape:
    """Read a shape such as "layers dirs d 4 n".

    >>> print(shape_of("d+r 4n").show({"r": "n"}))
    (d + n, 4n)
    """
    words = text.split()
    leading = tuple(word for word in words if word in _LEADING)
    return Shape(leading, tuple(_axis(word) for word in words[len(leading) :]))


def _axis(word: str) -> Axis:
    if word.isdigit():
        return Axis((), int(word))
    terms = [re.fullmatch(r"(\d*)([ndr])", term) for term in word.split("+")]
    return Axis(tuple((term[2], int(term[1] or 1)) for term in terms if term))
