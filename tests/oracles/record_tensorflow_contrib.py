"""Cells of tf.contrib.rnn in TensorFlow 1.15.0 (Python 3.7, protobuf < 3.21, NumPy < 1.19) in float64, over T steps.

x is (T, B, d), states (B, n), h (B, r) with num_proj; kernels are (d + n, gates * n) over [x, h].
"""

from __future__ import annotations

import warnings
from typing import Any

warnings.simplefilter("ignore")

import tensorflow as tf  # noqa: E402
from tensorflow.contrib import rnn  # noqa: E402

from tests.oracles import recording as rec  # noqa: E402

NOTES = {
    "LayerNormBasicLSTMCell": "columns i, j (the candidate), f, o, no bias; each gate normalised by itself (variance + "
    "1e-12) with the gamma and beta of input, transform, forget, output; f = sigmoid(a_f + forget_bias); the new c is "
    "normalised (state/gamma, state/beta), and that is the state; h = tanh(c) * sigmoid(o)",
    "CoupledInputForgetGateLSTMCell": "columns j (the candidate), f, o; f = sigmoid(a_f + forget_bias + W_F_diag * "
    "c_prev), i = 1 - f; W_O_diag sees the new c; h = (o * tanh(c)) W_P",
}
CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "layer_norm_basic_lstm": ("LayerNormBasicLSTMCell", {"forget_bias": 1.0}),
    "layer_norm_basic_lstm_no_forget_bias": ("LayerNormBasicLSTMCell", {"forget_bias": 0.0}),
    "coupled_lstm": ("CoupledInputForgetGateLSTMCell", {"forget_bias": 1.0}),
    "coupled_lstm_peepholes": ("CoupledInputForgetGateLSTMCell", {"use_peepholes": True, "forget_bias": 1.0}),
    "coupled_lstm_peepholes_projection": (
        "CoupledInputForgetGateLSTMCell",
        {"use_peepholes": True, "num_proj": rec.R, "forget_bias": 0.5},
    ),
}


def record(case: str, name: str, options: dict[str, Any]) -> None:
    """Run one cell on random weights and write what it gives."""
    draw = rec.Draw(f"tensorflow_contrib_{case}")
    projected = options.get("num_proj")
    n, d, batch = (rec.N_PROJECTED, rec.D_PROJECTED, rec.B_PROJECTED) if projected else (rec.N, rec.D, rec.B)
    cell = getattr(rnn, name)(n, **options)
    inputs = {"x": draw(rec.T, batch, d), "h_0": draw(batch, projected or n), "c_0": draw(batch, n)}
    with tf.Graph().as_default(), tf.Session() as session:
        given = {key: tf.placeholder("float64", array.shape) for key, array in inputs.items()}
        state, ys = rnn.LSTMStateTuple(given["c_0"], given["h_0"]), []
        for t in range(rec.T):
            y, state = cell(given["x"][t], state)
            ys.append(y)
        results = {"y": tf.stack(ys), "c_T": state.c, "h_T": state.h}
        variables = {value.op.name.partition("/")[2]: value for value in tf.trainable_variables()}
        weights = draw.weights({key: tuple(value.shape.as_list()) for key, value in variables.items()})
        for key, value in variables.items():
            value.load(weights[key], session)
        feed = {given[key]: array for key, array in inputs.items()}
        outputs = session.run(results, feed)
        seeds = draw.seeds(outputs)
        total = sum(tf.reduce_sum(seeds[key] * value) for key, value in results.items())
        leaves = {**variables, **given}
        gradients = session.run(dict(zip(leaves, tf.gradients(total, list(leaves.values())))), feed)  # noqa: B905
    assert all(value.dtype == "float64" for value in [*outputs.values(), *gradients.values()])
    rec.save(
        f"tensorflow_contrib_{case}",
        library="tensorflow",
        version=tf.__version__,
        cell=f"tf.contrib.rnn.{name}",
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
    for case, (name, options) in CASES.items():
        record(case, name, options)


if __name__ == "__main__":
    main()
