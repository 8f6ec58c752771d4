"""Reverse mode over named equations: the backward pass of a System is a System."""

from collections.abc import Callable
from heapq import heapify, heappop, heappush

from sympy import Expr, MatrixExpr, MatrixSymbol

from symlstm.algebra import Softmax, add, ones, rebuild, symbols_of, zeros
from symlstm.algebra.build import factors
from symlstm.algebra.dimensions import as_dimension
from symlstm.algebra.rewrite import children
from symlstm.derive.vjp import pull_back
from symlstm.errors import DefinitionError, Located
from symlstm.system import Equation, Leaf, LeafKind, Role, System, check_system, side_by_side

__all__ = ["backprop", "batched"]

_RANK = {Role.LOSS: -1, Role.ADJOINT: 0, Role.STATE: 0, Role.QUANTITY: 1, Role.GATE: 2, Role.NET_INPUT: 3}
_LEAF_RANK = {LeafKind.PARAMETER: 4, LeafKind.INPUT: 5, LeafKind.SEED: 5, LeafKind.STATE: 6}


def backprop(system: System) -> System:
    """The backward pass of a System: its equations, then the adjoints d_q = ∂L/∂q down to every leaf.

    What flows in from outside is a seed per output: `seed_h` = ∂L/∂h_t of everything later. An output whose role is
    LOSS is a share of L and takes no seed: its adjoint is 1. All shapes are those of the quantities. Adjoints come
    states first, then gates, net inputs, parameters, inputs and previous states; a gate's adjoint that is one product
    is written out in the line of its net input. The backward pass of a backward pass calls its adjoints `d2_q` and its
    seeds `seed2_q`.
    Raises MissingRuleError for an operation without a rule.
    Source: reverse accumulation, Griewank and Walther 2008, section 3.2.
    """
    check_system(system, "backprop")
    order = _order(system)
    mark = "" if order == 0 else str(order + 1)
    adjoint = _renamer(f"d{mark}_")
    seed = _renamer(f"seed{mark}_")
    seeds = {name: seed(system.symbols[name]) for name in system.outputs if name not in system.losses}
    gradients = _sweep(system, adjoint, seeds)
    lines = [
        Equation(adjoint(system.symbols[name]), gradient, Role.ADJOINT, name) for name, gradient in gradients.items()
    ]
    leaves = (*system.leaves, *(Leaf(symbol, LeafKind.SEED) for symbol in seeds.values()))
    outputs = tuple(adjoint(leaf.symbol).name for leaf in system.leaves)
    in_order = _arrange(system, lines, adjoint)
    return System(f"{system.name} backward", leaves, (*system.lines, *in_order), outputs, forward=system)


def batched(system: System, batch: Expr | int | str) -> System:
    """The System for `batch` columns at once (an integer, a symbol or its name), its inputs and states side by side.

    A backward pass is derived anew from its batched forward pass, so that the sum over the batch in ∂L/∂b follows
    from the product rule. Raises DefinitionError for a System whose columns do not stay apart, and for a backward
    pass that was changed by hand, whose sums over the batch nobody derived.
    """
    check_system(system, "batched")
    batch = as_dimension(batch, "batch")
    if system.forward is not None:
        if system != backprop(system.forward):
            raise DefinitionError(f"system {system.name}: a backward pass changed by hand has no batched form")
        return backprop(batched(system.forward, batch))
    return side_by_side(system, batch)


def _order(system: System) -> int:
    return 0 if system.forward is None else 1 + _order(system.forward)


def _renamer(prefix: str) -> Callable[[MatrixSymbol], MatrixSymbol]:
    return lambda symbol: MatrixSymbol(prefix + symbol.name, *symbol.shape)


def _sweep(
    system: System, adjoint: Callable[[MatrixSymbol], MatrixSymbol], seeds: dict[str, MatrixSymbol]
) -> dict[str, MatrixExpr]:
    """The gradient of every quantity that the outputs depend on, and zero for leaves that they do not."""
    collected: dict[str, list[list[MatrixExpr]]] = {}
    named = {line.rhs: line.lhs for line in system.lines if isinstance(line.rhs, Softmax)}
    losses = set(system.losses)
    gradients: dict[str, MatrixExpr] = {}

    def total(name: str) -> MatrixExpr | None:
        terms = [seeds[name]] if name in seeds else [ones(system.shapes[name])] if name in losses else []
        for group in reversed(collected.get(name, [])):
            terms += group
        return add(*_positive_first(terms)) if terms else None

    for line in reversed(system.lines):
        gradient = total(line.name)
        if gradient is None:
            continue
        gradients[line.name] = gradient
        single = line.role is Role.GATE and line.name not in seeds and sum(map(len, collected[line.name])) == 1
        y_bar = gradient if single or not symbols_of(gradient) else adjoint(line.lhs)
        here: dict[str, list[MatrixExpr]] = {}
        with Located(f"equation {line.name}"):
            _pull(y_bar, line.lhs, line.rhs, here)
        for name, terms in here.items():
            collected.setdefault(name, []).append([_by_name(term, named) for term in terms])
    for leaf in system.leaves:
        gradient = total(leaf.symbol.name)
        gradients[leaf.symbol.name] = zeros(leaf.symbol.shape) if gradient is None else gradient
    return gradients


def _by_name(expression: MatrixExpr, named: dict[MatrixExpr, MatrixSymbol]) -> MatrixExpr:
    """The expression, a softmax that an equation names called by that name: p for softmax(y)."""
    if expression in named:
        return named[expression]
    if not named or isinstance(expression, MatrixSymbol) or not expression.has(Softmax):
        return expression
    parts = [_by_name(part, named) if isinstance(part, MatrixExpr) else part for part in children(expression)]
    return rebuild(expression, parts)


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
