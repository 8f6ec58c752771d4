"""symlstm: recurrent cells as named matrix equations, printed, derived, compiled and worked out.

Names are imported when they are first used, so that `import symlstm` costs nothing.
"""

from importlib import import_module
from typing import Any

from symlstm.formats import provide

__version__ = "0.1.0"

provide({"latex": "symlstm.printing.latex:latex", "text": "symlstm.printing.unicode:text"})

_PLACES = {
    "CELLS": "symlstm.cells",
    "NOTATIONS": "symlstm.notation",
    "Activation": "symlstm.activations",
    "Builder": "symlstm.system",
    "Equation": "symlstm.system",
    "Profile": "symlstm.notation",
    "SymlstmError": "symlstm.errors",
    "System": "symlstm.system",
    "activations": "symlstm.activations",
    "algebra": "symlstm.algebra",
    "backprop": "symlstm.derive",
    "batched": "symlstm.derive",
    "cell": "symlstm.cells",
    "example": "symlstm.example",
    "gradcheck": "symlstm.gradcheck",
    "lambdify": "symlstm.codegen",
    "latex": "symlstm.printing.latex",
    "listing": "symlstm.codegen",
    "notation": "symlstm.notation",
    "text": "symlstm.printing.unicode",
}

__all__ = ["__version__", *_PLACES]  # noqa: PLE0604


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module 'symlstm' has no attribute {name!r}; it has {', '.join(_PLACES)}")
    module = import_module(_PLACES[name])
    value = module if _PLACES[name] == f"symlstm.{name}" and not hasattr(module, name) else getattr(module, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
