"""Flax NNX: nnx.LSTMCell, OptimizedLSTMCell, GRUCell and SimpleCell.

Source: flax, flax/nnx/nn/recurrent.py.
LSTMCell has the arrays of linen, only that `if` is `if_`. OptimizedLSTMCell: dense_i (d, 4n) without and dense_h
(n, 4n) with bias, i f g o. GRUCell: dense_i with and dense_h without bias, r z n, reset after, z keeps: there is no
second bias of n, unlike linen. SimpleCell: dense_i with bias, dense_h without. Nothing is added at run time.
"""

from symlstm.conventions.convention import Choice, Convention, Form, Stored, gates

__all__ = ["NNX"]

_USUAL = {"gate_fn": "sigmoid", "activation_fn": "tanh"}


def _cells() -> tuple[Stored, ...]:
    name = {"i": "i", "f": "f_", "g": "g", "o": "o"}
    on_x = [Stored(f"i{name[gate]}/kernel", "d n", f"W_{gate}") for gate in "ifgo"]
    on_h = [Stored(f"h{gate}/kernel", "r n", f"U_{gate}") for gate in "ifgo"]
    return (*on_x, *on_h, *(Stored(f"h{gate}/bias", "n", f"b_{gate}") for gate in "ifgo"))


def _dense(order: str, biased: str) -> tuple[Stored, ...]:
    k = len(order) if len(order) > 1 else ""
    return (
        Stored("dense_i/kernel", f"d {k}n", gates("W", order)),
        Stored("dense_h/kernel", f"r {k}n", gates("U", order)),
        Stored(f"{biased}/bias", f"{k}n", gates("b", order)),
    )


NNX = Convention(
    "nnx",
    "Flax NNX",
    "flax: flax/nnx/nn/recurrent.py",
    (
        Form("lstm", "LSTMCell", "i f g o", _cells(), settings={"optimized": False}, requires=_USUAL),
        Form(
            "lstm", "OptimizedLSTMCell", "i f g o", _dense("ifgo", "dense_h"),
            settings={"optimized": True}, requires=_USUAL,
        ),
        Form(
            "gru", "GRUCell", "r z n", _dense("rzg", "dense_i"),
            means={"reset": "after", "update": "keep"}, requires=_USUAL,
        ),
        Form(
            "rnn", "SimpleCell", "h", _dense("h", "dense_i"),
            choices={"activation_fn": Choice(("activation",), "tanh", {"tanh": "tanh", "relu": "relu"})},
            requires={"residual": False},
        ),
    ),
)  # fmt: skip
