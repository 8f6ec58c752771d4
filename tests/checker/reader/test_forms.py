"""Forms that notes, code and web pages use beside those of papers are read to these trees."""

import pytest

from symlstm.checker.reader import ReadingError, read_formula, show

LATEX = [
    (
        r"\partial z[0:n]",
        "(: (partial (slice z [0:n])))",
    ),
    (
        r"[b_\bullet | h^* | x]",
        "(: (stack[| (scripted b _[bullet]) (scripted h ^[*]) x))",
    ),
    (
        r"W [a \;\mid\; b] + [a | b] + [a \, \vert \, b] + [a|b]",
        "(: (sum +(* W ~ (stack[| a b)) +(stack[| a b) +(stack[| a b) +(stack[| a b)))",
    ),
    (
        "[ |a| | -b ] + [|a| |b|]",
        "(: (sum +(stack[| (bars| a) (sum -b)) +(group[ (* (bars| a) ~ (bars| b)))))",
    ),
    (
        r"[\frac{a}{b}|_{t} \mid c]",
        "(: (stack[| (scripted (frac a b) _[(group| t)]) c))",
    ),
    (
        r"\vec{x}_t + \underline{x} + \overline x + \operatorname{vec}(x) + vec(x)",
        "(: (sum +(scripted (vec x) _[t]) +(underline x) +(bar x) +(call @vec x) +(call @vec x)))",
    ),
    (
        r"\delta \mathbf{x}_t[0:n] = d z[1:2]^T",
        "(: (slice (delta (scripted x _[t])) [0:n]) = (scripted (slice (d z) [1:2]) ^[T]))",
    ),
    (
        r"W_z[:, \text{in}:]^T + \text{pre}_t[0{:}H] + \sigma(p_t[2H{:}])",
        "(: (sum +(scripted (slice (scripted W _[z]) [:] [in:]) ^[T]) +(slice (scripted pre _[t]) [0:H]) "
        "+(call sigma (slice (scripted p _[t]) [(* 2 ~ H):]))))",
    ),
    (
        r"(a + b)[:n, :] + f(x)[n:] + \tanh(x)[n:]^T",
        "(: (sum +(slice (group( (sum +a +b)) [:n] [:]) +(slice (call f x) [n:]) +(scripted (slice (call "
        "@tanh x) [n:]) ^[T])))",
    ),
    (
        r"\frac{\partial L}{\partial z[0:n]} + \frac{d L}{d z[0:n]}",
        "(: (sum +(frac (partial L) (partial (slice z [0:n]))) +(frac (d L) (d (slice z [0:n])))))",
    ),
    (
        "f_t .* c_{t-1} + 2 .* x",
        "(: (sum +(* (scripted f _[t]) (.) (scripted c _[(sum +t -1)])) +(* 2 (.) x)))",
    ),
    (
        r"W_\bullet + \tilde{\bullet} + d\tilde{\bullet}_t + b_{\bullet}",
        "(: (sum +(scripted W _[bullet]) +(tilde bullet) +(d (scripted (tilde bullet) _[t])) +(scripted b _[bullet])))",
    ),
    (
        r"in\_len + c_{in\_len} + \text{in\_len} + d\_c\_bar",
        "(: (sum +in_len +(scripted c _[in_len]) +in_len +d_c_bar))",
    ),
    (
        r"\begin{bmatrix} a \\\ b \\\\ c \\\ \end{bmatrix} = d",
        "(: (stack[matrix a; b; c) = d)",
    ),
    (
        r"\sigmoid[x] + \softmax(x) + \sigm(x) + \ReLU(x) + \Softmax\left(x\right)",
        "(: (sum +(call[ @sigmoid x) +(call @softmax x) +(call @sigm x) +(call @relu x) +(call @softmax x)))",
    ),
    (
        r"\widehat h_t + W_{\widehat h_t} + \widehat{\mathbf h}_{t-1}",
        "(: (sum +(scripted (hat h) _[t]) +(scripted W _[(scripted (hat h) _[t])]) +(scripted (hat h) _[(sum "
        "+t -1)])))",
    ),
    (
        r"\operatorname{sech}(a) \sinh(b) cosh(c) \text{clip}(d) swish(e) \text{GELU}(f)",
        "(: (* (call @sech a) ~ (call @sinh b) ~ (call @cosh c) ~ (call @clip d) ~ (call @swish e) ~ (call @gelu f)))",
    ),
    (
        r"\operatorname{Affine}_{d_h}(x_t)",
        "(: (call (scripted Affine _[(scripted d _[h])]) (scripted x _[t])))",
    ),
    (
        r"\left. \frac{\partial J}{\partial s_t} \right|_{\text{through } y_t} = "
        r"\frac{\partial J}{\partial s_t}\bigg|_\text{loss}",
        "(: (scripted (frac (partial J) (partial (scripted s _[t]))) _[(group| (* through ~ (scripted y "
        "_[t])))]) = (scripted (frac (partial J) (partial (scripted s _[t]))) _[(group| loss)]))",
    ),
    (
        r"\frac{\partial J}{\partial s_t}\Bigr|_{t}",
        "(: (scripted (frac (partial J) (partial (scripted s _[t]))) _[(group| t)]))",
    ),
    (
        r"a = b \quad (\text{if } t = T)",
        '(: a = b note["if" (: t = T)])',
    ),
    (
        r"a = b \quad \text{(if } t = T\text{)}",
        '(: a = b note["if" (: t = T)])',
    ),
    (
        r"a = b \quad \text{(that is } \delta s_t^{in} \text{ one step before } t+1\text{)} \\ c = d",
        '(: a = b note["that is \\delta s_t^{in} one step before t+1"])\n(: c = d)',
    ),
    (
        r"a = b \quad (\text{for step } t-1).",
        '(: a = b note["for step t-1"])',
    ),
    (
        r"x \mathrel{:}= y",
        "(: x := y)",
    ),
]
PLAIN = [
    (
        r"d_c_new = d_h \circ (1 - u) \odot \tanh(c_new) \cdot h_{t-1}",
        "(: d_c_new = (* d_h circ (group( (sum +1 -u)) odot (call @tanh c_new) cdot (scripted h _[(sum +t -1)])))",
    ),
    (
        r"\delta_t = \sigma(\Gamma_f + \sum_{t=1}^{T} \alpha) \cdot x^\top \, y",
        "(: delta_t = (* (call sigma (sum +Gamma_f +(sum [t from 1 to T] alpha))) cdot (scripted x ^[top]) ~ y))",
    ),
    (
        "dL/ds(t) = dL/dy(t) * o(t) + dL/ds(t+1) * f(t+1) + h(t+1)",
        "(: (frac (d L) (d (call s t))) = (sum +(* (frac (d L) (d (call y t))) * (call o t)) +(* (frac (d L) "
        "(d (call s (sum +t +1)))) * (call f (sum +t +1))) +(call h (sum +t +1))))",
    ),
    (
        "dL/dz_f_t = ∂L/∂h[t-1] * dL/dW_f + dot(a, b)",
        "(: (frac (d L) (d z_f_t)) = (sum +(* (frac (partial L) (partial (call[ h (sum +t -1)))) * (frac (d "
        "L) (d W_f))) +(call dot a b)))",
    ),
    (
        "∂L/dc(t) + dc(t) + x/dc(t)",
        "(: (sum +(frac (partial L) (d (call c t))) +(call dc t) +(* x / (call dc t))))",
    ),
    (
        "dz[:, :n_a] = d_x[0:2]",
        "(: (slice (d z) [:] [:n_a]) = (slice d_x [0:2]))",
    ),
    (
        r"x_f .* y + \partial L/\partial W_f",
        "(: (sum +(* x_f (.) y) +(frac (partial L) (partial W_f))))",
    ),
    (
        "[a | b] + [a|b]",
        "(: (sum +(stack[| a b) +(stack[| a b)))",
    ),
    (
        "a = [b,\n c] + f(x\n y)\nb = c",
        "(: a = (sum +(stack[, b c) +(call f (* x ~ y))))\n(: b = c)",
    ),
    (
        "a_t := \\sigmoid[ W_{hi} * h_{t-1} ]\nc_t := (f_t .* c_{t-1}) + g_t",
        "(: a_t := (call[ @sigmoid (* (scripted W _[hi]) * (scripted h _[(sum +t -1)]))))\n(: c_t := (sum "
        "+(group( (* f_t (.) (scripted c _[(sum +t -1)]))) +g_t))",
    ),
    (
        "dc<sub>t</sub> = dh<sub>t-1</sub> * (1 - tanh^2(c<sub>t</sub>))",
        "(: (d (scripted c _[t])) = (* (d (scripted h _[(sum +t -1)])) * (group( (sum +1 -(call (scripted "
        "@tanh ^[2]) (scripted c _[t]))))))",
    ),
]


@pytest.mark.parametrize(("text", "tree"), LATEX)
def test_forms_in_latex(text: str, tree: str) -> None:
    assert show(read_formula(text, "latex")) == tree


@pytest.mark.parametrize(("text", "tree"), PLAIN)
def test_forms_in_plain_text(text: str, tree: str) -> None:
    assert show(read_formula(text, "text")) == tree


REFUSED = [
    (r"[a, b \mid c]", "latex", "| beside other separators in one bracket"),
    (r"a \mid b", "latex", r"found \mid, which has no meaning here, expected |…|"),
    (r"(a \mid b)", "latex", r"found \mid, which has no meaning here"),
    ("[ | a | | b | ]", "latex", "'|' with no other"),
    ("z[:, t]", "latex", "an index beside a range"),
    (r"\tanh[0:n]", "latex", "a range behind what has no rows"),
    ("z[0:n:2]", "text", "found ':'"),
    ("[0:n]", "text", "found a colon, expected :="),
    ("if x:", "text", "found a colon"),
    (r"\tilde{\cdot}", "latex", r"found \cdot under an accent"),
    (r"\gate[x]", "latex", r"\newcommand{\gate}{…}"),
    (r"a = b \text{(that is } c \text{)} + d", "latex", "a line or part without an equals sign"),
    (
        r"a = \frac{b}{c}",
        "text",
        r'the command \frac in plain text, expected an operator or a letter; say language="latex"',
    ),
]


@pytest.mark.parametrize(("text", "language", "message"), REFUSED)
def test_what_is_refused(text: str, language: str, message: str) -> None:
    with pytest.raises(ReadingError) as caught:
        read_formula(text, language)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
