"""Long sums and products of numbers, broken before a sign so that no line leaves the page or the terminal."""

from collections.abc import Callable
from typing import TypeVar

from sympy import HadamardProduct, MatAdd, MatrixExpr

from symlstm.printing.base import Printer

__all__ = ["broken"]

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
