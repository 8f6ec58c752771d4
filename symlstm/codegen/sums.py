"""Sums over all steps by name: each that is part of a line gets a line of its own, which a loop can add up."""

from dataclasses import replace

from sympy import Basic, MatrixExpr, MatrixSymbol

from symlstm.algebra import Total, rebuild
from symlstm.algebra.rewrite import children
from symlstm.system import Equation, System

__all__ = ["with_sums_named"]


def with_sums_named(system: System) -> System:
    """The System in which a sum over t is a whole right side: d_U = d_U_sum + …"""
    lines: list[Equation] = []
    taken = set(system.symbols)

    def without_sums(node: Basic, owner: Equation) -> Basic:
        if isinstance(node, Total):
            name = f"{owner.name}_sum"
            while name in taken:
                name += "_"
            taken.add(name)
            lines.append(Equation(MatrixSymbol(name, *node.shape), node))
            return lines[-1].lhs
        if not isinstance(node, MatrixExpr) or isinstance(node, MatrixSymbol):
            return node
        before = children(node)
        after = [without_sums(part, owner) for part in before]
        return node if after == before else rebuild(node, after)

    for line in system.lines:
        rhs = line.rhs if isinstance(line.rhs, Total) else without_sums(line.rhs, line)
        lines.append(line if rhs is line.rhs else replace(line, rhs=rhs))
    return system if len(lines) == len(system.lines) else replace(system, lines=tuple(lines))
