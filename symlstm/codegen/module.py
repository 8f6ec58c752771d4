"""A Python module with one function that computes every equation of a System."""

import re
from keyword import iskeyword

from sympy import Expr, Symbol

from symlstm.algebra import T, show_shape
from symlstm.algebra.function import defined
from symlstm.codegen.numpy_source import NumpyPrinter
from symlstm.codegen.steps import StepPrinter, free_name, steps_body, with_named_sums
from symlstm.codegen.wrapping import wrapped
from symlstm.errors import DefinitionError, Located
from symlstm.system import LeafKind, System

__all__ = ["function_name", "module_source", "shapes_of"]

_HELPERS = ("clip", "variance", "absolute", "softmax", "logsumexp")
_RESERVED = ("np", "dtype", "array", "any", "ValueError", *_HELPERS)  # what the code may need
_LOOPS = ("range", "reversed", "len")  # and what it needs over time

_DIMENSIONS = (
    (True, 3, "three-dimensional arrays, a vector of n entries at every step as (T, n, 1)"),
    (False, 2, "two-dimensional arrays, a vector of n entries as (n, 1)"),
)


def shapes_of(system: System) -> dict[str, tuple[Expr, ...]]:
    """The shapes of the arrays of the leaves: T × rows × columns where there is one for every step.

    The number of steps is T_ where a size of the System is called T.
    """
    steps = Symbol(free_name(str(T), {str(size) for size in system.sizes}), integer=True, positive=True)
    return {
        str(leaf.symbol.name): (steps, *leaf.symbol.shape) if leaf.timed else tuple(leaf.symbol.shape)
        for leaf in system.leaves
    }


def function_name(system: System) -> str:
    """A Python name for the System's function: "lstm backward" is lstm_backward."""
    name = re.sub(r"\W+", "_", system.name)
    return f"{name}_step" if iskeyword(name) or name in {*_RESERVED, *defined()} else name


def module_source(system: System) -> str:
    """The source of a module that computes the System with NumPy, one line per equation, over time in loops over t.

    Its function takes the leaves by keyword as arrays of one dtype, two-dimensional, or three-dimensional where there
    is one for every step, and returns a dict of all equations.
    Raises DefinitionError for a quantity whose name the code needs for something else.
    """
    printer, body = _steps(system) if system.timed else _lines(system)
    names = [re.match(r"def (\w+)", helper) for helper in printer.helpers]
    taken = {"np", "dtype", "any", "ValueError", *(match[1] for match in names if match)}
    taken |= set(_LOOPS) if system.timed else set()
    for name in system.symbols:
        if name in taken:
            raise DefinitionError(
                f"system {system.name}: the generated code needs the name {name}; rename the quantity"
            )
    parts = ["import numpy as np\n", *printer.helpers, _function(system, printer, body)]
    return "\n\n".join(parts)


def _lines(system: System) -> tuple[NumpyPrinter, list[str]]:
    printer = NumpyPrinter(_size_names(system))
    body = []
    for line in system.lines:
        with Located(f"equation {line.name}"):
            body.append(f"{line.name} = {printer.print(line.rhs)}")
    return printer, body


def _steps(system: System) -> tuple[NumpyPrinter, list[str]]:
    system = with_named_sums(system)
    sizes = _size_names(system)
    taken = {*system.symbols, *_RESERVED, *defined(), *sizes.values()}
    printer = StepPrinter(sizes, system, *(free_name(letter, taken) for letter in "tT"))
    return printer, steps_body(system, printer)


def _size_names(system: System) -> dict[Symbol, str]:
    taken = {*system.symbols, *_RESERVED, *defined(), *(_LOOPS if system.timed else ())}
    return {size: free_name(str(size), taken) for size in system.sizes}


def _function(system: System, printer: NumpyPrinter, body: list[str]) -> str:
    leaves = [str(leaf.symbol.name) for leaf in system.leaves]
    kept = [line.name for line in system.lines if not line.hands_on]
    returned = wrapped("return {", [f'"{name}": {name}' for name in kept], "}")
    lines = [*_docstring(system), *_guard(system), *_sizes(system, printer), *body, *returned]
    signature = wrapped(f"def {function_name(system)}(", ["*", *leaves], "):")
    return "\n".join([*signature, *(f"    {line}" if line else "" for line in lines)]) + "\n"


def _guard(system: System) -> list[str]:
    written = []
    for timed, dimensions, words in _DIMENSIONS:
        names = [str(leaf.symbol.name) for leaf in system.leaves if leaf.timed == timed]
        if names:
            written += wrapped(f"if any(np.ndim(array) != {dimensions} for array in [", names, "]):")
            written.append(f'    raise ValueError("expected {words}")')
    return written


def _docstring(system: System) -> list[str]:
    lines = [f'"""Compute {system.name} from arrays of these shapes:', ""]
    shapes = shapes_of(system)
    for kind in LeafKind:
        names = [str(leaf.symbol.name) for leaf in system.leaves if leaf.kind is kind]
        shown = [f"{name} {show_shape(shapes[name])}" for name in names]
        if shown:
            lines.append(f"{kind}: {', '.join(shown)}")
    return [*lines, '"""']


def _sizes(system: System, printer: NumpyPrinter) -> list[str]:
    lines = []
    if isinstance(printer, StepPrinter):
        lines.append(f"{printer.T} = len({next(leaf.symbol.name for leaf in system.leaves if leaf.timed)})")
    for size in printer.used_sizes:
        places = [
            (leaf.symbol.name, axis + leaf.timed)
            for leaf in system.leaves
            for axis in (0, 1)
            if leaf.symbol.shape[axis] == size
        ]
        if not places:
            raise DefinitionError(
                f"system {system.name}: no quantity has the length {size} alone; build it with numbers"
            )
        lines.append(f"{printer.sizes[size]} = {places[0][0]}.shape[{places[0][1]}]")
    if printer.uses_dtype:
        lines.append(f"dtype = {system.leaves[0].symbol.name}.dtype")
    return lines
