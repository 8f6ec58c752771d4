"""Names: from a written name to the quantity and the step that it stands for."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from symlstm.checker.meaning.aliases import ACTIVATIONS
from symlstm.checker.meaning.frame import StepFrame
from symlstm.checker.meaning.problems import NeedsTime, NotUnderstood, UnknownSymbol
from symlstm.checker.meaning.scope import Scope
from symlstm.checker.meaning.showing import shown
from symlstm.checker.meaning.spelling import Spelling, spell, word_of
from symlstm.checker.meaning.symbols import Meaning, Quantity, numbered
from symlstm.checker.reader.tree import Group, Name, Number, Span, Tree

__all__ = ["pick", "resolve", "step_of"]

_COMPONENTS = frozenset("ijklmnpqs")
_NEIGHBOURS = {"prev": -1, "previous": -1, "last": -1, "old": -1, "next": 0, "new": 0, "now": 0, "cur": 0}


def resolve(tree: Tree, scope: Scope) -> tuple[Spelling, list[Meaning]]:
    """A name and what it may mean; the spelling comes without labels that were understood as something else."""
    spelling = spell(tree, scope.indices)
    if spelling is None:
        raise NotUnderstood("expected a name", tree.span)
    spelling = _with_members(spelling, scope)
    for reading in _readings(spelling, scope):
        other = reading(spelling)
        found = scope.table.meanings(other) if other is not None else []
        if found and other is not None:
            other = _without_numbers(other, scope)
            if len(other.times) > 1:  # g_{t-1}^{(2)}: the number is part of a name that nothing defines
                return spelling, []
            if reading is _primed:
                scope.choices.note("a prime is read as the transpose")
            if reading is _component:
                _check_one_index(spelling, scope, tree)
                scope.choices.note("the index of a component stands for all components at once")
            elif _is_vector(found[0], scope):
                scope.choices.vectors.add(spelling.key)
            return other, found
    return spelling, []


def pick(tree: Tree, scope: Scope) -> tuple[Spelling, Meaning]:
    """A name and one of its meanings. Raises UnknownSymbol."""
    spelling, found = resolve(tree, scope)
    if not found:
        raise UnknownSymbol(shown(tree), scope.table.candidates(spelling), tree.span)
    notes = [f"{spelling.key} read as {item.name}" if isinstance(item, Quantity) else "" for item in found]
    return spelling, scope.choices.pick(f"name {spelling.key}", found, notes)


def step_of(spelling: Spelling, scope: Scope) -> int | None:
    """The step that the scripts of a name say; None where they say none. Raises NeedsTime for a numbered step."""
    if not spelling.times:
        return None if not spelling.shift else (scope.current() or 0) + spelling.shift
    tree = spelling.times[-1]
    bare = tree.body if isinstance(tree, Group) else tree
    if isinstance(bare, Number) and isinstance(scope.frame, StepFrame):
        raise NeedsTime(f"step {bare.text} speaks of a sequence", tree.span)
    return scope.moment(tree) + spelling.shift


def _readings(spelling: Spelling, scope: Scope) -> Sequence[Callable[[Spelling], Spelling | None]]:
    """The ways to take a name apart, the likeliest first; a declared letter with the index of a component is that."""
    bare = _component(spelling) if spelling.key not in scope.table.declared else None
    declared = scope.table.declared
    if bare is not None and spelling.times and bare.key in declared and spelling.key not in declared:
        return (_component,)
    return (_as_written, _neighbour, _underscored, _letter_and_time, _glued, _primed, _component)


def _without_numbers(spelling: Spelling, scope: Scope) -> Spelling:
    """The name without the numbers that belong to what it is called."""
    numbers = numbered(spelling)
    if not numbers or f"{spelling.key}_{numbers}" not in (scope.table.declared.keys() | scope.table.printed.keys()):
        return spelling
    bare = [part.body if isinstance(part, Group) else part for part in spelling.times]
    kept = tuple(part for part, plain in zip(spelling.times, bare, strict=True) if not isinstance(plain, Number))
    return replace(spelling, times=kept)


def _check_one_index(spelling: Spelling, scope: Scope, tree: Tree) -> None:
    """Raise NotUnderstood for a formula in two different indices, such as δ_j b_i, which is no elementwise product."""
    letters = {word for word in spelling.labels if word in _COMPONENTS}
    scope.choices.components |= letters
    if len(scope.choices.components) > 1:
        both = " and ".join(sorted(scope.choices.components))
        raise NotUnderstood(f"a formula in the indices {both}; write it with vectors and matrices", tree.span)


def _is_vector(meaning: Meaning, scope: Scope) -> bool:
    """Whether a name is that of a vector, which has components."""
    symbol = scope.frame.cell.symbols.get(meaning.name) if isinstance(meaning, Quantity) else None
    return symbol is not None and symbol.shape[1] == 1 and symbol.shape[0] != 1


def _with_members(spelling: Spelling, scope: Scope) -> Spelling:
    """The name with a summation index over gates replaced by the gate: U_g is U_f."""
    if not scope.members or not spelling.labels:
        return spelling
    pairs = [_member(word, tree, scope) for word, tree in zip(spelling.labels, spelling.label_trees, strict=True)]
    return replace(spelling, labels=tuple(word for word, _ in pairs), label_trees=tuple(tree for _, tree in pairs))


def _member(word: str, tree: Tree, scope: Scope) -> tuple[str, Tree]:
    for index, member in scope.members.items():
        text = word_of(member) or ""
        if word == index:
            return text, member
        if len(word) > 1 and word.endswith(index) and index not in word[:-1]:  # W_{hg}, a_g
            return word[:-1] + text, tree
        if len(word) > 1 and word.startswith(index) and index not in word[1:]:
            return text + word[1:], tree
    return word, tree


def _as_written(spelling: Spelling) -> Spelling:
    return spelling


def _without(spelling: Spelling, left_out: str, shift: int = 0) -> Spelling:
    pairs = zip(spelling.labels, spelling.label_trees, strict=True)
    kept = [(word, tree) for word, tree in pairs if word != left_out]
    labels, trees = tuple(word for word, _ in kept), tuple(tree for _, tree in kept)
    return replace(spelling, labels=labels, label_trees=trees, shift=spelling.shift + shift)


def _neighbour(spelling: Spelling) -> Spelling | None:
    """h_prev and c_next: a word for a moment."""
    words = [word for word in spelling.labels if word in _NEIGHBOURS]
    if words:
        return replace(_without(spelling, words[0], _NEIGHBOURS[words[0]]), pinned=True)
    head, _, word = spelling.head.rpartition("_")
    return replace(spelling, head=head, shift=_NEIGHBOURS[word], pinned=True) if head and word in _NEIGHBOURS else None


def _component(spelling: Spelling) -> Spelling | None:
    """δh^t_i: the index of a component; everything is then read for all components at once."""
    letters = [word for word in spelling.labels if word in _COMPONENTS]
    return _without(spelling, letters[0]) if letters else None


def _underscored(spelling: Spelling) -> Spelling | None:
    """W_xf in plain text: a letter and its label."""
    head, mark, label = spelling.head.partition("_")
    if not mark or not head or not label or spelling.labels:
        return None
    return replace(spelling, head=head, labels=(label,), label_trees=(Name(Span(0, 0), label),))


def _glued(spelling: Spelling) -> Spelling | None:
    """Wi, Wbf, Rbi in plain text: a letter and its label without a mark between them."""
    head = spelling.head
    if not 2 <= len(head) <= 4 or not head[0].isupper() or not head[1:].islower() or spelling.labels:
        return None
    return replace(spelling, head=head[0], labels=(head[1:],), label_trees=(Name(Span(0, 0), head[1:]),))


def _primed(spelling: Spelling) -> Spelling | None:
    """x′ where nothing is called so: the transpose."""
    if spelling.primes != 1 or spelling.head in ACTIVATIONS:
        return None
    return replace(spelling, primes=0, transposed=not spelling.transposed)


def _letter_and_time(spelling: Spelling) -> Spelling | None:
    """ft, it, Ct: a letter and its time without a script."""
    fits = len(spelling.head) == 2 and spelling.head.endswith("t") and not spelling.times
    return replace(spelling, head=spelling.head[0], times=(Name(Span(0, 0), "t"),)) if fits else None
