"""Blocks: matrices on top of each other or side by side, and the blocks that they are cut into again."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import index
from typing import Any

from sympy import Add, BlockMatrix, Expr, Integer, MatAdd, MatMul, MatrixExpr, OneMatrix, S, Transpose, ZeroMatrix
from sympy.core.symbol import Str

from symlstm.algebra.broadcast import scaled
from symlstm.algebra.build import add, check_operands, describe, factors, matmul, scale, transpose
from symlstm.algebra.dimensions import same
from symlstm.algebra.nodes import ColumnBlock, RowBlock, Scaled
from symlstm.errors import InputError, ShapeError, brief

__all__ = ["columns", "rows", "stack", "stack_columns"]


def stack(*blocks: MatrixExpr) -> MatrixExpr:
    """The blocks on top of each other: [h; x]; zeros on zeros are zeros.

    Raises ShapeError when they differ in the number of columns.
    """
    _check_sides("stack", "numbers of columns", 1, blocks)
    return _stack(*blocks)


@lru_cache(maxsize=4096)
def _stack(*blocks: MatrixExpr) -> MatrixExpr:
    if all(isinstance(block, ZeroMatrix) for block in blocks):
        return ZeroMatrix(Add(*(block.shape[0] for block in blocks)), blocks[0].shape[1])
    return blocks[0] if len(blocks) == 1 else BlockMatrix([[block] for block in blocks])


def stack_columns(*blocks: MatrixExpr) -> MatrixExpr:
    """The blocks side by side: [A B]; zeros beside zeros are zeros. Raises ShapeError for different numbers of rows."""
    _check_sides("side by side", "numbers of rows", 0, blocks)
    if all(isinstance(block, ZeroMatrix) for block in blocks):
        return ZeroMatrix(blocks[0].shape[0], Add(*(block.shape[1] for block in blocks)))
    return blocks[0] if len(blocks) == 1 else BlockMatrix([list(blocks)])


def _check_sides(operation: str, what: str, axis: int, blocks: Sequence[MatrixExpr]) -> None:
    check_operands(operation, blocks)
    for block in blocks[1:]:
        if not same(blocks[0].shape[axis], block.shape[axis]):
            raise ShapeError(f"{operation}: the {what} differ: {describe(blocks[0])}, {describe(block)}")


def columns(matrix: MatrixExpr, part: str, start: Expr | int, stop: Expr | int) -> MatrixExpr:
    """The block of columns of `matrix` that multiplies the part named `part`.

    Raises InputError or ShapeError for places that are none, or lie outside the matrix.
    """
    start, stop = _check_places("columns", matrix, 1, part, start, stop)
    if isinstance(matrix, ZeroMatrix | OneMatrix):
        return type(matrix)(matrix.shape[0], stop - start)
    if isinstance(matrix, MatAdd):
        return add(*(columns(term, part, start, stop) for term in matrix.args))
    if isinstance(matrix, MatMul):
        number, (*front, last) = factors(matrix)
        return scale(number, matmul(*front, columns(last, part, start, stop)))
    if isinstance(matrix, BlockMatrix) and (block := _block(matrix, 1, start, stop)) is not None:
        return block
    if isinstance(matrix, Scaled):
        factor, inner = (_cut(columns, 1, piece, part, start, stop) for piece in matrix.args)
        return scaled(factor, inner)
    if isinstance(matrix, Transpose):
        return transpose(rows(matrix.arg, part, start, stop))
    return ColumnBlock(matrix, Str(part), start, stop)


def rows(matrix: MatrixExpr, part: str, start: Expr | int, stop: Expr | int) -> MatrixExpr:
    """The block of rows that belongs to `part`: of Wᵀ δ it is (the columns of W)ᵀ δ. Raises as `columns` does."""
    start, stop = _check_places("rows", matrix, 0, part, start, stop)
    if isinstance(matrix, ZeroMatrix | OneMatrix):
        return type(matrix)(stop - start, matrix.shape[1])
    if isinstance(matrix, MatAdd):
        return add(*(rows(term, part, start, stop) for term in matrix.args))
    if isinstance(matrix, MatMul):
        number, (first, *rest) = factors(matrix)
        return scale(number, matmul(rows(first, part, start, stop), *rest))
    if isinstance(matrix, BlockMatrix) and (block := _block(matrix, 0, start, stop)) is not None:
        return block
    if isinstance(matrix, Scaled):
        factor, inner = (_cut(rows, 0, piece, part, start, stop) for piece in matrix.args)
        return scaled(factor, inner)
    if isinstance(matrix, Transpose):
        return transpose(columns(matrix.arg, part, start, stop))
    return RowBlock(matrix, Str(part), start, stop)


def _cut(
    cut: Callable[..., MatrixExpr], axis: int, piece: MatrixExpr, part: str, start: Expr, stop: Expr
) -> MatrixExpr:
    """The block of an operand of a broadcast product; what is repeated along the axis stays whole."""
    return piece if piece.shape[axis] == 1 else cut(piece, part, start, stop)


def _block(stacked: BlockMatrix, axis: int, start: Expr, stop: Expr) -> MatrixExpr | None:
    """The block of a stack (axis 0) or a row of blocks (axis 1) that lies exactly there, None where there is none."""
    if stacked.blocks.shape[1 - axis] != 1:
        return None
    edge = S.Zero
    for block in stacked.blocks:
        if same(edge, start) and same(edge + block.shape[axis], stop):
            return block
        edge = edge + block.shape[axis]
    return None


def _check_places(
    operation: str, matrix: MatrixExpr, axis: int, part: str, start: Expr | int, stop: Expr | int
) -> tuple[Expr, Expr]:
    """The places as SymPy sees them, where nothing says that they lie outside the matrix or in the wrong order."""
    check_operands(operation, [matrix])
    if not isinstance(part, str):
        raise InputError(f"{operation}: expected the name of a part, got {brief(part)}")
    first, last = (_as_place(operation, place) for place in (start, stop))
    length = matrix.shape[axis]
    if first.is_negative or (last - first).is_positive is False or (length - last).expand().is_negative:
        raise ShapeError(f"{operation}: there is no block {first}:{last} of {describe(matrix)}")
    return first, last


def _as_place(operation: str, place: Any) -> Expr:
    if hasattr(place, "__index__") and not isinstance(place, bool | Expr):
        place = Integer(index(place))
    if not isinstance(place, Expr) or place.is_integer is False:
        raise InputError(f"{operation}: expected a whole number, or one made of sizes, got {brief(place)}")
    return place
