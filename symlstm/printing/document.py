"""Equations as a LaTeX document, as Markdown and as JSON."""

import json
import re
from collections.abc import Sequence
from typing import Any

from symlstm.algebra import show_shape
from symlstm.errors import InputError
from symlstm.notation import Profile
from symlstm.printing.latex import LatexPrinter, latex
from symlstm.printing.moments import moments_of
from symlstm.printing.page import WIDTH, document, latex_width
from symlstm.printing.unicode import UnicodePrinter
from symlstm.printing.view import lines_of, printer_of
from symlstm.system import Equation, System

_UNSEEN = "sqrt|tilde|hat|bar|mathrm|mathbf|boldsymbol|operatorname"  # what adds nothing to the width of its argument
_WIDEST = 135  # characters of a line that a turned page holds, about

__all__ = ["equations_document", "equations_json", "equations_markdown"]


def equations_document(system: System, **options: Any) -> str:
    """The System as a LaTeX document that compiles on its own and breaks pages; options as for `symlstm.latex`.

    Raises InputError for a line that is too wide for a page.
    """
    body = latex(system, **options).replace("{aligned}", "{align*}")
    widths = {latex_width(_flat(line)): line.partition(" &=")[0] for line in body.splitlines()}
    if max(widths) > _WIDEST:
        raise InputError(
            f"{widths[max(widths)]} is too wide for a page: print the named lines instead of closed forms, or fewer"
        )
    return document(f"{body}\n", wide=max(widths) > WIDTH)


def _flat(line: str) -> str:
    """A line whose fractions are as wide as the longer of their two parts."""
    before = ""
    while before != line:
        before = line
        line = re.sub(rf"(?:[_^]|\\(?:{_UNSEEN}))\{{([^{{}}]*)\}}", r"\1", line)
        line = re.sub(r"\\frac\{([^{}]*)\}\{([^{}]*)\}", lambda found: max(found[1], found[2], key=len), line)
    return line


def equations_markdown(
    system: System,
    *,
    notation: str | Profile = "default",
    net_inputs: str = "auto",
    shapes: bool = False,
    only: Sequence[str] | None = None,
) -> str:
    """The System in a ```math fence, which GitHub renders; options as for `symlstm.latex`."""
    return f"```math\n{latex(system, notation=notation, net_inputs=net_inputs, shapes=shapes, only=only)}\n```"


def equations_json(
    system: System,
    *,
    notation: str | Profile = "default",
    net_inputs: str = "auto",
    shapes: bool = True,
    only: Sequence[str] | None = None,
) -> str:
    """The System for machines: for every equation its name, symbol, LaTeX, text and shape, and when it holds, if it is
    over time.
    """
    to_latex, to_text = printer_of(LatexPrinter, system, notation), printer_of(UnicodePrinter, system, notation)
    equations = []
    for row in moments_of(lines_of(system, to_text.profile, net_inputs, only), system):
        line = row.line
        assert isinstance(line, Equation)
        entry = {"name": line.name}
        for key, printer in (("latex", to_latex), ("text", to_text)):
            with printer.at(*row.place):
                entry[key] = f"{printer.name(line.name)} = {printer.print(line.rhs)}"
        shape = {"shape": show_shape(line.shape)} if shapes else {}
        when = {"when": row.when("…", "≠") or f"t = {row.at}"} if line.name in system.timed else {}
        equations.append({**entry, **shape, **when})
    document = {"schema": 1, "system": system.name, "notation": to_text.profile.name, "equations": equations}
    return json.dumps(document, ensure_ascii=False, indent=2)
