"""Ranges: the steps at which a line holds, as they stand beside it: t = T-1, …, 1; t ≠ 3, 6, …"""

from collections.abc import Callable, Sequence

from symlstm.checker.meaning.problems import NotUnderstood
from symlstm.checker.reader.tree import Dots, Name, Number, Statement, Sum, Tree, Tuple

__all__ = ["holds_at"]


def holds_at(annotations: Sequence[Tree | Statement], t: int, steps: int) -> bool:
    """Whether a line holds at a step of a sequence of this length; notes that speak of no range say nothing."""
    return all(_holds(note, t, steps) for note in annotations if isinstance(note, Statement))


def _holds(note: Statement, t: int, steps: int) -> bool:
    left, *others = note.sides
    if not isinstance(left, Name) or left.text != "t" or len(others) != 1:
        return True
    rule = _RULES.get(note.relations[0])
    moments = _moments(others[0], steps)
    return rule is None or moments is None or rule(t, moments)


def _moments(tree: Tree, steps: int) -> list[int | None] | None:
    """The steps in a list, None for dots; None for anything else."""
    parts = tree.items if isinstance(tree, Tuple) else (tree,)
    found = [None if isinstance(part, Dots) else _moment(part, steps) for part in parts]
    return None if any(number is _NO_MOMENT for number in found) else found


_NO_MOMENT = -1_000_000


def _moment(tree: Tree, steps: int) -> int:
    if isinstance(tree, Number) and tree.text.isdigit():
        return int(tree.text)
    if isinstance(tree, Name) and tree.text == "T":
        return steps
    if isinstance(tree, Sum):
        parts = [_moment(term, steps) for term in tree.terms]
        return _NO_MOMENT if _NO_MOMENT in parts else sum(map(int.__mul__, tree.signs, parts))
    return _NO_MOMENT


def _among(t: int, moments: list[int | None]) -> bool:
    """t = 1, …, T is a range in either direction, t = 3, 6, … goes on with its step, t = 2 is that alone."""
    if None not in moments:
        return t in moments
    place = moments.index(None)
    before = [moment for moment in moments[:place] if moment is not None]
    if place < len(moments) - 1:
        last = moments[-1]
        return last is not None and min(before[0], last) <= t <= max(before[0], last)
    if len(before) < 2:
        raise NotUnderstood("a list of steps of which nothing says how it goes on")
    apart = before[1] - before[0]
    return apart > 0 and t >= before[0] and (t - before[0]) % apart == 0


def _compared(compare: Callable[[int, int], bool]) -> Callable[[int, list[int | None]], bool]:
    return lambda t, moments: all(moment is None or compare(t, moment) for moment in moments)


_RULES: dict[str, Callable[[int, list[int | None]], bool]] = {
    "=": _among,
    "<": _compared(int.__lt__),
    ">": _compared(int.__gt__),
    "le": _compared(int.__le__),
    "ge": _compared(int.__ge__),
    "ne": lambda t, moments: not _among(t, moments),
}
