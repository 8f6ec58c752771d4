"""The variants of LSTM: A Search Space Odyssey (Greff et al. 2017); their z is our g, their y our h, their R our U."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

from tests.papers.activations import logistic
from tests.papers.net import net_input


def gate(np_: ModuleType, values: dict[str, Any], name: str, c: Any, order: str, peepholes: bool = True) -> Any:
    """σ(W x + U h_prev + p ⊙ c + b) of section II-A."""
    a = net_input(np_, values, name, order=order)
    return logistic(np_, a + values[f"p_{name}"] * c if peepholes else a)


def vanilla(np_: ModuleType, values: dict[str, Any], order: str = "hx", peepholes: bool = True) -> dict[str, Any]:
    """V, Greff et al. 2017, section II-A, in their order: z, i, f, c, o, y."""
    c_prev = values["c_prev"]
    g = np_.tanh(net_input(np_, values, "g", order=order))
    i = gate(np_, values, "i", c_prev, order, peepholes)
    f = gate(np_, values, "f", c_prev, order, peepholes)
    c = g * i + c_prev * f
    o = gate(np_, values, "o", c, order, peepholes)
    return {"g": g, "i": i, "f": f, "c": c, "o": o, "h": np_.tanh(c) * o}


def no_input_gate(np_: ModuleType, values: dict[str, Any], order: str = "hx") -> dict[str, Any]:
    """NIG: i = 1."""
    c_prev = values["c_prev"]
    g = np_.tanh(net_input(np_, values, "g", order=order))
    f = gate(np_, values, "f", c_prev, order)
    c = g + c_prev * f
    o = gate(np_, values, "o", c, order)
    return {"g": g, "f": f, "c": c, "o": o, "h": np_.tanh(c) * o}


def no_forget_gate(np_: ModuleType, values: dict[str, Any], order: str = "hx") -> dict[str, Any]:
    """NFG: f = 1."""
    c_prev = values["c_prev"]
    g = np_.tanh(net_input(np_, values, "g", order=order))
    i = gate(np_, values, "i", c_prev, order)
    c = g * i + c_prev
    o = gate(np_, values, "o", c, order)
    return {"g": g, "i": i, "c": c, "o": o, "h": np_.tanh(c) * o}


def no_output_gate(np_: ModuleType, values: dict[str, Any], order: str = "hx") -> dict[str, Any]:
    """NOG: o = 1."""
    c_prev = values["c_prev"]
    g = np_.tanh(net_input(np_, values, "g", order=order))
    i, f = (gate(np_, values, name, c_prev, order) for name in "if")
    c = g * i + c_prev * f
    return {"g": g, "i": i, "f": f, "c": c, "h": np_.tanh(c)}


def no_input_activation(np_: ModuleType, values: dict[str, Any], order: str = "hx") -> dict[str, Any]:
    """NIAF: g(x) = x."""
    c_prev = values["c_prev"]
    g = net_input(np_, values, "g", order=order)
    i, f = (gate(np_, values, name, c_prev, order) for name in "if")
    c = g * i + c_prev * f
    o = gate(np_, values, "o", c, order)
    return {"g": g, "i": i, "f": f, "c": c, "o": o, "h": np_.tanh(c) * o}


def no_output_activation(np_: ModuleType, values: dict[str, Any], order: str = "hx") -> dict[str, Any]:
    """NOAF: h(x) = x."""
    result = vanilla(np_, values, order)
    return result | {"h": result["c"] * result["o"]}


def coupled(np_: ModuleType, values: dict[str, Any], order: str = "hx") -> dict[str, Any]:
    """CIFG: f = 1 − i."""
    c_prev = values["c_prev"]
    g = np_.tanh(net_input(np_, values, "g", order=order))
    i = gate(np_, values, "i", c_prev, order)
    f = 1 - i
    c = g * i + c_prev * f
    o = gate(np_, values, "o", c, order)
    return {"g": g, "i": i, "f": f, "c": c, "o": o, "h": np_.tanh(c) * o}


def no_peepholes(np_: ModuleType, values: dict[str, Any], order: str = "hx") -> dict[str, Any]:
    """NP: the gates do not see the state."""
    return vanilla(np_, values, order, peepholes=False)


def full_gate_recurrence(np_: ModuleType, values: dict[str, Any], order: str = "hx") -> dict[str, Any]:
    """FGR: every gate also sees the three gates of the step before; R_fi leads from f to i, and o sees the new c."""

    def recurrent(to: str, c: Any) -> Any:
        gates = sum(np_.dot(values[f"R_{source}{to}"], values[f"{source}_prev"]) for source in "ifo")
        return logistic(np_, net_input(np_, values, to, order=order) + values[f"p_{to}"] * c + gates)

    c_prev = values["c_prev"]
    g = np_.tanh(net_input(np_, values, "g", order=order))
    i, f = recurrent("i", c_prev), recurrent("f", c_prev)
    c = g * i + c_prev * f
    o = recurrent("o", c)
    return {"g": g, "i": i, "f": f, "c": c, "o": o, "h": np_.tanh(c) * o}


VARIANTS: dict[str, Callable[..., dict[str, Any]]] = {
    "greff-v": vanilla,
    "greff-nig": no_input_gate,
    "greff-nfg": no_forget_gate,
    "greff-nog": no_output_gate,
    "greff-niaf": no_input_activation,
    "greff-noaf": no_output_activation,
    "greff-cifg": coupled,
    "greff-np": no_peepholes,
    "greff-fgr": full_gate_recurrence,
}
