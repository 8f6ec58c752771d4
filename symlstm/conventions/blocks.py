"""Cutting a library's array into our quantities, and putting it together from them: one geometry for both ways."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from symlstm.conventions.convention import UNUSED, Stored, logical_shape

__all__ = ["Array", "cut", "join"]

Array = np.ndarray[Any, np.dtype[Any]]


def cut(stored: Stored, array: Array, sizes: Mapping[str, int]) -> dict[str, Array]:
    """The quantities that an array holds, each a copy of its block."""
    core = _core(stored, array, sizes)
    return {name: core[place].copy() for name, place in _places(stored, sizes)}


def join(stored: Stored, values: Mapping[str, Array], sizes: Mapping[str, int]) -> Array:
    """The array that holds these quantities; blocks that are not used are zeros."""
    dtype = np.result_type(*(values[name].dtype for name in stored.identifiers))
    array = np.zeros([axis.length(sizes) for axis in stored.axes.axes], dtype)
    core = _core(stored, array, sizes)
    for name, place in _places(stored, sizes):
        core[place] = values[name]
    return array


def _core(stored: Stored, array: Array, sizes: Mapping[str, int]) -> Array:
    """The array seen with its gates as rows, below one another; the axis of gates and the one behind it are one."""
    merged = stored.axes.merged()
    core = array.reshape([axis.length(sizes) for axis in merged])
    return core.T if _gates_are_columns(stored) else core


def _gates_are_columns(stored: Stored) -> bool:
    merged = stored.axes.merged()
    rows = logical_shape(stored.identifiers[0])[0].times(len(stored.blocks))
    return len(merged) == 2 and merged[0] != rows


def _places(stored: Stored, sizes: Mapping[str, int]) -> Iterator[tuple[str, tuple[slice, ...]]]:
    """Where each identifier lies in the array whose gates are rows."""
    height = logical_shape(stored.identifiers[0])[0].length(sizes)
    for k, block in enumerate(stored.blocks):
        rows, left = slice(k * height, (k + 1) * height), 0
        for name in block:
            if name == UNUSED:
                continue
            shape = logical_shape(name)
            if len(shape) == 1:
                yield name, (rows,)
                continue
            width = shape[1].length(sizes)
            yield name, (rows, slice(left, left + width))
            left += width
