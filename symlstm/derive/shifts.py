"""Shifts by name: what a line takes from the step before or behind, each in a line of its own."""

from collections.abc import Iterable
from dataclasses import replace

from sympy import Basic, MatrixExpr, MatrixSymbol

from symlstm.algebra import Earlier, Later, add, earlier, later, rebuild, symbols_of
from symlstm.algebra.rewrite import children
from symlstm.algebra.time import SHIFTS
from symlstm.system import Equation, System

__all__ = ["influential", "merged", "named"]


def named(system: System) -> tuple[list[Equation], dict[MatrixSymbol, MatrixExpr]]:
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
    return lines, new


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


def merged(terms: Iterable[MatrixExpr]) -> list[MatrixExpr]:
    """The terms of a sum with all that comes from the step before, and all from the step behind, in one shift each."""
    plain = [term for term in terms if not isinstance(term, SHIFTS)]
    for kind, shift in ((Earlier, earlier), (Later, later)):
        found = [term for term in terms if isinstance(term, kind)]
        cuts = {term.cut for term in found} - {0}
        if len(cuts) > 1:
            plain += found
        elif found:
            inner, beyond = (add(*(term.args[k] for term in found)) for k in (0, 1))
            plain.append(shift(inner, beyond, cuts.pop() if cuts else 0))
    return plain
