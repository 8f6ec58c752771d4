"""Recurrent layers of Keras 3.15.1 (backend TensorFlow 2.21.0) in float64, with the gradients of its tape.

On the PyTorch backend, keras.ops.matmul rounds float64 to float32. Layers take x (B, T, d) and states (B, n); the
keys of the weights are their paths, in the order of get_weights().
"""

import os
from typing import Any

os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
import tensorflow as tf

from tests.oracles import recording as rec

LSTM = "columns i, f, c, o; a = x kernel + h recurrent_kernel + bias; activation also on the new c"
GRU = "columns z, r, h; h = z * h_prev + (1 - z) * hh"
NOTES = {
    "LSTM": LSTM,
    "GRU_reset_after": f"{GRU}; hh = tanh(x W_h + b_in_h + r * (h U_h + b_rec_h)), bias rows: input, recurrent",
    "GRU": f"{GRU}; hh = tanh(x W_h + (r * h) U_h + b_h), one bias",
    "SimpleRNN": "h = activation(x kernel + bias + h recurrent_kernel)",
}
CASES: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {  # class, options, those of Bidirectional
    "lstm": ("LSTM", {}, {}),
    "lstm_hard_sigmoid": ("LSTM", {"recurrent_activation": "hard_sigmoid"}, {}),
    "lstm_softsign": ("LSTM", {"activation": "softsign"}, {}),
    "lstm_no_bias": ("LSTM", {"use_bias": False}, {}),
    "lstm_go_backwards": ("LSTM", {"go_backwards": True}, {}),
    "gru_reset_after": ("GRU", {"reset_after": True}, {}),
    "gru_reset_before": ("GRU", {"reset_after": False}, {}),
    "gru_reset_after_no_bias": ("GRU", {"reset_after": True, "use_bias": False}, {}),
    "simple_rnn": ("SimpleRNN", {}, {}),
    "simple_rnn_relu": ("SimpleRNN", {"activation": "relu"}, {}),
    "bidirectional_lstm": ("LSTM", {}, {"merge_mode": "concat"}),
    "bidirectional_gru_reset_after": ("GRU", {"reset_after": True}, {"merge_mode": "sum"}),
}


def record(case: str, cell: str, options: dict[str, Any], both: dict[str, Any]) -> None:
    """Run one layer on random weights and write what it gives; a hard sigmoid gets weights that saturate it."""
    draw = rec.Draw(f"keras_{case}")
    layer = getattr(keras.layers, cell)(rec.N, return_sequences=True, return_state=True, name="layer", **options)
    if both:
        layer = keras.layers.Bidirectional(layer, name="both", **both)
    layer.build((rec.B, rec.T, rec.D))
    wide = 4.0 if "hard_sigmoid" in options.values() else 1.0
    layer.set_weights([wide * draw(*value.shape, scale=0.5) for value in layer.weights])
    states = ["h_0", "c_0"] if cell == "LSTM" else ["h_0"]
    ends = [name.replace("_0", "_n") for name in states]
    if both:
        states, ends = (
            [f"{side}_{name}" for side in ("forward", "backward") for name in part] for part in (states, ends)
        )
    inputs = {"x": draw(rec.B, rec.T, rec.D), **{name: draw(rec.B, rec.N) for name in states}}
    given = {name: tf.Variable(array) for name, array in inputs.items()}
    leaves = {**{value.path: value.value for value in layer.weights}, **given}
    with tf.GradientTape() as tape:
        result = layer(given["x"], initial_state=[given[name] for name in states])
        outputs = dict(zip(["output", *ends], result, strict=True))
        seeds = draw.seeds(outputs)
        total = sum(tf.reduce_sum(seeds[name] * value) for name, value in outputs.items())
    gradients = tape.gradient(total, leaves)
    reset_after = "_reset_after" if options.get("reset_after") else ""
    rec.save(
        f"keras_{case}",
        library="keras",
        version=keras.__version__,
        cell=f"keras.layers.{cell}",
        options={**options, **({"Bidirectional": both} if both else {})},
        arrays=dict(zip([value.path for value in layer.weights], layer.get_weights(), strict=True)),
        inputs=inputs,
        outputs=outputs,
        seeds=seeds,
        gradients=gradients,
        dtype="float64",
        notes=NOTES[cell + reset_after],
    )
    assert all(value.dtype == tf.float64 for value in (*outputs.values(), *gradients.values()))


def main() -> None:
    """Record every layer."""
    keras.config.set_floatx("float64")
    for case, (cell, options, both) in CASES.items():
        record(case, cell, options, both)


if __name__ == "__main__":
    main()
