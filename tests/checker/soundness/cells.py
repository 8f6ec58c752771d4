"""The cells that the claims are about: all of them, with options that change their equations; other notations."""

from collections.abc import Iterator
from typing import Any

import symlstm as sl
from tests.checker.soundness.pages import Page, StepPage, TimePage

__all__ = ["CASES", "NOTATIONS", "pages_of"]

_OPTIONS: dict[str, list[dict[str, Any]]] = {
    "lstm": [{"layout": "split"}, {"peephole": True}, {"coupled": True}, {"layout": "split", "biases": 2}],
    "gru": [{"layout": "split"}, {"reset": "after"}, {"update": "write"}],
    "rnn": [{"layout": "split"}],
    "mgu": [{"layout": "split"}],
}
_EPSILON = ("layernorm-lstm", "layernorm-lstm-tf", "layernorm-lstm-tflite")  # large enough to be seen in the numbers
CASES = [
    (name, {**options, **({"epsilon": 0.01} if name in _EPSILON else {})})
    for name in sl.CELLS
    for options in ({}, *_OPTIONS.get(name, []))
]
NOTATIONS = [
    ("lstm", "olah"),
    ("lstm", "graves"),
    ("lstm", "keras"),
    ("gru", "goodfellow"),
    ("gru", "onnx"),
    ("rnn", "keras"),
]


def pages_of(name: str, options: dict[str, Any], notation: str = "default") -> Iterator[tuple[str, Page]]:
    """The pages of a cell: one step with its gradients, the forward step with net inputs written out, a sequence."""
    cell = sl.cell(name, **options)
    yield "step", StepPage(cell, sl.backprop(cell), notation)
    yield "forward", StepPage(cell, cell, notation, net_inputs="inline")
    yield "sequence", TimePage(cell, sl.through_time(cell), notation)
