"""Long sums of numbers, broken before a sign so that no line leaves the page or the terminal."""

import re
from collections.abc import Callable
from typing import TypeVar

from sympy import MatAdd, MatrixExpr

__all__ = ["broken", "latex_width"]

T = TypeVar("T")


def broken(node: MatrixExpr, show: Callable[[MatrixExpr], T], width: Callable[[T], int], limit: int) -> list[T]:
    """A formula as one piece, or a sum as several, each as wide as the limit allows."""
    whole = show(node)
    if not isinstance(node, MatAdd) or width(whole) <= limit:
        return [whole]
    groups: list[list[MatrixExpr]] = []
    for term in node.args:
        longer = [*groups[-1], term] if groups else [term]
        if groups and width(show(MatAdd(*longer))) <= limit:
            groups[-1] = longer
        else:
            groups.append([term])
    return [show(group[0] if len(group) == 1 else MatAdd(*group)) for group in groups]


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
