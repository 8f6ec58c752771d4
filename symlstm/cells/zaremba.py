"""The LSTM as it is regularised by dropout: one affine map of [x; h] for all gates."""

from typing import Any

from symlstm.activations import sigmoid, tanh
from symlstm.algebra import add, apply, hadamard
from symlstm.cells.registry import define
from symlstm.system import Builder, System


@define("zaremba-2014")
def zaremba_2014(*, layout: str = "concat", order: str | None = None, **options: Any) -> System:
    """The LSTM on [x; h], gates in the order i, f, o, g. Source: Zaremba, Sutskever and Vinyals 2014, section 3.1."""
    stacked = order or ("xh" if layout == "concat" else "hx")
    cell = Builder("zaremba-2014", layout=layout, order=stacked, **options)
    i, f, o = (cell.gate(name, sigmoid) for name in "ifo")
    g = cell.gate("g", tanh)
    c = cell.let("c", add(hadamard(f, cell.previous("c")), hadamard(i, g)))
    cell.let("h", hadamard(o, apply(tanh, c)))
    return cell.system()
