"""Point: a value for every quantity of a System in one domain, each computed when it is first asked for."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from sympy import Expr, Integer, MatrixExpr, Symbol

from symlstm.checker.identity.domain import BadPointError, Domain
from symlstm.checker.identity.evaluate import evaluate
from symlstm.checker.identity.scalars import compiled
from symlstm.errors import InputError, UnknownNameError

__all__ = ["Point"]


class Point:
    """The values of leaves in a domain, and of the quantities that `equations` define in terms of them.

    `shapes` has the shape of every name; `sizes` says how large every dimension symbol is.
    """

    def __init__(
        self,
        shapes: Mapping[str, tuple[Expr, Expr]],
        equations: Mapping[str, MatrixExpr],
        ancestors: Callable[[str], tuple[str, ...]],
        domain: Domain,
        sizes: Mapping[Symbol, int],
    ) -> None:
        self.domain = domain
        self.sizes = dict(sizes)
        self._shapes = shapes
        self._equations = equations
        self._ancestors = ancestors
        self._values: dict[str, Any] = {}
        self._bad: dict[str, BadPointError] = {}
        self._sizes: dict[Expr, int] = {}
        self._numbers: dict[Expr, Any] = {}

    def value(self, name: str) -> Any:
        """The value of a quantity. Raises BadPointError where it has none, UnknownNameError for an unknown name."""
        known = self._values.get(name)
        if known is not None:
            return known
        if name not in self._shapes:
            raise UnknownNameError("quantity", name, self._shapes)
        for needed in self._ancestors(name):
            self._compute(needed)
        return self._values[name]

    def _compute(self, name: str) -> None:
        """Put in the value of a leaf, or of a quantity whose equation has all it needs."""
        if name in self._values:
            return
        if name in self._bad:
            raise self._bad[name]
        try:
            if name in self._equations:
                self._values[name] = self.evaluate(self._equations[name])
            else:
                rows, columns = self._shapes[name]
                self._values[name] = self.domain.leaf(name, self.size(rows), self.size(columns))
        except BadPointError as error:
            self._bad[name] = error
            raise

    def evaluate(self, expression: MatrixExpr) -> Any:
        """The value of an expression. Raises BadPointError where there is none."""
        try:
            return evaluate(expression, self)
        except ZeroDivisionError as error:
            raise BadPointError(f"division by zero in {expression}") from error

    def size(self, dimension: Expr) -> int:
        """A dimension as a number. Raises InputError for one that is no positive whole number here."""
        size = self._sizes.get(dimension)
        if size is None:
            value = Integer(dimension) if isinstance(dimension, int) else dimension.subs(self.sizes)
            if not value.is_Integer or value < 0:
                raise InputError(f"sizes: expected one for each of {dimension}, got {_shown(self.sizes)}")
            size = self._sizes[dimension] = int(value)
        return size

    def number(self, number: Expr) -> Any:
        """A number, or one made of dimensions such as 1/n, in the domain."""
        value = self._numbers.get(number)
        if value is None:
            value = self._numbers[number] = _number(number)(self.domain, self._symbols())
        return value

    def _symbols(self) -> dict[Symbol, Any]:
        return {symbol: self.domain.number(Integer(size)) for symbol, size in self.sizes.items()}


@lru_cache(maxsize=1 << 12)
def _number(number: Expr) -> Callable[[Domain, Any], Any]:
    return compiled(number)


def _shown(sizes: Mapping[Symbol, int]) -> str:
    return ", ".join(f"{symbol} = {size}" for symbol, size in sizes.items()) or "none"
