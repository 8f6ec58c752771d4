"""A worked example in LaTeX, and in Markdown with its formulas in LaTeX."""

import re

from symlstm.errors import UnknownNameError
from symlstm.printing.latex import LatexPrinter
from symlstm.worked.breaking import latex_width
from symlstm.worked.example import Step, WorkedExample
from symlstm.worked.lines import Style, exact, named, sections, worked_line
from symlstm.worked.printers import LatexNumbers

__all__ = ["example_latex", "example_markdown", "step_latex"]

_WIDTH = 84
_PREAMBLE = r"""\documentclass{article}
\usepackage{amsmath,amssymb}
\usepackage[a4paper,margin=2cm]{geometry}
\begin{document}
"""


def example_markdown(example: WorkedExample) -> str:
    """The example in Markdown; formulas stand in ```math fences, which GitHub renders."""
    blocks = []
    for title, formulas in _sections(example):
        blocks += [f"## {title}", *(f"```math\n{formula}\n```" for formula in formulas)]
    if example.notes:
        blocks += ["## Notes", *(re.sub(r"\$([^$]*)\$", r"$`\1`$", note) for note in _notes(example))]
    return "\n\n".join(blocks) + "\n"


def example_latex(example: WorkedExample, *, standalone: bool = False) -> str:
    """The example in LaTeX; needs amsmath. `standalone` makes a document of it."""
    blocks = []
    for title, formulas in _sections(example):
        blocks += [rf"\subsection*{{{title}}}", *(f"\\[\n{formula}\n\\]" for formula in formulas)]
    if example.notes:
        blocks += [r"\subsection*{Notes}", *_notes(example)]
    body = "\n\n".join(blocks) + "\n"
    return f"{_PREAMBLE}{body}\\end{{document}}\n" if standalone else body


def step_latex(example: WorkedExample, name: str) -> str:
    """One worked line as an `aligned` block. Raises UnknownNameError for a quantity that is not worked out."""
    steps = {step.name: step for step in example.steps}
    if name not in steps:
        raise UnknownNameError(f"worked line of {example.system.name}", name, steps)
    return _step(example, steps[name], _style(example))


def _style(example: WorkedExample) -> Style[str]:
    numbers = LatexNumbers(example.profile, example.values, example.sizes, example.digits, example.limit)
    return Style(_printer(example), numbers, latex_width, _WIDTH)


def _printer(example: WorkedExample) -> LatexPrinter:
    return LatexPrinter(example.profile, frozenset(example.system.parameters))


def _notes(example: WorkedExample) -> list[str]:
    return [named(note.latex, _printer(example).name) for note in example.notes]


def _sections(example: WorkedExample) -> list[tuple[str, list[str]]]:
    """The given quantities, then the worked lines of each section."""
    style = _style(example)
    given = []
    for same, value in example.given():
        sign = _sign(not exact(example, *same))
        given.append(f"{' = '.join(map(style.names.name, same))} {sign} {style.numbers.matrix(value)}")
    worked = [(title, [_step(example, step, style) for step in steps]) for title, steps in sections(example)]
    return [("Given", given), *worked]


def _sign(rounded: bool) -> str:
    return r"\approx" if rounded else "="


def _step(example: WorkedExample, step: Step, style: Style[str]) -> str:
    under = {}
    if step.net_input:
        value = style.numbers.matrix(example.values[step.net_input])
        under[step.net_input] = rf"\underbrace{{{value}}}_{{{style.names.name(step.net_input)}}}"
    lines: list[str] = []
    for part in worked_line(example, step, style, under):
        for k, piece in enumerate(part.pieces):
            sign = _sign(part.rounded)
            if k:
                sign = r"\quad" if piece.startswith("-") else r"\quad +"
            lines.append(f"{'' if lines else style.names.name(step.name)} &{sign} {piece}".strip())
    return "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"
