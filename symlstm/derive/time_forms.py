"""Jacobian matrices over time: those of what is a step earlier or later, first, last, or summed over all steps."""

from collections.abc import Sequence

from sympy import Expr, MatrixExpr

from symlstm.algebra import Earlier, First, Last, Later, Total, rebuild, zeros
from symlstm.derive.matrix_forms import length, matrix_form

__all__: list[str] = []

Jacobians = Sequence[MatrixExpr | None]


@matrix_form(Earlier, Later)
def shift_form(y: MatrixExpr, node: MatrixExpr, forms: Jacobians) -> MatrixExpr:
    """y_t = a_{t−1}, y_1 = s  ⟹  J_t = J_{a,t−1}, J_1 = J_s; the same for a step later."""
    width = next(form.shape[1] for form in forms if form is not None)
    blocks = zip(node.args[:2], forms[:2], strict=True)
    return rebuild(node, [*(_or_zeros(part, form, width) for part, form in blocks), node.cut])


@matrix_form(Total, First, Last)
def over_time_form(y: MatrixExpr, node: MatrixExpr, forms: Jacobians) -> MatrixExpr:
    """y = Σ_t a_t  ⟹  J = Σ_t J_{a,t}; the same for the first and the last step."""
    return rebuild(node, [forms[0]])


def _or_zeros(part: MatrixExpr, form: MatrixExpr | None, width: Expr) -> MatrixExpr:
    return zeros((length(part), width)) if form is None else form
