"""xLSTM: exponential gates, a normaliser and a stabiliser; scalar memory (sLSTM) and matrix memory (mLSTM)."""

from typing import Any

from sympy import MatrixExpr, sqrt

from symlstm.activations import absolute, exponential, log_sigmoid, sigmoid, tanh
from symlstm.algebra import (
    add,
    apply,
    d,
    divide,
    hadamard,
    matmul,
    maximum,
    n,
    negative,
    ones,
    scale,
    scaled,
    subtract,
    transpose,
)  # fmt: skip
from symlstm.cells.registry import define, flag
from symlstm.errors import choice
from symlstm.system import Builder, Role, Size, System


def gates(cell: Builder, forget: str, stabiliser: bool, **options: Any) -> tuple[MatrixExpr, MatrixExpr, MatrixExpr]:
    """The input gate, the forget gate, and what 1 has become: with a stabiliser all are divided by exp(m)."""
    role = Role.QUANTITY if flag("stabiliser", stabiliser) else Role.NET_INPUT  # with it, both are used twice
    log_i = cell.let("a_i", cell.affine("i", **options), role)
    a_f = cell.let("a_f", cell.affine("f", **options), role)
    bounded = choice("forget", forget, ("sigmoid", "exp")) == "sigmoid"
    if not stabiliser:
        f = cell.let("f", apply(sigmoid if bounded else exponential, a_f), Role.GATE)
        return cell.let("i", apply(exponential, log_i), Role.GATE), f, ones(log_i.shape)
    log_f = apply(log_sigmoid, a_f) if bounded else a_f
    m_prev = cell.previous("m", log_i.shape[0])
    m = cell.let("m", maximum(add(log_f, m_prev), log_i))
    i = cell.let("i_prime", apply(exponential, subtract(log_i, m)), Role.GATE)
    f = cell.let("f_prime", apply(exponential, add(log_f, m_prev, negative(m))), Role.GATE)
    return i, f, apply(exponential, negative(m))


@define("slstm")
def slstm(*, forget: str = "sigmoid", stabiliser: bool = True, **options: Any) -> System:
    """sLSTM: exponential input gate, normaliser n and stabiliser m; one head.

    All quantities are n × 1. `forget` is "sigmoid" or "exp"; `stabiliser=False` leaves m out. Raises InputError.
    Source: Beck et al. 2024, eqs. (8)-(14), the stabiliser (15)-(17).
    """
    cell = Builder("slstm", **options)
    i, f, _ = gates(cell, forget, stabiliser)
    g, o = cell.gate("g", tanh), cell.gate("o", sigmoid)
    c = cell.let("c", add(hadamard(f, cell.previous("c")), hadamard(i, g)))
    normaliser = cell.let("n", add(hadamard(f, cell.previous("n")), i))
    cell.let("h", hadamard(o, cell.let("h_tilde", divide(c, normaliser))))
    return cell.system()


@define("mlstm")
def mlstm(*, forget: str = "sigmoid", stabiliser: bool = False, n: Size = n, d: Size = d) -> System:
    """mLSTM: a matrix memory that stores values v under keys k, read with queries q; one head.

    C is n × n; q, k, v, o, h and the normaliser n are n × 1; the gates i and f and the stabiliser m are numbers.
    `forget` is "sigmoid" or "exp"; with `stabiliser=True` the 1 below the line becomes exp(−m), as in the authors'
    code, which leaves h as it is. Raises InputError.
    Source: Beck et al. 2024, eqs. (19)-(27), the stabiliser (15)-(17).
    """
    cell = Builder("mlstm", n=n, d=d)
    q = cell.let("q", cell.affine("q", recurrent=None))
    keys = scale(1 / sqrt(cell.n), matmul(cell.parameter("W_k", cell.n, cell.d), cell.x))
    k = cell.let("k", add(keys, cell.parameter("b_k", cell.n, 1)))
    v = cell.let("v", cell.affine("v", recurrent=None))
    i, f, one = gates(cell, forget, stabiliser, recurrent=None, rows=1)
    o = cell.gate("o", sigmoid, recurrent=None)
    c = cell.let("c", add(scaled(f, cell.previous("c", cell.n, cell.n)), scaled(i, matmul(v, transpose(k)))))
    normaliser = cell.let("n", add(scaled(f, cell.previous("n")), scaled(i, k)))
    u = cell.let("u", matmul(transpose(normaliser), q))
    read = cell.let("h_tilde", divide(matmul(c, q), maximum(apply(absolute, u), one)))
    cell.let("h", hadamard(o, read))
    return cell.system()
