"""What an attack on the package found: each stays mended."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import sympy as sp
from sympy import MatrixSymbol

import symlstm as sl
from symlstm.algebra import (
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
    stack,
    subtract,
    transpose,
    zeros,
)
from symlstm.cli import main
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


def test_numbers_are_compared_by_value() -> None:
    assert not sl.diff("lstm:forget_bias=1", "lstm:forget_bias=1.0")
    assert not sl.diff("tf1", "lstm:forget_bias=1,layout=split").changes
    with pytest.raises(InputError, match="give both the same sizes"):
        sl.diff("lstm:n=3", "lstm:n=4")


def test_a_1_by_1_matrix_is_its_own_transpose() -> None:
    s = MatrixSymbol("s", 1, 1)
    assert transpose(s) == s
    assert matmul(ones((3, 1)), s).shape == (3, 1)


def test_a_file_that_is_read_is_not_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "step.toml"
    path.write_text('[values]\n"*" = "ones"\n', encoding="utf-8")
    with pytest.raises(SystemExit) as stop:
        main(["example", str(path), "--format", "text", "-o", str(path)])
    assert stop.value.code == 2
    assert "this file is read; choose another one to write to" in capsys.readouterr().err
    assert path.read_text(encoding="utf-8").startswith("[values]")


def test_gradcheck_says_what_it_left_out() -> None:
    cell = Builder("kinked")
    cell.let("h", apply("relu", cell.affine("h")))
    back = sl.backprop(cell.system())
    values = {name: np.zeros_like(value) for name, value in random_values(back, 3, 2).items()}
    report = sl.gradcheck(back, values | {"seed_h": np.ones((3, 1))})
    assert {check.name: check.left_out for check in report.checks}["d_b_h"] == 3
    assert "(3 entries at a kink left out)" in str(report)


def test_weights_files_keep_links_and_permissions(tmp_path: Path) -> None:
    real, link = tmp_path / "real.npz", tmp_path / "link.npz"
    sl.write_weights(real, {"W": np.ones(2)})
    real.chmod(0o600)
    link.symlink_to(real)
    sl.write_weights(link, {"W": np.zeros(2)})
    assert link.is_symlink()
    assert real.stat().st_mode & 0o777 == 0o600
    assert sl.read_weights(real)["W"].tolist() == [0.0, 0.0]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.npz", "real.npz"]


def test_converters_refuse_what_is_no_model() -> None:
    weights = sl.from_library({"weight_ih": np.ones((16, 3)), "weight_hh": np.ones((16, 4))}, "pytorch")
    with pytest.raises(InputError, match="expected layers from 0 without a gap, got 0, 2"):
        sl.to_library({(0, "forward"): weights, (2, "forward"): weights}, "pytorch")
    with pytest.raises(InputError, match="forget_bias=nan cannot be converted"):
        sl.to_library(weights, "tf1", forget_bias=float("nan"))


class Module:
    """A module as PyTorch has them: weights of its own, or modules inside."""

    def __init__(self, state: dict[str, np.ndarray], inner: "dict[str, Module] | None" = None, **settings: str) -> None:
        self._parameters, self._inner = state if not inner else {}, inner or {}
        self.__dict__.update(settings)

    def named_modules(self) -> Iterator[tuple[str, "Module"]]:
        yield "", self
        yield from self._inner.items()

    def state_dict(self) -> dict[str, np.ndarray]:
        inner = {f"{name}.{key}": value for name, one in self._inner.items() for key, value in one.state_dict().items()}
        return {**self._parameters, **inner}


@pytest.mark.parametrize("scope", [None, "encoder"])
def test_a_module_inside_another_tells_its_settings(scope: str | None) -> None:
    state = {"weight_ih_l0": np.ones((4, 3)), "weight_hh_l0": np.ones((4, 4))}
    whole = Module({}, {"encoder": Module(state, nonlinearity="relu")})
    assert sl.from_library(whole, "pytorch", scope=scope).options["activation"] == "relu"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('parts.h_prev = "x"', "parts: 'x' stands for two parts"),
        ('functions.sigmoid = "\\\\tanh"', "functions: .* stands for two functions"),
        ('functions.sigmod = "f"', "unknown activation 'sigmod'; did you mean 'sigmoid'"),
        ("cell.biases = 7", "cell.biases: expected 1 or 2, got 7"),
        ('cells.gru.like = "grru"', "unknown cell in notation .*: cells.gru: like 'grru'"),
    ],
)
def test_notations_that_would_mislead(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SymlstmError, match=message):
        sl.cell("lstm").latex(notation=path)


def test_rows_are_joined_by_commas(tmp_path: Path) -> None:
    path = tmp_path / "rows.toml"
    path.write_text('layout = "row"', encoding="utf-8")
    assert sl.cell("lstm")["f"].text(notation=path) == "fₜ = σ([hₜ₋₁, xₜ]·W_f + b_f)"


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
