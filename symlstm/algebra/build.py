"""Builders of matrix expressions: shapes checked, author's order kept, only neutral elements dropped.

Operators are avoided on purpose: SymPy's `a + b` re-sorts and `U*X` rewrites; direct constructors keep
the order in which the author wrote the terms.
"""

from collections.abc import Sequence
from itertools import pairwise
from math import isfinite
from numbers import Real

from sympy import (
    Expr,
    HadamardProduct,
    Identity,
    Integer,
    MatAdd,
    MatMul,
    MatrixExpr,
    OneMatrix,
    Rational,
    S,
    Transpose,
    Tuple,
    ZeroMatrix,
    sympify,
)
from sympy.core.function import Application
from sympy.matrices.expressions.hadamard import HadamardPower

from symlstm.algebra.dimensions import same, same_shape, show_shape
from symlstm.algebra.function import Activation, as_activation
from symlstm.algebra.nodes import Apply, Diag, Kronecker, Scaled
from symlstm.algebra.products import factors, gathered, node_of, ones_joined, product_of
from symlstm.errors import InputError, ShapeError, brief

__all__ = [
    "add",
    "apply",
    "as_number",
    "check_equal_shapes",
    "check_inner_sizes",
    "check_operands",
    "describe",
    "factors",
    "hadamard",
    "matmul",
    "negative",
    "one_minus",
    "ones",
    "power",
    "product_of",
    "scale",
    "subtract",
    "transpose",
    "zeros",
]


def ones(shape: Sequence[Expr]) -> MatrixExpr:
    """A matrix of ones. Raises InputError for a shape that is none."""
    return OneMatrix(*_as_shape("ones", shape))


def zeros(shape: Sequence[Expr]) -> MatrixExpr:
    """A matrix of zeros. Raises InputError for a shape that is none."""
    return ZeroMatrix(*_as_shape("zeros", shape))


def _as_shape(operation: str, shape: Sequence[Expr | int]) -> Sequence[Expr | int]:
    if not isinstance(shape, Sequence | Tuple) or len(shape) != 2:
        raise InputError(f"{operation}: expected rows and columns, as in (3, 1), got {brief(shape)}")
    for side in shape:
        length = Integer(side) if isinstance(side, int) and not isinstance(side, bool) else side
        if not isinstance(length, Expr) or length.is_negative or length.is_integer is False:
            raise InputError(f"{operation}: expected whole numbers or sizes as rows and columns, got {brief(side)}")
    return shape


def describe(matrix: MatrixExpr) -> str:
    """An expression and its shape on one line, for error messages."""
    return f"{' '.join(str(matrix).split())} is {show_shape(matrix.shape)}"


def check_operands(operation: str, operands: Sequence[MatrixExpr]) -> None:
    """Raise InputError for no operand, or one that is no matrix expression."""
    if not operands:
        raise InputError(f"{operation}: expected at least one matrix expression, got none")
    for operand in operands:
        if not isinstance(operand, MatrixExpr):
            raise InputError(f"{operation}: expected matrix expressions, got {brief(operand)}")


def as_number(operation: str, value: Expr | float) -> Expr:
    """A real number, or a quotient of dimensions such as 1/n. Raises InputError for anything else, text included."""
    if isinstance(value, Rational):
        return value
    if isinstance(value, Real) and not isinstance(value, bool | Expr):
        number = _exact(value)
    elif isinstance(value, Expr) and not isinstance(value, MatrixExpr):
        number = value
    else:
        raise InputError(f"{operation}: expected a number, got {brief(value)}")
    if number.has(S.NaN) or number.atoms(Application):
        raise InputError(f"{operation}: expected a finite real number, or one made of dimensions, got {number}")
    sizes = all(symbol.is_integer and symbol.is_positive for symbol in number.free_symbols)
    if not sizes or number.is_finite is False or number.is_real is False:
        raise InputError(f"{operation}: expected a finite real number, or one made of dimensions, got {number}")
    return number


def _exact(value: Real) -> Expr:
    """The number as SymPy sees it; 1.0 is 1."""
    return Integer(int(value)) if isfinite(value) and value == int(value) else sympify(value)  # type: ignore[call-overload]


def check_equal_shapes(operation: str, operands: Sequence[MatrixExpr]) -> None:
    """Raise InputError for what is no matrix expression, ShapeError when the shapes differ."""
    check_operands(operation, operands)
    first = operands[0]
    for other in operands[1:]:
        if not same_shape(first.shape, other.shape):
            raise ShapeError(f"{operation}: the shapes differ: {describe(first)}, {describe(other)}")


def check_inner_sizes(operands: Sequence[MatrixExpr]) -> None:
    """Raise InputError for what is no matrix expression, ShapeError when neighbours in a product do not fit."""
    check_operands("matrix product", operands)
    for left, right in pairwise(operands):
        if not same(left.shape[1], right.shape[0]):
            raise ShapeError(f"matrix product: the inner sizes differ: {describe(left)}, {describe(right)}")


def _flat(kind: type[MatrixExpr], operands: Sequence[MatrixExpr]) -> list[MatrixExpr]:
    parts: list[MatrixExpr] = []
    for operand in operands:
        parts.extend(operand.args if isinstance(operand, kind) else (operand,))
    return parts


def add(*terms: MatrixExpr) -> MatrixExpr:
    """The sum in the given order; zero matrices are dropped.

    Raises ShapeError when the shapes differ.
    """
    check_equal_shapes("sum", terms)
    kept = [term for term in _flat(MatAdd, terms) if not isinstance(term, ZeroMatrix)]
    if not kept:
        return terms[0]
    return kept[0] if len(kept) == 1 else node_of(MatAdd, *kept)


def matmul(*operands: MatrixExpr) -> MatrixExpr:
    """The matrix product in the given order; identities and 1 × 1 ones are dropped, 1 1ᵀ is a matrix of ones, numbers
    go to the front, also those that are 1 × 1 matrices: A (s B) is s (A B).

    Raises ShapeError when neighbours do not fit.
    """
    check_inner_sizes(operands)
    if any(isinstance(operand, ZeroMatrix) for operand in operands):
        return ZeroMatrix(operands[0].shape[0], operands[-1].shape[1])
    number, scalars, parts = gathered(operands)
    matrices = [part for part in parts if not _is_neutral(part)] or factors(operands[0])[1][:1]
    product = product_of(S.One, ones_joined(matrices))
    for scalar in reversed(scalars):
        product = hadamard(scalar, product) if product.shape == (1, 1) else Scaled(scalar, product)
    return scale(number, product)


def _is_neutral(matrix: MatrixExpr) -> bool:
    return isinstance(matrix, Identity) or (isinstance(matrix, OneMatrix) and matrix.shape == (1, 1))


def scale(number: Expr | float, matrix: MatrixExpr) -> MatrixExpr:
    """A number times a matrix, the number in front; raises InputError for anything but a real number."""
    check_operands("multiple", [matrix])
    inner, matrices = factors(matrix)
    total = as_number("multiple", number) * inner
    if total == 0 or isinstance(matrix, ZeroMatrix):
        return ZeroMatrix(*matrix.shape)
    return product_of(total, matrices)


def negative(matrix: MatrixExpr) -> MatrixExpr:
    """Minus the matrix."""
    return scale(-1, matrix)


def subtract(a: MatrixExpr, b: MatrixExpr) -> MatrixExpr:
    """The difference a − b; raises ShapeError when the shapes differ."""
    return add(a, negative(b))


def one_minus(matrix: MatrixExpr) -> MatrixExpr:
    """1 − X, entry by entry."""
    check_operands("one minus", [matrix])
    return subtract(ones(matrix.shape), matrix)


def hadamard(*operands: MatrixExpr) -> MatrixExpr:
    """The elementwise product in the given order; ones are dropped, numbers go to the front.

    Raises ShapeError when the shapes differ.
    """
    check_equal_shapes("elementwise product", operands)
    number = S.One
    parts: list[MatrixExpr] = []
    for operand in operands:
        coefficient, matrices = factors(operand)
        number = number * coefficient
        parts.extend(_flat(HadamardProduct, [product_of(S.One, matrices)]))
    if any(isinstance(part, ZeroMatrix) for part in parts):
        return ZeroMatrix(*operands[0].shape)
    kept = [part for part in parts if not isinstance(part, OneMatrix)] or parts[:1]
    return scale(number, kept[0] if len(kept) == 1 else node_of(HadamardProduct, *kept))


def power(matrix: MatrixExpr, exponent: Expr | float) -> MatrixExpr:
    """Every entry to a power; raises InputError for an exponent that is no real number."""
    check_operands("power", [matrix])
    number = as_number("power", exponent)
    if number.free_symbols:
        raise InputError(f"power: expected a number as exponent, got {number}")
    if number == 1:
        return matrix
    return ones(matrix.shape) if number == 0 else HadamardPower(matrix, number)


def transpose(matrix: MatrixExpr) -> MatrixExpr:
    """The transpose: (Aᵀ)ᵀ = A, (A B)ᵀ = Bᵀ Aᵀ, (s A)ᵀ = s Aᵀ, (A ⊗ B)ᵀ = Aᵀ ⊗ Bᵀ; the rest of what is equal stays."""
    check_operands("transpose", [matrix])
    if matrix.shape == (1, 1):
        return matrix
    if isinstance(matrix, Scaled) and matrix.factor.shape == (1, 1):
        return Scaled(matrix.factor, transpose(matrix.matrix))
    if isinstance(matrix, Transpose):
        return matrix.arg
    if isinstance(matrix, MatMul):
        number, matrices = factors(matrix)
        return scale(number, matmul(*(transpose(factor) for factor in reversed(matrices))))
    if isinstance(matrix, OneMatrix | ZeroMatrix):
        return type(matrix)(matrix.shape[1], matrix.shape[0])
    if isinstance(matrix, Kronecker):
        return Kronecker(*(transpose(part) for part in matrix.args))
    return matrix if isinstance(matrix, Identity | Diag) else Transpose(matrix)


def apply(activation: Activation | str, argument: MatrixExpr) -> MatrixExpr:
    """The activation, given itself or by its name, of every entry; the identity leaves the argument as it is."""
    activation = as_activation(activation)
    check_operands("function", [argument])
    return argument if activation.name == "identity" else Apply(activation, argument)
