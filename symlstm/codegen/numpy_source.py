"""NumPy source of a System: one readable line per equation, for columns side by side.

SymPy's own NumPy printer is not used: it writes `.dot` calls and unbound `ones((n, 1))`, and knows neither
broadcasting nor our table of functions. What is printed here is what runs.
"""

import re
from collections.abc import Callable

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
    NumberSymbol,
    OneMatrix,
    S,
    Symbol,
    Transpose,
    ZeroMatrix,
)
from sympy.core.function import Application
from sympy.matrices.expressions.hadamard import HadamardPower

from symlstm.algebra import (
    Apply,
    ColumnBlock,
    Diag,
    Kronecker,
    LogSumExp,
    Maximum,
    Mean,
    RowBlock,
    Scaled,
    Softmax,
    Variance,
    divisor,
)
from symlstm.algebra.build import factors, product_of
from symlstm.algebra.dimensions import dimension_terms, same
from symlstm.codegen.helpers import LOGSUMEXP, SOFTMAX, VARIANCE
from symlstm.errors import MissingRuleError
from symlstm.printing.look import decimal_places, signed

__all__ = ["ATOM", "NumpyPrinter", "Piece"]

_SUM, _PRODUCT, _POWER, ATOM = range(4)

Piece = tuple[str, int]


class NumpyPrinter:
    """Prints matrix expressions as NumPy; remembers the sizes and helper functions that the code needs.

    `sizes` gives the Python name of each dimension symbol.
    """

    def __init__(self, sizes: dict[Symbol, str]) -> None:
        self.sizes = sizes
        self.used_sizes: dict[Symbol, None] = {}
        self.helpers: dict[str, None] = {}
        self.uses_dtype = False

    def print(self, node: MatrixExpr) -> str:
        """The expression as Python source."""
        return self._piece(node)[0]

    def _piece(self, node: Basic) -> Piece:
        rule = _RULES.get(type(node))
        if rule is None:
            raise MissingRuleError(f"NumPy: no rule for {type(node).__name__} in {node}")
        return rule(self, node)

    def _within(self, node: Basic, least: int) -> str:
        text, binding = self._piece(node)
        return text if binding >= least else f"({text})"

    def _size(self, dimension: Expr) -> str:
        if dimension.atoms(Application):
            raise MissingRuleError(f"NumPy: no rule for the size {dimension}")
        renamed = dimension.subs({symbol: Symbol(self._size_name(symbol)) for symbol in dimension.free_symbols})
        return " + ".join(str(term) for term in dimension_terms(renamed)).replace("+ -", "- ")

    def _size_name(self, symbol: Symbol) -> str:
        if symbol not in self.sizes:
            raise MissingRuleError(f"NumPy: the size {symbol} is that of no quantity")
        self.used_sizes.setdefault(symbol)
        return self.sizes[symbol]

    def _extent(self, node: MatrixExpr) -> str:
        """The shape as code, for an array of the common dtype."""
        self.uses_dtype = True
        return f"({self._size(node.shape[0])}, {self._size(node.shape[1])})"

    def _sum(self, node: MatAdd) -> Piece:
        if all(_is_constant(term) for term in node.args):
            total = sum(factors(term)[0] for term in node.args)
            return f"np.full({self._extent(node)}, {self._number(total)}, dtype)", ATOM
        return signed([self._term(term) for term in _broadcast(node)]), _SUM

    def _term(self, term: MatrixExpr) -> tuple[bool, str]:
        number, matrices = factors(term)
        minus = bool(number.is_negative)
        size = -number if minus else number  # 1 - n has no sign that is known
        piece = self._number(size) if _is_constant(term) else self._within(product_of(size, matrices), _PRODUCT)
        return minus, piece

    def _number(self, number: Expr) -> str:
        """An integer, a quotient, a float, or a quotient of sizes such as 1/n."""
        if number.free_symbols:
            if number.atoms(Application, NumberSymbol):
                raise MissingRuleError(f"NumPy: no rule for the number {number}")
            renamed = number.subs({symbol: Symbol(self._size_name(symbol)) for symbol in number.free_symbols})
            return f"({_roots_as_powers(str(renamed))})"
        if decimal_places(number):
            return repr(float(number))
        if number.is_Rational:
            return str(number) if number.is_Integer else f"({number})"
        return repr(float(number))

    def _hadamard(self, node: HadamardProduct) -> Piece:
        first, *rest = _broadcast(node)
        text = self._within(first, _POWER)
        for factor in rest:
            below = divisor(factor)
            sign, operand = ("*", factor) if below is None else ("/", below)
            text += f" {sign} {self._within(operand, _POWER)}"
        return text, _PRODUCT

    def _matmul(self, node: MatMul) -> Piece:
        number, matrices = factors(node)
        if number != 1:
            bare = product_of(S.One, matrices)
            inner = self._within(bare, _PRODUCT if isinstance(bare, HadamardProduct) else _POWER)
            return (f"-{inner}", _SUM) if number == -1 else (f"{self._number(number)} * {inner}", _PRODUCT)
        if isinstance(matrices[-1], OneMatrix) and matrices[-1].shape[1] == 1:
            return f"{self._sole(matrices[:-1])}.sum(axis=1, keepdims=True)", ATOM
        if isinstance(matrices[0], OneMatrix) and matrices[0].shape[0] == 1:
            return f"{self._sole(matrices[1:])}.sum(axis=0, keepdims=True)", ATOM
        return " @ ".join(self._within(factor, _POWER) for factor in matrices), _PRODUCT

    def _sole(self, matrices: list[MatrixExpr]) -> str:
        return self._within(product_of(S.One, matrices), ATOM)

    def _power(self, node: HadamardPower) -> Piece:
        base, exponent = node.args
        if (below := divisor(node)) is not None:
            return f"1 / {self._within(below, _POWER)}", _PRODUCT
        if exponent == S.Half:
            return f"np.sqrt({self.print(base)})", ATOM
        return f"{self._within(base, ATOM)}**{self._number(exponent)}", _POWER

    def _transpose(self, node: Transpose) -> Piece:
        return f"{self._within(node.arg, ATOM)}.T", ATOM

    def _apply(self, node: Apply) -> Piece:
        entry = node.activation.entry
        if entry.helper:
            self.helpers.setdefault(entry.helper)
        is_call = re.fullmatch(r"[\w.]+\([^()]*\)", entry.numpy)
        return entry.numpy.format(self.print(node.argument)), ATOM if is_call else _SUM

    def _stack(self, node: BlockMatrix) -> Piece:
        rows = [[self.print(block) for block in row] for row in node.blocks.tolist()]
        if len(rows[0]) == 1:
            return f"np.concatenate(({', '.join(row[0] for row in rows)}))", ATOM
        if len(rows) == 1:
            return f"np.concatenate(({', '.join(rows[0])}), axis=1)", ATOM
        return f"np.block([{', '.join('[' + ', '.join(row) + ']' for row in rows)}])", ATOM

    def _columns(self, node: ColumnBlock) -> Piece:
        _, _, start, stop = node.args
        first = "" if start == 0 else self._size(start)
        last = "" if same(stop, node.matrix.shape[1]) else self._size(stop)
        return f"{self._within(node.matrix, ATOM)}[:, {first}:{last}]", ATOM

    def _row_block(self, node: RowBlock) -> Piece:
        _, _, start, stop = node.args
        first = "" if start == 0 else self._size(start)
        last = "" if same(stop, node.matrix.shape[0]) else self._size(stop)
        return f"{self._within(node.matrix, ATOM)}[{first}:{last}]", ATOM

    def _scaled(self, node: Scaled) -> Piece:
        if (below := divisor(node.factor)) is not None:
            return f"{self._within(node.matrix, _PRODUCT)} / {self._within(below, _POWER)}", _PRODUCT
        return f"{self._within(node.factor, _POWER)} * {self._within(node.matrix, _POWER)}", _PRODUCT

    def _mean(self, node: Mean) -> Piece:
        return f"{self._within(node.matrix, ATOM)}.mean(axis={node.axis}, keepdims=True)", ATOM

    def _variance(self, node: Variance) -> Piece:
        self.helpers.setdefault(VARIANCE)
        return f"variance({self.print(node.matrix)}, {node.axis})", ATOM

    def _softmax(self, node: Softmax | LogSumExp) -> Piece:
        name, helper = ("softmax", SOFTMAX) if isinstance(node, Softmax) else ("logsumexp", LOGSUMEXP)
        self.helpers.setdefault(helper)
        return f"{name}({self.print(node.matrix)}, {node.axis})", ATOM

    def _maximum(self, node: Maximum) -> Piece:
        numbers = [self._number(factors(operand)[0]) if _is_constant(operand) else "" for operand in node.args]
        if all(numbers):
            numbers = ["" for _ in numbers]
        written = [number or self.print(operand) for number, operand in zip(numbers, node.args, strict=True)]
        return f"np.maximum({', '.join(written)})", ATOM

    def _diagonal(self, node: Diag) -> Piece:
        return f"np.diagflat({self.print(node.vector)})", ATOM

    def _kronecker(self, node: Kronecker) -> Piece:
        return f"np.kron({', '.join(self.print(part) for part in node.args)})", ATOM

    def _ones(self, node: OneMatrix) -> Piece:
        return f"np.ones({self._extent(node)}, dtype)", ATOM

    def _zeros(self, node: ZeroMatrix) -> Piece:
        return f"np.zeros({self._extent(node)}, dtype)", ATOM

    def _identity(self, node: Identity) -> Piece:
        self.uses_dtype = True
        return f"np.eye({self._size(node.shape[0])}, dtype=dtype)", ATOM


def _roots_as_powers(source: str) -> str:
    """sqrt(n + d) as (n + d)**0.5, which is a Python number and leaves single precision what it is."""
    before, root, after = source.partition("sqrt(")
    if not root:
        return source
    depth, end = 0, len(after)
    for place, letter in enumerate(after):
        depth += (letter == "(") - (letter == ")")
        if depth < 0:
            end = place
            break
    return f"{before}({after[:end]})**0.5{_roots_as_powers(after[end + 1 :])}"


def _is_constant(term: MatrixExpr) -> bool:
    """Whether a term is a number in every entry."""
    _, matrices = factors(term)
    return len(matrices) == 1 and isinstance(matrices[0], OneMatrix)


def _broadcast(node: MatAdd | HadamardProduct) -> list[MatrixExpr]:
    """The operands, b·1ᵀ shortened to b and 1·s to s where NumPy repeats them beside a whole operand."""
    short = [_repeated(operand) for operand in node.args]
    if all(column is not None or _is_constant(operand) for column, operand in zip(short, node.args, strict=True)):
        return list(node.args)
    return [operand if column is None else column for column, operand in zip(short, node.args, strict=True)]


def _repeated(operand: MatrixExpr) -> MatrixExpr | None:
    """What b·1ᵀ, 1·s and 1·s·1ᵀ repeat, None for anything else."""
    if not isinstance(operand, MatMul):
        return None
    number, matrices = factors(operand)
    kept = list(matrices)
    if isinstance(kept[-1], OneMatrix) and kept[-1].shape[0] == 1:
        kept = kept[:-1]
    if len(kept) > 1 and isinstance(kept[0], OneMatrix) and kept[0].shape[1] == 1:
        kept = kept[1:]
    return product_of(number, kept) if 0 < len(kept) < len(matrices) else None


_RULES: dict[type[Basic], Callable[..., Piece]] = {
    MatrixSymbol: lambda printer, node: (str(node.name), ATOM),
    MatAdd: NumpyPrinter._sum,
    MatMul: NumpyPrinter._matmul,
    HadamardProduct: NumpyPrinter._hadamard,
    HadamardPower: NumpyPrinter._power,
    Transpose: NumpyPrinter._transpose,
    Apply: NumpyPrinter._apply,
    BlockMatrix: NumpyPrinter._stack,
    ColumnBlock: NumpyPrinter._columns,
    RowBlock: NumpyPrinter._row_block,
    Scaled: NumpyPrinter._scaled,
    Mean: NumpyPrinter._mean,
    Variance: NumpyPrinter._variance,
    Maximum: NumpyPrinter._maximum,
    Diag: NumpyPrinter._diagonal,
    Kronecker: NumpyPrinter._kronecker,
    OneMatrix: NumpyPrinter._ones,
    ZeroMatrix: NumpyPrinter._zeros,
    Identity: NumpyPrinter._identity,
    Softmax: NumpyPrinter._softmax,
    LogSumExp: NumpyPrinter._softmax,
}
