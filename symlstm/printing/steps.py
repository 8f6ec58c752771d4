"""Steps: how expressions are printed that speak of another step than t, or of all steps."""

from abc import abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

from sympy import Basic, MatAdd, MatrixExpr, ZeroMatrix

from symlstm.algebra import Earlier, First, Last, Later, Total
from symlstm.algebra.steps import outer_shifts
from symlstm.algebra.time import SHIFTS
from symlstm.errors import InputError
from symlstm.notation import Glyph
from symlstm.printing.look import Binding, Look
from symlstm.printing.moments import Moment
from symlstm.system import Equation

__all__ = ["Steps"]

T = TypeVar("T")


class Steps(Look[T], Generic[T]):
    """Prints names at the step that is spoken of, t unless something else is said."""

    moment = ("t", 0)

    def glyph_of(self, identifier: str) -> Glyph:
        """The glyph of an identifier at the step that is spoken of."""
        return super().glyph_of(identifier).at(*self.moment)

    @contextmanager
    def at(self, origin: str, offset: int) -> Iterator[None]:
        """Speak of another step: of t + 1, of T, of step 1."""
        before = self.moment
        self.moment = (origin, offset)
        try:
            yield
        finally:
            self.moment = before

    def right(self, row: Moment) -> list[T]:
        """The right side of a row, and the product that it stands for, if it does."""
        assert isinstance(row.line, Equation)
        if row.factor is None:
            return [self.print(row.line.rhs)]
        with self.at("k", 0):
            inner = self._within(row.factor, Binding.PRODUCT)
        return [self.print(row.line.rhs), self.multiplied(*row.between, inner)]

    @abstractmethod
    def print(self, node: MatrixExpr) -> T:
        """An expression."""

    @abstractmethod
    def _term(self, term: MatrixExpr) -> tuple[bool, T]:
        """A term of a sum, and whether it is subtracted."""

    @abstractmethod
    def _piece(self, node: Basic) -> tuple[T, Binding]:
        """An expression, and how tightly it holds together."""

    @abstractmethod
    def _within(self, node: Basic, least: Binding) -> T:
        """An expression, in brackets where it holds less tightly."""

    def _terms(self, term: MatrixExpr) -> list[tuple[bool, T]]:
        """A term of a sum; the terms of a sum at another step stand beside the others."""
        if not isinstance(term, (*SHIFTS, First, Last)):
            return [self._term(term)]
        with self.at(*(self._neighbour(term) if isinstance(term, SHIFTS) else self._end_of(term))):
            inner = term.matrix.args if isinstance(term.matrix, MatAdd) else [term.matrix]
            return [self._term(part) for part in inner]

    def _neighbour(self, node: Earlier | Later) -> tuple[str, int]:
        origin, offset = self.moment
        return origin, offset + (1 if isinstance(node, Later) else -1)

    def _shift(self, node: Earlier | Later) -> tuple[T, Binding]:
        with self.at(*self._neighbour(node)):
            return self._piece(node.matrix)

    def _end_of(self, node: First | Last) -> tuple[str, int]:
        if outer_shifts(node.matrix):
            raise InputError(f"{node}: what comes from another step needs an equation of its own to be printed")
        return ("", 1) if isinstance(node, First) else ("T", 0)

    def _end(self, node: First | Last) -> tuple[T, Binding]:
        with self.at(*self._end_of(node)):
            return self._piece(node.matrix)

    def _total(self, node: Total) -> tuple[T, Binding]:
        shifts = outer_shifts(node.matrix)
        if any(not isinstance(shift.beyond, ZeroMatrix) or shift.cut != 0 for shift in shifts):
            raise InputError(f"{node}: what comes from another step needs an equation of its own to be printed")
        first = "2" if any(isinstance(shift, Earlier) for shift in shifts) else "1"
        last = "T-1" if any(isinstance(shift, Later) for shift in shifts) else "T"
        return self.over_time(first, last, self._within(node.matrix, Binding.HADAMARD)), Binding.SUM
