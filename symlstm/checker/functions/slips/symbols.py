"""Slips at symbols: another gate, another state, another time index, a transpose that is missing."""

import re
from collections.abc import Iterator
from itertools import permutations

from sympy import MatrixSymbol

from symlstm.algebra import substitute, symbols_of
from symlstm.checker.functions.slips.bend import Bend, adjoints, shown
from symlstm.system import Equation, System

__all__ = ["SHIFTED", "swap_slips", "symbol_slips", "time_slips", "transpose_slips", "weight_slips"]

SHIFTED = {"before": "t−1", "after": "t+1"}  # values of neighbouring steps, which the chain over time knows


def _values(back: System) -> list[MatrixSymbol]:
    """The vectors of the forward pass."""
    adjoint = {line.name for line in adjoints(back)}
    return [symbol for name, symbol in back.symbols.items() if name not in (*back.parameters, *back.seeds, *adjoint)]


def _parameters_of(back: System) -> list[Equation]:
    return [line for line in adjoints(back) if line.of in back.parameters]


def weight_slips(back: System) -> Iterator[Bend]:
    """In the gradients of all weights, then of single ones: h_t for h_{t-1} and the like."""
    values = _values(back)
    for old in values:
        for new in values:
            if new == old or new.shape != old.shape:
                continue
            lines = {
                line.name: substitute(line.rhs, {old: new})
                for line in _parameters_of(back)
                if old in symbols_of(line.rhs)
            }
            if lines:
                hint = f"{shown(new)} stands where {shown(old)} belongs in the gradients of the weights"
                yield Bend(hint, lines)
    for line in _parameters_of(back):
        yield from _substituted(line, values, back)


def symbol_slips(back: System) -> Iterator[Bend]:
    """One vector for another in a line of the backward pass."""
    values = _values(back)
    for line in adjoints(back):
        if line.of not in back.parameters:
            yield from _substituted(line, values, back)


def _substituted(line: Equation, values: list[MatrixSymbol], back: System) -> Iterator[Bend]:
    for old in symbols_of(line.rhs):
        found = old in values
        others = values if found else [one.lhs for one in adjoints(back)]
        for new in others:
            if new != old and new.shape == old.shape and old.name not in back.parameters and new != line.lhs:
                hint = f"{_kind(old, new, back)}: {shown(new)} stands where {shown(old)} belongs in {shown(line.name)}"
                yield Bend(hint, {line.name: substitute(line.rhs, {old: new})})


def _kind(old: MatrixSymbol, new: MatrixSymbol, back: System) -> str:
    """The kind of confusion."""
    states = {name for state in back.states for name in (state, state.removesuffix("_prev"))}
    names = {str(old.name), str(new.name)}
    if names <= states:
        bare = {name.removesuffix("_prev") for name in names}
        return "wrong time index" if len(bare) == 1 else "wrong state"
    if any(name.startswith(("d_", "seed_")) for name in names):
        return "wrong gradient"
    return "wrong gate" if not names & states else "wrong quantity"


def swap_slips(back: System) -> Iterator[Bend]:
    """Two gates exchanged everywhere in the backward pass."""
    gates = [back.symbols[line.of] for line in adjoints(back) if f"a_{line.of}" in back]
    for k, first in enumerate(gates):
        for second in gates[k + 1 :]:
            both = {first: second, second: first}
            lines = {line.name: substitute(line.rhs, both) for line in adjoints(back)}
            yield Bend(f"wrong gate order: {first.name} and {second.name} are exchanged in the backward pass", lines)
    yield from _stacked_otherwise(back)


def _stacked_otherwise(back: System) -> Iterator[Bend]:
    """The gradients of the net inputs stacked in another order than the weights."""
    nets = [line.lhs for line in adjoints(back) if line.of.startswith("a_")]
    leaves = [line for line in adjoints(back) if line.of in (*back.parameters, *back.states, *back.inputs)]
    for order in permutations(nets) if 1 < len(nets) <= 4 else ():
        exchanged = dict(zip(nets, order, strict=True))
        if order != tuple(nets):
            moved = ", ".join(
                f"δ{new.name[2:]} in the place of δ{old.name[2:]}" for old, new in exchanged.items() if old != new
            )
            yield Bend(
                f"wrong gate order: gradients of net inputs are stacked in another order than the weights: {moved}",
                {line.name: substitute(line.rhs, exchanged) for line in leaves},
            )


def time_slips(back: System, sequence: bool) -> Iterator[Bend]:
    """A value of the step before or after in the place of one of step t."""
    if not sequence:
        return
    values = _values(back)
    for line in adjoints(back):
        for old in [symbol for symbol in symbols_of(line.rhs) if symbol in values and symbol.name[-5:] != "_prev"]:
            for word, index in SHIFTED.items():
                new = MatrixSymbol(f"{old.name}_{word}", *old.shape)
                words = f"{old.name} of step {index} stands where that of step t belongs in {shown(line.name)}"
                hint = f"wrong time index: {words}"
                yield Bend(hint, {line.name: substitute(line.rhs, {old: new})})
    for old in [symbol for symbol in values if symbol.name in back.inputs]:
        for word, index in SHIFTED.items():
            new = MatrixSymbol(f"{old.name}_{word}", *old.shape)
            lines = {line.name: substitute(line.rhs, {old: new}) for line in _parameters_of(back)}
            yield Bend(f"wrong time index: {old.name} of step {index} stands in the gradients of the weights", lines)


def transpose_slips(back: System) -> Iterator[Bend]:
    """A transpose that is missing: of every matrix in a line, then of single ones."""
    for line in adjoints(back):
        if line.of in back.parameters:
            yield Bend(f"the transpose is missing in {shown(line.name)}", code={line.name: _no_transpose})
            continue
        matrices = [
            symbol for symbol in symbols_of(line.rhs) if symbol.name in back.parameters and symbol.shape[1] != 1
        ]
        if matrices:
            hint = f"a transpose is missing in {shown(line.name)}: W stands where Wᵀ belongs, for every matrix"
            yield Bend(hint, code={line.name: _no_transpose})
        for symbol in matrices:
            hint = f"a transpose is missing in {shown(line.name)}: {symbol.name} stands where {symbol.name}ᵀ belongs"
            yield Bend(hint, code={line.name: _Untransposed(str(symbol.name))})
    lines = [line.name for line in adjoints(back) if line.of in (*back.states, *back.inputs)]
    hint = "a transpose is missing: W stands where Wᵀ belongs, in the gradients of the input and the states"
    yield Bend(hint, code=dict.fromkeys(lines, _no_transpose))
    weights = [line.name for line in _parameters_of(back)]
    yield Bend("the transpose is missing in the gradients of all weights", code=dict.fromkeys(weights, _no_transpose))


def _no_transpose(code: str) -> str:
    return re.sub(r"\.T\b", "", code)


class _Untransposed:
    """Takes the transpose off one matrix in the code of a line."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, code: str) -> str:
        return re.sub(rf"\b({self.name}(?:\[[^\]]*\])?)\.T\b", r"\1", code)
