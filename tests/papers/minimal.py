"""minLSTM and minGRU (Feng et al. 2024, arXiv:2410.01201): gates and candidate see the input only."""

from types import ModuleType
from typing import Any

from tests.papers.activations import logistic
from tests.papers.net import input_only


def minlstm(np_: ModuleType, values: dict[str, Any]) -> dict[str, Any]:
    """Feng et al. 2024, section 3.2, the minLSTM with the two gates normalised to the sum 1."""
    f, i = (logistic(np_, input_only(np_, values, gate)) for gate in "fi")
    g = input_only(np_, values, "g")
    f_prime, i_prime = f / (f + i), i / (f + i)
    h = f_prime * values["h_prev"] + i_prime * g
    return {"f": f, "i": i, "g": g, "f_prime": f_prime, "i_prime": i_prime, "h": h}


def mingru(np_: ModuleType, values: dict[str, Any]) -> dict[str, Any]:
    """Feng et al. 2024, section 3.1, minGRU."""
    z = logistic(np_, input_only(np_, values, "z"))
    g = input_only(np_, values, "g")
    return {"z": z, "g": g, "h": (1 - z) * values["h_prev"] + z * g}
