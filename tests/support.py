"""What the tests share: random values of a System, and cells written by hand from the papers."""

from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

import symlstm as sl
from symlstm.algebra.dimensions import as_dimension
from symlstm.system import System

DATA = Path(__file__).parent / "data"
GATES = "fiog"


def random_values(system: System, n: int, d: int, B: int = 1, seed: int = 0) -> dict[str, np.ndarray]:
    """Every leaf of a System, standard normal, as a matrix; states are not zero."""
    generator = np.random.default_rng(seed)
    sizes = {sl.algebra.n: n, sl.algebra.d: d, sl.algebra.B: B, as_dimension("r", "r"): max(1, n - 1)}
    sizes[as_dimension("K", "K")] = n + 2
    shapes = {str(leaf.symbol.name): leaf.symbol.shape for leaf in system.leaves}
    return {
        name: generator.standard_normal(tuple(int(side.subs(sizes)) for side in shape))
        for name, shape in shapes.items()
    }


def paper_step(np_: ModuleType, values: dict[str, Any]) -> dict[str, Any]:
    """One LSTM step as Gers et al. 2000 write it, on any NumPy-like module; independent of symlstm."""

    def net(gate: str) -> Any:
        if f"U_{gate}" in values:
            total = np_.dot(values[f"W_{gate}"], values["x"]) + np_.dot(values[f"U_{gate}"], values["h_prev"])
        else:
            total = np_.dot(values[f"W_{gate}"], np_.concatenate([values["h_prev"], values["x"]], axis=0))
        total = total + values[f"b_{gate}"]
        return total + values[f"bh_{gate}"] if f"bh_{gate}" in values else total

    def logistic(a: Any) -> Any:
        return 1 / (1 + np_.exp(-a))

    f, i, o, g = logistic(net("f")), logistic(net("i")), logistic(net("o")), np_.tanh(net("g"))
    c = f * values["c_prev"] + i * g
    return {"f": f, "i": i, "o": o, "g": g, "c": c, "h": o * np_.tanh(c)}


def relative_error(found: np.ndarray, reference: np.ndarray) -> float:
    """The largest difference, relative to max(1, max|reference|); shapes must agree."""
    assert found.shape == reference.shape
    return float(np.max(np.abs(found - reference)) / max(1.0, float(np.max(np.abs(reference)))))
