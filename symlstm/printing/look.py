"""How the pieces of a formula look: one method each, given by a format."""

from abc import ABC, abstractmethod
from enum import IntEnum
from typing import Generic, TypeVar

from sympy import Expr, Rational

from symlstm.notation import FunctionName, Glyph, Profile

__all__ = ["Binding", "Look", "decimal_places", "signed"]


class Binding(IntEnum):
    """How tightly a printed piece holds together, from a sum to a single letter."""

    SUM = 1
    HADAMARD = 2
    PRODUCT = 3
    POSTFIX = 4
    ATOM = 5


T = TypeVar("T")


class Look(ABC, Generic[T]):
    """How printed pieces look in a format and a profile; `timeless` names the parameters, which carry no time, None
    where they are not known.

    T is what a printed piece is: a string for LaTeX, a block of lines for the terminal.
    """

    bar = True  # whether a fraction is held together by its bar, as in LaTeX, or needs brackets

    def __init__(self, profile: Profile, timeless: frozenset[str] | None = None) -> None:
        self.profile = profile
        self.timeless = timeless
        self._glyphs: dict[str, Glyph] = {}

    def glyph_of(self, identifier: str) -> Glyph:
        """The glyph of an identifier in the profile, looked up once."""
        if identifier not in self._glyphs:
            self._glyphs[identifier] = self.profile.glyph(identifier, self.timeless)
        return self._glyphs[identifier]

    @abstractmethod
    def glyph(self, glyph: Glyph) -> T:
        """A name put together."""

    @abstractmethod
    def label(self, part: str) -> T:
        """The mark of a block of columns of something that has no name."""

    @abstractmethod
    def parentheses(self, inner: T) -> T:
        """Round brackets that fit their content."""

    @abstractmethod
    def number(self, value: Expr) -> T:
        """A number."""

    @abstractmethod
    def sum(self, terms: list[tuple[bool, T]]) -> T:
        """A sum; each term comes with whether it is subtracted."""

    @abstractmethod
    def product(self, pieces: list[T]) -> T:
        """A matrix product."""

    def numbers(self, pieces: list[T]) -> T:
        """A product of numbers, so far apart that δi i does not read as the gradient of i²."""
        return self.product(pieces)

    @abstractmethod
    def hadamard(self, pieces: list[T], sign: str) -> T:
        """An elementwise product with its sign in LaTeX; "" sets the factors side by side."""

    @abstractmethod
    def quotient(self, numerator: T, denominator: T) -> T:
        """The quotient of two elementwise operands, of the strength of a product."""

    @abstractmethod
    def fraction(self, numerator: T, denominator: T) -> T:
        """Something divided by a number."""

    @abstractmethod
    def root(self, inner: T) -> T:
        """A square root."""

    @abstractmethod
    def operator(self, name: str, arguments: list[T]) -> T:
        """mean(a), var(a), max(a, b)."""

    @abstractmethod
    def raised(self, base: T, exponent: T) -> T:
        """A power."""

    @abstractmethod
    def entrywise(self, exponent: T) -> T:
        """An exponent that must not be taken for a matrix power or an inverse function."""

    @abstractmethod
    def over_time(self, first: str, last: str, inner: T) -> T:
        """A sum over the steps from the first to the last, 1 to T but for terms that vanish there."""

    @abstractmethod
    def multiplied(self, first: str, last: str, inner: T) -> T:
        """A product of one factor a step, k from the first to the last of them in the order in which they stand."""

    @abstractmethod
    def transposed(self, base: T) -> T:
        """A transpose."""

    @abstractmethod
    def function(self, name: FunctionName, argument: T, exponent: T | None) -> T:
        """A function, with its exponent between the name and the argument when there is one."""

    @abstractmethod
    def stacked(self, rows: list[list[T]]) -> T:
        """Blocks on top of each other or side by side."""

    @abstractmethod
    def constant(self, symbol: str, rows: Expr, columns: Expr) -> T:
        """A matrix of ones ("1") or zeros ("0"), or an identity ("I")."""


def signed(terms: list[tuple[bool, str]]) -> str:
    """A sum of strings: a - b + c."""
    text = ""
    for minus, piece in terms:
        text += (("-" if minus else "") if not text else " - " if minus else " + ") + piece
    return text


def decimal_places(number: Expr) -> int | None:
    """k of ±10^{−k}, for which a fraction is a poor form, from a thousandth on; None for any other number."""
    if not isinstance(number, Rational) or abs(number.p) != 1 or number.q < 1000 or set(str(number.q)) != {"1", "0"}:
        return None
    return len(str(number.q)) - 1
