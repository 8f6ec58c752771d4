"""Each notation prints what its source prints: the lines below were written from the sources, not from our output.

Where a source writes time, or a bias, in another way than the step that we print, the comment says so.
"""

import re

import pytest

import symlstm as sl
from symlstm.notation import notation

# PyTorch 2.13, docstrings of torch.nn.LSTM, GRU and RNN; h_{(t-1)} of the GRU is h_{t-1} here.
PYTORCH = {
    "lstm": r"""
        i_t &= \sigma(W_{ii} x_t + b_{ii} + W_{hi} h_{t-1} + b_{hi})
        f_t &= \sigma(W_{if} x_t + b_{if} + W_{hf} h_{t-1} + b_{hf})
        g_t &= \tanh(W_{ig} x_t + b_{ig} + W_{hg} h_{t-1} + b_{hg})
        o_t &= \sigma(W_{io} x_t + b_{io} + W_{ho} h_{t-1} + b_{ho})
        c_t &= f_t \odot c_{t-1} + i_t \odot g_t
        h_t &= o_t \odot \tanh(c_t)""",
    "gru": r"""
        r_t &= \sigma(W_{ir} x_t + b_{ir} + W_{hr} h_{t-1} + b_{hr})
        z_t &= \sigma(W_{iz} x_t + b_{iz} + W_{hz} h_{t-1} + b_{hz})
        n_t &= \tanh(W_{in} x_t + b_{in} + r_t \odot (W_{hn} h_{t-1} + b_{hn}))
        h_t &= (1 - z_t) \odot n_t + z_t \odot h_{t-1}""",
    "rnn": r"""
        h_t &= \tanh(x_t W_{ih}^T + b_{ih} + h_{t-1} W_{hh}^T + b_{hh})""",
}

# Olah 2015, Understanding LSTM Networks; the page writes W_f \cdot [h_{t-1}, x_t], and no biases for the GRU.
OLAH = {
    "lstm": r"""
        f_t &= \sigma(W_f \cdot [h_{t-1}, x_t] + b_f)
        i_t &= \sigma(W_i \cdot [h_{t-1}, x_t] + b_i)
        o_t &= \sigma(W_o \cdot [h_{t-1}, x_t] + b_o)
        \tilde{C}_t &= \tanh(W_C \cdot [h_{t-1}, x_t] + b_C)
        C_t &= f_t * C_{t-1} + i_t * \tilde{C}_t
        h_t &= o_t * \tanh(C_t)""",
    "gru": r"""
        z_t &= \sigma(W_z \cdot [h_{t-1}, x_t] + b_z)
        r_t &= \sigma(W_r \cdot [h_{t-1}, x_t] + b_r)
        \tilde{h}_t &= \tanh(W \cdot [r_t * h_{t-1}, x_t] + b)
        h_t &= (1 - z_t) * h_{t-1} + z_t * \tilde{h}_t""",
}

# ONNX, operators LSTM, GRU and RNN: plain text there, as in ft = f(Xt*(Wf^T) + Ht-1*(Rf^T) + Wbf + Rbf).
ONNX = {
    "lstm": r"""
        i_t &= f(X_t W_i^T + H_{t-1} R_i^T + W_{bi} + R_{bi})
        f_t &= f(X_t W_f^T + H_{t-1} R_f^T + W_{bf} + R_{bf})
        c_t &= g(X_t W_c^T + H_{t-1} R_c^T + W_{bc} + R_{bc})
        C_t &= f_t \odot C_{t-1} + i_t \odot c_t
        o_t &= f(X_t W_o^T + H_{t-1} R_o^T + W_{bo} + R_{bo})
        H_t &= o_t \odot h(C_t)""",
    "lstm peephole": r"""
        i_t &= f(X_t W_i^T + H_{t-1} R_i^T + P_i \odot C_{t-1} + W_{bi} + R_{bi})
        f_t &= f(X_t W_f^T + H_{t-1} R_f^T + P_f \odot C_{t-1} + W_{bf} + R_{bf})
        c_t &= g(X_t W_c^T + H_{t-1} R_c^T + W_{bc} + R_{bc})
        C_t &= f_t \odot C_{t-1} + i_t \odot c_t
        o_t &= f(X_t W_o^T + H_{t-1} R_o^T + P_o \odot C_t + W_{bo} + R_{bo})
        H_t &= o_t \odot h(C_t)""",
    "gru": r"""
        z_t &= f(X_t W_z^T + H_{t-1} R_z^T + W_{bz} + R_{bz})
        r_t &= f(X_t W_r^T + H_{t-1} R_r^T + W_{br} + R_{br})
        h_t &= g(X_t W_h^T + (r_t \odot H_{t-1}) R_h^T + W_{bh} + R_{bh})
        H_t &= (1 - z_t) \odot h_t + z_t \odot H_{t-1}""",
    "rnn": r"""
        H_t &= f(X_t W_i^T + H_{t-1} R_i^T + W_{bi} + R_{bi})""",
}

# Keras 3, keras/src/layers/rnn/lstm.py, gru.py, simple_rnn.py: code, c = f * c_tm1 + i * activation(x_c + h_tm1 @ …).
KERAS = {
    "lstm": r"""
        i_t &= \sigma(x_t W_i + h_{t-1} U_i + b_i)
        f_t &= \sigma(x_t W_f + h_{t-1} U_f + b_f)
        c_t &= f_t * c_{t-1} + i_t * \tanh(x_t W_c + h_{t-1} U_c + b_c)
        o_t &= \sigma(x_t W_o + h_{t-1} U_o + b_o)
        h_t &= o_t * \tanh(c_t)""",
    "gru": r"""
        z_t &= \sigma(x_t W_z + b_z + h_{t-1} U_z + b_{h,z})
        r_t &= \sigma(x_t W_r + b_r + h_{t-1} U_r + b_{h,r})
        \mathrm{hh}_t &= \tanh(x_t W_h + b_h + r_t * (h_{t-1} U_h + b_{h,h}))
        h_t &= z_t * h_{t-1} + (1 - z_t) * \mathrm{hh}_t""",
    "rnn": r"""
        h_t &= \tanh(x_t W_h + h_{t-1} U_h + b_h)""",
}

# Greff et al. 2017, LSTM: A Search Space Odyssey, section II.A; and B for the backward pass, δz̄ = δc ⊙ i ⊙ g′(z̄).
GREFF = {
    "lstm peephole": r"""
        \bar{z}^t &= W_z x^t + R_z y^{t-1} + b_z
        z^t &= g(\bar{z}^t)
        \bar{i}^t &= W_i x^t + R_i y^{t-1} + p_i \odot c^{t-1} + b_i
        i^t &= \sigma(\bar{i}^t)
        \bar{f}^t &= W_f x^t + R_f y^{t-1} + p_f \odot c^{t-1} + b_f
        f^t &= \sigma(\bar{f}^t)
        c^t &= z^t \odot i^t + c^{t-1} \odot f^t
        \bar{o}^t &= W_o x^t + R_o y^{t-1} + p_o \odot c^t + b_o
        o^t &= \sigma(\bar{o}^t)
        y^t &= h(c^t) \odot o^t""",
}

# Graves, Mohamed and Hinton 2013, equations (1) and (3)-(7); the same in Graves 2013, equations (7)-(11).
GRAVES = {
    "lstm": r"""
        i_t &= \sigma(W_{xi} x_t + W_{hi} h_{t-1} + W_{ci} c_{t-1} + b_i)
        f_t &= \sigma(W_{xf} x_t + W_{hf} h_{t-1} + W_{cf} c_{t-1} + b_f)
        c_t &= f_t c_{t-1} + i_t \tanh(W_{xc} x_t + W_{hc} h_{t-1} + b_c)
        o_t &= \sigma(W_{xo} x_t + W_{ho} h_{t-1} + W_{co} c_t + b_o)
        h_t &= o_t \tanh(c_t)""",
    "rnn": r"""
        h_t &= \mathcal{H}(W_{xh} x_t + W_{hh} h_{t-1} + b_h)""",
}

# Goodfellow, Bengio and Courville 2016, equations (10.40)-(10.44) and (10.8)-(10.9), sums over j as matrix products.
# The book squashes the candidate with σ, the cell printed here with tanh.
GOODFELLOW = {
    "lstm": r"""
        f^{(t)} &= \sigma(b^f + U^f x^{(t)} + W^f h^{(t-1)})
        g^{(t)} &= \sigma(b^g + U^g x^{(t)} + W^g h^{(t-1)})
        s^{(t)} &= f^{(t)} \odot s^{(t-1)} + g^{(t)} \odot \tanh(b + U x^{(t)} + W h^{(t-1)})
        q^{(t)} &= \sigma(b^o + U^o x^{(t)} + W^o h^{(t-1)})
        h^{(t)} &= \tanh(s^{(t)}) \odot q^{(t)}""",
    "rnn": r"""
        a^{(t)} &= b + W h^{(t-1)} + U x^{(t)}
        h^{(t)} &= \tanh(a^{(t)})""",
}

# deeplearning.ai, Sequence Models, "Building a Recurrent Neural Network - Step by Step", equations (1)-(6); the GRU is
# that of the lectures.
DEEPLEARNING_AI = {
    "lstm": r"""
        \Gamma_f^{<t>} &= \sigma(W_f [a^{<t-1>}, x^{<t>}] + b_f)
        \Gamma_u^{<t>} &= \sigma(W_u [a^{<t-1>}, x^{<t>}] + b_u)
        \tilde{c}^{<t>} &= \tanh(W_c [a^{<t-1>}, x^{<t>}] + b_c)
        c^{<t>} &= \Gamma_f^{<t>} * c^{<t-1>} + \Gamma_u^{<t>} * \tilde{c}^{<t>}
        \Gamma_o^{<t>} &= \sigma(W_o [a^{<t-1>}, x^{<t>}] + b_o)
        a^{<t>} &= \Gamma_o^{<t>} * \tanh(c^{<t>})""",
    "gru": r"""
        \Gamma_u^{<t>} &= \sigma(W_u [c^{<t-1>}, x^{<t>}] + b_u)
        \Gamma_r^{<t>} &= \sigma(W_r [c^{<t-1>}, x^{<t>}] + b_r)
        \tilde{c}^{<t>} &= \tanh(W_c [\Gamma_r^{<t>} * c^{<t-1>}, x^{<t>}] + b_c)
        c^{<t>} &= \Gamma_u^{<t>} * \tilde{c}^{<t>} + (1 - \Gamma_u^{<t>}) * c^{<t-1>}""",
    "rnn": r"""
        a^{<t>} &= \tanh(W_{aa} a^{<t-1>} + W_{ax} x^{<t>} + b_a)""",
}

# Dive into Deep Learning, d2l-en: chapter_recurrent-modern/lstm.md and gru.md, and
# chapter_recurrent-neural-networks/rnn.md; \textrm there is \mathrm here.
D2L = {
    "lstm": r"""
        I_t &= \sigma(X_t W_{xi} + H_{t-1} W_{hi} + b_i)
        F_t &= \sigma(X_t W_{xf} + H_{t-1} W_{hf} + b_f)
        O_t &= \sigma(X_t W_{xo} + H_{t-1} W_{ho} + b_o)
        \tilde{C}_t &= \tanh(X_t W_{xc} + H_{t-1} W_{hc} + b_c)
        C_t &= F_t \odot C_{t-1} + I_t \odot \tilde{C}_t
        H_t &= O_t \odot \tanh(C_t)""",
    "gru": r"""
        R_t &= \sigma(X_t W_{xr} + H_{t-1} W_{hr} + b_r)
        Z_t &= \sigma(X_t W_{xz} + H_{t-1} W_{hz} + b_z)
        \tilde{H}_t &= \tanh(X_t W_{xh} + (R_t \odot H_{t-1}) W_{hh} + b_h)
        H_t &= Z_t \odot H_{t-1} + (1 - Z_t) \odot \tilde{H}_t""",
    "rnn": r"""
        H_t &= \phi(X_t W_{xh} + H_{t-1} W_{hh} + b_h)""",
}

# Wikipedia, Long short-term memory, Gated recurrent unit, Recurrent neural network (Elman).
WIKIPEDIA = {
    "lstm": r"""
        f_t &= \sigma_g(W_f x_t + U_f h_{t-1} + b_f)
        i_t &= \sigma_g(W_i x_t + U_i h_{t-1} + b_i)
        o_t &= \sigma_g(W_o x_t + U_o h_{t-1} + b_o)
        \tilde{c}_t &= \sigma_c(W_c x_t + U_c h_{t-1} + b_c)
        c_t &= f_t \odot c_{t-1} + i_t \odot \tilde{c}_t
        h_t &= o_t \odot \sigma_h(c_t)""",
    "gru": r"""
        z_t &= \sigma(W_z x_t + U_z h_{t-1} + b_z)
        r_t &= \sigma(W_r x_t + U_r h_{t-1} + b_r)
        \hat{h}_t &= \phi(W_h x_t + U_h (r_t \odot h_{t-1}) + b_h)
        h_t &= (1 - z_t) \odot h_{t-1} + z_t \odot \hat{h}_t""",
    "rnn": r"""
        h_t &= \sigma_h(W_h x_t + U_h h_{t-1} + b_h)""",
}

# Zaremba, Sutskever and Vinyals 2014, section 3.1; the input is h_t^{l-1} there, of the same size n, hence T_{2n,4n}.
_GATES = r"\begin{pmatrix} i_t \\ f_t \\ o_t \\ g_t \end{pmatrix}"
_FUNCTIONS = r"\begin{pmatrix} \operatorname{sigm} \\ \operatorname{sigm} \\ \operatorname{sigm} \\ \tanh \end{pmatrix}"
ZAREMBA = {
    "lstm": rf"""
        {_GATES} &= {_FUNCTIONS} T_{{n+d,4n}} \begin{{pmatrix}} x_t \\ h_{{t-1}} \end{{pmatrix}}
        c_t &= f_t \odot c_{{t-1}} + i_t \odot g_t
        h_t &= o_t \odot \tanh(c_t)""",
}

SOURCES = {
    "pytorch": PYTORCH, "olah": OLAH, "onnx": ONNX, "keras": KERAS, "greff": GREFF, "graves": GRAVES,
    "goodfellow": GOODFELLOW, "deeplearning.ai": DEEPLEARNING_AI, "d2l": D2L, "wikipedia": WIKIPEDIA,
    "zaremba": ZAREMBA,
}  # fmt: skip
CASES = [(name, cell) for name, cells in SOURCES.items() for cell in cells]


def printed(name: str, cell: str) -> str:
    """What we print for the cell as the source builds it, as plain as the lines above are written."""
    cell, _, more = cell.partition(" ")
    natural = notation(name).of_cell(cell).cell
    options = {key: value for key, value in natural.items() if key in sl.CELLS[cell].options}
    return sl.cell(cell, **options | ({more: True} if more else {})).latex(notation=name)


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.strip().splitlines()]


FONTS = {"goodfellow": (r"\boldsymbol",), "greff": (r"\mathbf",), "d2l": (r"\mathbf", r"\mathrm")}


@pytest.mark.parametrize(("name", "cell"), CASES)
def test_the_lines_of_the_source(name: str, cell: str) -> None:
    ours = printed(name, cell).replace(r"^{T}", "^T")
    for font in FONTS.get(name, ()):
        ours = plain(ours, font)
    found = [line.removesuffix(r" \\") for line in ours.splitlines()[1:-1]]
    assert found == [line.replace("<", r"\langle ").replace(">", r" \rangle") for line in lines(SOURCES[name][cell])]


def plain(text: str, font: str) -> str:
    r"""The text without a font, in which every letter stands: \mathbf{X}_t is X_t, and _{\mathrm{f}} is _f."""
    assert font in text
    text = re.sub(re.escape(font) + r"\{(\w+)\}", r"\1", text)
    return re.sub(r"_\{(\w)\}", r"_\1", text)


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("d2l", r"\mathbf{H}_t = \mathbf{O}_t \odot \tanh(\mathbf{C}_t)"),
        ("greff", r"\mathbf{y}^t = h(\mathbf{c}^t) \odot \mathbf{o}^t"),
        ("goodfellow", r"\boldsymbol{h}^{(t)} = \tanh(\boldsymbol{s}^{(t)}) \odot \boldsymbol{q}^{(t)}"),
    ],
)
def test_bold_letters(name: str, line: str) -> None:
    assert sl.cell("lstm")["h"].latex(notation=name) == line


def test_every_notation_has_a_source() -> None:
    assert set(sl.NOTATIONS) == {"default", *SOURCES}


def test_gradients_of_greff_as_in_the_paper() -> None:
    back = sl.backprop(sl.cell("lstm", layout="split"))
    terms = (rf"\mathbf{{W}}_{gate}^{{T}} \delta \bar{{\mathbf{{{gate}}}}}^t" for gate in "fioz")
    assert back["d_x"].latex(notation="greff") == rf"\delta \mathbf{{x}}^t = {' + '.join(terms)}"
    assert back["d_W_f"].latex(notation="greff").endswith(r"= \delta \bar{\mathbf{f}}^t (\mathbf{x}^t)^{T}")
    assert back["d_h"].latex(notation="greff") == r"\delta \mathbf{y}^t = \delta \mathbf{y}^{t,\mathrm{in}}"


def test_gradients_name_the_candidate_that_the_forward_lines_put_in() -> None:
    back = sl.backprop(sl.cell("lstm", layout="split"))
    assert back["c"].latex(notation="graves") == r"c_t = f_t c_{t-1} + i_t \tilde{c}_t"
    assert back["d_g"].latex(notation="graves") == r"\delta \tilde{c}_t = \delta c_t \odot i_t"
    assert back["d_U_f"].latex(notation="goodfellow") == (
        r"\frac{\partial L}{\partial \boldsymbol{W}^f} = \delta \boldsymbol{a}_f^{(t)} (\boldsymbol{h}^{(t-1)})^{\top}"
    )
