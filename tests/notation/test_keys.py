"""Every key of a profile, in files of one's own: what it prints, and the one line that says what is wrong."""

from collections.abc import Callable

import pytest
from sympy import MatrixSymbol

import symlstm as sl
from symlstm.algebra import add, apply, hadamard, matmul, n, one_minus, ones
from symlstm.errors import InputError
from symlstm.notation import FunctionName, Profile, function_name

lstm = sl.cell("lstm")
split = sl.cell("lstm", layout="split")


Own = Callable[[str], Profile]

PRINTED = {
    "a bare time": ('time = "bare"', "c", r"C^t = f^t \odot C^{t-1} + i^t \odot \tilde{C}^t"),
    "bold letters": (
        'bold = "all"',
        "f",
        r"\mathbf{f}_t = \sigma(\mathbf{W}_f \mathbf{x}_t + \mathbf{U}_f \mathbf{h}_{t-1} + \mathbf{b}_f)",
    ),
    "bold matrices": ('bold = "matrices"', "f", r"f_t = \sigma(\mathbf{W}_f x_t + \mathbf{U}_f h_{t-1} + b_f)"),
    "bold Greek letters": (
        'bold = "all"\nsymbols.f = { letter = "gamma" }\ninline = []',
        "d_f",
        r"\delta \boldsymbol{\gamma}_t = \delta \mathbf{C}_t \odot \mathbf{C}_{t-1}",
    ),
    "labels above": (
        'families.W = { letter = "W", superscript = "{gate}" }',
        "d_W_f",
        r"\frac{\partial L}{\partial W^f} = \delta a_{f,t} x_t^{\top}",
    ),
    "upright labels": (
        'label_font = "upright"',
        "f",
        r"f_t = \sigma(W_{\mathrm{f}} x_t + U_{\mathrm{f}} h_{t-1} + b_{\mathrm{f}})",
    ),
    "functions": (
        'functions.sigmoid = "sigm"\nfunctions.tanh = "\\\\phi"\nfunctions."tanh(c)" = "\\\\sigma_h"',
        "h",
        r"h_t = o_t \odot \sigma_h(C_t)",
    ),
    "terms": ('terms = ["b", "U", "W"]', "f", r"f_t = \sigma(b_f + U_f h_{t-1} + W_f x_t)"),
    "terms that are not listed stay": ('terms = ["b", "W"]', "f", r"f_t = \sigma(b_f + U_f h_{t-1} + W_f x_t)"),
    "factors": ('factors = ["tanh(c)", "o"]', "h", r"h_t = \tanh(C_t) \odot o_t"),
    "factors among others stay": (
        'factors = ["tanh(c)", "o"]',
        "d_a_o",
        r"\delta a_{o,t} = \delta h_t \odot \tanh(C_t) \odot o_t \odot (1 - o_t)",
    ),
    "net inputs with an accent": (
        'families.a = { letter = "{gate}", accent = "hat", timed = true }',
        "d_a_f",
        r"\delta \hat{f}_t = \delta C_t \odot C_{t-1} \odot f_t \odot (1 - f_t)",
    ),
    "a hidden time": (
        "symbols.f = { letter = 'f', timed = false }",
        "c",
        r"C_t = f \odot C_{t-1} + i_t \odot \tilde{C}_t",
    ),
    "a prime": (
        'transpose = "\\\\prime"\nsymbols.f = { letter = "f", accent = "prime" }',
        "d_W_f",
        r"\frac{\partial L}{\partial W_f} = \delta a_{f,t} x_t^{\prime}",
    ),
    "no sign": ('hadamard = ""', "c", r"C_t = f_t C_{t-1} + i_t \tilde{C}_t"),
    "no sign, but a gradient": ('hadamard = ""', "d_f", r"\delta f_t = \delta C_t \odot C_{t-1}"),
}


@pytest.mark.parametrize("case", PRINTED)
def test_printed(case: str, own: Own) -> None:
    text, name, expected = PRINTED[case]
    assert sl.backprop(split)[name].latex(notation=own(text), net_inputs="inline") == expected


def test_no_sign_only_where_it_cannot_be_misread(own: Own) -> None:
    profile = own('hadamard = ""')
    f, c, W = MatrixSymbol("f", n, 1), MatrixSymbol("c", n, 1), MatrixSymbol("W_f", n, n)
    assert sl.latex(hadamard(f, c), notation=profile) == "f_t C_t"
    assert sl.latex(hadamard(f, one_minus(c)), notation=profile) == r"f_t \odot (1 - C_t)"
    assert sl.latex(hadamard(one_minus(f), c), notation=profile) == "(1 - f_t) C_t"
    assert sl.latex(hadamard(W, W), notation=profile) == r"W_f \odot W_f"
    assert sl.latex(hadamard(matmul(W, f), c), notation=profile) == "(W_f f_t) C_t"
    assert sl.latex(hadamard(f, matmul(W, c)), notation=profile) == r"f_t \odot (W_f C_t)"
    assert r"f_t \odot C_{t-1}" in sl.cell("lstm", B=True).latex(notation=profile)
    assert r"f_t \odot" not in sl.cell("lstm", B=True, n=1).latex(notation=profile, only="f")


def test_accents_of_identifiers() -> None:
    names = {
        "f_prime": "f'_t", "i_hat": r"\hat{i}_t", "c_tilde_prev": r"\tilde{C}_{t-1}", "x_bar": r"\bar{x}_t",
        "g_hat": r"\hat{\tilde{C}}_t", "d_f_prime": r"\delta f'_t", "seed_f_prime": r"\delta f_t^{\prime \mathrm{in}}",
    }  # fmt: skip
    for name, expected in names.items():
        assert sl.latex(MatrixSymbol(name, n, 1)) == expected
    assert sl.text(MatrixSymbol("f_prime", n, 1)) == "f′ₜ"
    f = MatrixSymbol("f_prime", n, 1)
    assert sl.latex(f.T) == r"(f'_t)^{\top}"
    assert sl.latex(MatrixSymbol("f_prime", n, 1), notation="greff") == r"\mathbf{f}^{\prime t}"


def test_stacks(own: Own) -> None:
    for kind in ("bmatrix", "pmatrix"):
        expected = rf"f_t = \sigma\left(W_f \begin{{{kind}}} h_{{t-1}} \\ x_t \end{{{kind}}} + b_f\right)"
        assert lstm["f"].latex(notation=own(f'stack = "{kind}"')) == expected


def test_a_family_alone_needs_no_second_letter() -> None:
    assert lstm["f"].latex(notation="graves") == r"f_t = \sigma(W_f [h_{t-1}; x_t] + b_f)"
    assert split["f"].latex(notation="pytorch") == r"f_t = \sigma(W_{if} x_t + W_{hf} h_{t-1} + b_f)"
    assert sl.cell("minlstm")["f"].latex(notation="pytorch") == r"f_t = \sigma(W_f x_t + b_f)"


def test_candidates_are_put_in_only_where_that_is_asked_for(own: Own) -> None:
    profile = own('inline = ["g"]')
    assert [line.split(" &=")[0] for line in lstm.latex(notation=profile).splitlines()[1:-1]] == [
        "f_t", "i_t", "o_t", "C_t", "h_t",
    ]  # fmt: skip
    assert lstm.latex(notation=profile, net_inputs="inline").count("&=") == 6
    assert lstm.latex(notation=profile, only="g").count(r"\tilde{C}_t &= \tanh(W_g") == 1
    assert lstm["c"].latex(notation=profile) == lstm["c"].latex()
    assert sl.backprop(lstm).latex(notation=profile) == sl.backprop(lstm).latex()


def test_an_order_keeps_definitions_above_their_use(own: Own) -> None:
    def order(system: sl.System, profile: Profile) -> list[str]:
        return [line.partition(" ")[0] for line in system.text(notation=profile).splitlines()]

    profile = own('order = ["o", "i", "c", "h"]\nsymbols.c = { letter = "c" }')
    assert order(lstm, profile) == ["fₜ", "oₜ", "iₜ", "C̃ₜ", "cₜ", "hₜ"]
    peephole = sl.cell("lstm", peephole=True)
    assert order(peephole, profile) == order(peephole, own('symbols.c = { letter = "c" }'))


def test_stacked_gates() -> None:
    zaremba = lstm.text(notation="zaremba").splitlines()
    assert zaremba[0] == "[iₜ; fₜ; oₜ; gₜ] = [sigm; sigm; sigm; tanh] T_(n+d,4n) [hₜ₋₁; xₜ]"
    assert sl.cell("lstm", n=5, d=3).latex(notation="zaremba").count("T_{8,20}") == 1
    assert r"\in \mathbb{R}^{4 n}" in lstm.latex(notation="zaremba", shapes=True)
    assert "T_{n+d,4n}" in sl.cell("lstm", B=True).latex(notation="zaremba")
    for system in (split, sl.cell("lstm", peephole=True), sl.cell("gru"), sl.backprop(lstm)):
        assert "T_{" not in system.latex(notation="zaremba")
    assert lstm["f"].text(notation="zaremba") == "fₜ = sigm(W_f·[hₜ₋₁; xₜ] + b_f)"
    assert "T_{" not in lstm.latex(notation="zaremba", net_inputs="inline")


def test_a_cell_may_differ(own: Own) -> None:
    profile = own('cells.gru.symbols.g = { letter = "k" }\ncells.gru.labels.z = "u"\n[cells.mgu]\nlike = "gru"')
    assert sl.cell("gru")["g"].text(notation=profile).startswith("kₜ = ")
    assert sl.backprop(sl.cell("gru"))["z"].text(notation=profile) == "zₜ = σ(a_uₜ)"
    assert sl.cell("mgu")["g"].text(notation=profile).startswith("kₜ = ")
    assert lstm["g"].text(notation=profile).startswith("C̃ₜ = ")


def test_second_derivatives_and_own_cells_print_in_every_notation() -> None:
    cell = sl.Builder("own")
    c = cell.let("c", hadamard(cell.gate("k", "relu"), cell.previous("c")))
    cell.let("h", add(apply("tanh", c), ones((n, 1))))
    for name in sl.NOTATIONS:
        twice = sl.backprop(sl.backprop(cell.system()))
        assert twice.latex(notation=name).count("&=") == len(twice)


@pytest.mark.parametrize("cell", sl.CELLS)
def test_every_cell_prints_in_every_notation(cell: str) -> None:
    back = sl.backprop(sl.cell(cell))
    for name in sl.NOTATIONS:
        assert back.text(notation=name).count(" = ") >= len(back)
        assert back.latex(notation=name, only=list(back.outputs))


def test_names_that_print_alike_are_refused(own: Own) -> None:
    with pytest.raises(InputError, match="W_z and W_g print alike"):
        sl.cell("gru").latex(notation=own('labels.g = "z"'))
    with pytest.raises(InputError, match="f and f_prev print alike|f_prev and f print alike"):
        sl.cell("greff-fgr").latex(notation=own('symbols.f = { letter = "f", timed = false }'))
    with pytest.raises(InputError, match=r"symbols\.f prints like W|print alike"):
        lstm.latex(notation=own('bold = "matrices"\nlabels.f = "i"'))


def test_function_names() -> None:
    assert function_name(r"\sigma_g") == FunctionName(r"\sigma_g", "σ_g")
    assert function_name("sigm") == FunctionName(r"\operatorname{sigm}", "sigm")
    assert function_name("f") == FunctionName("f", "f")
    assert function_name(r"\mathcal{H}") == FunctionName(r"\mathcal{H}", "H")
    assert function_name(r"\operatorname{sg}_{in}") == FunctionName(r"\operatorname{sg}_{\mathrm{in}}", "sg_in")
    for bad in ("", r"\frac", "a b", r"\sigma^2", "f(x)", "{f}"):
        assert function_name(bad) is None


def test_an_inlined_equation_prints_as_it_is_in_the_notation_of_its_system() -> None:
    lines = {line.name: line for line in sl.cell("gru", layout="split").inlined()}
    assert lines["g"].text(notation="d2l") == "H̃ₜ = tanh(Xₜ·W_xh + (Rₜ ⊙ Hₜ₋₁)·W_hh + b_h)"
    assert split["f"].text(notation="greff") == "fᵗ = σ(f̄ᵗ)"
    assert split.inlined()[0].text(notation="greff") == "fᵗ = σ(W_f·xᵗ + R_f·yᵗ⁻¹ + b_f)"
