"""Formulas with the numbers put in: the printers, with every name replaced by its value."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, Generic, TypeVar

import numpy as np
from sympy import Basic, BlockMatrix, Expr, MatrixSymbol, Symbol, Transpose
from sympy.printing.pretty.stringpict import stringPict

from symlstm.algebra import Apply, ColumnBlock, RowBlock
from symlstm.notation import Profile
from symlstm.printing.base import Binding, Printer
from symlstm.printing.latex import LatexPrinter
from symlstm.printing.page import latex_width
from symlstm.printing.pretty import PrettyPrinter, bracketed
from symlstm.worked.breaking import broken
from symlstm.worked.numbers import number_text, shorten

__all__ = ["LatexNumbers", "Numbers", "PrettyNumbers"]

T = TypeVar("T")
_WIDTH = 76  # of what stands in the brackets of a function
Array = np.ndarray[Any, np.dtype[Any]]


class Numbers(Printer[T], Generic[T]):
    """Prints a formula with the values of its names; `values` are matrices, `sizes` the dimensions' lengths."""

    def __init__(
        self, profile: Profile, values: Mapping[str, Array], sizes: Mapping[Symbol, int], digits: int, limit: int
    ) -> None:
        super().__init__(profile)
        self.values = values
        self.sizes = sizes
        self.digits = digits
        self.limit = limit

    def matrix(self, array: Array) -> T:
        """A matrix of numbers; a 1 × 1 one is a bare number."""
        if array.size == 1:
            return self.written(shorten(array, self.digits, 1).cells(("", "", ""))[0][0])
        return self.grid(array)

    @abstractmethod
    def written(self, number: str) -> T:
        """One written number."""

    @abstractmethod
    def grid(self, array: Array) -> T:
        """A matrix in brackets."""

    def _piece(self, node: Basic) -> tuple[T, Binding]:
        array = self._value(node)
        if array is None:
            return super()._piece(node)
        if array.size > 1:
            return self.matrix(array), Binding.ATOM
        binding = Binding.SUM if array.item() < 0 else Binding.ATOM
        scientific = "e" in number_text(float(array.item()), self.digits)
        return self.matrix(array), min(binding, Binding.PRODUCT) if scientific else binding

    def _value(self, node: Basic) -> Array | None:
        """The value of a name, a block of columns or a stack of such; None for anything else."""
        if isinstance(node, MatrixSymbol):
            return self.values[str(node.name)]
        if isinstance(node, ColumnBlock):
            matrix = self._value(node.matrix)
            return None if matrix is None else matrix[:, self._length(node.args[2]) : self._length(node.args[3])]
        if isinstance(node, RowBlock):
            matrix = self._value(node.matrix)
            return None if matrix is None else matrix[self._length(node.args[2]) : self._length(node.args[3])]
        if isinstance(node, BlockMatrix):
            blocks = [[self._value(block) for block in row] for row in node.blocks.tolist()]
            if not any(block is None for row in blocks for block in row):
                whole: Array = np.block(blocks)  # type: ignore[arg-type]
                return whole
        if isinstance(node, Transpose):
            inner = self._value(node.arg)
            return inner if inner is not None and inner.size == 1 else None
        return None

    def _length(self, size: Expr) -> int:
        return int(size.subs(self.sizes))


class LatexNumbers(Numbers[str], LatexPrinter):
    """Numbers in LaTeX: bmatrix, dots above the limit, powers of ten."""

    def number(self, value: Expr) -> str:
        """A number; one made of sizes, such as 1/n, in numbers."""
        return LatexPrinter.number(self, value.subs(self.sizes))

    def hadamard(self, pieces: list[str], sign: str) -> str:
        """Factors with a sign, for numbers side by side read as a matrix product."""
        return LatexPrinter.hadamard(self, pieces, sign or r"\odot")

    def _apply(self, node: Apply) -> tuple[str, Binding]:
        """A function; a sum that is too wide for the page stands in it with a term or more a line."""
        pieces = broken(node.argument, self, latex_width, _WIDTH)
        if len(pieces) == 1:
            return super()._apply(node)
        rows = [piece if piece.startswith("-") else f"{mark} {piece}".strip() for mark, piece in pieces]
        argument = r"\begin{aligned} & " + r" \\ & ".join(rows) + r" \end{aligned}"
        return self.function(self.function_of(node), argument, None), Binding.POSTFIX

    def written(self, number: str) -> str:
        """A number; 1.2e-05 is written with a power of ten."""
        mantissa, e, exponent = number.partition("e")
        return rf"{mantissa} \times 10^{{{int(exponent)}}}" if e else mantissa

    def product(self, pieces: list[str]) -> str:
        """Factors side by side; two numbers with a dot between them, so that 1 and 0.5 do not read as 10.5."""
        text = pieces[0]
        for piece in pieces[1:]:
            text += (r" \cdot " if piece[0].isdigit() else f" {self.profile.product} ".replace("  ", " ")) + piece
        return text

    def numbers(self, pieces: list[str]) -> str:
        """Factors that are numbers each, with dots between them, for a thin space does not part two numbers."""
        return r" \cdot ".join(pieces)

    def grid(self, array: Array) -> str:
        """A bmatrix, or an array in brackets where a bmatrix would have too many columns."""
        cells = shorten(array, self.digits, self.limit).cells((r"\cdots", r"\vdots", r"\ddots"))
        body = r" \\ ".join(" & ".join(cell if "dots" in cell else self.written(cell) for cell in row) for row in cells)
        if len(cells[0]) <= 10:
            return rf"\begin{{bmatrix}} {body} \end{{bmatrix}}"
        return rf"\left[\begin{{array}}{{{'c' * len(cells[0])}}} {body} \end{{array}}\right]"


class PrettyNumbers(Numbers[stringPict], PrettyPrinter):
    """Numbers in two-dimensional text."""

    def number(self, value: Expr) -> stringPict:
        """A number; one made of sizes, such as 1/n, in numbers."""
        return PrettyPrinter.number(self, value.subs(self.sizes))

    def hadamard(self, pieces: list[stringPict], sign: str) -> stringPict:
        """Factors with a sign."""
        return PrettyPrinter.hadamard(self, pieces, sign or r"\odot")

    def written(self, number: str) -> stringPict:
        """A number."""
        return stringPict(number)

    def grid(self, array: Array) -> stringPict:
        """A matrix in square brackets."""
        return bracketed(shorten(array, self.digits, self.limit).cells(("⋯", "⋮", "⋱")))
