"""Spelling: a written name taken apart into letter, accents, labels, time, transpose and power."""

from collections.abc import Callable, Container
from dataclasses import dataclass, replace

from symlstm.checker.reader.tree import (
    Accented,
    Call,
    FunctionName,
    Group,
    Name,
    Number,
    Product,
    Scripted,
    Stack,
    Sum,
    Tree,
    Tuple,
)

__all__ = ["Spelling", "is_index", "spell", "word_of"]

TRANSPOSES = frozenset({"T", "top", "intercal", "mathsf", "tr", "transpose", "TRANSPOSE"})


@dataclass(frozen=True)
class Spelling:
    """A written name.

    `labels` are scripts that say which quantity it is, `times` those that say when; `powers` are superscripts that may
    be exponents; `primes` counts ′.
    """

    head: str
    accents: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    times: tuple[Tree, ...] = ()
    powers: tuple[Tree, ...] = ()
    transposed: bool = False
    primes: int = 0
    label_trees: tuple[Tree, ...] = ()
    shift: int = 0
    raised: tuple[Tree, ...] = ()  # those of `times` that stand above, and are exponents where there is no time
    pinned: bool = False  # whether a word such as "next" says when it is

    @property
    def key(self) -> str:
        """Letter, accents and labels as one string: "C~tilde", "W_xf", "a_f"."""
        letter = self.head + "".join(f"~{accent}" for accent in self.accents)
        return f"{letter}_{''.join(self.labels)}" if self.labels else letter


def word_of(tree: Tree) -> str | None:
    """The label that a script spells: "xf", "h~tilde", "a_f"; None for what is no label."""
    rule = _WORDS.get(type(tree))
    return rule(tree) if rule else None


def _scripted_word(tree: Scripted) -> str | None:
    parts = [word_of(part) for part in (tree.body, *tree.subs, *tree.sups)]
    return None if None in parts else "_".join(str(part) for part in parts)


def _joined_word(*parts: Tree) -> str | None:
    words = [word_of(part) for part in parts]
    return None if None in words else "".join(str(word) for word in words)


def _sum_word(tree: Sum) -> str | None:
    words = [word_of(term) for term in tree.terms]
    if None in words:
        return None
    signs = ["-" if sign < 0 else "+" if place else "" for place, sign in enumerate(tree.signs)]
    return "".join(f"{sign}{word}" for sign, word in zip(signs, words, strict=True))


_WORDS: dict[type, Callable[..., str | None]] = {
    Name: lambda tree: tree.text,
    FunctionName: lambda tree: tree.text,
    Number: lambda tree: tree.text,
    Group: lambda tree: word_of(tree.body),
    Accented: lambda tree: None if word_of(tree.body) is None else f"{word_of(tree.body)}~{tree.accent}",
    Scripted: _scripted_word,
    Tuple: lambda tree: _joined_word(*tree.items),
    Product: lambda tree: _joined_word(*tree.factors) if not any(tree.operators) else None,
    Sum: lambda tree: (
        _joined_word(*tree.terms)
        and "".join(
            ("-" if sign < 0 else "+" if place else "") + str(word_of(term))
            for place, (sign, term) in enumerate(zip(tree.signs, tree.terms, strict=True))
        )
    ),
}


def is_index(tree: Tree, indices: Container[str]) -> bool:
    """Whether a script is a moment in time: an index, with whole numbers added or subtracted."""
    if isinstance(tree, Name):
        return tree.text in indices
    if isinstance(tree, Group):
        return is_index(tree.body, indices)
    if isinstance(tree, Sum):
        return all(isinstance(term, Number) or is_index(term, indices) for term in tree.terms) and any(
            is_index(term, indices) for term in tree.terms
        )
    if isinstance(tree, Stack):  # h[t-1]
        return len(tree.rows) == 1 and len(tree.rows[0]) == 1 and is_index(tree.rows[0][0], indices)
    return False


def spell(tree: Tree, indices: Container[str]) -> Spelling | None:
    """The name that a tree writes; None for what is no name."""
    rule = _SPELL.get(type(tree))
    return rule(tree, indices) if rule else None


def _scripted(tree: Scripted, indices: Container[str]) -> Spelling | None:
    inner = spell(tree.body, indices)
    if inner is None:
        return None
    inner = replace(inner, primes=inner.primes + tree.primes)
    for below, part in [*((True, part) for part in tree.subs), *((False, part) for part in tree.sups)]:
        inner = _with_script(inner, part, below, indices)
    return inner


def _with_script(inner: Spelling, part: Tree, below: bool, indices: Container[str]) -> Spelling:
    plain = part.body if isinstance(part, Group) else part
    if not below and isinstance(plain, Name) and plain.text in TRANSPOSES and not isinstance(part, Group):
        return replace(inner, transposed=not inner.transposed)
    if is_index(part, indices):
        raised = () if below or isinstance(part, Group) else (part,)
        return replace(inner, times=(*inner.times, part), raised=(*inner.raised, *raised))
    inner_name = spell(plain, indices) if isinstance(plain, Scripted) else None
    if inner_name is not None and inner_name.times:  # \delta_{C_t}: the label has the time
        inner = replace(inner, times=(*inner.times, *inner_name.times))
        return _labelled(inner, inner_name.key, plain)
    word = word_of(part)
    if word is not None and len(word) == 2 and word[1] == "t" and word != "tt" and "t" in indices:  # u_{ot}
        return _labelled(replace(inner, times=(*inner.times, Name(part.span, "t"))), word[0], Name(part.span, word[0]))
    if isinstance(plain, Number):
        labelled = below or isinstance(part, Group)
        return replace(inner, times=(*inner.times, part)) if labelled else replace(inner, powers=(*inner.powers, part))
    if word is None:
        return replace(inner, powers=(*inner.powers, part))
    return _labelled(inner, word, part)


def _labelled(inner: Spelling, word: str, tree: Tree) -> Spelling:
    return replace(inner, labels=(*inner.labels, word), label_trees=(*inner.label_trees, tree))


def _name(tree: Name, indices: Container[str]) -> Spelling:
    head, mark, last = tree.text.rpartition("_")
    if mark and last == "t" and "t" in indices:  # f_t in plain text
        return replace(_name(Name(tree.span, head), indices), times=(Name(tree.span, "t"),))
    return Spelling(tree.text)


def _accented(tree: Accented, indices: Container[str]) -> Spelling | None:
    inner = spell(tree.body, indices)
    if inner is None or tree.accent in ("vec", "underline"):  # an arrow over a letter says that it is a vector
        return inner
    return replace(inner, accents=(*inner.accents, tree.accent))


def _called(tree: Call, indices: Container[str]) -> Spelling | None:
    """h(t-1): a name with its time in brackets."""
    if len(tree.arguments) != 1 or not is_index(tree.arguments[0], indices):
        return None
    inner = spell(tree.function, indices)
    return replace(inner, times=(*inner.times, tree.arguments[0])) if inner else None


_SPELL: dict[type, Callable[..., Spelling | None]] = {
    Name: _name,
    Accented: _accented,
    Scripted: _scripted,
    Call: _called,
}
