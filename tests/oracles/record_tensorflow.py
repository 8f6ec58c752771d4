"""The v1 cells of TensorFlow 2.21.0 (tf.compat.v1.nn.rnn_cell, with tf_keras 2.21.0) in float64, over T steps.

x is (T, B, d), states (B, n), h (B, r) with num_proj; kernels are (d + n, gates * n) over [x, h]. Gradients: tf's tape.
"""

import os
import warnings
from typing import Any

os.environ["TF_USE_LEGACY_KERAS"] = "1"

import tensorflow as tf

from tests.oracles import recording as rec

LSTM = "columns i, j (the candidate), f, o; f = sigmoid(a_f + forget_bias): the forget bias is added at run time"
NOTES = {
    "BasicLSTMCell": LSTM,
    "LSTMCell": f"{LSTM}; w_o_diag sees the new c; h = (o * tanh(c)) projection/kernel",
    "GRUCell": "gates: columns r, u; c = tanh([x, r * h] candidate/kernel + bias); h = u * h_prev + (1 - u) * c",
    "BasicRNNCell": "h = tanh([x, h] kernel + bias)",
}
CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "basic_lstm": ("BasicLSTMCell", {"forget_bias": 1.0}),
    "basic_lstm_no_forget_bias": ("BasicLSTMCell", {"forget_bias": 0.0}),
    "lstm": ("LSTMCell", {"forget_bias": 1.0}),
    "lstm_peepholes": ("LSTMCell", {"use_peepholes": True, "forget_bias": 1.0}),
    "lstm_projection": ("LSTMCell", {"num_proj": rec.R, "forget_bias": 1.0}),
    "lstm_peepholes_projection": ("LSTMCell", {"use_peepholes": True, "num_proj": rec.R, "forget_bias": 0.5}),
    "gru": ("GRUCell", {}),
    "basic_rnn": ("BasicRNNCell", {}),
}


def record(case: str, name: str, options: dict[str, Any]) -> None:
    """Run one cell on random weights and write what it gives."""
    draw = rec.Draw(f"tensorflow_{case}")
    projected = options.get("num_proj")
    n, d, batch = (rec.N_PROJECTED, rec.D_PROJECTED, rec.B_PROJECTED) if projected else (rec.N, rec.D, rec.B)
    cell = getattr(tf.compat.v1.nn.rnn_cell, name)(n, dtype="float64", name="cell", **options)
    lstm = "LSTM" in name
    inputs = {
        "x": draw(rec.T, batch, d),
        "h_0": draw(batch, projected or n),
        **({"c_0": draw(batch, n)} if lstm else {}),
    }
    cell.build((batch, d))
    cell.built = True
    leaves = {value.name.partition("/")[2].removesuffix(":0"): value for value in cell.trainable_variables}
    weights = draw.weights({key: tuple(value.shape) for key, value in leaves.items()})
    for key, value in leaves.items():
        value.assign(weights[key])
    given = {key: tf.Variable(array) for key, array in inputs.items()}
    with tf.GradientTape() as tape:
        state: Any = tf.compat.v1.nn.rnn_cell.LSTMStateTuple(given["c_0"], given["h_0"]) if lstm else given["h_0"]
        ys = []
        for t in range(rec.T):
            y, state = cell(given["x"][t], state)
            ys.append(y)
        ends = {"c_T": state.c, "h_T": state.h} if lstm else {"h_T": state}
        outputs = {"y": tf.stack(ys), **ends}
        seeds = draw.seeds(outputs)
        total = sum(tf.reduce_sum(seeds[key] * value) for key, value in outputs.items())
    gradients = {key: tf.convert_to_tensor(value) for key, value in tape.gradient(total, {**leaves, **given}).items()}
    assert all(value.dtype == tf.float64 for value in (*outputs.values(), *gradients.values()))
    rec.save(
        f"tensorflow_{case}",
        library="tensorflow",
        version=tf.__version__,
        cell=f"tf.compat.v1.nn.rnn_cell.{name}",
        options=options,
        arrays=weights,
        inputs=inputs,
        outputs=outputs,
        seeds=seeds,
        gradients=gradients,
        dtype="float64",
        notes=NOTES[name],
    )


def main() -> None:
    """Record every cell."""
    warnings.simplefilter("ignore")
    for case, (name, options) in CASES.items():
        record(case, name, options)


if __name__ == "__main__":
    main()
