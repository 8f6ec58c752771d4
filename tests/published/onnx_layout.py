"""How ONNX stores LSTM, GRU and RNN: every attribute of the operators, taken apart by slicing alone."""

import re

import numpy as np

import symlstm as sl
from symlstm.system import System
from tests.published.layouts import Data, Layout, by_gate
from tests.published.stack import Found, Given, Stack
from tests.sequence import Array

GATES = {"LSTM": "iofg", "GRU": "zrg", "RNN": "h"}
PEEPHOLES = "iof"
KNOWN = {"hidden_size", "layout", "direction", "activations", "linear_before_reset", "input_forget"}
NAMES = {"HardSigmoid": "hard_sigmoid", "Sigmoid": "sigmoid", "Tanh": "tanh", "Relu": "relu", "Softsign": "softsign"}


def system(kind: str, options: Data, peephole: bool) -> System:
    """The cell of an operator with its attributes."""
    names = [NAMES[name] for name in options.get("activations", ())]
    if kind == "LSTM":
        words = ("gate_activation", "candidate_activation", "output_activation")
        activations = dict(zip(words, names, strict=False))
        coupled = bool(options.get("input_forget"))
        return sl.cell("lstm", layout="split", biases=2, peephole=peephole, coupled=coupled, **activations)
    if kind == "GRU":
        assert not names
        reset = "after" if options.get("linear_before_reset") else "before"
        return sl.cell("gru", layout="split", biases=2, reset=reset)
    return sl.cell("rnn", layout="split", biases=2, **({"activation": names[0]} if names else {}))


def onnx(data: Data, gates: str = "", peepholes: str = PEEPHOLES) -> Layout:
    """W (directions, gates · n, d), B: W's, then R's; with layout 1 the batch comes first, and the directions last."""
    options, kind = data["options"], data["cell"]
    assert set(options) <= KNOWN, "an attribute that this does not know"
    inputs = data["inputs"] | data.get("arrays", {})
    cell, gates = system(kind, options, "P" in inputs), gates or GATES[kind]
    direction, batch_first = options.get("direction", "forward"), options.get("layout", 0)

    def each(array: Array, k: int, key: str) -> Found:
        if key in "WR":
            return by_gate("W" if key == "W" else "U", array, gates, k)
        if key == "B":
            ours, recurrent = np.split(array, 2)
            return by_gate("b", ours, gates, k) | by_gate("bh", recurrent, gates, k)
        if key == "P":
            return by_gate("p", array, peepholes, k)
        return {(k, f"{key[-1]}_prev" if key.startswith("initial") else key[-1]): array.T}

    def translate(key: str, array: Array) -> Found:
        if key == "X":
            return {(0, "x"): array.transpose(1, 2, 0) if batch_first else array.swapaxes(1, 2)}
        if key == "Y":
            steps = array.transpose(1, 2, 3, 0) if batch_first else array.swapaxes(2, 3)
            return {(0, "y"): np.concatenate(list(steps.swapaxes(0, 1)), axis=1)}
        if key == "sequence_lens":
            steps = np.shape(data["inputs"]["X"])[1 if batch_first else 0]
            assert np.all(array == steps), "sequences of different lengths"
            return {}
        if re.match(r"initial|Y_", key) and batch_first:
            array = array.swapaxes(0, 1)
        return {name: part for k, one in enumerate(array) for name, part in each(one, k, key).items()}

    stack = Stack(cell, 2 if direction == "bidirectional" else 1, backwards=direction == "reverse")
    return stack, translate


def from_zero(stack: Stack, given: Given) -> Found:
    """What is given, and zero for the states that are not."""
    batch = given[0, "x"].shape[2]
    zero = {
        (k, state): np.zeros((given[k, f"U_{gate_of(stack)}"].shape[1], batch))
        for k in range(stack.directions)
        for state in stack.system.states
    }
    return zero | dict(given)


def gate_of(stack: Stack) -> str:
    """Some gate that has weights of its own."""
    return next(name.removeprefix("U_") for name in stack.system.parameters if name.startswith("U_"))
