"""What is true of a claim, in float64 at random points, by the independent reader of printed LaTeX."""

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum

import numpy as np

from tests.printing.readback import Reader
from tests.printing.readings import Readings
from tests.printing.tex import UnreadableError
from tests.support import relative_error

__all__ = ["Truth", "truth_of"]

_CLOSE = 1e-9


class Truth(StrEnum):
    """What the numbers say."""

    EQUAL = "equal"
    POSSIBLE = "equal in one of several readings"
    DIFFERENT = "different"
    MISFIT = "shapes do not fit"
    UNREADABLE = "not read"


def truth_of(left: str, right: str, points: Iterable[Sequence[Reader]]) -> Truth:
    """Whether left = right at every point, which is the readers of all the moments at which it is to hold.

    Moments at which a name does not exist, such as t + 1 at t = T, are left out; where none is left it is not read.
    """
    found = [truth for point in points for truth in _at(left, right, point)]
    for worst in (Truth.DIFFERENT, Truth.MISFIT, Truth.POSSIBLE, Truth.EQUAL):
        if worst in found:
            return worst
    return Truth.UNREADABLE


def _at(left: str, right: str, readers: Sequence[Reader]) -> Iterator[Truth]:
    for reader in readers:
        try:
            yield _compared(reader.readings(left), reader.readings(right))
        except UnreadableError:
            continue


def _compared(left: Readings, right: Readings) -> Truth:
    ours, theirs = _numbers_as_matrices(left), _numbers_as_matrices(right)
    (shape,) = ours
    (value,) = ours[shape]
    candidates = theirs.get(shape, [])
    if not candidates:
        return Truth.MISFIT
    agree = [relative_error(candidate, value) <= _CLOSE for candidate in candidates]
    if all(agree):
        return Truth.EQUAL
    return Truth.POSSIBLE if any(agree) else Truth.DIFFERENT


def _numbers_as_matrices(readings: Readings) -> Readings:
    """A number is a 1 × 1 matrix too."""
    found: Readings = {}
    for values in readings.values():
        for value in values:
            matrix = value.reshape(1, 1) if value.ndim == 0 else value
            found.setdefault(matrix.shape, []).append(np.asarray(matrix))
    return found
