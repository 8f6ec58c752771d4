"""CS231n, assignment 3: rows are the batch, weights act from the right, gates stand in the order i, f, o, g."""

import numpy as np

import symlstm as sl
from tests.published.cases import arrays, compare, published
from tests.sequence import Array, Arrays, back_of, forward, step_of

LSTM = sl.cell("lstm", layout="split")
RNN = sl.cell("rnn", layout="split")


def weights(given: Arrays, gates: str) -> dict[str, Array]:
    """W, U and b of each gate out of the columns of Wx, Wh and b."""
    parts = {name: np.split(given[name], len(gates), axis=-1) for name in ("Wx", "Wh", "b")}
    named = {f"W_{gate}": parts["Wx"][k].T for k, gate in enumerate(gates)}
    named |= {f"U_{gate}": parts["Wh"][k].T for k, gate in enumerate(gates)}
    return named | {f"b_{gate}": parts["b"][k] for k, gate in enumerate(gates)}


def test_lstm_step_forward() -> None:
    data = published("cs231n_lstm_step_forward")
    given = arrays(data["inputs"])
    states = {"h_prev": given["prev_h"].T, "c_prev": given["prev_c"].T}
    out = step_of(LSTM)(**weights(given, "ifog"), x=given["x"].T, **states)
    compare(data, {"next_h": out.h.T, "next_c": out.c.T})


def test_lstm_forward_over_three_steps() -> None:
    data = published("cs231n_lstm_forward_T3")
    given = arrays(data["inputs"])
    states = {"h_prev": given["h0"].T, "c_prev": np.zeros_like(given["h0"].T)}
    out = forward(LSTM, weights(given, "ifog"), given["x"].transpose(1, 2, 0), states)
    compare(data, {"h": out["h"].transpose(2, 0, 1)})


def test_rnn_step_forward() -> None:
    data = published("cs231n_rnn_step_forward")
    given = arrays(data["inputs"])
    out = step_of(RNN)(**weights(given, "h"), x=given["x"].T, h_prev=given["prev_h"].T)
    compare(data, {"next_h": out.h.T})


def test_rnn_forward_over_three_steps() -> None:
    data = published("cs231n_rnn_forward_T3")
    given = arrays(data["inputs"])
    out = forward(RNN, weights(given, "h"), given["x"].transpose(1, 2, 0), {"h_prev": given["h0"].T})
    compare(data, {"h": out["h"].transpose(2, 0, 1)})


def test_rnn_step_backward() -> None:
    data = published("cs231n_style_rnn_step_backward")
    given = arrays(data["inputs"])
    values = {**weights(given, "h"), "x": given["x"].T, "h_prev": given["prev_h"].T, "seed_h": given["dnext_h"].T}
    found = back_of(RNN)(**values)
    names = {"dx": "d_x", "dprev_h": "d_h_prev", "dWx": "d_W_h", "dWh": "d_U_h", "db": "d_b_h"}
    compare(data, {theirs: found[ours].T for theirs, ours in names.items()})
