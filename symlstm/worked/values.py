"""Values by name, by family or by word: "identity", "zeros", "ones", "random"."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.random import Generator
from sympy import BlockMatrix, Expr, Integer, MatMul, MatrixSymbol, Symbol

from symlstm.algebra import B, show_shape
from symlstm.codegen.arguments import as_numbers
from symlstm.errors import InputError, UnknownNameError
from symlstm.system import LeafKind, System

__all__ = ["WORDS", "default_seeds", "resolve"]

WORDS = ("identity", "zeros", "ones", "random")
_LARGEST = 1_000_000


def resolve(
    system: System, values: Mapping[str, Any], *, sizes: Mapping[str, int] | None = None, seed: int = 0
) -> dict[str, Any]:
    """Every leaf of the System with its array: words are made into arrays, families spread over their members.

    A number fills the whole array; {"random": 3} is a word with a seed of its own. A key is a name (`W_f`), a family
    (`W` for every W_…) or `*` for all the rest; the more special one wins. The dimensions come from `sizes` (by name:
    n, d, B) and from the arrays. Seeds of a backward pass that are not given are those of `default_seeds`.
    Raises InputError or UnknownNameError for what cannot be used.
    """
    _check_keys(system, values)
    chosen = {str(leaf.symbol.name): _choose(str(leaf.symbol.name), values) for leaf in system.leaves}
    chosen |= default_seeds(system, values)
    lengths = _lengths(system, chosen, sizes or {})
    generator = np.random.default_rng(seed)
    made = {}
    for leaf in system.leaves:
        name, value = str(leaf.symbol.name), chosen[leaf.symbol.name]
        if isinstance(value, dict) and "random" in value:
            made[name] = _make("random", name, system, lengths, _seeded(name, value["random"]))
        elif isinstance(value, str) or _is_number(value):
            made[name] = _make(value, name, system, lengths, generator)
        elif value is not None:
            made[name] = value
    if missing := [str(leaf.symbol.name) for leaf in system.leaves if leaf.symbol.name not in made]:
        wanted = ", ".join(f"{name} of shape {show_shape(system.shapes[name])}" for name in missing)
        raise InputError(f'{system.name}: missing {wanted}; "*" gives all the rest, as in "*" = "zeros"')
    return made


def default_seeds(system: System, values: Mapping[str, Any]) -> dict[str, str]:
    """What stands for seeds that are not given: ones for the last output, which makes L the sum of its entries, zeros
    for the others; zeros for all where the System has a loss.
    """
    last = "" if not system.seeds or (system.forward and system.forward.losses) else system.seeds[-1]
    return {name: "ones" if name == last else "zeros" for name in system.seeds if name not in values}


def _word(value: Any) -> Any:
    """The word of {"random": 3}, which has a seed of its own; anything else as it is."""
    return "random" if isinstance(value, dict) and list(value) == ["random"] else value


def _seeded(name: str, seed: Any) -> Generator:
    if not isinstance(seed, int) or isinstance(seed, bool) or seed < 0:
        raise InputError(f"{name}: random: expected a whole number from 0 as seed, got {seed!r}")
    return np.random.default_rng(seed)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _check_keys(system: System, values: Mapping[str, Any]) -> None:
    names = [str(leaf.symbol.name) for leaf in system.leaves]
    families = {name.partition("_")[0] for name in system.parameters}
    for key, given in values.items():
        value = _word(given)
        if key not in names and key not in families and key != "*":
            raise UnknownNameError(f"quantity for {system.name}", key, [*names, *sorted(families)])
        if isinstance(value, str) and value not in WORDS:
            raise UnknownNameError(f"word for {key}", value, WORDS)


def _choose(name: str, values: Mapping[str, Any]) -> Any:
    for key in (name, name.partition("_")[0], "*"):
        if key in values and (key != "*" or not name.startswith("seed")):
            return values[key]
    return None


def _lengths(system: System, chosen: Mapping[str, Any], sizes: Mapping[str, int]) -> dict[Symbol, int]:
    """The lengths of the dimensions, as far as they are given or can be read off an array."""
    by_name = {str(symbol): symbol for symbol in system.sizes}
    lengths: dict[Symbol, int] = {}
    for name, length in sizes.items():
        if name not in by_name:
            raise UnknownNameError("dimension", name, sorted(by_name) or ["none, all are numbers"])
        if not isinstance(length, int) or isinstance(length, bool) or length < 1:
            raise InputError(f"dims.{name}: expected a positive integer, got {length!r}")
        lengths[by_name[name]] = length
    order = sorted(system.leaves, key=lambda leaf: list(LeafKind).index(leaf.kind))
    for leaf in order:
        value = chosen[leaf.symbol.name]
        if value is None or isinstance(_word(value), str) or _is_number(value):
            continue
        for side, length in zip(leaf.symbol.shape, as_numbers(leaf.symbol.name, value).shape, strict=False):
            if not isinstance(side, Symbol):
                continue
            known = lengths.setdefault(side, length)
            if known != length and str(side) in sizes and leaf.kind is not LeafKind.PARAMETER:
                raise InputError(f"dims.{side}: {side} = {known}, but {leaf.symbol.name} gives {side} = {length}")
    lengths.setdefault(B, 1)
    return lengths


def _make(value: str | float, name: str, system: System, lengths: Mapping[Symbol, int], generator: Generator) -> Any:
    what = value if isinstance(value, str) else "a number"
    shape = tuple(_length(name, what, side, lengths) for side in system.shapes[name])
    if shape[0] * shape[1] > _LARGEST:
        raise InputError(f"{name}: {shape[0]} × {shape[1]} is too large; at most {_LARGEST} entries can be made")
    if value == "random":
        return generator.standard_normal(shape)
    if value == "identity":
        return _identity(name, shape[0], [_length(name, what, side, lengths) for side in _block_widths(system, name)])
    return np.full(shape, {"ones": 1.0, "zeros": 0.0}.get(what, value))


def _identity(name: str, height: int, widths: list[int]) -> Any:
    """An identity for every block of columns: [I I] where a matrix multiplies [h; x]."""
    if wrong := [width for width in widths if width != height]:
        raise InputError(f"{name}: an identity needs square blocks, got one of {height} × {wrong[0]}")
    return np.hstack([np.eye(height)] * len(widths))


def _length(name: str, word: str, side: Expr, lengths: Mapping[Symbol, int]) -> int:
    length = side.subs(lengths)
    if not isinstance(length, Integer):
        open_symbols = ", ".join(sorted(map(str, length.free_symbols)))
        raise InputError(f"{name}: {word} needs the length of {open_symbols}; give it in dims or by an array")
    return int(length)


def _block_widths(system: System, name: str) -> list[Expr]:
    """The widths of the blocks of a weight matrix: n and d where it multiplies [h; x]."""
    for line in system.lines:
        for product in line.rhs.atoms(MatMul):
            for left, right in pairwise(product.args):
                if isinstance(left, MatrixSymbol) and left.name == name and isinstance(right, BlockMatrix):
                    return [block.shape[0] for block in right.blocks]
    return [system.shapes[name][1]]
