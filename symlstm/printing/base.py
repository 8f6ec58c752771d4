"""The structure that all printers share: precedence, signs, and the order in which an expression is read.

A format is a subclass that says how the pieces look; a node type is one rule in the table at the end.
"""

from abc import ABC, abstractmethod
from dataclasses import replace
from enum import IntEnum
from typing import Generic, TypeVar

from sympy import (
    Basic,
    BlockMatrix,
    Expr,
    HadamardProduct,
    Identity,
    MatAdd,
    MatMul,
    MatrixExpr,
    MatrixSymbol,
    OneMatrix,
    Transpose,
    ZeroMatrix,
)
from sympy.matrices.expressions.hadamard import HadamardPower

from symlstm.algebra import Apply, ColumnBlock
from symlstm.algebra.build import factors, product_of
from symlstm.errors import MissingRuleError
from symlstm.notation import FunctionName, Glyph, Profile, function_name

__all__ = ["Binding", "Printer", "signed"]


class Binding(IntEnum):
    """How tightly a printed piece holds together, from a sum to a single letter."""

    SUM = 1
    HADAMARD = 2
    PRODUCT = 3
    POSTFIX = 4
    ATOM = 5


T = TypeVar("T")


class Printer(ABC, Generic[T]):
    """Prints matrix expressions in a profile; `timeless` names the parameters, which carry no
    time, None where they are not known.

    T is what a printed piece is: a string for LaTeX, a block of lines for the terminal.
    """

    def __init__(self, profile: Profile, timeless: frozenset[str] | None = None) -> None:
        self.profile = profile
        self.timeless = timeless

    def print(self, node: MatrixExpr) -> T:
        """The expression, printed."""
        return self._piece(node)[0]

    def name(self, identifier: str) -> T:
        """The printed name of an identifier."""
        return self.glyph(self.profile.glyph(identifier, self.timeless))

    # How the pieces look: one method each, given by the format.

    @abstractmethod
    def glyph(self, glyph: Glyph) -> T:
        """A name put together."""

    @abstractmethod
    def label(self, part: str) -> T:
        """The mark of a block of columns of something that has no name."""

    @abstractmethod
    def parentheses(self, inner: T) -> T:
        """Round brackets that fit their content."""

    @abstractmethod
    def number(self, value: Expr) -> T:
        """A number."""

    @abstractmethod
    def sum(self, terms: list[tuple[bool, T]]) -> T:
        """A sum; each term comes with whether it is subtracted."""

    @abstractmethod
    def product(self, pieces: list[T]) -> T:
        """A matrix product."""

    @abstractmethod
    def hadamard(self, pieces: list[T], sign: str) -> T:
        """An elementwise product with its sign in LaTeX; "" sets the factors side by side."""

    @abstractmethod
    def raised(self, base: T, exponent: T) -> T:
        """A power."""

    @abstractmethod
    def entrywise(self, exponent: T) -> T:
        """An exponent that must not be taken for a matrix power or an inverse function."""

    @abstractmethod
    def transposed(self, base: T) -> T:
        """A transpose."""

    @abstractmethod
    def function(self, name: FunctionName, argument: T, exponent: T | None) -> T:
        """A function, with its exponent between the name and the argument when there is one."""

    @abstractmethod
    def stacked(self, rows: list[list[T]]) -> T:
        """Blocks on top of each other or side by side."""

    @abstractmethod
    def constant(self, symbol: str, rows: Expr, columns: Expr) -> T:
        """A matrix of ones ("1") or zeros ("0"), or an identity ("I")."""

    # What values look like; a worked example puts numbers here.

    def symbol(self, identifier: str) -> tuple[T, Binding]:
        """A named quantity."""
        glyph = self.profile.glyph(identifier, self.timeless)
        return self.glyph(glyph), Binding.POSTFIX if glyph.is_partial or glyph.seed else Binding.ATOM

    def block(self, node: ColumnBlock) -> tuple[T, Binding]:
        """The columns of a matrix that multiply one part of a stack."""
        part = self.profile.parts.get(node.part) or ":".join(str(stop) for stop in node.args[2:])
        if isinstance(node.matrix, MatrixSymbol):
            whole = self.profile.glyph(node.matrix.name, self.timeless)
            return self.glyph(_with_subscript(whole, part)), Binding.ATOM
        return self.raised(self.parentheses(self.print(node.matrix)), self.label(part)), Binding.POSTFIX

    # The rules.

    def _piece(self, node: Basic) -> tuple[T, Binding]:
        rule = _RULES.get(type(node))
        if rule is None:
            raise MissingRuleError(f"{type(self).__name__}: no printing rule for {type(node).__name__} in {node}")
        piece: tuple[T, Binding] = getattr(self, rule)(node)
        return piece

    def _within(self, node: Basic, least: Binding) -> T:
        text, binding = self._piece(node)
        return text if binding >= least else self.parentheses(text)

    def _sum(self, node: MatAdd) -> tuple[T, Binding]:
        return self.sum([self._term(term) for term in node.args]), Binding.SUM

    def _term(self, term: MatrixExpr) -> tuple[bool, T]:
        number, matrices = factors(term)
        minus = bool(number.is_negative)
        if len(matrices) == 1 and isinstance(matrices[0], OneMatrix):
            return minus, self.number(abs(number))
        return minus, self._within(product_of(abs(number), matrices), Binding.HADAMARD)

    def _matmul(self, node: MatMul) -> tuple[T, Binding]:
        number, matrices = factors(node)
        if number.is_negative:
            return self.sum([self._term(node)]), Binding.SUM
        pieces = [] if number == 1 else [self._factor(number)]
        if len(matrices) == 1 and isinstance(matrices[0], HadamardProduct):
            return self.product([*pieces, self.print(matrices[0])]), Binding.HADAMARD
        pieces += [self._within(factor, Binding.POSTFIX) for factor in matrices]
        return self.product(pieces), Binding.PRODUCT

    def _factor(self, number: Expr) -> T:
        """A number in a product; a sum such as n - 1 gets brackets."""
        return self.parentheses(self.number(number)) if number.is_Add else self.number(number)

    def _hadamard(self, node: HadamardProduct) -> tuple[T, Binding]:
        sign = self.profile.hadamard or ("" if _reads_as_elementwise(node) else r"\odot")
        return self.hadamard([self._within(factor, Binding.POSTFIX) for factor in node.args], sign), Binding.HADAMARD

    def _power(self, node: HadamardPower) -> tuple[T, Binding]:
        base, exponent = node.args
        plain = exponent.is_Integer and exponent >= 2
        if not plain or (base.shape[0] == base.shape[1] != 1):
            return self.raised(self._within(base, Binding.ATOM), self.entrywise(self.number(exponent))), Binding.POSTFIX
        written = self.number(exponent)
        if isinstance(base, Apply):
            return self.function(self.function_of(base), self.print(base.argument), written), Binding.POSTFIX
        return self.raised(self._within(base, Binding.ATOM), written), Binding.POSTFIX

    def _transpose(self, node: Transpose) -> tuple[T, Binding]:
        return self.transposed(self._within(node.arg, Binding.ATOM)), Binding.POSTFIX

    def _apply(self, node: Apply) -> tuple[T, Binding]:
        return self.function(self.function_of(node), self.print(node.argument), None), Binding.POSTFIX

    def function_of(self, node: Apply) -> FunctionName:
        """The name of the function: the profile's for it, or the usual one."""
        argument = str(node.argument.name) if isinstance(node.argument, MatrixSymbol) else ""
        entry = node.activation.entry
        own = function_name(self.profile.function(node.activation.name, argument))
        return own or FunctionName(entry.latex, entry.text)

    def _stack(self, node: BlockMatrix) -> tuple[T, Binding]:
        return self.stacked([[self.print(block) for block in row] for row in node.blocks.tolist()]), Binding.ATOM

    def _symbol(self, node: MatrixSymbol) -> tuple[T, Binding]:
        return self.symbol(str(node.name))

    def _constant(self, node: MatrixExpr) -> tuple[T, Binding]:
        letter = {OneMatrix: "1", ZeroMatrix: "0", Identity: "I"}[type(node)]
        rows, columns = node.shape
        if letter == "1" and rows == 1 and columns != 1:
            return self.transposed(self.constant(letter, columns, rows)), Binding.POSTFIX
        return self.constant(letter, rows, columns), Binding.ATOM


def signed(terms: list[tuple[bool, str]]) -> str:
    """A sum of strings: a - b + c."""
    text = ""
    for minus, piece in terms:
        text += (("-" if minus else "") if not text else " - " if minus else " + ") + piece
    return text


def _reads_as_elementwise(node: HadamardProduct) -> bool:
    """Whether factors side by side can only be an elementwise product: two columns, or two rows, have no other."""
    return bool((node.shape[0] == 1) != (node.shape[1] == 1))


def _with_subscript(glyph: Glyph, part: str) -> Glyph:
    return replace(glyph, subscripts=(*glyph.subscripts, part))


_RULES: dict[type[Basic], str] = {
    MatrixSymbol: "_symbol",
    MatAdd: "_sum",
    MatMul: "_matmul",
    HadamardProduct: "_hadamard",
    HadamardPower: "_power",
    Transpose: "_transpose",
    Apply: "_apply",
    BlockMatrix: "_stack",
    ColumnBlock: "block",
    OneMatrix: "_constant",
    ZeroMatrix: "_constant",
    Identity: "_constant",
}
