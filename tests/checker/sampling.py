"""Sampling: of many combinations of cells and notations a fixed part, so that the tests end in minutes."""

import os
from collections.abc import Iterable
from itertools import product
from typing import Any

__all__ = ["some"]


def some(*choices: Iterable[Any], every: int = 6) -> list[tuple[Any, ...]]:
    """Every sixth of all combinations, or as often as is said; with SYMLSTM_ALL in the environment all of them."""
    combinations = list(product(*choices))
    return combinations if os.environ.get("SYMLSTM_ALL") else combinations[::every]
