"""Backpropagation through time: the backward pass of a cell for every step at once, as a recurrence in t."""

from collections.abc import Sequence
from dataclasses import replace

from sympy import Expr, Integer

from symlstm.algebra.dimensions import as_dimension
from symlstm.derive.backward import swept
from symlstm.errors import InputError, UnknownNameError
from symlstm.system import System, check_system, over_time

__all__ = ["through_time"]


def through_time(
    cell: System,
    *,
    truncate: int | str | Expr | None = None,
    loss: str = "every",
    seeds: Sequence[str] | None = None,
) -> System:
    """The forward equations of a cell for t = 1, …, T and the adjoints from t = T down to 1.

    δh_t and δC_t are written in those of step t + 1, with the values that they have at t = T; gradients of parameters
    are sums over t; δh_0 and δC_0 are those of the initial states `h_0`, `c_0`. What flows in is `seed_h` = ∂L_t/∂h_t
    at every step, and `seed_c` = ∂L/∂C_T at the last one; likewise for other states. Compiled, `x` is (T, d) or
    (T, d, B), `seed_h` (T, n) or (T, n, B). `cell` is a cell or a forward System over time.
    With `truncate` = k (a number, or a symbol to print) the gradient is cut between steps k and k + 1, 2k and 2k + 1,
    …: pieces of k steps hand on their states, and no gradient.
    A composed `cell` with losses needs no seeds: L is the sum of its losses at all steps, or with `loss` = "last" of
    those at t = T. `seeds` names the quantities into which a gradient flows from outside, where it is to be others.
    Raises InputError for a k that is no such number, and for a System that has a backward pass already.
    Source: Werbos 1990, eqs. (12)-(17); the cut as in Williams and Peng 1990, section 4, with h′ = h = k.

    >>> from symlstm.cells import cell
    >>> print(through_time(cell("rnn")).text(only=["d_h", "d_W_h"]))
       δh_T = δh_Tⁱⁿ
        δhₜ = δhₜⁱⁿ + W_h,hᵀ·δa_hₜ₊₁   t = T-1, …, 1
    ∂L/∂W_h = Σₜ δa_hₜ·[hₜ₋₁; xₜ]ᵀ
    """
    check_system(cell, "through_time")
    if cell.forward is not None:
        raise InputError(f"through_time: {cell.name} has a backward pass already; give its forward System")
    cut = Integer(0) if truncate is None else as_dimension(truncate, "truncate")
    system = over_time(cell, loss=loss)
    return swept(system if seeds is None else _seeded(system, seeds), cut)


def _seeded(system: System, seeds: Sequence[str]) -> System:
    """The System with its losses and these quantities as its outputs."""
    names = [line.name for line in system.lines if not line.hands_on]
    for name in [seeds] if isinstance(seeds, str) else seeds:
        if name not in names:
            raise UnknownNameError(f"quantity of {system.name} for a seed", name, names)
    return replace(system, outputs=tuple(name for name in names if name in seeds or name in system.losses))
