"""What a printed piece can stand for: for each shape that it can have, the distinct values; a sign keeps what fits."""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

import numpy as np

__all__ = [
    "FUNCTIONS",
    "REDUCTIONS",
    "AmbiguousError",
    "Elementwise",
    "Notation",
    "Operation",
    "Readings",
    "Shape",
    "add",
    "add_loosely",
    "both",
    "each",
    "entrywise",
    "entrywise_or_scaled",
    "exactly",
    "joined",
    "juxtaposed",
    "kronecker",
    "larger",
    "power",
    "reciprocal_of_number",
    "root_of_number",
    "stacked",
]

Shape = tuple[int, ...]  # () is a number that is written as one, such as 1 or n; a quantity has two sides
Readings = dict[Shape, list[np.ndarray]]
Elementwise = Callable[[np.ndarray], np.ndarray]
Operation = Callable[[np.ndarray, np.ndarray], Iterable[np.ndarray]]


def _logistic(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


FUNCTIONS: dict[str, Elementwise] = {
    r"\sigma": _logistic,
    r"\tanh": np.tanh,
    r"\exp": np.exp,
    r"\log": np.log,
    r"\log \sigma": lambda x: np.log(_logistic(x)),
    r"\operatorname{step}": lambda x: np.where(x > 0, 1.0, 0.0),
    r"\operatorname{sign}": np.sign,
    r"\operatorname{ReLU}": lambda x: np.maximum(x, 0),
    r"\operatorname{softsign}": lambda x: x / (1 + np.abs(x)),
    r"\operatorname{hard} \sigma": lambda x: np.clip(x / 5 + 0.5, 0, 1),
    r"\operatorname{hard} \sigma_{6}": lambda x: np.clip(x / 6 + 0.5, 0, 1),
    r"\operatorname{hard} \tanh": lambda x: np.clip(x, -1, 1),
}

REDUCTIONS: dict[str, Callable[[np.ndarray, int], np.ndarray]] = {
    "mean": lambda a, axis: a.mean(axis, keepdims=True),
    "var": lambda a, axis: a.var(axis, keepdims=True),
    "softmax": lambda a, axis: np.exp(a) / np.exp(a).sum(axis, keepdims=True),
    "logsumexp": lambda a, axis: np.log(np.exp(a).sum(axis, keepdims=True)),
}


def exactly(value: np.ndarray) -> Readings:
    return {value.shape: [value]}


def joined(parts: Iterable[Readings]) -> Readings:
    """All that one of the parts can stand for."""
    found: Readings = {}
    for part in parts:
        for shape, values in part.items():
            kept = found.setdefault(shape, [])
            kept += [value for value in values if not any(np.allclose(value, old, 1e-9, 1e-12) for old in kept)]
    return found


def each(readings: Readings, change: Callable[[np.ndarray], np.ndarray | None]) -> Readings:
    """Every reading changed, without those that the change makes no sense for."""
    values = (change(value) for values in readings.values() for value in values)
    return joined(exactly(np.asarray(value)) for value in values if value is not None)


def both(left: Readings, right: Readings, combine: Operation) -> Readings:
    """Every reading of one piece with every reading of another."""
    pairs = ((a, b) for first in left.values() for a in first for second in right.values() for b in second)
    return joined(exactly(np.asarray(value)) for a, b in pairs for value in combine(a, b))


def _fit(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether two shapes are the same, or one is a number written as one, which is the same for every entry."""
    return a.shape == b.shape or a.ndim == 0 or b.ndim == 0


def add(a: np.ndarray, b: np.ndarray) -> Iterable[np.ndarray]:
    if _fit(a, b):
        yield a + b
    number, matrix = (a, b) if a.ndim == 0 else (b, a)
    if number.ndim == 0 and matrix.ndim == 2 and matrix.shape[0] == matrix.shape[1] != 1:
        yield matrix + number * np.eye(len(matrix))  # 1 - C may mean I - C


def add_loosely(a: np.ndarray, b: np.ndarray) -> Iterable[np.ndarray]:
    """The same, where a 1 × 1 matrix is a number too."""
    yield from (a + b,) if a.size == 1 or b.size == 1 else add(a, b)


def entrywise(a: np.ndarray, b: np.ndarray) -> Iterable[np.ndarray]:
    if _fit(a, b):
        yield a * b


def entrywise_or_scaled(a: np.ndarray, b: np.ndarray) -> Iterable[np.ndarray]:
    """The same, where a 1 × 1 matrix is a number too."""
    if _fit(a, b) or a.size == 1 or b.size == 1:
        yield a * b


def kronecker(a: np.ndarray, b: np.ndarray) -> Iterable[np.ndarray]:
    if a.ndim == b.ndim == 2:
        yield np.kron(a, b)


def larger(a: np.ndarray, b: np.ndarray) -> Iterable[np.ndarray]:
    if _fit(a, b):
        yield np.maximum(a, b)


def juxtaposed(side_by_side: bool) -> Operation:
    """A matrix product or a number times a matrix; two vectors entry by entry, where a text writes them so."""

    def combine(a: np.ndarray, b: np.ndarray) -> Iterable[np.ndarray]:
        if a.size == 1 or b.size == 1:
            number, other = (a, b) if a.size == 1 and a.ndim <= b.ndim else (b, a)
            yield number.reshape(()) * other
            return
        if a.shape[1] == b.shape[0]:
            yield a @ b
        if side_by_side and a.shape == b.shape and 1 in a.shape:
            yield a * b

    return combine


def stacked(axis: int) -> Operation:
    """On top of each other (0) or side by side (1)."""

    def combine(a: np.ndarray, b: np.ndarray) -> Iterable[np.ndarray]:
        if a.ndim == b.ndim == 2 and a.shape[1 - axis] == b.shape[1 - axis]:
            yield np.concatenate((a, b), axis)

    return combine


def reciprocal_of_number(a: np.ndarray) -> np.ndarray | None:
    return 1 / a if a.size == 1 else None


def root_of_number(a: np.ndarray) -> np.ndarray | None:
    return np.sqrt(a) if a.size == 1 else None


def power(a: np.ndarray, exponent: float, ring: bool) -> np.ndarray | None:
    """A power: of every entry with a ring; of a square matrix the n-th power, of other matrices that of every entry."""
    if ring or a.size == 1:
        return a**exponent
    if exponent < 1 or exponent != round(exponent):
        return None
    return np.linalg.matrix_power(a, round(exponent)) if a.shape[0] == a.shape[1] else a**exponent


class AmbiguousError(Exception):
    """Two readings of the same shape that give different numbers."""


class Notation(NamedTuple):
    """What a text says before its formulas: names, what they are, and which way its vectors stand."""

    names: Mapping[str, np.ndarray]
    functions: Mapping[str, Elementwise]
    sizes: Mapping[str, int]
    rows: bool = False
    side_by_side: bool = False  # whether vectors without a sign between them are multiplied entry by entry
    lengths: frozenset[int] = frozenset()  # which a bold 1 may have besides those of the names
    loose: bool = False  # whether signs are loose: a 1 × 1 matrix beside ⊙, any order of products that fits
