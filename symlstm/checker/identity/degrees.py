"""Degrees as a domain: how large the polynomials of an entry can be, and how many indices they are summed over.

The degree bounds the probability that two different rational functions agree at a random point. The indices bound the
sizes at which two different matrix expressions can agree: polynomials that belong to different graphs are independent
once there are as many values as the graphs have vertices.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sympy import Rational

from symlstm.checker.identity.domain import Domain

__all__ = ["Degree", "DegreeMatrix", "Degrees"]


@dataclass(frozen=True, slots=True)
class Degree:
    """Bounds for a rational function: degrees above and below the line, and of what its terms are made.

    `sums` counts the sums over an index of the first dimension symbol, `others` those over other indices, `signs` the
    decisions between two pieces that a term depends on, `decided` those that any of its terms depends on. `inner`
    bounds what exponentials, logarithms and signs in it are taken of, None where there are none.
    """

    above: int = 0
    below: int = 0
    sums: int = 0
    others: int = 0
    signs: int = 0
    decided: int = 0
    inner: "Degree | None" = None

    def __add__(self, other: "Degree | int") -> "Degree":
        if isinstance(other, int) or other is _NUMBER:
            return replace(self, above=max(self.above, self.below))
        above = max(self.above + other.below, other.above + self.below)
        return Degree(
            above,
            self.below + other.below,
            max(self.sums, other.sums),
            max(self.others, other.others),
            max(self.signs, other.signs),
            self.decided + other.decided,
            _either(self.inner, other.inner),
        )

    def __mul__(self, other: "Degree | int") -> "Degree":
        if isinstance(other, int) or other is _NUMBER:
            return self
        return Degree(
            self.above + other.above,
            self.below + other.below,
            self.sums + other.sums,
            self.others + other.others,
            self.signs + other.signs,
            self.decided + other.decided,
            _either(self.inner, other.inner),
        )

    def __truediv__(self, other: "Degree | int") -> "Degree":
        return self if isinstance(other, int) else self * (1 / other)

    def __rtruediv__(self, other: int) -> "Degree":
        return replace(self, above=self.below, below=self.above)

    def __neg__(self) -> "Degree":
        return self

    __sub__, __rsub__, __radd__, __rmul__ = __add__, __add__, __add__, __mul__

    def joined(self, other: "Degree") -> "Degree":
        """What bounds both."""
        if other is self:
            return self
        return Degree(
            max(self.above, other.above),
            max(self.below, other.below),
            max(self.sums, other.sums),
            max(self.others, other.others),
            max(self.signs, other.signs),
            max(self.decided, other.decided),
            _either(self.inner, other.inner),
        )

    def within(self) -> "Degree":
        """What bounds this and all that is inside: the `inner` of a function of it."""
        return replace(self, inner=None) if self.inner is None else replace(self, inner=None).joined(self.inner)


def _either(a: Degree | None, b: Degree | None) -> Degree | None:
    return b if a is None else a if b is None else a.joined(b)


_NUMBER = Degree()


@dataclass(frozen=True, slots=True)
class DegreeMatrix:
    """A matrix whose entries all have one bound."""

    rows: int
    columns: int
    entry: Degree

    def nrows(self) -> int:
        """The number of rows."""
        return self.rows

    def ncols(self) -> int:
        """The number of columns."""
        return self.columns


class Degrees(Domain):
    """Bounds in place of numbers; `exponent` is the degree of an exponential in what it is chosen by.

    `sizes` are those of the dimension symbols, the first one first.
    """

    def __init__(self, exponent: int, sizes: Sequence[int]) -> None:
        self.exponent = exponent
        self._first = sizes[0] if sizes else 0
        self._others = frozenset(sizes[1:])

    def number(self, value: Rational) -> Degree:
        return _NUMBER

    def leaf(self, name: str, rows: int, columns: int) -> DegreeMatrix:
        return DegreeMatrix(rows, columns, Degree(1, 0))

    def matrix(self, rows: int, columns: int, entries: Sequence[Any]) -> DegreeMatrix:
        different = list({id(entry): entry for entry in entries}.values())
        bound = different[0]
        for other in different[1:]:
            bound = bound.joined(other)
        return DegreeMatrix(rows, columns, bound)

    def filled(self, rows: int, columns: int, value: Degree) -> DegreeMatrix:
        return DegreeMatrix(rows, columns, value)

    def entries(self, matrix: DegreeMatrix) -> list[Degree]:
        return [matrix.entry] * (matrix.rows * matrix.columns)

    def entrywise(self, function: Callable[..., Degree], *matrices: DegreeMatrix) -> DegreeMatrix:
        entry = function(*(matrix.entry for matrix in matrices))
        return DegreeMatrix(matrices[0].rows, matrices[0].columns, entry)

    def add(self, a: DegreeMatrix, b: DegreeMatrix) -> DegreeMatrix:
        return DegreeMatrix(a.rows, a.columns, a.entry + b.entry)

    def product(self, a: DegreeMatrix, b: DegreeMatrix) -> DegreeMatrix:
        term = a.entry * b.entry
        return DegreeMatrix(a.rows, b.columns, term if a.columns == 1 else self._summed(term, a.columns))

    def _summed(self, term: Degree, terms: int) -> Degree:
        """A sum over an index of so many values: of the first symbol, of others, or of both if that is unclear."""
        sums = terms not in self._others
        others = not (self._first and terms % self._first == 0)
        return replace(
            term,
            above=term.above + (terms - 1) * term.below,
            below=terms * term.below,
            sums=term.sums + sums,
            others=term.others + others,
        )

    def scale(self, number: Degree, matrix: DegreeMatrix) -> DegreeMatrix:
        return matrix

    def transpose(self, matrix: DegreeMatrix) -> DegreeMatrix:
        return DegreeMatrix(matrix.columns, matrix.rows, matrix.entry)

    def exp(self, x: Degree) -> Degree:
        """An exponential is an indeterminate of its own, whatever its argument; above and below as it may be inverted.

        Its degree is that of a product of basis exponentials, and of arguments of logarithms.
        """
        return Degree(self.exponent, self.exponent, signs=x.signs, decided=x.decided, inner=x.within())

    def log(self, x: Degree) -> Degree:
        """A logarithm is an indeterminate of its own; see `Chance` for those that are tied to others."""
        return Degree(1, 0, signs=x.signs, decided=x.decided, inner=x.within())

    def tanh(self, x: Degree) -> Degree:
        return Degree(2 * self.exponent, 2 * self.exponent, signs=x.signs, decided=x.decided, inner=x.within())

    def sign(self, x: Degree) -> Degree:
        """Decided by the argument: a constant where the decision is made."""
        decided = x.decided + 1
        return Degree(signs=decided, decided=decided, inner=x.within())

    def step(self, x: Degree) -> Degree:
        return self.sign(x)

    def absolute(self, x: Degree) -> Degree:
        return self.maximum(x, _NUMBER)

    def maximum(self, a: Degree, b: Degree) -> Degree:
        """One of both; the decision depends on all that the two depend on."""
        either, decided = a + b, a.decided + b.decided + 1
        return replace(either, signs=decided, decided=decided, inner=either.within())

    def power(self, x: Degree, exponent: Rational) -> Degree:
        """A root has at most the degree of what it is the root of."""
        times = -(-abs(int(exponent.p)) // int(exponent.q))
        power = replace(x, above=x.above * times, below=x.below * times, sums=x.sums * times, others=x.others * times)
        return 1 / power if exponent.p < 0 else power
