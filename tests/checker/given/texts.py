"""Cells as texts write them: LaTeX of several published styles, and plain text, with the cell that each one is."""

from typing import Any

Case = tuple[str, str, dict[str, Any]]

CASES: dict[str, Case] = {
    "concat with tildes": (
        r"""\begin{aligned} f_t &= \sigma\left(W_f \cdot [h_{t-1}, x_t] + b_f\right) \\
        i_t &= \sigma\left(W_i \cdot [h_{t-1}, x_t] + b_i\right) \\
        \tilde{C}_t &= \tanh\left(W_C \cdot [h_{t-1}, x_t] + b_C\right) \\
        C_t &= f_t * C_{t-1} + i_t * \tilde{C}_t \\
        o_t &= \sigma\left(W_o [h_{t-1}, x_t] + b_o\right) \\ h_t &= o_t * \tanh(C_t) \end{aligned}""",
        "lstm", {"layout": "concat"}),
    "concat in any order": (
        r"""h_t = o_t \odot \tanh(c_t), \quad c_t = f_t \odot c_{t-1} + i_t \odot g_t \\
        g_t = \tanh(W_g \begin{bmatrix} h_{t-1} \\ x_t \end{bmatrix} + b_g) \\
        o_t = \sigma(W_o \begin{bmatrix} h_{t-1} \\ x_t \end{bmatrix} + b_o) \\
        f_t = \sigma(W_f \begin{bmatrix} h_{t-1} \\ x_t \end{bmatrix} + b_f) \\
        i_t = \sigma(W_i \begin{bmatrix} h_{t-1} \\ x_t \end{bmatrix} + b_i)""",
        "lstm", {"layout": "concat"}),
    "stack named": (
        r"""z_t = [h_{t-1}; x_t] \\ f_t = \sigma(W_f z_t + b_f) \\ i_t = \sigma(W_i z_t + b_i) \\
        o_t = \sigma(W_o z_t + b_o) \\ g_t = \tanh(W_g z_t + b_g) \\
        c_t = f_t \odot c_{t-1} + i_t \odot g_t \\ h_t = o_t \odot \tanh(c_t)""",
        "lstm", {"layout": "concat"}),
    "split with net inputs named": (
        r"""z_f = W_f x_t + U_f h_{t-1} + b_f,\; z_i = W_i x_t + U_i h_{t-1} + b_i,\;
        z_o = W_o x_t + U_o h_{t-1} + b_o,\; z_g = W_g x_t + U_g h_{t-1} + b_g \\
        f_t = \sigma(z_f),\; i_t = \sigma(z_i),\; o_t = \sigma(z_o),\; g_t = \tanh(z_g) \\
        c_t = f_t \odot c_{t-1} + i_t \odot g_t \\ h_t = o_t \odot \tanh(c_t)""",
        "lstm", {"layout": "split"}),
    "split, superscripts in brackets": (
        r"""f^{(t)} = \sigma(W_{xf} x^{(t)} + W_{hf} h^{(t-1)} + b_f) \\
        i^{(t)} = \sigma(W_{xi} x^{(t)} + W_{hi} h^{(t-1)} + b_i)
        \\ o^{(t)} = \sigma(W_{xo} x^{(t)} + W_{ho} h^{(t-1)} + b_o) \\
        \hat{c}^{(t)} = \tanh(W_{xc} x^{(t)} + W_{hc} h^{(t-1)} + b_c) \\
        c^{(t)} = f^{(t)} \circ c^{(t-1)} + i^{(t)} \circ \hat{c}^{(t)} \\ h^{(t)} = o^{(t)} \circ \tanh(c^{(t)})""",
        "lstm", {"layout": "split"}),
    "peephole": (
        r"""i_t = \sigma(W_{xi} x_t + W_{hi} h_{t-1} + w_{ci} \odot c_{t-1} + b_i) \\
        f_t = \sigma(W_{xf} x_t + W_{hf} h_{t-1} + w_{cf} \odot c_{t-1} + b_f) \\
        c_t = f_t \odot c_{t-1} + i_t \odot \tanh(W_{xc} x_t + W_{hc} h_{t-1} + b_c) \\
        o_t = \sigma(W_{xo} x_t + W_{ho} h_{t-1} + w_{co} \odot c_t + b_o) \\ h_t = o_t \odot \tanh(c_t)""",
        "lstm", {"layout": "split", "peephole": True, "names": {"W_g": "W_c", "U_g": "U_c", "b_g": "b_c"}}),
    "coupled": (
        r"""i_t = \sigma(W_i [h_{t-1}, x_t] + b_i) \\ o_t = \sigma(W_o [h_{t-1}, x_t] + b_o) \\
        g_t = \tanh(W_g [h_{t-1}, x_t] + b_g) \\ f_t = 1 - i_t \\ c_t = f_t \odot c_{t-1} + i_t \odot g_t \\
        h_t = o_t \odot \tanh(c_t)""",
        "lstm", {"coupled": True}),
    "projection": (
        r"""f_t = \sigma(W_f x_t + U_f h_{t-1} + b_f) \\ i_t = \sigma(W_i x_t + U_i h_{t-1} + b_i) \\
        o_t = \sigma(W_o x_t + U_o h_{t-1} + b_o) \\ g_t = \tanh(W_g x_t + U_g h_{t-1} + b_g) \\
        c_t = f_t \odot c_{t-1} + i_t \odot g_t \\ h_t = W_{hr} (o_t \odot \tanh(c_t))""",
        "lstm", {"layout": "split", "projection": True}),
    "plain LSTM": (
        """f = sigmoid(W_f x + U_f h_prev + b_f)
        i = sigmoid(W_i x + U_i h_prev + b_i)
        o = sigmoid(W_o x + U_o h_prev + b_o)
        c_tilde = tanh(W_c x + U_c h_prev + b_c)
        c = f * c_prev + i * c_tilde
        h = o * tanh(c)""",
        "lstm", {"layout": "split"}),
    "plain LSTM with next": (
        """f = sigmoid(W_f @ [h; x] + b_f); i = sigmoid(W_i @ [h; x] + b_i); o = sigmoid(W_o @ [h; x] + b_o)
        g = tanh(W_g @ [h; x] + b_g); c_next = f * c + i * g; h_next = o * tanh(c_next)""",
        "lstm", {"layout": "concat"}),
    "plain Unicode": (
        """fₜ = σ(W_f·[hₜ₋₁; xₜ] + b_f)
        iₜ = σ(W_i·[hₜ₋₁; xₜ] + b_i)
        oₜ = σ(W_o·[hₜ₋₁; xₜ] + b_o)
        gₜ = tanh(W_g·[hₜ₋₁; xₜ] + b_g)
        cₜ = fₜ ⊙ cₜ₋₁ + iₜ ⊙ gₜ
        hₜ = oₜ ⊙ tanh(cₜ)""",
        "lstm", {"layout": "concat"}),
    "stacked gates": (
        r"""\begin{pmatrix} i_t \\ f_t \\ o_t \\ g_t \end{pmatrix} =
        \begin{pmatrix} \sigma \\ \sigma \\ \sigma \\ \tanh \end{pmatrix} W \begin{pmatrix} x_t \\ h_{t-1} \end{pmatrix}
        \\ c_t = f_t \odot c_{t-1} + i_t \odot g_t \\ h_t = o_t \odot \tanh(c_t)""",
        "", {}),
    "functions declared": (
        r"""i_t = \phi(W_i x_t + U_i h_{t-1} + b_i) \\ f_t = \phi(W_f x_t + U_f h_{t-1} + b_f) \\
        o_t = \phi(W_o x_t + U_o h_{t-1} + b_o) \\ z_t = \psi(W_z x_t + U_z h_{t-1} + b_z) \\
        c_t = f_t \odot c_{t-1} + i_t \odot z_t \\ h_t = o_t \odot \psi(c_t)""",
        "lstm", {"layout": "split", "where": {r"\phi": "sigmoid", r"\psi": "tanh"}}),
    "GRU, reset before, keep": (
        r"""z_t = \sigma(W_z [h_{t-1}, x_t] + b_z) \\ r_t = \sigma(W_r [h_{t-1}, x_t] + b_r) \\
        \tilde{h}_t = \tanh(W_h [r_t \odot h_{t-1}, x_t] + b_h) \\
        h_t = z_t \odot h_{t-1} + (1 - z_t) \odot \tilde{h}_t""",
        "gru", {"layout": "concat"}),
    "GRU, reset before, write": (
        r"""z_t = \sigma(W_z x_t + U_z h_{t-1} + b_z) \\ r_t = \sigma(W_r x_t + U_r h_{t-1} + b_r) \\
        \hat{h}_t = \phi_h(W_h x_t + U_h (r_t \odot h_{t-1}) + b_h) \\
        h_t = (1 - z_t) \odot h_{t-1} + z_t \odot \hat{h}_t""",
        "gru", {"layout": "split", "update": "write", "where": {r"\phi_h": "tanh"}}),
    "GRU, reset after": (
        r"""u_t = \sigma(W_u x_t + U_u h_{t-1} + b_u) \\ r_t = \sigma(W_r x_t + U_r h_{t-1} + b_r) \\
        n_t = \tanh(W_n x_t + r_t \odot (U_n h_{t-1}) + b_n) \\ h_t = (1 - u_t) \odot n_t + u_t \odot h_{t-1}""",
        "gru", {"reset": "after", "biases": 1}),
    "RNN": (r"h_t = \tanh(W x_t + U h_{t-1} + b)", "rnn", {"layout": "split"}),
    "RNN of a, relu": (
        r"a^{<t>} = \operatorname{ReLU}(W_{aa} a^{\langle t-1 \rangle} + W_{ax} x^{\langle t \rangle} + b_a)",
        "rnn", {"layout": "split", "activation": "relu"}),
    "plain RNN with times": ("h_t = tanh(W_xh x_t + W_hh h_t-1 + b_h)", "rnn", {"layout": "split"}),
    "RNN in brackets": ("h[t] = tanh(W x[t] + U h[t-1] + b)", "rnn", {"layout": "split"}),
    "MGU": (
        r"""f_t = \sigma(W_f x_t + U_f h_{t-1} + b_f) \\ \tilde{h}_t = \tanh(W_h x_t + U_h (f_t \odot h_{t-1}) + b_h) \\
        h_t = (1 - f_t) \odot h_{t-1} + f_t \odot \tilde{h}_t""",
        "mgu", {"layout": "split"}),
    "minGRU": (
        r"""z_t = \sigma(W_z x_t + b_z) \\ \tilde{h}_t = W_h x_t + b_h \\
        h_t = (1 - z_t) \odot h_{t-1} + z_t \odot \tilde{h}_t""",
        "mingru", {}),
}  # fmt: skip

_ONNX = {"f": "sigmoid", "g": "tanh", "h": "tanh"}

ROWS: dict[str, Case] = {
    "PyTorch RNN": (
        r"h_t = \tanh(x_t W_{ih}^T + b_{ih} + h_{t-1}W_{hh}^T + b_{hh})",
        "rnn", {"layout": "split", "biases": 2, "turned": True}),
    "concat": (r"h_t = \tanh([h_{t-1}, x_t] W + b)", "rnn", {"layout": "concat"}),
    "sigmoid of h * W + x * U": (
        r"""f_t = sigmoid(h_{t-1} * W_f + x_t * U_f) \\ h_t = f_t \cdot h_{t-1} + (1 - f_t) \cdot tanh(x_t * U_g)""",
        "", {}),
    "ONNX LSTM, plain": (
        """it = f(Xt*(Wi^T) + Ht-1*(Ri^T) + Pi (.) Ct-1 + Wbi + Rbi)
        ft = f(Xt*(Wf^T) + Ht-1*(Rf^T) + Pf (.) Ct-1 + Wbf + Rbf)
        ct = g(Xt*(Wc^T) + Ht-1*(Rc^T) + Wbc + Rbc)
        Ct = ft (.) Ct-1 + it (.) ct
        ot = f(Xt*(Wo^T) + Ht-1*(Ro^T) + Po (.) Ct + Wbo + Rbo)
        Ht = ot (.) h(Ct)""",
        "lstm", {"layout": "split", "peephole": True, "biases": 2, "where": _ONNX, "turned": True,
                 "names": {"W_g": "W_c2", "U_g": "U_c2", "b_g": "b_c2", "bh_g": "bh_c2"}}),
}  # fmt: skip

_SPLIT = {"layout": "split"}
PUBLISHED: dict[str, tuple[str, dict[str, Any]]] = {
    "c001": ("lstm", {"layout": "split", "biases": 2}),
    "c003": ("lstm", {"layout": "split", "biases": 2}),
    "c004": ("gru", {"reset": "after", "biases": 2}),
    "c005": ("gru", {"reset": "after", "biases": 2}),
    "c042 c043 c044 c045": ("lstm", _SPLIT),
    "c046 c047 c048": ("gru", _SPLIT),
    "c069": ("lstm", {"layout": "split", "turned": True}),
    "c070": ("gru", {"layout": "split", "update": "write", "turned": True, "bare": True}),
    "c101 c102 c103": ("lstm", {"layout": "split", "bare": True}),
    "c109": ("lstm", {"layout": "concat", "head": True}),
    "c128": ("rnn", {"layout": "split", "bare": True}),
    "c132 c133": ("lstm", {"layout": "split", "bare": True}),
    "c228": ("lstm", {"layout": "split", "peephole": True, "where": {"g": "tanh", "h": "tanh"}}),
    "c071 c072 c073 c074 c075 c076": ("lstm", {"layout": "concat"}),
    "c100": ("rnn", _SPLIT),
}
"""Formulas of the public corpus that are whole cells, by their numbers; `bare` ones have no biases."""
