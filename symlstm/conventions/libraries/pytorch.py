"""PyTorch: torch.nn.LSTM, GRU, RNN and their Cells.

Source: pytorch, torch/nn/modules/rnn.py (names, shapes and equations in the docstrings of LSTM, GRU, RNN).
LSTM: i f g o. GRU: r z n, n = tanh(W_in x + b_in + r ⊙ (W_hn h + b_hn)), h = (1 − z) ⊙ n + z ⊙ h_prev: reset after,
z keeps. Nothing is added to a bias at run time. The names of a Cell have no "_l0".
"""

from symlstm.conventions.convention import BIAS, Choice, Convention, Form, Stored, gates

__all__ = ["PYTORCH"]


def _form(cell: str, title: str, letters: str, order: str, **meaning: object) -> Form:
    k = len(order) if len(order) > 1 else ""
    arrays: tuple[Stored, ...] = (
        Stored("weight_ih", f"{k}n d", gates("W", order)),
        Stored("weight_hh", f"{k}n r", gates("U", order)),
        Stored("bias_ih", f"{k}n", gates("b", order), BIAS),
        Stored("bias_hh", f"{k}n", gates("bh", order), BIAS),
    )
    if cell == "lstm":
        arrays = (*arrays, Stored("weight_hr", "r n", "W_p", "projection"))
    return Form(cell, title, letters, arrays, **meaning)  # type: ignore[arg-type]


PYTORCH = Convention(
    "pytorch",
    "PyTorch torch.nn",
    "pytorch: torch/nn/modules/rnn.py",
    (
        _form("lstm", "LSTM", "i f g o", "ifgo"),
        _form("gru", "GRU", "r z n", "rzg", means={"reset": "after", "update": "keep"}),
        _form(
            "rnn", "RNN", "h", "h",
            choices={"nonlinearity": Choice(("activation",), "tanh", {"tanh": "tanh", "relu": "relu"})},
        ),
    ),
    suffix="_l{layer}",
    reverse="_reverse",
)  # fmt: skip
