"""A Python module with one function that computes every equation of a System."""

import re
from keyword import iskeyword

from sympy import Symbol

from symlstm.algebra import show_shape
from symlstm.algebra.function import defined
from symlstm.codegen.numpy_source import NumpyPrinter
from symlstm.errors import DefinitionError, Located
from symlstm.system import LeafKind, System

__all__ = ["function_name", "module_source"]


_HELPERS = ("clip", "variance", "absolute", "softmax", "logsumexp")
_RESERVED = ("np", "dtype", "array", "any", "ValueError", *_HELPERS)  # what the code may need


def function_name(system: System) -> str:
    """A Python name for the System's function: "lstm backward" is lstm_backward."""
    name = re.sub(r"\W+", "_", system.name)
    return f"{name}_step" if iskeyword(name) or name in {*_RESERVED, *defined()} else name


def module_source(system: System) -> str:
    """The source of a module that computes the System with NumPy, one line per equation.

    Its function takes the leaves by keyword as two-dimensional arrays of one dtype and returns a dict of all equations.
    Raises DefinitionError for a quantity whose name the code needs for something else.
    """
    printer = NumpyPrinter(_size_names(system))
    body = []
    for line in system.lines:
        with Located(f"equation {line.name}"):
            body.append(f"{line.name} = {printer.print(line.rhs)}")
    names = [re.match(r"def (\w+)", helper) for helper in printer.helpers]
    taken = {"np", "dtype", "any", "ValueError", *(match[1] for match in names if match)}
    for name in system.symbols:
        if name in taken:
            raise DefinitionError(
                f"system {system.name}: the generated code needs the name {name}; rename the quantity"
            )
    parts = ["import numpy as np\n", *printer.helpers, _function(system, printer, body)]
    return "\n\n".join(parts)


def _size_names(system: System) -> dict[Symbol, str]:
    taken = {*system.symbols, *_RESERVED, *defined()}
    names = {}
    for size in system.sizes:
        name = str(size)
        while name in taken:
            name += "_"
        names[size] = name
    return names


def _function(system: System, printer: NumpyPrinter, body: list[str]) -> str:
    leaves = [str(leaf.symbol.name) for leaf in system.leaves]
    results = [f'"{line.name}": {line.name}' for line in system.lines]
    returned = _wrapped("return {", results, "}")
    guard = [
        *_wrapped("if any(np.ndim(array) != 2 for array in [", leaves, "]):"),
        '    raise ValueError("expected two-dimensional arrays, a vector of n entries as (n, 1)")',
    ]
    lines = [*_docstring(system), *guard, *_sizes(system, printer), *body, *returned]
    signature = _wrapped(f"def {function_name(system)}(", ["*", *leaves], "):")
    return "\n".join([*signature, *(f"    {line}" if line else "" for line in lines)]) + "\n"


def _wrapped(start: str, items: list[str], end: str) -> list[str]:
    """A signature or display, on one line or broken over lines of about 100 columns."""
    whole = start + ", ".join(items) + end
    if len(whole) <= 100:
        return [whole]
    lines, row = [start], "   "
    for item in items:
        if len(row) + len(item) > 96:
            lines.append(row)
            row = "   "
        row += f" {item},"
    return [*lines, row, end]


def _docstring(system: System) -> list[str]:
    lines = [f'"""Compute {system.name} from arrays of these shapes:', ""]
    for kind in LeafKind:
        shown = [f"{leaf.symbol.name} {show_shape(leaf.symbol.shape)}" for leaf in system.leaves if leaf.kind is kind]
        if shown:
            lines.append(f"{kind}: {', '.join(shown)}")
    return [*lines, '"""']


def _sizes(system: System, printer: NumpyPrinter) -> list[str]:
    lines = []
    for size in printer.used_sizes:
        places = [
            (leaf.symbol.name, axis) for leaf in system.leaves for axis in (0, 1) if leaf.symbol.shape[axis] == size
        ]
        if not places:
            raise DefinitionError(
                f"system {system.name}: no quantity has the length {size} alone; build it with numbers"
            )
        lines.append(f"{printer.sizes[size]} = {places[0][0]}.shape[{places[0][1]}]")
    if printer.uses_dtype:
        lines.append(f"dtype = {system.leaves[0].symbol.name}.dtype")
    return lines
