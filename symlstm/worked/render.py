"""A worked example as text, Markdown, LaTeX and JSON."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sympy import MatrixSymbol
from sympy.printing.pretty.stringpict import stringPict

from symlstm.algebra import symbols_of
from symlstm.printing.base import Printer
from symlstm.printing.latex import LatexPrinter
from symlstm.printing.pretty import PrettyPrinter, joined
from symlstm.printing.unicode import UnicodePrinter, display_width
from symlstm.worked.breaking import broken, latex_width
from symlstm.worked.example import Step, WorkedExample
from symlstm.worked.numbers import is_exact, number_text
from symlstm.worked.printers import LatexNumbers, Numbers, PrettyNumbers

__all__ = ["example_json", "example_latex", "example_markdown", "example_text"]

T = TypeVar("T")


@dataclass(frozen=True)
class Part(Generic[T]):
    """One part of a worked line: whether digits were dropped on the way to it, and the piece, perhaps broken."""

    rounded: bool
    pieces: list[T]


@dataclass(frozen=True)
class Style(Generic[T]):
    """What a format needs for a worked line: names, numbers, and how wide a line may be."""

    names: Printer[T]
    numbers: Numbers[T]
    width: Callable[[T], int]
    limit: int


def _chain(example: WorkedExample, step: Step, style: Style[T], under: dict[str, T]) -> list[Part[T]]:
    """The formula, the numbers put in, the net input, the result."""
    used = [str(symbol.name) for symbol in symbols_of(step.formula)]
    parts = [Part(False, broken(step.formula, style.names.print, style.width, style.limit))]
    in_numbers = broken(step.formula, style.numbers.print, style.width, style.limit)
    if isinstance(step.formula, MatrixSymbol):
        return [*parts, Part(not _exact(example, step.name), in_numbers)]
    parts.append(Part(not _exact(example, *used), in_numbers))
    if step.in_net_input is not None:
        in_net_input = style.numbers.print_marked(step.in_net_input, under)
        parts.append(Part(not _exact(example, step.net_input), [in_net_input]))
    return [*parts, Part(not _exact(example, step.name), [style.numbers.matrix(example.values[step.name])])]


def _exact(example: WorkedExample, *names: str) -> bool:
    return all(is_exact(example.values[name], example.digits) for name in names)


def _sections(example: WorkedExample) -> list[tuple[str, list[Step]]]:
    forward = [step for step in example.steps if not step.backward]
    backward = [step for step in example.steps if step.backward]
    return [("Forward", forward)] + ([("Backward", backward)] if backward else [])


def example_text(example: WorkedExample) -> str:
    """The example for the terminal, matrices over several lines."""
    names = PrettyPrinter(example.profile, frozenset(example.system.parameters))
    numbers = PrettyNumbers(example.profile, example.values, example.sizes, example.digits, example.limit)
    style = Style(names, numbers, lambda picture: int(picture.width()), 96)
    blocks = [_heading("Given")]
    for same, value in example.given():
        label = " = ".join(names.name(name).picture[0] for name in same)
        blocks.append(_lines(joined(f"{label} = ", numbers.matrix(value))))
    for title, steps in _sections(example):
        blocks.append(_heading(title))
        blocks += [_text_step(example, step, style) for step in steps]
    if summary := _summary(example):
        blocks += [_heading("Results"), summary]
    if example.notes:
        blocks += [_heading("Notes"), *(_filled(note) for note in _notes(example, "text"))]
    return "\n\n".join(blocks) + "\n"


def _summary(example: WorkedExample) -> str:
    """Every single-column result on a line of its own."""
    names = UnicodePrinter(example.profile, frozenset(example.system.parameters))
    rows = [(names.name(step.name), example.values[step.name]) for step in example.steps]
    rows = [(name, value) for name, value in rows if value.shape[1] == 1 and len(value) <= example.limit]
    width = max((display_width(name) for name, _ in rows), default=0)
    lines = []
    for name, value in rows:
        numbers = ", ".join(number_text(float(entry), example.digits) for entry in value[:, 0])
        lines.append(f"{' ' * (width - display_width(name))}{name} = [{numbers}]")
    return "\n".join(lines)


def _notes(example: WorkedExample, style: str) -> list[str]:
    """The notes with the names printed in the example's notation."""
    kind = UnicodePrinter if style == "text" else LatexPrinter
    printer = kind(example.profile, frozenset(example.system.parameters))
    templates = [note.text if style == "text" else note.latex for note in example.notes]
    return [re.sub(r"<([A-Za-z]\w*)>", lambda found: printer.name(found[1]), template) for template in templates]


def _heading(title: str) -> str:
    return f"{title}\n{'─' * len(title)}"


def _lines(picture: stringPict) -> str:
    return "\n".join(line.rstrip() for line in picture.picture)


def _text_step(example: WorkedExample, step: Step, style: Style[stringPict]) -> str:
    label = style.names.name(step.name)
    margin = stringPict(" " * label.width())
    blocks: list[str] = []
    for part in _chain(example, step, style, {}):
        for k, piece in enumerate(part.pieces):
            sign = "   + " if k and not piece.picture[piece.baseline].startswith("-") else "     " if k else ""
            sign = sign or (" ≈ " if part.rounded else " = ")
            blocks.append(_lines(joined(margin if blocks else label, sign, piece)))
    return ("\n\n" if any("\n" in block for block in blocks) else "\n").join(blocks)


def _filled(note: str, width: int = 92) -> str:
    lines, line = [], ""
    for word in note.split():
        if line and len(line) + len(word) >= width:
            lines.append(line)
            line = ""
        line += (" " if line else "") + word
    return "\n".join([*lines, line])


def _latex_parts(example: WorkedExample) -> tuple[list[str], list[tuple[str, list[str]]]]:
    """The given quantities and the worked lines of each section, in LaTeX."""
    names = LatexPrinter(example.profile, frozenset(example.system.parameters))
    numbers = LatexNumbers(example.profile, example.values, example.sizes, example.digits, example.limit)
    style = Style(names, numbers, latex_width, 84)
    given = [
        f"{' = '.join(names.name(name) for name in same)} = {numbers.matrix(value)}" for same, value in example.given()
    ]
    return given, [
        (title, [_latex_step(example, step, style) for step in steps]) for title, steps in _sections(example)
    ]


def _latex_step(example: WorkedExample, step: Step, style: Style[str]) -> str:
    under = {}
    if step.net_input:
        value = style.numbers.matrix(example.values[step.net_input])
        under[step.net_input] = rf"\underbrace{{{value}}}_{{{style.names.name(step.net_input)}}}"
    lines: list[str] = []
    for part in _chain(example, step, style, under):
        for k, piece in enumerate(part.pieces):
            sign = r"\approx" if part.rounded else "="
            if k:
                sign = r"\quad" if piece.startswith("-") else r"\quad +"
            lines.append(f"{'' if lines else style.names.name(step.name)} &{sign} {piece}".strip())
    return "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"


def example_markdown(example: WorkedExample) -> str:
    """The example in Markdown; formulas stand in ```math fences, which GitHub renders."""
    given, sections = _latex_parts(example)
    blocks = ["## Given", *(_fence(formula) for formula in given)]
    for title, formulas in sections:
        blocks += [f"## {title}", *(_fence(formula) for formula in formulas)]
    if example.notes:
        blocks += ["## Notes", *(re.sub(r"\$([^$]*)\$", r"$`\1`$", note) for note in _notes(example, "latex"))]
    return "\n\n".join(blocks) + "\n"


def _fence(formula: str) -> str:
    return f"```math\n{formula}\n```"


_PREAMBLE = r"""\documentclass{article}
\usepackage{amsmath,amssymb}
\usepackage[a4paper,margin=2cm]{geometry}
\allowdisplaybreaks
\begin{document}
"""


def example_latex(example: WorkedExample, *, standalone: bool = False) -> str:
    """The example in LaTeX; needs amsmath. `standalone` makes a document of it."""
    given, sections = _latex_parts(example)
    blocks = [r"\subsection*{Given}", *(_display(formula) for formula in given)]
    for title, formulas in sections:
        blocks += [rf"\subsection*{{{title}}}", *(_display(formula) for formula in formulas)]
    if example.notes:
        blocks += [r"\subsection*{Notes}", *_notes(example, "latex")]
    body = "\n\n".join(blocks) + "\n"
    return f"{_PREAMBLE}{body}\\end{{document}}\n" if standalone else body


def _display(formula: str) -> str:
    return f"\\[\n{formula}\n\\]"


def example_json(example: WorkedExample) -> str:
    """The example in JSON: every line with its formula and its numbers in full precision."""
    names = UnicodePrinter(example.profile, frozenset(example.system.parameters))
    latex = LatexPrinter(example.profile, frozenset(example.system.parameters))
    document: dict[str, Any] = {
        "schema": 1,
        "system": example.system.name,
        "notation": example.profile.name,
        "sizes": {str(symbol): length for symbol, length in example.sizes.items()},
        "given": {str(leaf.symbol.name): example.values[leaf.symbol.name].tolist() for leaf in example.system.leaves},
        "steps": [],
        "notes": _notes(example, "text"),
    }
    for step in example.steps:
        entry = {
            "name": step.name,
            "symbol": names.name(step.name),
            "formula": names.print(step.formula),
            "latex": f"{latex.name(step.name)} = {latex.print(step.formula)}",
            "backward": step.backward,
        }
        if step.net_input:
            entry["net_input"] = example.values[step.net_input].tolist()
        entry["result"] = example.values[step.name].tolist()
        document["steps"].append(entry)
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
