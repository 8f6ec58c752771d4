"""Unicode text for the terminal."""

import sympy
from sympy import MatrixSymbol

import symlstm as sl
from symlstm.algebra import add, apply, hadamard, matmul, n, one_minus, power, scale, stack, transpose
from symlstm.printing.unicode import display_width

f, c, x = (MatrixSymbol(name, n, 1) for name in "fcx")
W = MatrixSymbol("W_f", n, n)


def test_one_gate() -> None:
    assert sl.cell("lstm")["f"].text() == "fₜ = σ(W_f·[hₜ₋₁; xₜ] + b_f)"


def test_expressions() -> None:
    assert sl.text(hadamard(matmul(W, f), one_minus(c))) == "(W_f·fₜ) ⊙ (1 - Cₜ)"
    assert sl.text(power(apply(sl.activations.tanh, c), 2)) == "tanh²(Cₜ)"
    assert sl.text(scale(sympy.Rational(1, 2), transpose(add(f, c)))) == "1/2·(fₜ + Cₜ)ᵀ"
    assert sl.text(scale(n * n - 1, f)) == "(n^2 - 1)·fₜ"
    assert sl.text(scale(0.1, f)) == "0.1·fₜ"
    assert sl.text(transpose(stack(f, c))) == "[fₜ; Cₜ]ᵀ"


def test_block_is_aligned_at_the_equals_sign() -> None:
    lines = sl.backprop(sl.cell("lstm")).text(shapes=True).splitlines()
    places = {display_width(line[: line.index("=")]) for line in lines}
    margins = {display_width(line[: line.index("∈")]) for line in lines}
    assert len(places) == len(margins) == 1


def test_a_system_is_read_as_text() -> None:
    lstm = sl.cell("lstm")
    assert str(lstm) == lstm.text()
    assert lstm.text(notation="olah", only=["c"]) == "Cₜ = fₜ * Cₜ₋₁ + iₜ * C̃ₜ"
