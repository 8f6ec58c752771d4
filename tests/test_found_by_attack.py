"""What an attack found in the mathematics and the code: each stays mended."""

import numpy as np
import pytest
import sympy as sp
from sympy import MatrixSymbol

import symlstm as sl
from symlstm.algebra import (
    add,
    apply,
    columns,
    d,
    matmul,
    maximum,
    n,
    ones,
    power,
    rows,
    scale,
    scaled,
    stack,
    subtract,
    transpose,
    zeros,
)
from symlstm.errors import InputError, ShapeError, SymlstmError
from symlstm.system import Builder, RowLayout
from tests.support import random_values, relative_error

X = MatrixSymbol("X", 3, 2)
W = MatrixSymbol("W", n, n + d)


def test_a_factor_of_unknown_sign_keeps_its_sign() -> None:
    cell = Builder("signed")
    product = matmul(cell.parameter("V", cell.n, cell.d), cell.x)
    cell.let("h", subtract(product, scale(n - 1, cell.previous("h"))))
    system = cell.system()
    assert system["h"].text() == "hₜ = V·xₜ + (1 - n)·hₜ₋₁"
    assert system["h"].latex() == "h_t = V x_t + (1 - n) h_{t-1}"
    found = sl.lambdify(system)(V=np.zeros((3, 2)), x=np.zeros(2), h_prev=np.ones(3)).h
    assert found.tolist() == [-2.0, -2.0, -2.0]
    back = sl.backprop(system)
    values = random_values(back, 3, 2)
    assert relative_error(sl.lambdify(back)(**values).d_h_prev, -2 * values["seed_h"]) <= 1e-15
    worked = sl.example(system, {"V": "ones", "x": [1.0, 1.0], "h_prev": [1.0, 1.0, 1.0]})
    assert worked.values["h"][:, 0].tolist() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize("places", [(0, 5), (-1, 1), (2, 1), (1, 1)])
def test_blocks_lie_inside_the_matrix(places: tuple[int, int]) -> None:
    for cut in (columns, rows):
        with pytest.raises(ShapeError, match="there is no block"):
            cut(X, "p", *places)


def test_places_are_whole_numbers() -> None:
    with pytest.raises(ShapeError, match=r"columns: there is no block 0:d \+ n \+ 1 of W is \(n, n \+ d\)"):
        columns(W, "p", 0, n + d + 1)
    with pytest.raises(InputError, match="expected a whole number, or one made of sizes, got 'a'"):
        columns(X, "p", "a", 1)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="expected the name of a part"):
        columns(X, 3, 0, 1)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="rows: expected matrix expressions"):
        rows(None, "p", 0, 1)  # type: ignore[arg-type]


def test_two_blocks_of_one_name_are_told_apart() -> None:
    cell = Builder("twice")
    h = cell.previous("h")
    cell.let("h", matmul(cell.parameter("W_h", cell.n, 2 * cell.n + cell.d), stack(h, power(h, 2), cell.x)))
    line = sl.backprop(cell.system())["d_h_prev"].text()
    assert line == "δhₜ₋₁ = W_h,0:nᵀ·δhₜ + 2·(W_h,n:2nᵀ·δhₜ) ⊙ hₜ₋₁"


def test_a_weight_on_one_input_is_a_weight_in_rows() -> None:
    system = sl.cell("rnn", layout="split", d=1)
    assert system.text(notation="onnx") == "Hₜ = f(Xₜ·W_iᵀ + Hₜ₋₁·R_iᵀ + W_bi)"
    assert not RowLayout(system, "transposed").flips("W_h")
    assert RowLayout(system, "transposed").flips("b_h")


@pytest.mark.parametrize("name", ["mlstm", "mlstm:stabiliser", "layernorm-lstm", "slstm", "lstm:projection"])
def test_single_precision_stays_single(name: str) -> None:
    back = sl.backprop(sl.cell(name))
    values = {quantity: value.astype(np.float32) for quantity, value in random_values(back, 4, 3).items()}
    assert {array.dtype for array in sl.lambdify(back)(**values).values()} == {np.dtype(np.float32)}


@pytest.mark.parametrize("name", ["any", "clip", "variance", "absolute", "ValueError"])
def test_names_that_the_code_needs(name: str) -> None:
    back = sl.backprop(sl.cell("layernorm-lstm", n=name))
    generator = np.random.default_rng(0)
    sizes = {side: 3 if str(side) == name else 2 for side in back.sizes}
    values = {
        leaf.symbol.name: generator.normal(size=[int(side.subs(sizes)) for side in leaf.symbol.shape])
        for leaf in back.leaves
    }
    assert sl.gradcheck(back, values)
    cell = Builder(name)
    cell.let("h", cell.affine("h"))
    assert sl.lambdify(cell.system()).name == f"{name}_step"


def test_the_batch_takes_a_free_name() -> None:
    step = sl.lambdify(sl.cell("rnn", n="batch", d="B"))
    assert step(W_h=np.ones((3, 5)), b_h=np.ones(3), x=np.ones((2, 4)), h_prev=np.ones((3, 4))).h.shape == (3, 4)


@pytest.mark.parametrize("value", [float("nan"), sp.nan, sp.Max(n, d), sp.sin(n)])
def test_what_is_no_number(value: object) -> None:
    with pytest.raises(InputError, match="multiple: expected a finite real number"):
        scale(value, X)  # type: ignore[arg-type]


def test_zeros_vanish_in_a_maximum() -> None:
    a = MatrixSymbol("a", n, 1)
    assert subtract(a, zeros(a.shape)) == a
    assert maximum(a, zeros(a.shape)).shape == (n, 1)
    assert scale(3, zeros(a.shape)) == zeros(a.shape)


def test_a_1_by_1_matrix_is_its_own_transpose() -> None:
    s = MatrixSymbol("s", 1, 1)
    assert transpose(s) == s
    assert matmul(ones((3, 1)), s).shape == (3, 1)


def test_what_is_nested_too_deeply() -> None:
    cell = Builder("long")
    line = cell.affine("h")
    for k in range(400):
        line = cell.let(f"y{k}", apply("tanh", line))
    cell.let("h", line)
    system = cell.system()
    assert sl.lambdify(system)(W_h=np.ones((2, 4)), b_h=np.ones(2), x=np.ones(2), h_prev=np.ones(2)).h.shape == (2,)
    with pytest.raises(InputError, match="nested too deeply"):
        sl.latex(system.closed_form("h"))


@pytest.mark.parametrize("shape", [3, ("n", 1), (-1, 2), (1, 2, 3), None, (True, 1)])
def test_shapes_of_constants(shape: object) -> None:
    with pytest.raises(InputError, match="ones: expected"):
        ones(shape)  # type: ignore[arg-type]


def test_options_of_printing() -> None:
    with pytest.raises(InputError, match="system: expected a System, got int"):
        sl.latex(X, system=3)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="only: expected names of equations"):
        sl.cell("lstm").latex(only=[["f"]])


def test_blocks_of_symbolic_length_can_be_differentiated() -> None:
    cell = Builder("second")
    h = cell.previous("h")
    seen = matmul(cell.parameter("v", cell.n, 1), rows(h, "second", 1, 2))
    cell.let("h", add(cell.affine("h"), seen))
    back = sl.backprop(cell.system())
    assert sl.gradcheck(back, random_values(back, 4, 3))
    assert rows(X, "p", np.int64(0), np.int64(2)).shape == (2, 2)
    assert rows(W, "p", 0, n / 2).shape == (n / 2, n + d)


def test_a_vector_is_no_weight_because_of_its_gradient() -> None:
    cell = Builder("attention")
    h, p = cell.previous("h"), cell.parameter("p", cell.n, 1)
    s = cell.let("s", apply("sigmoid", matmul(transpose(p), h)))
    cell.let("h", scaled(s, matmul(cell.parameter("W", cell.n, cell.d), cell.x)))
    forward, back = cell.system(), sl.backprop(cell.system())
    assert RowLayout(forward, "transposed").flips("p") == RowLayout(back, "transposed").flips("p")
    assert back["s"].text(notation="onnx") == forward["s"].text(notation="onnx")


def test_roots_of_sums_of_sizes_in_code() -> None:
    cell = Builder("scaled")
    cell.let("h", scale(1 / sp.sqrt(cell.n + cell.d), cell.affine("h")))
    found = sl.lambdify(cell.system())(W_h=np.ones((4, 7)), b_h=np.zeros(4), x=np.ones(3), h_prev=np.ones(4)).h
    assert np.max(np.abs(found - 7 / np.sqrt(7))) <= 1e-15


@pytest.mark.parametrize("number", [sp.pi * n, sp.floor(n / 2)])
def test_sizes_that_the_code_cannot_say(number: sp.Expr) -> None:
    cell = Builder("odd")

    def compiled() -> None:
        cell.let("h", scale(number, cell.affine("h")))
        sl.lambdify(cell.system())

    with pytest.raises(SymlstmError):
        compiled()


def test_what_a_cell_cannot_say() -> None:
    cell = Builder("operators")
    h, U = cell.previous("h"), cell.parameter("U_h", cell.n, cell.n)
    with pytest.raises(SymlstmError, match="cell operators, equation h: "):
        cell.let("h", (h.T * h)[0, 0] * h)
    with pytest.raises(InputError, match="cell operators, equation h: no rule for MatPow"):
        cell.let("h", U**2 * h)
    assert cell.let("h", U * h + h).shape == (n, 1)
