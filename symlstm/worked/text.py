"""A worked example for the terminal, matrices over several lines."""

import textwrap

from sympy.printing.pretty.stringpict import stringPict

from symlstm.notation.glyph import HADAMARD
from symlstm.printing.pretty import PrettyPrinter, joined
from symlstm.printing.unicode import UnicodePrinter, display_width
from symlstm.printing.view import timeless_of
from symlstm.worked.example import Step, WorkedExample
from symlstm.worked.lines import Style, exact, named, sections, worked_line
from symlstm.worked.numbers import number_text
from symlstm.worked.printers import PrettyNumbers

__all__ = ["example_text"]

_WIDTH = 96


def example_text(example: WorkedExample) -> str:
    """The given quantities, the worked lines, a summary of the results, and the notes."""
    timeless = timeless_of(example.system)
    names, line = PrettyPrinter(example.profile, timeless), UnicodePrinter(example.profile, timeless)
    numbers = PrettyNumbers(example.profile, example.values, example.sizes, example.digits, example.limit)
    style = Style(names, numbers, lambda picture: int(picture.width()), _WIDTH)
    blocks = [
        _heading("Given"),
        *map(_lines, _side_by_side([_valued(example, same, style) for same, _ in example.given()])),
    ]
    for title, steps in sections(example):
        blocks += [_heading(title), *(_step(example, step, style) for step in steps)]
    blocks += [_heading("Results"), _summary(example, line)]
    batches = [step for step in example.steps if _is_batch(example, step)]
    blocks += map(_lines, _side_by_side([_valued(example, [step.name], style) for step in batches]))
    if example.notes:
        notes = (named(note.text, line.name) for note in example.notes)
        blocks += [_heading("Notes"), *(textwrap.fill(note, _WIDTH) for note in notes)]
    return "\n\n".join(filter(None, blocks)) + "\n"


def _is_batch(example: WorkedExample, step: Step) -> bool:
    """Whether a quantity has a column, or row, for each member of a batch, or is a matrix of the forward pass."""
    shapes, axis = example.system.shapes, example.members
    x = next(iter(example.system.inputs), None)
    if x is not None and example.values[x].shape[axis] > 1:
        return bool(shapes[step.name][axis] == shapes[x][axis])
    return not step.backward and example.values[step.name].shape[axis] > 1


def _valued(example: WorkedExample, same: list[str], style: Style[stringPict]) -> stringPict:
    """Quantities of one value, and the value."""
    label = " = ".join(style.names.name(name).picture[0] for name in same)
    return joined(label, f" {_sign(not exact(example, *same))} ", style.numbers.matrix(example.values[same[0]]))


def _side_by_side(pictures: list[stringPict]) -> list[stringPict]:
    """As many pictures in a row as the width allows."""
    rows: list[stringPict] = []
    for picture in pictures:
        wider = joined(rows[-1], "    ", picture) if rows else picture
        if rows and wider.width() <= _WIDTH:
            rows[-1] = wider
        else:
            rows.append(picture)
    return rows


def _sign(rounded: bool) -> str:
    return "≈" if rounded else "="


def _heading(title: str) -> str:
    return f"{title}\n{'─' * len(title)}"


def _lines(picture: stringPict) -> str:
    return "\n".join(line.rstrip() for line in picture.picture)


def _step(example: WorkedExample, step: Step, style: Style[stringPict]) -> str:
    label = style.names.name(step.name)
    margin = stringPict(" " * label.width())
    blocks: list[str] = []
    for part in worked_line(example, step, style):
        for k, (mark, piece) in enumerate(part.pieces):
            sign = f" {_sign(part.rounded)} "
            if k:
                minus = mark == "+" and piece.picture[piece.baseline].startswith("-")
                sign = f"   {' ' if minus else HADAMARD.get(mark, mark)} "
            remark = joined("    net input ", style.names.name(part.net_input)) if part.net_input else ""
            blocks.append(_lines(joined(margin if blocks else label, sign, piece, remark)))
    return ("\n\n" if any("\n" in block for block in blocks) else "\n").join(blocks)


def _summary(example: WorkedExample, names: UnicodePrinter) -> str:
    """Every result that is one column, or one row in row vectors, on a line of its own."""
    single = [step for step in example.steps if example.values[step.name].shape[example.members] == 1]
    shown = [step.name for step in single if example.values[step.name].size <= example.limit]
    width = max((display_width(names.name(name)) for name in shown), default=0)
    lines = []
    for quantity in shown:
        name, value, sign = names.name(quantity), example.values[quantity], _sign(not exact(example, quantity))
        numbers = ", ".join(number_text(float(entry), example.digits) for entry in value.flat)
        lines.append(f"{' ' * (width - display_width(name))}{name} {sign} [{numbers}]")
    return "\n".join(lines)
