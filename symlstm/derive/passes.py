"""Which passes a System of derivatives was made by, and the names that the next one gives."""

from collections.abc import Callable, Iterator
from functools import cache

from sympy import MatrixSymbol

from symlstm.system import Role, System

__all__ = ["named"]


def named(system: System, prefix: str, role: Role) -> Callable[[MatrixSymbol], MatrixSymbol]:
    """The symbols of a further pass: d_q, dot_q; d2_q, dot2_q in a System that was differentiated so already."""
    order = 1 + sum(other.derivative is role for other in _passes(system))
    mark = "" if order == 1 else str(order)
    return cache(lambda symbol: MatrixSymbol(f"{prefix}{mark}_{symbol.name}", *symbol.shape))


def _passes(system: System) -> Iterator[System]:
    """The System and those that it was derived from."""
    yield system
    if system.forward is not None:
        yield from _passes(system.forward)
