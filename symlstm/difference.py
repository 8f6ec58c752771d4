"""diff: which forward and which backward lines change between two cells."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sympy import Basic, HadamardProduct, MatAdd, MatrixExpr, Rational, default_sort_key

from symlstm.algebra import Maximum, show_shape
from symlstm.cells import CELLS, cell, read_options
from symlstm.conventions import CONVENTIONS, form_of
from symlstm.derive import backprop
from symlstm.errors import InputError, UnknownNameError
from symlstm.formats import formatter
from symlstm.notation import NOTATIONS, Profile
from symlstm.notation import notation as find_notation
from symlstm.system import Equation, Role, System, check_system

__all__ = ["Change", "Difference", "Side", "diff"]

_UNORDERED = (MatAdd, HadamardProduct, Maximum)


@dataclass(frozen=True)
class Side:
    """One of the two cells: what it is called, its backward pass, how it prints, and remarks such as a gate order."""

    label: str
    back: System
    profile: Profile
    facts: tuple[tuple[str, str], ...] = ()

    @property
    def forward(self) -> System:
        """The forward pass."""
        assert self.back.forward is not None
        return self.back.forward

    def lines(self, backward: bool) -> dict[str, Equation]:
        """The forward equations with net inputs put in, or the adjoints, by name."""
        if not backward:
            return {line.name: line for line in self.forward.inlined()}
        return {line.name: line for line in self.back.equations if line.role is Role.ADJOINT}


@dataclass(frozen=True)
class Change:
    """A line that differs: the equation on either side, None where there is no such line."""

    name: str
    backward: bool
    left: Equation | None
    right: Equation | None

    @property
    def kind(self) -> str:
        """What happens to the line from left to right: "changed", "added" or "removed"."""
        return "added" if self.left is None else "removed" if self.right is None else "changed"


@dataclass(frozen=True, repr=False)
class Difference:
    """The lines in which two cells differ, forward and backward; it is true when there are any."""

    left: Side
    right: Side
    changes: tuple[Change, ...]
    unchanged: tuple[str, ...]

    @property
    def forward(self) -> tuple[Change, ...]:
        """The forward lines that differ."""
        return tuple(change for change in self.changes if not change.backward)

    @property
    def backward(self) -> tuple[Change, ...]:
        """The backward lines that differ."""
        return tuple(change for change in self.changes if change.backward)

    def __bool__(self) -> bool:
        return bool(self.changes)

    def text(self) -> str:
        """The difference for the terminal: - the line on the left, + the line on the right."""
        return formatter("difference text")(self)

    def latex(self) -> str:
        """The difference as an `aligned` block, the two forms of a line below each other; needs amsmath."""
        return formatter("difference latex")(self)

    def markdown(self) -> str:
        """The difference in Markdown for GitHub."""
        return formatter("difference markdown")(self)

    def json(self) -> str:
        """The difference for machines."""
        return formatter("difference json")(self)

    def _repr_markdown_(self) -> str:
        return self.markdown()

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"<{len(self.changes)} lines differ between {self.left.label} and {self.right.label}>"


def diff(left: Any, right: Any, *, notation: str | Profile | None = None) -> Difference:
    """The lines of the step and of its backward pass in which two cells differ.

    Each is a System (one step, forward) or a text such as "lstm", "gru:reset=after", or that of a library, "keras" or
    "pytorch:gru". The order of terms and of elementwise factors makes no difference. `notation` prints both; when left
    out, cells print in the default one and libraries in their own.
    Raises UnknownNameError for an unknown name, InputError for anything else.

    >>> import symlstm as sl
    >>> print(sl.diff("rnn", "rnn:activation=relu").text().splitlines()[4])
    - hₜ = tanh(W_h·[hₜ₋₁; xₜ] + b_h)
    """
    profile = None if notation is None else find_notation(notation)
    sides = _side(left, profile), _side(right, profile)
    _check_sizes(*sides)
    changes: list[Change] = []
    unchanged: list[str] = []
    for backward in (False, True):
        for name, pair in _paired(*(side.lines(backward) for side in sides)):
            if pair[0] and pair[1] and _same(pair[0], pair[1]):
                unchanged.append(name)
            else:
                changes.append(Change(name, backward, *pair))
    return Difference(*sides, tuple(changes), tuple(unchanged))


def _check_sizes(left: Side, right: Side) -> None:
    """Cells of other sizes differ in every line and print alike. Raises InputError."""
    for name in ("x", "c_prev", "W_p"):
        shapes = [side.forward.shapes.get(name) for side in (left, right)]
        if None not in shapes and shapes[0] != shapes[1]:
            here, there = (show_shape(shape) for shape in shapes if shape)
            raise InputError(f"diff: {name} is {here} in the one and {there} in the other; give both the same sizes")


def _side(given: Any, profile: Profile | None) -> Side:
    if isinstance(given, str) and given.partition(":")[0] in CONVENTIONS:
        return _of_library(given, profile)
    if isinstance(given, str | Path):
        if not str(given).partition(":")[0].endswith(".py") and str(given).partition(":")[0] not in CELLS:
            raise UnknownNameError("cell or library", str(given).partition(":")[0], [*CELLS, *CONVENTIONS])
        return Side(str(given), backprop(cell(given)), profile or find_notation())
    check_system(given, "diff")
    if given.forward is not None:
        raise InputError(f"diff: {given.name} is a backward pass; give the step, and both passes are compared")
    return Side(given.name, backprop(given), profile or find_notation())


def _of_library(given: str, profile: Profile | None) -> Side:
    """A library's cell, such as "keras" or "onnx:gru,linear_before_reset=1", as the library computes and prints it."""
    name, _, rest = given.partition(":")
    first, _, others = rest.replace(":", ",").partition(",")
    named = first.strip() in CELLS or (first and "=" not in first and first not in CONVENTIONS[name].words)
    which, stated = (first.strip(), others) if named else ("lstm", rest)
    form = form_of(name, which, read_options(stated) if stated else {})
    system = cell(form.cell, **form.options)
    own = name if name in NOTATIONS else "default"
    return Side(given, backprop(system), profile or find_notation(own), form.storage)


def _paired(
    left: dict[str, Equation], right: dict[str, Equation]
) -> Iterator[tuple[str, tuple[Equation | None, Equation | None]]]:
    """The lines by name, in the order of the left, those of the right alone where they stand there."""
    names = list(left)
    place = 0
    for name in right:
        if name in left:
            place = names.index(name) + 1
        else:
            names.insert(place, name)
            place += 1
    for name in names:
        yield name, (left.get(name), right.get(name))


def _same(left: Equation, right: Equation) -> bool:
    return left.shape == right.shape and _canonical(left.rhs) == _canonical(right.rhs)


def _canonical(node: Basic) -> Any:
    """An expression as nested tuples, the operands of sums and elementwise products in one order."""
    if getattr(node, "is_Float", False):
        return Rational(str(node))
    if not isinstance(node, MatrixExpr) or not node.args:
        return node
    operands = [_canonical(part) for part in node.args]
    if isinstance(node, _UNORDERED):
        operands.sort(key=_key)
    return (type(node).__name__, *operands)


def _key(operand: Any) -> str:
    return str(operand if isinstance(operand, tuple) else default_sort_key(operand))
