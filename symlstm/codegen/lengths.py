"""Sequences of different lengths in one batch: those of one length are run together, each to its own end."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from sympy import Expr

from symlstm.errors import InputError, brief
from symlstm.system import Equation, Role, System

__all__ = ["as_lengths", "run_by_length"]

Array = np.ndarray[Any, np.dtype[Any]]
Run = Callable[..., dict[str, Array]]


def as_lengths(lengths: Any, T: int, B: int) -> Array:
    """The number of steps of each member of the batch. Raises InputError for anything but whole numbers from 1 to T."""
    try:
        array = np.atleast_1d(np.asarray(lengths))
    except ValueError:  # rows of different lengths
        array = np.empty(0)
    if array.dtype.kind not in "iu" or array.shape != (B,):
        expected = f"expected {B} whole numbers, one for each member of the batch"
        raise InputError(f"lengths: {expected}, got {brief(lengths)}")
    if array.min() < 1 or array.max() > T:
        raise InputError(f"lengths: expected numbers from 1 to T = {T}, got {array[(array < 1) | (array > T)][0]}")
    return array


def run_by_length(
    run: Run, system: System, batch: Expr | None, arrays: Mapping[str, Array], lengths: Array
) -> dict[str, Array]:
    """The results of sequences of these lengths; what lies beyond the end of a sequence is zero.

    `batch` is the size of the batch in the System, None where it has one column.
    """
    T = next(len(arrays[leaf.symbol.name]) for leaf in system.leaves if leaf.timed)
    whole = _Whole(system, batch, T, len(lengths))
    for length in np.unique(lengths):
        members = np.flatnonzero(lengths == length)
        part = {name: array[:length] if name in system.timed else array for name, array in arrays.items()}
        part = {name: array[..., members] if whole.is_wide(name) else array for name, array in part.items()}
        for name, value in run(**part).items():
            whole.take(name, value, members)
    return whole.results


class _Whole:
    """The results of the whole batch, put together from those of its parts."""

    def __init__(self, system: System, batch: Expr | None, T: int, B: int) -> None:
        self.system = system
        self.batch = batch
        self.T = T
        self.B = B
        self.sums = {line.name for line in system.lines if _is_gradient(line, system)}
        self.results: dict[str, Array] = {}

    def is_wide(self, name: str) -> bool:
        """Whether a quantity has a column for every member of the batch."""
        return bool(self.batch is not None and self.system.symbols[name].shape[1] == self.batch)

    def take(self, name: str, value: Array, members: Array) -> None:
        """Put in what the members have; of what all share, gradients are added up."""
        timed, wide = value.ndim == 3, self.is_wide(name)
        if not timed and not wide:
            before = self.results.get(name) if name in self.sums else None
            self.results[name] = value if before is None else before + value
            return
        shape = (*([self.T] if timed else []), value.shape[-2], self.B if wide else value.shape[-1])
        whole = self.results.setdefault(name, np.zeros(shape, value.dtype))
        if timed:
            whole = whole[: len(value)]
        whole[..., members if wide else slice(None)] = value


def _is_gradient(line: Equation, system: System) -> bool:
    """Whether a line is a gradient, or a derivative of one, to which every member of the batch adds."""
    return line.role is Role.ADJOINT or (line.of in system and _is_gradient(system[line.of], system))
