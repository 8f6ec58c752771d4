"""The prime field with a square root of −1: every number of the prime field has a square root there.

Modulo a prime that is 3 modulo 4, x or −x is a square, so the root of x is a number of the field, or one times i.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flint import nmod, nmod_mat
from sympy import Rational

from symlstm.checker.identity.domain import BadPointError, NoRootError
from symlstm.checker.identity.field import PRIME, PrimeField

__all__ = ["Gaussian", "QuadraticField"]

_ZERO = nmod(0, PRIME)


class Gaussian:
    """a + b i with a and b in the prime field; meets numbers of the prime field and integers."""

    __slots__ = ("a", "b")

    def __init__(self, a: Any, b: Any) -> None:
        self.a = a
        self.b = b

    def __add__(self, other: Any) -> "Gaussian":
        if isinstance(other, Gaussian):
            return Gaussian(self.a + other.a, self.b + other.b)
        return Gaussian(self.a + other, self.b)

    def __mul__(self, other: Any) -> "Gaussian":
        if isinstance(other, Gaussian):
            return Gaussian(self.a * other.a - self.b * other.b, self.a * other.b + self.b * other.a)
        return Gaussian(self.a * other, self.b * other)

    __radd__, __rmul__ = __add__, __mul__

    def __neg__(self) -> "Gaussian":
        return Gaussian(-self.a, -self.b)

    def __sub__(self, other: Any) -> Any:
        return self + -other

    def __rsub__(self, other: Any) -> Any:
        return -self + other

    def inverse(self) -> "Gaussian":
        """1 / (a + b i) = (a − b i) / (a² + b²). Raises ZeroDivisionError for zero."""
        norm = self.a * self.a + self.b * self.b
        return Gaussian(self.a / norm, -self.b / norm)

    def __truediv__(self, other: Any) -> "Gaussian":
        if isinstance(other, Gaussian):
            return self * other.inverse()
        return Gaussian(self.a / other, self.b / other)

    def __rtruediv__(self, other: Any) -> Any:
        return self.inverse() * other

    def __pow__(self, exponent: int) -> "Gaussian":
        base, result = (self if exponent >= 0 else self.inverse()), Gaussian(_ZERO + 1, _ZERO)
        for _ in range(abs(exponent)):
            result = result * base
        return result

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Gaussian):
            return bool(self.a == other.a and self.b == other.b)
        return bool(self.b == 0 and self.a == other)

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True, slots=True, eq=False)
class GaussianMatrix:
    """A matrix A + B i."""

    a: nmod_mat
    b: nmod_mat

    def __sub__(self, other: "GaussianMatrix | nmod_mat") -> "GaussianMatrix":
        if isinstance(other, GaussianMatrix):
            return GaussianMatrix(self.a - other.a, self.b - other.b)
        return GaussianMatrix(self.a - other, self.b)

    def __rsub__(self, other: nmod_mat) -> "GaussianMatrix":
        return GaussianMatrix(other - self.a, self.b * -1)

    def nrows(self) -> int:
        """The number of rows."""
        return int(self.a.nrows())

    def ncols(self) -> int:
        """The number of columns."""
        return int(self.a.ncols())

    def entries(self) -> list[Gaussian]:
        """The entries in row-major order."""
        return [Gaussian(a, b) for a, b in zip(self.a.entries(), self.b.entries(), strict=True)]


class QuadraticField(PrimeField):
    """A random point over GF(p²) with leaves in GF(p). What needs no i is kept as over the prime field."""

    degree_of_a_root = 2  # no point is turned down for a root

    def matrix(self, rows: int, columns: int, entries: Sequence[Any]) -> Any:
        if not any(isinstance(entry, Gaussian) for entry in entries):
            return super().matrix(rows, columns, entries)
        pairs = [(entry.a, entry.b) if isinstance(entry, Gaussian) else (entry, _ZERO) for entry in entries]
        a, b = (super(QuadraticField, self).matrix(rows, columns, part) for part in zip(*pairs, strict=True))
        return GaussianMatrix(a, b)

    def add(self, a: Any, b: Any) -> Any:
        if isinstance(a, nmod_mat):
            return a + b if isinstance(b, nmod_mat) else GaussianMatrix(a + b.a, b.b)
        return GaussianMatrix(a.a + b, a.b) if isinstance(b, nmod_mat) else GaussianMatrix(a.a + b.a, a.b + b.b)

    def product(self, a: Any, b: Any) -> Any:
        if isinstance(a, nmod_mat):
            return a * b if isinstance(b, nmod_mat) else GaussianMatrix(a * b.a, a * b.b)
        if isinstance(b, nmod_mat):
            return GaussianMatrix(a.a * b, a.b * b)
        return GaussianMatrix(a.a * b.a - a.b * b.b, a.a * b.b + a.b * b.a)

    def scale(self, number: Any, matrix: Any) -> Any:
        if isinstance(number, Gaussian) or not isinstance(matrix, nmod_mat):
            return self.entrywise(lambda entry: entry * number, matrix)
        return matrix * number

    def transpose(self, matrix: Any) -> Any:
        if isinstance(matrix, nmod_mat):
            return matrix.transpose()
        return GaussianMatrix(matrix.a.transpose(), matrix.b.transpose())

    def exp(self, x: Any) -> Any:
        """The exponential of a + b i is chosen by a + λ b, which keeps sums; it lies in the prime field."""
        if isinstance(x, Gaussian):
            x = x.a + self._draw("i") * x.b
        return super().exp(x)

    def log(self, x: Any) -> Any:
        return super().log(_in_prime_field(x))

    def sign(self, x: Any) -> nmod:
        return super().sign(_in_prime_field(x))

    def power(self, x: Any, exponent: Rational) -> Any:
        if exponent.q == 1:
            return x ** int(exponent.p)
        return super().power(_in_prime_field(x), exponent)

    def _square_root(self, x: nmod) -> Any:
        try:
            return super()._square_root(x)
        except NoRootError:
            return Gaussian(_ZERO, super()._square_root(-x))


def _in_prime_field(x: Any) -> Any:
    """The number without i. Raises BadPointError for one with it: it has no sign here, and seldom a root."""
    if isinstance(x, Gaussian):
        if x.b != 0:
            raise BadPointError("a number with i has no sign, logarithm or root here")
        return x.a
    return x
