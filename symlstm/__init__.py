"""symlstm: recurrent cells as named matrix equations, printed, derived, compiled and worked out.

Names are imported when they are first used, so that `import symlstm` costs nothing.
"""

from importlib import import_module

from symlstm.formats import provide

__version__ = "0.1.0"

TYPE_CHECKING = False  # what `typing` has, without its import time; type checkers take it for true
if TYPE_CHECKING:
    from symlstm import activations, algebra
    from symlstm.activations import Activation
    from symlstm.cells import CELLS, cell, define
    from symlstm.checker.checking import check, check_document
    from symlstm.checker.documents import read_document
    from symlstm.checker.functions import check_function
    from symlstm.codegen import lambdify, listing
    from symlstm.complex_step import gradcheck
    from symlstm.conventions import (
        CONVENTIONS,
        Weights,
        convert,
        from_library,
        layers_from_library,
        read_weights,
        to_library,
        write_weights,
    )
    from symlstm.derive import backprop, batched, hessian, jacobian, jvp, through_time
    from symlstm.difference import diff
    from symlstm.errors import SymlstmError
    from symlstm.gradient_flow import flow
    from symlstm.heads import cross_entropy, dropout, readout, squared_error
    from symlstm.notation import NOTATIONS, Profile
    from symlstm.printing.latex import latex
    from symlstm.printing.unicode import text
    from symlstm.stacking import bidirectional, stack
    from symlstm.system import Builder, Equation, System, compose, over_time, rename, unroll
    from symlstm.worked import example

provide(
    {
        "activations": "symlstm.activations:defined",
        "latex": "symlstm.printing.latex:latex",
        "text": "symlstm.printing.unicode:text",
        "difference text": "symlstm.difference_formats:difference_text",
        "difference latex": "symlstm.difference_formats:difference_latex",
        "difference markdown": "symlstm.difference_formats:difference_markdown",
        "difference json": "symlstm.difference_formats:difference_json",
        "example text": "symlstm.worked.text:example_text",
        "example markdown": "symlstm.worked.latex:example_markdown",
        "example latex": "symlstm.worked.latex:example_latex",
        "example json": "symlstm.worked.document:example_json",
        "report text": "symlstm.checker.formats.text:report_text",
        "report markdown": "symlstm.checker.formats.markdown:report_markdown",
        "report latex": "symlstm.checker.formats.latex:report_latex",
        "report html": "symlstm.checker.formats.html:report_html",
        "report json": "symlstm.checker.formats.json:report_json",
        "report github": "symlstm.checker.formats.github:report_github",
    }
)

_PLACES = {
    "Activation": "symlstm.activations",
    "Builder": "symlstm.system",
    "CELLS": "symlstm.cells",
    "CONVENTIONS": "symlstm.conventions",
    "Equation": "symlstm.system",
    "NOTATIONS": "symlstm.notation",
    "Profile": "symlstm.notation",
    "SymlstmError": "symlstm.errors",
    "System": "symlstm.system",
    "Weights": "symlstm.conventions",
    "activations": "symlstm.activations",
    "algebra": "symlstm.algebra",
    "backprop": "symlstm.derive",
    "batched": "symlstm.derive",
    "bidirectional": "symlstm.stacking",
    "cell": "symlstm.cells",
    "check": "symlstm.checker.checking",
    "check_document": "symlstm.checker.checking",
    "check_function": "symlstm.checker.functions",
    "compose": "symlstm.system",
    "convert": "symlstm.conventions",
    "cross_entropy": "symlstm.heads",
    "define": "symlstm.cells",
    "diff": "symlstm.difference",
    "dropout": "symlstm.heads",
    "example": "symlstm.worked",
    "flow": "symlstm.gradient_flow",
    "from_library": "symlstm.conventions",
    "gradcheck": "symlstm.complex_step",
    "hessian": "symlstm.derive",
    "jacobian": "symlstm.derive",
    "jvp": "symlstm.derive",
    "lambdify": "symlstm.codegen",
    "latex": "symlstm.printing.latex",
    "layers_from_library": "symlstm.conventions",
    "listing": "symlstm.codegen",
    "over_time": "symlstm.system",
    "read_document": "symlstm.checker.documents",
    "read_weights": "symlstm.conventions",
    "readout": "symlstm.heads",
    "rename": "symlstm.system",
    "squared_error": "symlstm.heads",
    "stack": "symlstm.stacking",
    "text": "symlstm.printing.unicode",
    "through_time": "symlstm.derive",
    "to_library": "symlstm.conventions",
    "unroll": "symlstm.system",
    "write_weights": "symlstm.conventions",
}
_MODULES = ("activations", "algebra")

__all__ = [
    "CELLS",
    "CONVENTIONS",
    "NOTATIONS",
    "Activation",
    "Builder",
    "Equation",
    "Profile",
    "SymlstmError",
    "System",
    "Weights",
    "activations",
    "algebra",
    "backprop",
    "batched",
    "bidirectional",
    "cell",
    "check",
    "check_document",
    "check_function",
    "compose",
    "convert",
    "cross_entropy",
    "define",
    "diff",
    "dropout",
    "example",
    "flow",
    "from_library",
    "gradcheck",
    "hessian",
    "jacobian",
    "jvp",
    "lambdify",
    "latex",
    "layers_from_library",
    "listing",
    "over_time",
    "read_document",
    "read_weights",
    "readout",
    "rename",
    "squared_error",
    "stack",
    "text",
    "through_time",
    "to_library",
    "unroll",
    "write_weights",
]


def __getattr__(name: str) -> object:
    if name not in _PLACES:
        raise AttributeError(f"module 'symlstm' has no attribute {name!r}; it has {', '.join(__all__)}")
    module = import_module(_PLACES[name])
    value = module if name in _MODULES else getattr(module, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
