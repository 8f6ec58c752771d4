"""Slips of the pen: another gate, another state, another parameter, another step."""

from collections.abc import Iterator
from dataclasses import replace

from symlstm.algebra import Apply
from symlstm.checker.diagnosis.case import Case, Edit
from symlstm.checker.diagnosis.kinds import Kind
from symlstm.checker.diagnosis.leaves import Leaf
from symlstm.checker.diagnosis.walk import Spot, edited
from symlstm.checker.meaning.symbols import Quantity
from symlstm.checker.reader.tree import Stack, Tree

__all__ = ["exchanges", "gates_throughout", "steps"]

Group = list[tuple[Spot, Leaf]]


def _groups(case: Case) -> list[Group]:
    """The occurrences of each quantity at each step."""
    found: dict[tuple[Quantity, int], Group] = {}
    for spot, leaf in case.named:
        found.setdefault((replace(leaf.quantity, shift=0), leaf.offset), []).append((spot, leaf))
    return list(found.values())


def _everywhere(case: Case, group: Group, quantity: Quantity, by: int) -> Iterator[tuple[Tree, Leaf]]:
    """The right side with every occurrence changed, then with each alone."""
    new = {id(spot.part): case.leaves.write(quantity, leaf, by) for spot, leaf in group}
    yield edited(case.right, lambda tree: new.get(id(tree))), group[0][1]
    if len(group) > 1:
        for spot, leaf in group:
            yield spot.put(new[id(spot.part)]), leaf


def exchanges(case: Case) -> Iterator[Edit]:
    """One name for another of the same kind."""
    for group in _groups(case):
        leaf = group[0][1]
        for other, kind in _others(case, leaf.quantity):
            now = leaf.quantity.name in case.states and other.name in case.gates  # a gate is one of this step
            other = replace(other, shift=0) if now else other
            for right, _ in _everywhere(case, group, other, -leaf.offset if now and leaf.times else 0):
                named = case.latex(replace(other, shift=0), 0 if now else leaf.offset)
                hint = f"{case.write(leaf.tree)} where {named} belongs{_NAMES[kind]}"
                yield Edit(kind, hint, right)


def gates_throughout(case: Case) -> Iterator[Edit]:
    """Another gate in every name: W_i and b_i in the equation of f."""
    for wrong in case.gates:
        for right in case.gates:
            new = {
                id(spot.part): case.leaves.write(replace(leaf.quantity, name=other), leaf)
                for spot, leaf in case.named
                if (other := _of_gate(case, leaf.quantity.name, wrong, right))
            }
            if wrong != right and len(new) > 1:
                shown = [case.latex(Quantity(gate)) for gate in (wrong, right)]
                hint = f"these are the symbols of {shown[0]} where those of {shown[1]} belong: the wrong gate"
                yield Edit(Kind.WRONG_GATE, hint, edited(case.right, lambda tree, new=new: new.get(id(tree))))  # type: ignore[misc]


def _of_gate(case: Case, name: str, wrong: str, right: str) -> str:
    head, sign, gate = name.partition("_")
    other = right if name == wrong else f"{head}{sign}{right}" if gate == wrong else ""
    return other if other in case.frame.cell.symbols else ""


_NAMES = {
    Kind.WRONG_GATE: ": the wrong gate",
    Kind.WRONG_STATE: ": the wrong state",
    Kind.COPIED_SYMBOL: ": the wrong symbol",
    Kind.NET_INPUT: ": net input and activation are confused",
}


def _others(case: Case, quantity: Quantity) -> Iterator[tuple[Quantity, Kind]]:
    name = quantity.name
    for family, kind in ((case.gates, Kind.WRONG_GATE), (case.states, Kind.WRONG_STATE)):
        if name in family:
            yield from ((replace(quantity, name=other), kind) for other in family if other != name)
    head, _, gate = name.partition("_")
    names = {item.name for item in case.leaves.quantities}
    if head == "a" and gate:
        yield from ((replace(quantity, name=f"a_{other}"), Kind.WRONG_GATE) for other in case.gates
                    if other != gate and f"a_{other}" in names)  # fmt: skip
        yield replace(quantity, name=gate), Kind.NET_INPUT
    elif f"a_{name}" in names:
        yield replace(quantity, name=f"a_{name}"), Kind.NET_INPUT
    if name in case.frame.cell.parameters:
        same = [other for other in case.frame.cell.parameters if other.partition("_")[0] == head and other != name]
        partner = {"W": "U", "U": "W"}.get(head, "")
        same += [f"{partner}_{gate}"] if f"{partner}_{gate}" in names else []
        yield from ((replace(quantity, name=other), Kind.COPIED_SYMBOL) for other in same)
    candidates = [gate for gate in case.gates if _function(case, gate) == "tanh"]
    if name in case.states or name in candidates:
        others = candidates if name in case.states else case.states
        yield from ((replace(quantity, name=other), Kind.WRONG_STATE) for other in others)


def _function(case: Case, gate: str) -> str:
    rhs = case.frame.cell[gate].rhs
    return rhs.activation.name if isinstance(rhs, Apply) else ""


def steps(case: Case) -> Iterator[Edit]:
    """One quantity a step later or earlier."""
    for group in _groups(case):
        leaf = group[0][1]
        if leaf.quantity.name in case.frame.cell.parameters:
            continue
        for by in (-1, 1):
            try:
                changed = list(_everywhere(case, group, leaf.quantity, by))
            except KeyError:  # two steps away, of which no name speaks
                continue
            for right, _ in changed:
                named = case.latex(replace(leaf.quantity, shift=0), leaf.offset + by)
                yield Edit(_kind(case, group), f"{case.write(leaf.tree)} where {named} belongs: the wrong step", right)


def _kind(case: Case, group: Group) -> Kind:
    spot, leaf = group[0]
    stacked = any(isinstance(parent, Stack) for parent in spot.parents)
    subject = case.subject
    of_weight = subject is not None and subject.quantity.derived == "d" and subject.quantity.name[:2] in ("W_", "U_")
    in_weight = of_weight and (leaf.transposed or stacked) and leaf.quantity.name in case.states
    return Kind.WRONG_TIME_OF_STATE if in_weight else Kind.WRONG_TIME
