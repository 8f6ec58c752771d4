"""The order of computation of a System over time: loops over the steps, up or down, and what comes between them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum

from sympy import Basic, MatrixSymbol

from symlstm.algebra import Earlier, Later, Total
from symlstm.algebra.rewrite import children
from symlstm.algebra.time import AT_A_STEP, SHIFTS
from symlstm.errors import DefinitionError
from symlstm.system.equation import Equation
from symlstm.system.system import System

__all__ = ["Loop", "Way", "loops_of", "ways_of"]


class Way(Enum):
    """How a loop takes the steps; ONCE for what is computed outside of loops."""

    UP = "t = 1, …, T"
    DOWN = "t = T, …, 1"
    ONCE = "once"


@dataclass
class Loop:
    """Lines that are computed together, step by step; sums over all steps grow along the way."""

    way: Way | None
    lines: list[Equation] = field(default_factory=list)


def ways_of(system: System) -> dict[str, Way]:
    """The way that lines have to be taken, for those that need themselves at neighbouring steps."""
    by_name = {line.name: line for line in system.lines}
    needs = {line.name: _needs(line, by_name) for line in system.lines}
    ways = {name: _way_of(group, needs, by_name, system) for name, group in _circles(needs).items()}
    return {name: way for name, way in ways.items() if way is not None}


def loops_of(system: System) -> list[Loop]:
    """The lines of a System over time in loops. Raises DefinitionError where a step needs both its neighbours."""
    by_name = {line.name: line for line in system.lines}
    needs = {line.name: _needs(line, by_name) for line in system.lines}
    circles = _circles(needs)
    groups = list(dict.fromkeys(circles.values()))
    ways = {group: _way_of(group, needs, by_name, system) for group in groups}
    loops: list[Loop] = []
    done: set[str] = set()
    while groups:
        ready = [group for group in groups if _ready(group, needs, done | _names(loops[-1:]))]
        fitting = (group for group in ready if loops and _fits(loops[-1], group, ways[group], needs))
        chosen = next(fitting, None)
        if chosen is None:
            done |= _names(loops[-1:])
            chosen = next(group for group in ready if _ready(group, needs, done))
            loops.append(Loop(ways[chosen]))
        loops[-1].way = _way_with(loops[-1], chosen, ways[chosen], needs)
        loops[-1].lines += [by_name[name] for name in chosen]
        groups.remove(chosen)
    return [Loop(loop.way or Way.UP, loop.lines) for loop in loops]


def _names(loops: Iterable[Loop]) -> set[str]:
    return {line.name for loop in loops for line in loop.lines}


def _needs(line: Equation, by_name: dict[str, Equation]) -> dict[str, set[type]]:
    """What a line needs of other lines: their value at this step (MatrixSymbol), a neighbour's, or all (object)."""
    needs: dict[str, set[type]] = {}

    def visit(node: Basic, how: type) -> None:
        if isinstance(node, MatrixSymbol):
            if node.name in by_name:
                needs.setdefault(str(node.name), set()).add(how)
        elif isinstance(node, SHIFTS):
            visit(node.matrix, type(node) if how in (MatrixSymbol, type(node)) else object)
            visit(node.beyond, how)
        else:
            for part in children(node):
                visit(part, object if isinstance(node, AT_A_STEP) else how)

    visit(line.rhs.matrix if isinstance(line.rhs, Total) else line.rhs, MatrixSymbol)
    return needs


def _circles(needs: dict[str, dict[str, set[type]]]) -> dict[str, tuple[str, ...]]:
    """For every line the lines that need each other in a circle, in the order of the System: Tarjan 1972."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    trail: list[str] = []
    found: dict[str, tuple[str, ...]] = {}
    places = {name: place for place, name in enumerate(needs)}

    def visit(start: str) -> None:
        work = [(start, iter(needs[start]))]
        while work:
            name, others = work[-1]
            if name not in index:
                index[name] = low[name] = len(index)
                trail.append(name)
            for other in others:
                if other not in index:
                    work.append((other, iter(needs[other])))
                    break
                if other not in found:
                    low[name] = min(low[name], index[other])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[name])
                if low[name] == index[name]:
                    group = trail[trail.index(name) :]
                    del trail[trail.index(name) :]
                    found.update(dict.fromkeys(group, tuple(sorted(group, key=places.__getitem__))))

    for name in needs:
        if name not in index:
            visit(name)
    return {name: found[name] for name in needs}


def _way_of(
    group: tuple[str, ...], needs: dict[str, dict[str, set[type]]], by_name: dict[str, Equation], system: System
) -> Way | None:
    """The way that a circle has to be gone, None where either will do, ONCE for a line without a time."""
    inside = {how for name in group for other, hows in needs[name].items() if other in group for how in hows}
    if object in inside or {Earlier, Later} <= inside:
        raise DefinitionError(
            f"system {system.name}: {group[0]} needs the steps before it and the steps behind it in a circle"
        )
    if Earlier in inside:
        return Way.UP
    if Later in inside:
        return Way.DOWN
    line = by_name[group[0]]
    return None if line.name in system.timed or isinstance(line.rhs, Total) else Way.ONCE


def _ready(group: tuple[str, ...], needs: dict[str, dict[str, set[type]]], done: Iterable[str]) -> bool:
    return all(other in done or other in group for name in group for other in needs[name])


def _fits(loop: Loop, group: tuple[str, ...], way: Way | None, needs: dict[str, dict[str, set[type]]]) -> bool:
    """Whether lines can be computed in a loop that others are in already."""
    if (loop.way is Way.ONCE) != (way is Way.ONCE):
        return False
    if loop.way is Way.ONCE:
        return True
    here = {line.name: line.rhs for line in loop.lines}
    for name in group:
        for other in needs[name].keys() & here.keys():
            if object in needs[name][other] or isinstance(here[other], Total):
                return False
    return len(_ways_with(loop, group, way, needs)) <= 1


def _ways_with(loop: Loop, group: tuple[str, ...], way: Way | None, needs: dict[str, dict[str, set[type]]]) -> set[Way]:
    here = _names([loop])
    hows = {how for name in group for other in needs[name].keys() & here for how in needs[name][other]}
    asked = {Way.UP for how in hows if how is Earlier} | {Way.DOWN for how in hows if how is Later}
    return asked | ({loop.way, way} - {None})  # type: ignore[operator]


def _way_with(
    loop: Loop, group: tuple[str, ...], way: Way | None, needs: dict[str, dict[str, set[type]]]
) -> Way | None:
    ways = _ways_with(loop, group, way, needs)
    return ways.pop() if ways else None
