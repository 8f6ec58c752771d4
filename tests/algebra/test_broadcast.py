"""Broadcast products, means, variances, maxima: neutral elements, shapes, and values against NumPy."""

import numpy as np
import pytest
from sympy import HadamardProduct, MatMul, MatrixSymbol, OneMatrix, Rational, ZeroMatrix

import symlstm as sl
from symlstm.algebra import (
    Mean,
    Scaled,
    d,
    divide,
    hadamard,
    matmul,
    maximum,
    mean,
    n,
    ones,
    power,
    rows,
    scale,
    scaled,
    spread,
    stack,
    subtract,
    transpose,
    variance,
    zeros,
)
from symlstm.errors import InputError, ShapeError
from symlstm.system import Equation, Leaf, LeafKind, System

s, u = MatrixSymbol("s", 1, 1), MatrixSymbol("u", 1, 1)
a, b = MatrixSymbol("a", n, 1), MatrixSymbol("b", n, 1)
x = MatrixSymbol("x", d, 1)
C, W = MatrixSymbol("C", n, n), MatrixSymbol("W", n, n)


def test_neutral_elements_and_numbers() -> None:
    assert scaled(ones((1, 1)), a) == a
    assert scaled(scale(3, s), scale(2, a)) == MatMul(6, Scaled(s, a))
    assert scaled(s, zeros((n, 1))) == ZeroMatrix(n, 1)
    assert scaled(s, ones((n, 1))) == matmul(ones((n, 1)), s)
    assert scaled(a, b) == HadamardProduct(a, b)
    assert scaled(s, u) == HadamardProduct(s, u)


def test_a_number_leaves_products_and_transposes_to_the_front() -> None:
    assert matmul(W, scaled(s, a)) == Scaled(s, MatMul(W, a))
    assert matmul(transpose(scaled(s, a)), scaled(u, b)) == HadamardProduct(s, u, MatMul(transpose(a), b))
    assert transpose(scaled(s, C)) == Scaled(s, transpose(C))
    assert transpose(s) == s
    assert matmul(W, scaled(scale(2, s), matmul(C, a))) == MatMul(2, Scaled(s, MatMul(W, C, a)))


def test_spread() -> None:
    assert spread(s, a) == MatMul(OneMatrix(n, 1), s)
    assert spread(a, C) == MatMul(a, OneMatrix(1, n))
    assert spread(s, C) == MatMul(OneMatrix(n, 1), s, OneMatrix(1, n))
    assert spread(C, C) == C


def test_blocks_of_stacks() -> None:
    assert rows(stack(a, x), "x", n, n + d) == x
    assert rows(scaled(s, stack(a, x)), "x", n, n + d) == Scaled(s, x)
    assert rows(subtract(stack(a, x), spread(s, stack(a, x))), "x", n, n + d) == subtract(x, spread(s, x))


def test_division() -> None:
    assert divide(a, b) == HadamardProduct(a, power(b, -1))
    assert divide(C, s) == Scaled(power(s, -1), C)


@pytest.mark.parametrize(
    ("build", "error", "message"),
    [
        (lambda: scaled(a, x), ShapeError, r"broadcast product: the shapes do not fit: a is \(n, 1\), x is \(d, 1\)"),
        (lambda: scaled(C, a), ShapeError, "broadcast product: the shapes do not fit"),
        (lambda: spread(x, a), ShapeError, r"broadcast: the shapes do not fit: x is \(d, 1\), a is \(n, 1\)"),
        (lambda: maximum(a, x), ShapeError, "maximum: the shapes differ"),
        (
            lambda: mean(a, axis=2),
            InputError,
            r"mean: axis: expected 0 \(a number per column\) or 1 \(per row\), got 2",
        ),
        (lambda: variance("a"), InputError, "variance: expected matrix expressions, got 'a'"),
        (lambda: scaled(2, a), InputError, "broadcast product: expected matrix expressions, got 2"),
    ],
)
def test_what_does_not_fit_is_refused(build, error: type[Exception], message: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(error, match=message):
        build()


A, B = MatrixSymbol("A", 3, 4), MatrixSymbol("B", 3, 4)
row, column = MatrixSymbol("row", 1, 4), MatrixSymbol("column", 3, 1)
IN_NUMPY = {
    "scaled by a row": (scaled(row, A), lambda v: v["row"] * v["A"]),
    "scaled by a column": (scaled(column, A), lambda v: v["column"] * v["A"]),
    "mean of columns": (mean(A), lambda v: v["A"].mean(axis=0, keepdims=True)),
    "mean of rows": (mean(A, axis=1), lambda v: v["A"].mean(axis=1, keepdims=True)),
    "variance of columns": (variance(A), lambda v: v["A"].var(axis=0, keepdims=True)),
    "variance of rows": (variance(A, axis=1), lambda v: v["A"].var(axis=1, keepdims=True)),
    "maximum": (maximum(A, B), lambda v: np.maximum(v["A"], v["B"])),
    "normalised": (
        scaled(power(variance(A), Rational(-1, 2)), subtract(A, spread(mean(A), A))),
        lambda v: (v["A"] - v["A"].mean(axis=0)) / v["A"].std(axis=0),
    ),
    "powers and products": (hadamard(power(A, -2), B), lambda v: v["B"] / v["A"] ** 2),
}


@pytest.mark.parametrize("name", IN_NUMPY)
def test_values(name: str) -> None:
    """Compiled, and entry by entry as SymPy sees it, the numbers are NumPy's."""
    expression, reference = IN_NUMPY[name]
    generator = np.random.default_rng(1)
    symbols = sl.algebra.symbols_of(expression)
    values = {str(symbol.name): generator.standard_normal(symbol.shape) for symbol in symbols}
    line = Equation(MatrixSymbol("y", *expression.shape), expression)
    system = System("test", tuple(Leaf(symbol, LeafKind.PARAMETER) for symbol in symbols), (line,), ("y",))
    found = sl.lambdify(system)(**values).y
    assert np.max(np.abs(found - reference(values))) <= 1e-14
    entries = {symbol[i, j]: values[symbol.name][i, j] for symbol in symbols for i, j in np.ndindex(symbol.shape)}
    explicit = np.array(expression.as_explicit().subs(entries).tolist(), dtype=float)
    assert np.max(np.abs(explicit - found)) <= 1e-12


def test_symbolic_mean_has_an_entry() -> None:
    assert str(Mean(a, 0)[0, 0]).startswith("Sum(a[")
