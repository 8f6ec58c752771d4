"""Numbers as people read them: significant digits, and matrices cut short above a size."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["Grid", "is_exact", "number_text", "shorten"]

Array = np.ndarray[Any, np.dtype[Any]]


def number_text(value: float, digits: int) -> str:
    """A number to `digits` significant digits; one that is that short by itself as it is: 0.5, not 0.5000.

    >>> number_text(0.47502081, 4), number_text(0.5, 4), number_text(-0.0, 4), number_text(1234567.0, 3)
    ('0.4750', '0.5', '0', '1.23e+06')
    """
    if value == 0:
        return "0"
    short = f"{value:.{digits}g}"
    if _agrees(short, value):
        return short
    return f"{value:#.{digits}g}".rstrip(".").replace(".e", "e")


def is_exact(array: Array, digits: int, limit: int = 1000) -> bool:
    """Whether every number that is shown of the array is written in full with `digits` significant digits."""
    rows, columns = (array.shape[k] if k < array.ndim else 1 for k in (0, 1))
    shown = array.reshape(rows, columns)[np.ix_(*(_places(count, limit) for count in (rows, columns)))]
    return all(_agrees(f"{value:.{digits}g}", float(value)) for value in shown.flat)


def _places(count: int, limit: int) -> list[int]:
    return [place for place in _kept(count, limit) if place is not None]


def _agrees(written: str, value: float) -> bool:
    """Whether nothing was dropped but the rounding noise of a double: 0.2 − 0.25 is written −0.05 in full."""
    return float(written) in (value, float(f"{value:.15g}")) and len(written.strip("-0.").replace(".", "")) < 15


@dataclass(frozen=True)
class Grid:
    """A matrix of written numbers; None marks where a row or a column is left out."""

    rows: tuple[tuple[str | None, ...] | None, ...]

    def cells(self, dots: Sequence[str]) -> list[list[str]]:
        """The rows in full, with the marks (across, down, diagonal) where something is left out."""
        across, down, diagonal = dots
        pattern = next(row for row in self.rows if row is not None)
        gap = [diagonal if cell is None else down for cell in pattern]
        return [gap if row is None else [across if cell is None else cell for cell in row] for row in self.rows]


def shorten(array: Array, digits: int, limit: int, width: int = 42) -> Grid:
    """The written numbers of a matrix, at most `limit` rows and columns and about `width` characters across."""
    down = _kept(array.shape[0], limit)
    rows = [row for row in down if row is not None]
    written = {
        column: {row: number_text(float(array[row, column]), digits) for row in rows}
        for column in _places(array.shape[1], limit)
    }
    widths = {column: max(map(len, entries.values())) + 1 for column, entries in written.items()}
    shown = limit
    while shown > 3 and sum(widths[column] for column in _places(array.shape[1], shown)) > width:
        shown = min(shown, array.shape[1]) - 1
    across = _kept(array.shape[1], shown)
    return Grid(tuple(None if r is None else tuple(None if k is None else written[k][r] for k in across) for r in down))


def _kept(count: int, limit: int) -> list[int | None]:
    """Which of `count` places are shown when at most `limit` may be, the gap included."""
    if count <= limit:
        return list(range(count))
    first = max(1, limit - 2)
    return [*range(first), None, count - 1]
