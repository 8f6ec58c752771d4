"""Gated recurrent units: GRU with the reset before or after the product, either meaning of z, and MGU."""

from types import ModuleType
from typing import Any

from tests.papers.activations import logistic
from tests.papers.net import net_input


def gru(
    np_: ModuleType, values: dict[str, Any], reset: str = "before", update: str = "keep", order: str = "hx"
) -> dict[str, Any]:
    """Cho et al. 2014 (arXiv:1406.1078), section 2.3; update="write" is Chung et al. 2014 (arXiv:1412.3555).

    reset="after" is the candidate of cuDNN and torch.nn.GRU: r ⊙ (U h_prev + bh).
    """
    h_prev = values["h_prev"]
    r, z = (logistic(np_, net_input(np_, values, gate, order=order)) for gate in "rz")
    if reset == "before":
        g = np_.tanh(net_input(np_, values, "g", h=r * h_prev, order=order))
    else:
        recurrent = np_.dot(values["U_g"], h_prev) + values.get("bh_g", 0.0)
        g = np_.tanh(np_.dot(values["W_g"], values["x"]) + values["b_g"] + r * recurrent)
    h = {"keep": z * h_prev + (1 - z) * g, "write": (1 - z) * h_prev + z * g}[update]
    return {"r": r, "z": z, "g": g, "h": h}


def mgu(np_: ModuleType, values: dict[str, Any], order: str = "hx") -> dict[str, Any]:
    """Zhou et al. 2016 (arXiv:1603.09420), the minimal gated unit: one gate resets and updates."""
    h_prev = values["h_prev"]
    f = logistic(np_, net_input(np_, values, "f", order=order))
    g = np_.tanh(net_input(np_, values, "g", h=f * h_prev, order=order))
    return {"f": f, "g": g, "h": (1 - f) * h_prev + f * g}
