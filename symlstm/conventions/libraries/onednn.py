"""oneDNN: the weights of the RNN primitives, in their plain layouts.

Source: oneDNN, doc/primitives/rnn.md (equations and orders of gates).
weights_layer and weights_iter are ldigo (layers, directions, input channels, gates, output channels), bias ldgo,
weights_peephole ldgo, weights_projection ldio. LSTM: i f c o, peepholes i f o, o sees the new cell state. GRU and
linear-before-reset GRU: u r o, h = u ⊙ h_prev + (1 − u) ⊙ o: u keeps; the latter is reset after and has four biases,
u r o u', u' being that of the recurrent product of o. All layers of one primitive have the same sizes.
"""

from symlstm.conventions.convention import BIAS, Choice, Convention, Form, Stored, gates

__all__ = ["ONEDNN"]


def _arrays(order: str, biases: str) -> tuple[Stored, ...]:
    k = len(order)
    return (
        Stored("weights_layer", f"layers dirs d {k} n", gates("W", order)),
        Stored("weights_iter", f"layers dirs r {k} n", gates("U", order)),
        Stored("bias", f"layers dirs {len(biases.split())} n", biases, BIAS),
    )


def _gru(lbr: bool) -> Form:
    return Form(
        "gru",
        "LBR GRU" if lbr else "GRU",
        "u r o",
        _arrays("zrg", gates("b", "zrg") + (" bh_g" if lbr else "")),
        means={"reset": "after" if lbr else "before", "update": "keep"},
        settings={"linear_before_reset": lbr},
    )


ONEDNN = Convention(
    "onednn",
    "oneDNN primitives",
    "oneDNN: doc/primitives/rnn.md",
    (
        Form(
            "lstm",
            "LSTM",
            "i f c o",
            (
                *_arrays("ifgo", gates("b", "ifgo")),
                Stored("weights_peephole", "layers dirs 3 n", gates("p", "ifo"), "peephole"),
                Stored("weights_projection", "layers dirs n r", "W_p", "projection"),
            ),
        ),
        _gru(False),
        _gru(True),
        Form(
            "rnn", "Vanilla RNN", "h", _arrays("h", "b_h"),
            choices={"activation": Choice(("activation",), "tanh", {"tanh": "tanh", "relu": "relu"})},
        ),
    ),
)  # fmt: skip
