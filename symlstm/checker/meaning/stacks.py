"""Stacks as texts write them: [h, x] of columns is one column, of rows one row; a matrix of blocks is one matrix."""

from collections.abc import Sequence

from sympy import MatrixExpr

from symlstm.algebra import same, stack, stack_columns
from symlstm.checker.meaning.problems import Misfit, NotUnderstood
from symlstm.checker.reader.tree import Stack
from symlstm.errors import SymlstmError

__all__ = ["stacked_value"]


def stacked_value(rows: Sequence[Sequence[MatrixExpr | None]], tree: Stack, layout: str = "column") -> MatrixExpr:
    """The matrix of a stack that is written out; in row layout rows one behind the other are one row.

    Raises Misfit, or NotUnderstood for numbers in it.
    """
    if any(part is None for row in rows for part in row):
        raise NotUnderstood("numbers in a stack", tree.span)
    matrices = [[part for part in row if part is not None] for row in rows]
    try:
        if len(matrices) == 1 and tree.separator in (",", " ", "|") and len(matrices[0]) > 1:
            return _inline(matrices[0], layout)
        if tree.separator == ";" and all(len(row) == 1 and row[0].shape[0] == 1 for row in matrices):
            return _of_rows([row[0] for row in matrices], layout)
        return stack(*(stack_columns(*row) for row in matrices))
    except SymlstmError as error:
        raise Misfit(f"a stack whose parts do not fit: {error}", tree.span) from None


def _inline(parts: Sequence[MatrixExpr], layout: str) -> MatrixExpr:
    if layout == "row" and all(same(part.shape[0], parts[0].shape[0]) for part in parts):
        return stack_columns(*parts)
    if all(part.shape[1] == parts[0].shape[1] for part in parts) and parts[0].shape[0] != 1:
        return stack(*parts)
    return stack_columns(*parts)


def _of_rows(parts: Sequence[MatrixExpr], layout: str) -> MatrixExpr:
    """[h; x] of rows: one row where they have different lengths, which could not stand on top of each other."""
    alike = all(same(part.shape[1], parts[0].shape[1]) for part in parts)
    return stack(*parts) if alike and layout == "column" else stack_columns(*parts)
