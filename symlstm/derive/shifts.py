"""Shifts by name: what a line takes from the step before or behind, each in a line of its own."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from sympy import Basic, Expr, Integer, MatrixExpr, MatrixSymbol, ZeroMatrix

from symlstm.algebra import Earlier, Later, add, earlier, later, rebuild, substitute, symbols_of, total, zeros
from symlstm.algebra.rewrite import children
from symlstm.algebra.steps import at_first, at_last, outer_shifts, with_shifts
from symlstm.algebra.time import SHIFTS
from symlstm.system import Equation, System

__all__ = ["cut_of", "depending", "influential", "merged", "settled", "shifts_by_name", "summed"]


def shifts_by_name(system: System) -> tuple[list[Equation], dict[MatrixSymbol, MatrixExpr]]:
    """The lines with every shift as the whole right side of a line, and what the names that are new stand for."""
    lines: list[Equation] = []
    new: dict[MatrixSymbol, MatrixExpr] = {}
    taken = set(system.symbols)

    def name_of(shift: MatrixExpr, owner: Equation) -> MatrixSymbol:
        word = "earlier" if isinstance(shift, Earlier) else "later"
        name = f"{owner.name}_{word}"
        while name in taken:
            name += "_"
        taken.add(name)
        return MatrixSymbol(name, *shift.shape)

    def without_shifts(node: Basic, owner: Equation, outermost: bool) -> Basic:
        if isinstance(node, SHIFTS) and not outermost:
            matrix = without_shifts(node.matrix, owner, False)
            shift = rebuild(node, [matrix, *node.args[1:]])
            known = [symbol for symbol, other in new.items() if other == shift]
            symbol = known[0] if known else name_of(shift, owner)
            if not known:
                new[symbol] = shift
                lines.append(Equation(symbol, shift))
            return symbol
        if not isinstance(node, MatrixExpr) or isinstance(node, MatrixSymbol):
            return node
        before = children(node)
        after = [without_shifts(part, owner, False) for part in before]
        return node if after == before else rebuild(node, after)

    for line in system.lines:
        rhs = without_shifts(line.rhs, line, True)
        lines.append(line if rhs == line.rhs else replace(line, rhs=rhs))
    whole: dict[MatrixSymbol, MatrixExpr] = {}
    for symbol, shift in new.items():  # one within another comes before it
        whole[symbol] = substitute(shift, whole)
    return lines, whole


def influential(lines: Iterable[Equation], outputs: Iterable[str]) -> set[str]:
    """The names that the outputs depend on, at any step."""
    needs = {line.name: [str(symbol.name) for symbol in symbols_of(line.rhs)] for line in lines}
    found: set[str] = set()
    waiting = list(outputs)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += needs.get(name, [])
    return found


def depending(lines: Iterable[Equation], sources: Iterable[str]) -> set[str]:
    """The names of lines that depend on one of the sources, at any step."""
    users: dict[str, list[str]] = {}
    for line in lines:
        for symbol in symbols_of(line.rhs):
            users.setdefault(str(symbol.name), []).append(line.name)
    found: set[str] = set()
    waiting = list(sources)
    while waiting:
        new = set(users.get(waiting.pop(), [])) - found
        found |= new
        waiting += new
    return found


def cut_of(system: System) -> Expr:
    """How many steps a gradient passes through, where a backward pass over time is cut, else 0."""
    own = system.lines[len(system.forward.lines) :] if system.timed and system.forward else ()
    shifts = (shift for line in own for shift in line.rhs.atoms(*SHIFTS))
    return next((shift.cut for shift in shifts if shift.cut != 0), Integer(0))


def merged(terms: Iterable[MatrixExpr]) -> list[MatrixExpr]:
    """The terms of a gradient, with one shift for all that comes from the step before, one for the step behind."""
    parts = [part for term in terms for part in settled(term)]
    plain = [part for part in parts if not isinstance(part, SHIFTS)]
    for kind, shift in ((Earlier, earlier), (Later, later)):
        found = [part for part in parts if isinstance(part, kind)]
        cuts = {term.cut for term in found} - {0}
        if len(cuts) > 1:
            plain += found
        elif found:
            inner, beyond = (add(*(term.args[k] for term in found)) for k in (0, 1))
            plain.append(shift(inner, beyond, cuts.pop() if cuts else 0))
    return plain


def settled(term: MatrixExpr) -> list[MatrixExpr]:
    """A term of a gradient, which is linear in what it takes from other steps, with its value at an end for itself."""
    if isinstance(term, SHIFTS):
        return [term]
    for shift in outer_shifts(term):
        if isinstance(shift.beyond, ZeroMatrix):
            continue
        build, at_end = (earlier, at_first) if isinstance(shift, Earlier) else (later, at_last)
        there = at_end(_with(term, shift, shift.beyond))
        elsewhere = _with(term, shift, build(shift.matrix, zeros(shift.shape), shift.cut))
        rest = [] if isinstance(elsewhere, ZeroMatrix) else settled(elsewhere)
        return [*rest, build(zeros(term.shape), there)]
    return [term]


def _with(term: MatrixExpr, old: MatrixExpr, new: MatrixExpr) -> MatrixExpr:
    return with_shifts(term, lambda shift: new if shift == old else shift)


def summed(terms: Iterable[MatrixExpr], add_up: Callable[[list[MatrixExpr]], MatrixExpr]) -> list[MatrixExpr]:
    """The sums over all steps of the terms of a gradient; those that vanish at the first or the last step apart."""
    groups: dict[tuple[bool, bool], list[MatrixExpr]] = {}
    once = []
    for term in terms:
        for part in settled(term):
            if isinstance(part, SHIFTS) and isinstance(part.matrix, ZeroMatrix):
                once.append(part.beyond)
                continue
            if isinstance(part, SHIFTS) and not isinstance(part.beyond, ZeroMatrix):
                once.append(part.beyond)
                part = part.func(part.matrix, zeros(part.shape), part.cut)
            kinds = {type(shift) for shift in outer_shifts(part)}
            groups.setdefault((Earlier in kinds, Later in kinds), []).append(part)
    return [*(total(add_up(group)) for group in groups.values()), *once]
