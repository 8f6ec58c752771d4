"""Indices of steps that a formula leaves free: k in ∂h_t/∂h_k, s in c_s and c_{s-1}."""

from collections.abc import Iterator
from itertools import product

from symlstm.checker.meaning.frame import Frame, StepFrame
from symlstm.checker.meaning.problems import NeedsTime
from symlstm.checker.meaning.walking import trees_in
from symlstm.checker.reader.tree import Big, Group, Name, Number, Scripted, Sum, Tree

__all__ = ["assignments", "free_indices", "last_step", "speaks_of_length", "two_components"]

_STEPS = frozenset({"t", "T", "l"})  # l counts layers


def free_indices(*sides: Tree) -> dict[str, bool]:
    """The free indices of a claim, and whether each is subtracted, as in t - \\tau; t itself is left out."""
    found: dict[str, bool] = {}
    bound: set[str] = set()
    used = False
    for tree in trees_in(sides):
        if isinstance(tree, Big):
            bound |= {name.text for name in trees_in(tree.index) if isinstance(name, Name)} if tree.index else set()
            for limit in (tree.lower, tree.upper):
                found |= _letters(limit) if limit is not None else {}
        elif isinstance(tree, Scripted) and not _has_size(tree):
            for part in (*tree.subs, *tree.sups):
                plain = part.body if isinstance(part, Group) else part
                used = used or any(isinstance(inner, Name) and inner.text == "t" for inner in trees_in(plain))
                found |= _letters(plain) if isinstance(plain, Sum) else {}
    free = {name: minus for name, minus in found.items() if name not in bound}
    return free if used or len(free) != 1 else {**free, "t": False}


def last_step(*sides: Tree) -> int:
    """The largest number of a step in the scripts of names, 0 where there is none."""
    found = [0]
    for tree in trees_in(sides):
        if isinstance(tree, Scripted):
            found += [int(plain.text) for plain in _numbers(tree) if plain.text.isdigit() and len(plain.text) < 3]
    return max(found)


def _numbers(tree: Scripted) -> Iterator[Number]:
    """The numbers below a name and those in brackets above it; a bare one above is an exponent."""
    for part in (*tree.subs, *tree.sups):
        plain = part.body if isinstance(part, Group) else part
        if isinstance(plain, Number) and (part in tree.subs or plain is not part):
            yield plain


def speaks_of_length(*sides: Tree) -> bool:
    """Whether a claim speaks of T, or of sums or products over steps."""
    return any(isinstance(tree, Big) or (isinstance(tree, Name) and tree.text == "T") for tree in trees_in(sides))


def _has_size(tree: Scripted) -> bool:
    r"""Whether the scripts are sizes, as those of I_{n+d}, of \mathbf{0} and of an affine map T_{n+d,4n}."""
    return isinstance(tree.body, Name | Number) and tree.body.text in ("0", "1", "I", "T")


def two_components(*sides: Tree) -> bool:
    """Whether a claim is written in the indices of rows and columns, such as w_{ij}."""
    words = (
        part.text
        for tree in trees_in(sides)
        if isinstance(tree, Scripted)
        for part in tree.subs
        if isinstance(part, Name)
    )
    return any(len(word) == 2 and word[0] != word[1] and set(word) <= set("ijkl") for word in words)


def _letters(tree: Tree) -> dict[str, bool]:
    """Letters in an index expression, with whether they are subtracted."""
    if isinstance(tree, Name):
        if tree.text != "tau" and (tree.text in _STEPS or len(tree.text) > 1 or tree.text.isupper()):
            return {}
        return {tree.text: False}
    if not isinstance(tree, Sum):
        return {}
    found: dict[str, bool] = {}
    for sign, term in zip(tree.signs, tree.terms, strict=True):
        if isinstance(term, Name):
            found |= dict.fromkeys(_letters(term), sign < 0)
        elif not isinstance(term, Number):
            return {}
    return found


def assignments(frame: Frame, free: dict[str, bool]) -> Iterator[dict[str, int]]:
    """The values of the free indices at a moment; where t is not written, the one index stands for it."""
    if not free:
        yield {}
        return
    if "t" in free:
        (name,) = (name for name in free if name != "t")
        yield {name: frame.indices["t"]}
        return
    if isinstance(frame, StepFrame):
        raise NeedsTime(f"{next(iter(free))} is a step of its own")
    t = frame.indices["t"]
    ranges = [range(1, t + 1) if minus else range(t) for minus in free.values()]
    for values in product(*ranges):
        yield dict(zip(free, values, strict=True))
