"""Definitions: which equations of a text define its cell, and which are claims or belong to the way back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from symlstm.checker.given.trees import items_of, parts, whole
from symlstm.checker.given.writing import Written, written
from symlstm.checker.meaning.aliases import LOSSES
from symlstm.checker.reader.tree import Call, Differential, Dots, Formula, Number, Product, Statement, Tree, Tuple
from symlstm.notation.derived import is_derived

__all__ = ["Definition", "Definitions", "definitions_in", "names_in"]

EQUALITIES = frozenset({"=", ":=", "equiv"})
_GRADIENTS = frozenset({"delta", "Delta", "nabla", "partial", "grad"})


@dataclass(frozen=True)
class Definition:
    """A name and what it is: `place` is which of several names that share a right side, of `among` in all."""

    name: Written
    left: Tree
    right: Tree
    statement: Statement
    sign: int = 1
    place: int = 0
    among: int = 1


@dataclass
class Definitions:
    """What a text defines: the first equation of every name, and those that repeat one.

    `aside` are statements that neither define the cell nor claim anything: h_0 = 0, and the loss, which uses `in_loss`.
    """

    first: dict[str, Definition] = field(default_factory=dict)
    repeats: list[Definition] = field(default_factory=list)
    aside: list[Statement] = field(default_factory=list)
    in_loss: set[str] = field(default_factory=set)

    def of(self, statement: Statement) -> int:
        """How many equality signs of a statement only define."""
        return max((each.sign for each in self.first.values() if each.statement is statement), default=0)


def definitions_in(formulas: Sequence[Formula]) -> Definitions:
    """The equations that define names, in the order of the text, without those of gradients and of the loss."""
    statements = [statement for formula in formulas for statement in formula.statements]
    found = [each for statement in statements for each in _of_statement(statement)]
    timed = {_letter(each) for each in found if each.name.offset is not None}
    kept = [each for each in found if not _at_the_start(each.statement, timed) and not _at_the_end(each, timed)]
    kept = _without_gradients(kept)
    without = _without_losses(kept)
    losses = [each for each in kept if each not in without]
    aside = [statement for statement in statements if _at_the_start(statement, timed)]
    used = {name.base for each in losses for name in names_in(each.right)}
    result = Definitions(aside=[*aside, *(each.statement for each in losses)], in_loss=used)
    kept = without
    for each in kept:
        if each.name.base in result.first:
            result.repeats.append(each)
        else:
            result.first[each.name.base] = each
    return result


def _at_the_start(statement: Statement, timed: set[str]) -> bool:
    """Whether it says what a state is before the first step, as h_0 = 0."""
    name = written(statement.sides[0])
    if name is None or name.spelling is None or len(statement.sides) != 2:
        return False
    return bool(name.number) and name.offset is None and name.spelling.key in timed


def _at_the_end(definition: Definition, timed: set[str]) -> bool:
    """Whether it speaks of the last step alone, as y = V h_T, which is no part of a step."""
    return any(name.index == "T" and name.base in timed for name in names_in(definition.right))


def _letter(definition: Definition) -> str:
    return definition.name.spelling.key if definition.name.spelling else ""


def _of_statement(statement: Statement) -> Iterator[Definition]:
    """h_t = expr; y_t = h_t = expr; z_t, r_t = expr; (i, f, o, g)ᵀ = expr."""
    if len(statement.sides) < 2 or statement.relations[0] not in EQUALITIES:
        return
    left, right = statement.sides[:2]
    several = items_of(left)
    if several:
        names = [_defined_name(item) for item in several]
        shared = isinstance(left, Tuple) and not items_of(right)
        for place, (item, name) in enumerate(zip(several, names, strict=True)):
            if name is not None and None not in names:
                yield _one_of(statement, item, name, place, len(several), shared)
        return
    for sign, (left, right) in enumerate(zip(statement.sides, statement.sides[1:], strict=False), 1):
        name = _defined_name(left)
        if name is None or statement.relations[sign - 1] not in EQUALITIES or isinstance(right, Number | Dots):
            return
        yield Definition(name, left, right, statement, sign)


def _one_of(statement: Statement, left: Tree, name: Written, place: int, count: int, shared: bool) -> Definition:
    """One of several names; with commas and one right side all have it, else it is cut into as many parts."""
    right = statement.sides[1]
    each = items_of(right)
    if len(each) == count:
        return Definition(name, left, each[place], statement)
    if shared:
        return Definition(name, left, right, statement)
    if isinstance(right, Product) and len(functions := items_of(right.factors[0])) == count:
        right = Call(right.span, functions[place], (whole(right, 1),))
    return Definition(name, left, right, statement, 1, place, count)


def _defined_name(tree: Tree) -> Written | None:
    name = written(tree)
    if name is None or name.spelling is None or name.spelling.transposed or name.spelling.powers:
        return None
    if name.offset not in (None, 0, 1) or name.index == "T" or name.mark == "before":
        return None
    if name.spelling.head in _GRADIENTS or is_derived(name.base):
        return None
    return name


def names_in(tree: Tree) -> Iterator[Written]:
    """Every name in a tree, function names in front of brackets included."""
    name = written(tree)
    if name is not None:
        yield name
        return
    for part in parts(tree):
        yield from names_in(part)


def _without_gradients(found: list[Definition]) -> list[Definition]:
    """The definitions that do not speak of gradients, directly or by a name that stands for one."""
    gradients: set[str] = set()
    while True:
        more = {each.name.base for each in found if _speaks_of_gradients(each.right, gradients)} - gradients
        if not more:
            return [each for each in found if not _speaks_of_gradients(each.right, gradients)]
        gradients |= more


def _speaks_of_gradients(tree: Tree, gradients: set[str]) -> bool:
    name = written(tree)
    if name is not None:
        head = name.spelling.head if name.spelling else ""
        return name.base in gradients or head in _GRADIENTS or is_derived(name.base)
    return isinstance(tree, Differential) or any(_speaks_of_gradients(part, gradients) for part in parts(tree))


def _without_losses(found: list[Definition]) -> list[Definition]:
    """The definitions without those of a loss, which nothing but a loss uses."""
    kept = list(found)
    while True:
        used = {
            name.base
            for each in kept
            for name in names_in(each.right)
            if name.base != each.name.base or name.mark == "before" or (name.offset or 0) < 0
        }
        left = [each for each in kept if each.name.base in used or not _is_loss(each)]
        if len(left) == len(kept):
            return kept
        kept = left


def _is_loss(definition: Definition) -> bool:
    spelling = definition.name.spelling
    return spelling is not None and not spelling.accents and spelling.head in LOSSES
