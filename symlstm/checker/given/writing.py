"""Writing: a name as a text writes it, taken apart into what it is and which moment it is of."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from symlstm.checker.meaning.scope import TIMES
from symlstm.checker.meaning.spelling import Spelling, spell
from symlstm.checker.reader.tree import Group, Name, Number, Stack, Sum, Tree

__all__ = ["Written", "written"]

_WORDS = {"prev": "before", "previous": "before", "last": "before", "old": "before", "next": "new", "new": "new"}
_TAILS = {"t": 0, "tm1": -1, "t_1": -1, "tprev": -1}
_TAIL = re.compile(r"(.+?)_(t|tm1|t_1)$")
_WORD = re.compile(rf"(.+?)_({'|'.join(_WORDS)})$")


@dataclass(frozen=True)
class Written:
    """A name: `base` is the same for h_t, h_{t-1}, h_prev, h′; `key` is how a symbol table looks it up.

    `offset` is the distance from t, None for a name without a time; `mark` is "before" for h_prev, "new" for h_next
    and h′, else ""; `number` is a numbered script, as in W_1 and h_0, which may be a label or a step; `index` is the
    letter of the time.
    """

    base: str
    key: str
    offset: int | None = None
    mark: str = ""
    number: str = ""
    index: str = "t"
    spelling: Spelling | None = None


def written(tree: Tree) -> Written | None:
    """The name that a tree writes; None for what is no name."""
    spelling = spell(tree, TIMES)
    if spelling is None:
        return None
    moments = [moment for part in spelling.times if (moment := _moment(part)) is not None]
    numbers = "".join(number.text for part in spelling.times if (number := _number(part)) is not None)
    key = f"{spelling.key}_{numbers}" if numbers else spelling.key
    if moments:
        return Written(key, key, moments[-1][1], number=numbers, index=moments[-1][0], spelling=spelling)
    if spelling.primes:
        return Written(key, key + "'" * spelling.primes, mark="new", number=numbers, spelling=spelling)
    return _worded(key, spelling, numbers)


def _worded(key: str, spelling: Spelling, numbers: str) -> Written:
    """h_prev, h_next, h_t and ht: the moment is a word at the end of the name."""
    if found := _WORD.match(key):
        return Written(found[1], key, mark=_WORDS[found[2]], spelling=spelling)
    if found := _TAIL.match(key):
        return Written(found[1], key, _TAILS[found[2]], spelling=spelling)
    if len(key) == 2 and key.endswith("t") and key[0].isalpha():
        return Written(key[0], key, 0, spelling=spelling)
    return Written(key, key, number=numbers, spelling=spelling)


def _number(tree: Tree) -> Number | None:
    bare = tree.body if isinstance(tree, Group) else tree
    return bare if isinstance(bare, Number) else None


def _moment(tree: Tree) -> tuple[str, int] | None:
    """The letter and the distance of t, t - 1, t + 1; None for a number."""
    letters: list[str] = []
    total = 0
    for sign, part in _terms(tree):
        if isinstance(part, Name):
            letters.append(part.text)
        elif isinstance(part, Number) and part.text.isdigit():
            total += sign * int(part.text)
    return (letters[0], total) if letters else None


def _terms(tree: Tree) -> Iterator[tuple[int, Tree]]:
    while isinstance(tree, Group | Stack):
        tree = tree.body if isinstance(tree, Group) else tree.rows[0][0]
    if isinstance(tree, Sum):
        for sign, term in zip(tree.signs, tree.terms, strict=True):
            for inner, part in _terms(term):
                yield sign * inner, part
    else:
        yield 1, tree
