"""The prime field GF(p): random points, with square roots and signs that obey the rules of real numbers.

p is 3 modulo 4, and all primes below 60 are squares modulo p. So exactly one of x and −x is a square; with "square"
for "positive", small positive numbers are positive, a product of positive numbers is positive, and −x has the opposite
sign. The root of a square that is a square itself is multiplicative, as the positive root of a positive number is.
"""

from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

from flint import nmod, nmod_mat
from sympy import Rational

from symlstm.checker.identity.domain import Domain, NoRootError
from symlstm.checker.identity.exponentials import Exponentials
from symlstm.errors import MissingRuleError

__all__ = ["PRIME", "PrimeField"]

PRIME = 2305843009213057079  # 2^61 − 636873
_HALF = (PRIME - 1) // 2
_ROOT = (PRIME + 1) // 4
_CUBE_ROOT = (2 * PRIME - 1) // 3  # p is 2 modulo 3: every number has one cube root


class PrimeField(Domain):
    """A random point over GF(p). The seed says which.

    `sums` looks for exponentials of sums of known arguments; `signs` chooses exponentials whose signs are as real
    numbers have them: exp(a) and 1 + exp(a) positive, exp(a) − 1 with the sign of a.
    """

    degree_of_a_root = 4  # each doubles the degree, and points without it are turned down

    def __init__(self, seed: str, sums: bool = True, signs: bool = True) -> None:
        self._seed = seed.encode()
        self.exponentials = Exponentials(PRIME, self._exponential, sums)
        self._signs = signs
        self.roots: dict[int, nmod] = {}
        self.decisions: set[int] = set()

    def _draw(self, *what: object) -> int:
        """A number from 1 to p − 1 that depends on the seed and on what it is for."""
        digest = blake2b(repr(what).encode(), digest_size=16, key=self._seed[:64])
        return int.from_bytes(digest.digest(), "big") % (PRIME - 1) + 1

    def _exponential(self, argument: int) -> nmod:
        """A value at random for exp(argument / 12), where there is a choice."""
        attempt = 0
        while True:
            root = nmod(self._draw("exp", argument, attempt), PRIME)
            value = root**12
            if not self._signs or self._has_real_signs(value, argument):
                return root
            attempt += 1

    def _has_real_signs(self, value: nmod, argument: int) -> bool:
        positive = _is_square(1 + value) and _is_square(1 + value * value)
        return positive and _is_square(value - 1) == _is_square(nmod(argument, PRIME))

    def number(self, value: Rational) -> nmod:
        return nmod(int(value.p), PRIME) / int(value.q)

    def leaf(self, name: str, rows: int, columns: int) -> nmod_mat:
        return self.matrix(rows, columns, [self._draw(name, k) for k in range(rows * columns)])

    def matrix(self, rows: int, columns: int, entries: Sequence[Any]) -> nmod_mat:
        return nmod_mat(rows, columns, entries, PRIME)

    def entries(self, matrix: nmod_mat) -> list[nmod]:
        return matrix.entries()

    def add(self, a: nmod_mat, b: nmod_mat) -> nmod_mat:
        return a + b

    def product(self, a: nmod_mat, b: nmod_mat) -> nmod_mat:
        return a * b

    def scale(self, number: nmod, matrix: nmod_mat) -> nmod_mat:
        return matrix * number

    def transpose(self, matrix: nmod_mat) -> nmod_mat:
        return matrix.transpose()

    def exp(self, x: Any) -> Any:
        return self.exponentials.exp(x)

    def log(self, x: Any) -> Any:
        return self.exponentials.log(x, lambda: nmod(self._draw("log", int(x)), PRIME))

    def sign(self, x: nmod) -> nmod:
        """1 for a square, −1 for any other number, 0 for 0."""
        value = int(x)
        self.decisions.add(min(value, PRIME - value))
        return x**_HALF if value else x

    def power(self, x: nmod, exponent: Rational) -> nmod:
        numerator, denominator = int(exponent.p), int(exponent.q)
        while denominator % 2 == 0:
            x, denominator = self._square_root(x), denominator // 2
        while denominator % 3 == 0:
            x, denominator = x**_CUBE_ROOT, denominator // 3
        if denominator != 1:
            raise MissingRuleError(f"power: expected an exponent such as 2, 1/2 or 1/3, got {exponent}")
        return x**numerator

    def _square_root(self, x: nmod) -> nmod:
        root = x**_ROOT
        if root * root != x:
            raise NoRootError(f"{x} has no square root modulo {PRIME}")
        self.roots[int(x)] = root
        return root


def _is_square(x: nmod) -> bool:
    return int(x**_HALF) == 1
