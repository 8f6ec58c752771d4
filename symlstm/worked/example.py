"""A worked example: for every quantity the formula, the numbers put in, the net input and the result."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from sympy import MatrixExpr, Symbol

from symlstm.algebra import Apply, B, LogSumExp, symbols_of
from symlstm.codegen import lambdify
from symlstm.codegen.arguments import Arguments
from symlstm.errors import InputError
from symlstm.formats import formatter
from symlstm.notation import Profile
from symlstm.printing.arrange import arranged
from symlstm.printing.rows import layout_of
from symlstm.printing.view import fitted
from symlstm.system import Role, System, check_system
from symlstm.worked.values import default_seeds, resolve

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


def _seed_notes(system: System, values: Mapping[str, Any]) -> Iterator[Note]:
    """What stands for the gradients from outside that were not given."""
    filled = {name: {"ones": 1, "zeros": 0}[word] for name, word in default_seeds(system, values).items()}
    back: System | None = system
    while back is not None and back.derivative is not Role.ADJOINT:
        back = back.forward
    if filled and len(filled) == len(system.seeds) and back and back.forward:
        summed = back.forward.losses or back.forward.outputs[-1:]
        text, latex = (" and ".join(form.format(name) for name in summed) for form in ("<{}>", "$<{}>$"))
        yield Note(f"L is the sum of the entries of {text}.", f"$L$ is the sum of the entries of {latex}.")
    if filled:
        text = ", ".join(f"<{name}> = {value}" for name, value in filled.items())
        latex = ", ".join(f"$<{name}> = {value}$" for name, value in filled.items())
        yield Note(f"Not given, and taken as: {text}.", f"Not given, and taken as: {latex}.")


@dataclass(frozen=True, repr=False)
class WorkedExample:
    """A System worked out in numbers; `values` holds every quantity as a matrix, in full precision.

    In a notation of row vectors `system` and `values` are in rows.
    """

    system: System
    values: Mapping[str, Array]
    sizes: Mapping[Symbol, int]
    steps: tuple[Step, ...]
    profile: Profile
    digits: int = 4
    limit: int = 10
    notes: tuple[Note, ...] = field(default=())

    @property
    def members(self) -> int:
        """The axis along which the members of a batch lie: 1, or 0 where the notation writes rows."""
        return 0 if self.profile.layout == "row" else 1

    @cached_property
    def inexact(self) -> frozenset[str]:
        """The quantities that are rounded however few digits show, for σ or tanh of something but 0 went in."""
        found: set[str] = set()
        for step in self.steps:
            formula = step.formula if step.in_net_input is None else step.in_net_input
            curved = [node for node in formula.atoms(Apply, LogSumExp) if _is_curved(node)]
            arguments = [symbol.name for node in curved for symbol in symbols_of(node)]
            if any(self.values[name].any() for name in arguments) or found & {s.name for s in symbols_of(step.formula)}:
                found.add(step.name)
        return frozenset(found)

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

    def markdown(self, *, flavour: str = "github") -> str:
        """The example in Markdown: for "github" formulas stand in ```math fences, for "jupyter" between $$."""
        return formatter("example markdown")(self, flavour=flavour)

    def latex(self, *, standalone: bool = False) -> str:
        """The example in LaTeX for amsmath: a fragment, or a document that compiles on its own."""
        return formatter("example latex")(self, standalone=standalone)

    def json(self) -> str:
        """The example for machines, numbers in full precision."""
        return formatter("example json")(self)

    def _repr_markdown_(self) -> str:
        return self.markdown(flavour="jupyter")

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"<worked example of {self.system.name}: {', '.join(step.name for step in self.steps)}>"


def _is_curved(node: Apply | LogSumExp) -> bool:
    return isinstance(node, LogSumExp) or node.activation.entry.smooth


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
    check_system(system, "example")
    if system.timed:
        raise InputError(f"example: {system.name} has no number of steps; give sl.unroll of it, with one")
    if not isinstance(sizes or {}, Mapping):
        raise InputError(f"sizes: expected lengths by name, as in {{'n': 3}}, got {type(sizes).__name__}")
    if not isinstance(values, Mapping):
        raise InputError(f"example: expected values by name, as in {{'x': [1.0], …}}, got {type(values).__name__}")
    _check_range("digits", digits, 1, 17)
    _check_range("limit", limit, 3, 100)
    _check_range("seed", seed, 0, 2**63)
    profile = fitted(system, notation)
    function = lambdify(system)
    arguments = Arguments(function.signature, resolve(function.columns, values, sizes=sizes, seed=seed))
    results = {name: array.copy() for name, array in arguments.arrays.items()}
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        results |= function(**results)
    _check_results(results)
    shown = system if arguments.sizes.get(B, 1) == 1 else function.columns
    if layout := layout_of(shown, profile):
        shown, results = layout.system(), {k: array.T if layout.flips(k) else array for k, array in results.items()}
    notes = tuple(_seed_notes(system, values))
    steps = tuple(_steps(shown, profile))
    return WorkedExample(shown, results, arguments.sizes, steps, profile, digits, limit, notes)


def _check_results(results: Mapping[str, Array]) -> None:
    for name, array in results.items():
        if array.dtype.kind == "c":
            raise InputError(f"{name}: expected real numbers, got {array.dtype}")
        if not np.isfinite(array).all():
            raise InputError(f"{name}: overflows, or is divided by 0, with these values; choose others")


def _check_range(option: str, number: int, least: int, most: int) -> None:
    if not isinstance(number, int) or isinstance(number, bool) or not least <= number <= most:
        raise InputError(f"{option}: expected a whole number from {least} to {most}, got {number!r}")


_LONGEST = 8  # quantities in a net input that is put into its gate; a longer one gets a step of its own


def _steps(system: System, profile: Profile) -> Iterator[Step]:
    inlined = {line.name: line for line in system.inlined()}
    net_inputs = {line.name: line for line in system.lines if line.role is Role.NET_INPUT}
    forward = set(system.forward.symbols) if system.forward else set(system.symbols)
    for line in system.lines:
        is_long = line.name in net_inputs and len(symbols_of(line.rhs)) > _LONGEST
        if line.name in net_inputs and not is_long:
            continue
        used = [symbol.name for symbol in symbols_of(line.rhs) if symbol.name in net_inputs]
        short = used and len(symbols_of(net_inputs[used[0]].rhs)) <= _LONGEST
        own = arranged(line.rhs, profile.at(line.name))
        if short and line.name in forward:
            yield Step(line.name, arranged(inlined[line.name].rhs, profile.at(line.name)), own, used[0])
        else:
            yield Step(line.name, own, backward=line.name not in forward)
