"""The LSTM before it settled: the constant error carousel, the forget gate, the peepholes."""

from collections.abc import Callable
from typing import Any

from sympy import MatrixExpr

from symlstm.activations import sigmoid
from symlstm.algebra import add, apply, hadamard, ones, scale, subtract
from symlstm.algebra.function import Activation
from symlstm.cells.registry import define
from symlstm.system import Builder, Role, System


def squashed(x: MatrixExpr, bound: int) -> MatrixExpr:
    """A logistic function between −bound and bound: 2 bound σ(x) − bound."""
    return subtract(scale(2 * bound, apply(sigmoid, x)), scale(bound, ones(x.shape)))


def block(
    name: str,
    *,
    forget: bool = True,
    peephole: bool = False,
    g: Callable[[MatrixExpr], MatrixExpr] = lambda a: squashed(a, 2),
    h: Callable[[MatrixExpr], MatrixExpr] = lambda c: squashed(c, 1),
    **options: Any,
) -> System:
    """A memory block of one cell, with squashing functions g of its input and h of its state."""
    cell = Builder(name, **options)
    c_prev = cell.previous("c")

    def gate(to: str, seen: MatrixExpr) -> MatrixExpr:
        return cell.gate(to, sigmoid, *([cell.peephole(to, seen)] if peephole else []))

    i = gate("i", c_prev)
    kept = hadamard(gate("f", c_prev), c_prev) if forget else c_prev
    written = cell.let("g", g(cell.let("a_g", cell.affine("g"), Role.NET_INPUT)), Role.GATE)
    c = cell.let("c", add(kept, hadamard(i, written)))
    cell.let("h", hadamard(gate("o", c), h(c)))
    return cell.system()


@define("hochreiter-1997")
def hochreiter_1997(**options: Any) -> System:
    """The first LSTM, without a forget gate: c = c_prev + i ⊙ g.

    g squashes by 4σ(a) − 2, between −2 and 2, and the output by 2σ(c) − 1. One cell a block; gates see x and the
    cells' outputs, not each other; biases are ours.
    Source: Hochreiter and Schmidhuber 1997, section 4 and appendix A.1.
    """
    return block("hochreiter-1997", forget=False, **options)


@define("gers-2000")
def gers_2000(**options: Any) -> System:
    """The LSTM that learns to forget: a forget gate.

    Squashing, blocks and biases are as in "hochreiter-1997".
    Source: Gers, Schmidhuber and Cummins 2000, sections 2 and 3.
    """
    return block("gers-2000", **options)


@define("gers-2002")
def gers_2002(*, candidate_activation: str | Activation = "identity", **options: Any) -> System:
    """The LSTM with peepholes that learns precise timing: no output squashing, h = o ⊙ c.

    `candidate_activation` is the g of the paper, which is the identity in all its experiments. The gradients are exact,
    where the paper cuts those through the peepholes.
    Source: Gers, Schraudolph and Schmidhuber 2002, sections 2 and 3.
    """
    return block("gers-2002", peephole=True, g=lambda a: apply(candidate_activation, a), h=lambda c: c, **options)
