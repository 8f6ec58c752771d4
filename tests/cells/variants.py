"""Every cell with every option that changes its equations: what the tests of the cells run over."""

from typing import Any

import pytest

import symlstm as sl

SPLIT = {"layout": "split"}
OTHER: dict[str, list[dict[str, Any]]] = {
    "lstm": [
        SPLIT,
        {"order": "xh"},
        {"biases": 2},
        {**SPLIT, "biases": 2, "peephole": True, "forget_bias": 1},
        {"peephole": True},
        {"coupled": True},
        {**SPLIT, "coupled": True, "peephole": True},
        {"projection": True},
        {**SPLIT, "projection": True, "peephole": True, "biases": 2},
        {"projection": True, "projection_bias": True},
        {"forget_bias": 0.5},
        {"gate_activation": "hard_sigmoid"},
        {"gate_activation": "hard_sigmoid6", "candidate_activation": "relu"},
        {"candidate_activation": "identity", "output_activation": "identity"},
        {"candidate_activation": "softsign", "output_activation": "hard_tanh"},
    ],
    "greff-v": [{"layout": "concat"}, {"biases": 2}],
    "greff-fgr": [{"layout": "concat", "order": "xh"}],
    "hochreiter-1997": [SPLIT],
    "gers-2000": [SPLIT],
    "gers-2002": [SPLIT, {"candidate_activation": "tanh"}],
    "graves-2013": [{"layout": "concat"}, {"biases": 2}],
    "zaremba-2014": [SPLIT, {"order": "hx"}],
    "gru": [
        {"update": "write"},
        {"order": "xh"},
        SPLIT,
        {**SPLIT, "biases": 2},
        {"reset": "after"},
        {"reset": "after", "biases": 2},
        {"reset": "after", "biases": 2, "update": "write"},
    ],
    "rnn": [SPLIT, {"activation": "relu"}, {**SPLIT, "biases": 2, "activation": "identity"}],
    "mgu": [SPLIT],
    "layernorm-lstm": [{"epsilon": 0.001, "normalised_state": True}],
    "layernorm-lstm-tf": [{**SPLIT, "epsilon": 0.001}, {"forget_bias": 0}],
    "layernorm-lstm-tflite": [
        {"peephole": True},
        {"coupled": True, "epsilon": 0.01},
        {"projection": True, "peephole": True},
    ],
    "slstm": [SPLIT, {"stabiliser": False}, {"forget": "exp"}, {"forget": "exp", "stabiliser": False}],
    "mlstm": [{"stabiliser": True}, {"forget": "exp"}, {"forget": "exp", "stabiliser": True}],
}
UNBATCHED = ("mlstm",)  # its state is a matrix

ALL = [(name, options) for name in sl.CELLS for options in ({}, *OTHER.get(name, []))]
VARIANTS = [
    pytest.param(name, options, id="-".join([name, *(f"{key}={value}" for key, value in options.items())]))
    for name, options in ALL
]


def columns(name: str) -> int:
    """How many columns a batch of the cell may have in the tests."""
    return 1 if name in UNBATCHED else 2
