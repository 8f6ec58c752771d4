"""Patterns: a written name with empty places for its moments, so that h_t and h_{t-1} are the same name."""

from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from itertools import combinations
from typing import Any

from symlstm.checker.meaning.spelling import TRANSPOSES, is_index
from symlstm.checker.meaning.walking import parts_of
from symlstm.checker.reader.tree import Differential, Group, Name, Number, Product, Scripted, Span, Tree

__all__ = ["Pattern", "flat", "patterns_of", "without_marks"]

_PLACE = Name(Span(0, 0), "…")
_MOST_NUMBERS = 4


@dataclass(frozen=True)
class Pattern:
    """A name whose moments are left out, and these, in the order in which they stand."""

    tree: Tree
    moments: tuple[Tree, ...]


@lru_cache(maxsize=4096)
def flat(tree: Tree) -> Tree:
    """The same name with the scripts of scripts in one place: (h^{(t)})^⊤ without its brackets is h with two sups."""
    if isinstance(tree, Name):
        head, mark, last = tree.text.rpartition("_")
        if head and mark and last == "T":  # h_T in plain text
            return Scripted(tree.span, replace(tree, text=head), (Name(tree.span, "T"),))
        return tree
    tree = _rebuilt(tree, flat)
    if isinstance(tree, Scripted):
        tree = replace(tree, sups=tuple(part for script in tree.sups for part in _beside(script)))
    if isinstance(tree, Scripted) and isinstance(tree.body, Scripted):
        inner = tree.body
        subs, sups = (*inner.subs, *tree.subs), (*inner.sups, *tree.sups)
        return replace(tree, body=inner.body, subs=subs, sups=sups, primes=inner.primes + tree.primes)
    return tree


def _beside(script: Tree) -> tuple[Tree, ...]:
    r"""The parts of a superscript that stand beside each other, each in its brackets: ^{[2](t)}."""
    if (
        isinstance(script, Product)
        and not any(script.operators)
        and all(isinstance(part, Group) for part in script.factors)
    ):
        return script.factors
    return (script,)


def _rebuilt(tree: Tree, change: Callable[[Tree], Tree]) -> Tree:
    """The tree with its parts changed."""

    def changed(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(map(changed, value))
        return change(value) if hasattr(value, "span") else value

    parts = {item.name: changed(getattr(tree, item.name)) for item in fields(tree) if item.name != "span"}
    return replace(tree, **parts)


@lru_cache(maxsize=4096)
def patterns_of(tree: Tree, indices: frozenset[str] | tuple[str, ...], numbers: bool) -> tuple[Pattern, ...]:
    """The pattern of a name; with `numbers` also those in which numbers in scripts are moments."""
    return tuple(_patterns(tree, indices, numbers))


def _patterns(tree: Tree, indices: Container[str], numbers: bool) -> Iterator[Pattern]:
    found = _scripts_of(tree)
    letters = [place for place, part in enumerate(found) if is_index(part, indices)]
    digits = [place for place, part in enumerate(found) if _number(part)][:_MOST_NUMBERS] if numbers else []
    for count in range(len(digits) + 1):
        for some in combinations(digits, count):
            chosen = frozenset([*letters, *some])
            yield Pattern(_emptied(tree, chosen), tuple(_bare(found[place]) for place in sorted(chosen)))


def _number(part: Tree) -> bool:
    return isinstance(_bare(part), Number)


def _bare(part: Tree) -> Tree:
    return part.body if isinstance(part, Group) else part


def _scripts_of(tree: object) -> list[Tree]:
    """The scripts in a tree, in the order in which `_emptied` meets them."""
    found: list[Tree] = []
    _walk(tree, found, frozenset())
    return found


def _emptied(tree: Tree, places: frozenset[int]) -> Tree:
    emptied: Tree = _walk(tree, [], places)
    return emptied


def _walk(tree: Any, seen: list[Tree], places: frozenset[int]) -> Any:
    """The tree with the scripts at these places emptied; all scripts are added to `seen`."""
    if isinstance(tree, tuple):
        return tuple(_walk(part, seen, places) for part in tree)
    if not hasattr(tree, "span"):
        return tree
    if isinstance(tree, Scripted):
        body = _walk(tree.body, seen, places)
        subs, sups = (tuple(_script(part, seen, places) for part in parts) for parts in (tree.subs, tree.sups))
        return replace(tree, body=body, subs=subs, sups=sups)
    return replace(tree, **{name: _walk(getattr(tree, name), seen, places) for name in parts_of(tree)})


def _script(part: Tree, seen: list[Tree], places: frozenset[int]) -> Tree:
    seen.append(part)
    if len(seen) - 1 not in places:
        return part
    return replace(part, body=_PLACE) if isinstance(part, Group) and part.bracket != "(" else _PLACE


def without_marks(tree: Tree) -> Iterator[tuple[Tree, tuple[Tree, ...], bool]]:
    """A flat name as it is, then without the transpose and the powers behind it, which come with it."""
    yield tree, (), False
    bare, marks = _stripped(tree)
    if marks:
        turned = sum(_is_transpose(mark) for mark in marks) % 2 == 1
        yield bare, tuple(mark for mark in marks if not _is_transpose(mark)), turned


def _is_transpose(part: Tree) -> bool:
    return isinstance(part, Name) and part.text in TRANSPOSES


def _stripped(tree: Tree) -> tuple[Tree, tuple[Tree, ...]]:
    """The name without the marks at its end, and these; those of δh_t^⊤ stand at its h."""
    if isinstance(tree, Differential) and tree.body is not None and tree.by is None:
        inner, marks = _stripped(tree.body)
        return replace(tree, body=inner), marks
    if isinstance(tree, Product):
        inner, marks = _stripped(tree.factors[-1])
        return replace(tree, factors=(*tree.factors[:-1], inner)), marks
    if not isinstance(tree, Scripted):
        return tree, ()
    behind: list[Tree] = []
    sups = list(tree.sups)
    while sups and (_is_transpose(sups[-1]) or isinstance(sups[-1], Number)):
        behind.insert(0, sups.pop())
    if not sups and not tree.subs and not tree.primes:
        return tree.body, tuple(behind)
    return replace(tree, sups=tuple(sups)), tuple(behind)
