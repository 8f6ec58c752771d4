"""The LSTM of sequence generation: peepholes, tanh."""

from typing import Any

from symlstm.activations import sigmoid, tanh
from symlstm.algebra import add, apply, hadamard
from symlstm.cells.registry import define
from symlstm.system import Builder, System


@define("graves-2013")
def graves_2013(*, layout: str = "split", **options: Any) -> System:
    """The LSTM with peepholes of sequence generation. Source: Graves 2013, eqs. (7)-(11)."""
    cell = Builder("graves-2013", layout=layout, **options)
    c_prev = cell.previous("c")
    i = cell.gate("i", sigmoid, cell.peephole("i", c_prev))
    f = cell.gate("f", sigmoid, cell.peephole("f", c_prev))
    g = cell.gate("g", tanh)
    c = cell.let("c", add(hadamard(f, c_prev), hadamard(i, g)))
    o = cell.gate("o", sigmoid, cell.peephole("o", c))
    cell.let("h", hadamard(o, apply(tanh, c)))
    return cell.system()
