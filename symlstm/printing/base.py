"""The structure that all printers share: precedence, signs, and the order in which an expression is read.

A format is a subclass that says how the pieces look; a node type is one rule in the table at the end.
"""

from dataclasses import replace
from typing import Generic, TypeVar

from sympy import (
    Basic,
    BlockMatrix,
    Expr,
    HadamardProduct,
    Identity,
    Integer,
    MatAdd,
    MatMul,
    MatrixExpr,
    MatrixSymbol,
    OneMatrix,
    Rational,
    Transpose,
    ZeroMatrix,
)
from sympy.matrices.expressions.hadamard import HadamardPower

from symlstm.algebra import (
    Apply,
    ColumnBlock,
    Diag,
    Earlier,
    First,
    Kronecker,
    Last,
    Later,
    LogSumExp,
    Maximum,
    Mean,
    RowBlock,
    Scaled,
    Softmax,
    Total,
    Variance,
    ones,
)
from symlstm.algebra.build import factors, product_of
from symlstm.errors import InputError, MissingRuleError
from symlstm.notation import FunctionName, Glyph, function_name
from symlstm.notation.glyph import KRONECKER
from symlstm.printing.look import Binding, signed
from symlstm.printing.operands import below_line, is_spread, numbers_first, opened, places
from symlstm.printing.steps import Steps

__all__ = ["Binding", "Printer", "signed"]


T = TypeVar("T")


class Printer(Steps[T], Generic[T]):
    """Prints matrix expressions in a profile: the rules, which are the same for every format."""

    def print(self, node: MatrixExpr) -> T:
        """The expression, printed. Raises InputError for one that is nested too deeply."""
        try:
            return self._piece(node)[0]
        except RecursionError:
            raise InputError("nested too deeply to print; name parts of it, an equation each") from None

    def name(self, identifier: str) -> T:
        """The printed name of an identifier."""
        return self.glyph(self.glyph_of(identifier))

    # What values look like; a worked example puts numbers here.

    def symbol(self, identifier: str) -> tuple[T, Binding]:
        """A named quantity."""
        return self._named(self.glyph_of(identifier))

    def block(self, node: ColumnBlock | RowBlock) -> tuple[T, Binding]:
        """The columns of a matrix that multiply one part of a stack, or the rows that belong to one."""
        whole = str(node.matrix.name) if isinstance(node.matrix, MatrixSymbol) else ""
        part = self.profile.part(node.part, whole) or places(node)
        if whole and (glyph := self.glyph_of(whole)).quotient is None:
            return self._named(_part_of(glyph, part))
        return self.raised(self.parentheses(self.print(node.matrix)), self.label(part)), Binding.POSTFIX

    def factor(self, node: MatrixExpr) -> T:
        """The expression as it stands in a product, in brackets where it needs them."""
        return self._within(node, Binding.POSTFIX)

    # The rules.

    def _named(self, glyph: Glyph) -> tuple[T, Binding]:
        if glyph.quotient:
            return self.glyph(glyph), Binding.POSTFIX if self.bar else Binding.HADAMARD
        return self.glyph(glyph), Binding.POSTFIX if glyph.is_partial or glyph.seed or glyph.rows else Binding.ATOM

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
        return self.sum([piece for term in node.args for piece in self._terms(term)]), Binding.SUM

    def _term(self, term: MatrixExpr) -> tuple[bool, T]:
        number, matrices = factors(term)
        minus = bool(number.is_negative)
        size = -number if minus else number  # 1 - n has no sign that is known
        if len(matrices) == 1 and isinstance(matrices[0], OneMatrix):
            return minus, self.number(size)
        return minus, self._within(product_of(size, matrices), Binding.HADAMARD)

    def _matmul(self, node: MatMul) -> tuple[T, Binding]:
        number, matrices = factors(node)
        if number.is_negative:
            return self.sum([self._term(node)]), Binding.SUM
        pieces = [] if number == 1 else [self._factor(number)]
        matrices = numbers_first(opened(matrices))
        if len(matrices) == 1 and isinstance(matrices[0], HadamardProduct):
            return self.product([*pieces, self.print(matrices[0])]), Binding.HADAMARD
        pieces += [self._within(factor, Binding.POSTFIX) for factor in matrices]
        return self.product(pieces), Binding.PRODUCT

    def _factor(self, number: Expr) -> T:
        """A number in a product; a sum such as n - 1 gets brackets."""
        return self.parentheses(self.number(number)) if number.is_Add else self.number(number)

    def _hadamard(self, node: HadamardProduct) -> tuple[T, Binding]:
        below = [None, *(below_line(factor) for factor in node.args[1:])]
        over = [part for part in below if part is not None]
        factors = [factor for factor, part in zip(node.args, below, strict=True) if part is None]
        if node.shape == (1, 1):
            return self._of_numbers(factors, over)
        piece = self._joined(factors)
        for factor in over:
            piece = self.quotient(piece, self._within(factor, Binding.POSTFIX))
        return piece, Binding.HADAMARD

    def _joined(self, factors: list[MatrixExpr]) -> T:
        pieces = [self._within(part, Binding.HADAMARD if is_spread(part) else Binding.POSTFIX) for part in factors]
        return pieces[0] if len(pieces) == 1 else self.hadamard(pieces, self._sign(factors))

    def _sign(self, factors: list[MatrixExpr]) -> str:
        """The sign of an elementwise product.

        Factors stand side by side, where the profile says so, only if they cannot be read otherwise: as a matrix
        product, which single columns do not have; as a function of what stands in brackets behind it; or as the
        gradient of all that follows the δ.
        """
        if self.profile.hadamard:
            return self.profile.hadamard
        rows, columns = factors[0].shape
        single = (rows == 1) != (columns == 1) and not any(map(is_spread, factors))
        bracketed = any(self._piece(factor)[1] < Binding.POSTFIX for factor in factors[1:])
        return "" if single and not bracketed and not any(map(self._is_adjoint, factors)) else r"\odot"

    def _is_adjoint(self, factor: MatrixExpr) -> bool:
        return isinstance(factor, MatrixSymbol) and bool(self.glyph_of(factor.name).wraps)

    def _of_numbers(self, factors: list[MatrixExpr], over: list[MatrixExpr]) -> tuple[T, Binding]:
        """A product of 1 × 1 matrices, those with exponent −1 below a line."""
        if not over:
            return self.numbers([self._within(factor, Binding.POSTFIX) for factor in factors]), Binding.PRODUCT
        above, below = (part[0] if len(part) == 1 else HadamardProduct(*part) for part in (factors, over))
        return self._fraction(above, below)

    def _fraction(self, above: MatrixExpr, below: MatrixExpr) -> tuple[T, Binding]:
        """A quotient by a 1 × 1 matrix."""
        if self.bar:
            return self.fraction(self.print(above), self.print(below)), Binding.POSTFIX
        pieces = self._within(above, Binding.PRODUCT), self._within(below, Binding.POSTFIX)
        return self.fraction(*pieces), Binding.PRODUCT

    def _product_of(self, factors: list[MatrixExpr]) -> T:
        return self.product([self._within(factor, Binding.POSTFIX) for factor in factors])

    def _scaled(self, node: Scaled) -> tuple[T, Binding]:
        factor, matrix = node.args
        if factor.shape != (1, 1):
            spread = [ones((node.shape[0], 1)), factor] if factor.shape[0] == 1 else [factor, ones((1, node.shape[1]))]
            pieces = [self.parentheses(self._product_of(spread)), self._within(matrix, Binding.POSTFIX)]
            return self.hadamard(pieces, self._sign([node])), Binding.HADAMARD
        if (below := below_line(factor)) is not None:
            return self._fraction(matrix, below)
        return self._product_of(opened([node])), Binding.PRODUCT

    def _reduction(self, node: Mean | Variance | Softmax | LogSumExp) -> tuple[T, Binding]:
        return self.operator(_OPERATORS[type(node)], [self.print(node.matrix)]), Binding.ATOM

    def _maximum(self, node: Maximum) -> tuple[T, Binding]:
        return self.operator("max", [self.print(operand) for operand in node.args]), Binding.ATOM

    def _diagonal(self, node: Diag) -> tuple[T, Binding]:
        return self.operator("diag", [self.print(node.vector)]), Binding.ATOM

    def _kronecker(self, node: Kronecker) -> tuple[T, Binding]:
        """A ⊗ B; kron(A, B) where the profile's ⊗ is the elementwise product."""
        if self.profile.hadamard == KRONECKER:
            return self.operator("kron", [self.print(part) for part in node.args]), Binding.ATOM
        return self.hadamard([self._within(part, Binding.POSTFIX) for part in node.args], KRONECKER), Binding.HADAMARD

    def _power(self, node: HadamardPower) -> tuple[T, Binding]:
        base, exponent = node.args
        plain = exponent.is_Integer and exponent >= 2
        if (below := below_line(node)) is not None and base.shape == (1, 1):
            return self._fraction(ones((1, 1)), below)
        if base.shape == (1, 1) and exponent == Rational(1, 2):
            return self.root(self.print(base)), Binding.POSTFIX
        if base.shape == (1, 1) and not plain:
            return self.raised(self._within(base, Binding.ATOM), self.number(exponent)), Binding.POSTFIX
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
        """The name of the function: the profile's for it, or the usual one, in which σ is the profile's σ."""
        argument = str(node.argument.name) if isinstance(node.argument, MatrixSymbol) else ""
        entry = node.activation.entry
        if own := function_name(self.profile.function(node.activation.name, argument)):
            return own
        sigma = function_name(self.profile.function("sigmoid")) or FunctionName(r"\sigma", "σ")
        return FunctionName(entry.latex.replace(r"\sigma", sigma.latex), entry.text.replace("σ", sigma.text))

    def _stack(self, node: BlockMatrix) -> tuple[T, Binding]:
        return self.stacked([[self.print(block) for block in row] for row in node.blocks.tolist()]), Binding.ATOM

    def _symbol(self, node: MatrixSymbol) -> tuple[T, Binding]:
        return self.symbol(str(node.name))

    def _constant(self, node: MatrixExpr) -> tuple[T, Binding]:
        letter = {OneMatrix: "1", ZeroMatrix: "0", Identity: "I"}[type(node)]
        rows, columns = node.shape
        if letter != "I" and rows == columns == 1:
            return self.number(Integer(letter)), Binding.ATOM
        if letter == "1" and rows == 1 and columns != 1:
            return self.transposed(self.constant(letter, columns, rows)), Binding.POSTFIX
        return self.constant(letter, rows, columns), Binding.ATOM


def _part_of(glyph: Glyph, part: str) -> Glyph:
    """W_{f,h} of a weight; [δh_t]_→ of a gradient, for δh_{fw,t} would be that of a quantity h_fw."""
    if glyph.wraps and glyph.time is not None:
        return replace(glyph, rows=part)
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
    RowBlock: "block",
    Scaled: "_scaled",
    Mean: "_reduction",
    Variance: "_reduction",
    Maximum: "_maximum",
    Earlier: "_shift",
    Later: "_shift",
    First: "_end",
    Last: "_end",
    Total: "_total",
    Diag: "_diagonal",
    Kronecker: "_kronecker",
    OneMatrix: "_constant",
    ZeroMatrix: "_constant",
    Identity: "_constant",
    Softmax: "_reduction",
    LogSumExp: "_reduction",
}

_OPERATORS = {Mean: "mean", Variance: "var", Softmax: "softmax", LogSumExp: "logsumexp"}
