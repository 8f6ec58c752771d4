"""LaTeX is read to these trees."""

import pytest

from symlstm.checker.reader import read_formula, show

CASES = [
    (
        r"f_t = \sigma(W_f [h_{t-1}, x_t] + b_f)",
        "(: (scripted f _[t]) = (call sigma (sum +(* (scripted W _[f]) ~ (stack[, (scripted h _[(sum +t "
        "-1)]) (scripted x _[t]))) +(scripted b _[f]))))",
    ),
    (
        r"h_t = o_t \odot \tanh C_t",
        "(: (scripted h _[t]) = (* (scripted o _[t]) odot (call- @tanh (scripted C _[t]))))",
    ),
    (
        r"1 - \tanh^2(C_t)",
        "(: (sum +1 -(call (scripted @tanh ^[2]) (scripted C _[t]))))",
    ),
    (
        r"\tanh'(a) \cdot \sigma^\prime(b) \cdot tanh^{'}(c)",
        "(: (* (call (scripted @tanh ') a) cdot (call (scripted sigma ') b) cdot (call (scripted @tanh ') c)))",
    ),
    (
        r"a \circ b \otimes c \ast d \bullet e \times f * g / h",
        "(: (* a circ b otimes c ast d bullet e times f * g / h))",
    ),
    (
        "W [h_{t-1}; x_t]",
        "(: (* W ~ (stack[; (scripted h _[(sum +t -1)]); (scripted x _[t]))))",
    ),
    (
        r"W \left[ h_{t-1} \quad x_t \right]",
        "(: (* W ~ (stack[  (scripted h _[(sum +t -1)]) (scripted x _[t]))))",
    ),
    (
        r"W \begin{bmatrix} h_{t-1} \\ x_t \end{bmatrix}^T",
        "(: (* W ~ (scripted (stack[matrix (scripted h _[(sum +t -1)]); (scripted x _[t])) ^[T])))",
    ),
    (
        r"W \left[\begin{matrix} h \\ x \end{matrix}\right]",
        "(: (* W ~ (stack[matrix h; x)))",
    ),
    (
        "W_f [h]",
        "(: (* (scripted W _[f]) ~ (group[ h)))",
    ),
    (
        r"\sigma [W x]",
        "(: (call[ sigma (* W ~ x)))",
    ),
    (
        r"W^\top U^{\mathsf T} V^\intercal A^{\mathrm T}",
        "(: (* (scripted W ^[top]) ~ (scripted U ^[T]) ~ (scripted V ^[intercal]) ~ (scripted A ^[T])))",
    ),
    (
        r"h_{(t-1)} + h^{(t-1)} + h^{\langle t-1 \rangle} + h^{<t-1>} + x^{\{t\}}",
        "(: (sum +(scripted h _[(group( (sum +t -1))]) +(scripted h ^[(group( (sum +t -1))]) +(scripted h "
        "^[(group< (sum +t -1))]) +(scripted h ^[(group< (sum +t -1))]) +(scripted x ^[(group{ t)])))",
    ),
    (
        r"\tilde C_t + \hat{y} + \overline{x} + \overrightarrow{\mathbf{H}}_t",
        "(: (sum +(scripted (tilde C) _[t]) +(hat y) +(bar x) +(scripted (rightarrow H) _[t])))",
    ),
    (
        r"{\bf W}_f \bm{W}_{xf} \mathbf 1 {\rm tanh}(x)",
        "(: (* (scripted W _[f]) ~ (scripted W _[xf]) ~ 1 ~ (call @tanh x)))",
    ),
    (
        r"{\mathbf{W}_{xi}}^T x",
        "(: (* (scripted (scripted W _[xi]) ^[T]) ~ x))",
    ),
    (
        r"W_{\textrm{xh}}^{(f)} + W_{\tilde h} + b_\mathrm{h} + a_{f,t}",
        "(: (sum +(scripted W _[xh] ^[(group( f)]) +(scripted W _[(tilde h)]) +(scripted b _[h]) +(scripted "
        "a _[f t])))",
    ),
    (
        r"\frac{\partial L}{\partial W_f} = \partial L / \partial W_f",
        "(: (frac (partial L) (partial (scripted W _[f]))) = (frac (partial L) (partial (scripted W _[f]))))",
    ),
    (
        r"\frac{dL}{d C_t} = \frac{\mathrm{d} L}{\mathrm{d} C_t}",
        "(: (frac (d L) (d (scripted C _[t]))) = (frac (d L) (d (scripted C _[t]))))",
    ),
    (
        r"\frac{\partial^2 L}{\partial W^2} + \frac{d^2 L}{dx^2} + \frac{\partial}{\partial W} L",
        "(: (sum +(frac (partial2 L) (partial (scripted W ^[2]))) +(frac (d2 L) (d (scripted x ^[2]))) +(* "
        "(frac (partial) (partial W)) ~ L)))",
    ),
    (
        r"\frac{\partial f(x_t, h_{t-1}, w_h)}{\partial w_h}",
        "(: (frac (partial (call f (scripted x _[t]) (scripted h _[(sum +t -1)]) (scripted w _[h]))) "
        "(partial (scripted w _[h]))))",
    ),
    (
        r"dW_f = d\Gamma_f^{\langle t \rangle} * c_{prev}",
        "(: (d (scripted W _[f])) = (* (d (scripted Gamma _[f] ^[(group< t)])) * (scripted c _[prev])))",
    ),
    (
        r"\delta C_t + \delta_t^f + \delta_{C_t} + \Delta W + d \tilde c",
        "(: (sum +(delta (scripted C _[t])) +(scripted delta _[t] ^[f]) +(scripted delta _[(scripted C "
        "_[t])]) +(Delta W) +(d (tilde c))))",
    ),
    (
        r"\delta 6 = 1 - \delta 5",
        "(: (delta 6) = (sum +1 -(delta 5)))",
    ),
    (
        r"\nabla_{W} L + \nabla_{h_{t+1}}L",
        "(: (sum +(nabla L by[W]) +(nabla L by[(scripted h _[(sum +t +1)])])))",
    ),
    (
        r"\delta h_t (1 - o_t)",
        "(: (call (delta (scripted h _[t])) (sum +1 -(scripted o _[t]))))",
    ),
    (
        r"\sum_{t=1}^T a_t b_t + c",
        "(: (sum +(sum [t from 1 to T] (* (scripted a _[t]) ~ (scripted b _[t]))) +c))",
    ),
    (
        r"\sum_{g\in\{f,i,o\}} U_g x",
        "(: (sum [g in (set f i o)] (* (scripted U _[g]) ~ x)))",
    ),
    (
        r"\prod_{j=k+1}^{t} \frac{\partial h_j}{\partial h_{j-1}} x",
        "(: (prod [j from (sum +k +1) to t] (* (frac (partial (scripted h _[j])) (partial (scripted h _[(sum "
        "+j -1)]))) ~ x)))",
    ),
    (
        r"\max(|n_t|, 1) + \log f_t + \|x\|",
        "(: (sum +(call @max (bars| (scripted n _[t])) 1) +(call- @log (scripted f _[t])) +(bars|| x)))",
    ),
    (
        r"\frac{\partial L}{\partial W}\Big|_{t}",
        "(: (scripted (frac (partial L) (partial W)) _[(group| t)]))",
    ),
    (
        r"\underbrace{f_t \odot c_t}_{\text{kept}} + b",
        "(: (sum +(* (scripted f _[t]) odot (scripted c _[t])) +b))",
    ),
    (
        r"\sigma(o_t) (1 - \sigma(o_t))",
        "(: (* (call sigma (scripted o _[t])) ~ (group( (sum +1 -(call sigma (scripted o _[t]))))))",
    ),
    (
        r"f'(5) \cdot h(t-1)",
        "(: (* (call (scripted f ') 5) cdot (call h (sum +t -1))))",
    ),
    (
        r"\mu \, (a + b)",
        "(: (* mu ~ (group( (sum +a +b))))",
    ),
    (
        r"h = x \text{ with } W = y",
        '(: h = x)\n(: W = y)\n"with"',
    ),
    (
        r"h_t = x \text{ if } t = T",
        '(: (scripted h _[t]) = x note["if" (: t = T)])',
    ),
    (
        r"h_t = x, \quad t = 1, \dots, T",
        "(: (scripted h _[t]) = x note[(: t = (tuple 1 … T))])",
    ),
    (
        r"h_t = x \in \mathbb{R}^{n \times 1}",
        "(: (scripted h _[t]) = x note[(scripted R ^[(* n times 1)])])",
    ),
    (
        r"z_t, r_t = \sigma(a)",
        "(: (tuple (scripted z _[t]) (scripted r _[t])) = (call sigma a))",
    ),
    (
        "a = b, c = d",
        "(: a = b)\n(: c = d)",
    ),
    (
        r"a = b = c \implies d = e",
        "(: a = b = c)\n(: d = e)",
    ),
    (
        r"c \color{red}+= \color{black} d",
        "(: c += d)",
    ),
    (
        r"h = x \tag{3} % a comment",
        "(: h = x tag 3)",
    ),
    (
        r"f = \begin{cases} x & \text{if } x > 0 \\ 0 & \text{otherwise} \end{cases}",
        '(: f = (cases x if (: x > 0); 0 if "otherwise";))',
    ),
    (
        r"a &= b & c &= d \\ &= e & &= f",
        "(: a = b = e)\n(: c = d = f)",
    ),
    (
        r"a &= b \\ &\quad + c \\ &\quad - d",
        "(: a = (sum +b +c -d))",
    ),
    (
        r"z &= g(a) && \textit{block input} \\ y &= h(c) && \textit{block output}",
        '(: z = (call g a) note["block input"])\n(: y = (call h c) note["block output"])',
    ),
    (
        r"\begin{eqnarray} a &=& b \\ &=& c \end{eqnarray}",
        "(: a = b = c)",
    ),
    (
        r"\left\{ \begin{array}{l} a = b \\ c = d \end{array} \right.",
        "(: a = b)\n(: c = d)",
    ),
    (
        r"\begin{pmatrix} i \\ f \end{pmatrix} = \begin{pmatrix} \sigma \\ \tanh \end{pmatrix} W",
        "(: (stack(matrix i; f) = (* (stack(matrix sigma; @tanh) ~ W))",
    ),
    (
        r"\frac12 x + \tfrac1{n} y",
        "(: (sum +(* (frac 1 2) ~ x) +(* (frac 1 n) ~ y)))",
    ),
    (
        r"-a + b \cdot -c",
        "(: (sum -a +(* b cdot (sum -c))))",
    ),
    (
        r"\newcommand{\h}[1]{h_{#1}} \h{t} = x",
        "(: (scripted h _[t]) = x)",
    ),
    (
        "$$h_t = o_t.$$",
        "(: (scripted h _[t]) = (scripted o _[t]))",
    ),
    (
        r"\sum_t \partial L_t / \partial C_1",
        "(: (sum [t] (frac (partial (scripted L _[t])) (partial (scripted C _[1])))))",
    ),
    (
        r"\partial f(x) \delta f(x)",
        "(: (* (partial (call f x)) ~ (call (delta f) x)))",
    ),
]


@pytest.mark.parametrize(("text", "tree"), CASES)
def test_the_tree_of_a_latex_formula(text: str, tree: str) -> None:
    assert show(read_formula(text, "latex")) == tree
