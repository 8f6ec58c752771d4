"""LSTMs with layer normalisation: mean 0 and variance 1 over the units, then a gain γ and a shift β."""

from sympy import MatrixExpr, Rational, nsimplify

from symlstm.activations import sigmoid, tanh
from symlstm.algebra import (
    add,
    apply,
    d,
    hadamard,
    mean,
    n,
    ones,
    power,
    scale,
    scaled,
    spread,
    stack,
    subtract,
    variance,
)  # fmt: skip
from symlstm.cells.registry import define, flag
from symlstm.errors import InputError
from symlstm.system import Builder, Role, Size, System


def small(epsilon: float) -> Rational:
    """What is added to a variance, as an exact number; raises InputError for anything but a number from 0."""
    if not isinstance(epsilon, int | float) or isinstance(epsilon, bool) or not 0 <= epsilon < 1:
        raise InputError(f"epsilon: expected a number from 0 to 1, such as 1e-5, got {epsilon!r}")
    return nsimplify(str(epsilon), rational=True)


def normalised(cell: Builder, name: str, x: MatrixExpr, epsilon: float, over: MatrixExpr | None = None) -> MatrixExpr:
    """(x − μ) / sqrt(v + ε) with the mean μ and variance v of `over`, of x itself when left out; μ and v get lines."""
    if f"mu_{name}" in cell:
        mu, v = cell[f"mu_{name}"], cell[f"v_{name}"]
    else:
        mu = cell.let(f"mu_{name}", mean(x if over is None else over))
        v = cell.let(f"v_{name}", variance(x if over is None else over))
    return scaled(power(add(v, scale(small(epsilon), ones(v.shape))), Rational(-1, 2)), subtract(x, spread(mu, x)))


def gained(cell: Builder, suffix: str, x: MatrixExpr, shift: str = "") -> MatrixExpr:
    """γ ⊙ x + β."""
    gain = hadamard(cell.parameter(f"gamma{suffix}", cell.n, 1), x)
    return add(gain, cell.parameter(shift or f"beta{suffix}", cell.n, 1))


@define("layernorm-lstm")
def layernorm_lstm(*, epsilon: float = 1e-5, normalised_state: bool = False, n: Size = n, d: Size = d) -> System:
    """LSTM with layer normalisation over all four gates at once, and of the cell state where h sees it.

    Gains and shifts (n × 1): gammah_g, betah_g for U_g h_prev, gammax_g, betax_g for W_g x, gamma_c, beta_c for c.
    `epsilon` is added to the variances; the paper has none. `normalised_state` hands the normalised c on, as TensorFlow
    Addons' LayerNormLSTMCell does, with an epsilon of 1e-3. Raises InputError for a bad value.
    Source: Ba, Kiros and Hinton 2016, eqs. (3)-(4) and supplementary material.
    """
    cell = Builder("layernorm-lstm", layout="split", n=n, d=d)
    products = {name: cell.products(name) for name in "fiog"}
    w = {name: cell.let(f"w_{name}", product[0]) for name, product in products.items()}
    u = {name: cell.let(f"u_{name}", product[1]) for name, product in products.items()}
    gates = {}
    for name in "fiog":
        recurrent = gained(cell, f"h_{name}", normalised(cell, "h", u[name], epsilon, stack(*u.values())))
        given = gained(cell, f"x_{name}", normalised(cell, "x", w[name], epsilon, stack(*w.values())))
        net = cell.let(f"a_{name}", add(recurrent, given, cell.parameter(f"b_{name}", cell.n, 1)), Role.NET_INPUT)
        gates[name] = cell.let(name, apply(tanh if name == "g" else sigmoid, net), Role.GATE)
    raw = add(hadamard(gates["f"], cell.previous("c")), hadamard(gates["i"], gates["g"]))
    c = cell.let("c_hat" if flag("normalised_state", normalised_state) else "c", raw)
    shown = gained(cell, "_c", normalised(cell, "c", c, epsilon))
    cell.let("h", hadamard(gates["o"], apply(tanh, cell.let("c" if normalised_state else "c_bar", shown))))
    return cell.system()
