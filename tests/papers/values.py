"""Values for the papers' cells, scalar ones chosen by their net inputs and random ones, and how results agree."""

from math import log
from typing import Any

import numpy as np

QUARTER, HALF, THREE_QUARTERS = -log(3), 0.0, log(3)  # net inputs with these logistic values
THREE_FIFTHS = log(2)  # its tanh
INPUTS = {"x": np.array([[2.0]]), "h_prev": np.array([[-1.0]]), "c_prev": np.array([[2.0]])}
PEEPHOLES = {f"p_{gate}": np.array([[0.25]]) for gate in "ifo"}
LSTM = {"f": QUARTER, "i": THREE_QUARTERS, "o": HALF, "g": THREE_FIFTHS}


def one(number: float) -> np.ndarray:
    return np.array([[number]])


def split(nets: dict[str, float]) -> dict[str, np.ndarray]:
    """Scalar parameters with these net inputs at x = 2 and h_prev = −1: 2 a − (a + 1) + 1."""
    parts = [(f"W_{s}", a) for s, a in nets.items()] + [(f"U_{s}", a + 1) for s, a in nets.items()]
    return {name: one(a) for name, a in parts} | {f"b_{s}": one(1.0) for s in nets} | INPUTS


def stacked(values: dict[str, np.ndarray], order: str = "hx") -> dict[str, np.ndarray]:
    """The same parameters, on the stack of h and x."""
    result = {name: array for name, array in values.items() if not name.startswith("U_")}
    for name, U in values.items():
        if name.startswith("U_"):
            W = values[f"W_{name[2:]}"]
            result[f"W_{name[2:]}"] = np.hstack([U, W] if order == "hx" else [W, U])
    return result


def gated(generator: np.random.Generator, gates: str, n: int = 3, d: int = 4, B: int = 5) -> dict[str, np.ndarray]:
    """Random parameters and states of a cell with these gates, layout split."""
    shapes = {"x": (d, B), "h_prev": (n, B), "c_prev": (n, B), "n_prev": (n, B), "m_prev": (n, B)}
    for gate in gates:
        shapes |= {f"W_{gate}": (n, d), f"U_{gate}": (n, n), f"b_{gate}": (n, 1), f"p_{gate}": (n, 1)}
        shapes |= {f"{gate}_prev": (n, B)} | {f"R_{gate}{other}": (n, n) for other in gates}
        shapes |= {f"{name}_{gate}": (n, 1) for name in ("gamma", "beta", "gammah", "betah", "gammax", "betax")}
    shapes |= {"gamma_c": (n, 1), "beta_c": (n, 1)}
    values = {name: generator.standard_normal(shape) for name, shape in shapes.items()}
    return values | {"n_prev": np.exp(values["n_prev"])}


def matrix_memory(generator: np.random.Generator, n: int = 3, d: int = 4) -> dict[str, np.ndarray]:
    """Random values of mlstm."""
    shapes = {"x": (d, 1), "c_prev": (n, n), "n_prev": (n, 1), "m_prev": (1, 1)}
    shapes |= {f"W_{name}": (n, d) for name in "qkvo"} | {f"b_{name}": (n, 1) for name in "qkvo"}
    shapes |= {f"W_{name}": (1, d) for name in "if"} | {f"b_{name}": (1, 1) for name in "if"}
    return {name: generator.standard_normal(shape) for name, shape in shapes.items()}


def without(values: dict[str, np.ndarray], start: str) -> dict[str, np.ndarray]:
    return {name: array for name, array in values.items() if not name.startswith(start)}


def agree(found: Any, expected: Any) -> None:
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)


def agree_all(found: dict[str, Any], expected: dict[str, Any]) -> None:
    assert found.keys() == expected.keys()
    for name in found:
        agree(found[name], expected[name])
