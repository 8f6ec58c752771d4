"""Flax: flax.linen.LSTMCell, OptimizedLSTMCell, GRUCell and SimpleCell.

Source: flax, flax/linen/recurrent.py.
LSTM: a Dense for every gate, ii if ig io on x without bias, hi hf hg ho on h with bias; both LSTM cells have the same
arrays, and neither adds anything to the forget bias at run time (ConvLSTMCell does). GRU: ir iz in with bias, hr hz
without, hn with: n = tanh(in + r ⊙ hn), h = (1 − z) ⊙ n + z ⊙ h_prev: reset after, z keeps. SimpleCell: i with bias,
h without. Kernels are (d, n) and (n, n).
"""

from symlstm.conventions.convention import Choice, Convention, Form, Stored

__all__ = ["FLAX"]


def _dense(name: str, holds: str, bias: str = "") -> tuple[Stored, ...]:
    kernel = Stored(f"{name}/kernel", "d n" if holds.startswith("W") else "r n", holds)
    return (kernel, Stored(f"{name}/bias", "n", bias)) if bias else (kernel,)


def _lstm() -> tuple[Stored, ...]:
    on_x = [stored for gate in "ifgo" for stored in _dense(f"i{gate}", f"W_{gate}")]
    on_h = [stored for gate in "ifgo" for stored in _dense(f"h{gate}", f"U_{gate}", f"b_{gate}")]
    return (*on_x, *on_h)


FLAX = Convention(
    "flax",
    "Flax linen",
    "flax: flax/linen/recurrent.py",
    (
        Form(
            "lstm", "LSTMCell", "i f g o", _lstm(),
            requires={"gate_fn": "sigmoid", "activation_fn": "tanh"},
        ),
        Form(
            "gru",
            "GRUCell",
            "r z n",
            (
                *_dense("ir", "W_r", "b_r"),
                *_dense("iz", "W_z", "b_z"),
                *_dense("in", "W_g", "b_g"),
                *_dense("hr", "U_r"),
                *_dense("hz", "U_z"),
                *_dense("hn", "U_g", "bh_g"),
            ),
            means={"reset": "after", "update": "keep"},
            requires={"gate_fn": "sigmoid", "activation_fn": "tanh"},
        ),
        Form(
            "rnn", "SimpleCell", "h", (*_dense("i", "W_h", "b_h"), *_dense("h", "U_h")),
            choices={"activation_fn": Choice(("activation",), "tanh", {"tanh": "tanh", "relu": "relu"})},
            requires={"residual": False},
        ),
    ),
)  # fmt: skip
