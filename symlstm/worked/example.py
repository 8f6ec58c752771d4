"""A worked example: for every quantity the formula, the numbers put in, the net input and the result."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sympy import MatrixExpr, Symbol

from symlstm.codegen import lambdify
from symlstm.codegen.arguments import Arguments
from symlstm.errors import InputError
from symlstm.formats import formatter
from symlstm.notation import Profile
from symlstm.notation import notation as find_notation
from symlstm.system import Equation, Role, System
from symlstm.worked.values import resolve

__all__ = ["Note", "Step", "WorkedExample", "example"]

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Step:
    """One quantity: its formula, and for a gate the formula in its net input."""

    name: str
    formula: MatrixExpr
    in_net_input: MatrixExpr | None = None
    net_input: str = ""
    backward: bool = False


@dataclass(frozen=True)
class Note:
    """A remark in Unicode text and in LaTeX, where `<f>` stands for the printed name of the quantity f."""

    text: str
    latex: str


_SEEDED = Note(
    "L is the sum of the entries of <h>: the gradient from outside is <seed_h> = 1, and <seed_c> = 0.",
    r"$L$ is the sum of the entries of $<h>$: the gradient from outside is $<seed_h> = \mathbf{1}$, "
    r"and $<seed_c> = 0$.",
)


@dataclass(frozen=True)
class WorkedExample:
    """A System worked out in numbers; `values` holds every quantity as a matrix, in full precision."""

    system: System
    values: Mapping[str, Array]
    sizes: Mapping[Symbol, int]
    steps: tuple[Step, ...]
    profile: Profile
    digits: int = 4
    limit: int = 10
    notes: tuple[Note, ...] = field(default=())

    def given(self) -> Iterator[tuple[list[str], Array]]:
        """The quantities that come from outside; those with equal values together."""
        groups: list[tuple[list[str], Array]] = []
        for leaf in self.system.leaves:
            name = str(leaf.symbol.name)
            same = (names for names, value in groups if _alike(self, names[0], name, value))
            names = next(same, None)
            if names is None:
                groups.append(([name], self.values[name]))
            else:
                names.append(name)
        return iter(groups)

    def text(self) -> str:
        """The example for the terminal."""
        return formatter("example text")(self)

    def markdown(self) -> str:
        """The example in Markdown, formulas in ```math fences as GitHub renders them."""
        return formatter("example markdown")(self)

    def latex(self, *, standalone: bool = False) -> str:
        """The example in LaTeX for amsmath: a fragment, or a document that compiles on its own."""
        return formatter("example latex")(self, standalone=standalone)

    def json(self) -> str:
        """The example for machines, numbers in full precision."""
        return formatter("example json")(self)

    def _repr_markdown_(self) -> str:
        return self.markdown()

    def __str__(self) -> str:
        return self.text()


def _alike(example: WorkedExample, first: str, other: str, value: Array) -> bool:
    """Equal parameters of one family are shown together: W_f = W_i = …"""
    parameters = example.system.parameters
    family = first.partition("_")[0] == other.partition("_")[0]
    return family and first in parameters and other in parameters and np.array_equal(value, example.values[other])


def example(
    system: System,
    values: Mapping[str, Any],
    *,
    digits: int = 4,
    notation: str | Profile = "default",
    limit: int = 10,
    sizes: Mapping[str, int] | None = None,
    seed: int = 0,
) -> WorkedExample:
    """Work a System out in numbers, forward or (for a backward pass) forward and backward.

    `values` gives every input, state and parameter, and the seeds of a backward pass: arrays as `lambdify` takes
    them, or the words "identity", "zeros", "ones" and "random" (standard normal, from `seed`), by name (`W_f`),
    family (`W`) or `*` for the rest. `sizes` gives lengths (n, d, B) that no array shows. Results are rounded to
    `digits` significant digits in print only; matrices with more than `limit` rows or columns are cut short.
    Raises InputError for bad values or options.

    >>> import symlstm as sl
    >>> values = {"x": [2.0], "h_prev": [0.5], "c_prev": [1.0], "W": "ones", "b": "zeros"}
    >>> print(sl.example(sl.cell("lstm"), values).values["f"])
    [[0.92414182]]
    """
    _check_range("digits", digits, 1, 17)
    _check_range("limit", limit, 3, 1000)
    profile = find_notation(notation)
    function = lambdify(system)
    arguments = Arguments(function.columns, resolve(function.columns, values, sizes=sizes, seed=seed))
    results = {**arguments.arrays, **function(**arguments.arrays)}
    lengths = {symbol: length for symbol, (length, _) in arguments.sizes.items()}
    one_column = arguments.arrays[system.inputs[0]].shape[1] == 1
    shown = system if one_column else function.columns
    seeded = set(system.seeds) == {"seed_h", "seed_c"} and not any(name in values for name in system.seeds)
    notes = (_SEEDED,) if seeded else ()
    return WorkedExample(shown, results, lengths, tuple(_steps(shown)), profile, digits, limit, notes)


def _check_range(option: str, number: int, least: int, most: int) -> None:
    if not isinstance(number, int) or isinstance(number, bool) or not least <= number <= most:
        raise InputError(f"{option}: expected a whole number from {least} to {most}, got {number!r}")


def _steps(system: System) -> Iterator[Step]:
    raw = {line.name: line for line in system.lines}
    net_inputs = {line.name for line in system.lines if line.role is Role.NET_INPUT}
    forward = set(system.forward.symbols) if system.forward else set(system.symbols)
    for line in system.inlined():
        used = [name for name in net_inputs if _uses(raw[line.name], name)]
        backward = line.name not in forward
        if used and not backward:
            yield Step(line.name, line.rhs, raw[line.name].rhs, used[0])
        else:
            yield Step(line.name, raw[line.name].rhs, backward=backward)


def _uses(line: Equation, name: str) -> bool:
    return any(symbol.name == name for symbol in line.rhs.free_symbols if hasattr(symbol, "name"))
