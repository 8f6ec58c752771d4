"""What an argument or a result of a function can be: vectors, weights in blocks, whole parameters, containers."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

__all__ = ["EXTRA", "Array", "Container", "Extra", "Parameter", "Quantity", "Vector", "Weights", "adjoint_of"]

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Vector:
    """Vectors on top of each other, one column for every member of a batch: x, or [h_prev; x]."""

    names: tuple[str, ...]
    adjoint: bool = False


@dataclass(frozen=True)
class Weights:
    """Blocks of weights: gates on top of each other, parts ("h", "x", or "b", "bh", "p") side by side.

    No gates stands for all of them, in the order that the function has; the part "joined" for h and x in its order,
    "auto" for x alone where the function has weights for h of their own, else for both.
    """

    parts: tuple[str, ...]
    gates: tuple[str, ...] = ()
    adjoint: bool = False


@dataclass(frozen=True)
class Parameter:
    """A parameter of the cell as the cell has it."""

    name: str
    adjoint: bool = False


@dataclass(frozen=True)
class Container:
    """What holds other quantities: "parameters" (a dict), "cache" (from the forward function), or "items"."""

    kind: str
    items: Any = None


@dataclass(frozen=True)
class Extra:
    """Weights of an output layer that some functions carry along; they have no part in what is checked."""

    shape: tuple[str, str]


EXTRA = {"wy": Extra(("o", "n")), "why": Extra(("o", "n")), "by": Extra(("o", "1")), "wya": Extra(("o", "n"))}
Quantity = Vector | Weights | Parameter | Container | Extra


def adjoint_of(quantity: Quantity) -> Quantity:
    """The gradient with respect to a quantity, which has its form."""
    if isinstance(quantity, Vector | Weights | Parameter):
        return replace(quantity, adjoint=True)
    return quantity
