"""ONNX's LSTM, GRU and RNN in onnx 1.23.2 (reference in float64, node tests), onnxruntime 1.32.0 (float32).

The reference knows only the default activations and no input_forget; onnxruntime knows both. X is (T, B, d), W
(directions, gates * n, d), R (directions, gates * n, n), B (directions, 2 * gates * n), P (directions, 3 * n), initial
states (directions, B, n), Y (T, directions, B, n).
"""

import importlib
import warnings
from typing import Any

import numpy as np
import onnx
import onnxruntime
from onnx import helper, numpy_helper
from onnx.reference import ReferenceEvaluator

from tests.oracles import recording as rec

GATES = {"LSTM": 4, "GRU": 3, "RNN": 1}
NOTES = {
    "LSTM": "rows i, o, f, c; P = p_i, p_o, p_f, p_o sees the new c; B = W's, then R's; f(gates), g(candidate), h(c)",
    "GRU": "rows z, r, h; h = (1 - z) * g + z * h_prev; B = W's, then R's; linear_before_reset=1: r * (R_h h + Rb_h)",
    "RNN": "B = W's, then R's",
}
OUTPUTS = {"LSTM": ["Y", "Y_h", "Y_c"], "GRU": ["Y", "Y_h"], "RNN": ["Y", "Y_h"]}
PEEPHOLES = ["B", "initial_h", "initial_c", "P"]
BIAS = ["B", "initial_h", "initial_c"]
CASES: dict[str, tuple[str, dict[str, Any], list[str]]] = {  # operator, attributes, optional inputs
    "lstm": ("LSTM", {}, BIAS),
    "lstm_no_bias": ("LSTM", {}, BIAS[1:]),
    "lstm_peepholes": ("LSTM", {}, PEEPHOLES),
    "lstm_reverse": ("LSTM", {"direction": "reverse"}, PEEPHOLES),
    "lstm_bidirectional": ("LSTM", {"direction": "bidirectional"}, PEEPHOLES),
    "lstm_input_forget": ("LSTM", {"input_forget": 1}, BIAS),
    "lstm_input_forget_peepholes": ("LSTM", {"input_forget": 1}, PEEPHOLES),
    "lstm_hard_sigmoid": ("LSTM", {"activations": ["HardSigmoid", "Tanh", "Tanh"]}, BIAS),
    "lstm_softsign_relu": ("LSTM", {"activations": ["Sigmoid", "Softsign", "Relu"]}, BIAS),
    "gru": ("GRU", {"linear_before_reset": 0}, BIAS[:2]),
    "gru_linear_before_reset": ("GRU", {"linear_before_reset": 1}, BIAS[:2]),
    "gru_no_bias": ("GRU", {}, BIAS[1:2]),
    "gru_bidirectional": ("GRU", {"direction": "bidirectional", "linear_before_reset": 1}, BIAS[:2]),
    "gru_reverse": ("GRU", {"direction": "reverse"}, BIAS[:2]),
    "rnn": ("RNN", {}, BIAS[:2]),
    "rnn_relu": ("RNN", {"activations": ["Relu"]}, BIAS[:2]),
    "rnn_bidirectional": ("RNN", {"direction": "bidirectional"}, BIAS[:2]),
}


def model(cell: str, attributes: dict[str, Any], given: dict[str, rec.Array]) -> onnx.ModelProto:
    """One node, its inputs in the order of the operator, the ones left out as empty names."""
    order = ["X", "W", "R", "B", "sequence_lens", "initial_h", "initial_c", "P"]
    names = [name if name in given else "" for name in order[: max(map(order.index, given)) + 1]]
    node = helper.make_node(cell, names, OUTPUTS[cell], hidden_size=rec.N, **attributes)
    kind = helper.np_dtype_to_tensor_dtype(given["X"].dtype)
    inputs = [helper.make_tensor_value_info(name, kind, array.shape) for name, array in given.items()]
    outputs = [helper.make_tensor_value_info(name, kind, None) for name in OUTPUTS[cell]]
    graph = helper.make_graph([node], cell, inputs, outputs)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 14)], ir_version=8)


def record(library: str, case: str, cell: str, attributes: dict[str, Any], optional: list[str]) -> None:
    """Run one operator in one of the two libraries on random weights; hard sigmoids get weights that saturate them."""
    dtype = "float32" if library == "onnxruntime" else "float64"
    draw = rec.Draw(f"onnx_{case}", dtype)
    directions, rows = (2 if attributes.get("direction") == "bidirectional" else 1), GATES[cell] * rec.N
    sizes = {"W": (rows, rec.D), "R": (rows, rec.N), "B": (2 * rows,), "P": (3 * rec.N,)}
    wide = np.array(4 if "HardSigmoid" in attributes.get("activations", ()) else 1, dtype)
    names = [name for name in sizes if name in ("W", "R") or name in optional]
    weights = {name: wide * draw(directions, *sizes[name], scale=0.5) for name in names}
    inputs = {"X": draw(rec.T, rec.B, rec.D)}
    inputs |= {name: draw(directions, rec.B, rec.N) for name in optional if name.startswith("initial")}
    graph = model(cell, attributes, weights | inputs)
    if library == "onnxruntime":
        result = onnxruntime.InferenceSession(graph.SerializeToString()).run(None, weights | inputs)
    else:
        result = ReferenceEvaluator(graph).run(None, weights | inputs)
    rec.save(
        f"{library}_{case}",
        library=library,
        version=importlib.import_module(library).__version__,
        cell=cell,
        options={"hidden_size": rec.N, **attributes},
        arrays=weights,
        inputs=inputs,
        outputs=dict(zip(OUTPUTS[cell], result, strict=True)),
        seeds={},
        gradients={},
        dtype=dtype,
        notes=NOTES[cell],
    )


def record_node_tests() -> None:
    """Copy the inputs and expected outputs of ONNX's own node tests of the three operators."""
    from onnx.backend.test.case.node import collect_testcases

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tests = collect_testcases()
    for test in tests:
        nodes = test.model.graph.node
        if len(nodes) == 1 and nodes[0].op_type in GATES:
            given, expected = test.data_sets[0]
            graph = test.model.graph
            rec.save(
                test.name,
                folder="onnx_node",
                library="onnx",
                version=onnx.__version__,
                cell=nodes[0].op_type,
                options={entry.name: plain(helper.get_attribute_value(entry)) for entry in nodes[0].attribute},
                inputs={value.name: as_array(array) for value, array in zip(graph.input, given, strict=True)},
                outputs={value.name: as_array(array) for value, array in zip(graph.output, expected, strict=True)},
                dtype="float32",
                notes=NOTES[nodes[0].op_type] + "; layout=1 puts the batch first",
            )


def plain(value: Any) -> Any:
    """A string where ONNX holds bytes."""
    return value.decode() if isinstance(value, bytes) else value


def as_array(value: Any) -> rec.Array:
    """An array out of what a test case holds."""
    return numpy_helper.to_array(value) if isinstance(value, onnx.TensorProto) else np.asarray(value)


def main() -> None:
    """Record every operator in both libraries, and the node tests."""
    for case, (cell, attributes, optional) in CASES.items():
        record("onnxruntime", case, cell, attributes, optional)
        if not {"activations", "input_forget"} & set(attributes):
            record("onnx", case, cell, attributes, optional)
    record_node_tests()


if __name__ == "__main__":
    main()
