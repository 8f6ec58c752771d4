"""Layer normalisation as TensorFlow's and TFLite's LSTMs have it: every gate by itself."""

from sympy import MatrixExpr

from symlstm.activations import sigmoid, tanh
from symlstm.algebra import add, apply, d, hadamard, matmul, n, one_minus, ones, scale
from symlstm.algebra.dimensions import as_dimension
from symlstm.cells.layernorm import gained, normalised
from symlstm.cells.registry import define, flag
from symlstm.system import Builder, Role, Size, System


@define("layernorm-lstm-tf")
def layernorm_lstm_tf(
    *,
    epsilon: float = 1e-12,
    forget_bias: float = 1,
    layout: str = "concat",
    order: str | None = None,
    n: Size = n,
    d: Size = d,
) -> System:
    """LSTM with layer normalisation gate by gate, and of the cell state that is handed on.

    gamma_g, beta_g (n × 1) belong to gate g, gamma_c, beta_c to the state; there is no other bias. `forget_bias` is
    added after the normalisation. Raises InputError for a bad value.
    Source: TensorFlow 1, tf.contrib.rnn.LayerNormBasicLSTMCell.
    """
    stacked = order or ("xh" if layout == "concat" else "hx")
    cell = Builder("layernorm-lstm-tf", layout=layout, order=stacked, n=n, d=d)

    def gate(name: str) -> MatrixExpr:
        u = cell.let(f"u_{name}", add(*cell.products(name)))
        net = gained(cell, f"_{name}", normalised(cell, name, u, epsilon))
        shifted = add(net, scale(forget_bias if name == "f" else 0, ones(net.shape)))
        a = cell.let(f"a_{name}", shifted, Role.NET_INPUT)
        return cell.let(name, apply(tanh if name == "g" else sigmoid, a), Role.GATE)

    i, g, f, o = (gate(name) for name in "igfo")
    raw = cell.let("c_hat", add(hadamard(f, cell.previous("c")), hadamard(i, g)))
    c = cell.let("c", gained(cell, "_c", normalised(cell, "c", raw, epsilon)))
    cell.let("h", hadamard(o, apply(tanh, c)))
    return cell.system()


@define("layernorm-lstm-tflite")
def layernorm_lstm_tflite(
    *,
    epsilon: float = 1e-8,
    peephole: bool = False,
    coupled: bool = False,
    projection: bool | int | str = False,
    n: Size = n,
    d: Size = d,
) -> System:
    """LSTM with layer normalisation gate by gate, peepholes included, the bias after it.

    gamma_g and b_g (n × 1) belong to gate g; `peephole` adds p_g ⊙ c before the normalisation; `coupled` sets
    i = 1 − f, for here the input gate is the one left out; `projection` makes h = W_p (o ⊙ tanh(c)) + b_p, r × 1.
    Raises InputError for a bad value. Source: TensorFlow Lite, kernels/lstm_eval.cc and internal/kernel_utils.h.
    """
    cell = Builder("layernorm-lstm-tflite", layout="split", n=n, d=d)
    size = "r" if projection is True else projection
    c_prev = cell.previous("c")
    cell.previous("h", cell.n if projection is False else as_dimension(size, "projection"))

    def gate(name: str, seen: MatrixExpr | None = None) -> MatrixExpr:
        sees = [cell.peephole(name, seen)] if flag("peephole", peephole) and seen is not None else []
        u = cell.let(f"u_{name}", add(*cell.products(name), *sees))
        net = gained(cell, f"_{name}", normalised(cell, name, u, epsilon), shift=f"b_{name}")
        a = cell.let(f"a_{name}", net, Role.NET_INPUT)
        return cell.let(name, apply(tanh if name == "g" else sigmoid, a), Role.GATE)

    f = gate("f", c_prev)
    i = cell.let("i", one_minus(f), Role.GATE) if flag("coupled", coupled) else gate("i", c_prev)
    c = cell.let("c", add(hadamard(f, c_prev), hadamard(i, gate("g"))))
    shown = hadamard(gate("o", c), apply(tanh, c))
    if projection is not False:
        shown = add(matmul(cell.parameter("W_p", size, cell.n), shown), cell.parameter("b_p", size, 1))
    cell.let("h", shown)
    return cell.system()
