"""Squashing functions the papers and the libraries use, by name; each takes a NumPy-like module and an array."""

from collections.abc import Callable
from types import ModuleType
from typing import Any


def logistic(np_: ModuleType, a: Any) -> Any:
    """The logistic function, written σ in most papers and f in Hochreiter and Schmidhuber 1997."""
    return 1 / (1 + np_.exp(-a))


def log_logistic(np_: ModuleType, a: Any) -> Any:
    """log σ(a) without overflow."""
    return -np_.logaddexp(0.0, -a)


def selu(np_: ModuleType, a: Any) -> Any:
    """Klambauer et al. 2017, eq. (2)."""
    alpha, scale = 1.6732632423543772848170429916717, 1.0507009873554804934193349852946
    return scale * np_.where(a > 0, a, alpha * (np_.exp(np_.minimum(a, 0.0)) - 1))


ACTIVATIONS: dict[str, Callable[[ModuleType, Any], Any]] = {
    "sigmoid": logistic,
    "tanh": lambda np_, a: np_.tanh(a),
    "identity": lambda np_, a: a,
    "relu": lambda np_, a: np_.maximum(a, 0.0),
    "relu6": lambda np_, a: np_.clip(a, 0.0, 6.0),
    "leaky_relu": lambda np_, a: np_.where(a > 0, a, 0.01 * a),
    "hard_sigmoid": lambda np_, a: np_.clip(0.2 * a + 0.5, 0.0, 1.0),
    "hard_sigmoid6": lambda np_, a: np_.clip(a / 6 + 0.5, 0.0, 1.0),
    "hard_tanh": lambda np_, a: np_.clip(a, -1.0, 1.0),
    "softsign": lambda np_, a: a / (1 + np_.abs(a)),
    "softplus": lambda np_, a: np_.logaddexp(0.0, a),
    "elu": lambda np_, a: np_.where(a > 0, a, np_.exp(np_.minimum(a, 0.0)) - 1),
    "selu": selu,
    "silu": lambda np_, a: a * logistic(np_, a),
    "swish": lambda np_, a: a * logistic(np_, a),
    "exp": lambda np_, a: np_.exp(a),
}
