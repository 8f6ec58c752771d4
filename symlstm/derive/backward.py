"""Reverse mode over named equations: the backward pass of a System is a System."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from sympy import Expr, MatrixExpr, MatrixSymbol

from symlstm.algebra import Softmax, add, earlier, later, ones, rebuild, substitute, symbols_of, zeros
from symlstm.algebra.build import factors
from symlstm.algebra.rewrite import children
from symlstm.algebra.steps import carries_time
from symlstm.algebra.time import AT_A_STEP, SHIFTS
from symlstm.derive.passes import named
from symlstm.derive.reading_order import in_reading_order
from symlstm.derive.shifts import influential, merged, shifts_by_name, summed
from symlstm.derive.vjp import pull_back
from symlstm.errors import Located
from symlstm.system import Equation, Leaf, LeafKind, Role, System, check_system
from symlstm.system.recurrence import OVER_TIME

__all__ = ["backprop", "swept"]


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
    return swept(system)


def swept(system: System, cut: Expr | int = 0) -> System:
    """The backward pass; over time, with a cut k, no gradient passes from step k + 1 to k, from 2k + 1 to 2k, …"""
    adjoint = named(system, "d", Role.ADJOINT)
    seed = named(system, "seed", Role.ADJOINT)
    seeds = {name: seed(system.symbols[name]) for name in system.outputs if name not in system.losses}
    gradients = _Sweep(system, adjoint, seeds, cut).gradients()
    lines = [
        Equation(adjoint(system.symbols[name]), gradient, Role.ADJOINT, name) for name, gradient in gradients.items()
    ]
    every_step = system.timed.difference(system.at_end)
    new = (Leaf(symbol, LeafKind.SEED, name in every_step) for name, symbol in seeds.items())
    outputs = tuple(adjoint(leaf.symbol).name for leaf in system.leaves)
    in_order = in_reading_order(system, lines, adjoint)
    over_time = system.timed and system.forward is None
    name = f"{system.name.removesuffix(OVER_TIME)} through time" if over_time else f"{system.name} backward"
    return System(name, (*system.leaves, *new), (*system.lines, *in_order), outputs, forward=system, steps=system.steps)


class _Sweep:
    """The gradient of every quantity that the outputs depend on, and zero for leaves that they do not."""

    def __init__(
        self,
        system: System,
        adjoint: Callable[[MatrixSymbol], MatrixSymbol],
        seeds: Mapping[str, MatrixSymbol],
        cut: Expr | int,
    ) -> None:
        self.system = system
        self.adjoint = adjoint
        self.cut = cut
        self.lines, self.new = shifts_by_name(system) if system.timed else (list(system.lines), {})
        self.handed_on = {line.name: line for line in self.lines if isinstance(line.rhs, SHIFTS)}
        self.timed = {system.symbols[name] for name in system.timed} | set(self.new)
        self.timed |= {adjoint(symbol) for symbol in self.timed}
        self.timed |= {symbol for name, symbol in seeds.items() if name in system.timed.difference(system.at_end)}
        shares = {name: ones(system.shapes[name]) for name in system.losses}
        self.seeds = {name: self._seeding(name, seed) for name, seed in {**seeds, **shares}.items()}
        self.softmaxes = {line.rhs: line.lhs for line in self.lines if isinstance(line.rhs, Softmax)}
        self.collected: dict[str, list[list[MatrixExpr]]] = {}
        self.from_neighbours: dict[str, list[MatrixExpr]] = {}

    def _seeding(self, name: str, seed: MatrixExpr) -> MatrixExpr:
        """What flows in to an output: at every step, or at the end, which is t = 1 for a state that goes backwards."""
        if name not in self.system.at_end:
            return seed
        return (earlier if self.system.ends_at_first(name) else later)(zeros(seed.shape), seed)

    def gradients(self) -> dict[str, MatrixExpr]:
        """The gradient of every quantity by its name, the last one first."""
        gradients: dict[str, MatrixExpr] = {}
        self._from_neighbours()
        for line in reversed(self.lines):
            gradient = self._total(line.name)
            if gradient is None:
                continue
            gradients[line.name] = gradient
            if line.name in self.handed_on:
                continue
            single = line.role is Role.GATE and line.name not in self.seeds and self._has_one_term(line.name)
            here: dict[str, list[MatrixExpr]] = {}
            with Located(f"equation {line.name}"):
                known = single or not symbols_of(gradient)
                self._pull(gradient if known else self.adjoint(line.lhs), line.lhs, line.rhs, here)
            for name, terms in here.items():
                self.collected.setdefault(name, []).append([_by_name(term, self.softmaxes) for term in terms])
        for leaf in self.system.leaves:
            gradient = self._total(leaf.symbol.name)
            gradients[leaf.symbol.name] = zeros(leaf.symbol.shape) if gradient is None else gradient
        return self._put_in(gradients) if self.handed_on else gradients

    def _from_neighbours(self) -> None:
        """What lines that hand on carry to the step before or behind, and to the ends, before any other line."""
        reached = influential(self.lines, self.seeds) if self.handed_on else set()
        for line in self.handed_on.values():
            if line.name in reached:
                bars: dict[str, list[MatrixExpr]] = {}
                rhs = line.rhs if line.rhs.cut != 0 else line.rhs.func(*line.rhs.args[:2], self.cut)
                for operand, bar in pull_back(self.adjoint(line.lhs), line.lhs, rhs):
                    self._pull(bar, operand, operand, bars)
                for name, terms in bars.items():
                    self.from_neighbours.setdefault(name, []).extend(terms)

    def _pull(self, y_bar: MatrixExpr, y: MatrixExpr, node: MatrixExpr, here: dict[str, list[MatrixExpr]]) -> None:
        """Carry ȳ through an expression down to its symbols, whose gradients are collected by name.

        A part that is the same for every step takes what flows in over all steps.
        """
        if isinstance(node, MatrixSymbol):
            here.setdefault(node.name, []).append(y_bar)
        elif symbols_of(node):
            if isinstance(node, AT_A_STEP) and carries_time(y_bar, self.timed):
                y_bar = add(*self._over_all_steps([y_bar]))
            for operand, bar in pull_back(y_bar, y, node):
                self._pull(bar, operand, operand, here)

    def _has_one_term(self, name: str) -> bool:
        return sum(map(len, self.collected[name])) == 1 and name not in self.from_neighbours

    def _total(self, name: str) -> MatrixExpr | None:
        """All that flows in to a quantity: over all steps, where it has no time of its own."""
        terms = [self.seeds[name]] if name in self.seeds else []
        for group in reversed(self.collected.get(name, [])):
            terms += group
        terms += self.from_neighbours.get(name, [])
        if not terms:
            return None
        if self.timed:
            timeless = name not in self.system.timed and name not in {symbol.name for symbol in self.new}
            terms = self._over_all_steps(terms) if timeless else merged(terms)
        return add(*_positive_first(terms))

    def _over_all_steps(self, terms: Sequence[MatrixExpr]) -> list[MatrixExpr]:
        timed = [term for term in terms if carries_time(term, self.timed)]
        once = [term for term in terms if term not in timed]
        return summed(timed, lambda group: add(*_positive_first(group))) + once

    def _put_in(self, gradients: Mapping[str, MatrixExpr]) -> dict[str, MatrixExpr]:
        """The gradients without those of lines that hand on, which stand where they arrive."""
        arriving = [name for name in gradients if name in self.handed_on]
        values = {self.adjoint(self.handed_on[name].lhs): gradients[name] for name in arriving}
        left = {name: gradient for name, gradient in gradients.items() if name not in self.handed_on}
        for _ in values:
            if not any(symbol in values for gradient in left.values() for symbol in symbols_of(gradient)):
                break
            left = {name: substitute(gradient, values) for name, gradient in left.items()}
        return {name: substitute(gradient, self.new) for name, gradient in left.items()}


def _by_name(expression: MatrixExpr, named: Mapping[MatrixExpr, MatrixSymbol]) -> MatrixExpr:
    """The expression, a softmax that an equation names called by that name: p for softmax(y)."""
    if expression in named:
        return named[expression]
    if not named or isinstance(expression, MatrixSymbol) or not expression.has(Softmax):
        return expression
    parts = [_by_name(part, named) if isinstance(part, MatrixExpr) else part for part in children(expression)]
    return rebuild(expression, parts)


def _positive_first(terms: Iterable[MatrixExpr]) -> list[MatrixExpr]:
    """The terms of a sum in their order, but none with a minus in front where another could stand there."""
    terms = list(terms)
    first_one = next((k for k, term in enumerate(terms) if not factors(term)[0].is_negative), 0)
    return [terms[first_one], *terms[:first_one], *terms[first_one + 1 :]]
