"""The LSTM with tanh, and its options: peepholes, coupled gates, projection, forget bias, other squashing functions."""

from types import ModuleType
from typing import Any

from tests.papers.activations import ACTIVATIONS
from tests.papers.net import net_input, peep


def lstm(
    np_: ModuleType,
    values: dict[str, Any],
    order: str = "hx",
    forget_bias: float = 0.0,
    gate_activation: str = "sigmoid",
    candidate_activation: str = "tanh",
    output_activation: str = "tanh",
) -> dict[str, Any]:
    """Graves 2013, eqs. (7)-(11); no forget parameters: f = 1 − i (Greff et al. 2017); W_p: Sak et al. 2014.

    Without peepholes and with two biases the equations of torch.nn.LSTM.
    """
    squash, squash_g, squash_c = (ACTIVATIONS[n] for n in (gate_activation, candidate_activation, output_activation))
    c_prev = values["c_prev"]
    i = squash(np_, net_input(np_, values, "i", order=order) + peep(values, "i", c_prev))
    g = squash_g(np_, net_input(np_, values, "g", order=order))
    if "W_f" in values:
        f = squash(np_, net_input(np_, values, "f", order=order) + peep(values, "f", c_prev) + forget_bias)
    else:
        f = 1 - i
    c = f * c_prev + i * g
    o = squash(np_, net_input(np_, values, "o", order=order) + peep(values, "o", c))
    h = o * squash_c(np_, c)
    h = np_.dot(values["W_p"], h) + values.get("b_p", 0.0) if "W_p" in values else h
    return {"f": f, "i": i, "o": o, "g": g, "c": c, "h": h}


def graves_2013(np_: ModuleType, values: dict[str, Any], order: str = "hx") -> dict[str, Any]:
    """Graves 2013 (arXiv:1308.0850), eqs. (7)-(11): peepholes from c_prev to i and f, from c to o."""
    c_prev = values["c_prev"]
    sigmoid = ACTIVATIONS["sigmoid"]
    i = sigmoid(np_, net_input(np_, values, "i", order=order) + values["p_i"] * c_prev)  # (7)
    f = sigmoid(np_, net_input(np_, values, "f", order=order) + values["p_f"] * c_prev)  # (8)
    g = np_.tanh(net_input(np_, values, "g", order=order))
    c = f * c_prev + i * g  # (9)
    o = sigmoid(np_, net_input(np_, values, "o", order=order) + values["p_o"] * c)  # (10)
    h = o * np_.tanh(c)  # (11)
    return {"i": i, "f": f, "g": g, "c": c, "o": o, "h": h}


def zaremba_2014(np_: ModuleType, values: dict[str, Any], order: str = "xh") -> dict[str, Any]:
    """Zaremba, Sutskever and Vinyals 2014 (arXiv:1409.2329), section 3.1: (i f o g) from T (layer below; h_prev)."""
    i, f, o = (ACTIVATIONS["sigmoid"](np_, net_input(np_, values, gate, order=order)) for gate in "ifo")
    g = np_.tanh(net_input(np_, values, "g", order=order))
    c = f * values["c_prev"] + i * g
    return {"i": i, "f": f, "o": o, "g": g, "c": c, "h": o * np_.tanh(c)}
