"""Walking and rewriting expressions without losing the author's order."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

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

from symlstm.algebra.blocks import columns, rows, stack, stack_columns
from symlstm.algebra.broadcast import maximum, mean, scaled, variance
from symlstm.algebra.build import (
    add,
    apply,
    hadamard,
    matmul,
    power,
    scale,
    transpose,
)
from symlstm.algebra.kronecker import diag, kronecker
from symlstm.algebra.nodes import Apply, ColumnBlock, Diag, Kronecker, Maximum, Mean, RowBlock, Scaled, Variance
from symlstm.algebra.softmax import LogSumExp, Softmax, logsumexp, softmax
from symlstm.algebra.time import Earlier, First, Last, Later, Total, earlier, first, last, later, total
from symlstm.errors import MissingRuleError

__all__ = ["children", "is_known", "rebuild", "rewrite", "substitute", "symbols_of"]

_CONSTANTS = (OneMatrix, ZeroMatrix, Identity)
Combine = Callable[[MatrixExpr, list[Any]], MatrixExpr]


def _rebuild_product(*operands: Expr) -> MatrixExpr:
    number, matrices = operands[0], operands[1:]
    if isinstance(number, MatrixExpr):
        return matmul(*operands)
    return scale(number, matmul(*matrices))


_BUILDERS: dict[type[Basic], Callable[..., MatrixExpr]] = {
    MatAdd: add,
    MatMul: _rebuild_product,
    HadamardProduct: hadamard,
    HadamardPower: power,
    Transpose: transpose,
    Apply: apply,
    ColumnBlock: lambda matrix, part, start, stop: columns(matrix, part.name, start, stop),
    RowBlock: lambda matrix, part, start, stop: rows(matrix, part.name, start, stop),
    Scaled: scaled,
    Mean: lambda matrix, axis: mean(matrix, int(axis)),
    Variance: lambda matrix, axis: variance(matrix, int(axis)),
    Maximum: maximum,
    Earlier: earlier,
    Later: later,
    Total: total,
    First: first,
    Last: last,
    Softmax: lambda matrix, axis: softmax(matrix, int(axis)),
    LogSumExp: lambda matrix, axis: logsumexp(matrix, int(axis)),
    Diag: diag,
    Kronecker: kronecker,
}


def is_known(node: Basic) -> bool:
    """Whether a matrix expression is a symbol, a constant, or an operation that can be rebuilt."""
    return isinstance(node, (MatrixSymbol, BlockMatrix, *_CONSTANTS)) or type(node) in _BUILDERS


def children(node: Basic) -> list[Basic]:
    """The operands of a node; of stacked blocks, the blocks."""
    return list(_blocks(node) if isinstance(node, BlockMatrix) else node.args)


@lru_cache(maxsize=1 << 14)
def _blocks(node: BlockMatrix) -> tuple[Basic, ...]:
    return tuple(node.blocks)


def rebuild(node: MatrixExpr, operands: list[Any]) -> MatrixExpr:
    """The same operation on other operands, through the builders, so that products and sums flatten."""
    if isinstance(node, BlockMatrix):
        width = node.blocks.shape[1]
        table = [operands[k : k + width] for k in range(0, len(operands), width)]
        return stack(*(stack_columns(*row) for row in table))
    return _BUILDERS[type(node)](*operands)


def rewrite(expression: MatrixExpr, leaf: Callable[[MatrixSymbol], MatrixExpr], combine: Combine) -> MatrixExpr:
    """Rebuild an expression from its leaves up; a part whose leaves all stay is returned as it is."""
    done: dict[Basic, Basic] = {}

    def visit(node: Basic) -> Basic:
        if node not in done:
            done[node] = leaf(node) if isinstance(node, MatrixSymbol) else descend(node)
        return done[node]

    def descend(node: Basic) -> Basic:
        if not isinstance(node, MatrixExpr) or isinstance(node, _CONSTANTS):
            return node
        if type(node) not in _BUILDERS and not isinstance(node, BlockMatrix):
            raise MissingRuleError(f"no rule to rebuild {type(node).__name__} in {node}")
        before = children(node)
        operands = [visit(part) for part in before]
        return node if operands == before else combine(node, operands)

    return visit(expression)


def substitute(expression: MatrixExpr, values: Mapping[MatrixSymbol, MatrixExpr]) -> MatrixExpr:
    """Replace symbols by expressions."""
    return rewrite(expression, lambda symbol: values.get(symbol, symbol), rebuild)


def symbols_of(expression: Expr) -> list[MatrixSymbol]:
    """The matrix symbols of an expression, each once, in the order in which they are read."""
    return list(_symbols(expression))


@lru_cache(maxsize=1 << 16)
def _symbols(node: Basic) -> tuple[MatrixSymbol, ...]:
    if isinstance(node, MatrixSymbol):
        return (node,)
    found: dict[MatrixSymbol, None] = {}
    for part in children(node):
        found |= dict.fromkeys(_symbols(part))
    return tuple(found)
