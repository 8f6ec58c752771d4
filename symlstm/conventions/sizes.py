"""The sizes n, d and r from the shapes of arrays, and a word on the array that does not go with the others."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from symlstm.conventions.blocks import Array
from symlstm.conventions.convention import Stored
from symlstm.conventions.shapes import Axis, show_lengths

__all__ = ["Mismatch", "find_sizes"]


class Mismatch(Exception):  # noqa: N818  says which array and why; no user sees it as it is
    """An array whose shape does not go with those before it."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(why)
        self.name = name


@dataclass(frozen=True)
class _Given:
    """An array: its name, what its axes should be, and what they are."""

    name: str
    axes: tuple[Axis, ...]
    lengths: tuple[int, ...]

    @property
    def transposed(self) -> "_Given":
        return replace(self, lengths=self.lengths[::-1])


def find_sizes(
    arrays: Sequence[tuple[Stored, Array]], aliases: Mapping[str, str], label: Callable[[str], str]
) -> dict[str, int]:
    """The sizes that make every array's shape what it should be. Raises Mismatch, one line, when there are none."""
    given = [_Given(stored.name, stored.axes.aliased(aliases), array.shape) for stored, array in arrays]
    try:
        return _solve(given)
    except Mismatch as failure:
        culprit, remark = _transposed(given), "; looks transposed"
        if culprit is None:
            culprit, remark = _odd_one(given, failure), ""
        why = (str(failure) if failure.name == culprit.name else "") or _reason(given, culprit)
        expected, got = show_lengths(culprit.axes), show_lengths(culprit.lengths)
        text = f"{label(culprit.name)}: expected shape {expected}{why}, got {got}{remark}"
        raise Mismatch(culprit.name, text) from None


def _solve(given: Sequence[_Given]) -> dict[str, int]:
    sizes: dict[str, int] = {}
    waiting = [(one, axis, length) for one in given for axis, length in _lengths(one)]
    while waiting:
        ready = [entry for entry in waiting if len(entry[1].unknown(sizes)) < 2]
        if not ready:
            raise Mismatch(waiting[0][0].name, "")
        one, axis, length = ready[0]
        waiting.remove(ready[0])
        _settle(one, axis, length, sizes)
    return sizes


def _lengths(one: _Given) -> list[tuple[Axis, int]]:
    if len(one.axes) != len(one.lengths):
        raise Mismatch(one.name, "")
    return list(zip(one.axes, one.lengths, strict=True))


def _settle(one: _Given, axis: Axis, length: int, sizes: dict[str, int]) -> None:
    """Read the one unknown size off an axis, or check its length where all sizes are known."""
    known = axis.length(sizes)
    for letter, factor in axis.unknown(sizes):
        size, left = divmod(length - known, factor)
        if left or size < 1:
            raise Mismatch(
                one.name, f" with {axis} a multiple of {factor}" if left and not known else _known(one, sizes)
            )
        sizes[letter] = size
        return
    if known != length:
        raise Mismatch(one.name, _known(one, sizes))


def _known(one: _Given, sizes: Mapping[str, int]) -> str:
    """The shape in numbers where all its sizes are known, or the sizes that are."""
    if not any(axis.unknown(sizes) for axis in one.axes):
        return f" = {show_lengths(axis.length(sizes) for axis in one.axes)}"
    known = {letter for axis in one.axes for letter, _ in axis.factors} & sizes.keys()
    return f" with {' and '.join(f'{name} = {sizes[name]}' for name in sorted(known))}" if known else ""


def _reason(given: Sequence[_Given], one: _Given) -> str:
    """What the other arrays say that the shape should be."""
    try:
        return _known(one, _solve([other for other in given if other is not one]))
    except Mismatch:
        return ""


def _fits(given: Sequence[_Given]) -> bool:
    try:
        _solve(given)
    except Mismatch:
        return False
    return True


def _transposed(given: Sequence[_Given]) -> _Given | None:
    """An array whose transpose makes everything fit; where all matrices have to be transposed, the first of them."""
    matrices = [one for one in given if len(one.lengths) == 2]
    for flipped in [*([one] for one in matrices), matrices]:
        if flipped and _fits([one.transposed if one in flipped else one for one in given]):
            return flipped[0]
    return None


def _odd_one(given: Sequence[_Given], failure: Mismatch) -> _Given:
    """The one array without which the others fit, or else the one at which the sizes stopped fitting."""
    alone = [one for one in given if _fits([other for other in given if other is not one])]
    return alone[0] if len(alone) == 1 else next(one for one in given if one.name == failure.name)
