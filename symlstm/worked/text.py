"""A worked example for the terminal, matrices over several lines."""

import textwrap

from sympy.printing.pretty.stringpict import stringPict

from symlstm.printing.pretty import PrettyPrinter, joined
from symlstm.printing.unicode import UnicodePrinter, display_width
from symlstm.worked.example import Step, WorkedExample
from symlstm.worked.lines import Style, exact, named, sections, worked_line
from symlstm.worked.numbers import number_text
from symlstm.worked.printers import PrettyNumbers

__all__ = ["example_text"]

_WIDTH = 96


def example_text(example: WorkedExample) -> str:
    """The given quantities, the worked lines, a summary of the results, and the notes."""
    names = PrettyPrinter(example.profile, frozenset(example.system.parameters))
    numbers = PrettyNumbers(example.profile, example.values, example.sizes, example.digits, example.limit)
    style = Style(names, numbers, lambda picture: int(picture.width()), _WIDTH)
    blocks = [_heading("Given")]
    for same, value in example.given():
        label = " = ".join(names.name(name).picture[0] for name in same)
        blocks.append(_lines(joined(label, " = " if exact(example, *same) else " ≈ ", numbers.matrix(value))))
    for title, steps in sections(example):
        blocks += [_heading(title), *(_step(example, step, style) for step in steps)]
    line = UnicodePrinter(example.profile, frozenset(example.system.parameters))
    if summary := _summary(example, line):
        blocks += [_heading("Results"), summary]
    if example.notes:
        notes = (named(note.text, line.name) for note in example.notes)
        blocks += [_heading("Notes"), *(textwrap.fill(note, _WIDTH) for note in notes)]
    return "\n\n".join(blocks) + "\n"


def _heading(title: str) -> str:
    return f"{title}\n{'─' * len(title)}"


def _lines(picture: stringPict) -> str:
    return "\n".join(line.rstrip() for line in picture.picture)


def _step(example: WorkedExample, step: Step, style: Style[stringPict]) -> str:
    label = style.names.name(step.name)
    margin = stringPict(" " * label.width())
    blocks: list[str] = []
    for part in worked_line(example, step, style, {}):
        for k, piece in enumerate(part.pieces):
            sign = " ≈ " if part.rounded else " = "
            if k:
                sign = "     " if piece.picture[piece.baseline].startswith("-") else "   + "
            blocks.append(_lines(joined(margin if blocks else label, sign, piece)))
    return ("\n\n" if any("\n" in block for block in blocks) else "\n").join(blocks)


def _summary(example: WorkedExample, names: UnicodePrinter) -> str:
    """Every single-column result on a line of its own."""
    rows = [(names.name(step.name), example.values[step.name]) for step in example.steps]
    rows = [(name, value) for name, value in rows if value.shape[1] == 1 and len(value) <= example.limit]
    width = max((display_width(name) for name, _ in rows), default=0)
    lines = []
    for name, value in rows:
        numbers = ", ".join(number_text(float(entry), example.digits) for entry in value[:, 0])
        lines.append(f"{' ' * (width - display_width(name))}{name} = [{numbers}]")
    return "\n".join(lines)
