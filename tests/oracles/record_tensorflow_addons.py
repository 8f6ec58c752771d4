"""Cells of TensorFlow Addons 0.23.0 (TensorFlow 2.15.1, its last releases) in float64, over T steps.

x is (T, B, d), states (B, n); the keys of the weights are their names, in the order of get_weights().
"""

import warnings
from typing import Any

warnings.simplefilter("ignore")

import tensorflow as tf  # noqa: E402
import tensorflow_addons as tfa  # noqa: E402

from tests.oracles import recording as rec  # noqa: E402

NOTES = {
    "LayerNormLSTMCell": "columns i, f, c, o; a = LN(x kernel; kernel_norm) + LN(h recurrent_kernel; recurrent_norm) + "
    "bias, LN over all 4 n columns, variance + norm_epsilon; the new c is LN(f * c_prev + i * tanh(a_c); state_norm), "
    "and that is the state; h = o * tanh(c)",
    "PeepholeLSTMCell": "columns i, f, c, o; the output gate's peephole sees the new c",
}
CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "layer_norm_lstm": ("LayerNormLSTMCell", {"norm_epsilon": 1e-3}),
    "layer_norm_lstm_small_epsilon": ("LayerNormLSTMCell", {"norm_epsilon": 1e-5}),
    "peephole_lstm": ("PeepholeLSTMCell", {}),
}


def record(case: str, name: str, options: dict[str, Any]) -> None:
    """Run one cell on random weights and write what it gives."""
    draw = rec.Draw(f"tensorflow_addons_{case}")
    cell = getattr(tfa.rnn, name)(rec.N, name="cell", **options)
    states = ["h", "c"]
    inputs = {"x": draw(rec.T, rec.B, rec.D), **{f"{state}_0": draw(rec.B, rec.N) for state in states}}
    cell.build((rec.B, rec.D))
    cell.built = True
    variables = {value.name.removeprefix("cell/").removesuffix(":0"): value for value in cell.trainable_variables}
    weights = draw.weights({key: tuple(value.shape) for key, value in variables.items()})
    for key, value in variables.items():
        value.assign(weights[key])
    given = {key: tf.Variable(array) for key, array in inputs.items()}
    with tf.GradientTape() as tape:
        state, ys = [given[f"{part}_0"] for part in states], []
        for t in range(rec.T):
            y, state = cell(given["x"][t], state)
            ys.append(y)
        outputs = {"y": tf.stack(ys), **{f"{part}_T": value for part, value in zip(states, state, strict=True)}}
        seeds = draw.seeds(outputs)
        total = sum(tf.reduce_sum(seeds[key] * value) for key, value in outputs.items())
    gradients = {key: tf.convert_to_tensor(v) for key, v in tape.gradient(total, {**variables, **given}).items()}
    assert all(value.dtype == tf.float64 for value in (*outputs.values(), *gradients.values()))
    rec.save(
        f"tensorflow_addons_{case}",
        library="tensorflow-addons",
        version=tfa.__version__,
        cell=f"tfa.rnn.{name}",
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
    tf.keras.backend.set_floatx("float64")
    for case, (name, options) in CASES.items():
        record(case, name, options)


if __name__ == "__main__":
    main()
