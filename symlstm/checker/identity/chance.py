"""How likely it is that two different expressions agree at random points: Schwartz and Zippel's bound, with its parts.

An entry of the difference is a rational function of the leaves and of the exponentials' bases. Each is drawn from all
numbers of the field but for the signs that exponentials have to have (at least one in 16 has them). A square root
doubles the degree, as the product over both of its signs is a polynomial; where it has to lie in the prime field it
also halves the points.
"""

from dataclasses import dataclass
from math import floor, log2

from sympy import Expr, MatrixExpr, Symbol

from symlstm.checker.identity.degrees import Degree
from symlstm.checker.identity.field import PRIME, PrimeField
from symlstm.checker.identity.setting import Setting

__all__ = ["Chance", "Luck", "degree_of", "least_sizes"]

_LEAST_BITS = 64
_MOST_POINTS = 12
_TOO_FEW_BITS = 30
_LEAST_BITS_OF_PIECES = 20
_TOO_FEW_BITS_OF_PIECES = 8
_MOST_POINTS_OF_PIECES = 400
_FIRST_POINTS_OF_PIECES = 4


def degree_of(
    left: MatrixExpr, right: MatrixExpr, setting: Setting, sizes: dict[Symbol, int], exponent: int = 12
) -> Degree:
    """Bounds of left − right, where an exponential has this degree."""
    point = setting.point("degrees", sizes, exponent)
    difference: Degree = point.evaluate(left).entry + point.evaluate(right).entry
    return difference


def least_sizes(bound: Degree, symbols: tuple[Symbol, ...], shape: tuple[Expr, Expr]) -> dict[Symbol, int]:
    """How large each dimension has to be: as many values as a term has indices, those of the entry included."""
    whole = bound.within()
    sides = [side.free_symbols for side in shape]
    return {
        symbol: (whole.others if place else whole.sums) + max(1, sum(symbol in side for side in sides))
        for place, symbol in enumerate(symbols)
    }


@dataclass(frozen=True, slots=True)
class Luck:
    """What was left to luck at one point: relations looked for, the largest exponent, roots, decisions."""

    trials: int
    largest: int
    roots: int
    decisions: int
    degree_of_a_root: int
    tied: bool
    raised: bool

    @staticmethod
    def of(field: PrimeField) -> "Luck":
        """As the field has it now."""
        table = field.exponentials
        return Luck(
            trials=table.trials,
            largest=max(12, table.largest),
            roots=len(field.roots),
            decisions=len(field.decisions),
            degree_of_a_root=field.degree_of_a_root,
            tied=table.tied,
            raised=table.raised,
        )


class Chance:
    """The probability of agreement by chance, over the points that were added."""

    def __init__(self, left: MatrixExpr, right: MatrixExpr, setting: Setting, sizes: dict[Symbol, int]) -> None:
        self._question = left, right, setting, sizes
        self._bounds: dict[tuple[int, bool], Degree] = {}
        self._bits = 0.0
        self._bits_of_pieces = 0.0
        self.points = 0
        self.pieces = False

    def add(self, luck: Luck) -> None:
        """One more point at which the sides agree."""
        self.points += 1
        bound = self._bound(luck.largest, luck.raised)
        argument = _size(bound.inner)
        degree = max(1, bound.above) * luck.degree_of_a_root**luck.roots
        relations = luck.trials * 4 * argument
        substituted = (3 * argument) ** 2 if luck.tied else 1  # a tied logarithm is a sum of three arguments
        self._bits += max(0.0, log2(PRIME) - log2(16 * substituted * (degree + relations)))
        signs = min(bound.signs, luck.decisions)
        self.pieces = bound.signs > 0
        self._bits_of_pieces -= log2(1 - 0.5**signs) if signs else 0

    def _bound(self, exponent: int, raised: bool) -> Degree:
        """Where an exponential holds the argument of a logarithm, it has its degree."""
        key = exponent, raised
        if key not in self._bounds:
            bound = degree_of(*self._question, exponent)
            if raised:
                bound = degree_of(*self._question, exponent * _size(bound.inner))
            self._bounds[key] = bound
        return self._bounds[key]

    def bits(self) -> int:
        """The probability is below 2^-bits."""
        return floor(min(self._bits, self._bits_of_pieces) if self.pieces else self._bits)

    def is_too_large(self) -> bool:
        """Whether agreement at these points says too little."""
        return self.bits() < (_TOO_FEW_BITS_OF_PIECES if self.pieces else _TOO_FEW_BITS)

    def is_done(self) -> bool:
        """Whether the points are enough, or as many as there will be."""
        if self.pieces:
            return self.points >= _MOST_POINTS_OF_PIECES or self.bits() >= _LEAST_BITS_OF_PIECES or self._is_hopeless()
        return self.points >= 2 and (self.points >= _MOST_POINTS or self.bits() >= _LEAST_BITS)

    def _is_hopeless(self) -> bool:
        """Whether so many pieces are possible that all the points there will be would still say too little."""
        if self.points < _FIRST_POINTS_OF_PIECES:
            return False
        in_the_end = min(self._bits, self._bits_of_pieces) * _MOST_POINTS_OF_PIECES / self.points
        return in_the_end < _TOO_FEW_BITS_OF_PIECES


def _size(inner: Degree | None) -> int:
    """The degree of a relation with an argument in it, for each of its terms."""
    return 1 if inner is None else inner.above + inner.below + 1
