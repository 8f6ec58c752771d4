"""Row vectors: the same System with every quantity transposed, as texts write it that set x_t W + h_{t−1} U."""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

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
    columns,
    matmul,
    rebuild,
    rows,
    scale,
    stack,
    stack_columns,
    transpose,
)
from symlstm.algebra.build import factors
from symlstm.errors import InputError, MissingRuleError
from symlstm.notation.derived import prefix_of
from symlstm.system.equation import Equation
from symlstm.system.system import System

__all__ = ["RowLayout", "row_layout", "weights_of"]


def row_layout(system: System, *, weights: str = "right") -> System:
    """The System in row vectors: x is 1 × d, a batch has B rows, and a product stands in the opposite order.

    `weights` is "right" where matrices are transposed as well (x W with a d × n matrix W, as in Keras), "transposed"
    where they stay what they are (x Wᵀ with an n × d matrix W, as in ONNX). Gradients have the shape of what they
    belong to. Raises InputError for anything else.
    """
    return RowLayout(system, weights).system()


class RowLayout:
    """How a System and expressions in its quantities read in row vectors."""

    def __init__(self, given: System, weights: str = "right") -> None:
        if weights not in ("right", "transposed"):
            raise InputError(f"weights: expected right or transposed, got {weights!r}")
        self.given = given
        kept = weights == "transposed"
        self._kept = weights_of(given) if kept else frozenset()

    def flips(self, name: str) -> bool:
        """Whether a quantity is transposed; a gradient is when its quantity is."""
        while name not in self.given.parameters and (prefix := prefix_of(name)):
            name = prefix.quantity
        return name not in self._kept

    def symbol(self, symbol: MatrixSymbol) -> MatrixSymbol:
        """The symbol of the same name in row vectors."""
        rows_, columns_ = symbol.shape
        return MatrixSymbol(symbol.name, columns_, rows_) if self.flips(symbol.name) else symbol

    def system(self) -> System:
        """The whole System in row vectors."""
        given = self.given
        leaves = tuple(replace(leaf, symbol=self.symbol(leaf.symbol)) for leaf in given.leaves)
        lines = tuple(self.equation(line) for line in given.lines)
        forward = None
        if given.forward is not None:
            forward = RowLayout(given.forward, "transposed" if self._kept else "right").system()
        return replace(given, leaves=leaves, lines=lines, forward=forward)

    def equation(self, line: Equation) -> Equation:
        """One line in row vectors."""
        flipped = self.transposed(line.rhs)
        rhs = flipped if self.flips(line.name) else transpose(flipped)
        return replace(line, lhs=self.symbol(line.lhs), rhs=rhs)

    def transposed(self, node: MatrixExpr) -> MatrixExpr:
        """The transpose of an expression, written in the quantities in row vectors."""
        rule = _RULES.get(type(node))
        if rule is None:
            raise MissingRuleError(f"row layout: no rule for {type(node).__name__} in {node}")
        return rule(self, node)

    def _symbol(self, node: MatrixSymbol) -> MatrixExpr:
        return self.symbol(node) if self.flips(node.name) else transpose(node)

    def _entrywise(self, node: MatrixExpr) -> MatrixExpr:
        return rebuild(node, [self.transposed(part) if isinstance(part, MatrixExpr) else part for part in node.args])

    def _product(self, node: MatMul) -> MatrixExpr:
        number, matrices = factors(node)
        return scale(number, matmul(*(self.transposed(factor) for factor in reversed(matrices))))

    def _stack(self, node: BlockMatrix) -> MatrixExpr:
        table = node.blocks.T.tolist()
        return stack(*(stack_columns(*map(self.transposed, row)) for row in table))

    def _reduction(self, node: Mean | Variance | Softmax | LogSumExp) -> MatrixExpr:
        return rebuild(node, [self.transposed(node.matrix), 1 - node.axis])

    def _block(self, node: ColumnBlock | RowBlock) -> MatrixExpr:
        cut: Callable[..., MatrixExpr] = rows if isinstance(node, ColumnBlock) else columns
        return cut(self.transposed(node.matrix), node.part, *node.args[2:])


@lru_cache(maxsize=64)
def weights_of(given: System) -> frozenset[str]:
    """The parameters that are weights: no columns, or something behind them in a product, as x in W x with d = 1."""
    while given.forward is not None:  # where the gradients say nothing of what is a weight
        given = given.forward
    wide = {name for name in given.parameters if given.symbols[name].shape[1] != 1}
    products = (node.args for line in given.lines for node in line.rhs.atoms(MatMul))
    before = {
        left.name
        for factors_ in products
        for left, right in pairwise(factors_)
        if isinstance(left, MatrixSymbol) and not isinstance(right, OneMatrix)
    }
    return frozenset(wide | (before & set(given.parameters)))


def _constant(_: RowLayout, node: MatrixExpr) -> MatrixExpr:
    sides: tuple[Expr, Expr] = node.shape
    return node if isinstance(node, Identity) else type(node)(sides[1], sides[0])


_RULES: dict[type[Basic], Callable[..., MatrixExpr]] = {
    MatrixSymbol: RowLayout._symbol,
    MatAdd: RowLayout._entrywise,
    MatMul: RowLayout._product,
    HadamardProduct: RowLayout._entrywise,
    HadamardPower: RowLayout._entrywise,
    Transpose: lambda layout, node: transpose(layout.transposed(node.arg)),
    Apply: RowLayout._entrywise,
    BlockMatrix: RowLayout._stack,
    ColumnBlock: RowLayout._block,
    RowBlock: RowLayout._block,
    Scaled: RowLayout._entrywise,
    Mean: RowLayout._reduction,
    Variance: RowLayout._reduction,
    Maximum: RowLayout._entrywise,
    **dict.fromkeys((Earlier, Later, Total, First, Last), RowLayout._entrywise),
    Diag: RowLayout._entrywise,
    Kronecker: RowLayout._entrywise,
    OneMatrix: _constant,
    ZeroMatrix: _constant,
    Identity: _constant,
    Softmax: RowLayout._reduction,
    LogSumExp: RowLayout._reduction,
}
