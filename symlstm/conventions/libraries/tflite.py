"""TensorFlow Lite: the inputs of LSTM and UNIDIRECTIONAL_SEQUENCE_LSTM, with and without layer normalisation.

Source: tensorflow, tensorflow/lite/kernels/lstm_eval.cc (UpdateLstmCellFloat, CalculateLstmGateFloat,
CalculateLstmOutputFloat) and unidirectional_sequence_lstm.cc (CheckInputTensorDimensions).
One array for every gate, n × d and n × r; cell_to_output_weights see the new cell state. Where the arrays of the
input gate are left out the gates are coupled, but as i = 1 − f: the *forget* gate is stored. Since 1 − σ(a) = σ(−a),
the coupled gates of our lstm, f = 1 − i, have W_i = −W_f, U_i = −U_f, p_i = −p_f, b_i = −b_f, which is exact in
floating point; our layernorm-lstm-tflite couples as the library does. The layer normalisation is that of every net
input by itself, peepholes included, without a shift; the biases come after it.
"""

from symlstm.conventions.convention import Convention, Form, Stored

__all__ = ["TFLITE"]

_NAMES = {"i": "input", "f": "forget", "g": "cell", "o": "output"}
_REQUIRES = {"cell_clip": 0, "proj_clip": 0}


def _arrays(order: str, norm: bool) -> tuple[Stored, ...]:
    name = {gate: _NAMES[gate] for gate in order}
    arrays = [Stored(f"input_to_{name[gate]}_weights", "n d", f"W_{gate}") for gate in order]
    arrays += [Stored(f"recurrent_to_{name[gate]}_weights", "n r", f"U_{gate}") for gate in order]
    arrays += [Stored(f"cell_to_{name[g]}_weights", "n", f"p_{g}", "peephole") for g in order if g != "g"]
    if norm:
        arrays += [Stored(f"{name[g]}_layer_norm_coefficients", "n", f"gamma_{g}") for g in order]
    arrays += [Stored(f"{name[gate]}_gate_bias", "n", f"b_{gate}") for gate in order]
    arrays += [Stored("projection_weights", "r n", "W_p", "projection")]
    return (*arrays, Stored("projection_bias", "r", "b_p", "projection bias"))


def _form(cell: str, coupled: bool) -> Form:
    negated = {"f": "i"} if coupled and cell == "lstm" else {}
    return Form(
        cell,
        ("LayerNorm " if cell != "lstm" else "") + ("CIFG LSTM" if coupled else "LSTM"),
        "f g o" if coupled else "i f g o",
        _arrays("fgo" if coupled else "ifgo", cell != "lstm"),
        means={"coupled": coupled},
        requires=_REQUIRES,
        negated=negated,
    )


TFLITE = Convention(
    "tflite",
    "TensorFlow Lite",
    "tensorflow: tensorflow/lite/kernels/lstm_eval.cc, unidirectional_sequence_lstm.cc",
    tuple(_form(cell, coupled) for cell in ("lstm", "layernorm-lstm-tflite") for coupled in (False, True)),
)
