"""Haiku: hk.LSTM, hk.GRU and hk.VanillaRNN.

Source: dm-haiku, haiku/_src/recurrent.py.
LSTM: one Linear with w (d + n, 4n) on [x, h], gates i g f o, f = σ(f + 1): the forget bias 1 is added at run time.
GRU: w_i, w_h, b in the order z r a, h = (1 − z) ⊙ h_prev + z ⊙ a, a on r ⊙ h_prev: z writes, reset before.
VanillaRNN: two Linears, linear on x and linear_1 on h_prev, ReLU; double_bias=False leaves the second bias out.
"""

from symlstm.conventions.convention import Convention, Form, Stored, gates

__all__ = ["HAIKU"]

HAIKU = Convention(
    "haiku",
    "Haiku",
    "dm-haiku: haiku/_src/recurrent.py",
    (
        Form(
            "lstm",
            "LSTM",
            "i g f o",
            (
                Stored("linear/w", "d+r 4n", gates("W", "igfo", joined_to="U")),
                Stored("linear/b", "4n", gates("b", "igfo")),
            ),
            means={"forget_bias": 1.0},
        ),
        Form(
            "gru",
            "GRU",
            "z r a",
            (
                Stored("w_i", "d 3n", gates("W", "zrg")),
                Stored("w_h", "r 3n", gates("U", "zrg")),
                Stored("b", "3n", gates("b", "zrg")),
            ),
            means={"reset": "before", "update": "write"},
        ),
        Form(
            "rnn",
            "VanillaRNN",
            "h",
            (
                Stored("linear/w", "d n", "W_h"),
                Stored("linear/b", "n", "b_h"),
                Stored("linear_1/w", "r n", "U_h"),
                Stored("linear_1/b", "n", "bh_h", "second bias"),
            ),
            means={"activation": "relu"},
        ),
    ),
)
