"""Floating-point numbers, many real points at once: a second look at functions made of pieces."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import numpy as np
from sympy import Rational

from symlstm.checker.identity.domain import Domain

__all__ = ["FloatMatrix", "Floats"]

Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True, eq=False)
class FloatMatrix:
    """A matrix at many points: an array (points, rows, columns)."""

    array: Array

    def nrows(self) -> int:
        """The number of rows."""
        return int(self.array.shape[1])

    def ncols(self) -> int:
        """The number of columns."""
        return int(self.array.shape[2])


class Floats(Domain):
    """Real points with values of different magnitudes, so that kinks and flat parts are met; numbers are arrays."""

    def __init__(self, seed: str, points: int = 512) -> None:
        self._seed = seed
        self._points = points
        self._magnitudes = np.resize([0.25, 0.5, 1.0], points)[:, None, None]

    def number(self, value: Rational) -> float:
        return float(value)

    def leaf(self, name: str, rows: int, columns: int) -> FloatMatrix:
        random = np.random.default_rng(crc32(f"{self._seed} {name}".encode()))
        return FloatMatrix(random.normal(size=(self._points, rows, columns)) * self._magnitudes)

    def matrix(self, rows: int, columns: int, entries: Sequence[Any]) -> FloatMatrix:
        flat = [np.broadcast_to(np.asarray(entry, float), (self._points,)) for entry in entries]
        return FloatMatrix(np.stack(flat, axis=1).reshape(self._points, rows, columns))

    def entries(self, matrix: FloatMatrix) -> list[Array]:
        return list(matrix.array.reshape(self._points, -1).T)

    def add(self, a: FloatMatrix, b: FloatMatrix) -> FloatMatrix:
        return FloatMatrix(a.array + b.array)

    def product(self, a: FloatMatrix, b: FloatMatrix) -> FloatMatrix:
        return FloatMatrix(a.array @ b.array)

    def scale(self, number: float, matrix: FloatMatrix) -> FloatMatrix:
        return FloatMatrix(matrix.array * number)

    def transpose(self, matrix: FloatMatrix) -> FloatMatrix:
        return FloatMatrix(matrix.array.swapaxes(1, 2))

    def exp(self, x: Array) -> Array:
        return np.exp(x)

    def log(self, x: Array) -> Array:
        return np.log(x)

    def tanh(self, x: Array) -> Array:
        return np.tanh(x)

    def sign(self, x: Array) -> Array:
        return np.sign(x)

    def step(self, x: Array) -> Array:
        return (np.asarray(x) > 0).astype(float)

    def maximum(self, a: Array, b: Array) -> Array:
        return np.maximum(a, b)

    def power(self, x: Array, exponent: Rational) -> Array:
        numerator, denominator = int(exponent.p), int(exponent.q)
        if denominator == 1:
            return np.asarray(x, float) ** numerator
        if denominator % 2:
            return np.asarray(np.sign(x) ** numerator * np.abs(x) ** float(exponent))
        return np.asarray(x, float) ** float(exponent)
