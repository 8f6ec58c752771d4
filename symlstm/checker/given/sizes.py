"""Sizes: the letters of unknown lengths, n for the hidden state, d for the input, others for the rest."""

from collections.abc import Iterator, Sequence

from sympy import Expr, Integer, Symbol

from symlstm.algebra import d, n
from symlstm.checker.given.shapes import Length, Shapes

__all__ = ["sizes_of"]

_REST = ("r", "m", "k", "l", "q", "v", "u", "w")


def sizes_of(shapes: Shapes, states: Sequence[str], inputs: Sequence[str]) -> dict[str, tuple[Expr, Expr]]:
    """The shape of every name in symbols: a cell state, else h, has the size n, the input d, a narrower h r."""
    symbols: dict[str, Expr] = {}
    first = [name for name in ("c", "h", *states) if name in shapes.known]
    for names, symbol in ((first, n), (["x", *inputs] if inputs else [], d)):
        for name in names:
            length = next(_lengths(shapes, name), None)
            if length is not None:
                symbols.setdefault(length, symbol)
                break
    rest = _names()
    return {
        name: (_expression(shapes, shape[0], symbols, rest), _expression(shapes, shape[1], symbols, rest))
        for name, shape in shapes.known.items()
    }


def _lengths(shapes: Shapes, name: str) -> Iterator[str]:
    for side in shapes.known.get(name, ()):
        length = shapes.find(side)
        if isinstance(length, str):
            yield length


def _names() -> Iterator[Expr]:
    for count in range(1, 1000):
        for letter in _REST:
            name = letter if count == 1 else f"{letter}{count}"
            yield Symbol(name, integer=True, positive=True)


def _expression(shapes: Shapes, length: Length, symbols: dict[str, Expr], rest: Iterator[Expr]) -> Expr:
    found = shapes.find(length)
    if isinstance(found, int):
        return Integer(found)
    if isinstance(found, tuple):
        return sum((_expression(shapes, part, symbols, rest) for part in found), Integer(0))
    if found not in symbols:
        symbols[found] = next(symbol for symbol in rest if symbol not in symbols.values())
    return symbols[found]
