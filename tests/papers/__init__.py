"""Every cell as plain NumPy, written from its paper and independent of symlstm: what the package is compared with.

A step takes a NumPy-like module (numpy, autograd.numpy), the values by their names, and the options of the cell;
it returns every gate and new state. Layout, biases, peepholes and projection are seen from the names there are.
"""

from collections.abc import Callable
from types import ModuleType
from typing import Any

from tests.papers import early, greff, gru, layernorm, lstm, minimal, rnn, xlstm

SEEN = {"layout", "biases", "peephole", "coupled", "projection", "projection_bias"}


def seeing(step: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """The step, taking also the options that the names of the values tell already."""

    def call(np_: ModuleType, values: dict[str, Any], **options: Any) -> dict[str, Any]:
        return step(np_, values, **{name: option for name, option in options.items() if name not in SEEN})

    call.__doc__ = step.__doc__
    return call


CELLS: dict[str, Callable[..., dict[str, Any]]] = {
    name: seeing(step)
    for name, step in {
        "lstm": lstm.lstm,
        **greff.VARIANTS,
        "hochreiter-1997": early.hochreiter_1997,
        "gers-2000": early.gers_2000,
        "gers-2002": early.gers_2002,
        "graves-2013": lstm.graves_2013,
        "zaremba-2014": lstm.zaremba_2014,
        "gru": gru.gru,
        "rnn": rnn.rnn,
        "mgu": gru.mgu,
        "minlstm": minimal.minlstm,
        "mingru": minimal.mingru,
        "layernorm-lstm": layernorm.layernorm_lstm,
        "layernorm-lstm-tf": layernorm.layernorm_lstm_tf,
        "layernorm-lstm-tflite": layernorm.layernorm_lstm_tflite,
        "slstm": xlstm.slstm,
        "mlstm": xlstm.mlstm,
    }.items()
}
