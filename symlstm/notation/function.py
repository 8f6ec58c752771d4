"""The printed name of a function, in LaTeX and in Unicode text, from one short piece of LaTeX: \\sigma_g, sigm, f."""

import re
from typing import NamedTuple

from symlstm.notation.glyph import GREEK

__all__ = ["FunctionName", "function_name"]

_OPERATORS = ("tanh", "exp", "log", "max", "min", "sinh", "cosh", "arctan", "sin", "cos")
_FORM = re.compile(
    r"(?:\\operatorname\{(?P<word>[A-Za-z]+)\}|\\mathcal\{(?P<script>[A-Z])\}|(?P<command>\\?)(?P<plain>[A-Za-z]+))"
    r"(?:_(?:(?P<one>[A-Za-z0-9])|\{(?P<more>[A-Za-z0-9]+)\}))?"
)


class FunctionName(NamedTuple):
    """How a function is called on paper, and on the terminal."""

    latex: str
    text: str


def function_name(written: str) -> FunctionName | None:
    """A name that is a word, a Greek letter, a script capital or an operator, with a subscript or none; None otherwise.

    >>> function_name(r"\\sigma_g")
    FunctionName(latex='\\\\sigma_g', text='σ_g')
    """
    found = _FORM.fullmatch(written)
    if found is None:
        return None
    plain, subscript = found["plain"], found["one"] or found["more"] or ""
    if plain and found["command"] and plain not in GREEK and plain not in _OPERATORS:
        return None
    below = f"_{subscript}" if len(subscript) == 1 else rf"_{{\mathrm{{{subscript}}}}}" if subscript else ""
    if plain and not found["command"]:
        latex = plain if len(plain) == 1 else rf"\operatorname{{{plain}}}"
    else:
        latex = written.partition("_")[0]
    name = found["word"] or found["script"] or plain
    text = GREEK.get(name, name) if found["command"] else name
    return FunctionName(latex + below, text + (f"_{subscript}" if subscript else ""))
