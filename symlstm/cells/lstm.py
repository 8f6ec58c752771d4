"""LSTM with a forget gate and without peepholes.

Source: Gers, Schmidhuber and Cummins 2000; Greff et al. 2017, section II.A, with every peephole weight p left out.
"""

from typing import Any

from symlstm.activations import sigmoid, tanh
from symlstm.algebra import add, apply, hadamard
from symlstm.system import Builder, System


def lstm(**options: Any) -> System:
    """Long short-term memory: what to forget (f), what to write (i ⊙ g), what to show (o).

    x is d × 1; h, c and all gates are n × 1; W_f is n × (n + d) in the layout "concat", n × d beside U_f (n × n) in
    "split". Options are those of `Builder`: `layout`, `biases`, `n`, `d`. Raises InputError for a bad value.
    """
    cell = Builder("lstm", **options)
    f = cell.gate("f", sigmoid)
    i = cell.gate("i", sigmoid)
    o = cell.gate("o", sigmoid)
    g = cell.gate("g", tanh)
    c = cell.let("c", add(hadamard(f, cell.previous("c")), hadamard(i, g)))
    cell.let("h", hadamard(o, apply(tanh, c)))
    return cell.system()
