"""Plain and Unicode text is read to these trees."""

import pytest

from symlstm.checker.reader import read_formula, show

CASES = [
    (
        "d_a_f = d_c * c_prev * f * (1 - f)  # the forget gate",
        "(: d_a_f = (* d_c * c_prev * f * (group( (sum +1 -f))))",
    ),
    (
        "Ht = ot (.) h(Ct) + Ht-1*(Rf^T)",
        "(: Ht = (sum +(* ot (.) (call h Ct)) +(* (scripted H _[(sum +t -1)]) * (group( (scripted Rf ^[T])))))",
    ),
    (
        "h[t-1] + h_t + h(t-1) + c_t-1",
        "(: (sum +(call[ h (sum +t -1)) +h_t +(call h (sum +t -1)) +(scripted c _[(sum +t -1)])))",
    ),
    (
        "dW = dC * f[t] @ x.T + W' ** 2",
        "(: (d W) = (sum +(* (d C) * (call[ f t) @ (scripted x ^[T])) +(scripted W ^[2] ')))",
    ),
    (
        "f = sigmoid(W_f [h_prev, x] + b_f)",
        "(: f = (call @sigmoid (sum +(* W_f ~ (stack[, h_prev x)) +b_f)))",
    ),
    (
        "np.tanh(x) * relu(y)",
        "(: (* (call @tanh x) * (call @relu y)))",
    ),
    (
        "dC/df = c_prev",
        "(: (frac (d C) (d f)) = c_prev)",
    ),
    (
        "sum_t d_a[t] x^T",
        "(: (sum [t] (* (call[ d_a t) ~ (scripted x ^[T]))))",
    ),
    (
        "∂L/∂W_f = Σₜ δa_fₜ·[hₜ₋₁; xₜ]ᵀ",
        "(: (frac (partial L) (partial W_f)) = (sum [t] (* (delta (scripted a_f _[t])) cdot (scripted "
        "(stack[; (scripted h _[(sum +t -1)]); (scripted x _[t])) ^[T]))))",
    ),
    (
        "δC̃ₜ = δCₜⁱⁿ ⊙ (1 − C̃ₜ²)",
        "(: (delta (scripted (tilde C) _[t])) = (* (delta (scripted C _[t] ^[in])) odot (group( (sum +1 "
        "-(scripted (tilde C) _[t] ^[2])))))",
    ),
    (
        "Γ_f⟨ᵗ⟩ = σ(b) ∘ a⟨ᵗ⁻¹⟩",
        "(: (scripted Gamma_f ^[(group< t)]) = (* (call sigma b) circ (scripted a ^[(group< (sum +t -1))])))",
    ),
    (
        "s⁽ᵗ⁾ = 𝐖 x⁽ᵗ⁻¹⁾ × ½",
        "(: (scripted s ^[(group( t)]) = (* W ~ (scripted x ^[(group( (sum +t -1))]) times 1/2))",
    ),
    (
        "W_f,hᵀ·δa_fₜ",
        "(: (* (scripted W_f _[h] ^[T]) cdot (delta (scripted a_f _[t]))))",
    ),
    (
        "a = b\n  = c\n  + d",
        "(: a = b = (sum +c +d))",
    ),
    (
        "δh₀ = x   t = T, …, 1",
        "(: (delta (scripted h _[0])) = x note[(: t = (tuple T … 1))])",
    ),
    (
        "√n + √(v + 10⁻⁵)",
        "(: (sum +(call @sqrt n) +(call @sqrt (sum +v +(scripted 10 ^[(sum -5)])))))",
    ),
    (
        "max(a_i,b) + [a_i,b]",
        "(: (sum +(call @max a_i b) +(stack[, a_i b)))",
    ),
    (
        "f′ₜ = fₜ ⊘ nₜ",
        "(: (scripted f _[t] ') = (* (scripted f _[t]) oslash (scripted n _[t])))",
    ),
]


@pytest.mark.parametrize(("text", "tree"), CASES)
def test_the_tree_of_a_plain_formula(text: str, tree: str) -> None:
    assert show(read_formula(text, "text")) == tree
