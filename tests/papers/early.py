"""The first LSTMs, 1997 to 2002, with squashing functions of wider and other ranges than tanh."""

from types import ModuleType
from typing import Any

from tests.papers.activations import ACTIVATIONS, logistic
from tests.papers.net import net_input


def centred(np_: ModuleType, a: Any, half_range: float) -> Any:
    """The logistic function stretched to (−half_range, half_range): 2 r σ(a) − r."""
    return 2 * half_range * logistic(np_, a) - half_range


def hochreiter_1997(np_: ModuleType, values: dict[str, Any], order: str = "hx") -> dict[str, Any]:
    """Hochreiter and Schmidhuber 1997, section 4 and appendix A.1: g(a) = 4 σ(a) − 2, h(s) = 2 σ(s) − 1."""
    i, o = (logistic(np_, net_input(np_, values, gate, order=order)) for gate in "io")
    g = centred(np_, net_input(np_, values, "g", order=order), 2.0)
    c = values["c_prev"] + i * g
    return {"i": i, "o": o, "g": g, "c": c, "h": o * centred(np_, c, 1.0)}


def gers_2000(np_: ModuleType, values: dict[str, Any], order: str = "hx") -> dict[str, Any]:
    """Gers, Schmidhuber and Cummins 2000, sections 2 and 3: the same, and a forget gate scales the old state."""
    i, f, o = (logistic(np_, net_input(np_, values, gate, order=order)) for gate in "ifo")
    g = centred(np_, net_input(np_, values, "g", order=order), 2.0)
    c = f * values["c_prev"] + i * g
    return {"i": i, "f": f, "o": o, "g": g, "c": c, "h": o * centred(np_, c, 1.0)}


def gers_2002(
    np_: ModuleType, values: dict[str, Any], candidate_activation: str = "identity", order: str = "hx"
) -> dict[str, Any]:
    """Gers, Schraudolph and Schmidhuber 2002: peepholes, and no squashing of the state, h = o ⊙ c.

    Their equations leave g open; all their experiments have g(a) = a. "centred" is 4 σ(a) − 2, as in 2000.
    """
    c_prev = values["c_prev"]
    i, f = (logistic(np_, net_input(np_, values, s, order=order) + values[f"p_{s}"] * c_prev) for s in "if")
    g = net_input(np_, values, "g", order=order)
    g = centred(np_, g, 2.0) if candidate_activation == "centred" else ACTIVATIONS[candidate_activation](np_, g)
    c = f * c_prev + i * g
    o = logistic(np_, net_input(np_, values, "o", order=order) + values["p_o"] * c)
    return {"i": i, "f": f, "g": g, "c": c, "o": o, "h": o * c}
