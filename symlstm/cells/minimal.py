"""Cells with fewer gates: the minimal gated unit, minLSTM and minGRU."""

from typing import Any

from symlstm.activations import identity, sigmoid, tanh
from symlstm.algebra import add, d, divide, hadamard, n, one_minus
from symlstm.cells.registry import define
from symlstm.system import Builder, Size, System


@define("mgu")
def mgu(**options: Any) -> System:
    """Minimal gated unit: one gate forgets and resets. Source: Zhou, Wu, Zhang and Zhou 2016."""
    cell = Builder("mgu", **options)
    f, h_prev = cell.gate("f", sigmoid), cell.previous("h")
    g = cell.gate("g", tanh, recurrent=hadamard(f, h_prev))
    cell.let("h", add(hadamard(one_minus(f), h_prev), hadamard(f, g)))
    return cell.system()


@define("minlstm")
def minlstm(*, n: Size = n, d: Size = d) -> System:
    """minLSTM: gates that see x alone and share one unit. Source: Feng et al. 2024, section 3."""
    cell = Builder("minlstm", n=n, d=d)
    f, i = cell.gate("f", sigmoid, recurrent=None), cell.gate("i", sigmoid, recurrent=None)
    g = cell.gate("g", identity, recurrent=None)
    kept = cell.let("f_prime", divide(f, add(f, i)))
    written = cell.let("i_prime", divide(i, add(f, i)))
    cell.let("h", add(hadamard(kept, cell.previous("h")), hadamard(written, g)))
    return cell.system()


@define("mingru")
def mingru(*, n: Size = n, d: Size = d) -> System:
    """minGRU: an update gate that sees x alone. Source: Feng et al. 2024, section 3."""
    cell = Builder("mingru", n=n, d=d)
    z, g = cell.gate("z", sigmoid, recurrent=None), cell.gate("g", identity, recurrent=None)
    cell.let("h", add(hadamard(one_minus(z), cell.previous("h")), hadamard(z, g)))
    return cell.system()
