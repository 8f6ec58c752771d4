"""GRU and its kin, layer normalisation and xLSTM on values worked out by hand."""

from math import exp, log, sqrt, tanh

import numpy as np

from tests.papers import CELLS
from tests.papers.values import (
    HALF,
    INPUTS,
    QUARTER,
    THREE_FIFTHS,
    THREE_QUARTERS,
    agree,
    agree_all,
    one,
    split,
    without,
)


def test_gru_by_hand() -> None:
    """r = 1/2, so U_g = 4 adds −2 before the product; after it, with bh_g = 1, r (−4 + 1) = −3/2."""
    values = split({"r": HALF, "z": QUARTER}) | {"W_g": one(THREE_FIFTHS / 2), "U_g": one(4.0), "b_g": one(2.0)}
    agree_all(CELLS["gru"](np, values), {"r": 0.5, "z": 0.25, "g": 0.6, "h": -0.25 + 0.75 * 0.6})
    agree(CELLS["gru"](np, values, update="write")["h"], -0.75 + 0.25 * 0.6)
    values |= {"b_g": one(1.5), "bh_g": one(1.0)}
    agree(CELLS["gru"](np, values, reset="after")["g"], 0.6)


def test_mgu_by_hand() -> None:
    values = split({"f": QUARTER}) | {"W_g": one(THREE_FIFTHS / 2), "U_g": one(4.0), "b_g": one(1.0)}
    agree_all(CELLS["mgu"](np, values), {"f": 0.25, "g": 0.6, "h": -0.75 + 0.25 * 0.6})


def test_rnn_by_hand() -> None:
    agree(CELLS["rnn"](np, split({"h": THREE_FIFTHS}))["h"], 0.6)
    agree(CELLS["rnn"](np, split({"h": 3.0}), activation="relu")["h"], 3.0)
    agree(CELLS["rnn"](np, split({"h": 3.0}), activation="softsign")["h"], 0.75)


def test_minimal_cells_by_hand() -> None:
    values = INPUTS | {"W_f": one(-log(3)), "b_f": one(log(3)), "W_i": one(log(3)), "b_i": one(-log(3))}
    values |= {"W_g": one(2.0), "b_g": one(1.0), "W_z": one(-log(3)), "b_z": one(log(3))}
    expected = {"f": 0.25, "i": 0.75, "g": 5.0, "f_prime": 0.25, "i_prime": 0.75, "h": -0.25 + 3.75}
    agree_all(CELLS["minlstm"](np, values), expected)
    agree_all(CELLS["mingru"](np, values), {"z": 0.25, "g": 5.0, "h": -0.75 + 1.25})


def test_minlstm_normalises() -> None:
    zero = {f"{letter}_{gate}": one(0.0) for letter in "Wb" for gate in "fig"}
    result = CELLS["minlstm"](np, INPUTS | zero | {"b_i": one(log(3))})
    agree(result["f_prime"], 0.4)
    agree(result["i_prime"], 0.6)


def test_layernorm_lstm_by_hand() -> None:
    """W x: entries 2 and −2 are normed to 1 and −1; U h is zero and adds its shift; c is normed to 1 and −1."""
    values = {"x": one(2.0), "h_prev": np.zeros((2, 1)), "c_prev": np.array([[2.0], [0.0]])}
    values |= {"gamma_c": np.array([[1.0], [3.0]]), "beta_c": np.array([[0.0], [1.0]])}
    for gate, gain in (("f", QUARTER), ("i", THREE_QUARTERS), ("o", 0.5), ("g", THREE_FIFTHS)):
        values |= {f"W_{gate}": np.array([[1.0], [-1.0]]), f"U_{gate}": np.ones((2, 2)), f"b_{gate}": np.ones((2, 1))}
        values |= {f"gammah_{gate}": np.full((2, 1), 7.0), f"betah_{gate}": np.full((2, 1), -3.0)}
        values |= {f"gammax_{gate}": np.full((2, 1), gain), f"betax_{gate}": np.full((2, 1), 2.0)}
    result = CELLS["layernorm-lstm"](np, values, epsilon=12.0)  # 2 / sqrt(4 + 12) = 1/2
    f, i, o = (1 / (1 + exp(-gain / 2)) for gain in (QUARTER, THREE_QUARTERS, 0.5))
    c = np.array([[2 * f + i * tanh(THREE_FIFTHS / 2)], [(1 - i) * -tanh(THREE_FIFTHS / 2)]])
    half = (c[0, 0] - c[1, 0]) / 2
    unit = half / sqrt(half**2 + 12)
    agree(result["c"], c)
    agree(result["h"], [[o * tanh(unit)], [(1 - o) * tanh(-3 * unit + 1)]])


def test_layernorm_lstm_tf_by_hand() -> None:
    """The case of TensorFlow's own test, every weight 1/2: all gates are normed to 0, and f = σ(0 + 1)."""
    values = {"x": np.ones((3, 1)), "h_prev": np.array([[0.2], [0.3]]), "c_prev": np.array([[0.0], [0.1]])}
    values |= {f"gamma_{s}": np.ones((2, 1)) for s in "figoc"} | {f"beta_{s}": np.zeros((2, 1)) for s in "figoc"}
    values |= {f"W_{s}": np.full((2, 3), 0.5) for s in "figo"} | {f"U_{s}": np.full((2, 2), 0.5) for s in "figo"}
    result = CELLS["layernorm-lstm-tf"](np, values)
    half = 0.05 / (1 + exp(-1))
    c = half / sqrt(half**2 + 1e-12)
    agree(result["c"], [[-c], [c]])
    agree(result["h"], [[-tanh(c) / 2], [tanh(c) / 2]])


def test_layernorm_lstm_tflite_by_hand() -> None:
    """Net inputs 1 and −1 after W x, U h and the peepholes; the bias comes after the norm; without i, i = 1 − f."""
    values = {"x": one(2.0), "h_prev": one(1.0), "c_prev": np.array([[2.0], [0.0]])}
    column = np.array([[1.0], [-1.0]])
    for gate, gain in (("f", QUARTER), ("i", log(2)), ("o", 0.5), ("g", THREE_FIFTHS)):
        values |= {f"W_{gate}": column, f"U_{gate}": column, f"b_{gate}": np.ones((2, 1))}
        values |= {f"gamma_{gate}": np.full((2, 1), gain)}
    values |= {"W_p": np.array([[1.0, 2.0]]), "b_p": one(5.0)}
    f, i, o = (np.array([[1 / (1 + exp(-a - 1))], [1 / (1 + exp(a - 1))]]) for a in (QUARTER, log(2), 0.5))
    g = np.array([[tanh(THREE_FIFTHS + 1)], [tanh(-THREE_FIFTHS + 1)]])
    result = CELLS["layernorm-lstm-tflite"](np, values, epsilon=0.0)
    c = f * values["c_prev"] + i * g
    agree(result["c"], c)
    agree(result["h"], np.array([[1.0, 2.0]]) @ (o * np.tanh(c)) + 5)
    agree(CELLS["layernorm-lstm-tflite"](np, without(values, "W_i"), epsilon=0.0)["i"], 1 - f)
    peeping = values | {"p_i": np.array([[2.0], [0.0]])}  # 3 + 4 and −3: still normed to 1 and −1
    agree(CELLS["layernorm-lstm-tflite"](np, peeping, epsilon=0.0)["i"], i)
    bent = 7 - (7 - 3) / 2
    a = log(2) * bent / sqrt(bent**2 + 75) + 1  # 5 / sqrt(25 + 75) = 1/2
    agree(CELLS["layernorm-lstm-tflite"](np, peeping, epsilon=75.0)["i"][0, 0], 1 / (1 + exp(-a)))


def test_slstm_by_hand() -> None:
    values = split({"i": log(3), "f": QUARTER, "o": HALF, "g": THREE_FIFTHS}) | {"n_prev": one(4.0)}
    expected = {"i": 3.0, "f": 0.25, "o": 0.5, "g": 0.6, "c": 0.5 + 1.8, "n": 4.0, "h": 0.5 * 2.3 / 4}
    agree_all(CELLS["slstm"](np, values, stabiliser=False), expected)
    agree(CELLS["slstm"](np, values, stabiliser=False, forget="exp")["f"], 1 / 3)
    result = CELLS["slstm"](np, values | {"m_prev": one(log(24))})  # log f + m_prev = log 6 wins
    expected = {"m": log(6), "i_prime": 0.5, "f_prime": 1.0, "o": 0.5, "g": 0.6, "c": 2.3, "n": 4.5, "h": 1.15 / 4.5}
    agree_all(result, expected)


def test_mlstm_by_hand() -> None:
    values = {"x": one(2.0), "c_prev": np.diag([1.0, 2.0, 3.0, 4.0]), "n_prev": np.ones((4, 1))}
    for name, (W, b) in {"q": (1.0, 0.0), "k": (1.0, 0.5), "v": (0.5, 1.0), "o": (0.0, 0.0)}.items():
        values |= {f"W_{name}": np.full((4, 1), W), f"b_{name}": np.full((4, 1), b)}
    values |= {"W_i": one(0.0), "b_i": one(log(2)), "W_f": one(QUARTER), "b_f": one(-QUARTER)}
    result = CELLS["mlstm"](np, values)
    agree(result["k"], np.full((4, 1), 2 / 2 + 0.5))  # the bias is not scaled
    agree(result["c"], np.diag([0.25, 0.5, 0.75, 1.0]) + 2 * 2 * 1.5)
    agree(result["n"], np.full((4, 1), 3.25))
    agree(result["h"][0], 0.5 * (0.5 + 4 * 6 * 2) / 26)
    small = CELLS["mlstm"](np, values | {"W_q": np.zeros((4, 1)), "b_q": np.full((4, 1), 0.01)})
    agree(small["h"][0], 0.5 * (0.25 + 24) * 0.01)  # |nᵀ q| = 0.13 < 1
