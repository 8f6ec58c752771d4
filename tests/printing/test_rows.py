"""Row vectors: what a notation of rows prints is the same mathematics, checked in numbers."""

import numpy as np
import pytest

import symlstm as sl
from symlstm.notation import notation
from symlstm.printing.rows import laid_out, layout_of
from symlstm.system import System
from symlstm.worked import question
from tests.support import random_values, relative_error

ROWS = [name for name in sl.NOTATIONS if notation(name).layout == "row"]
CELLS = {
    "lstm": {"layout": "split", "biases": 2},
    "lstm-concat": {"peephole": True},
    "gru": {"reset": "after", "biases": 2},
    "rnn": {},
}


def systems() -> dict[str, System]:
    forward = {name: sl.cell(name.split("-")[0], **options) for name, options in CELLS.items()}
    return forward | {f"{name} backward": sl.backprop(system) for name, system in forward.items()}


def test_there_are_such_notations() -> None:
    assert {"d2l", "keras", "onnx"} <= set(ROWS)


@pytest.mark.parametrize("name", ROWS)
@pytest.mark.parametrize("system", systems().values(), ids=systems())
def test_rows_have_the_values_of_columns(system: System, name: str) -> None:
    profile, values = notation(name), random_values(system, 4, 3)
    layout, rows = layout_of(system, profile), laid_out(system, profile)
    assert layout is not None
    given = {key: value.T if layout.flips(key) else value for key, value in values.items()}
    ours, reference = sl.lambdify(rows)(**given), sl.lambdify(system)(**values)
    for key, value in reference.items():
        assert relative_error(ours[key], value.T if layout.flips(key) else value) <= 1e-13, key


@pytest.mark.parametrize("name", ROWS)
def test_gradients_have_the_shape_of_what_they_belong_to(name: str) -> None:
    shapes = laid_out(sl.backprop(sl.cell("lstm")), notation(name)).shapes
    assert shapes["d_W_f"] == shapes["W_f"]
    assert shapes["d_x"] == shapes["x"] == (1, sl.algebra.d)


def test_weights_stand_on_the_right_or_transposed() -> None:
    lstm = sl.cell("lstm", layout="split")
    assert lstm["f"].text(notation="keras") == "fₜ = σ(xₜ·W_f + hₜ₋₁·U_f + b_f)"
    assert lstm["f"].text(notation="onnx") == "fₜ = f(Xₜ·W_fᵀ + Hₜ₋₁·R_fᵀ + W_bf)"
    back = sl.backprop(lstm)
    assert back["d_W_f"].text(notation="keras") == "∂L/∂W_f = xₜᵀ·δa_fₜ"
    assert back["d_W_f"].text(notation="onnx") == "∂L/∂W_f = δa_fₜᵀ·Xₜ"
    assert back["d_x"].text(notation="keras").startswith("δxₜ = δa_fₜ·W_fᵀ + ")
    assert back["d_x"].text(notation="onnx").startswith("δXₜ = δa_fₜ·W_f + ")


def test_a_stack_lies_on_its_side() -> None:
    back = sl.backprop(sl.cell("lstm"))
    assert back["d_W_f"].text(notation="d2l") == "∂L/∂W_f = [Hₜ₋₁, Xₜ]ᵀ·δa_fₜ"
    assert (
        back["d_W_f"]
        .latex(notation="d2l")
        .endswith(r"[\mathbf{H}_{t-1}, \mathbf{X}_t]^{\top} \delta \mathbf{a}_{\mathrm{f},t}")
    )


def test_a_batch_has_rows() -> None:
    text = sl.cell("lstm", B=True, layout="split").text(notation="d2l", only="f", shapes=True)
    assert text == "Fₜ = σ(Xₜ·W_xf + Hₜ₋₁·W_hf + 𝟏·b_f)   ∈ ℝ^(B × n)"


def test_shapes_and_json_are_those_of_rows() -> None:
    from symlstm.printing.document import equations_json

    lstm = sl.cell("lstm", layout="split")
    assert lstm.latex(notation="keras", shapes=True, only="c").endswith(
        r"&& \in \mathbb{R}^{1 \times n}" "\n" r"\end{aligned}"
    )
    assert '"shape": "(1, n)"' in equations_json(lstm, notation="keras")


def test_expressions_and_equations_without_a_system() -> None:
    back = sl.backprop(sl.cell("lstm", layout="split"))
    for name in ("d_b_f", "d_W_f", "d_x"):
        closed = back.closed_form(name)
        assert sl.text(closed, notation="d2l") == sl.text(closed, notation="d2l", system=back)
    assert sl.text(back.closed_form("d_W_f"), notation="d2l").startswith("Xₜᵀ·(")
    assert sl.text(back.closed_form("d_W_f"), notation="onnx", system=back).endswith(")ᵀ·Xₜ")
    assert back.lines[0].system is None
    assert back.lines[0].text(notation="d2l") == back[back.lines[0].name].text(notation="d2l")


@pytest.mark.parametrize("name", ROWS)
def test_a_worked_example_is_in_rows(name: str) -> None:
    columns, rows = (question(sl.backprop(sl.cell("lstm")), notation=other) for other in ("default", name))
    assert rows.values["x"].shape == (1, 5)
    assert np.array_equal(rows.values["f"], columns.values["f"].T)
    results = rows.text().split("Results")[1]
    assert "≈ [0.4750, 0.6900, 0.5498, 0.4875, 0.6682]" in results
    assert "identities, which leave" in results


def test_a_worked_batch_in_rows() -> None:
    lstm = sl.cell("lstm")
    values = random_values(lstm, 2, 2) | {"x": np.ones((2, 3)), "h_prev": np.zeros((2, 3)), "c_prev": np.zeros((2, 3))}
    example = sl.example(lstm, values, notation="keras")
    assert example.values["h"].shape == (3, 2)
    assert example.text().split("Results")[1].count("⎡") == 6


def test_wide_products_are_broken_before_a_sign() -> None:
    latex = question(sl.cell("lstm", layout="split"), notation="keras").latex()
    assert r"&\quad * \tanh\left(" in latex
    assert r"\sigma\left(\begin{aligned} & \begin{bmatrix} -0.1" in latex
    text = question(sl.backprop(sl.cell("lstm", layout="split")), notation="onnx").text()
    assert "\n      ⊙ " in text
