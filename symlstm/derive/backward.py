"""Reverse mode over named equations: the backward pass of a System is a System."""

from collections.abc import Callable
from heapq import heapify, heappop, heappush

from sympy import MatrixExpr, MatrixSymbol

from symlstm.algebra import add, symbols_of, zeros
from symlstm.algebra.build import factors
from symlstm.derive.passes import named
from symlstm.derive.vjp import pull_back
from symlstm.errors import Located
from symlstm.system import Equation, Leaf, LeafKind, Role, System, check_system

__all__ = ["backprop"]

_RANK = {Role.ADJOINT: 0, Role.TANGENT: 0, Role.JACOBIAN: 0, Role.STATE: 0, Role.QUANTITY: 1, Role.GATE: 2}
_RANK |= {Role.NET_INPUT: 3}
_LEAF_RANK = {LeafKind.PARAMETER: 4, LeafKind.INPUT: 5, LeafKind.SEED: 5, LeafKind.TANGENT: 5, LeafKind.STATE: 6}


def backprop(system: System) -> System:
    """The backward pass of a System: its equations, then the adjoints d_q = ∂L/∂q down to every leaf.

    What flows in from outside is a seed per output: `seed_h` = ∂L/∂h_t of everything later. All shapes are those
    of the quantities. Adjoints come states first, then gates, net inputs, parameters, inputs and previous
    states; a gate's adjoint that is one product is written out in the line of its net input. The backward pass
    of a backward pass calls its adjoints `d2_q` and its seeds `seed2_q`.
    Raises MissingRuleError for an operation without a rule.
    Source: reverse accumulation, Griewank and Walther 2008, section 3.2.
    """
    check_system(system, "backprop")
    adjoint = named(system, "d", Role.ADJOINT)
    seed = named(system, "seed", Role.ADJOINT)
    seeds = {name: seed(system.symbols[name]) for name in system.outputs}
    gradients = _sweep(system, adjoint, seeds)
    lines = [
        Equation(adjoint(system.symbols[name]), gradient, Role.ADJOINT, name) for name, gradient in gradients.items()
    ]
    leaves = (*system.leaves, *(Leaf(symbol, LeafKind.SEED) for symbol in seeds.values()))
    outputs = tuple(adjoint(leaf.symbol).name for leaf in system.leaves)
    in_order = _arrange(system, lines, adjoint)
    return System(f"{system.name} backward", leaves, (*system.lines, *in_order), outputs, forward=system)


def _sweep(
    system: System, adjoint: Callable[[MatrixSymbol], MatrixSymbol], seeds: dict[str, MatrixSymbol]
) -> dict[str, MatrixExpr]:
    """The gradient of every quantity that the outputs depend on, and zero for leaves that they do not."""
    collected: dict[str, list[list[MatrixExpr]]] = {}
    gradients: dict[str, MatrixExpr] = {}

    def total(name: str) -> MatrixExpr | None:
        terms = [seeds[name]] if name in seeds else []
        for group in reversed(collected.get(name, [])):
            terms += group
        return add(*_positive_first(terms)) if terms else None

    for line in reversed(system.lines):
        gradient = total(line.name)
        if gradient is None:
            continue
        gradients[line.name] = gradient
        single = line.role is Role.GATE and line.name not in seeds and sum(map(len, collected[line.name])) == 1
        y_bar = gradient if single else adjoint(line.lhs)
        here: dict[str, list[MatrixExpr]] = {}
        with Located(f"equation {line.name}"):
            _pull(y_bar, line.lhs, line.rhs, here)
        for name, terms in here.items():
            collected.setdefault(name, []).append(terms)
    for leaf in system.leaves:
        gradient = total(leaf.symbol.name)
        gradients[leaf.symbol.name] = zeros(leaf.symbol.shape) if gradient is None else gradient
    return gradients


def _positive_first(terms: list[MatrixExpr]) -> list[MatrixExpr]:
    """The terms of a sum in their order, but none with a minus in front where another could stand there."""
    first = next((k for k, term in enumerate(terms) if not factors(term)[0].is_negative), 0)
    return [terms[first], *terms[:first], *terms[first + 1 :]]


def _pull(y_bar: MatrixExpr, y: MatrixExpr, node: MatrixExpr, here: dict[str, list[MatrixExpr]]) -> None:
    """Carry ȳ through an expression down to its symbols, whose gradients are collected by name."""
    if isinstance(node, MatrixSymbol):
        here.setdefault(node.name, []).append(y_bar)
    elif symbols_of(node):
        for operand, bar in pull_back(y_bar, y, node):
            _pull(bar, operand, operand, here)


def _arrange(system: System, lines: list[Equation], adjoint: Callable[[MatrixSymbol], MatrixSymbol]) -> list[Equation]:
    """Adjoints in reading order: as early as their own terms allow, by rank, then in the author's order."""
    ranks = {adjoint(line.lhs): _RANK[line.role] for line in system.lines}
    ranks |= {adjoint(leaf.symbol): _LEAF_RANK[leaf.kind] for leaf in system.leaves}
    places = {adjoint(symbol): place for place, symbol in enumerate(system.symbols.values())}
    by_symbol = {line.lhs: line for line in lines}
    waits = {line.lhs: {symbol for symbol in symbols_of(line.rhs) if symbol in by_symbol} for line in lines}
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
