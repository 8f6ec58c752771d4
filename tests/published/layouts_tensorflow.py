"""How TensorFlow 1, its contrib, TensorFlow Addons, TensorFlow Lite and oneDNN store a layer; see `layouts`."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from sympy import MatrixSymbol

import symlstm as sl
from symlstm.algebra import add
from symlstm.system import Equation, Leaf, LeafKind, System
from tests.published.layouts import Data, Layout, by_gate, sequence, state
from tests.published.stack import Found, Stack
from tests.sequence import Array

PARTS = {"input": "i", "transform": "g", "forget": "f", "output": "o", "cell": "g", "state": "c"}


def negative(found: Found) -> Found:
    """σ(−a) = 1 − σ(a): the weights of an input gate i = 1 − f, out of those of f."""
    return {(k, name.replace("_f", "_i")): -part if name.endswith("_f") else part for (k, name), part in found.items()}


def steps(key: str, array: Array) -> Found:
    """What these cells call their sequences and states."""
    return sequence(key, array) if key in "xy" else state(key, array)


def tensorflow(data: Data) -> Layout:
    """Kernels act on [x; h], columns are gates; the forget bias is added at run time."""
    options, kind = data["options"], data["cell"].rpartition(".")[2]
    bias, peephole, projection = (options.get(key, 0) for key in ("forget_bias", "use_peepholes", "num_proj"))
    wide: dict[str, Any] = {"order": "xh", "peephole": bool(peephole), "projection": bool(projection)}
    coupled = kind == "CoupledInputForgetGateLSTMCell"
    fixed = {"bh_i": -bias} if coupled else {}
    cell = {
        "BasicLSTMCell": lambda: sl.cell("lstm", order="xh", forget_bias=bias),
        "LSTMCell": lambda: sl.cell("lstm", forget_bias=bias, **wide),
        "CoupledInputForgetGateLSTMCell": lambda: sl.cell("lstm", coupled=True, biases=2, **wide),
        "LayerNormBasicLSTMCell": lambda: sl.cell("layernorm-lstm-tf", forget_bias=bias),
        "GRUCell": lambda: sl.cell("gru", order="xh"),
        "BasicRNNCell": lambda: sl.cell("rnn", order="xh"),
    }[kind]()
    gates = "gfo" if coupled else {"GRUCell": "rz", "BasicRNNCell": "h"}.get(kind, "igfo")

    def named(key: str, array: Array) -> Found:
        place, _, name = key.rpartition("/")
        if key in ("projection/kernel", "W_P_0"):
            return {(0, "W_p"): array.T}
        if name in ("gamma", "beta"):
            return {(0, f"{name}_{PARTS[place]}"): array}
        if peep := re.fullmatch(r"w_(.)_diag", key.lower()):
            return {(0, f"p_{peep[1]}"): array}
        if name in ("kernel", "bias", "W_0", "B"):
            return by_gate("W" if name in ("kernel", "W_0") else "b", array.T, "g" if place == "candidate" else gates)
        return steps(key, array)

    return Stack(cell, fixed=fixed), lambda key, array: negative(named(key, array)) if coupled else named(key, array)


def normalised_state(epsilon: float) -> System:
    """Our layernorm-lstm with the normalised cell state handed on, as TensorFlow Addons does."""
    ours = sl.cell("layernorm-lstm", epsilon=epsilon)
    c, raw = ours["c"].lhs, MatrixSymbol("c_hat", *ours["c"].shape)
    lines = [replace(line, lhs=line.lhs.xreplace({c: raw}), rhs=line.rhs.xreplace({c: raw})) for line in ours.lines]
    o, shown = lines[-1].rhs.args
    function, normal = shown.args
    last = [Equation(c, normal), replace(lines[-1], rhs=type(lines[-1].rhs)(o, type(shown)(function, c)))]
    return System("layernorm-lstm-tfa", ours.leaves, (*lines[:-1], *last), ours.outputs)


def addons(data: Data) -> Layout:
    """Columns are i, f, c, o; the norms of the two products run over all gates."""
    norm = data["cell"] == "tfa.rnn.LayerNormLSTMCell"
    cell = normalised_state(data["options"]["norm_epsilon"]) if norm else sl.cell("lstm", layout="split", peephole=True)
    letters = {"kernel": "W", "recurrent_kernel": "U", "bias": "b"}
    letters |= {
        f"{part}_norm/{kind}": kind + x
        for part, x in (("kernel", "x"), ("recurrent", "h"))
        for kind in ("gamma", "beta")
    }

    def translate(key: str, array: Array) -> Found:
        if key in letters:
            return by_gate(letters[key], array.T, "ifgo")
        if key.startswith("state_norm/"):
            return {(0, f"{key.partition('/')[2]}_c"): array}
        if key.endswith("peephole_weights"):
            return {(0, f"p_{key[0]}"): array}
        return steps(key, array)

    return Stack(cell), translate


def projection_bias(cell: System) -> System:
    """h = W_p (o ⊙ tanh(c)) + b_p."""
    last = cell.lines[-1]
    b_p = MatrixSymbol("b_p", *last.shape)
    leaves = (*cell.leaves, Leaf(b_p, LeafKind.PARAMETER))
    return System(cell.name, leaves, (*cell.lines[:-1], replace(last, rhs=add(last.rhs, b_p))), cell.outputs)


def lite(data: Data) -> Layout:
    """An array for each gate; where the input gate is left out it is 1 − f."""
    options = data["options"]
    chosen = {key: options[key] for key in ("peephole", "coupled", "projection")}
    flipped = options["coupled"] and not options["layer_norm"]
    if options["layer_norm"]:
        cell = sl.cell("layernorm-lstm-tflite", **chosen)
    else:
        cell = sl.cell("lstm", layout="split", **chosen)
        cell = projection_bias(cell) if options["projection_bias"] else cell
    kinds = {"input_to": "W", "recurrent_to": "U", "cell_to": "p"}

    def named(key: str, array: Array) -> Found:
        if weight := re.fullmatch(r"(input_to|recurrent_to|cell_to)_(.*)_weights", key):
            return {(0, f"{kinds[weight[1]]}_{PARTS[weight[2]]}"): array}
        if own := re.fullmatch(r"(.*)_(gate_bias|layer_norm_coefficients)", key):
            return {(0, f"{'b' if own[2] == 'gate_bias' else 'gamma'}_{PARTS[own[1]]}"): array}
        if key in ("projection_weights", "projection_bias"):
            return {(0, "W_p" if key.endswith("weights") else "b_p"): array}
        if array.ndim == 3:
            return sequence(key, array)
        before = np.array_equal(array, data["inputs"][key])  # a variable has one name before and after
        return {(0, ("h" if key == "output_state" else "c") + ("_prev" if before else "")): array.T}

    return Stack(cell), lambda key, array: negative(named(key, array)) if flipped else named(key, array)


def onednn(data: Data) -> Layout:
    """Layers, directions, input, gates, output; a GRU that resets after has a fourth bias."""
    options, kind = data["options"], data["cell"]
    gates = {"lstm": "ifgo", "vanilla_rnn": "h"}.get(kind, "zrg")
    cell = {
        "lstm": lambda: sl.cell("lstm", layout="split", peephole=options["peephole"], projection=options["projection"]),
        "gru": lambda: sl.cell("gru", layout="split"),
        "lbr_gru": lambda: sl.cell("gru", reset="after", biases=2),
        "vanilla_rnn": lambda: sl.cell("rnn", layout="split"),
    }[kind]()

    def each(key: str, array: Array, k: int) -> Found:
        if key in ("weights_layer", "weights_iter"):
            rows = array.swapaxes(0, 1)
            return {
                (k, f"{'W' if key == 'weights_layer' else 'U'}_{gate}"): row.T
                for gate, row in zip(gates, rows, strict=True)
            }
        if key == "bias":
            names = [f"b_{gate}" for gate in gates] + (["bh_g"] if kind == "lbr_gru" else [])
            return {(k, name): row for name, row in zip(names, array, strict=True)}
        if key == "weights_peephole":
            return {(k, f"p_{gate}"): row for gate, row in zip("ifo", array, strict=True)}
        if key == "weights_projection":
            return {(k, "W_p"): array.T}
        return {(k, ("c" if key.endswith("_c") else "h") + ("_prev" if key.startswith("src") else "")): array.T}

    def translate(key: str, array: Array) -> Found:
        if key in ("src_layer", "dst_layer"):
            return sequence(key, array)
        return {place: part for k, one in enumerate(array[0]) for place, part in each(key, one, k).items()}

    return Stack(cell, options["directions"]), translate


LAYOUTS: dict[str, Callable[[Data], Layout]] = {
    "tensorflow": tensorflow,
    "tensorflow-addons": addons,
    "tensorflow-lite": lite,
    "oneDNN": onednn,
}
