"""Inputs: random values of adversarial scale and shape, and the derived gradients at them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from symlstm.checker.functions.blocks import Blocks
from symlstm.checker.functions.quantities import Array
from symlstm.codegen import lambdify
from symlstm.codegen.function import Function
from symlstm.derive import backprop, through_time
from symlstm.errors import InputError, UnknownNameError, brief
from symlstm.system import LeafKind, System

__all__ = ["SCALES", "Case", "Reference", "Setting", "check_sizes"]

SCALES = {1.0: 1e-12, 1e-3: 1e-12, 30.0: 1e-9, 1e3: 1e-8}  # of inputs and states, with the tolerance of the results
_SIZES = {"n": 3, "d": 5, "B": 2, "T": 4, "r": 2, "o": 6}  # n, d, B, T, n + d and 4 n all differ
_OTHER = 4


@dataclass(frozen=True)
class Setting:
    """What the values are drawn for; `zero` names leaves that a function takes for zero, `ends` seeds at t = T alone.

    `second_bias` splits every bias in two, for a function with two where the cell has their sum; `shares` names seeds
    that come in two arguments, whose sum they are.
    """

    sequence: bool = False
    scale: float = 1.0
    batch: bool = True
    zero: frozenset[str] = frozenset()
    ends: bool = False
    second_bias: bool = False
    seed: int = 0
    shares: frozenset[str] = frozenset()


@dataclass
class Case:
    """Values of all leaves and lines in our form, (n, B) or (T, n, B), and shares of what comes in two arguments."""

    sizes: dict[str, int]
    leaves: dict[str, Array]
    values: dict[str, Array]
    shares: dict[str, Array] = field(default_factory=dict)


class Reference:
    """The derived backward pass of a cell, compiled once for a step and once through time."""

    def __init__(self, cell: System, sizes: Mapping[str, int] | None, seed: int) -> None:
        self.cell = cell
        self.blocks = Blocks(cell)
        self.sizes = {**_SIZES, **check_sizes(sizes)}
        self.seed = seed
        self._compiled: dict[bool, Function] = {}
        self._cases: dict[Setting, Case] = {}

    def function(self, sequence: bool) -> Function:
        """The backward pass as a NumPy function."""
        if sequence not in self._compiled:
            self._compiled[sequence] = lambdify(through_time(self.cell) if sequence else backprop(self.cell))
        return self._compiled[sequence]

    def case(self, setting: Setting) -> Case:
        """Random values for a setting; the same setting gives the same values."""
        if setting not in self._cases:
            self._cases[setting] = self._draw(setting)
        return self._cases[setting]

    def _draw(self, setting: Setting) -> Case:
        generator = np.random.default_rng([self.seed, setting.seed])
        function = self.function(setting.sequence)
        sizes = {**self.sizes, **({} if setting.batch else {"B": 1})}
        leaves = {}
        for leaf in function.columns.leaves:
            name = str(leaf.symbol.name)
            shape = tuple(self._length(side, sizes) for side in leaf.symbol.shape)
            shape = (sizes["T"], *shape) if leaf.timed else shape
            value = generator.standard_normal(shape)
            leaves[name] = _scaled(name, leaf.kind, value, setting)
        case = Case(sizes, leaves, {})
        if setting.second_bias:
            self._split_biases(case, generator)
        for name in sorted(setting.shares):
            case.shares[name] = generator.standard_normal(leaves[name].shape) * (leaves[name] != 0)
        case.values = {**leaves, **function(**leaves)}
        for name in function.columns.seeds:
            timed = name in function.columns.timed
            case.values[f"{name}_last"] = leaves[name][-1] if timed else leaves[name]
        if "c" in case.values:
            case.values["tanh_c"] = np.tanh(case.values["c"])
        return case

    def _split_biases(self, case: Case, generator: np.random.Generator) -> None:
        """A second bias for every gate; the cell has the sum of the two."""
        for gate in self.blocks.gates:
            name = self.blocks.places["b", gate][0]
            case.shares[name] = np.asarray(generator.standard_normal(case.leaves[name].shape))

    def _length(self, side: object, sizes: Mapping[str, int]) -> int:
        known = {symbol: sizes.get(symbol.name, _OTHER) for symbol in getattr(side, "free_symbols", ())}
        known = {symbol: sizes["B"] if symbol.name.startswith("batch") else size for symbol, size in known.items()}
        return int(side.subs(known)) if known else int(side)  # type: ignore[attr-defined, call-overload]


def _scaled(name: str, kind: LeafKind, value: Array, setting: Setting) -> Array:
    """Inputs and states of the scale, weights of the order of 1; what is taken for zero is zero."""
    if name in setting.zero:
        return np.zeros_like(value)
    if setting.ends and name.startswith("seed_") and value.ndim == 3:
        value = np.concatenate([np.zeros_like(value[:-1]), value[-1:]])
    grows = kind in (LeafKind.INPUT, LeafKind.STATE)
    return value * setting.scale if grows else value * (0.7 if kind is LeafKind.PARAMETER else 1)


def check_sizes(sizes: Mapping[str, int] | None) -> dict[str, int]:
    """The sizes that somebody asks for. Raises InputError for what is no size of ours, or no positive integer."""
    for name, size in dict(sizes or {}).items():
        if name not in _SIZES:
            raise UnknownNameError("size", name, _SIZES)
        if not isinstance(size, int) or isinstance(size, bool) or size < 1:
            raise InputError(f"sizes: {name}: expected a positive integer, got {brief(size)}")
    return dict(sizes or {})
