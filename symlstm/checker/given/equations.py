"""Equations: the definitions of a text as lines of a System, in an order in which each is defined before it is used."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from symlstm.checker.given.definitions import Definition
from symlstm.checker.given.entities import Entities, occurrences
from symlstm.checker.given.nets import Gate
from symlstm.checker.given.renaming import renamed
from symlstm.checker.meaning.showing import shown
from symlstm.checker.reader.tree import Call, Name, Tree
from symlstm.errors import InputError
from symlstm.system import Role

__all__ = ["Line", "lines_of", "ordered"]


@dataclass(frozen=True)
class Line:
    """An equation in identifiers: `tree` is its right side; with `among` > 1 it is one of so many parts of it."""

    name: str
    tree: Tree
    role: Role
    written: Tree
    place: int = 0
    among: int = 1


def ordered(entities: Entities) -> list[str]:
    """The defined names, each behind those that it uses, else in the order of the text. Raises InputError."""
    done: list[str] = []
    trail: list[str] = []

    def visit(base: str) -> None:
        if base in done:
            return
        if base in trail:
            circle = " → ".join(_shown(entities, each) for each in [*trail[trail.index(base) :], base])
            how = "a state of the step before is written h_{t-1}, h_prev, or h where the new one is h'"
            raise InputError(f"the equations go round in a circle: {circle}; {how}")
        trail.append(base)
        for used in _used_now(entities, base):
            visit(used)
        trail.pop()
        done.append(base)

    for base in entities.named:
        if entities.named[base].definition is not None:
            visit(base)
    return done


def _shown(entities: Entities, base: str) -> str:
    tree = entities.named[base].tree
    return shown(tree) if tree is not None else base


def _used_now(entities: Entities, base: str) -> list[str]:
    definition = entities.named[base].definition
    assert definition is not None
    start = definition.name.offset or 0
    names = (name for _, name in occurrences(definition.right, entities.functions, entities.quantities))
    return list(dict.fromkeys(
        name.base
        for name in names
        if name.base in entities.quantities and entities.shift(name, entities.named[name.base], start) == 0
    ))  # fmt: skip


def lines_of(
    entities: Entities, gates: Mapping[str, Gate], names: Mapping[str, str], order: list[str]
) -> Iterator[Line]:
    """The lines, net inputs that have no name in the text included."""
    nets = {gate.net for gate in gates.values() if gate.net}
    for base in order:
        entity = entities.named[base]
        definition = entity.definition
        if definition is None or entity.alias:
            continue
        role = Role.STATE if entity.state else Role.QUANTITY
        if base in nets:
            role = Role.NET_INPUT
        gate = gates.get(base)
        if gate is None:
            yield _line(names[base], definition.right, role, definition, entities, names)
            continue
        role = role if entity.state else Role.GATE
        if gate.net:
            yield _line(names[base], definition.right, role, definition, entities, names)
            continue
        net = f"a_{names[base]}"
        line = _line(net, gate.argument, Role.NET_INPUT, definition, entities, names)
        yield line
        call = definition.right
        renamed_call = renamed(Call(call.span, gate.function, (gate.argument,)), entities, names, 0)
        assert isinstance(renamed_call, Call)
        yield Line(names[base], replace(renamed_call, arguments=(Name(call.span, net),)), role, definition.left)


def _line(
    name: str, tree: Tree, role: Role, definition: Definition, entities: Entities, names: Mapping[str, str]
) -> Line:
    right = renamed(tree, entities, names, definition.name.offset or 0)
    return Line(name, right, role, definition.left, definition.place, definition.among)
