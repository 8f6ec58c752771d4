"""Unrolling: a System over time written out for T steps, each quantity with the number of its step in its name."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from sympy import MatrixExpr, MatrixSymbol

from symlstm.algebra import First, Last, Later, Total, add, rebuild, zeros
from symlstm.algebra.rewrite import children
from symlstm.algebra.time import SHIFTS
from symlstm.errors import InputError, brief
from symlstm.notation.derived import with_suffix
from symlstm.system.equation import Equation
from symlstm.system.leaf import Leaf
from symlstm.system.loops import Way, loops_of
from symlstm.system.recurrence import OVER_TIME, over_time
from symlstm.system.system import System, check_system

__all__ = ["at_steps", "unroll"]


def unroll(system: System, T: int, *, loss: str = "every") -> System:
    """The System for t = 1, …, T: `x_1`, `f_1`, …, `h_T`, one line for each quantity at each step.

    `system` is a cell, which starts from `h_0`, `c_0`, …, or a System over time with or without its backward pass. The
    backward pass of the result sums the gradients of the parameters over the steps. Linear in T in time and length.
    Where there are losses, they alone count, at every step, or with `loss` = "last" at t = T.
    Raises InputError for a T that is no positive integer.

    >>> from symlstm.cells import cell
    >>> print(unroll(cell("rnn"), 2))
    h₁ = tanh(W_h·[h₀; x₁] + b_h)
    h₂ = tanh(W_h·[h₁; x₂] + b_h)
    """
    check_system(system, "unroll")
    if not isinstance(T, int) or isinstance(T, bool) or T < 1:
        raise InputError(f"unroll: T: expected a positive number of steps, got {brief(T)}")
    return _Unrolling(over_time(system, loss=loss), T).system()


def at_steps(system: System, T: int) -> Callable[[MatrixExpr, int | None], MatrixExpr]:
    """What an expression in the quantities of a System over time is at a step, in those of `unroll(system, T)`."""
    return _Unrolling(system, T).expression


class _Unrolling:
    """The quantities of a System over time by step; those that only hand on stand for what they hand on."""

    def __init__(self, given: System, T: int) -> None:
        self.given = given
        self.T = T
        self.at: list[dict[MatrixSymbol, MatrixSymbol]] = [{} for _ in range(T + 1)]
        for leaf in given.leaves:
            if leaf.timed:
                self._stamp(leaf.symbol)
        handed_on = {line.lhs for line in given.lines if line.hands_on}
        for line in given.lines:
            if line.name in given.timed and line.lhs not in handed_on:
                self._stamp(line.lhs)
        for line in given.lines:
            if line.lhs in handed_on:
                for t in range(1, T + 1):
                    self.at[t][line.lhs] = self.expression(line.rhs, t)
        self.handed_on = handed_on

    def _stamp(self, symbol: MatrixSymbol) -> None:
        for t in range(1, self.T + 1):
            self.at[t][symbol] = MatrixSymbol(with_suffix(symbol.name, f"_{t}"), *symbol.shape)

    def system(self) -> System:
        """The whole System."""
        given = self.given
        lines = [line for loop in loops_of(given) for line in self._loop(loop.way, loop.lines)]
        outputs = tuple(name for output in given.outputs for name in self._output(output))
        forward = _Unrolling(given.forward, self.T).system() if given.forward else None
        if forward:
            lines = [*forward.lines, *(line for line in lines if line.name not in forward)]
        name = f"{given.name.removesuffix(OVER_TIME).removesuffix(' through time')} unrolled"
        name = f"{forward.name} backward" if forward else name
        return System(name, self._leaves(), tuple(lines), outputs, forward, steps=self.T)

    def _leaves(self) -> tuple[Leaf, ...]:
        leaves = []
        for leaf in self.given.leaves:
            steps = range(1, self.T + 1) if leaf.timed else [None]
            leaves += [leaf if t is None else replace(leaf, symbol=self.at[t][leaf.symbol], timed=False) for t in steps]
        return tuple(leaves)

    def _output(self, name: str) -> list[str]:
        if name not in self.given.timed:
            return [name]
        if name not in self.given.at_end:
            return [with_suffix(name, f"_{t}") for t in range(1, self.T + 1)]
        return [with_suffix(name, f"_{1 if self.given.ends_at_first(name) else self.T}")]

    def _loop(self, way: Way | None, lines: list[Equation]) -> list[Equation]:
        lines = [line for line in lines if line.lhs not in self.handed_on]
        stepwise = [line for line in lines if line.name in self.given.timed]
        steps = range(1, self.T + 1) if way is Way.UP else range(self.T, 0, -1)
        written = [self._line(line, t) for t in steps for line in stepwise]
        return written + [self._line(line, None) for line in lines if line.name not in self.given.timed]

    def _line(self, line: Equation, t: int | None) -> Equation:
        lhs = line.lhs if t is None else self.at[t][line.lhs]
        of = f"{line.of}_{t}" if line.of and t is not None else line.of
        return replace(line, lhs=lhs, rhs=self.expression(line.rhs, t), of=of, system=None)

    def expression(self, node: MatrixExpr, t: int | None) -> MatrixExpr:
        """An expression at step t."""
        if isinstance(node, MatrixSymbol):
            return self.at[t][node] if t is not None and node in self.at[t] else node
        if not isinstance(node, MatrixExpr):
            return node
        if type(node) in _AT:
            return _AT[type(node)](self, node, t)
        if isinstance(node, SHIFTS):
            return self._shifted(node, t)
        before = children(node)
        after = [self.expression(part, t) for part in before]
        return node if after == before else rebuild(node, after)

    def _shifted(self, node: MatrixExpr, t: int | None) -> MatrixExpr:
        assert t is not None
        ahead = isinstance(node, Later)
        if t == (self.T if ahead else 1):
            return self.expression(node.beyond, t)
        if node.cut != 0 and (t if ahead else t - 1) % self._length(node) == 0:
            return zeros(node.shape)
        return self.expression(node.matrix, t + 1 if ahead else t - 1)

    def _length(self, node: MatrixExpr) -> int:
        if not node.cut.is_Integer:
            raise InputError(f"unroll: {self.given.name} is cut every {node.cut} steps; give a number instead")
        return int(node.cut)

    def _total(self, node: MatrixExpr, t: int | None) -> MatrixExpr:
        return add(*(self.expression(node.matrix, step) for step in range(1, self.T + 1)))

    def _end(self, node: MatrixExpr, t: int | None, step: Callable[["_Unrolling"], int]) -> MatrixExpr:
        return self.expression(node.matrix, step(self))


_AT: Mapping[type[MatrixExpr], Callable[..., MatrixExpr]] = {
    Total: _Unrolling._total,
    First: partial(_Unrolling._end, step=lambda unrolling: 1),
    Last: partial(_Unrolling._end, step=lambda unrolling: unrolling.T),
}
