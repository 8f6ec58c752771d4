"""Whether two expressions are the same: rational functions over a prime field, compared at random points.

Two that differ agree at a random point with a probability of at most their degree divided by p (Schwartz 1980, Zippel
1979). A relation between exponentials that is met by chance counts as well. Where functions are made of pieces, which
piece an entry is on is part of the point, and many real points are looked at too.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from sympy import MatrixExpr, Symbol

from symlstm.algebra import same_shape, symbols_of
from symlstm.algebra.build import describe
from symlstm.checker.identity.chance import Chance, Luck, degree_of, least_sizes
from symlstm.checker.identity.counterexample import interval_difference
from symlstm.checker.identity.domain import BadPointError, NoRootError
from symlstm.checker.identity.point import Point
from symlstm.checker.identity.setting import Setting
from symlstm.checker.identity.sizes import large_enough, show_sizes
from symlstm.errors import ShapeError

__all__ = ["Different", "NoVerdict", "Same", "same"]

Sizes = dict[Symbol, int]
_MOST_FAILURES = 40
_ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class Same:
    """Equal, but for a probability below 2^-bits, for these sizes."""

    bits: int
    sizes: Sizes
    points: int
    pieces: bool = False

    @property
    def bound(self) -> str:
        """The probability of a wrong acceptance, and the sizes that it holds for, on one line."""
        pieces = f"; pieces chosen at random at {self.points} points" if self.pieces else ""
        sizes = f"; sizes {show_sizes(self.sizes)}" if self.sizes else ""
        return f"wrong acceptance with probability below 2^-{self.bits}{pieces}{sizes}"


@dataclass(frozen=True, slots=True)
class Different:
    """Not equal at a point, in the entry in this row and column; no certificate yet."""

    sizes: Sizes
    entry: tuple[int, int]


@dataclass(frozen=True, slots=True)
class NoVerdict:
    """Neither was found; why."""

    reason: str


def same(left: MatrixExpr, right: MatrixExpr, setting: Setting) -> Same | Different | NoVerdict:
    """Compare two expressions over the quantities of a setting.

    Raises ShapeError when the shapes differ, MissingRuleError for a node that has no rule.
    """
    if not same_shape(left.shape, right.shape):
        raise ShapeError(f"comparison: the shapes differ: {describe(left)}, {describe(right)}")
    return _Comparison(left, right, setting).verdict()


class _Comparison:
    """Two sides that are evaluated at one point after the other, and what a verdict is made of."""

    def __init__(self, left: MatrixExpr, right: MatrixExpr, setting: Setting) -> None:
        self.left = left
        self.right = right
        self.setting = setting
        self.names = [str(symbol.name) for side in (left, right) for symbol in symbols_of(side)]

    def verdict(self) -> Same | Different | NoVerdict:
        """What comes out at random points."""
        symbols = self.setting.symbols
        bound = degree_of(self.left, self.right, self.setting, large_enough(symbols))
        sizes = large_enough(symbols, least_sizes(bound, symbols, self.left.shape))
        if symbols:  # what holds at one size alone, such as 1/3 for 1/n
            other = {symbol: size + 1 for symbol, size in sizes.items()}
            for entry in self._looked_at(other):
                if entry is not None:
                    return Different(other, entry)
                break
        chance = Chance(self.left, self.right, self.setting, sizes)
        for entry in self._looked_at(sizes):
            if entry is not None:
                return Different(sizes, entry)
            chance.add(self.luck)
            if chance.is_done():
                if chance.is_too_large():
                    return NoVerdict(f"the sides agree, but the bound on a coincidence is only 2^-{chance.bits()}")
                return self._confirmed(Same(chance.bits(), sizes, chance.points, chance.pieces))
        return NoVerdict(f"no point was found at which both sides have a value (sizes {show_sizes(sizes)})")

    def _looked_at(self, sizes: Sizes) -> Iterator[tuple[int, int] | None]:
        """At one point after the other at which both sides have a value, the first entry in which they differ."""
        failures = 0
        for point in self.setting.field_points(sizes):
            try:
                yield self._difference(point)
            except BadPointError as error:
                failures += 1
                self.setting.needs_roots |= isinstance(error, NoRootError)
                if failures > _MOST_FAILURES:
                    return

    def _difference(self, point: Point) -> tuple[int, int] | None:
        """Where the sides differ at a point over the field; exponentials that only they need are forgotten again."""
        for name in self.names:
            point.value(name)
        field: Any = point.domain
        mark = field.exponentials.mark()
        try:
            left, right = point.evaluate(self.left), point.evaluate(self.right)
            self.luck = Luck.of(field)
        finally:
            field.exponentials.rollback(mark)
        pairs = enumerate(zip(left.entries(), right.entries(), strict=True))
        return next((divmod(place, left.ncols()) for place, (a, b) in pairs if a != b), None)

    def _confirmed(self, found: Same) -> Same | Different | NoVerdict:
        """The same, unless real numbers say otherwise."""
        entry = interval_difference(self.left, self.right, self.setting, found.sizes)
        if entry is not None:
            return Different(found.sizes, entry)
        return self._seen_in_floats(found) if found.pieces else found

    def _seen_in_floats(self, found: Same) -> Same | Different | NoVerdict:
        """The same at many real points, as far as rounding shows."""
        point = self.setting.point("floats", found.sizes)
        with np.errstate(all="ignore"):
            left, right = point.evaluate(self.left).array, point.evaluate(self.right).array
            size = np.maximum(1, np.maximum(abs(left), abs(right)))
            apart = abs(left - right) / size
        finite = np.isfinite(apart)
        if finite.mean() < 0.1:
            return NoVerdict("the sides have finite values at too few real points")
        if (np.where(finite, apart, 0) > _ROUNDING).any():
            _, row, column = np.argwhere(finite & (apart > _ROUNDING))[0]
            return Different(found.sizes, (int(row), int(column)))
        return found
