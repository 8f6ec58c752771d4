"""Builders: the author's order, neutral elements, and errors that name both shapes."""

import pytest
import sympy
from sympy import HadamardProduct, Identity, MatAdd, MatMul, MatrixSymbol, OneMatrix, Rational, Transpose, ZeroMatrix

from symlstm.algebra import (
    add,
    apply,
    d,
    hadamard,
    matmul,
    n,
    one_minus,
    ones,
    power,
    rows,
    scale,
    stack,
    substitute,
    subtract,
    symbols_of,
    transpose,
)
from symlstm.errors import InputError, ShapeError

a, b, c = (MatrixSymbol(name, n, 1) for name in "abc")
x = MatrixSymbol("x", d, 1)
W = MatrixSymbol("W", n, n + d)
U = MatrixSymbol("U", n, n)


def test_order_is_kept() -> None:
    assert add(c, a, b).args == (c, a, b)
    assert hadamard(c, a, b).args == (c, a, b)
    assert matmul(U, a).args == (U, a)


def test_nested_products_and_sums_flatten() -> None:
    assert hadamard(hadamard(c, b), a) == HadamardProduct(c, b, a)
    assert add(add(c, b), a) == MatAdd(c, b, a)
    assert matmul(U, matmul(U, a)) == MatMul(U, U, a)


def test_neutral_elements_vanish() -> None:
    zero, one = ZeroMatrix(n, 1), OneMatrix(n, 1)
    assert add(zero, a) == a
    assert add(zero, zero) == zero
    assert hadamard(one, a) == a
    assert hadamard(one, one) == one
    assert hadamard(a, zero) == zero
    assert matmul(Identity(n), a) == a
    assert matmul(a, OneMatrix(1, 1)) == a
    assert matmul(U, zero) == zero
    assert scale(0, a) == zero
    assert scale(1, a) == a


def test_numbers_go_to_the_front() -> None:
    assert hadamard(scale(-2, a), scale(Rational(1, 2), b)) == MatMul(-1, HadamardProduct(a, b))
    assert matmul(scale(3, U), scale(2, a)) == MatMul(6, U, a)
    assert subtract(a, scale(-1, b)) == MatAdd(a, b)


def test_powers_and_transposes() -> None:
    assert power(a, 1) == a
    assert power(a, 0) == OneMatrix(n, 1)
    assert transpose(transpose(a)) == a
    assert transpose(matmul(U, a)) == MatMul(Transpose(a), Transpose(U))
    assert transpose(ones((n, 1))) == OneMatrix(1, n)


def test_rows_of_a_product_are_columns_of_its_weight() -> None:
    part = rows(matmul(transpose(W), a), "x", n, n + d)
    assert part.shape == (d, 1)
    assert part.args[0].arg.part == "x"


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: add(a, x), r"sum: the shapes differ: a is \(n, 1\), x is \(d, 1\)"),
        (lambda: hadamard(a, x), r"elementwise product: the shapes differ: a is \(n, 1\), x is \(d, 1\)"),
        (lambda: matmul(W, x), r"matrix product: the inner sizes differ: W is \(n, n \+ d\), x is \(d, 1\)"),
        (lambda: stack(a, transpose(x)), r"stack: the numbers of columns differ: a is \(n, 1\), x.T is \(1, d\)"),
    ],
)
def test_shapes_are_checked(build: object, message: str) -> None:
    with pytest.raises(ShapeError, match=message):
        build()  # type: ignore[operator]


def test_an_error_takes_one_line() -> None:
    with pytest.raises(ShapeError) as caught:
        add(stack(a, x), a)
    assert "\n" not in str(caught.value)


NO_NUMBERS = [
    sympy.I,
    sympy.oo,
    sympy.Symbol("k"),
    "2",
    "__import__('os').getpid()",
    None,
    True,
    [1],
    MatrixSymbol("q", 1, 1),
]


@pytest.mark.parametrize("value", NO_NUMBERS, ids=str)
def test_only_real_numbers_scale(value: object) -> None:
    with pytest.raises(InputError, match="multiple: expected a (finite real )?number"):
        scale(value, a)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="power: expected a (finite real )?number"):
        power(a, value)  # type: ignore[arg-type]


def test_dimensions_scale_and_do_not_raise() -> None:
    assert scale(1 / n, a).args == (1 / n, a)
    with pytest.raises(InputError, match="power: expected a number as exponent, got n"):
        power(a, n)


def test_neutral_factors_keep_their_number_once() -> None:
    assert matmul(scale(2, Identity(n)), Identity(n)) == scale(2, Identity(n))
    assert matmul(scale(2, ones((1, 1))), scale(3, ones((1, 1)))) == scale(6, ones((1, 1)))


@pytest.mark.parametrize("build", [add, hadamard, matmul, stack])
def test_operands_are_matrices(build) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError, match="expected at least one matrix expression, got none"):
        build()
    with pytest.raises(InputError, match="expected matrix expressions, got 1 of type"):
        build(a, 1)
    with pytest.raises(InputError, match="expected matrix expressions"):
        apply("tanh", "a")  # type: ignore[arg-type]


def test_shared_parts_are_walked_once() -> None:
    e = a
    for _ in range(60):
        e = apply("tanh", add(e, e))
    assert symbols_of(e) == [a]


def test_substitution_flattens_and_reaches_into_stacks() -> None:
    assert substitute(hadamard(a, b), {a: hadamard(c, c)}) == HadamardProduct(c, c, b)
    assert substitute(matmul(W, stack(a, x)), {a: b}) == matmul(W, stack(b, x))
    assert substitute(one_minus(a), {b: c}) == one_minus(a)
    assert symbols_of(matmul(W, stack(a, x))) == [W, a, x]
