"""TensorFlow 1: tf.nn.rnn_cell.BasicLSTMCell, LSTMCell, GRUCell, BasicRNNCell, and two LSTMs of tf.contrib.rnn.

Source: tensorflow, tensorflow/python/ops/rnn_cell_impl.py and tensorflow/contrib/rnn/python/ops/rnn_cell.py (1.15).
One kernel (d + n, 4n) on [x, h], gates i j f o (j is the candidate); `forget_bias`, 1.0 by default, is added to the net
input of f at run time; peepholes w_i_diag, w_f_diag (old cell state) and w_o_diag (new one); with `num_proj` the
recurrent part has r rows and projection/kernel is (n, r). GRUCell: gates/kernel in the order r u, candidate/kernel,
h = u ⊙ h_prev + (1 − u) ⊙ c, c on [x, r ⊙ h_prev]: reset before, u keeps. Cells in a stack have scopes of their own.
CoupledInputForgetGateLSTMCell (weights in one shard): j f o and i = 1 − f; ours, f = 1 − i, has negated weights, which
is exact but for the forget bias, which is added to them. LayerNormBasicLSTMCell: the kernel without a bias, and gamma
and beta for every gate (transform is the candidate) and for the state.
"""

from symlstm.conventions.convention import Choice, Convention, Form, Stored, gates

__all__ = ["TF1"]

_NORMALISED = {"input": "i", "transform": "g", "forget": "f", "output": "o", "state": "c"}

TF1 = Convention(
    "tf1",
    "TensorFlow 1 rnn_cell",
    "tensorflow: tensorflow/python/ops/rnn_cell_impl.py, tensorflow/contrib/rnn/python/ops/rnn_cell.py (1.15)",
    (
        Form(
            "lstm",
            "LSTMCell",
            "i j f o",
            (
                Stored("kernel", "d+r 4n", gates("W", "igfo", joined_to="U")),
                Stored("bias", "4n", gates("b", "igfo")),
                Stored("w_i_diag", "n", "p_i", "peephole"),
                Stored("w_f_diag", "n", "p_f", "peephole"),
                Stored("w_o_diag", "n", "p_o", "peephole"),
                Stored("projection/kernel", "n r", "W_p", "projection"),
            ),
            choices={"forget_bias": Choice(("forget_bias",), 1.0)},
            requires={"activation": "tanh", "cell_clip": None, "proj_clip": None},
        ),
        Form(
            "lstm",
            "contrib CoupledInputForgetGateLSTMCell",
            "j f o",
            (
                Stored("W_0", "d+r 3n", gates("W", "gfo", joined_to="U")),
                Stored("B", "3n", gates("b", "gfo")),
                Stored("W_F_diag", "n", "p_f", "peephole"),
                Stored("W_O_diag", "n", "p_o", "peephole"),
                Stored("W_P_0", "n r", "W_p", "projection"),
            ),
            means={"coupled": True},
            choices={"forget_bias": Choice(("forget_bias",), 1.0)},
            requires={"activation": "tanh", "proj_clip": None, "layer_norm": False},
            negated={"f": "i"},
        ),
        Form(
            "layernorm-lstm-tf",
            "contrib LayerNormBasicLSTMCell",
            "i j f o",
            (
                Stored("kernel", "d+r 4n", gates("W", "igfo", joined_to="U")),
                *(
                    Stored(f"{name}/{kind}", "n", f"{kind}_{gate}")
                    for name, gate in _NORMALISED.items()
                    for kind in ("gamma", "beta")
                ),
            ),
            choices={"forget_bias": Choice(("forget_bias",), 1.0)},
            requires={"activation": "tanh", "layer_norm": True},
        ),
        Form(
            "gru",
            "GRUCell",
            "r u c",
            (
                Stored("gates/kernel", "d+r 2n", gates("W", "rz", joined_to="U")),
                Stored("gates/bias", "2n", gates("b", "rz")),
                Stored("candidate/kernel", "d+r n", "W_g+U_g"),
                Stored("candidate/bias", "n", "b_g"),
            ),
            means={"reset": "before", "update": "keep"},
            requires={"activation": "tanh"},
        ),
        Form(
            "rnn",
            "BasicRNNCell",
            "h",
            (Stored("kernel", "d+r n", "W_h+U_h"), Stored("bias", "n", "b_h")),
            choices={"activation": Choice(("activation",), "tanh", {"tanh": "tanh", "relu": "relu"})},
        ),
    ),
)
