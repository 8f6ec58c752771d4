"""LSTMs with layer normalisation: of Ba et al. 2016, of tf.contrib, of TensorFlow Lite."""

from types import ModuleType
from typing import Any

from tests.papers.activations import logistic
from tests.papers.net import peep, weighted


def norm(np_: ModuleType, z: Any, epsilon: float) -> Any:
    """(z − mean) / sqrt(var + ε) of every column, with the biased variance."""
    centred = z - np_.mean(z, axis=0, keepdims=True)
    return centred / np_.sqrt(np_.mean(centred**2, axis=0, keepdims=True) + epsilon)


def stacked(np_: ModuleType, values: dict[str, Any], letter: str, gates: str = "fiog") -> Any:
    """One above the other what the four gates have by this letter."""
    return np_.concatenate([values[f"{letter}_{gate}"] for gate in gates], axis=0)


def layernorm_lstm(
    np_: ModuleType, values: dict[str, Any], epsilon: float = 1e-5, normalised_state: bool = False
) -> dict[str, Any]:
    """Ba, Kiros and Hinton 2016 (arXiv:1607.06450), supplementary material; the paper has no ε.

    `normalised_state` is TensorFlow Addons' LayerNormLSTMCell, whose next step gets the normalised state.
    """
    of_h = norm(np_, np_.dot(stacked(np_, values, "U"), values["h_prev"]), epsilon)
    of_x = norm(np_, np_.dot(stacked(np_, values, "W"), values["x"]), epsilon)
    a = stacked(np_, values, "gammah") * of_h + stacked(np_, values, "betah")
    a = a + stacked(np_, values, "gammax") * of_x + stacked(np_, values, "betax")
    a = a + stacked(np_, values, "b")
    n = len(values["c_prev"])
    f, i, o = (logistic(np_, a[k * n : (k + 1) * n]) for k in range(3))
    g = np_.tanh(a[3 * n :])
    c = f * values["c_prev"] + i * g
    shown = values["gamma_c"] * norm(np_, c, epsilon) + values["beta_c"]
    return {"f": f, "i": i, "o": o, "g": g, "c": shown if normalised_state else c, "h": o * np_.tanh(shown)}


def layernorm_lstm_tf(
    np_: ModuleType,
    values: dict[str, Any],
    epsilon: float = 1e-12,
    forget_bias: float = 1.0,
    order: str = "xh",
) -> dict[str, Any]:
    """tf.contrib.rnn.LayerNormBasicLSTMCell of TensorFlow 1: each gate by itself, then the state; no other biases."""

    def normed(a: Any, name: str) -> Any:
        return values[f"gamma_{name}"] * norm(np_, a, epsilon) + values[f"beta_{name}"]

    i, g, f, o = (normed(weighted(np_, values, gate, values["h_prev"], order), gate) for gate in "igfo")
    i, g, f, o = logistic(np_, i), np_.tanh(g), logistic(np_, f + forget_bias), logistic(np_, o)
    c = normed(values["c_prev"] * f + i * g, "c")
    return {"i": i, "g": g, "f": f, "o": o, "c": c, "h": np_.tanh(c) * o}


def layernorm_lstm_tflite(
    np_: ModuleType, values: dict[str, Any], epsilon: float = 1e-8, order: str = "hx"
) -> dict[str, Any]:
    """TensorFlow Lite, lite/kernels/lstm_eval.cc: γ ⊙ norm(W x + U h + p ⊙ c) + b; without W_i, i = 1 − f."""

    def net(gate: str, c: Any) -> Any:
        a = weighted(np_, values, gate, values["h_prev"], order) + peep(values, gate, c)
        return values[f"gamma_{gate}"] * norm(np_, a, epsilon) + values[f"b_{gate}"]

    c_prev = values["c_prev"]
    f = logistic(np_, net("f", c_prev))
    i = logistic(np_, net("i", c_prev)) if "W_i" in values else 1 - f
    g = np_.tanh(net("g", c_prev))
    c = f * c_prev + i * g
    o = logistic(np_, net("o", c))
    h = o * np_.tanh(c)
    h = np_.dot(values["W_p"], h) + values.get("b_p", 0.0) if "W_p" in values else h
    return {"f": f, "i": i, "g": g, "c": c, "o": o, "h": h}
