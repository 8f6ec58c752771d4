"""The operator UNIDIRECTIONAL_SEQUENCE_LSTM of TensorFlow Lite (TensorFlow 2.21.0) in float32, in models built by hand.

The 24 inputs of the operator have the names and the order of the kernel. Weights are (n, in), peepholes, biases and
layer norm coefficients (n,), projection_weights (r, n); input is (T, B, d), the two states (B, r) and (B, n).
"""

import os
from typing import Any

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import flatbuffers
import numpy as np
import tensorflow as tf
from tensorflow.lite.python import schema_py_generated as schema

from tests.oracles import recording as rec

GATES = ["input", "forget", "cell", "output"]
PEEPHOLES = [f"cell_to_{gate}_weights" for gate in ("input", "forget", "output")]
NORMS = [f"{gate}_layer_norm_coefficients" for gate in GATES]
NAMES = [
    "input",
    *(f"{source}_to_{gate}_weights" for source in ("input", "recurrent") for gate in GATES),
    *PEEPHOLES,
    *(f"{gate}_gate_bias" for gate in GATES),
    "projection_weights",
    "projection_bias",
    "output_state",
    "cell_state",
    *NORMS,
]
NOTES = (
    "a_g = W_g x + U_g h (+ p_g * c), then with coefficients a_g = coefficient * (a_g - mean) / sqrt(var + 1e-8), then "
    "+ bias, each gate by itself; cell_to_output sees the new c; coupled (no tensors of the input gate): i = 1 - f; "
    "h = projection_weights (o * tanh(c)) + projection_bias; no forget bias at run time"
)
CASES: dict[str, tuple[bool, bool, bool, bool, bool]] = {  # peephole, coupled, projection, its bias, layer norm
    "lstm": (False, False, False, False, False),
    "lstm_peephole": (True, False, False, False, False),
    "lstm_coupled": (False, True, False, False, False),
    "lstm_coupled_peephole": (True, True, False, False, False),
    "lstm_projection": (False, False, True, False, False),
    "lstm_projection_bias": (False, False, True, True, False),
    "lstm_layer_norm": (False, False, False, False, True),
    "lstm_layer_norm_small": (False, False, False, False, True),  # net inputs so small that 1e-8 is seen
    "lstm_layer_norm_peephole": (True, False, False, False, True),
    "lstm_layer_norm_coupled_peephole_projection_bias": (True, True, True, True, True),
    "lstm_peephole_projection_bias": (True, False, True, True, False),
}


def shapes(case: str) -> dict[str, tuple[int, ...]]:
    """The shape of every input that the case has, under its name."""
    peephole, coupled, projection, projection_bias, layer_norm = CASES[case]
    n, d, batch = (rec.N_PROJECTED, rec.D_PROJECTED, rec.B_PROJECTED) if projection else (rec.N, rec.D, rec.B)
    out = rec.R if projection else n
    special = {"input": (rec.T, batch, d), "projection_weights": (out, n), "projection_bias": (out,)}
    special |= {"output_state": (batch, out), "cell_state": (batch, n)}
    absent = [] if peephole else [*PEEPHOLES]
    absent += [] if layer_norm else [*NORMS]
    absent += [] if projection else ["projection_weights"]
    absent += [] if projection_bias else ["projection_bias"]
    absent += [name for name in NAMES[1:] if "input_gate" in name or name in (PEEPHOLES[0], NORMS[0])] * coupled
    absent += ["input_to_input_weights", "recurrent_to_input_weights"] * coupled
    width = {"input": d, "recurrent": out}  # of the weights of a gate, by where they come from
    gates = {name: (n, width[name.partition("_to_")[0]]) for name in NAMES[1:9]}
    return {name: (special | gates).get(name, (n,)) for name in NAMES if name not in absent}


def model(arrays: dict[str, rec.Array], output: tuple[int, ...]) -> bytes:
    """One operator: `input` is fed, the two states are variables, everything else is a constant."""
    graph, buffers = schema.SubGraphT(), [schema.BufferT()]
    graph.tensors = []
    for name, array in [*arrays.items(), ("output", np.zeros(output, "float32"))]:
        tensor = schema.TensorT()
        tensor.name, tensor.shape, tensor.type, tensor.buffer = name, list(array.shape), schema.TensorType.FLOAT32, 0
        tensor.isVariable = name in ("output_state", "cell_state")
        if name not in ("input", "output", "output_state", "cell_state"):
            buffers.append(schema.BufferT())
            buffers[-1].data = np.frombuffer(array.tobytes(), "uint8")
            tensor.buffer = len(buffers) - 1
        graph.tensors.append(tensor)
    places = {tensor.name: place for place, tensor in enumerate(graph.tensors)}
    options, code, operator = schema.UnidirectionalSequenceLSTMOptionsT(), schema.OperatorCodeT(), schema.OperatorT()
    options.fusedActivationFunction, options.timeMajor = schema.ActivationFunctionType.TANH, True
    code.builtinCode = code.deprecatedBuiltinCode = schema.BuiltinOperator.UNIDIRECTIONAL_SEQUENCE_LSTM
    operator.builtinOptionsType = schema.BuiltinOptions.UnidirectionalSequenceLSTMOptions
    operator.builtinOptions = options
    operator.inputs, operator.outputs = [places.get(name, -1) for name in NAMES], [places["output"]]
    graph.inputs, graph.outputs, graph.operators = [places["input"]], [places["output"]], [operator]
    whole = schema.ModelT()
    whole.version, whole.subgraphs, whole.buffers, whole.operatorCodes = 3, [graph], buffers, [code]
    builder = flatbuffers.Builder(0)
    builder.Finish(whole.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def run(arrays: dict[str, rec.Array]) -> dict[str, Any]:
    """What the interpreter gives: the output and the two states after it."""
    steps, batch, _ = arrays["input"].shape
    interpreter = tf.lite.Interpreter(
        model_content=model(arrays, (steps, batch, arrays["output_state"].shape[1])),
        experimental_op_resolver_type=tf.lite.experimental.OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
    )
    interpreter.allocate_tensors()
    places = {detail["name"]: detail["index"] for detail in interpreter.get_tensor_details() if detail["name"]}
    for name in ("input", "output_state", "cell_state"):
        interpreter.set_tensor(places[name], arrays[name])
    interpreter.invoke()
    return {name: interpreter.get_tensor(places[name]) for name in ("output", "output_state", "cell_state")}


def main() -> None:
    """Record every variant."""
    for case, options in CASES.items():
        draw = rec.Draw(f"tflite_{case}", "float32")
        fed = ("input", "output_state", "cell_state")
        arrays = {name: draw(*shape, scale=1 if name in fed else 0.5) for name, shape in shapes(case).items()}
        if case == "lstm_layer_norm_small":
            arrays |= {name: array * np.float32(1e-4) for name, array in arrays.items() if "_to_" in name}
        rec.save(
            f"tflite_{case}",
            library="tensorflow-lite",
            version=tf.__version__,
            cell="UNIDIRECTIONAL_SEQUENCE_LSTM",
            options=dict(
                zip(("peephole", "coupled", "projection", "projection_bias", "layer_norm"), options, strict=True)
            ),
            arrays={name: array for name, array in arrays.items() if name not in fed},
            inputs={name: arrays[name] for name in fed},
            outputs=run(arrays),
            seeds={},
            gradients={},
            dtype="float32",
            notes=NOTES,
        )


if __name__ == "__main__":
    main()
