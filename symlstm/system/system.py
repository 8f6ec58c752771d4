"""System: an immutable, ordered list of named equations with the quantities that flow into it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any

from sympy import Expr, MatrixExpr, MatrixSymbol, Symbol

from symlstm.algebra import Later, show_shape, substitute, symbols_of
from symlstm.algebra.steps import carries_time, symbols_now
from symlstm.errors import DefinitionError, InputError, UnknownNameError, brief
from symlstm.formats import formatter
from symlstm.notation.derived import innermost, is_derived
from symlstm.system.equation import Equation, Role
from symlstm.system.leaf import Leaf, LeafKind

__all__ = ["System", "check_system"]


@dataclass(frozen=True, repr=False)
class System:
    """An ordered list of named equations over SymPy matrix expressions.

    Each right side uses leaves and names defined above it. `forward` is the System whose derivatives (adjoints,
    tangents or Jacobians) this one adds. In a System over time, which has leaves for every step, lines hold for
    t = 1, …, T, and may use names defined below at earlier or later steps; its outputs count at every step, those named
    in `at_end` at t = T alone. `steps` is T where a System over time was unrolled: its names end in the number of the
    step.
    Raises DefinitionError for a name that is defined twice, never, or below its first use.
    """

    name: str
    leaves: tuple[Leaf, ...]
    lines: tuple[Equation, ...]
    outputs: tuple[str, ...]
    forward: System | None = None
    at_end: tuple[str, ...] = ()
    steps: int = 0

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[A-Za-z][\w .-]*", self.name if isinstance(self.name, str) else "", re.ASCII):
            raise DefinitionError(
                f"{self.name!r} is no name for a system; choose letters and digits, for example 'lstm'"
            )
        known = dict.fromkeys(leaf.symbol for leaf in self.leaves)
        later = {line.lhs for line in self.lines}
        names = [leaf.symbol.name for leaf in self.leaves] + [line.name for line in self.lines]
        if twice := [name for name, count in Counter(names).items() if count > 1]:
            raise DefinitionError(f"system {self.name}: {twice[0]} is defined twice; rename one of the two")
        over_time = any(leaf.timed for leaf in self.leaves)
        needed = symbols_now if over_time else symbols_of
        for line in self.lines:
            for symbol in needed(line.rhs):
                if symbol not in known:
                    raise DefinitionError(f"system {self.name}, equation {line.name}: {self._undefined(symbol, later)}")
            known.setdefault(line.lhs)
        if over_time:
            self._check_shifts(known)
        for output in self.outputs:
            if output not in names:
                raise DefinitionError(f"system {self.name}: the output {output} is not defined by any equation")

    def _check_shifts(self, known: Mapping[MatrixSymbol, None]) -> None:
        for line in self.lines:
            for symbol in symbols_of(line.rhs):
                if symbol not in known:
                    raise DefinitionError(f"system {self.name}, equation {line.name}: {self._undefined(symbol, set())}")

    def _undefined(self, symbol: MatrixSymbol, later: set[MatrixSymbol]) -> str:
        symbols = [leaf.symbol for leaf in self.leaves] + [line.lhs for line in self.lines]
        same_name = [other for other in symbols if other.name == symbol.name]
        if symbol in later:
            return f"{symbol.name} is used before it is defined; the equations go round in a circle or are out of order"
        if same_name:
            here, there = show_shape(symbol.shape), show_shape(same_name[0].shape)
            return f"{symbol.name} has shape {here} here and {there} where it is declared"
        return f"{symbol.name} is not defined; declare it as an input, a state or a parameter"

    def __hash__(self) -> int:  # of little, so that it is fast; equality looks at everything
        return hash((self.name, len(self.leaves), len(self.lines), self.outputs, self.steps))

    @cached_property
    def _by_name(self) -> dict[str, Equation]:
        return {line.name: replace(line, system=self) for line in self.lines}

    @property
    def equations(self) -> tuple[Equation, ...]:
        """The equations, in order; each knows its System."""
        return tuple(self._by_name.values())

    def _names(self, *kinds: LeafKind) -> tuple[str, ...]:
        return tuple(str(leaf.symbol.name) for leaf in self.leaves if leaf.kind in kinds)

    @property
    def inputs(self) -> tuple[str, ...]:
        """The names of what is fed in: the input x, and the seeds and tangents of a derivative."""
        return self._names(LeafKind.INPUT, LeafKind.SEED, LeafKind.TANGENT)

    @property
    def seeds(self) -> tuple[str, ...]:
        """The names of the gradients that come from outside."""
        return self._names(LeafKind.SEED)

    @property
    def tangents(self) -> tuple[str, ...]:
        """The names of the directions in which a forward mode differentiates."""
        return self._names(LeafKind.TANGENT)

    @property
    def derivative(self) -> Role | None:
        """What the System adds to `forward`: adjoints, tangents or Jacobians; None for one that adds to none."""
        return self.lines[-1].role if self.forward is not None and self.lines else None

    @property
    def states(self) -> tuple[str, ...]:
        """The names of the states of the step before."""
        return self._names(LeafKind.STATE)

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of the weights and biases."""
        return self._names(LeafKind.PARAMETER)

    @cached_property
    def losses(self) -> tuple[str, ...]:
        """The names of the outputs that are shares of the loss L, the sum of their entries."""
        return tuple(line.name for line in self.lines if line.role is Role.LOSS and line.name in self.outputs)

    @cached_property
    def timed(self) -> frozenset[str]:
        """The names of what there is one of for every step: none but in a System over time."""
        timed = {str(leaf.symbol.name): leaf.symbol for leaf in self.leaves if leaf.timed}
        if timed:
            for line in self.lines:  # a derivative of what has a time has one, be it the same at every step
                if line.of in timed or carries_time(line.rhs, timed.values()):
                    timed[line.name] = line.lhs
        return frozenset(timed)

    @cached_property
    def stamps(self) -> Mapping[str, tuple[str, str, int]]:
        """Of the names with a step in them: which quantity each is, and when, from t = 0, t = T, or by number."""
        starts = {line.rhs.beyond: line.rhs for line in self.lines if line.hands_on}
        states = {leaf.symbol for leaf in self.leaves if leaf.kind is LeafKind.STATE}
        stamps = {
            str(start.name): (shift.matrix.name, "T", 1) if isinstance(shift, Later) else (shift.matrix.name, "", 0)
            for start, shift in starts.items()
            if start in states
        }
        if self.steps:
            names = (leaf.symbol.name for leaf in self.leaves if leaf.kind is not LeafKind.PARAMETER)
            for name in (*names, *(line.name for line in self.lines)):
                if (found := re.fullmatch(r"(.+)_(\d+)", name)) and not is_derived(name):
                    stamps[name] = found[1], "", int(found[2])
            for name in self._starts_at_last(stamps):
                stamps[name] = stamps[name][0], "", self.steps + 1
            stamps |= self._ends_of_seeds()
        return stamps

    def _ends_of_seeds(self) -> dict[str, tuple[str, str, int]]:
        """Of the seeds, unrolled, that flow in at one end alone, such as seed_c, at which step they do."""
        outputs = {name for system in (self.forward, self) if system for name in system.outputs}
        at = {seed: [t for t in (self.steps, 1) if f"{innermost(seed)}_{t}" in outputs] for seed in self.seeds}
        return {seed: (seed, "", t[0]) for seed, t in at.items() if t and f"{seed}_{t[0]}" not in self.symbols}

    def _starts_at_last(self, stamps: Mapping[str, tuple[str, str, int]]) -> list[str]:
        """The initial states of an unrolled System that its last step starts from: those of a way back."""
        users: dict[str, list[int]] = {name: [] for name in self.states if name in stamps}
        for line in self.lines if self.steps > 1 else ():
            for symbol in symbols_of(line.rhs) if line.name in stamps else ():
                if symbol.name in users:
                    users[str(symbol.name)].append(stamps[line.name][2])
        return [name for name, steps in users.items() if steps and min(steps) == self.steps]

    def ends_at_first(self, output: str) -> bool:
        """Whether an output that counts at the end has its end at t = 1: a state that is handed on backwards."""
        handed_on = (line.rhs for line in self.lines if line.hands_on)
        return any(isinstance(shift, Later) and shift.matrix.name == output for shift in handed_on)

    @cached_property
    def symbols(self) -> Mapping[str, MatrixSymbol]:
        """Every name of the System, leaves first, with its symbol."""
        symbols = [leaf.symbol for leaf in self.leaves] + [line.lhs for line in self.lines]
        return MappingProxyType({str(symbol.name): symbol for symbol in symbols})

    @property
    def shapes(self) -> dict[str, tuple[Expr, Expr]]:
        """Every name of the System with its number of rows and columns."""
        return {name: symbol.shape for name, symbol in self.symbols.items()}

    @cached_property
    def sizes(self) -> frozenset[Symbol]:
        """The dimension symbols that occur in the shapes."""
        return frozenset(symbol for shape in self.shapes.values() for side in shape for symbol in side.free_symbols)

    def closed_form(self, name: str) -> MatrixExpr:
        """One expression for a quantity, its named intermediates put in.

        In a System of derivatives these are put in and the forward quantities stay named; elsewhere everything is put
        in, down to inputs, states and parameters.
        Raises UnknownNameError for a name that no equation defines.
        """
        kept = self.forward._by_name if self.forward else {}
        values: dict[MatrixSymbol, MatrixExpr] = {}
        target = self[name]
        for line in self.lines:
            try:
                expanded = substitute(line.rhs, values)
            except RecursionError:
                raise InputError(f"closed form of {name}: nested too deeply; its named lines say the same") from None
            if line.name == target.name:
                if self.timed and any(symbol in values for symbol in symbols_of(expanded)):
                    raise InputError(
                        f"closed form of {name}: it depends on itself at other steps; its named lines say how, and so "
                        f"does the closed form of sl.unroll({self.name.split()[0]}, T)"
                    )
                return expanded
            if line.name not in kept:
                values[line.lhs] = expanded
        raise AssertionError(name)

    def inlined(self) -> tuple[Equation, ...]:
        """The equations with every net input put where it is used; each knows its System."""
        values = {line.lhs: line.rhs for line in self.lines if line.role is Role.NET_INPUT}
        left = (line for line in self.lines if line.lhs not in values)
        return tuple(replace(line, rhs=substitute(line.rhs, values), system=self) for line in left)

    def latex(self, **options: Any) -> str:
        """All equations in LaTeX, an `aligned` block with one equation a line.

        Options are those of `symlstm.latex`: `notation`, `net_inputs`, `shapes`.
        """
        return formatter("latex")(self, **options)

    def text(self, **options: Any) -> str:
        """All equations in Unicode text, one a line; options as for `latex`."""
        return formatter("text")(self, **options)

    def _repr_latex_(self) -> str:
        return f"$${self.latex()}$$"

    def __reduce__(self) -> tuple[type[System], tuple[Any, ...]]:
        return System, tuple(getattr(self, field.name) for field in fields(self))

    def __getitem__(self, name: str) -> Equation:
        if not isinstance(name, str) or name not in self._by_name:
            raise UnknownNameError(f"equation of {self.name}", name, self._by_name)
        return self._by_name[name]

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    def __iter__(self) -> Iterator[Equation]:
        return iter(self.equations)

    def __len__(self) -> int:
        return len(self.lines)

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        names = ", ".join(line.name for line in self.lines)
        return f"<System {self.name}: {names} from {', '.join(str(leaf.symbol.name) for leaf in self.leaves)}>"


def check_system(value: object, who: str) -> None:
    """Raise InputError, in the name of the function `who`, for anything but a System."""
    if not isinstance(value, System):
        raise InputError(f"{who}: expected a System, as sl.cell gives one, got {brief(value)}")
