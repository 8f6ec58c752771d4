"""diag and the Kronecker product: neutral cases, shapes, entries, transposes, and refusals."""

import numpy as np
import pytest
from sympy import Identity, Matrix, MatrixSymbol, kronecker_product

import symlstm as sl
from symlstm.algebra import (
    B,
    Diag,
    Kronecker,
    d,
    diag,
    kronecker,
    matmul,
    n,
    ones,
    scale,
    substitute,
    transpose,
    zeros,
)
from symlstm.errors import DefinitionError, InputError, ShapeError
from symlstm.system import Builder, row_layout
from tests.support import random_values, relative_error

v, row, s = MatrixSymbol("v", n, 1), MatrixSymbol("r", 1, n), MatrixSymbol("s", 1, 1)
X, Y = MatrixSymbol("X", n, d), MatrixSymbol("Y", d, d)


def test_neutral_cases() -> None:
    assert diag(ones((n, 1))) == Identity(n)
    assert diag(scale(3, ones((1, n)))) == scale(3, Identity(n))
    assert diag(zeros((n, 1))) == zeros((n, n))
    assert diag(s) == s
    assert diag(scale(-2, v)) == scale(-2, Diag(v))
    assert matmul(diag(ones((n, 1))), X) == X
    assert kronecker(Identity(n), Identity(d)) == Identity(n * d)
    assert kronecker(ones((1, 1)), X) == kronecker(X, Identity(1)) == X
    assert kronecker(scale(2, X), scale(3, Y)) == scale(6, Kronecker(X, Y))
    assert kronecker(X, zeros((d, 1))) == zeros((n * d, d))


def test_shapes_and_transposes() -> None:
    assert diag(row).shape == diag(v).shape == (n, n)
    assert kronecker(X, v).shape == (n**2, d)
    assert transpose(diag(v)) == diag(v)
    assert transpose(kronecker(X, v)) == Kronecker(transpose(X), transpose(v))
    assert substitute(kronecker(diag(v), X), {v: ones((n, 1))}) == Kronecker(Identity(n), X)


def test_entries() -> None:
    a, b, c = MatrixSymbol("a", 2, 3), MatrixSymbol("b", 3, 2), MatrixSymbol("c", 3, 1)
    assert Kronecker(a, b).as_explicit() == kronecker_product(Matrix(a), Matrix(b)).as_explicit()
    assert Diag(c).as_explicit() == Diag(MatrixSymbol("c", 3, 1).T).as_explicit() == Matrix.diag(*Matrix(c))


def test_refusals() -> None:
    with pytest.raises(ShapeError, match=r"diagonal: expected a column or a row: X is \(n, d\)"):
        diag(X)
    for build in (diag, lambda a: kronecker(X, a)):
        with pytest.raises(InputError, match="expected matrix expressions, got 3"):
            build(3)


def test_batches() -> None:
    """A diagonal of what all columns share is the same for all; that of a state mixes them."""
    cell = Builder("own")
    f, p = cell.gate("f", "tanh"), cell.parameter("p_f", cell.n, 1)
    cell.let("h", matmul(diag(p), f))
    back = sl.backprop(cell.system())
    assert sl.gradcheck(back, random_values(sl.batched(back, B), 3, 2, 4))
    other = Builder("other")
    other.let("h", matmul(diag(other.previous("h")), other.gate("f", "tanh")))
    with pytest.raises(DefinitionError, match="it mixes the columns of Diag"):
        sl.batched(other.system(), B)


def test_row_vectors() -> None:
    jacobian = sl.jacobian(sl.cell("lstm"), "h", "W_f")
    values = random_values(jacobian, 3, 2)
    found = sl.lambdify(row_layout(jacobian))(**{name: value.T for name, value in values.items()})
    expected = sl.lambdify(jacobian)(**values)
    for name, array in found.items():
        assert relative_error(array, expected[name].T) <= 1e-14, name


def test_dtype_is_kept() -> None:
    jacobian = sl.lambdify(sl.jacobian(sl.cell("rnn"), "h", "W_h"))
    values = random_values(jacobian.system, 3, 2)
    assert jacobian(**{name: value.astype(np.float32) for name, value in values.items()})["J_h_by_W_h"].dtype == "f4"
