"""Keras: keras.layers.LSTM, GRU, SimpleRNN, also within Bidirectional.

Source: keras, keras/src/layers/rnn/lstm.py, gru.py, simple_rnn.py, bidirectional.py.
LSTM: i f c o; `unit_forget_bias` only sets the first value of the bias, nothing is added at run time. GRU: z r h,
h = z ⊙ h_prev + (1 − z) ⊙ h_candidate: z keeps; `reset_after` (True by default) has a bias of shape (2, 3n), input
biases in row 0 and recurrent ones in row 1; reset before has (3n,). The arrays of a Bidirectional layer are those of
its two layers, forward first. hard_sigmoid is that of Keras 3, relu6(x + 3) / 6; that of Keras 2 was another one.
"""

from symlstm.conventions.convention import BIAS, Choice, Convention, Form, Stored, gates

__all__ = ["KERAS"]

_USUAL = {"activation": "tanh", "recurrent_activation": "sigmoid"}
_NAMES = {
    "tanh": "tanh",
    "sigmoid": "sigmoid",
    "relu": "relu",
    "linear": "identity",
    "softsign": "softsign",
    "softplus": "softplus",
    "hard_sigmoid": "hard_sigmoid6",
}


def _kernels(order: str) -> tuple[Stored, ...]:
    k = len(order) if len(order) > 1 else ""
    return (
        Stored("kernel", f"d {k}n", gates("W", order)),
        Stored("recurrent_kernel", f"r {k}n", gates("U", order)),
    )


def _gru(reset_after: bool) -> Form:
    one, two = gates("b", "zrg"), gates("b", "zrg") + " " + gates("bh", "zrg")
    return Form(
        "gru",
        "GRU",
        "z r h",
        (*_kernels("zrg"), Stored("bias", "2 3n", two, BIAS) if reset_after else Stored("bias", "3n", one, BIAS)),
        means={"reset": "after" if reset_after else "before", "update": "keep"},
        settings={"reset_after": reset_after},
        requires=_USUAL,
    )


KERAS = Convention(
    "keras",
    "Keras layers",
    "keras: keras/src/layers/rnn/{lstm,gru,simple_rnn,bidirectional}.py",
    (
        Form(
            "lstm", "LSTM", "i f c o", (*_kernels("ifgo"), Stored("bias", "4n", gates("b", "ifgo"), BIAS)),
            choices={
                "activation": Choice(("candidate_activation", "output_activation"), "tanh", _NAMES),
                "recurrent_activation": Choice(("gate_activation",), "sigmoid", _NAMES),
            },
        ),
        _gru(True),
        _gru(False),
        Form(
            "rnn", "SimpleRNN", "h", (*_kernels("h"), Stored("bias", "n", "b_h", BIAS)),
            choices={"activation": Choice(("activation",), "tanh", _NAMES)},
        ),
    ),
    prefixes={"forward": "forward_", "reverse": "backward_"},
    listed=("kernel", "recurrent_kernel", "bias"),
)  # fmt: skip
