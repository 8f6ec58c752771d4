"""The LSTMs of the papers and the variants of Greff et al. on values worked out by hand."""

from math import exp, log, tanh

import numpy as np
import pytest

from tests.papers import CELLS
from tests.papers.values import (
    LSTM,
    PEEPHOLES,
    QUARTER,
    THREE_FIFTHS,
    THREE_QUARTERS,
    agree,
    agree_all,
    one,
    split,
    stacked,
)


def test_lstm_by_hand() -> None:
    result = CELLS["lstm"](np, split(LSTM))
    agree_all(result, {"f": 0.25, "i": 0.75, "o": 0.5, "g": 0.6, "c": 0.95, "h": 0.5 * tanh(0.95)})


def test_lstm_with_every_option_by_hand() -> None:
    values = split({"i": THREE_QUARTERS - 0.5, "o": -0.25 * 0.95, "g": THREE_FIFTHS}) | PEEPHOLES
    values |= {"W_p": np.array([[2.0], [3.0]])}
    result = CELLS["lstm"](np, values, coupled=True, peephole=True, projection=True)
    assert result["h"].shape == (2, 1)
    agree(result["f"], 0.25)
    agree(result["c"], 0.95)
    agree(result["h"], [[tanh(0.95)], [1.5 * tanh(0.95)]])


def test_lstm_forget_bias_and_activations_by_hand() -> None:
    values = split({"f": QUARTER - 2, "i": 1.0, "o": -1.0, "g": 3.0}) | {"bh_f": one(1.0)}
    agree(CELLS["lstm"](np, values, forget_bias=1.0)["f"], 0.25)
    result = CELLS["lstm"](
        np, values, gate_activation="hard_sigmoid", candidate_activation="relu", output_activation="identity"
    )
    f = 0.2 * (QUARTER - 1) + 0.5
    agree_all(result, {"f": f, "i": 0.7, "o": 0.3, "g": 3.0, "c": 2 * f + 2.1, "h": 0.3 * (2 * f + 2.1)})


def test_zaremba_stacks_the_input_first() -> None:
    agree_all(CELLS["zaremba-2014"](np, stacked(split(LSTM), "xh")), CELLS["lstm"](np, split(LSTM)))


def test_first_lstms_by_hand() -> None:
    values = split(LSTM | {"g": log(3)})  # g = 4 · 3/4 − 2 = 1
    agree_all(
        CELLS["hochreiter-1997"](np, values),
        {"i": 0.75, "o": 0.5, "g": 1.0, "c": 2.75, "h": 0.5 * (2 / (1 + exp(-2.75)) - 1)},
    )
    agree_all(
        CELLS["gers-2000"](np, values),
        {"f": 0.25, "i": 0.75, "o": 0.5, "g": 1.0, "c": 1.25, "h": 0.5 * (2 / (1 + exp(-1.25)) - 1)},
    )


def test_gers_2002_by_hand() -> None:
    nets = {"f": QUARTER - 0.5, "i": THREE_QUARTERS - 0.5, "g": log(3)}
    for activation, g in (("identity", log(3)), ("centred", 1.0)):
        c = 0.5 + 0.75 * g
        values = split(nets | {"o": -c / 4}) | PEEPHOLES
        result = CELLS["gers-2002"](np, values, candidate_activation=activation)
        agree_all(result, {"f": 0.25, "i": 0.75, "g": g, "c": c, "o": 0.5, "h": 0.5 * c})


@pytest.mark.parametrize(
    ("name", "g", "i", "f"),
    [
        ("v", 0.6, 0.75, 0.25),
        ("nig", 0.6, 1.0, 0.25),
        ("nfg", 0.6, 0.75, 1.0),
        ("nog", 0.6, 0.75, 0.25),
        ("niaf", log(2), 0.75, 0.25),
        ("noaf", 0.6, 0.75, 0.25),
        ("cifg", 0.6, 0.75, 0.25),
    ],
)
def test_greff_by_hand(name: str, g: float, i: float, f: float) -> None:
    c = g * i + 2 * f
    nets = {"f": QUARTER - 0.5, "i": THREE_QUARTERS - 0.5, "o": -c / 4, "g": THREE_FIFTHS}
    result = CELLS[f"greff-{name}"](np, split(nets) | PEEPHOLES)
    agree(result["c"], c)
    agree(result["h"], (1 if name == "nog" else 0.5) * (c if name == "noaf" else tanh(c)))


def test_greff_without_peepholes_is_lstm() -> None:
    agree_all(CELLS["greff-np"](np, split(LSTM)), CELLS["lstm"](np, split(LSTM)))


def test_greff_full_gate_recurrence_by_hand() -> None:
    """R_fi leads from f to i: with other weights 1 and gates 1, 2, 3 before, only i sees 10 times f's."""
    values = split(LSTM) | {f"R_{a}{b}": one(1.0) for a in "ifo" for b in "ifo"} | {"R_fi": one(10.0)}
    values |= {f"p_{gate}": one(0.0) for gate in "ifo"} | {"i_prev": one(1.0), "f_prev": one(2.0), "o_prev": one(3.0)}
    result = CELLS["greff-fgr"](np, values)
    agree(result["i"], 1 / (1 + exp(-24) / 3))
    agree(result["f"], 1 / (1 + exp(-6) * 3))
    agree(result["o"], 1 / (1 + exp(-6)))
