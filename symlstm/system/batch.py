"""Batches: the same System for B columns at once, a bias being b·1ᵀ."""

from dataclasses import replace
from typing import Any

from sympy import BlockMatrix, Expr, HadamardProduct, MatAdd, MatrixExpr, MatrixSymbol, OneMatrix, S, ZeroMatrix

from symlstm.algebra import matmul, ones, rebuild, rewrite, same, zeros
from symlstm.errors import DefinitionError
from symlstm.system.system import Leaf, LeafKind, System

__all__ = ["side_by_side"]


def side_by_side(system: System, batch: Expr) -> System:
    """The forward System whose inputs and states have `batch` columns; parameters are shared by all of them.

    Raises DefinitionError for a System whose columns do not stay apart.
    """
    leaves = tuple(_widen_leaf(leaf, batch) for leaf in system.leaves)
    symbols = {old.symbol: new.symbol for old, new in zip(system.leaves, leaves, strict=True)}

    def combine(node: MatrixExpr, operands: list[Any]) -> MatrixExpr:
        mixes = isinstance(node, MatAdd | HadamardProduct | BlockMatrix)
        return rebuild(node, _widen_all(operands, batch) if mixes else operands)

    lines = []
    for line in system.lines:
        rhs = rewrite(line.rhs, lambda symbol: symbols[symbol], combine)
        expected = (line.shape[0], batch)
        if line.shape[1] != S.One or not same(rhs.shape[1], batch):
            raise DefinitionError(
                f"system {system.name}, equation {line.name}: cannot be read column by column for a batch; "
                f"expected shape {expected}, got {tuple(rhs.shape)}"
            )
        symbols[line.lhs] = MatrixSymbol(line.name, *expected)
        lines.append(replace(line, lhs=symbols[line.lhs], rhs=rhs))
    return System(system.name, leaves, tuple(lines), system.outputs)


def _widen_leaf(leaf: Leaf, batch: Expr) -> Leaf:
    if leaf.kind is LeafKind.PARAMETER:
        return leaf
    return Leaf(MatrixSymbol(leaf.symbol.name, leaf.symbol.shape[0], batch), leaf.kind)


def _widen_all(operands: list[MatrixExpr], batch: Expr) -> list[MatrixExpr]:
    """Repeat single columns where they meet whole batches."""
    if all(operand.shape[1] == S.One for operand in operands):
        return operands
    return [_widen(operand, batch) if operand.shape[1] == S.One else operand for operand in operands]


def _widen(column: MatrixExpr, batch: Expr) -> MatrixExpr:
    shape = (column.shape[0], batch)
    if isinstance(column, OneMatrix):
        return ones(shape)
    return zeros(shape) if isinstance(column, ZeroMatrix) else matmul(column, ones((S.One, batch)))
