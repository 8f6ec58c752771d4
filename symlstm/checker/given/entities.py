"""Entities: the quantities that equations name, and whether each is an input, a state, a parameter or defined."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from symlstm.checker.given.definitions import Definition, Definitions
from symlstm.checker.given.functions import is_function
from symlstm.checker.given.trees import parts
from symlstm.checker.given.writing import Written, written
from symlstm.checker.meaning.showing import shown
from symlstm.checker.reader.tree import Call, Tree
from symlstm.errors import InputError

__all__ = ["Entities", "Entity", "entities_of", "inner_names", "occurrences"]

_FREE = frozenset(
    {"I", "mathbbI", "mathbb1", "one", "bbone", "1"}
)  # identities and bold ones have no size of their own
_INPUTS = frozenset({"x", "X", "input"})


@dataclass
class Entity:
    """A quantity: `kind` is "defined", "input" or "parameter"; `state` says that it is used at the step before.

    `keys` are the keys under which it is written, each with the offset that this way of writing carries.
    """

    base: str
    kind: str
    definition: Definition | None = None
    state: bool = False
    alias: str = ""  # y_t = h_t: another name of h
    late: bool = False  # the bare name means the step before: c where the new one is c′
    timed: bool = False
    tree: Tree | None = None
    keys: dict[str, int] = field(default_factory=dict)


@dataclass
class Entities:
    """All quantities of a text, in the order of their first appearance."""

    named: dict[str, Entity]
    functions: Mapping[str, str]

    @property
    def quantities(self) -> frozenset[str]:
        """The names of what equations define."""
        return frozenset(base for base, entity in self.named.items() if entity.kind == "defined")

    def shift(self, name: Written, entity: Entity, start: int) -> int:
        """How many steps behind the left side of an equation, which is at t + `start`, a name is."""
        if name.offset is not None:
            return name.offset - start
        if name.mark == "before":
            return -1
        return -1 if entity.late and not name.mark else 0


def entities_of(found: Definitions, functions: Mapping[str, str]) -> Entities:
    """The quantities of the equations. Raises InputError for a state without an equation, and for other steps."""
    result = Entities({}, functions)
    for base, definition in found.first.items():
        late = definition.name.mark == "new"
        timed = definition.name.offset is not None
        result.named[base] = Entity(base, "defined", definition, late=late, timed=timed, tree=definition.left)
        result.named[base].keys[definition.name.key] = 0
    for definition in found.first.values():
        for tree, name in occurrences(definition.right, functions, result.quantities):
            _notice(result, definition, tree, name)
    for entity in result.named.values():
        _find_alias(result, entity)
    return result


def _find_alias(result: Entities, entity: Entity) -> None:
    name = written(entity.definition.right) if entity.definition is not None and entity.definition.among == 1 else None
    target = result.named.get(name.base) if name is not None else None
    if name is None or target is None or target.kind != "defined" or name.spelling is None:
        return
    same_step = result.shift(name, target, entity.definition.name.offset or 0 if entity.definition else 0) == 0
    if same_step and not name.spelling.transposed and not name.spelling.powers and target is not entity:
        entity.alias = target.base
        target.state |= entity.state


def _notice(result: Entities, definition: Definition, tree: Tree, name: Written) -> None:
    start = definition.name.offset or 0
    entity = result.named.get(name.base) or _undefined(result, name, tree)
    shift = result.shift(name, entity, start)
    if entity.kind == "defined":
        _check_shift(shift, tree)
        entity.state |= shift == -1
    elif entity.kind == "input" and shift not in (0, -start):
        what = "nothing defines it at step t; write its equation, or declare what it is"
        raise InputError(f"{shown(tree)}: a state of the step before, and {what}")
    elif entity.kind == "parameter" and name.mark == "before":
        raise InputError(f"{shown(tree)}: a state of the step before, and no equation defines the new one")
    carried = start if entity.kind == "input" else 0 if _scripted(name) else shift
    entity.keys.setdefault(name.key, carried)


def _scripted(name: Written) -> bool:
    """Whether a script says the time, so that a reader adds it to what the name means."""
    return name.offset is not None and name.spelling is not None and bool(name.spelling.times)


def _check_shift(shift: int, tree: Tree) -> None:
    if shift > 0:
        raise InputError(f"{shown(tree)}: a later step than the one that the equation defines")
    if shift < -1:
        raise InputError(f"{shown(tree)}: {-shift} steps before; a cell knows the step before alone")


def _undefined(result: Entities, name: Written, tree: Tree) -> Entity:
    timed = name.offset is not None
    if name.index == "T":
        raise InputError(f"{shown(tree)} reads as a quantity at the last step T; choose another letter for the label T")
    head = name.spelling.head if name.spelling else ""
    is_input = timed or (name.base in _INPUTS and head in _INPUTS)
    entity = Entity(name.base, "input" if is_input else "parameter", timed=timed, tree=tree)
    result.named[name.base] = entity
    return entity


def inner_names(entities: Entities) -> set[str]:
    """The names on which the states depend."""
    found: set[str] = set()
    stack = [base for base, entity in entities.named.items() if entity.state]
    while stack:
        base = stack.pop()
        definition = entities.named[base].definition
        if base not in found and definition is not None:
            used = occurrences(definition.right, entities.functions, entities.quantities)
            stack += [name.base for _, name in used]
        found.add(base)
    return found


def occurrences(tree: Tree, functions: Mapping[str, str], known: frozenset[str]) -> Iterator[tuple[Tree, Written]]:
    """Every name in a tree that is a quantity, with the tree that writes it."""
    name = written(tree)
    if name is not None:
        if name.base in known or name.base not in _FREE:
            yield tree, name
        return
    if isinstance(tree, Call) and is_function(tree, functions, known):
        inner: Iterator[Tree] = iter(tree.arguments)
    else:
        inner = parts(tree)
    for part in inner:
        yield from occurrences(part, functions, known)
