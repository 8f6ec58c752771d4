"""The simple recurrent network."""

from types import ModuleType
from typing import Any

from tests.papers.activations import ACTIVATIONS
from tests.papers.net import net_input


def rnn(np_: ModuleType, values: dict[str, Any], activation: str = "tanh", order: str = "hx") -> dict[str, Any]:
    """Elman 1990: the hidden layer sees the input and its own activations of the step before."""
    return {"h": ACTIVATIONS[activation](np_, net_input(np_, values, "h", order=order))}
