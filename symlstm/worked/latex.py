"""A worked example in LaTeX, and in Markdown with its formulas in LaTeX."""

import re

from symlstm.errors import InputError, UnknownNameError
from symlstm.printing.latex import LatexPrinter
from symlstm.printing.page import WIDTH, document, latex_width
from symlstm.printing.view import timeless_of
from symlstm.worked.example import Step, WorkedExample
from symlstm.worked.lines import Style, exact, named, sections, worked_line
from symlstm.worked.printers import LatexNumbers

__all__ = ["example_latex", "example_markdown", "step_latex"]

_FLAVOURS = {"github": ("```math\n{}\n```", r"$`\1`$"), "jupyter": ("$$\n{}\n$$", r"$\1$")}


def example_markdown(example: WorkedExample, *, flavour: str = "github") -> str:
    """The example in Markdown.

    Flavour "github" writes ```math fences, "jupyter" writes $$, which notebooks render. Raises InputError for others.
    """
    if flavour not in _FLAVOURS:
        raise InputError(f"flavour: expected one of {', '.join(_FLAVOURS)}, got {flavour!r}")
    display, inline = _FLAVOURS[flavour]
    style = _style(example)
    blocks = ["## Given", *(display.format(row) for row in _given(example, style))]
    for title, steps in sections(example):
        blocks += [f"## {title}", *(display.format(_aligned(_lines(example, step, style))) for step in steps)]
    if example.notes:
        blocks += ["## Notes", *(re.sub(r"\$([^$]*)\$", inline, note) for note in _notes(example, style))]
    return "\n\n".join(blocks) + "\n"


def example_latex(example: WorkedExample, *, standalone: bool = False) -> str:
    """The example in LaTeX; needs amsmath. `standalone` makes a document of it."""
    style = _style(example)
    blocks = [r"\subsection*{Given}", *(f"\\[\n{row}\n\\]" for row in _given(example, style))]
    for title, steps in sections(example):
        lines = [" \\\\*\n".join(_lines(example, step, style)) for step in steps]  # no page break inside
        body = " \\\\[2ex]\n".join(lines)
        blocks += [rf"\subsection*{{{title}}}", f"\\begin{{align*}}\n{body}\n\\end{{align*}}"]
    if example.notes:
        blocks += [r"\subsection*{Notes}", *_notes(example, style)]
    body = "\n\n".join(blocks) + "\n"
    return document(body) if standalone else body


def step_latex(example: WorkedExample, name: str) -> str:
    """One worked line as an `aligned` block. Raises UnknownNameError for a quantity that is not worked out."""
    steps = {step.name: step for step in example.steps}
    if name not in steps:
        raise UnknownNameError(f"worked line of {example.system.name}", name, steps)
    return _aligned(_lines(example, steps[name], _style(example)))


def _style(example: WorkedExample) -> Style[str]:
    numbers = LatexNumbers(example.profile, example.values, example.sizes, example.digits, example.limit)
    return Style(LatexPrinter(example.profile, timeless_of(example.system)), numbers, latex_width, WIDTH)


def _notes(example: WorkedExample, style: Style[str]) -> list[str]:
    return [named(note.latex, style.names.name) for note in example.notes]


def _given(example: WorkedExample, style: Style[str]) -> list[str]:
    """The given quantities, as many in a row as the page is wide."""
    rows: list[str] = []
    for same, value in example.given():
        sign = _sign(not exact(example, *same))
        formula = f"{' = '.join(map(style.names.name, same))} {sign} {style.numbers.matrix(value)}"
        if rows and latex_width(rows[-1]) + latex_width(formula) + 8 <= WIDTH - 8:
            rows[-1] += rf" \qquad {formula}"
        else:
            rows.append(formula)
    return rows


def _sign(rounded: bool) -> str:
    return r"\approx" if rounded else "="


def _lines(example: WorkedExample, step: Step, style: Style[str]) -> list[str]:
    """The lines of one worked quantity, aligned at the first sign."""
    lines: list[str] = []
    for part in worked_line(example, step, style):
        remark = rf" \qquad \text{{net input }} {style.names.name(part.net_input)}" if part.net_input else ""
        for k, (mark, piece) in enumerate(part.pieces):
            sign = _sign(part.rounded)
            if k:
                sign = r"\quad" if mark == "+" and piece.startswith("-") else rf"\quad {mark}".rstrip()
            lines.append(f"{'' if lines else style.names.name(step.name)} &{sign} {piece}{remark}".strip())
    return lines


def _aligned(lines: list[str]) -> str:
    return "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"
