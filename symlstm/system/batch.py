"""Batches: the same System for B columns at once, a bias being b·1ᵀ."""

from dataclasses import replace
from typing import Any, NoReturn

from sympy import BlockMatrix, Expr, HadamardProduct, MatAdd, MatMul, MatrixExpr, MatrixSymbol, OneMatrix, S
from sympy.matrices.expressions.hadamard import HadamardPower

from symlstm.algebra import (
    Apply,
    Earlier,
    First,
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
    matmul,
    ones,
    rebuild,
    rewrite,
    scale,
    show_shape,
    symbols_of,
)
from symlstm.algebra.build import factors
from symlstm.errors import DefinitionError
from symlstm.system.leaf import Leaf, LeafKind
from symlstm.system.system import System

__all__ = ["side_by_side"]


def side_by_side(system: System, batch: Expr) -> System:
    """The forward System whose inputs and states have `batch` columns; parameters are shared by all of them.

    Raises DefinitionError for a System whose columns do not stay apart.
    """
    leaves = tuple(_widen_leaf(leaf, batch) for leaf in system.leaves)
    symbols = {line.lhs: MatrixSymbol(line.name, line.shape[0], batch) for line in system.lines}  # of later steps
    symbols |= {old.symbol: new.symbol for old, new in zip(system.leaves, leaves, strict=True)}
    shared = {leaf.symbol for leaf in leaves if leaf.kind is LeafKind.PARAMETER}
    lines = []
    for line in system.lines:
        wide = _Widening(f"system {system.name}, equation {line.name}", batch, shared)
        rhs = rewrite(line.rhs, symbols.__getitem__, wide.combine)
        if line.name in system.outputs and wide.is_shared(rhs):
            rhs = _widen(rhs, batch)
        elif wide.is_shared(rhs):
            shared.add(line.lhs)
            symbols[line.lhs] = line.lhs
        if line.lhs not in shared:
            if line.shape[1] != S.One or rhs.shape != (line.shape[0], batch):
                wide.refuse(line.rhs)
            symbols[line.lhs] = MatrixSymbol(line.name, line.shape[0], batch)
        lines.append(replace(line, lhs=symbols[line.lhs], rhs=rhs))
    return replace(system, leaves=leaves, lines=tuple(lines))


class _Widening:
    """Rebuilds one right side for a batch: columns may be combined entry by entry, stacked, or multiplied from the
    left by what all columns share; anything else would mix them.
    """

    def __init__(self, where: str, batch: Expr, shared: set[MatrixSymbol]) -> None:
        self.where = where
        self.batch = batch
        self.shared = shared

    def is_shared(self, expression: MatrixExpr) -> bool:
        """Whether an expression is the same for all columns."""
        return all(symbol in self.shared for symbol in symbols_of(expression))

    def combine(self, node: MatrixExpr, operands: list[Any]) -> MatrixExpr:
        """The node on wider operands. Raises DefinitionError where columns would mix."""
        wide = [isinstance(operand, MatrixExpr) and not self.is_shared(operand) for operand in operands]
        if not any(wide):
            return rebuild(node, operands)
        if isinstance(node, MatMul):
            if any(wide[:-1]):
                self.refuse(node)
        elif isinstance(node, Scaled):
            if not wide[1]:
                operands[1] = _widen(operands[1], self.batch)
        elif isinstance(node, Mean | Variance | Softmax | LogSumExp):
            if node.axis == 1:
                self.refuse(node)
        elif isinstance(node, MatAdd | HadamardProduct | Maximum | Earlier | Later) or (
            isinstance(node, BlockMatrix) and node.blocks.shape[1] == 1
        ):
            operands = [
                operand if is_wide or not isinstance(operand, MatrixExpr) else _widen(operand, self.batch)
                for operand, is_wide in zip(operands, wide, strict=True)
            ]
        elif not isinstance(node, Apply | HadamardPower | RowBlock | Total | First | Last):
            self.refuse(node)
        return rebuild(node, operands)

    def refuse(self, node: MatrixExpr) -> NoReturn:
        """Say that the columns of a batch would mix."""
        raise DefinitionError(
            f"{self.where}: cannot be read column by column for a batch, since it mixes the columns of "
            f"{' '.join(str(node).split())}"
        )


def _widen_leaf(leaf: Leaf, batch: Expr) -> Leaf:
    if leaf.kind is LeafKind.PARAMETER:
        return leaf
    if leaf.symbol.shape[1] != S.One:
        raise DefinitionError(
            f"{leaf.symbol.name} is a matrix, {show_shape(leaf.symbol.shape)}, and has no columns to set side by side; "
            f"give the members of a batch one by one"
        )
    return replace(leaf, symbol=MatrixSymbol(leaf.symbol.name, leaf.symbol.shape[0], batch))


def _widen(column: MatrixExpr, batch: Expr) -> MatrixExpr:
    shape = (column.shape[0], batch)
    if column.shape[1] != S.One:
        raise DefinitionError(f"a {column.shape[0]} × {column.shape[1]} matrix cannot be repeated for every column")
    number, matrices = factors(column)
    if isinstance(matrices[0], OneMatrix) and len(matrices) == 1:
        return scale(number, ones(shape))
    return matmul(column, ones((S.One, batch)))
