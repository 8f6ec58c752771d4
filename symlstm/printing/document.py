"""Equations as a LaTeX document, as Markdown and as JSON."""

import json
import re
from collections.abc import Sequence
from itertools import zip_longest
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

    A sum that is too wide for a page goes on in the lines below. Raises InputError for a term that is too wide itself.
    """
    rows = [_cells(line) for line in latex(system, **options).splitlines()[1:-1]]
    left, right, *margins = (max(map(_width, column)) for column in zip_longest(*rows, fillvalue=""))
    beside = left + sum(margins) + 2 * len(margins) + 4
    body = " \\\\\n".join(
        " && ".join([f"{lhs} &= {_broken(lhs, rhs, _WIDEST - beside)}", *when]) for lhs, rhs, *when in rows
    )
    return document(f"\\begin{{align*}}\n{body}\n\\end{{align*}}\n", wide=beside + right > WIDTH)


def _cells(line: str) -> list[str]:
    """Both sides of a printed line, and what stands in its margins."""
    lhs, _, rest = line.removesuffix(r" \\").partition(" &= ")
    return [lhs, *rest.split(" && ")]


def _width(piece: str) -> int:
    """About how many characters wide a piece stands on the page, where ⊙ and its spaces take two."""
    return latex_width(_flat(piece).replace(r"\odot", "xx"))


def _broken(lhs: str, rhs: str, width: int) -> str:
    """A right side in lines of at most that width, each but the first one beginning with the sign of a term."""
    lines = [""]
    for term in _terms(rhs):
        if _width(term) > width:
            raise InputError(f"{lhs} is too wide for a page: print the named lines instead of closed forms, or fewer")
        if lines[-1] and _width(lines[-1] + term) > width:
            lines.append(rf"\quad {{}} {term.lstrip()}")
        else:
            lines[-1] += term
    return " \\\\*\n&".join(lines)


def _terms(rhs: str) -> list[str]:
    """The terms of a sum with the signs in front of them; what stands in brackets stays whole."""
    depth, start, terms = 0, 0, []
    for found in re.finditer(r"[({\[]|[)}\]]|\\begin|\\end| [+=-] ", rhs):
        if found[0][0] == " ":
            if depth == 0:
                terms.append(rhs[start : found.start()])
                start = found.start()
        else:
            depth += 1 if found[0] in ("(", "{", "[", r"\begin") else -1
    return [*terms, rhs[start:]]


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
