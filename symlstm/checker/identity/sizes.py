"""Sizes for the dimension symbols: pairwise different, larger than 1, and large enough for what is compared."""

from collections.abc import Iterable, Iterator, Mapping

from sympy import Expr, Symbol

__all__ = ["large_enough", "show_sizes", "small_sizes", "symbols_in"]

_PREFERRED = {"n": 3, "d": 2, "B": 2}
_ORDER = ("n", "d", "B", "T")
_MOST = 9


def symbols_in(shapes: Iterable[tuple[Expr, Expr]]) -> tuple[Symbol, ...]:
    """The dimension symbols of shapes: n, d, B, then the others."""
    found = {symbol for shape in shapes for side in shape for symbol in side.free_symbols}
    return tuple(sorted(found, key=_place))


def _place(symbol: Symbol) -> tuple[int, str]:
    name = str(symbol)
    return _ORDER.index(name) if name in _ORDER else len(_ORDER), name


def large_enough(
    symbols: Iterable[Symbol], least: Mapping[Symbol, int] | None = None, more: int = 0
) -> dict[Symbol, int]:
    """Sizes of at least 3, 2 and so on and at least `least`, pairwise different; all `more` larger than need be."""
    sizes: dict[Symbol, int] = {}
    for symbol in symbols:
        size = max(_PREFERRED.get(str(symbol), 2), min((least or {}).get(symbol, 0), _MOST))
        while size in sizes.values():
            size += 1
        sizes[symbol] = size
    return {symbol: size + more for symbol, size in sizes.items()}


def small_sizes(symbols: tuple[Symbol, ...]) -> Iterator[dict[Symbol, int]]:
    """Sizes from the smallest on: all 1, one of them 2, then all different."""
    yield dict.fromkeys(symbols, 1)
    for larger in symbols if len(symbols) > 1 else ():
        yield {symbol: 2 if symbol is larger else 1 for symbol in symbols}
    yield {symbol: 2 + place for place, symbol in enumerate(symbols)}
    yield large_enough(symbols)
    yield large_enough(symbols, more=1)


def show_sizes(sizes: dict[Symbol, int]) -> str:
    """The sizes on one line: "n = d = 1" or "n = 3, d = 2"."""
    names = [str(symbol) for symbol in sizes]
    if len(names) > 1 and len(set(sizes.values())) == 1:
        return f"{' = '.join(names)} = {next(iter(sizes.values()))}"
    return ", ".join(f"{name} = {size}" for name, size in zip(names, sizes.values(), strict=True))
