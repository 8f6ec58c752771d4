"""How likely it is that two different expressions agree at random points: Schwartz and Zippel's bound, with its parts.

An entry of the difference is a rational function of the leaves and of the exponentials' bases. Each is drawn from all
numbers of the field but for the signs that exponentials have to have (at least one in 16 has them). A square root
doubles the degree, as the product over both of its signs is a polynomial; where it has to lie in the prime field it
also halves the points.
"""

from dataclasses import dataclass
from math import floor, log2
from typing import Any

from sympy import Expr, MatrixExpr, Symbol

from symlstm.check.identity.degrees import Degree
from symlstm.check.identity.field import PRIME, PrimeField
from symlstm.check.identity.setting import Setting

__all__ = ["Bound", "Chance", "Luck", "degree_of"]

_LEAST_BITS = 64
_MOST_POINTS = 8
_LEAST_BITS_OF_PIECES = 20
_MOST_POINTS_OF_PIECES = 96


@dataclass(frozen=True, slots=True)
class Bound:
    """Bounds for the difference of two sides, and for what exponentials, logarithms and signs in them are taken of."""

    difference: Degree
    arguments: Degree
    logarithms: bool

    def least(self, symbols: tuple[Symbol, ...], shape: tuple[Expr, Expr]) -> dict[Symbol, int]:
        """How large each dimension has to be: as many values as a term has indices, those of the entry included."""
        difference, arguments = self.difference, self.arguments
        sums = max(difference.sums, arguments.sums), max(difference.others, arguments.others)
        sides = [side.free_symbols for side in shape]
        return {
            symbol: sums[place > 0] + max(1, sum(symbol in side for side in sides))
            for place, symbol in enumerate(symbols)
        }


def degree_of(
    left: MatrixExpr, right: MatrixExpr, setting: Setting, sizes: dict[Symbol, int], exponent: int = 12
) -> Bound:
    """Bounds of left − right, where an exponential has this degree."""
    point = setting.point("degrees", sizes, exponent)
    difference = point.evaluate(left).entry + point.evaluate(right).entry
    domain: Any = point.domain
    return Bound(difference, domain.arguments, domain.logarithms)


@dataclass(frozen=True, slots=True)
class Luck:
    """What was left to luck at one point: relations looked for, the largest exponent, roots, decisions."""

    trials: int
    largest: int
    roots: int
    decisions: int
    degree_of_a_root: int

    @staticmethod
    def of(field: PrimeField) -> "Luck":
        """As the field has it now."""
        table = field.exponentials
        return Luck(table.trials, max(12, table.largest), len(field.roots), len(field.decisions), field.degree_of_a_root)


class Chance:
    """The probability of agreement by chance, over the points that were added."""

    def __init__(self, left: MatrixExpr, right: MatrixExpr, setting: Setting, sizes: dict[Symbol, int]) -> None:
        self._question = left, right, setting, sizes
        self._bounds: dict[int, Bound] = {}
        self._bits = 0.0
        self._bits_of_pieces = 0.0
        self.points = 0
        self.pieces = False

    def add(self, luck: Luck) -> None:
        """One more point at which the sides agree."""
        self.points += 1
        bound = self._bound(luck.largest)
        arguments = bound.arguments
        degree = max(1, bound.difference.above) * luck.degree_of_a_root**luck.roots
        relations = luck.trials * 4 * (arguments.above + arguments.below + 1)
        self._bits += max(0.0, log2(PRIME) - log2(16 * (degree + relations)))
        signs = min(bound.difference.signs, luck.decisions)
        self.pieces = bound.difference.signs > 0
        self._bits_of_pieces -= log2(1 - 0.5**signs) if signs else 0

    def _bound(self, exponent: int) -> Bound:
        """With logarithms, an exponential can hold the argument of one."""
        if exponent not in self._bounds:
            bound = degree_of(*self._question, exponent)
            if bound.logarithms:
                bound = degree_of(*self._question, exponent * (bound.arguments.above + bound.arguments.below))
            self._bounds[exponent] = bound
        return self._bounds[exponent]

    def bits(self) -> int:
        """The probability is below 2^-bits."""
        return floor(min(self._bits, self._bits_of_pieces) if self.pieces else self._bits)

    def is_small(self) -> bool:
        """Whether the points are enough, or as many as there will be."""
        if self.pieces:
            return self.points >= _MOST_POINTS_OF_PIECES or self.bits() >= _LEAST_BITS_OF_PIECES
        return self.points >= 2 and (self.points >= _MOST_POINTS or self.bits() >= _LEAST_BITS)
