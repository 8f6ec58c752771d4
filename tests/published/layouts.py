"""How PyTorch, Keras, Flax, Haiku and ONNX store a layer: their arrays under our names, by slicing alone.

Each function takes a recorded case and gives the stack of cells that it is, and how one array of it is taken apart; as
that is linear, gradients are taken apart in the same way.
"""

import re
from collections.abc import Callable
from typing import Any

import numpy as np

import symlstm as sl
from symlstm.algebra import add, hadamard, matmul, n, one_minus
from symlstm.system import Builder, System
from tests.published.stack import Found, Stack
from tests.sequence import Array

Data = dict[str, Any]
Layout = tuple[Stack, Callable[[str, Array], Found]]


def by_gate(kind: str, array: Array, gates: str, k: int = 0) -> Found:
    """Equal blocks of rows, one a gate."""
    return {(k, f"{kind}_{gate}"): part for gate, part in zip(gates, np.split(array, len(gates)), strict=True)}


def state(key: str, array: Array, k: int = 0) -> Found:
    """A state (B, n) before the first step or after the last: h_0, h_n, h_T, h_1."""
    return {(k, f"{key[0]}_prev" if key.endswith("_0") else key[0]): array.T}


def sequence(key: str, array: Array) -> Found:
    """What goes in or comes out, (T, B, …)."""
    return {(0, "x" if key in ("x", "input", "X", "src_layer") else "y"): array.swapaxes(1, 2)}


def torch(data: Data) -> Layout:
    """Rows are gates, the second bias goes with the recurrent product; states are (layers · directions, B, n)."""
    options, kind = data["options"], re.sub(r"torch\.nn\.|Cell", "", data["cell"])
    directions = 2 if options.get("bidirectional") else 1
    gates = {"LSTM": "ifgo", "GRU": "rzg", "RNN": "h"}[kind]
    cell = {
        "LSTM": lambda: sl.cell("lstm", layout="split", biases=2, projection="proj_size" in options),
        "GRU": lambda: sl.cell("gru", reset="after", biases=2),
        "RNN": lambda: sl.cell("rnn", layout="split", biases=2, activation=options.get("nonlinearity", "tanh")),
    }[kind]()
    letters = {"weight_ih": "W", "weight_hh": "U", "bias_ih": "b", "bias_hh": "bh"}

    def translate(key: str, array: Array) -> Found:
        weight = re.fullmatch(r"(weight_ih|weight_hh|weight_hr|bias_ih|bias_hh)(?:_l(\d)(_reverse)?)?", key)
        if weight:
            k = directions * int(weight[2] or 0) + bool(weight[3])
            return {(k, "W_p"): array} if weight[1] == "weight_hr" else by_gate(letters[weight[1]], array, gates, k)
        if key in ("input", "output"):
            return sequence(key, array if array.ndim == 3 else array[None])
        states = array if array.ndim == 3 else array[None]
        return {name: part for k, one in enumerate(states) for name, part in state(key, one, k).items()}

    return Stack(cell, directions, options.get("num_layers", 1)), translate


def keras(data: Data) -> Layout:
    """Columns are gates, x is (B, T, d); the two biases of a GRU that resets after are two rows."""
    options, kind = data["options"], data["cell"].removeprefix("keras.layers.")
    gates = {"LSTM": "ifgo", "GRU": "zrg", "SimpleRNN": "h"}[kind]
    shown, after = options.get("activation", "tanh"), options.get("reset_after")
    if kind == "LSTM":
        gate = {"hard_sigmoid": "hard_sigmoid6"}.get(options.get("recurrent_activation", ""), "sigmoid")
        cell = sl.cell(
            "lstm", layout="split", gate_activation=gate, candidate_activation=shown, output_activation=shown
        )
    elif kind == "GRU":
        cell = sl.cell("gru", layout="split", reset="after" if after else "before", biases=2 if after else 1)
    else:
        cell = sl.cell("rnn", layout="split", activation=shown)

    def translate(key: str, array: Array) -> Found:
        k, name = int("backward" in key), key.rpartition("/")[2]
        if name in ("kernel", "recurrent_kernel"):
            return by_gate("W" if name == "kernel" else "U", array.T, gates, k)
        if name == "bias":
            rows = zip(("b", "bh"), array if array.ndim == 2 else array[None], strict=False)
            return {place: part for kind, row in rows for place, part in by_gate(kind, row, gates, k).items()}
        if name in ("x", "output"):
            steps = array.swapaxes(0, 1)
            return sequence(key, steps[::-1] if options.get("go_backwards") and name == "x" else steps)
        return state(re.sub(r"(for|back)ward_", "", key), array, k)

    both = options.get("Bidirectional")
    return Stack(cell, 2 if both else 1, merge=both["merge_mode"] if both else "concat"), translate


def flax_mgu(reset_gate: bool) -> System:
    """Flax's minimal gated unit: f is the share of the old state, and resets after the recurrent product."""
    cell = Builder("flax-mgu", layout="split", biases=2)
    f, h_prev = cell.gate("f", "sigmoid"), cell.previous("h")
    product = add(matmul(cell.parameter("U_g", n, n), h_prev), cell.parameter("bh_g", n, 1))
    g = cell.gate("g", "tanh", hadamard(f, product) if reset_gate else product, recurrent=None)
    cell.let("h", add(hadamard(one_minus(f), g), hadamard(f, h_prev)))
    return cell.system()


def flax(data: Data) -> Layout:
    """Kernels are (in, out): one for each gate, or (nnx) columns; a bias beside the input's or the state's kernel."""
    kind = re.sub(r"flax\.(linen|nnx)\.(Optimized)?|Cell", "", data["cell"])
    gates = {"LSTM": "ifgo", "GRU": "rzg", "Simple": "h", "MGU": "fg"}[kind]
    cell = {
        "LSTM": lambda: sl.cell("lstm", layout="split", biases=2),
        "GRU": lambda: sl.cell("gru", reset="after", biases=2),
        "Simple": lambda: sl.cell("rnn", layout="split", biases=2),
        "MGU": lambda: flax_mgu(data["options"]["reset_gate"]),
    }[kind]()
    letters = {("i", "kernel"): "W", ("h", "kernel"): "U", ("i", "bias"): "b", ("h", "bias"): "bh"}

    def translate(key: str, array: Array) -> Found:
        weight = re.fullmatch(r"(?:dense_)?([ih])([a-z]?)_?/(kernel|bias)", key)
        if weight:
            own = weight[2].replace("n", "g") or gates
            return by_gate(letters[weight[1], weight[3]], array.T, own)
        return sequence(key, array) if key in "xy" else state(key, array)

    return Stack(cell), translate


def haiku(data: Data) -> Layout:
    """The LSTM's w acts on [x; h] and 1 is added to the forget gate; the GRU's z is the share of the new state."""
    kind = data["cell"].removeprefix("haiku.")
    gates = {"LSTM": "igfo", "GRU": "zrg", "VanillaRNN": "h"}[kind]
    cell = {
        "LSTM": lambda: sl.cell("lstm", order="xh", forget_bias=1),
        "GRU": lambda: sl.cell("gru", layout="split", update="write"),
        "VanillaRNN": lambda: sl.cell("rnn", layout="split", biases=2, activation="relu"),
    }[kind]()
    letters = {
        "linear/w": "W",
        "linear/b": "b",
        "linear_1/w": "U",
        "linear_1/b": "bh",
        "w_i": "W",
        "w_h": "U",
        "b": "b",
    }

    def translate(key: str, array: Array) -> Found:
        if "/" in key:
            return by_gate(letters[key.partition("/")[2]], array.T, gates)
        return sequence(key, array) if key in "xy" else state(key, array)

    return Stack(cell), translate


LAYOUTS: dict[str, Callable[[Data], Layout]] = {"torch": torch, "keras": keras, "flax": flax, "dm-haiku": haiku}
