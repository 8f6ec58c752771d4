"""Shapes of expressions that were put together by operators: SymPy takes n × 1 times n × 1 for possible."""

from sympy import Basic, HadamardProduct, MatAdd, MatMul, MatrixExpr

from symlstm.algebra.build import as_number, check_equal_shapes, check_inner_sizes, factors
from symlstm.algebra.nodes import Maximum
from symlstm.algebra.rewrite import children, is_known
from symlstm.errors import InputError

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
            check_inner_sizes(operands)
        elif type(node) in _OPERATIONS:
            check_equal_shapes(_OPERATIONS[type(node)], operands)

    visit(expression)
