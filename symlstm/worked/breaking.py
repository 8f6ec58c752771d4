"""Long sums and products of numbers, broken before a sign so that no line leaves the page or the terminal."""

import re
from collections.abc import Callable
from typing import TypeVar

from sympy import HadamardProduct, MatAdd, MatrixExpr

from symlstm.printing.base import Printer

__all__ = ["broken", "latex_width"]

T = TypeVar("T")


def broken(
    node: MatrixExpr, printer: Printer[T], width: Callable[[T], int], limit: int, times: str = r"\odot"
) -> list[tuple[str, T]]:
    """A formula as one piece, or a sum or an elementwise product as several, each as wide as the limit allows.

    Each piece comes with the sign, in LaTeX, that joins it to the one before: "+" also where the piece begins with a
    minus, `times`, or nothing for the first.
    """
    whole = printer.print(node)
    if not isinstance(node, MatAdd | HadamardProduct) or width(whole) <= limit:
        return [("", whole)]
    kind, sign = type(node), "+" if isinstance(node, MatAdd) else times
    groups: list[list[MatrixExpr]] = []
    for part in node.args:
        longer = [*groups[-1], part] if groups else [part]
        if groups and width(printer.print(kind(*longer))) <= limit:
            groups[-1] = longer
        else:
            groups.append([part])
    pieces: list[tuple[str, T]] = []
    for group in groups:
        if len(group) > 1:
            inner = [("", printer.print(kind(*group)))]
        elif kind is HadamardProduct:
            inner = [("", printer.factor(group[0]))]
        else:
            inner = broken(group[0], printer, width, limit, times)
        pieces += [(sign if pieces and k == 0 else mark, piece) for k, (mark, piece) in enumerate(inner)]
    return pieces


def latex_width(formula: str) -> int:
    """About how many characters wide a formula stands on the page."""
    flat = re.sub(r"\\begin\{[a-z]+\}(\{c*\})?(.*?)\\end\{[a-z]+\}", _widest_row, formula, flags=re.DOTALL)
    flat = re.sub(r"\\(left|right|mathrm|mathbf|boldsymbol|operatorname|top|,)", "", flat)
    return len(re.sub(r"\\[A-Za-z]+|[{}^_ ]", lambda found: "x" if found[0][0] == "\\" else "", flat))


def _widest_row(found: re.Match[str]) -> str:
    rows = found[2].split(r"\\")
    count = max(row.count("&") for row in rows) + 1
    cells = [[re.sub(r"\\[a-z]+", "..", cell).strip() for cell in row.split("&")] for row in rows]
    widest = sum(max(len(row[k]) for row in cells if k < len(row)) for k in range(count))
    return "0" * (widest + 2 * count + 1)
