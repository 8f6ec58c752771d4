"""Shapes of expressions that were put together by operators: SymPy takes n × 1 times n × 1 for possible."""

from itertools import pairwise

from sympy import Basic, HadamardProduct, MatAdd, MatMul, MatrixExpr

from symlstm.algebra.build import as_number, check_equal_shapes, describe, factors
from symlstm.algebra.dimensions import same
from symlstm.algebra.nodes import Maximum
from symlstm.algebra.rewrite import children, is_known
from symlstm.errors import InputError, ShapeError

__all__ = ["check_shapes"]

_OPERATIONS = {MatAdd: "sum", HadamardProduct: "elementwise product", Maximum: "maximum"}


def check_shapes(expression: MatrixExpr) -> None:
    """Raise ShapeError where factors of a product do not fit, or terms of a sum differ, for some sizes; InputError for
    what has no rule, and for a multiple by what is no number.
    """
    seen: set[Basic] = set()

    def visit(node: Basic) -> None:
        if node in seen:
            return
        seen.add(node)
        operands = [part for part in children(node) if isinstance(part, MatrixExpr)]
        for operand in operands:
            visit(operand)
        if isinstance(node, MatrixExpr) and not is_known(node):
            raise InputError(f"no rule for {type(node).__name__} in {' '.join(str(node).split())}")
        if isinstance(node, MatMul):
            as_number("multiple", factors(node)[0])
            for left, right in pairwise(operands):
                if not same(left.shape[1], right.shape[0]):
                    raise ShapeError(f"matrix product: the inner sizes differ: {describe(left)}, {describe(right)}")
        elif type(node) in _OPERATIONS:
            check_equal_shapes(_OPERATIONS[type(node)], operands)

    visit(expression)
