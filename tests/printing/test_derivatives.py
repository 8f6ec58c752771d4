"""Tangents and Jacobians in print: pinned lines, and every cell in every notation, no two names printed alike."""

from dataclasses import replace

import pytest
from sympy import Identity, MatrixSymbol

import symlstm as sl
from symlstm.algebra import add, d, diag, hadamard, kronecker, matmul, n, transpose
from symlstm.errors import InputError
from symlstm.notation import notation
from symlstm.printing.pretty import PrettyPrinter
from symlstm.system import Role, System

LSTM = sl.cell("lstm")
RNN = sl.cell("rnn")
HVP = sl.jvp(sl.backprop(RNN))
LINES: dict[str, tuple[System, str, str, str]] = {
    "net input": (
        sl.jvp(LSTM), "dot_a_f",
        r"\dot{a}_{f,t} = \dot{W}_f [h_{t-1}; x_t] + W_f [\dot{h}_{t-1}; \dot{x}_t] + \dot{b}_f",
        "ȧ_fₜ = Ẇ_f·[hₜ₋₁; xₜ] + W_f·[ḣₜ₋₁; ẋₜ] + ḃ_f",
    ),
    "accent under the dot": (
        sl.jvp(LSTM), "dot_g", r"\dot{\tilde{C}}_t = (1 - \tilde{C}_t^{2}) \odot \dot{a}_{g,t}",
        "C\u0303\u0307ₜ = (1 - C\u0303ₜ²) ⊙ ȧ_gₜ",
    ),
    "a letter that has a dot": (
        sl.jvp(LSTM), "dot_i", r"\dot{i}_t = i_t \odot (1 - i_t) \odot \dot{a}_{i,t}",
        "i\u0307\u0307ₜ = iₜ ⊙ (1 - iₜ) ⊙ ȧ_iₜ",
    ),
    "tangent of an adjoint": (
        HVP, "dot_d_a_h",
        r"\dot{\delta} a_{h,t} = \dot{\delta} h_t \odot (1 - h_t^{2}) - 2 \delta h_t \odot h_t \odot \dot{h}_t",
        "δ\u0307a_hₜ = δ\u0307hₜ ⊙ (1 - hₜ²) - 2·δhₜ ⊙ hₜ ⊙ ḣₜ",
    ),
    "tangent of a gradient": (
        HVP, "dot_d_b_h", r"\frac{\partial \dot{L}}{\partial b_h} = \dot{\delta} a_{h,t}",
        "∂L\u0307/∂b_h = δ\u0307a_hₜ",
    ),
    "direction of a seed": (
        HVP, "dot_d_h", r"\dot{\delta} h_t = \dot{\delta} h_t^{\mathrm{in}}", "δ\u0307hₜ = δ\u0307hₜⁱⁿ",
    ),
    "adjoint of a tangent": (
        sl.backprop(sl.jvp(RNN)), "d_dot_a_h", r"\delta \dot{a}_{h,t} = \delta \dot{h}_t \odot (1 - h_t^{2})",
        "δȧ_hₜ = δḣₜ ⊙ (1 - hₜ²)",
    ),
    "gradient by a direction": (
        sl.backprop(sl.jvp(RNN)), "d_dot_b_h", r"\frac{\partial L}{\partial \dot{b}_h} = \delta \dot{a}_{h,t}",
        "∂L/∂ḃ_h = δȧ_hₜ",
    ),
    "block of a stack of directions": (
        sl.backprop(sl.jvp(RNN)), "d_dot_x", r"\delta \dot{x}_t = W_{h,x}^{\top} \delta \dot{a}_{h,t}",
        "δẋₜ = W_h,xᵀ·δȧ_hₜ",
    ),
    "second tangent": (
        sl.jvp(sl.jvp(RNN, "x"), "dot_x"), "dot2_dot_h",
        r"\mathrm{D}_2 \dot{h}_t = (1 - h_t^{2}) \odot \mathrm{D}_2 \dot{a}_{h,t}",
        "D₂ḣₜ = (1 - hₜ²) ⊙ D₂ȧ_hₜ",
    ),
    "gate by state": (
        sl.jacobian(LSTM, "h", "h_prev"), "J_f_by_h_prev",
        r"\frac{\mathrm{d} f_t}{\mathrm{d} h_{t-1}} = \operatorname{diag}(f_t \odot (1 - f_t)) \, W_{f,h}",
        "dfₜ/dhₜ₋₁ = diag(fₜ ⊙ (1 - fₜ))·W_f,h",
    ),
    "state by state, total": (
        sl.jacobian(LSTM, "h", "c_prev"), "J_h_by_c_prev",
        r"\frac{\mathrm{d} h_t}{\mathrm{d} C_{t-1}} = \operatorname{diag}(o_t \odot (1 - \tanh^{2}(C_t))) \, "
        r"\frac{\mathrm{d} C_t}{\mathrm{d} C_{t-1}}",
        "dhₜ/dCₜ₋₁ = diag(oₜ ⊙ (1 - tanh²(Cₜ)))·(dCₜ/dCₜ₋₁)",
    ),
    "state by state, partial": (
        sl.jacobian(LSTM, "c", "c_prev", "partial"), "partial_c_by_c_prev",
        r"\frac{\partial C_t}{\partial C_{t-1}} = \operatorname{diag}(f_t)", "∂Cₜ/∂Cₜ₋₁ = diag(fₜ)",
    ),
    "by a matrix": (
        sl.jacobian(LSTM, "f", "W_f"), "J_f_by_W_f",
        r"\frac{\mathrm{d} f_t}{\mathrm{d} \operatorname{vec}(W_f)} = \operatorname{diag}(f_t \odot (1 - f_t)) \, "
        r"([h_{t-1}; x_t]^{\top} \otimes I_{n})",
        "dfₜ/dvec(W_f) = diag(fₜ ⊙ (1 - fₜ))·([hₜ₋₁; xₜ]ᵀ ⊗ I)",
    ),
    "of a matrix": (
        sl.jacobian(sl.cell("mlstm"), "c", "c_prev"), "J_c_by_c_prev",
        r"\frac{\mathrm{d} \operatorname{vec}(C_t)}{\mathrm{d} \operatorname{vec}(C_{t-1})} = f_t I_{n^{2}}",
        "dvec(Cₜ)/dvec(Cₜ₋₁) = fₜ·I",
    ),
    "adjoint of a Jacobian": (
        sl.backprop(sl.jacobian(RNN, "h", "h_prev")), "d_J_h_by_h_prev",
        r"\delta \left(\frac{\mathrm{d} h_t}{\mathrm{d} h_{t-1}}\right) = "
        r"\delta \left(\frac{\mathrm{d} h_t}{\mathrm{d} h_{t-1}}\right)^{\mathrm{in}}",
        "δ(dhₜ/dhₜ₋₁) = δ(dhₜ/dhₜ₋₁)ⁱⁿ",
    ),
}  # fmt: skip
ROWS = {
    ("keras", "h_prev"): r"\frac{\mathrm{d} f_t}{\mathrm{d} h_{t-1}} = W_{f,h} \operatorname{diag}(f_t * (1 - f_t))",
    ("keras", "W_f"): r"\frac{\mathrm{d} f_t}{\mathrm{d} \operatorname{vec}(W_f^{\top})} = "
    r"([h_{t-1}, x_t]^{\top} \otimes I_{n}) \operatorname{diag}(f_t * (1 - f_t))",
    ("onnx", "h_prev"): r"\frac{\mathrm{d} f_t}{\mathrm{d} H_{t-1}} = W_{f,H}^{T} "
    r"\operatorname{diag}(f_t \odot (1 - f_t))",
    ("onnx", "W_f"): r"\frac{\mathrm{d} f_t}{\mathrm{d} \operatorname{vec}(W_f)} = ([H_{t-1}, X_t]^{T} \otimes I_{n}) "
    r"\operatorname{diag}(f_t \odot (1 - f_t))",
}


@pytest.mark.parametrize("case", LINES)
def test_pinned(case: str) -> None:
    system, name, latex, text = LINES[case]
    assert system[name].latex() == latex
    assert system[name].text() == text


@pytest.mark.parametrize(("profile", "wrt"), ROWS)
def test_row_vectors(profile: str, wrt: str) -> None:
    """Rows times a Jacobian: dh_t = dh_{t−1} J; vec is that of the matrix as columns would have it."""
    assert sl.jacobian(LSTM, "f", wrt)[f"J_f_by_{wrt}"].latex(notation=profile) == ROWS[profile, wrt]


@pytest.mark.parametrize("name", sl.CELLS)
@pytest.mark.parametrize("profile", sl.NOTATIONS)
def test_every_cell_in_every_notation(name: str, profile: str) -> None:
    """A System is refused where two of its names print alike."""
    step = sl.cell(name)
    systems = [sl.jvp(step), sl.jvp(sl.backprop(step)), sl.jacobian(step, step.outputs[-1], step.states[0])]
    for system in systems:
        assert sl.latex(system, notation=profile)
        assert len(set(sl.text(system, notation=profile, net_inputs="show").splitlines())) == len(system)


@pytest.mark.parametrize("profile", sl.NOTATIONS)
def test_derivatives_of_derivatives(profile: str) -> None:
    for system in (
        sl.backprop(sl.jvp(LSTM)), sl.jvp(sl.jvp(LSTM)), sl.backprop(HVP), sl.jvp(sl.jacobian(RNN, "h", "W_h")),
    ):  # fmt: skip
        assert sl.latex(system, notation=profile)
        assert sl.text(system, notation=profile)


def test_net_inputs_are_shown_where_a_derivative_needs_them() -> None:
    def shown(system: System) -> bool:
        return "a_fₜ =" in system.text()

    assert shown(sl.jvp(LSTM))
    assert not shown(sl.jacobian(LSTM, "h", "h_prev"))
    assert shown(sl.jacobian(LSTM, "a_f", "h_prev"))
    cell = sl.Builder("own")
    cell.let("h", cell.gate("f", "silu"))
    assert shown(sl.jacobian(cell.system(), "h", "h_prev"))


def test_names_that_print_alike_are_refused() -> None:
    """h_t with and without a printed time."""
    timeless = {"h": {"letter": "h", "timed": False}}
    own = replace(notation(), symbols={**notation().symbols, **timeless})
    with pytest.raises(InputError, match="h_prev and h print alike"):
        sl.jacobian(RNN, "h", "h_prev").latex(notation=own)
    assert own.alike(["J_h_by_x", "J_h_prev_by_x"]) == ("J_h_by_x", "J_h_prev_by_x")
    assert own.alike(["J_x_by_h", "partial_x_by_h", "dot_h", "d_h"]) is None


def test_kronecker_products_where_the_elementwise_sign_is_the_same() -> None:
    a, b = MatrixSymbol("W_f", n, n), MatrixSymbol("W_i", n, n)
    own = replace(notation(), hadamard=r"\otimes")
    both = hadamard(kronecker(a, b), kronecker(b, a))
    assert sl.latex(kronecker(a, b)) == r"W_f \otimes W_i"
    assert sl.latex(both) == r"(W_f \otimes W_i) \odot (W_i \otimes W_f)"
    assert sl.latex(both, notation=own) == (r"\operatorname{kron}(W_f, W_i) \otimes \operatorname{kron}(W_i, W_f)")
    assert sl.text(kronecker(a, b), notation=own) == "kron(W_f, W_i)"


def test_brackets() -> None:
    a, b, v = (MatrixSymbol(name, n, side) for name, side in (("W_f", n), ("W_i", n), ("h", 1)))
    nested = matmul(kronecker(add(a, b), kronecker(transpose(a), b)), kronecker(kronecker(v, v), v))
    assert sl.text(nested) == "((W_f + W_i) ⊗ (W_fᵀ ⊗ W_i))·((hₜ ⊗ hₜ) ⊗ hₜ)"
    assert sl.text(add(kronecker(a, b), kronecker(b, a))) == "W_f ⊗ W_i + W_i ⊗ W_f"
    assert str(PrettyPrinter(notation()).print(matmul(kronecker(a, a), kronecker(v, v)))) == "(W_f ⊗ W_f)·(hₜ ⊗ hₜ)"
    assert str(PrettyPrinter(notation()).print(matmul(diag(v), a))) == "diag(hₜ)·W_f"


def test_sizes_that_are_products() -> None:
    line = sl.jacobian(LSTM, "f", "W_f")["J_f_by_W_f"]
    assert line.latex(shapes=True).endswith(r"\qquad \in \mathbb{R}^{n \times n (n + d)}")
    assert line.text(shapes=True).endswith("∈ ℝ^(n × n(n + d))")
    assert sl.latex(Identity(n + d)) == "I_{n + d}"
    assert sl.latex(Identity(n * (n + d))) == "I_{n (n + d)}"


def test_worked_examples_have_their_headings() -> None:
    for system, heading in ((sl.jvp(RNN), "Tangents"), (sl.jacobian(RNN, "h", "W_h"), "Jacobian")):
        text = sl.example(system, {"*": "random"}, sizes={"n": 2, "d": 1}).text()
        assert heading in text
        assert "Backward" not in text
    product = sl.example(HVP, {"*": "random"}, sizes={"n": 2, "d": 1}).text()
    assert "L is the sum of the entries of hₜ." in product


def test_every_role_of_a_derivative_is_printed_here() -> None:
    roles = {line.role for system, name, _, _ in LINES.values() for line in system if line.name == name}
    assert roles == {Role.TANGENT, Role.JACOBIAN, Role.ADJOINT}
