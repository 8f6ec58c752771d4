"""The LSTM before it settled: the constant error carousel, the forget gate, the peepholes."""

from typing import Any

from sympy import MatrixExpr

from symlstm.activations import sigmoid
from symlstm.algebra import add, apply, hadamard, ones, scale, subtract
from symlstm.cells.registry import define
from symlstm.system import Builder, Role, System


def squashed(x: MatrixExpr, bound: int) -> MatrixExpr:
    """A logistic function between −bound and bound: 2 bound σ(x) − bound."""
    return subtract(scale(2 * bound, apply(sigmoid, x)), scale(bound, ones(x.shape)))


def block(name: str, *, forget: bool, peephole: bool, output_squashing: bool, **options: Any) -> System:
    """A memory block with squashing functions g between −2 and 2 and h between −1 and 1."""
    cell = Builder(name, **options)
    c_prev = cell.previous("c")

    def gate(to: str, seen: MatrixExpr) -> MatrixExpr:
        return cell.gate(to, sigmoid, *([cell.peephole(to, seen)] if peephole else []))

    i = gate("i", c_prev)
    kept = hadamard(gate("f", c_prev), c_prev) if forget else c_prev
    g = cell.let("g", squashed(cell.let("a_g", cell.affine("g"), Role.NET_INPUT), 2), Role.GATE)
    c = cell.let("c", add(kept, hadamard(i, g)))
    cell.let("h", hadamard(gate("o", c), squashed(c, 1) if output_squashing else c))
    return cell.system()


@define("hochreiter-1997")
def hochreiter_1997(**options: Any) -> System:
    """The first LSTM, without a forget gate: c = c_prev + i ⊙ g.

    g(x) = 4σ(x) − 2, h(x) = 2σ(x) − 1; gates see x and the cells' outputs.
    Source: Hochreiter and Schmidhuber 1997, section 4 and appendix A.1, eqs. (3)-(5).
    """
    return block("hochreiter-1997", forget=False, peephole=False, output_squashing=True, **options)


@define("gers-2000")
def gers_2000(**options: Any) -> System:
    """The LSTM learns to forget: a forget gate. Source: Gers, Schmidhuber and Cummins 2000."""
    return block("gers-2000", forget=True, peephole=False, output_squashing=True, **options)


@define("gers-2002")
def gers_2002(**options: Any) -> System:
    """Peepholes, and no output squashing: h = o ⊙ c. Source: Gers, Schraudolph and Schmidhuber 2002."""
    return block("gers-2002", forget=True, peephole=True, output_squashing=False, **options)
