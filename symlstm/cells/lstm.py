"""LSTM with a forget gate: Gers, Schmidhuber and Cummins 2000, without peepholes, as in Olah 2015."""

from typing import Any

from symlstm.activations import sigmoid, tanh
from symlstm.algebra import add, apply, hadamard
from symlstm.system import Builder, System


def lstm(**options: Any) -> System:
    """Long short-term memory: what to forget, what to write, what to show."""
    cell = Builder("lstm", **options)
    f = cell.gate("f", sigmoid)
    i = cell.gate("i", sigmoid)
    o = cell.gate("o", sigmoid)
    g = cell.gate("g", tanh)
    c = cell.let("c", add(hadamard(f, cell.previous("c")), hadamard(i, g)))
    cell.let("h", hadamard(o, apply(tanh, c)))
    return cell.system()
