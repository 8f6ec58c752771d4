"""Composition: Systems one after the other, by name; names and sizes that are replaced throughout a System."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import NoReturn

from sympy import Basic, Expr, Identity, MatrixExpr, MatrixSymbol, OneMatrix, Symbol, ZeroMatrix
from sympy.core.symbol import Str

from symlstm.algebra import rebuild, same_shape, show_shape, symbols_of
from symlstm.algebra.dimensions import same
from symlstm.algebra.rewrite import children
from symlstm.errors import DefinitionError, InputError, ShapeError, UnknownNameError, brief
from symlstm.system.builder import check_free
from symlstm.system.equation import Equation, Role
from symlstm.system.leaf import Leaf, LeafKind
from symlstm.system.recurrence import OVER_TIME, over_time
from symlstm.system.system import System, check_system

__all__ = ["check_forward", "compose", "rename", "resize"]

_PREVIOUS = "_prev"
_NO_SIZES: Mapping[Symbol, Expr] = {}


def rename(system: System, names: Mapping[str, str] | Callable[[str], str]) -> System:
    """The forward System with other names: `names` maps old ones to new ones, or is a function of a name.

    A state is a pair: with h, its value of the step before goes from h_prev to s_prev. Renaming the parameters of one
    System to those of another ties the weights of the two when they are composed. Raises UnknownNameError for a name
    that is not there, DefinitionError for one that is none, for two that become one, for a state without its pair, and
    for a backward pass, which is derived from the renamed step.

    >>> import symlstm as sl
    >>> print(rename(sl.cell("rnn"), {"h": "s", "W_h": "V"}))
    sₜ = tanh(V·[sₜ₋₁; xₜ] + b_h)
    """
    check_forward("rename", system)
    if system.timed or system.steps:
        raise DefinitionError(
            f"rename: {system.name} has steps already; rename the single step, then take it over time"
        )
    new = _new_names(system, names)
    for old, name in new.items():
        if old != name:
            _check_name(name)
            if name.endswith(_PREVIOUS) and not old.endswith(_PREVIOUS):
                raise DefinitionError(f"rename: {name} is a name for the step before, and {old} is of this one")
    if twice := [name for name, count in Counter(new.values()).items() if count > 1]:
        first, second = [old for old, name in new.items() if name == twice[0]][:2]
        raise DefinitionError(f"rename: {first} and {second} would both be called {twice[0]}")
    return _replaced(system, new, _NO_SIZES)


def _check_name(name: object) -> None:
    if not isinstance(name, str):
        raise InputError(f"rename: expected a name, got {brief(name)}")
    check_free(name)


def _new_names(system: System, names: Mapping[str, str] | Callable[[str], str]) -> dict[str, str]:
    """Every name with its new one; a state of the step before follows its state."""
    if isinstance(names, Mapping):
        for name in names:
            if name not in system.symbols:
                raise UnknownNameError(f"name to change in {system.name}", name, system.symbols)
        table = names
    elif callable(names):
        table = {name: names(name) for name in system.symbols if name not in system.states}
    else:
        raise InputError(f"rename: expected names by name, as in {{'h': 's'}}, or a function, got {brief(names)}")
    new = {name: table.get(name, name) for name in system.symbols}
    for previous in system.states:
        state = previous.removesuffix(_PREVIOUS)
        pair = f"{new.get(state, state)}{_PREVIOUS}"
        if previous not in table:
            new[previous] = pair
        elif new[previous] != pair:
            raise DefinitionError(f"rename: {state} and {previous} are one state; with {pair} goes {new[previous]!r}")
    return new


def resize(system: System, sizes: Mapping[Symbol, Expr]) -> System:
    """The forward System with other sizes in the place of size symbols."""
    changed = {old: new for old, new in sizes.items() if old != new}
    return _replaced(system, {}, changed) if changed else system


def _replaced(system: System, names: Mapping[str, str], sizes: Mapping[Symbol, Expr]) -> System:
    """The System with names and sizes replaced, products and sums as they were."""
    done: dict[Basic, Basic] = {}

    def called(symbol: MatrixSymbol) -> MatrixSymbol:
        shape = (side.subs(sizes, simultaneous=True) for side in symbol.shape)
        return MatrixSymbol(names.get(symbol.name, symbol.name), *shape)

    def visit(node: Basic) -> Basic:
        if node not in done:
            done[node] = descend(node)
        return done[node]

    def descend(node: Basic) -> Basic:
        if isinstance(node, MatrixSymbol):
            return called(node)
        if isinstance(node, Str):
            return Str(names.get(node.name, node.name))
        if not isinstance(node, MatrixExpr) or isinstance(node, OneMatrix | ZeroMatrix | Identity):
            return node.subs(sizes, simultaneous=True) if sizes and node.free_symbols else node
        return rebuild(node, [visit(part) for part in children(node)])

    leaves = tuple(replace(leaf, symbol=called(leaf.symbol)) for leaf in system.leaves)
    lines = tuple(replace(line, lhs=called(line.lhs), rhs=visit(line.rhs)) for line in system.lines)
    return replace(system, leaves=leaves, lines=lines, outputs=tuple(names.get(name, name) for name in system.outputs))


def compose(*systems: System, name: str | None = None) -> System:
    """Forward Systems one after the other, put together by name.

    An input of a later System that an earlier one defines is fed by it; inputs, states and parameters of one name, kind
    and shape are shared, so that weights of one name are tied and their gradient is a sum. Size symbols of a later
    System take the sizes of what it is fed with or shares. Outputs are the new states, the losses, and those outputs of
    the parts that nothing uses. Where one of them is over time, all are. The name is that of the parts unless `name`
    says otherwise.
    Raises DefinitionError for a name that is defined twice or means two things and for a later System without states,
    such as a readout, that shares no name with those before it, ShapeError for sizes that do not fit.

    >>> import symlstm as sl
    >>> step = compose(sl.cell("rnn", n=5, d=3), sl.readout(rows=2))
    >>> print(step.text(shapes=True))
    hₜ = tanh(W_h·[hₜ₋₁; xₜ] + b_h)   ∈ ℝ^5
    yₜ = W_y·hₜ + b_y                 ∈ ℝ^2
    """
    if not systems:
        raise InputError("compose: expected at least one System, got none")
    for system in systems:
        check_forward("compose", system)
    if name is None:
        name = " ".join(system.name.removesuffix(OVER_TIME) for system in systems)
    if any(system.timed for system in systems):
        systems = tuple(over_time(system) for system in systems)
        name = f"{name.removesuffix(OVER_TIME)}{OVER_TIME}"
    whole = _Composed()
    for system in systems:
        whole.append(system)
    return whole.system(name)


class _Composed:
    """The leaves and lines of the Systems so far."""

    def __init__(self) -> None:
        self.leaves: dict[str, Leaf] = {}
        self.lines: dict[str, Equation] = {}
        self.outputs: dict[str, None] = {}
        self.at_end: set[str] = set()
        self.origin: dict[str, str] = {}

    def append(self, system: System) -> None:
        """Put a System behind the others, its sizes bound to theirs."""
        given = [leaf for leaf in system.leaves if leaf.symbol.name in self.origin]
        if self.origin and not given and not system.states:
            defined, wanted = ", ".join(self.lines), ", ".join(system.inputs)
            raise DefinitionError(
                f"compose: {system.name} takes nothing from what stands before it, which defines {defined}; it asks "
                f"for {wanted}: give the name that it is to take, as in sl.readout(of='h_l2'), or put it first"
            )
        system = resize(system, _bound([(leaf.symbol.shape, self._symbol(leaf).shape) for leaf in given]))
        for line in system.lines:
            if line.name in self.origin:
                self._refuse(line.name, system, "defined")
        for leaf in system.leaves:
            self._connect(leaf, system)
            self.origin.setdefault(str(leaf.symbol.name), system.name)
        self.lines |= {line.name: line for line in system.lines}
        self.origin |= {line.name: system.name for line in system.lines}
        self.outputs |= dict.fromkeys(system.outputs)
        self.at_end |= set(system.at_end)

    def _symbol(self, leaf: Leaf) -> MatrixSymbol:
        name = str(leaf.symbol.name)
        return self.lines[name].lhs if name in self.lines else self.leaves[name].symbol

    def _connect(self, leaf: Leaf, system: System) -> None:
        """Feed a leaf from a line above, share it, or declare it."""
        name = str(leaf.symbol.name)
        if name not in self.origin:
            self.leaves[name] = leaf
            return
        kind = LeafKind.INPUT if name in self.lines else self.leaves[name].kind
        if leaf.kind is not kind:
            self._refuse(name, system, _of_kind(leaf.kind))
        here = self._symbol(leaf).shape
        if not same_shape(here, leaf.symbol.shape):
            advice = "give both the same sizes, or rename one of the two"
            if not same(here[1], leaf.symbol.shape[1]):
                advice = "compose the steps for one column, then take sl.batched of the result"
            raise ShapeError(
                f"compose: {name} is {show_shape(here)} in {self.origin[name]} and {show_shape(leaf.symbol.shape)} in "
                f"{system.name}; {advice}"
            )

    def _refuse(self, name: str, system: System, here: str) -> NoReturn:
        """Say that a name stands for two things."""
        there = _of_kind(self.leaves[name].kind) if name in self.leaves else "defined"
        if (there, here) == ("an input", "defined"):
            raise DefinitionError(
                f"compose: {name} is an input of {self.origin[name]}, and {system.name} behind it defines it; put "
                f"{system.name} first"
            )
        both = f"{there} in {self.origin[name]} and {here}" if there != here else f"{here} in {self.origin[name]} and"
        raise DefinitionError(f"compose: {name} is {both} in {system.name}; rename one of the two with sl.rename")

    def system(self, name: str) -> System:
        """All of them as one System; a state that is used within the step as well counts at the end."""
        lines = tuple(self.lines.values())
        used = {str(symbol.name) for line in lines if not line.hands_on for symbol in symbols_of(line.rhs)}
        starts = {leaf.symbol.name for leaf in self.leaves.values() if leaf.kind is LeafKind.STATE}
        states = {line.name for line in lines if {f"{line.name}{_PREVIOUS}", f"{line.name}_0"} & starts}
        kept = [
            line.name
            for line in lines
            if line.name in states or (line.name in self.outputs and (line.role is Role.LOSS or line.name not in used))
        ]
        over_all = any(leaf.timed for leaf in self.leaves.values())
        at_end = [name for name in kept if over_all and (name in self.at_end or (name in states and name in used))]
        leaves = sorted(self.leaves.values(), key=lambda leaf: list(LeafKind).index(leaf.kind))
        whole = System(name, tuple(leaves), lines, tuple(kept), at_end=tuple(at_end))
        return over_time(whole) if over_all else whole


def _bound(pairs: Sequence[tuple[Sequence[Expr], Sequence[Expr]]]) -> dict[Symbol, Expr]:
    """What the size symbols of a System stand for, whose shapes are to be those on the right; the first one wins."""
    bound: dict[Symbol, Expr] = {}
    for own, other in ((own, other) for here, there in pairs for own, other in zip(here, there, strict=True)):
        if isinstance(own, Symbol):
            bound.setdefault(own, other)
    return {symbol: size for symbol, size in bound.items() if not same(symbol, size)}


def _of_kind(kind: LeafKind) -> str:
    return f"an {kind}" if kind is LeafKind.INPUT else f"a {kind}"


def check_forward(who: str, system: object) -> None:
    """Raise InputError, in the name of `who`, for anything but a System, DefinitionError for a backward pass."""
    check_system(system, who)
    assert isinstance(system, System)
    if system.forward is not None or system.seeds:
        raise DefinitionError(
            f"{who}: {system.name} is a backward pass; {who} the forward steps, then take sl.backprop of the result"
        )
