"""sLSTM and mLSTM of xLSTM (Beck et al. 2024, arXiv:2405.04517), one head, plain and stabilised."""

from types import ModuleType
from typing import Any

from tests.papers.activations import log_logistic, logistic
from tests.papers.net import input_only, net_input


def log_forget(np_: ModuleType, a: Any, forget: str) -> Any:
    """The logarithm of the forget gate, σ or exp of its net input, eqs. (13) and (26)."""
    return {"sigmoid": log_logistic(np_, a), "exp": a}[forget]


def stabilised(np_: ModuleType, log_i: Any, log_f: Any, m_prev: Any) -> dict[str, Any]:
    """Eqs. (15)-(17): the stabiliser state and the gates divided by exp(m)."""
    m = np_.maximum(log_f + m_prev, log_i)
    return {"m": m, "i_prime": np_.exp(log_i - m), "f_prime": np_.exp(log_f + m_prev - m)}


def slstm(
    np_: ModuleType, values: dict[str, Any], stabiliser: bool = True, forget: str = "sigmoid", order: str = "hx"
) -> dict[str, Any]:
    """Beck et al. 2024, eqs. (8)-(14), stabilised with (15)-(17); their z is our g."""
    a_i, a_f, a_o, a_g = (net_input(np_, values, gate, order=order) for gate in "ifog")
    o, g = logistic(np_, a_o), np_.tanh(a_g)
    log_f = log_forget(np_, a_f, forget)
    if stabiliser:
        gates = stabilised(np_, a_i, log_f, values["m_prev"])
        i, f = gates["i_prime"], gates["f_prime"]
    else:
        i, f = np_.exp(a_i), np_.exp(log_f)
        gates = {"i": i, "f": f}
    c = f * values["c_prev"] + i * g
    n = f * values["n_prev"] + i
    return gates | {"o": o, "g": g, "c": c, "n": n, "h": o * (c / n)}


def mlstm(np_: ModuleType, values: dict[str, Any], stabiliser: bool = False, forget: str = "sigmoid") -> dict[str, Any]:
    """Beck et al. 2024, eqs. (19)-(27), stabilised with (15)-(17); x is one column, c a matrix, i and f numbers."""
    size = len(values["n_prev"])
    q, v = input_only(np_, values, "q"), input_only(np_, values, "v")
    k = np_.dot(values["W_k"], values["x"]) / np_.sqrt(size) + values["b_k"]
    a_i, a_f, a_o = (input_only(np_, values, gate) for gate in "ifo")
    o, log_f = logistic(np_, a_o), log_forget(np_, a_f, forget)
    if stabiliser:
        gates = stabilised(np_, a_i, log_f, values["m_prev"])
        i, f, least = gates["i_prime"], gates["f_prime"], np_.exp(-gates["m"])
    else:
        i, f, least = np_.exp(a_i), np_.exp(log_f), 1.0
        gates = {"i": i, "f": f}
    c = f * values["c_prev"] + i * np_.dot(v, k.T)
    n = f * values["n_prev"] + i * k
    h = o * (np_.dot(c, q) / np_.maximum(np_.abs(np_.dot(n.T, q)), least))
    return gates | {"q": q, "k": k, "v": v, "o": o, "c": c, "n": n, "h": h}
