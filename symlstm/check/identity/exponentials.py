"""Exponentials and logarithms at one point of a prime field: every one in terms of a basis, by true identities alone.

exp(0) = 1, exp(−a) = 1 / exp(a), exp(r a) = exp(a)^r for small rational r, exp(a + b) = exp(a) exp(b) and the same for
three terms; log(exp(a)) = a, log(x y) = log(x) + log(y). An exponential that these do not tie to earlier ones gets a
value at random, that of exp(a / 12), so that its roots are there as well. Where a relation is not found the value is
freer than it should be: equal stays equal, and what should be equal may look different.
"""

from collections.abc import Callable, Iterator
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
        self._multiples: dict[int, tuple[Any, int]] = {}  # r a -> exp(a / 12), 12 r
        self._log: dict[int, int] = {1: 0}  # what was asked for -> logarithm
        self._journal: list[tuple[dict[int, Any], int]] = []
        self.trials = 0  # relations that were looked for: each may be met by chance
        self.largest = 0  # the largest exponent, in twelfths

    def mark(self) -> tuple[int, int, int]:
        """Where the table stands, for `rollback`."""
        return len(self._journal), self.trials, self.largest

    def rollback(self, mark: tuple[int, int, int]) -> None:
        """Forget what was added since."""
        length, self.trials, self.largest = mark
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
        known = self._exp.get(key)
        if known is not None:
            return known
        if key == 0:
            return nmod(1, self._prime)
        value = self._related(key)
        return self._new(key) if value is None else self._keep(key, value)

    def _keep(self, key: int, value: Any) -> Any:
        """Remember an exponential, and its inverse."""
        opposite = self._prime - key
        for argument, exponential in ((key, value), (opposite, 1 / value)):
            self._put(self._exp, argument, exponential)
            self._put(self._argument, int(exponential), argument)
        return value

    def _new(self, key: int) -> Any:
        root = self._draw(key)
        twelfth = nmod(key, self._prime) / 12
        for exponent in _TWELFTHS:
            multiple = int(twelfth * exponent)
            self._put(self._multiples, multiple, (root, exponent))
            self._put(self._multiples, self._prime - multiple, (root, -exponent))
        self.largest = max(self.largest, 12)
        return self._keep(key, root**12)

    def _single(self, key: int) -> Any:
        """The exponential of an argument that was asked for, or of a small multiple of a basis argument."""
        if key in self._exp:
            return self._exp[key]
        found = self._multiples.get(key)
        if found is None:
            return None
        self.largest = max(self.largest, abs(found[1]))
        return found[0] ** found[1]

    def _related(self, key: int) -> Any:
        """The exponential as a product of known ones, None where no relation is found."""
        count = len(self._exp)
        self.trials += len(self._multiples) + count
        value = self._single(key)
        if value is not None or not self._sums:
            return value
        self.trials += count * (len(self._multiples) + count)
        for argument, exponential in self._exp.items():
            rest = self._single((key - argument) % self._prime)
            if rest is not None:
                return self._product(exponential * rest, 2)
        if count > _MOST_FOR_THREE:
            return None
        self.trials += count**3
        return self._of_three(key)

    def _of_three(self, key: int) -> Any:
        for a, b, exponential in self._pairs():
            rest = self._exp.get((key - a - b) % self._prime)
            if rest is not None:
                return self._product(exponential() * rest, 3)
        return None

    def _pairs(self) -> Iterator[tuple[int, int, Callable[[], Any]]]:
        known = list(self._exp.items())
        for place, (a, exp_a) in enumerate(known):
            for b, exp_b in known[place + 1 :]:
                yield a, b, lambda exp_a=exp_a, exp_b=exp_b: exp_a * exp_b

    def _product(self, value: Any, terms: int) -> Any:
        self.largest = max(self.largest * terms, 48 * terms)
        return value

    def log(self, x: Any, draw: Callable[[], Any]) -> Any:
        """The logarithm of a number of the field; where nothing ties it to what is known, the value of `draw`."""
        key = int(x)
        value = self._log.get(key)
        if value is None:
            value = self._logarithm(x)
            if value is None:
                value = int(draw())
                self._keep(value, x)
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
                return (value + self._argument[int(rest)]) % self._prime
            for argument, exponential in self._exp.items():
                other = self._argument.get(int(rest * exponential))
                if other is not None:
                    return (value + other - argument) % self._prime
        return None
