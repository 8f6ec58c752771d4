"""Jacobian matrices: for each node type, ∂vec(y)/∂vec(p) as a matrix, from those of its operands.

A rule takes the output y, the node, and a Jacobian for every operand, None for one that does not depend on p; it is
asked only where some operand does. vec sets the columns of a matrix one below the other, so that a column is its own
vec and vec(A X B) = (Bᵀ ⊗ A) vec(X): Magnus and Neudecker 2019, chapters 2 and 9. What is no matrix in the field's
signs, because it would reorder the entries of a matrix, is refused.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NoReturn

from sympy import (
    Basic,
    BlockMatrix,
    Expr,
    HadamardProduct,
    Identity,
    Integer,
    MatAdd,
    MatMul,
    MatrixExpr,
    MatrixSymbol,
    OneMatrix,
    Transpose,
    ZeroMatrix,
)
from sympy.matrices.expressions.hadamard import HadamardPower

from symlstm.algebra import (
    Apply,
    ColumnBlock,
    Diag,
    Kronecker,
    Maximum,
    Mean,
    RowBlock,
    Scaled,
    Variance,
    add,
    apply,
    diag,
    hadamard,
    kronecker,
    matmul,
    mean,
    one_minus,
    ones,
    power,
    rows,
    scale,
    scaled,
    spread,
    stack,
    stack_columns,
    subtract,
    transpose,
    zeros,
)
from symlstm.algebra.build import factors, product_of
from symlstm.algebra.rewrite import children
from symlstm.derive.stacks import times
from symlstm.errors import InputError, MissingRuleError

__all__ = ["MATRIX_FORMS", "as_vector", "identity", "length", "matrix_form", "matrix_of", "refuse"]

Jacobians = Sequence[MatrixExpr | None]
Rule = Callable[[MatrixExpr, MatrixExpr, Jacobians], MatrixExpr]

MATRIX_FORMS: dict[type[Basic], Rule] = {}


def matrix_form(*nodes: type[Basic]) -> Callable[[Rule], Rule]:
    """Enter a rule for node types into the table."""

    def enter(rule: Rule) -> Rule:
        MATRIX_FORMS.update(dict.fromkeys(nodes, rule))
        return rule

    return enter


def matrix_of(y: MatrixExpr, node: MatrixExpr, known: Mapping[MatrixSymbol, MatrixExpr]) -> MatrixExpr | None:
    """The Jacobian of an expression whose value is called y, from those known; None where it is zero.

    Raises MissingRuleError for a node type without a rule, InputError for what has no matrix form.
    """
    if isinstance(node, MatrixSymbol):
        return known.get(node)
    parts = children(node)
    forms = [matrix_of(part, part, known) if isinstance(part, MatrixExpr) else None for part in parts]
    if all(form is None for form in forms):
        return None
    if type(node) not in MATRIX_FORMS:
        raise MissingRuleError(f"no Jacobian form for {type(node).__name__} in {node}; add one with @matrix_form")
    found = MATRIX_FORMS[type(node)](y, node, forms)
    return None if isinstance(found, ZeroMatrix) else found


def length(matrix: MatrixExpr) -> Expr:
    """How many entries vec of a matrix has."""
    return matrix.shape[0] * matrix.shape[1]


def identity(size: Expr) -> MatrixExpr:
    """The Jacobian of a quantity by itself: I, 1 for a number."""
    return ones((size, size)) if size == 1 else Identity(size)


def refuse(node: MatrixExpr, why: str) -> NoReturn:
    """Say what has no matrix form."""
    raise InputError(f"{why} has no matrix form: {' '.join(str(node).split())}")


def _check_vector(node: MatrixExpr, operation: str) -> None:
    if 1 not in node.shape:
        refuse(node, f"{operation} of matrices, entry by entry,")


def _along(v: MatrixExpr, form: MatrixExpr) -> MatrixExpr:
    """diag(v) J, and s J for a number s; two diagonals are put together."""
    if v.shape == (1, 1):
        return scaled(v, form)
    number, (first, *rest) = factors(form)
    if isinstance(first, Diag) and first.vector.shape == v.shape:
        return scale(number, matmul(diag(hadamard(v, first.vector)), *rest))
    return matmul(diag(v), form)


def as_vector(matrix: MatrixExpr) -> MatrixExpr:
    """vec of a column, a row, an outer product u vᵀ, which is v ⊗ u, and of ones."""
    rows_, columns_ = matrix.shape
    if columns_ == 1:
        return matrix
    if rows_ == 1:
        return transpose(matrix)
    number, matrices = factors(matrix)
    if len(matrices) == 1 and isinstance(matrices[0], OneMatrix):
        return scale(number, ones((rows_ * columns_, Integer(1))))
    cut = next((k for k, factor in enumerate(matrices) if k and factor.shape[0] == 1), None)
    if cut is None:
        refuse(matrix, "the derivative by a number in front of a matrix")
    column, row = (product_of(Integer(1), part) for part in (matrices[:cut], matrices[cut:]))
    return scale(number, kronecker(transpose(row), column))


@matrix_form(MatAdd)
def sum_form(y: MatrixExpr, node: MatrixExpr, forms: Jacobians) -> MatrixExpr:
    """y = a + b  ⟹  J = J_a + J_b."""
    return add(*(form for form in forms if form is not None))


@matrix_form(MatMul)
def product_form(y: MatrixExpr, node: MatrixExpr, forms: Jacobians) -> MatrixExpr:
    """y = s A X B  ⟹  J = s (Bᵀ ⊗ A) J_X, one term for every factor X; s A J_X for a column X at the end."""
    number, matrices = factors(node)
    own = forms[len(forms) - len(matrices) :]
    terms = [_factor_form(matrices, k, form) for k, form in enumerate(own) if form is not None]
    return scale(number, add(*terms))


def _factor_form(matrices: Sequence[MatrixExpr], k: int, form: MatrixExpr) -> MatrixExpr:
    before, after = matrices[:k], matrices[k + 1 :]
    if after and matrices[-1].shape[1] == matrices[k].shape[1] == 1:  # numbers behind a column
        return scaled(matmul(*after), _factor_form(matrices[: k + 1], k, form))
    if not after and matrices[k].shape[1] == 1:
        return times(matmul(*before), matrices[k], form) if before else form
    left = matmul(*before) if before else identity(matrices[0].shape[0])
    right = matmul(*after) if after else identity(matrices[-1].shape[1])
    return matmul(kronecker(transpose(right), left), form)


@matrix_form(HadamardProduct)
def hadamard_form(y: MatrixExpr, node: MatrixExpr, forms: Jacobians) -> MatrixExpr:
    """y = a ⊙ b  ⟹  J = diag(b) J_a + diag(a) J_b."""
    _check_vector(node, "a product")
    others = [hadamard(*node.args[:k], *node.args[k + 1 :]) for k in range(len(node.args))]
    return add(*(_along(v, form) for v, form in zip(others, forms, strict=True) if form is not None))


@matrix_form(HadamardPower)
def power_form(y: MatrixExpr, node: MatrixExpr, forms: Jacobians) -> MatrixExpr:
    """y = a^{∘k}  ⟹  J = k diag(a^{∘(k−1)}) J_a."""
    _check_vector(node, "a power")
    a, k = node.args
    return scale(k, _along(power(a, k - 1), forms[0]))


@matrix_form(Apply)
def apply_form(y: MatrixExpr, node: MatrixExpr, forms: Jacobians) -> MatrixExpr:
    """y = f(x)  ⟹  J = diag(f′(x)) J_x, with f′ written in y."""
    _check_vector(node, "a function")
    f, x = node.args
    return _along(f.entry.derivative(y, x), forms[1])


@matrix_form(Maximum)
def maximum_form(y: MatrixExpr, node: MatrixExpr, forms: Jacobians) -> MatrixExpr:
    """y = max(a, b)  ⟹  J = diag(a > b) J_a + diag(a ≤ b) J_b."""
    _check_vector(node, "a maximum")
    larger = apply("step", subtract(*node.args))
    terms = [(larger, forms[0]), (one_minus(larger), forms[1])]
    return add(*(_along(v, form) for v, form in terms if form is not None))


@matrix_form(Transpose)
def transpose_form(y: MatrixExpr, node: MatrixExpr, forms: Jacobians) -> MatrixExpr:
    """y = aᵀ  ⟹  J = J_a for a column or a row a, which have the same vec."""
    if 1 not in node.shape:
        refuse(node, "the transpose of a matrix")
    return forms[0]


@matrix_form(BlockMatrix)
def stack_form(y: MatrixExpr, node: MatrixExpr, forms: Jacobians) -> MatrixExpr:
    """y = [a; b], columns, or y = [a b]  ⟹  J = [J_a; J_b]."""
    if node.blocks.shape[0] != 1 and node.shape[1] != 1:
        refuse(node, "a stack of matrices")
    width = next(form.shape[1] for form in forms if form is not None)
    blocks = zip(node.blocks, forms, strict=True)
    return stack(*(zeros((length(block), width)) if form is None else form for block, form in blocks))


@matrix_form(RowBlock, ColumnBlock)
def block_form(y: MatrixExpr, node: MatrixExpr, forms: Jacobians) -> MatrixExpr:
    """y = the rows s … e of a column a, or the columns of a matrix  ⟹  J = those rows of J_a, [0 I 0] for J_a = I."""
    whole, (start, stop) = node.matrix, node.args[2:]
    if isinstance(node, RowBlock) and whole.shape[1] != 1:
        refuse(node, "a block of rows of a matrix")
    if isinstance(node, ColumnBlock):
        start, stop = whole.shape[0] * start, whole.shape[0] * stop
    if not isinstance(forms[0], Identity):
        return rows(forms[0], node.part, start, stop)
    around = zeros((stop - start, start)), identity(stop - start), zeros((stop - start, length(whole) - stop))
    return stack_columns(*(block for block in around if block.shape[1] != 0))


@matrix_form(Scaled)
def scaled_form(y: MatrixExpr, node: MatrixExpr, forms: Jacobians) -> MatrixExpr:
    """y = s a  ⟹  J = s J_a + vec(a) J_s for a number s; (diag(s) ⊗ I) J_a, (I ⊗ diag(s)) J_a for a row, a column."""
    s, a = node.args
    terms = []
    if forms[0] is not None:
        if s.shape != (1, 1):
            refuse(node, "the derivative by a factor that is repeated over a matrix")
        terms.append(matmul(as_vector(a), forms[0]))
    if forms[1] is not None and s.shape == (1, 1):
        terms.append(scaled(s, forms[1]))
    elif forms[1] is not None:
        by_row = s.shape[0] == 1
        parts = (diag(s), identity(a.shape[0])) if by_row else (identity(a.shape[1]), diag(s))
        terms.append(matmul(kronecker(*parts), forms[1]))
    return add(*terms)


@matrix_form(Mean)
def mean_form(y: MatrixExpr, node: MatrixExpr, forms: Jacobians) -> MatrixExpr:
    """y = mean(a) of n entries  ⟹  J = 1/n (I ⊗ 1ᵀ) J_a for means of columns, 1/n (1ᵀ ⊗ I) J_a for those of rows."""
    height, width = node.matrix.shape
    one = Integer(1)
    if node.axis == 0:
        sums = kronecker(identity(width), ones((one, height)))
    else:
        sums = kronecker(ones((one, width)), identity(height))
    return scale(1 / node.count, times(sums, node.matrix, forms[0]))


@matrix_form(Variance)
def variance_form(y: MatrixExpr, node: MatrixExpr, forms: Jacobians) -> MatrixExpr:
    """y = var(a) of n entries  ⟹  J = 2/n (a − mean(a))ᵀ J_a for a column or a row a."""
    a = node.matrix
    if a.shape[1 - node.axis] != 1:
        refuse(node, "the variance of every vector of a matrix")
    centred = subtract(a, spread(mean(a, node.axis), a))
    return scale(2 / node.count, times(transpose(centred) if node.axis == 0 else centred, a, forms[0]))


@matrix_form(Diag, Kronecker)
def structured_form(y: MatrixExpr, node: MatrixExpr, forms: Jacobians) -> MatrixExpr:
    """diag(a) and a ⊗ b reorder the entries of what they are made of."""
    refuse(node, "a diagonal or Kronecker product that depends on what is moved")
