"""Stacks in derivatives: how their blocks are called, and what is left of W [h; x] where only a part of it moves."""

from sympy import BlockMatrix, Integer, MatrixExpr, ZeroMatrix

from symlstm.algebra import add, columns, matmul, symbols_of
from symlstm.notation.derived import innermost

__all__ = ["label", "times"]


def label(block: MatrixExpr) -> str:
    """A block is called after the last quantity in it: h_prev, for r ⊙ h_prev and the tangent of h_prev too."""
    names = symbols_of(block)
    return innermost(str(names[-1].name)) if names else str(block)


def times(matrix: MatrixExpr, stacked: MatrixExpr, moved: MatrixExpr) -> MatrixExpr:
    """W times the derivative of a stack [h; x]: W_h ḣ + W_x ẋ, as far as they are there."""
    if not isinstance(stacked, BlockMatrix) or not isinstance(moved, BlockMatrix) or stacked.blocks.shape[1] != 1:
        return matmul(matrix, moved)
    start, terms = Integer(0), []
    for block, part in zip(stacked.blocks, moved.blocks, strict=True):
        stop = start + block.shape[0]
        if not isinstance(part, ZeroMatrix):
            terms.append(matmul(columns(matrix, label(block), start, stop), part))
        start = stop
    return add(*terms)
