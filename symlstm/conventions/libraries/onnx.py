"""ONNX: the inputs W, R, B, P of the operators LSTM, GRU and RNN.

Source: the ONNX operator specification (opset 22) and onnx, onnx/reference/ops/op_lstm.py, op_gru.py, op_rnn.py; for
input_forget: onnxruntime, onnxruntime/core/providers/cpu/rnn/uni_directional_lstm.cc (GateComputations).
W (dirs, 4n, d), R (dirs, 4n, n) in the order i o f c; B (dirs, 8n) is Wb beside Rb; P (dirs, 3n) in the order i o f,
o sees the new cell state. GRU: z r h, H = (1 − z) ⊙ h + z ⊙ H_prev: z keeps; linear_before_reset = 1 is reset after.
input_forget = 1 couples f = 1 − i (as Greff et al.); the rows of f are stored and not used. The reference
implementation in Python leaves input_forget out of account. With dirs = 2, forward is first.
"""

from symlstm.conventions.convention import BIAS, UNUSED, Choice, Convention, Form, Stored

__all__ = ["ONNX"]


_REQUIRES = {"clip": 0, "activation_alpha": None, "activation_beta": None}
_LSTM_ACTIVATIONS = ("gate_activation", "candidate_activation", "output_activation")
_NAMES = {
    "Tanh": "tanh",
    "Sigmoid": "sigmoid",
    "Relu": "relu",
    "Softsign": "softsign",
    "Softplus": "softplus",
    "HardSigmoid": "hard_sigmoid",
}  # with the default alpha and beta


def _arrays(order: str, unused: str = "") -> tuple[Stored, ...]:
    def holds(family: str, letters: str = order) -> str:
        return " ".join(UNUSED if gate in unused else f"{family}_{gate}" for gate in letters)

    k = len(order) if len(order) > 1 else ""
    arrays = (
        Stored("W", f"dirs {k}n d", holds("W")),
        Stored("R", f"dirs {k}n r", holds("U")),
        Stored("B", f"dirs {2 * len(order)}n", f"{holds('b')} {holds('bh')}", BIAS),
    )
    return (*arrays, Stored("P", "dirs 3n", holds("p", "iof"), "peephole")) if len(order) == 4 else arrays


def _lstm(input_forget: int) -> Form:
    return Form(
        "lstm",
        "LSTM",
        "i o f c",
        _arrays("iofg", "f" if input_forget else ""),
        means={"coupled": bool(input_forget)},
        settings={"input_forget": input_forget},
        choices={"activations": Choice(_LSTM_ACTIVATIONS, ["Sigmoid", "Tanh", "Tanh"], _NAMES, listed=True)},
        requires=_REQUIRES,
    )


def _gru(linear_before_reset: int) -> Form:
    return Form(
        "gru",
        "GRU",
        "z r h",
        _arrays("zrg"),
        means={"reset": "after" if linear_before_reset else "before", "update": "keep"},
        settings={"linear_before_reset": linear_before_reset},
        requires=_REQUIRES,
    )


ONNX = Convention(
    "onnx",
    "ONNX operators",
    "ONNX operator specification; onnx/reference/ops/op_{lstm,gru,rnn}.py; onnxruntime uni_directional_lstm.cc",
    (
        _lstm(0),
        _lstm(1),
        _gru(0),
        _gru(1),
        Form(
            "rnn", "RNN", "h", _arrays("h"),
            choices={"activations": Choice(("activation",), ["Tanh"], _NAMES, listed=True)},
            requires=_REQUIRES,
        ),
    ),
)  # fmt: skip
