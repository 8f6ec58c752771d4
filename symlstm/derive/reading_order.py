"""The order in which a backward pass is read: states first, then gates, net inputs, parameters, previous states."""

from collections.abc import Callable
from heapq import heapify, heappop, heappush

from sympy import MatrixSymbol

from symlstm.algebra import symbols_of
from symlstm.algebra.steps import symbols_now
from symlstm.system import Equation, LeafKind, Role, System

__all__ = ["in_reading_order"]

_RANK = {Role.LOSS: -1, Role.NET_INPUT: 3, Role.GATE: 2, Role.QUANTITY: 1}
_LEAF_RANK = {LeafKind.PARAMETER: 4, LeafKind.STATE: 6}


def in_reading_order(
    system: System, lines: list[Equation], adjoint: Callable[[MatrixSymbol], MatrixSymbol]
) -> list[Equation]:
    """Adjoints as early as their own terms of the step at hand allow, by rank, then in the author's order."""
    ranks = {adjoint(line.lhs): _RANK.get(line.role, 0) for line in system.lines}
    ranks |= {adjoint(leaf.symbol): _LEAF_RANK.get(leaf.kind, 5) for leaf in system.leaves}
    places = {adjoint(symbol): place for place, symbol in enumerate(system.symbols.values())}
    by_symbol = {line.lhs: line for line in lines}
    read = symbols_now if system.timed else symbols_of
    waits = {line.lhs: {symbol for symbol in read(line.rhs) if symbol in by_symbol} for line in lines}
    users: dict[MatrixSymbol, list[MatrixSymbol]] = {}
    for symbol, needed in waits.items():
        for other in needed:
            users.setdefault(other, []).append(symbol)
    ready = [(ranks[symbol], places[symbol], symbol.name) for symbol, needed in waits.items() if not needed]
    by_name = {line.name: line.lhs for line in lines}
    heapify(ready)
    arranged = []
    while ready:
        symbol = by_name[heappop(ready)[2]]
        arranged.append(by_symbol[symbol])
        for user in users.get(symbol, []):
            waits[user].discard(symbol)
            if not waits[user]:
                heappush(ready, (ranks[user], places[user], user.name))
    return arranged
