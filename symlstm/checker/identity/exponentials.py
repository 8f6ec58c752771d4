"""Exponentials and logarithms at one point of a prime field: every one in terms of a basis, by true identities alone.

exp(0) = 1, exp(−a) = 1 / exp(a), exp(r a) = exp(a)^r for small rational r, exp(a + b) = exp(a) exp(b) and the same for
three terms; log(exp(a)) = a, log(x y) = log(x) + log(y). An exponential that these do not tie to earlier ones gets a
value at random, that of exp(a / 12), so that its roots are there as well. Where a relation is not found the value is
freer than it should be: equal stays equal, and what should be equal may look different.
"""

from collections.abc import Callable
from itertools import combinations
from math import prod
from typing import Any

from flint import nmod

__all__ = ["Exponentials"]

_TWELFTHS = (12, 24, 6, 36, 18, 48, 4, 8, 3, 9, 16)  # 1, 2, 1/2, 3, 3/2, 4, 1/3, 2/3, 1/4, 3/4, 4/3
_MOST_FOR_THREE = 120


class Exponentials:
    """What is known of exp at one point. `draw` gives the value at random of exp(a / 12) for a new argument a."""

    def __init__(self, prime: int, draw: Callable[[int], Any], sums: bool) -> None:
        self._prime = prime
        self._draw = draw
        self._sums = sums
        self._exp: dict[int, Any] = {}  # argument -> exponential
        self._argument: dict[int, int] = {1: 0}  # exponential -> argument
        self._weight: dict[int, int] = {}  # argument -> degree of its exponential in the values at random
        self._multiples: dict[int, tuple[Any, int]] = {}  # r a -> exp(a / 12), 12 r
        self._log: dict[int, int] = {1: 0}  # what was asked for -> logarithm
        self._journal: list[tuple[dict[int, Any], int]] = []
        self.trials = 0  # relations that were looked for: each may be met by chance
        self.largest = 0  # the largest exponent, in twelfths
        self.tied = False  # whether a logarithm was found to be a sum
        self.raised = False  # whether an exponential was found to hold the argument of a logarithm
        self._logarithms: dict[int, None] = {}  # arguments that are logarithms

    def mark(self) -> tuple[int, int, int, bool, bool]:
        """Where the table stands, for `rollback`."""
        return len(self._journal), self.trials, self.largest, self.tied, self.raised

    def rollback(self, mark: tuple[int, int, int, bool, bool]) -> None:
        """Forget what was added since."""
        length, self.trials, self.largest, self.tied, self.raised = mark
        while len(self._journal) > length:
            table, key = self._journal.pop()
            del table[key]

    def _put(self, table: dict[int, Any], key: int, value: Any) -> None:
        if key not in table:
            table[key] = value
            self._journal.append((table, key))

    def exp(self, x: Any) -> Any:
        """The exponential of a number of the field."""
        key = int(x)
        if key in self._exp:
            return self._known(key)[0]
        if key == 0:
            return nmod(1, self._prime)
        found = self._related(key)
        return self._new(key) if found is None else self._keep(key, *found)

    def _keep(self, key: int, value: Any, weight: int) -> Any:
        """Remember an exponential, and its inverse."""
        self.largest = max(self.largest, weight)
        opposite = self._prime - key
        for argument, exponential in ((key, value), (opposite, 1 / value)):
            self._put(self._exp, argument, exponential)
            self._put(self._argument, int(exponential), argument)
            self._put(self._weight, argument, weight)
        return value

    def _new(self, key: int) -> Any:
        root = self._draw(key)
        twelfth = nmod(key, self._prime) / 12
        for exponent in _TWELFTHS:
            multiple = int(twelfth * exponent)
            self._put(self._multiples, multiple, (root, exponent))
            self._put(self._multiples, self._prime - multiple, (root, -exponent))
        return self._keep(key, root**12, 12)

    def _single(self, key: int) -> tuple[Any, int] | None:
        """The exponential of what was asked for before, or of a small multiple of a basis argument, and its degree."""
        if key in self._exp:
            return self._known(key)
        found = self._multiples.get(key)
        return None if found is None else (found[0] ** found[1], abs(found[1]))

    def _known(self, key: int) -> tuple[Any, int]:
        self.raised |= key in self._logarithms
        return self._exp[key], self._weight[key]

    def _related(self, key: int) -> tuple[Any, int] | None:
        """The exponential as a product of known ones, and its degree; None where no relation is found."""
        count = len(self._exp)
        self.trials += len(self._multiples) + count
        found = self._single(key)
        if found is not None or not self._sums:
            return found
        self.trials += count * (len(self._multiples) + count)
        for argument in self._exp:
            rest = self._single((key - argument) % self._prime)
            if rest is not None:
                return _product(self._known(argument), rest)
        if count > _MOST_FOR_THREE:
            return None
        self.trials += count**3
        return self._of_three(key)

    def _of_three(self, key: int) -> tuple[Any, int] | None:
        for a, b in combinations(self._exp, 2):
            c = (key - a - b) % self._prime
            if c in self._exp:
                return _product(*map(self._known, (a, b, c)))
        return None

    def log(self, x: Any, draw: Callable[[], Any]) -> Any:
        """The logarithm of a number of the field; where nothing ties it to what is known, the value of `draw`."""
        key = int(x)
        value = self._log.get(key)
        if value is None:
            value = self._logarithm(x)
            if value is None:
                value = int(draw())
                self._keep(value, x, 12)
                self._put(self._logarithms, value, None)
                self._put(self._logarithms, self._prime - value, None)
            self._put(self._log, key, value)
            self._put(self._log, int(1 / x), self._prime - value)
        return nmod(value, self._prime)

    def _logarithm(self, x: Any) -> int | None:
        """log(exp(a)) = a, log(S exp(a)) = log(S) + a, log(S exp(a) exp(b)) = log(S) + a + b."""
        self.trials += len(self._argument) * (1 + len(self._log) * (1 + len(self._exp)))
        if int(x) in self._argument:
            return self._argument[int(x)]
        for known, value in self._log.items():
            rest = x / known
            if int(rest) in self._argument:
                self.tied = True
                return (value + self._argument[int(rest)]) % self._prime
            for argument, exponential in self._exp.items():
                other = self._argument.get(int(rest * exponential))
                if other is not None:
                    self.tied = True
                    return (value + other - argument) % self._prime
        return None


def _product(*factors: tuple[Any, int]) -> tuple[Any, int]:
    """The product of exponentials; their degrees add up."""
    values, weights = zip(*factors, strict=True)
    return prod(values[1:], start=values[0]), sum(weights)
