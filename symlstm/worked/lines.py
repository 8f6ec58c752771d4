"""The worked line: formula = numbers put in = net input = result, the same for every format."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from sympy import MatrixSymbol

from symlstm.algebra import symbols_of
from symlstm.printing.base import Printer
from symlstm.system import Role
from symlstm.worked.breaking import broken
from symlstm.worked.example import Step, WorkedExample
from symlstm.worked.numbers import is_exact
from symlstm.worked.printers import Numbers

__all__ = ["Part", "Style", "exact", "named", "sections", "worked_line"]

T = TypeVar("T")
_HEADINGS: dict[Role | None, str] = {Role.TANGENT: "Tangents", Role.JACOBIAN: "Jacobian"}


@dataclass(frozen=True)
class Part(Generic[T]):
    """One part of a worked line: whether digits were dropped by then, its pieces with their signs, its name."""

    rounded: bool
    pieces: list[tuple[str, T]]
    net_input: str = ""


@dataclass(frozen=True)
class Style(Generic[T]):
    """What a format needs for a worked line: names, numbers, and how wide a line may be."""

    names: Printer[T]
    numbers: Numbers[T]
    width: Callable[[T], int]
    limit: int


def worked_line(example: WorkedExample, step: Step, style: Style[T]) -> list[Part[T]]:
    """The formula, the numbers put in, the activation of the net input, the result."""
    used = [str(symbol.name) for symbol in symbols_of(step.formula)]
    times = example.profile.hadamard
    parts = [Part(False, broken(step.formula, style.names, style.width, style.limit, times))]
    in_numbers = broken(step.formula, style.numbers, style.width, style.limit, times or r"\odot")
    if isinstance(step.formula, MatrixSymbol):
        return [*parts, Part(not exact(example, step.name), in_numbers)]
    if not used and example.values[step.name].size == 1:
        return parts
    rounded = not exact(example, *used)
    parts.append(Part(rounded, in_numbers))
    if step.in_net_input is not None:
        in_net_input = style.numbers.print(step.in_net_input)
        rounded = rounded or not exact(example, step.net_input)
        parts.append(Part(rounded, [("", in_net_input)], step.net_input))
    rounded = rounded or not exact(example, step.name)
    return [*parts, Part(rounded, [("", style.numbers.matrix(example.values[step.name]))])]


def exact(example: WorkedExample, *names: str) -> bool:
    """Whether the quantities are printed without dropping digits."""
    return all(
        name not in example.inexact and is_exact(example.values[name], example.digits, example.limit) for name in names
    )


def sections(example: WorkedExample) -> list[tuple[str, list[Step]]]:
    """The forward lines, then those of the derivatives where there are any."""
    forward = [step for step in example.steps if not step.backward]
    backward = [step for step in example.steps if step.backward]
    heading = _HEADINGS.get(example.system.derivative, "Backward")
    return [("Forward", forward)] + ([(heading, backward)] if backward else [])


def named(template: str, name: Callable[[str], str]) -> str:
    """A note with `<f>` replaced by the printed name of f."""
    return re.sub(r"<([A-Za-z]\w*)>", lambda found: name(found[1]), template)
