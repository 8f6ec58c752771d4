"""The chain: a backward pass of one step, line by line, run for one step or handed on from step to step, with slips.

Serves to find slips alone; what a function is compared with comes from the derived pass, compiled as a whole.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from sympy import MatrixExpr

from symlstm.checker.functions.inputs import Case
from symlstm.checker.functions.quantities import Array
from symlstm.checker.functions.slips.bend import Bend
from symlstm.checker.functions.slips.symbols import SHIFTED
from symlstm.codegen.numpy_source import NumpyPrinter
from symlstm.system import System

__all__ = ["Chain"]

Values = dict[str, Any]


class Chain:
    """The lines of a batched backward System as code, and runs of them on one case."""

    def __init__(self, back: System, sequence: bool, case: Case) -> None:
        assert back.forward is not None  # it is a backward pass
        self.back, self.sequence, self.case = back, sequence, case
        self.printer = NumpyPrinter({size: f"size_{size}" for size in back.sizes})
        self.codes: dict[tuple[str, MatrixExpr], Any] = {}

    def run(self, bend: Bend) -> Values:
        """The values of all lines, over time stacked, and the gradients of leaves as a compiled pass names them."""
        system = bend.system or self.back
        assert system.forward is not None  # backward passes only
        count = len(system.forward.lines)
        program = [
            (line.name, self._code(line.name, bend.lines.get(line.name, line.rhs), bend)) for line in system.lines
        ]
        leaves = {**self.case.leaves, **bend.leaves}
        base: Values = {**self._sizes(), "np": np, "dtype": np.dtype(float)}
        base.update({name: leaves[name] for name in system.parameters})
        base.update(self._helpers())
        if not self.sequence:
            scope = {**base, **leaves}
            _run(program, scope)
            return _with_tanh(scope)
        return self._over_time(program[:count], program[count:], base, leaves, bend, system)

    def _over_time(
        self, forward: Any, backward: Any, base: Values, leaves: Values, bend: Bend, system: System
    ) -> Values:
        T = self.case.sizes["T"]
        letters = [state.removesuffix("_prev") for state in system.states]
        scopes: list[Values] = []
        for t in range(T):
            scope = {**base, "x": leaves["x"][t]}
            for letter in letters:
                scope[f"{letter}_prev"] = scopes[-1][letter] if scopes else leaves[f"{letter}_0"]
            _run(forward, scope)
            scopes.append(scope)
        self._shifts(scopes)
        carried: Values = {}
        for t in reversed(range(T)):
            scope = scopes[t]
            for letter in letters:
                seed = leaves.get(f"seed_{letter}")
                here = 0 if seed is None else seed[t] if seed.ndim == 3 else seed * (t == T - 1)
                scope[f"seed_{letter}"] = here + (0 if letter in bend.cut else carried.get(letter, 0))
            for name in set(system.seeds) - {f"seed_{letter}" for letter in letters}:
                scope[name] = leaves[name][t]
            _run(backward, scope)
            carried = {letter: scope[f"d_{letter}_prev"] for letter in letters}
        return self._gathered(scopes, carried, bend, system)

    def _gathered(self, scopes: list[Values], carried: Values, bend: Bend, system: System) -> Values:
        """Sums over time for parameters, stacks for all else, the carried gradients for the states before t = 1."""
        found: Values = {f"d_{letter}_0": value for letter, value in carried.items()}
        parameters = {f"d_{name}" for name in system.parameters}
        for line in system.lines:
            stacked = np.stack([scope[line.name] for scope in scopes])
            found[line.name] = _SUMS[bend.summed](stacked) if line.name in parameters else stacked
        return _with_tanh(found)

    def _shifts(self, scopes: list[Values]) -> None:
        """The values of neighbouring steps; at the ends those of the other end, as Python counts from behind."""
        names = [line.name for line in self.back.lines if line.name in scopes[0]] + ["x"]
        for t, scope in enumerate(scopes):
            for word, step in zip(SHIFTED, (-1, 1), strict=True):
                other = scopes[(t + step) % len(scopes)]
                scope.update({f"{name}_{word}": other[name] for name in names})

    def _code(self, name: str, rhs: MatrixExpr, bend: Bend) -> Any:
        changed = bend.code.get(name)
        if changed is not None:
            return compile(changed(self.printer.print(rhs)), "<slip>", "eval")
        if (name, rhs) not in self.codes:
            self.codes[name, rhs] = compile(self.printer.print(rhs), "<slip>", "eval")
        return self.codes[name, rhs]

    def _helpers(self) -> Values:
        made: Values = {"np": np}
        for helper in self.printer.helpers:
            exec(helper, made)
        return made

    def _sizes(self) -> Values:
        sizes = {}
        for size in self.back.sizes:
            name = "B" if str(size).startswith("batch") else str(size)
            sizes[f"size_{size}"] = self.case.sizes.get(name, 4)
        return sizes


_SUMS: Mapping[str, Callable[[Array], Array]] = {
    "": lambda stacked: stacked.sum(axis=0),
    "first": lambda stacked: stacked[0],
    "last": lambda stacked: stacked[-1],
    "mean": lambda stacked: stacked.mean(axis=0),
}


def _run(program: list[tuple[str, Any]], scope: Values) -> None:
    with np.errstate(all="ignore"):
        for name, code in program:
            scope[name] = eval(code, scope)


def _with_tanh(values: Values) -> Values:
    if "c" in values:
        values["tanh_c"] = np.tanh(values["c"])
    return values
