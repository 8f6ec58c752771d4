"""Comparing: one result of a function with what it should be, in shape and in every entry."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from symlstm.checker.functions.inputs import Case
from symlstm.checker.functions.quantities import Array, Weights
from symlstm.errors import brief

__all__ = ["Finding", "compared"]

_SINGLE_PRECISION = 2e-5


@dataclass(eq=False)
class Finding:
    """One result: its name, whether it is right, the largest error relative to max(1, max|reference|), its shapes."""

    name: str
    quantity: Any
    right: bool
    error: float = float("inf")
    shape: tuple[int, ...] | None = None
    expected: tuple[int, ...] | None = None
    hint: str = ""
    value: Array | None = field(default=None, repr=False)
    reference: Array | None = field(default=None, repr=False)
    fits: bool = False

    @property
    def single_precision(self) -> bool:
        """Whether it came as 32 or 16 bits."""
        return self.value is not None and self.value.dtype.kind == "f" and self.value.dtype.itemsize < 8


def compared(
    name: str, quantity: Any, value: Any, expected: Any, case: Case, tolerance: float, any_bias: bool
) -> Finding:
    """Compare a value with the reference; a list over time is put together, a bias whose form is free may be flat."""
    timed = isinstance(expected, list)
    reference = np.asarray(expected)
    found = _as_numbers(value)
    if found is None:
        return Finding(name, quantity, False, expected=reference.shape, hint=_no_numbers(value))
    if isinstance(value, list | tuple) and not timed and reference.ndim == 3 and len(value) == case.sizes["T"]:
        reference = _time_first(reference, case)
    bias = any_bias and isinstance(quantity, Weights) and reference.size == max(reference.shape, default=0)
    if bias and found.size == reference.size and found.size == max(found.shape, default=0):
        found = found.reshape(reference.shape)
    finding = Finding(
        name, quantity, False, shape=found.shape, expected=reference.shape, value=found, reference=reference
    )
    if found.shape != reference.shape:
        return finding
    finding.fits = True
    if not np.isfinite(found).all():
        finding.hint = "it has entries that are not finite"
        return finding
    finding.error = relative_error(found, reference)
    finding.right = finding.error <= (max(tolerance, _SINGLE_PRECISION) if finding.single_precision else tolerance)
    return finding


def relative_error(found: Array, reference: Array) -> float:
    """The largest difference, relative to max(1, max|reference|)."""
    if found.size == 0:
        return 0.0
    return float(np.max(np.abs(found - reference)) / max(1.0, float(np.max(np.abs(reference)))))


def _no_numbers(value: Any) -> str:
    return "nothing was returned for it: None" if value is None else f"it is no array of numbers: {brief(value)}"


def _as_numbers(value: Any) -> Array | None:
    if value is None:
        return None
    try:
        found = np.asarray(value)
        return found if found.dtype.kind in "fiu" else found.astype(float) if found.dtype.kind == "O" else None
    except (TypeError, ValueError):
        return None


def _time_first(reference: Array, case: Case) -> Array:
    """The reference with the axis over time first."""
    axis = reference.shape.index(case.sizes["T"])
    return np.moveaxis(reference, axis, 0)
