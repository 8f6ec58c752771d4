"""LaTeX: the lines as people write them, brackets, signs, shapes, profiles."""

import pytest
from sympy import Integer, MatrixSymbol, OneMatrix, Rational, ZeroMatrix, sqrt
from sympy.core.symbol import Str

import symlstm as sl
from symlstm.algebra import (
    Apply,
    ColumnBlock,
    add,
    apply,
    hadamard,
    matmul,
    n,
    one_minus,
    power,
    scale,
    stack,
    subtract,
    transpose,
)
from symlstm.algebra.blocks import stack_columns
from symlstm.errors import InputError, MissingRuleError, UnknownNameError
from symlstm.system import Builder

f, i, c = (MatrixSymbol(name, n, 1) for name in "fic")
W = MatrixSymbol("W_f", n, n)
V = MatrixSymbol("d_W_f", n, n)
tanh = sl.activations.tanh

EXPRESSIONS = {
    "a sum keeps its order": (add(i, f), r"i_t + f_t"),
    "a difference": (subtract(i, f), r"i_t - f_t"),
    "a leading minus": (scale(-1, f), r"-f_t"),
    "a minus before a sum": (scale(-1, hadamard(f, one_minus(i))), r"-f_t \odot (1 - i_t)"),
    "minus a minus": (subtract(f, scale(-2, i)), r"f_t + 2 i_t"),
    "minus a sum": (add(f, scale(-1, add(i, c))), r"f_t - (i_t + C_t)"),
    "a number in a product": (scale(2, hadamard(f, i)), r"2 f_t \odot i_t"),
    "a fraction": (scale(Rational(-1, 2), f), r"-\frac{1}{2} f_t"),
    "one minus two": (subtract(f, scale(2, OneMatrix(n, 1))), r"f_t - 2"),
    "a product in a product": (hadamard(matmul(W, f), i), r"(W_f f_t) \odot i_t"),
    "an elementwise product in a product": (matmul(W, hadamard(f, i)), r"W_f (f_t \odot i_t)"),
    "a sum in a product": (matmul(W, add(f, i)), r"W_f (f_t + i_t)"),
    "a square": (power(f, 2), r"f_t^{2}"),
    "a squared function": (power(apply(tanh, c), 2), r"\tanh^{2}(C_t)"),
    "a squared sum": (power(add(f, i), 2), r"(f_t + i_t)^{2}"),
    "a power that is no square": (power(apply(tanh, c), -1), r"(\tanh(C_t))^{\circ(-1)}"),
    "a root": (power(f, Rational(1, 2)), r"f_t^{\circ \frac{1}{2}}"),
    "a square entry by entry": (power(W, 2), r"W_f^{\circ 2}"),
    "a quotient of dimensions": (scale(1 / n, f), r"\frac{1}{n} f_t"),
    "a sum of sizes as a factor": (scale(n - 1, f), r"(n - 1) f_t"),
    "a root as a factor": (scale(sqrt(2), f), r"\sqrt{2} f_t"),
    "a block that no name is known for": (ColumnBlock(W, Str("q"), 2, n), r"W_{f,2:n}"),
    "a transpose": (transpose(W), r"W_f^{\top}"),
    "a transposed sum": (transpose(add(f, i)), r"(f_t + i_t)^{\top}"),
    "a transposed function": (transpose(apply(tanh, c)), r"(\tanh(C_t))^{\top}"),
    "a stack": (stack(f, c), r"[f_t; C_t]"),
    "side by side": (stack_columns(W, W), r"\begin{bmatrix} W_f & W_f \end{bmatrix}"),
    "a block": (ColumnBlock(W, Str("h_prev"), Integer(0), n), r"W_{f,h}"),
    "a transposed block of a gradient": (
        transpose(ColumnBlock(V, Str("h_prev"), Integer(0), n)),
        r"\left(\frac{\partial L}{\partial W_{f,h}}\right)^{\top}",
    ),
    "a block of a sum": (
        ColumnBlock(add(W, V), Str("x"), 0, n),
        r"\left(W_f + \frac{\partial L}{\partial W_f}\right)^{[x]}",
    ),
    "tall brackets around a fraction": (
        matmul(add(W, V), f),
        r"\left(W_f + \frac{\partial L}{\partial W_f}\right) f_t",
    ),
    "a transposed gradient": (transpose(V), r"\left(\frac{\partial L}{\partial W_f}\right)^{\top}"),
    "ones": (matmul(c, OneMatrix(1, n)), r"C_t \, \mathbf{1}^{\top}"),
    "a zero column": (ZeroMatrix(n, 1), r"\mathbf{0}"),
    "a zero matrix": (ZeroMatrix(n, n + 1), r"\mathbf{0}_{n \times (n + 1)}"),
}


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_expression(name: str) -> None:
    expression, expected = EXPRESSIONS[name]
    assert sl.latex(expression) == expected


def test_one_gate() -> None:
    lstm = sl.cell("lstm")
    assert lstm["f"].latex() == r"f_t = \sigma(W_f [h_{t-1}; x_t] + b_f)"
    assert lstm["f"].latex(net_inputs="show") == r"f_t = \sigma(a_{f,t})"
    assert lstm["a_f"].latex() == r"a_{f,t} = W_f [h_{t-1}; x_t] + b_f"
    assert sl.backprop(lstm)["f"].latex() == r"f_t = \sigma(a_{f,t})"
    assert lstm["f"].latex(shapes=True).endswith(r"\qquad \in \mathbb{R}^{n}")


def test_block_in_olah_notation() -> None:
    assert sl.cell("lstm").latex(notation="olah") == "\n".join(
        [
            r"\begin{aligned}",
            r"f_t &= \sigma(W_f \cdot [h_{t-1}, x_t] + b_f) \\",
            r"i_t &= \sigma(W_i \cdot [h_{t-1}, x_t] + b_i) \\",
            r"o_t &= \sigma(W_o \cdot [h_{t-1}, x_t] + b_o) \\",
            r"\tilde{C}_t &= \tanh(W_C \cdot [h_{t-1}, x_t] + b_C) \\",
            r"C_t &= f_t * C_{t-1} + i_t * \tilde{C}_t \\",
            r"h_t &= o_t * \tanh(C_t)",
            r"\end{aligned}",
        ]
    )


def test_pytorch_notation() -> None:
    lstm = sl.cell("lstm", layout="split", biases=2)
    assert lstm["i"].latex(notation="pytorch") == r"i_t = \sigma(W_{ii} x_t + b_{ii} + W_{hi} h_{t-1} + b_{hi})"
    assert lstm["c"].latex(notation="pytorch") == r"c_t = f_t \odot c_{t-1} + i_t \odot g_t"


def test_gradients() -> None:
    back = sl.backprop(sl.cell("lstm"))
    assert back["d_c"].latex() == (
        r"\delta C_t = \delta C_t^{\mathrm{in}} + \delta h_t \odot o_t \odot (1 - \tanh^{2}(C_t))"
    )
    assert back["d_W_f"].latex() == r"\frac{\partial L}{\partial W_f} = \delta a_{f,t} [h_{t-1}; x_t]^{\top}"
    assert back["d_h_prev"].latex().startswith(r"\delta h_{t-1} = W_{f,h}^{\top} \delta a_{f,t} + W_{i,h}^{\top}")


def test_shapes_stand_at_the_right() -> None:
    block = sl.backprop(sl.cell("lstm", B=True)).latex(shapes=True, only=["f", "d_W_f"])
    assert r"f_t &= \sigma(a_{f,t}) && \in \mathbb{R}^{n \times B} \\" in block
    assert block.count(r"\in \mathbb{R}^{n \times (n + d)}") == 1
    assert r"\in \mathbb{R}^{3}" in sl.cell("lstm", n=3, d=2).latex(shapes=True)


def test_only_picks_lines() -> None:
    lstm = sl.cell("lstm")
    assert lstm.latex(only=["h", "f"]).count("&=") == 2
    with pytest.raises(UnknownNameError, match="unknown equation of lstm 'q'"):
        lstm.latex(only=["q"])


def test_unknown_options_are_refused() -> None:
    with pytest.raises(UnknownNameError, match="unknown notation 'ola'; did you mean 'olah'"):
        sl.cell("lstm").latex(notation="ola")
    with pytest.raises(InputError, match="net_inputs: expected one of auto, inline, show, got 'hide'"):
        sl.cell("lstm").latex(net_inputs="hide")
    with pytest.raises(MissingRuleError, match="no printing rule for Inverse"):
        sl.latex(MatrixSymbol("S", 2, 2).inverse())


def test_two_names_that_print_alike_are_refused() -> None:
    cell = Builder("alike")
    C = cell.gate("C", "tanh")
    cell.let("c", hadamard(C, cell.previous("c")))
    cell.let("h", hadamard(C, cell.previous("h")))
    with pytest.raises(InputError, match="c and C print alike|C and c print alike"):
        cell.system().latex()
    assert "c_t" in cell.system().latex(notation="pytorch")


def test_a_state_named_like_a_family() -> None:
    cell = Builder("b")
    g = cell.gate("g", "tanh")
    cell.let("b", hadamard(g, cell.previous("b")))
    cell.let("h", hadamard(g, cell.previous("h")))
    assert cell.system()["b"].latex() == r"b_t = \tilde{C}_t \odot b_{t-1}"
    assert sl.backprop(cell.system())["d_b_prev"].latex().startswith(r"\delta b_{t-1} = ")


def test_long_names_have_no_bare_underscores() -> None:
    system = sl.cell("lstm", n="hidden_size")
    assert r"\mathbb{R}^{\mathrm{hidden\_size}}" in system.latex(shapes=True)
    assert sl.latex(MatrixSymbol("b_h_f_g", n, 1)) == r"b_{\mathrm{h\_f\_g}}"


def test_an_expression_may_say_whose_it_is() -> None:
    cell = Builder("own")
    V = cell.parameter("V", cell.n, cell.n)
    cell.let(
        "h", apply("tanh", add(matmul(V, cell.previous("h")), matmul(cell.parameter("U_x", cell.n, cell.d), cell.x)))
    )
    system = cell.system()
    assert sl.latex(system.closed_form("h"), system=system) == r"\tanh(V h_{t-1} + U_x x_t)"


def test_what_cannot_be_printed_is_refused() -> None:
    for value in (None, "f", 3):
        with pytest.raises(InputError, match="expected a System, an Equation or a matrix expression"):
            sl.latex(value)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="only: expected at least one name"):
        sl.cell("lstm").text(only=[])
    assert sl.cell("lstm").latex(only="f").count("&=") == 1


def test_notebook_display() -> None:
    lstm = sl.cell("lstm")
    assert lstm._repr_latex_() == f"$${lstm.latex()}$$"
    assert lstm["f"]._repr_latex_() == rf"$\displaystyle {lstm['f'].latex()}$"


def test_second_order_names() -> None:
    twice = sl.backprop(sl.backprop(sl.cell("lstm", layout="split")))
    assert twice["d2_c_prev"].latex().startswith(r"\delta_2 C_{t-1} = ")
    assert twice["d2_W_f"].latex().startswith(r"\frac{\partial L_2}{\partial W_f} = ")
    assert twice["d2_d_W_f"].latex() == (
        r"\delta_2 \frac{\partial L}{\partial W_f} = "
        r"\left(\delta_2 \frac{\partial L}{\partial W_f}\right)^{\mathrm{in}}"
    )


def test_third_order_names() -> None:
    thrice = sl.backprop(sl.backprop(sl.backprop(sl.cell("rnn", layout="split"))))
    assert r"\delta_3 \delta_2 \delta h_t^{\mathrm{in}_1,\mathrm{in}_3}".replace("_1,", "_1,") in (
        thrice.latex().replace(r"\mathrm{in}_3,\mathrm{in}_1", r"\mathrm{in}_1,\mathrm{in}_3")
    )
    assert thrice.text()


def test_names_made_of_sigma_follow_the_notation() -> None:
    assert r"\log \sigma_g(a_{f,t})" in sl.cell("slstm").latex(notation="wikipedia")
    assert "log sigm(a_fₜ)" in sl.cell("slstm").text(notation="zaremba")
    assert r"\operatorname{hard} \sigma(" in sl.cell("lstm", gate_activation="hard_sigmoid").latex()


def test_an_activation_of_ones_own_prints() -> None:
    assert sl.latex(Apply(sl.activations.relu, c)) == r"\operatorname{ReLU}(C_t)"
