"""Numbers in print: significant digits, no lost small ones, no false exactness, cut matrices."""

import numpy as np
import pytest

from symlstm.worked.numbers import is_exact, number_text, shorten

WRITTEN = [
    (0.47502081, 4, "0.4750"),
    (0.5, 4, "0.5"),
    (1.0, 4, "1"),
    (-0.25, 4, "-0.25"),
    (0.2 - 0.25, 4, "-0.05"),
    (0.1 + 0.7, 4, "0.8"),
    (1 / 3, 8, "0.33333333"),
    (0.0, 4, "0"),
    (-0.0, 4, "0"),
    (1.23456e-7, 3, "1.23e-07"),
    (0.000123456, 3, "0.000123"),
    (123456.789, 3, "1.23e+05"),
    (12345.0, 4, "1.234e+04"),
    (999.96, 4, "1000"),
    (0.99996, 4, "1.000"),
    (1e300, 4, "1e+300"),
]


@pytest.mark.parametrize(("value", "digits", "expected"), WRITTEN)
def test_number(value: float, digits: int, expected: str) -> None:
    assert number_text(value, digits) == expected


def test_exactness() -> None:
    assert is_exact(np.array([0.5, 0.2 - 0.25, 1.0]), 4)
    assert not is_exact(np.array([0.5, 1 / 3]), 4)
    assert not is_exact(np.array([12345.0]), 4)


def test_matrices_are_cut_above_the_limit() -> None:
    grid = shorten(np.arange(144.0).reshape(12, 12), 4, limit=5).cells(("→", "↓", "↘"))
    assert len(grid) == len(grid[0]) == 5
    assert grid[0] == ["0", "1", "2", "→", "11"]
    assert grid[3] == ["↓", "↓", "↓", "↘", "↓"]
    assert grid[4] == ["132", "133", "134", "→", "143"]


def test_small_matrices_are_shown_in_full() -> None:
    assert shorten(np.eye(2), 4, limit=10).cells(("→", "↓", "↘")) == [["1", "0"], ["0", "1"]]


def test_wide_matrices_are_cut_to_the_width() -> None:
    grid = shorten(np.full((2, 9), -0.123456), 4, limit=10, width=30).cells(("→", "↓", "↘"))
    assert len(grid[0]) < 9
    assert "→" in grid[0]
