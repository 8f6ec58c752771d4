"""Real intervals: balls of 128 bits that hold the true value, at points with small decimal numbers."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import blake2b
from typing import Any

from flint import arb, arb_mat, ctx
from sympy import Rational

from symlstm.checker.identity.domain import Domain

__all__ = ["Intervals", "precision"]

_PRECISION = 128
# Tenths. At first small ones, so that gates are neither shut nor open; 0 and ±1 hide too much.
_ROUGH = [-15, -9, -7, -5, -4, -2, 2, 3, 5, 6, 8, 12]
_FINE = [k for k in range(-19, 20) if abs(k) not in (0, 10)]
_WIDE = [k for k in range(-99, 100) if k % 10]


@contextmanager
def precision() -> Iterator[None]:
    """Within it intervals have 128 bits."""
    before = ctx.prec
    ctx.prec = _PRECISION
    try:
        yield
    finally:
        ctx.prec = before


class Intervals(Domain):
    """Real point number k with small decimal values: at first few, then more, and larger ones from k = 3 on.

    At every third point all of them are positive.
    """

    def __init__(self, k: int) -> None:
        self._seed = f"interval {k}"
        self._values = _WIDE if k >= 3 else _FINE if k else _ROUGH
        if k % 3 == 2:
            self._values = [value for value in self._values if value > 0]

    def decimal(self, name: str, place: int) -> int:
        """The value in tenths of an entry of a leaf."""
        digest = blake2b(f"{self._seed} {name} {place}".encode(), digest_size=8)
        return self._values[int.from_bytes(digest.digest(), "big") % len(self._values)]

    def number(self, value: Rational) -> arb:
        return arb(int(value.p)) / int(value.q)

    def leaf(self, name: str, rows: int, columns: int) -> arb_mat:
        return self.matrix(rows, columns, [arb(self.decimal(name, k)) / 10 for k in range(rows * columns)])

    def matrix(self, rows: int, columns: int, entries: Sequence[Any]) -> arb_mat:
        return arb_mat(rows, columns, entries)

    def entries(self, matrix: arb_mat) -> list[arb]:
        return matrix.entries()

    def add(self, a: arb_mat, b: arb_mat) -> arb_mat:
        return a + b

    def product(self, a: arb_mat, b: arb_mat) -> arb_mat:
        return a * b

    def scale(self, number: arb, matrix: arb_mat) -> arb_mat:
        return matrix * number

    def transpose(self, matrix: arb_mat) -> arb_mat:
        return matrix.transpose()

    def exp(self, x: arb) -> arb:
        return x.exp()

    def log(self, x: arb) -> arb:
        return x.log()

    def tanh(self, x: arb) -> arb:
        return x.tanh()

    def sign(self, x: arb) -> arb:
        """1, 0, −1, or the interval from −1 to 1 where the sign is not certain."""
        return x.sgn()

    def absolute(self, x: arb) -> arb:
        return abs(x)

    def maximum(self, a: arb, b: arb) -> arb:
        return a.max(b)

    def step(self, x: arb) -> arb:
        if x > 0:
            return arb(1)
        return arb(0) if x <= 0 else arb(0).union(arb(1))

    def power(self, x: arb, exponent: Rational) -> arb:
        numerator, denominator = int(exponent.p), int(exponent.q)
        if denominator == 1:
            return x**numerator
        if denominator % 2 and x < 0:
            return -(((-x).root(denominator)) ** numerator) if numerator % 2 else (-x).root(denominator) ** numerator
        return x.root(denominator) ** numerator
