"""LSTM with a forget gate, and its usual options: peepholes, coupled gates, a projection, a forget bias."""

from typing import Any

from sympy import MatrixExpr

from symlstm.algebra import add, apply, hadamard, matmul, one_minus
from symlstm.algebra.dimensions import as_dimension
from symlstm.algebra.function import Activation
from symlstm.cells.registry import define, flag
from symlstm.errors import InputError
from symlstm.system import Builder, Role, System


@define("lstm")
def lstm(
    *,
    peephole: bool = False,
    coupled: bool = False,
    projection: bool | int | str = False,
    projection_bias: bool = False,
    forget_bias: float = 0,
    gate_activation: str | Activation = "sigmoid",
    candidate_activation: str | Activation = "tanh",
    output_activation: str | Activation = "tanh",
    **options: Any,
) -> System:
    """Long short-term memory: what to forget (f), what to write (i ⊙ g), what to show (o).

    x is d × 1; h, c and all gates are n × 1; W_f is n × (n + d) in the layout "concat", n × d beside U_f (n × n) in
    "split". `peephole` lets f and i see c_prev and o see c through p_f, p_i, p_o (n × 1); `coupled` sets f = 1 − i;
    `projection` (True, a size or its name) makes h = W_p (o ⊙ tanh(c)), r × 1, `projection_bias` adds b_p;
    `forget_bias` is added to the net input of f. Raises InputError for a bad value.
    Source: Gers, Schmidhuber and Cummins 2000 with tanh; peepholes Graves 2013, eqs. (7)-(11); coupled gates Greff et
    al. 2017, CIFG; projection Sak, Senior and Beaufays 2014.
    """
    narrow = _check(peephole, coupled, projection, projection_bias, forget_bias)
    cell = Builder("lstm", **options)
    c_prev, size = cell.previous("c"), "r" if projection is True else projection
    cell.previous("h", as_dimension(size, "projection") if narrow else cell.n)

    def gate(name: str, seen: MatrixExpr, **shift: float) -> MatrixExpr:
        return cell.gate(name, gate_activation, *([cell.peephole(name, seen)] if peephole else []), **shift)

    kept = [] if coupled else [gate("f", c_prev, shift=forget_bias)]
    i = gate("i", c_prev)
    f = kept[0] if kept else cell.let("f", one_minus(i), Role.GATE)
    early = [] if peephole else [gate("o", c_prev)]
    g = cell.gate("g", candidate_activation)
    c = cell.let("c", add(hadamard(f, c_prev), hadamard(i, g)))
    o = early[0] if early else gate("o", c)
    shown = hadamard(o, apply(output_activation, c))
    if narrow:
        shown = matmul(cell.parameter("W_p", size, cell.n), shown)
    cell.let("h", add(shown, cell.parameter("b_p", size, 1)) if projection_bias else shown)
    return cell.system()


def _check(peephole: object, coupled: object, projection: object, projection_bias: object, forget_bias: float) -> bool:
    """Whether there is a projection. Raises InputError for options that are none, or that contradict each other."""
    flag("peephole", peephole)
    if flag("coupled", coupled) and forget_bias:
        raise InputError("forget_bias: with coupled=True there is no forget gate of its own; leave one of the two out")
    if flag("projection_bias", projection_bias) and projection is False:
        raise InputError("projection_bias: there is no projection to add it to; give projection=True, or leave it out")
    return projection is not False
