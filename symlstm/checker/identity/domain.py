"""Domain: the numbers in which expressions are evaluated, and what an evaluation asks of them and of their matrices."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

from sympy import Rational

from symlstm.errors import SymlstmError

__all__ = ["BadPointError", "Domain", "NoRootError"]


class BadPointError(SymlstmError, ArithmeticError):
    """A point at which an expression has no value, as a division by zero; another point may do."""


class NoRootError(BadPointError):
    """A number that has no square root in the domain."""


class Domain(ABC):
    """Numbers with + - * and /, and matrices of them; an object holds what is known at one point.

    A number of the domain meets integers as well. Matrices have `nrows()` and `ncols()`.
    """

    @abstractmethod
    def number(self, value: Rational) -> Any:
        """A rational number."""

    @abstractmethod
    def leaf(self, name: str, rows: int, columns: int) -> Any:
        """The value at this point of a quantity that no equation defines; the same for the same name and shape."""

    @abstractmethod
    def matrix(self, rows: int, columns: int, entries: Sequence[Any]) -> Any:
        """A matrix of entries in row-major order."""

    @abstractmethod
    def entries(self, matrix: Any) -> list[Any]:
        """The entries in row-major order."""

    @abstractmethod
    def add(self, a: Any, b: Any) -> Any:
        """The sum of two matrices."""

    @abstractmethod
    def product(self, a: Any, b: Any) -> Any:
        """The matrix product."""

    @abstractmethod
    def scale(self, number: Any, matrix: Any) -> Any:
        """A number times a matrix."""

    @abstractmethod
    def transpose(self, matrix: Any) -> Any:
        """The transpose."""

    @abstractmethod
    def exp(self, x: Any) -> Any:
        """The exponential of a number."""

    @abstractmethod
    def log(self, x: Any) -> Any:
        """The natural logarithm of a number."""

    @abstractmethod
    def sign(self, x: Any) -> Any:
        """1, 0 or −1."""

    @abstractmethod
    def power(self, x: Any, exponent: Rational) -> Any:
        """A number to a rational power."""

    def step(self, x: Any) -> Any:
        """1 where x > 0, else 0."""
        sign = self.sign(x)
        return (sign * sign + sign) / 2

    def tanh(self, x: Any) -> Any:
        """(exp(2x) − 1) / (exp(2x) + 1)."""
        square = self.exp(2 * x)
        return (square - 1) / (square + 1)

    def absolute(self, x: Any) -> Any:
        """|x|."""
        return x * self.sign(x)

    def maximum(self, a: Any, b: Any) -> Any:
        """The larger of two numbers."""
        return b + (a - b) * self.step(a - b)

    def entrywise(self, function: Callable[..., Any], *matrices: Any) -> Any:
        """A function of the entries that stand in the same place of matrices with one shape."""
        first = matrices[0]
        values = [function(*numbers) for numbers in zip(*map(self.entries, matrices), strict=True)]
        return self.matrix(first.nrows(), first.ncols(), values)

    def filled(self, rows: int, columns: int, value: Any) -> Any:
        """A matrix with one value everywhere."""
        return self.matrix(rows, columns, [value] * (rows * columns))
