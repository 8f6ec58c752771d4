"""The structure that all printers share: precedence, signs, and the order in which an expression is read.

A format is a subclass that says how the pieces look; a node type is one rule in the table at the end.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from enum import IntEnum

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
from symlstm.algebra.build import factors
from symlstm.algebra.function import Activation
from symlstm.errors import MissingRuleError
from symlstm.notation import Glyph, Profile

__all__ = ["Binding", "Printer"]


class Binding(IntEnum):
    """How tightly a printed piece holds together, from a sum to a single letter."""

    SUM = 1
    HADAMARD = 2
    PRODUCT = 3
    POSTFIX = 4
    ATOM = 5


Printed = tuple[str, Binding]


class Printer(ABC):
    """Prints matrix expressions in a profile; `timeless` names the parameters, which carry no time."""

    def __init__(self, profile: Profile, timeless: frozenset[str] = frozenset()) -> None:
        self.profile = profile
        self.timeless = timeless

    def print(self, node: MatrixExpr) -> str:
        """The expression as a string."""
        return self._piece(node)[0]

    def name(self, identifier: str) -> str:
        """The printed name of an identifier."""
        return self.glyph(self.profile.glyph(identifier, self.timeless))

    # How the pieces look: one method each, given by the format.

    @abstractmethod
    def glyph(self, glyph: Glyph) -> str:
        """A name put together."""

    @abstractmethod
    def parentheses(self, inner: str) -> str:
        """Round brackets that fit their content."""

    @abstractmethod
    def number(self, value: Expr) -> str:
        """A number."""

    @abstractmethod
    def product(self, pieces: list[str]) -> str:
        """A matrix product."""

    @abstractmethod
    def hadamard(self, pieces: list[str]) -> str:
        """An elementwise product."""

    @abstractmethod
    def raised(self, base: str, exponent: str) -> str:
        """A power."""

    @abstractmethod
    def transposed(self, base: str) -> str:
        """A transpose."""

    @abstractmethod
    def function(self, activation: Activation, argument: str, exponent: str) -> str:
        """A function, with its exponent between the name and the argument when there is one."""

    @abstractmethod
    def stacked(self, rows: list[list[str]]) -> str:
        """Blocks on top of each other or side by side."""

    @abstractmethod
    def constant(self, symbol: str, rows: Expr, columns: Expr) -> str:
        """A matrix of ones ("1") or zeros ("0"), or an identity ("I")."""

    # What values look like; a worked example puts numbers here.

    def symbol(self, identifier: str) -> Printed:
        """A named quantity."""
        glyph = self.profile.glyph(identifier, self.timeless)
        return self.glyph(glyph), Binding.POSTFIX if glyph.is_partial or glyph.seed else Binding.ATOM

    def block(self, node: ColumnBlock) -> Printed:
        """The columns of a matrix that multiply one part of a stack."""
        part = self.profile.part(node.part)
        if isinstance(node.matrix, MatrixSymbol):
            whole = self.profile.glyph(node.matrix.name, self.timeless)
            return self.glyph(_with_subscript(whole, part)), Binding.ATOM
        return self.raised(self.parentheses(self.print(node.matrix)), f"[{part}]"), Binding.POSTFIX

    # The rules.

    def _piece(self, node: Basic) -> Printed:
        rule = _RULES.get(type(node))
        if rule is None:
            raise MissingRuleError(f"{type(self).__name__}: no printing rule for {type(node).__name__} in {node}")
        return rule(self, node)

    def _within(self, node: Basic, least: Binding) -> str:
        text, binding = self._piece(node)
        return text if binding >= least else self.parentheses(text)

    def _sum(self, node: MatAdd) -> Printed:
        text = ""
        for term in node.args:
            number, matrices = factors(term)
            minus = bool(number.is_negative)
            if len(matrices) == 1 and isinstance(matrices[0], OneMatrix):
                piece = self.number(abs(number))
            else:
                piece = self._within(_product_of(abs(number), matrices), Binding.HADAMARD)
            sign = ("-" if minus else "") if not text else (" - " if minus else " + ")
            text += sign + piece
        return text, Binding.SUM

    def _matmul(self, node: MatMul) -> Printed:
        number, matrices = factors(node)
        if number.is_negative:
            return "-" + self._within(_product_of(-number, matrices), Binding.HADAMARD), Binding.SUM
        pieces = [] if number == 1 else [self.number(number)]
        if len(matrices) == 1 and isinstance(matrices[0], HadamardProduct):
            return self.product([*pieces, self.print(matrices[0])]), Binding.HADAMARD
        pieces += [self._within(factor, Binding.POSTFIX) for factor in matrices]
        return self.product(pieces), Binding.PRODUCT

    def _hadamard(self, node: HadamardProduct) -> Printed:
        return self.hadamard([self._within(factor, Binding.POSTFIX) for factor in node.args]), Binding.HADAMARD

    def _power(self, node: HadamardPower) -> Printed:
        base, exponent = node.args
        written = self.number(exponent)
        if isinstance(base, Apply):
            return self.function(base.activation, self.print(base.argument), written), Binding.POSTFIX
        return self.raised(self._within(base, Binding.ATOM), written), Binding.POSTFIX

    def _transpose(self, node: Transpose) -> Printed:
        return self.transposed(self._within(node.arg, Binding.ATOM)), Binding.POSTFIX

    def _apply(self, node: Apply) -> Printed:
        return self.function(node.activation, self.print(node.argument), ""), Binding.POSTFIX

    def _stack(self, node: BlockMatrix) -> Printed:
        return self.stacked([[self.print(block) for block in row] for row in node.blocks.tolist()]), Binding.ATOM

    def _symbol(self, node: MatrixSymbol) -> Printed:
        return self.symbol(str(node.name))

    def _constant(self, node: MatrixExpr) -> Printed:
        letter = {OneMatrix: "1", ZeroMatrix: "0", Identity: "I"}[type(node)]
        rows, columns = node.shape
        if letter == "1" and rows == 1 and columns != 1:
            return self.transposed(self.constant(letter, columns, rows)), Binding.POSTFIX
        return self.constant(letter, rows, columns), Binding.ATOM


def _with_subscript(glyph: Glyph, part: str) -> Glyph:
    return Glyph(glyph.letter, glyph.accent, (*glyph.subscripts, part), glyph.time, glyph.adjoints, glyph.seed)


def _product_of(number: Expr, matrices: list[MatrixExpr]) -> MatrixExpr:
    if number == 1 and len(matrices) == 1:
        return matrices[0]
    return MatMul(*matrices) if number == 1 else MatMul(number, *matrices)


_RULES: dict[type[Basic], Callable[..., Printed]] = {
    MatrixSymbol: Printer._symbol,
    MatAdd: Printer._sum,
    MatMul: Printer._matmul,
    HadamardProduct: Printer._hadamard,
    HadamardPower: Printer._power,
    Transpose: Printer._transpose,
    Apply: Printer._apply,
    BlockMatrix: Printer._stack,
    ColumnBlock: lambda printer, node: printer.block(node),
    OneMatrix: Printer._constant,
    ZeroMatrix: Printer._constant,
    Identity: Printer._constant,
}
