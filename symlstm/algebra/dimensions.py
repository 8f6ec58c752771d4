"""Dimensions: the symbols n, d, B, T, and shapes compared and shown."""

from collections.abc import Sequence
from functools import lru_cache
from keyword import iskeyword
from operator import index

from sympy import Add, Expr, Mul, Symbol, expand, sympify

from symlstm.errors import InputError

__all__ = [
    "B",
    "T",
    "as_dimension",
    "d",
    "dimension_factors",
    "dimension_terms",
    "n",
    "same",
    "same_shape",
    "show_shape",
]

n = Symbol("n", integer=True, positive=True)
d = Symbol("d", integer=True, positive=True)
B = Symbol("B", integer=True, positive=True)
T = Symbol("T", integer=True, positive=True)

_ORDER = {"n": 0, "d": 1, "B": 2, "T": 3}


def as_dimension(value: int | str | Expr, what: str) -> Expr:
    """Return a dimension as SymPy sees it: a positive integer, or a symbol named by a string.

    Raises InputError for anything else.
    """
    if isinstance(value, str) and value.isidentifier() and not iskeyword(value):
        return Symbol(value, integer=True, positive=True)
    if isinstance(value, Expr) and not value.is_number and value.is_positive is not False:
        return value
    if not isinstance(value, bool | str) and hasattr(value, "__index__") and index(value) > 0:
        return sympify(index(value))
    raise InputError(f"dimension {what}: expected a positive integer or the name of a symbol, got {value!r}")


def same(a: Expr, b: Expr) -> bool:
    """Whether two dimensions are equal for every value of their symbols."""
    return bool(a is b or a == b or expand(a - b) == 0)


def same_shape(a: Sequence[Expr], b: Sequence[Expr]) -> bool:
    """Whether two shapes are equal for every value of their symbols."""
    return same(a[0], b[0]) and same(a[1], b[1])


def dimension_terms(dimension: Expr) -> list[Expr]:
    """The summands of a dimension in the field's order: n + d, not d + n."""
    return sorted(Add.make_args(dimension), key=lambda term: (_ORDER.get(str(term), 9), str(term)))


def dimension_factors(term: Expr) -> list[Expr]:
    """The factors of a product of dimensions, sums last: n and n + d of n (n + d)."""
    return sorted(Mul.make_args(term), key=lambda factor: (factor.is_Add, not factor.is_number, str(factor)))


def show_shape(shape: Sequence[Expr]) -> str:
    """A shape in plain text: "(n, n + d)"."""
    return f"({', '.join(_show_side(side) for side in shape)})"


@lru_cache(maxsize=1024)
def _show_side(side: Expr) -> str:
    return " + ".join(map(str, dimension_terms(sympify(side))))
