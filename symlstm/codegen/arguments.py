"""Arguments: values checked against the shapes of a System, and results given back in the form they came in."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from sympy import Symbol

from symlstm.algebra import show_shape
from symlstm.codegen.module import shapes_of
from symlstm.errors import InputError, UnknownNameError
from symlstm.system import LeafKind, Role, System

__all__ = ["Arguments", "Signature", "as_numbers"]

Array = np.ndarray[Any, np.dtype[Any]]
Form = tuple[int, ...]

_BINDING_ORDER = [LeafKind.INPUT, LeafKind.STATE, LeafKind.SEED, LeafKind.TANGENT, LeafKind.PARAMETER]


class Signature:
    """What a System takes: the names and shapes of its leaves; `remark` is added where a batch is refused."""

    def __init__(self, system: System, remark: str = "") -> None:
        self.system = system
        self.remark = remark
        leaves = sorted(system.leaves, key=lambda leaf: _BINDING_ORDER.index(leaf.kind))
        shapes = shapes_of(system)
        self.shapes = {str(leaf.symbol.name): shapes[leaf.symbol.name] for leaf in leaves}
        self.first = next(iter(self.shapes), "")
        self.timed = next((name for name in self.shapes if name in system.timed), "")
        self.sizes = frozenset(
            symbol for shape in self.shapes.values() for side in shape for symbol in side.free_symbols
        )
        self.like = {line.name: line.of for line in system.lines if line.of and line.role is not Role.JACOBIAN}
        self.matrices = frozenset(line.name for line in system.lines if line.role is Role.JACOBIAN)
        self.expected = lru_cache(maxsize=32)(self._expected)

    def is_column(self, name: str) -> bool:
        """Whether a leaf is a vector, or as wide as the batch."""
        width = self.shapes[name][-1]
        return bool(width == 1 or width == self.shapes[self.first][-1])

    def _expected(self, sizes: tuple[tuple[Symbol, int], ...]) -> dict[str, Form]:
        """The shape of every leaf in numbers."""
        return {name: tuple(int(side.subs(dict(sizes))) for side in shape) for name, shape in self.shapes.items()}


class Arguments:
    """The values of a call: two-dimensional arrays of one dtype, and the forms in which they were given.

    A vector may come as (n,), (n, 1) or, where the System takes a batch, (n, B).
    Raises InputError, which names the quantity, what was expected and what came, for a missing, extra, mis-shaped,
    non-numeric or non-finite value.
    """

    def __init__(self, signature: Signature, values: Mapping[str, Any]) -> None:
        self._signature = signature
        self._check_names(values)
        given = {name: as_numbers(name, values[name], len(shape)) for name, shape in signature.shapes.items()}
        self._forms: dict[str, Form] = {name: array.shape for name, array in given.items()}
        matrices = {name: self._as_matrix(name, array) for name, array in given.items()}
        bound = self._bind_sizes(matrices)
        self.sizes = {symbol: length for symbol, (length, _) in bound.items()}
        expected = signature.expected(tuple(self.sizes.items()))
        for name, array in matrices.items():
            if array.shape != expected[name]:
                raise InputError(self._mismatch(name, expected[name], bound))
            if not np.isfinite(array).all():
                place = [int(k) for k in np.argwhere(~np.isfinite(array))[0]]
                raise InputError(f"{name}: expected finite numbers, got {array[tuple(place)]} at {place}")
        dtype = np.result_type(*(array.dtype for array in matrices.values()))
        dtype = dtype if np.issubdtype(dtype, np.inexact) else np.dtype(np.float64)
        self.arrays = {name: array.astype(dtype, copy=False) for name, array in matrices.items()}

    def _check_names(self, values: Mapping[str, Any]) -> None:
        shapes, system = self._signature.shapes, self._signature.system
        for name in values:
            if name not in shapes:
                raise UnknownNameError(f"quantity for {system.name}", name, shapes)
        if missing := [name for name in shapes if name not in values]:
            wanted = ", ".join(f"{name} of shape {show_shape(shapes[name])}" for name in missing)
            raise InputError(f"{system.name}: missing {wanted}")

    def _as_matrix(self, name: str, array: Array) -> Array:
        shape = self._signature.shapes[name]
        if array.ndim == len(shape):
            return array
        if self._signature.is_column(name) and array.ndim == len(shape) - 1:
            return array[..., np.newaxis]
        if self._signature.is_column(name) and len(shape) == 2:
            return array.reshape(1, 1)
        expected = show_shape(shape)
        raise InputError(f"{name}: expected shape {expected}, got {_shape_text(array.shape)}")

    def _bind_sizes(self, matrices: Mapping[str, Array]) -> dict[Symbol, tuple[int, str]]:
        sizes: dict[Symbol, tuple[int, str]] = {}
        for name, array in matrices.items():
            for side, length in zip(self._signature.shapes[name], array.shape, strict=True):
                if isinstance(side, Symbol):
                    sizes.setdefault(side, (length, name))
        if unbound := self._signature.sizes - sizes.keys():
            names = ", ".join(sorted(map(str, unbound)))
            raise InputError(
                f"{self._signature.system.name}: no quantity has the length {names} alone; build it with numbers"
            )
        return sizes

    def _mismatch(self, name: str, expected: Form, bound: Mapping[Symbol, tuple[int, str]]) -> str:
        shape = self._signature.shapes[name]
        symbols = sorted({symbol for side in shape for symbol in side.free_symbols}, key=str)
        why = " and ".join(f"{bound[s][1]} gives {s} = {bound[s][0]}" for s in symbols)
        symbolic = f"{show_shape(shape)} = " if symbols else ""
        text = f"{name}: expected shape {symbolic}{_shape_text(expected)}, got {_shape_text(self._forms[name])}"
        batch = self._signature.remark if self._signature.is_column(name) else ""
        return "; ".join(filter(None, [text, why, batch]))

    def restore(self, results: Mapping[str, Array]) -> dict[str, Array]:
        """The results as fresh arrays: columns in the form of x, a gradient or tangent in that of its quantity."""
        taken = {id(_owner(array)) for array in self.arrays.values()}
        restored = {}
        for name, result in results.items():
            form = self._form_of(name, results)
            fresh = result.copy() if id(_owner(result)) in taken else result
            taken.add(id(_owner(fresh)))
            restored[name] = fresh.reshape(form)
        return restored

    def _form_of(self, name: str, results: Mapping[str, Array]) -> Form:
        if name in self._forms:
            return self._forms[name]
        if name in self._signature.matrices:
            return tuple(results[name].shape)
        quantity = self._signature.like.get(name)
        known = quantity in self._forms or quantity in results  # what only hands on is neither
        return self._form_of(quantity, results) if quantity and known else self._column_form(results[name])

    def _column_form(self, result: Array) -> Form:
        """As x came: a matrix stays one, a vector for a vector, a number for a number."""
        first = self._signature.first
        whole = len(self._signature.shapes[first]) if first else 2
        dimensions = len(self._forms[first]) if first else 2
        if dimensions == whole or result.shape[-1] != 1:
            return tuple(result.shape)
        return () if dimensions == 0 and result.size == 1 else result.shape[:-1]


def _owner(array: Array) -> Any:
    return array if array.base is None else array.base


def as_numbers(name: str, value: Any, most: int = 2) -> Array:
    """The value as an array of at most so many dimensions. Raises InputError, which names it, for anything else."""
    try:
        array = np.asarray(value)
    except ValueError:
        raise InputError(f"{name}: expected an array of numbers, got rows of different lengths") from None
    except Exception as error:
        reason = " ".join(str(error).split())[:80]
        raise InputError(f"{name}: {type(value).__name__} cannot be read as an array: {reason}") from None
    if np.ma.is_masked(value):
        raise InputError(f"{name}: expected an array of numbers, got one with masked entries; fill them first")
    if array.dtype.kind not in "iufc":
        raise InputError(f"{name}: expected an array of numbers, got {_short(value)} of type {array.dtype}")
    if array.ndim > most or array.size == 0 or (most == 3 and array.ndim < 2):
        got = _shape_text(array.shape)
        dimensions = "one or two dimensions" if most == 2 else "two or three dimensions, the first for the step,"
        raise InputError(f"{name}: expected {dimensions} and at least one entry, got {got}")
    return array


def _short(value: object) -> str:
    text = " ".join(repr(value).split())
    return text if len(text) <= 40 else text[:37] + "..."


def _shape_text(shape: Form) -> str:
    return f"({', '.join(map(str, shape))}{',' if len(shape) == 1 else ''})"
