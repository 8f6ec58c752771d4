"""Arguments: values checked against the shapes of a System, and results given back in the form they came in."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from sympy import Expr, Symbol, sympify

from symlstm.algebra import show_shape
from symlstm.errors import InputError, UnknownNameError
from symlstm.system import LeafKind, System

__all__ = ["Arguments"]

Array = np.ndarray[Any, np.dtype[Any]]


class Arguments:
    """The values of a call: two-dimensional arrays of one dtype, and the forms in which they were given.

    A vector may come as (n,), (n, 1) or, where the System takes a batch, (n, B).
    Raises InputError, which names the quantity, what was expected and what came, for a missing, extra, mis-shaped,
    non-numeric or non-finite value.
    """

    def __init__(self, system: System, values: Mapping[str, Any]) -> None:
        self.system = system
        self._check_names(values)
        given = {name: _as_numbers(name, values[name]) for name in _binding_order(system)}
        self._forms: dict[str, tuple[int, ...]] = {name: array.shape for name, array in given.items()}
        self._column_form = len(self._forms[(*system.inputs, *system.states, *given)[0]])
        columns = {name: self._as_matrix(name, array) for name, array in given.items()}
        self.sizes = self._bind_sizes(columns)
        for name, array in columns.items():
            self._check_shape(name, array)
        dtype = np.result_type(*columns.values())
        dtype = dtype if np.issubdtype(dtype, np.inexact) else np.dtype(np.float64)
        self.arrays = {name: array.astype(dtype, copy=False) for name, array in columns.items()}

    def _check_names(self, values: Mapping[str, Any]) -> None:
        leaves = [str(leaf.symbol.name) for leaf in self.system.leaves]
        for name in values:
            if name not in leaves:
                raise UnknownNameError(f"quantity for {self.system.name}", name, leaves)
        if missing := [name for name in leaves if name not in values]:
            wanted = ", ".join(f"{name} of shape {show_shape(self.system.shapes[name])}" for name in missing)
            raise InputError(f"{self.system.name}: missing {wanted}")

    def _as_matrix(self, name: str, array: Array) -> Array:
        expected = self.system.shapes[name]
        is_column = expected[1] == 1 or self._is_batch(expected[1])
        if array.ndim == 2:
            return array
        if array.ndim == 1 and is_column:
            return array.reshape(-1, 1)
        if array.ndim == 0 and (is_column or expected == (1, 1)):
            return array.reshape(1, 1)
        raise InputError(f"{name}: expected shape {show_shape(expected)}, got {_shape_text(array.shape)}")

    def _is_batch(self, size: Expr) -> bool:
        return bool(self.system.inputs) and size == self.system.shapes[self.system.inputs[0]][1]

    def _bind_sizes(self, columns: Mapping[str, Array]) -> dict[Symbol, tuple[int, str]]:
        sizes: dict[Symbol, tuple[int, str]] = {}
        for name, array in columns.items():
            for side, length in zip(self.system.shapes[name], array.shape, strict=True):
                if isinstance(side, Symbol):
                    sizes.setdefault(side, (length, name))
        return sizes

    def _check_shape(self, name: str, array: Array) -> None:
        shape = self.system.shapes[name]
        values = {symbol: length for symbol, (length, _) in self.sizes.items()}
        expected = tuple(int(sympify(side).subs(values)) for side in shape)
        if array.shape != expected:
            symbols = sorted({symbol for side in shape for symbol in sympify(side).free_symbols}, key=str)
            why = " and ".join(f"{self.sizes[s][1]} gives {s} = {self.sizes[s][0]}" for s in symbols)
            symbolic = f"{show_shape(shape)} = " if symbols else ""
            got = _shape_text(self._forms[name])
            because = f"; {why}" if why else ""
            raise InputError(f"{name}: expected shape {symbolic}{_shape_text(expected)}, got {got}{because}")
        if not np.isfinite(array).all():
            place = tuple(int(k) for k in np.argwhere(~np.isfinite(array))[0])
            raise InputError(f"{name}: expected finite numbers, got {array[place]} at {list(place)}")

    def restore(self, results: Mapping[str, Array]) -> dict[str, Array]:
        """The results as fresh arrays: columns in the form of x, a gradient in the form of its quantity."""
        forms = dict(self._forms)
        taken: list[Array] = list(self.arrays.values())
        restored = {}
        for name, result in results.items():
            source = name.partition("_")[2]
            is_adjoint = name[0] == "d" and name.partition("_")[0][1:].isdecimal() | (name.partition("_")[0] == "d")
            form = forms.get(source) if is_adjoint else None
            if form is None:
                form = result.shape if self._column_form == 2 or result.shape[1] != 1 else result.shape[:1]
            if is_adjoint or form != result.shape:
                forms[name] = form
            fresh = result.copy() if any(np.may_share_memory(result, other) for other in taken) else result
            taken.append(fresh)
            restored[name] = fresh.reshape(form)
        return restored


def _binding_order(system: System) -> Iterable[str]:
    """Inputs and states first: a mis-shaped weight is then measured against them, not the other way round."""
    order = [LeafKind.INPUT, LeafKind.STATE, LeafKind.SEED, LeafKind.PARAMETER]
    return [str(leaf.symbol.name) for leaf in sorted(system.leaves, key=lambda leaf: order.index(leaf.kind))]


def _as_numbers(name: str, value: Any) -> Array:
    try:
        array = np.asarray(value)
    except ValueError:
        raise InputError(f"{name}: expected an array of numbers, got rows of different lengths") from None
    if array.dtype == bool or not np.issubdtype(array.dtype, np.number):
        raise InputError(f"{name}: expected an array of numbers, got {_short(value)} of type {array.dtype}")
    if array.ndim > 2 or array.size == 0:
        raise InputError(
            f"{name}: expected one or two dimensions and at least one entry, got {_shape_text(array.shape)}"
        )
    return array


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else text[:37] + "..."


def _shape_text(shape: tuple[int, ...]) -> str:
    return f"({', '.join(map(str, shape))}{',' if len(shape) == 1 else ''})"
