"""Counterexamples: small numbers at which two sides differ for certain, in interval arithmetic."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import arb
from sympy import MatrixExpr, Symbol

from symlstm.algebra import symbols_of
from symlstm.checker.identity.domain import BadPointError
from symlstm.checker.identity.interval import Intervals, precision
from symlstm.checker.identity.point import Point
from symlstm.checker.identity.setting import Setting
from symlstm.checker.identity.sizes import large_enough, show_sizes, small_sizes

__all__ = ["Counterexample", "counterexample", "interval_difference"]

Rows = tuple[tuple[str, ...], ...]
_POINTS_PER_SIZE = 3
_MOST_POINTS = 12
_PLAIN = 1e-3  # a difference that six digits show


@dataclass(frozen=True, slots=True)
class Counterexample:
    """Numbers at which two sides differ for certain.

    `values` has what occurs in the two sides, as decimals that are right to the last digit; `leaves` the exact numbers
    of all leaves that these depend on, row by row; `entry` is a row and a column from 0; `left` and `right` are the
    values there.
    """

    sizes: dict[Symbol, int]
    values: dict[str, Rows]
    leaves: dict[str, tuple[tuple[Fraction, ...], ...]]
    entry: tuple[int, int]
    shape: tuple[int, int]
    left: str
    right: str

    def text(self) -> str:
        """One line: the sizes, the values, and what comes out on both sides."""
        values = ", ".join(f"{name} = {_bracketed(rows)}" for name, rows in self.values.items())
        given = ": ".join(part for part in (show_sizes(self.sizes), values) if part)
        where = "" if self.shape == (1, 1) else f" in {_place(self.entry, self.shape)}"
        return f"{given}{': ' if given else ''}left {self.left}, right {self.right}{where}"


def counterexample(left: MatrixExpr, right: MatrixExpr, setting: Setting) -> Counterexample | None:
    """Numbers at which two expressions differ for certain, the smallest sizes first; None where none were found."""
    names = list(dict.fromkeys(str(symbol.name) for side in (left, right) for symbol in symbols_of(side)))
    best: tuple[float, Counterexample] | None = None
    with precision():
        for point in _points(setting):
            found = _differing(left, right, point)
            if found is not None and (best is None or found[0] > best[0]):
                best = found[0], _shown(point, setting, names, *found[1:])
            if best is not None and best[0] > _PLAIN:
                break
    return best and best[1]


def _points(setting: Setting) -> Iterator[Point]:
    """A few points at each of the small sizes, then more, with larger numbers, at sizes that tell most apart."""
    for sizes in small_sizes(setting.symbols):
        for k in range(_POINTS_PER_SIZE):
            yield setting.point("interval", sizes, k)
    for k in range(_POINTS_PER_SIZE, _MOST_POINTS):
        yield setting.point("interval", large_enough(setting.symbols), k)


def interval_difference(
    left: MatrixExpr, right: MatrixExpr, setting: Setting, sizes: dict[Symbol, int]
) -> tuple[int, int] | None:
    """The entry in which two sides differ for certain at one real point of these sizes; None where none is seen to."""
    with precision():
        found = _differing(left, right, setting.point("interval", sizes, 1))
    return None if found is None else divmod(found[1], found[2].ncols())


def _differing(left: MatrixExpr, right: MatrixExpr, point: Point) -> tuple[float, int, Any, Any] | None:
    """How far the sides are apart in the entry where that is plainest, its place, and both sides; None for nowhere.

    Where another entry has no value, as the logarithm of a negative number, the distance counts for less.
    """
    try:
        a, b = point.evaluate(left), point.evaluate(right)
    except BadPointError:
        return None
    pairs = list(zip(a.entries(), b.entries(), strict=True))
    gaps = [_gap(x, y) for x, y in pairs]
    largest = max(gaps)
    defined = all(x.is_finite() and y.is_finite() for x, y in pairs)
    return (largest if defined else largest * _PLAIN, gaps.index(largest), a, b) if largest > 0 else None


def _gap(x: arb, y: arb) -> float:
    """The relative distance of two intervals; 0 where they meet or are not finite."""
    if not (x.is_finite() and y.is_finite()) or x.overlaps(y):
        return 0.0
    scale = max(abs(float(x.mid())), abs(float(y.mid())))
    return max(abs(float((x - y).mid())) / scale if scale else 0.0, 1e-300)


def _shown(point: Point, setting: Setting, names: list[str], place: int, a: Any, b: Any) -> Counterexample:
    x, y = a.entries()[place], b.entries()[place]
    digits = next((digits for digits in (6, 12, 24) if _digits(x, digits) != _digits(y, digits)), 36)
    needed = dict.fromkeys(other for name in names for other in setting.ancestors(name))
    return Counterexample(
        sizes={
            symbol: size for symbol, size in point.sizes.items() if any(_depends(setting, n, symbol) for n in needed)
        },
        values={name: _rows(point.value(name)) for name in names},
        leaves={name: _exact(point, name) for name in needed if name not in setting.equations},
        entry=divmod(place, a.ncols()),
        shape=(a.nrows(), a.ncols()),
        left=_digits(x, digits),
        right=_digits(y, digits),
    )


def _depends(setting: Setting, name: str, symbol: Symbol) -> bool:
    return any(symbol in side.free_symbols for side in setting.shapes[name])


def _digits(x: arb, digits: int) -> str:
    """The value rounded to so many digits, all of them certain."""
    text = str(x.str(digits, radius=False))
    if "e" in text:
        mantissa, exponent = text.split("e")
        return f"{_trimmed(mantissa)}e{int(exponent)}"
    return _trimmed(text)


def _trimmed(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def _rows(matrix: Any) -> Rows:
    entries, width = [_digits(entry, 6) for entry in matrix.entries()], matrix.ncols()
    return tuple(tuple(entries[start : start + width]) for start in range(0, len(entries), width))


def _exact(point: Point, name: str) -> tuple[tuple[Fraction, ...], ...]:
    domain, matrix = point.domain, point.value(name)
    assert isinstance(domain, Intervals)
    rows, columns = matrix.nrows(), matrix.ncols()
    tenths = [Fraction(domain.decimal(name, place), 10) for place in range(rows * columns)]
    return tuple(tuple(tenths[row * columns : (row + 1) * columns]) for row in range(rows))


def _bracketed(rows: Rows) -> str:
    """A number, a column as [a; b], a matrix as [a b; c d]."""
    if len(rows) == 1 and len(rows[0]) == 1:
        return rows[0][0]
    return f"[{'; '.join(' '.join(row) for row in rows)}]"


def _place(entry: tuple[int, int], shape: tuple[int, int]) -> str:
    row, column = (number + 1 for number in entry)
    if shape[1] == 1:
        return f"entry {row}"
    return f"entry {column}" if shape[0] == 1 else f"row {row}, column {column}"
