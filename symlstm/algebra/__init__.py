"""The expression vocabulary: order-preserving builders on SymPy's own matrix nodes."""

from symlstm.algebra.build import (
    add,
    apply,
    columns,
    hadamard,
    matmul,
    negative,
    one_minus,
    ones,
    power,
    rows,
    scale,
    stack,
    subtract,
    transpose,
    zeros,
)
from symlstm.algebra.dimensions import B, T, d, n, same, same_shape, show_shape
from symlstm.algebra.nodes import Apply, ColumnBlock
from symlstm.algebra.rewrite import rebuild, rewrite, substitute, symbols_of

__all__ = [
    "Apply",
    "B",
    "ColumnBlock",
    "T",
    "add",
    "apply",
    "columns",
    "d",
    "hadamard",
    "matmul",
    "n",
    "negative",
    "one_minus",
    "ones",
    "power",
    "rebuild",
    "rewrite",
    "rows",
    "same",
    "same_shape",
    "scale",
    "show_shape",
    "stack",
    "substitute",
    "subtract",
    "symbols_of",
    "transpose",
    "zeros",
]
