"""Layers, directions, readouts and losses in print: read back in every notation, and never two names alike."""

import pytest

import symlstm as sl
from symlstm.notation import notation
from symlstm.printing.latex import LatexPrinter
from symlstm.printing.pretty import PrettyPrinter
from symlstm.printing.unicode import UnicodePrinter, display_width
from symlstm.printing.view import printer_of, timeless_of
from tests.printing.printed import Printed

LAYERED = {
    "two lstms": lambda: sl.stack("lstm", layers=2),
    "split": lambda: sl.stack("lstm:layout=split,biases=2", layers=2),
    "lstm, gru, rnn": lambda: sl.stack("lstm", "gru", "rnn"),
    "gru, mgu": lambda: sl.stack("gru:layout=split", "mgu"),
    "slstm": lambda: sl.stack("slstm", layers=2),
}
NAMES = {
    "h_l2": r"h_t^{(2)}",
    "h_l1_prev": r"h_{t-1}^{(1)}",
    "a_f_l2": r"a_{f,t}^{(2)}",
    "W_f_l2": r"W_f^{(2)}",
    "bh_f_l10": r"b_{h,f}^{(10)}",
    "f_prime_l2": r"f_t^{\prime (2)}",
    "seed_h_l2": r"\delta h_t^{(2),\mathrm{in}}",
    "d_W_f_l2": r"\frac{\partial L}{\partial W_f^{(2)}}",
    "d2_d_W_f_l2": r"\delta_2 \frac{\partial L}{\partial W_f^{(2)}}",
    "h_fw": r"\overrightarrow{h}_t",
    "h_bw_prev": r"\overleftarrow{h}_{t-1}",
    "g_l2_bw": r"\overleftarrow{\tilde{C}}_t^{(2)}",
    "W_f_l2_bw": r"\overleftarrow{W}_f^{(2)}",
    "d_h_l2_bw": r"\delta \overleftarrow{h}_t^{(2)}",
    "loss": "L_t",
    "h_dropped_l1": r"h_{\mathrm{dropped},t}^{(1)}",
}
TIMES = {
    "deeplearning.ai": r"a^{[2]\langle t-1 \rangle}",
    "goodfellow": r"\boldsymbol{h}^{[2](t-1)}",
    "greff": r"\mathbf{y}^{(2),t-1}",
    "keras": r"h_{t-1}^{(2)}",
}


def with_loss(name: str, loss: str = "cross_entropy", **batch: object) -> sl.System:
    """A stack with dropout, a readout and a loss on top."""
    stacked = LAYERED[name]()
    top = list(stacked.symbols)[-1]
    head = sl.readout(of=top.replace("_", "_dropped_"))
    return sl.compose(stacked, sl.dropout(top), head, getattr(sl, loss)())


@pytest.mark.parametrize("name", LAYERED)
@pytest.mark.parametrize("profile", sl.NOTATIONS)
def test_what_is_printed_is_read_back(name: str, profile: str) -> None:
    back = sl.backprop(with_loss(name))
    assert Printed(back, profile).check_lines("auto") == len(back.lines)
    Printed(back.forward, profile).check_lines("inline")


@pytest.mark.parametrize("profile", ["default", "goodfellow", "keras"])
@pytest.mark.parametrize("loss", ["squared_error", "cross_entropy"])
def test_batches_are_read_back(loss: str, profile: str) -> None:
    back = sl.backprop(sl.batched(with_loss("two lstms", loss), "B"))
    assert Printed(back, profile).check_lines("auto") == len(back.lines)


@pytest.mark.parametrize("profile", sl.NOTATIONS)
def test_no_two_names_print_alike(profile: str) -> None:
    for name in LAYERED:
        twice = sl.backprop(sl.backprop(with_loss(name)))
        fitted = notation(profile).fit(twice.name, twice.shapes)
        assert fitted.alike(twice.symbols, timeless_of(twice)) is None
        for kind in (LatexPrinter, UnicodePrinter):
            printer = printer_of(kind, twice, profile)
            assert len({printer.name(symbol) for symbol in twice.symbols}) == len(twice.symbols)


@pytest.mark.parametrize("identifier", NAMES)
def test_default_names(identifier: str) -> None:
    assert LatexPrinter(notation()).name(identifier) == NAMES[identifier]


@pytest.mark.parametrize("profile", TIMES)
def test_a_layer_beside_the_time(profile: str) -> None:
    assert LatexPrinter(notation(profile).fit("lstm", {})).name("h_l2_prev") == TIMES[profile]


def test_unicode_names() -> None:
    printer = UnicodePrinter(notation())
    names = ["h_l2", "h_l12_prev", "a_f_l2", "d_W_f_l2", "seed_h_l2", "h_fw", "g_l2_bw"]
    expected = ["hₜ⁽²⁾", "hₜ₋₁⁽¹²⁾", "a_fₜ⁽²⁾", "∂L/∂W_f⁽²⁾", "δhₜ⁽²⁾ⁱⁿ", "h\u20d7ₜ", "C\u0303\u20d6ₜ⁽²⁾"]
    assert [printer.name(name) for name in names] == expected
    assert display_width("h\u20d7ₜ") == 2
    assert UnicodePrinter(notation("goodfellow")).name("h_l2") == "h⁽²⁾⁽ᵗ⁾"
    assert PrettyPrinter(notation()).name("h_l2").picture == ["hₜ⁽²⁾"]


def test_a_block_says_what_it_multiplies() -> None:
    back = sl.backprop(sl.stack("lstm", "gru"))
    assert back["d_h_l1_prev"].text().startswith("δhₜ₋₁⁽¹⁾ = (W_f,h⁽¹⁾)ᵀ·δa_fₜ⁽¹⁾ + ")
    assert back["d_h_l1"].text().startswith("δhₜ⁽¹⁾ = δhₜ⁽¹⁾ⁱⁿ + (W_r,x⁽²⁾)ᵀ·δa_rₜ⁽²⁾ + ")


def test_rows_of_a_gradient_are_no_quantity_of_their_own() -> None:
    back = sl.through_time(sl.compose(sl.bidirectional("rnn"), sl.squared_error(of="h")))
    end, between = back["d_h_bw"].text().splitlines()
    assert end.split() == ["δh\u20d6₁", "=", "[δh₁]_←"]
    assert between.split()[:4] == ["δh\u20d6ₜ", "=", "[δhₜ]_←", "+"]
    assert r"&= [\delta h_T]_{\rightarrow} \\" in back["d_h_fw"].latex()
    assert r"&= [\delta \mathbf{H}_T]_{\rightarrow} \\" in back["d_h_fw"].latex(notation="d2l")
    assert "h_{fw" not in back.latex()


def test_layers_print_as_their_cells_do() -> None:
    mixed = sl.stack("lstm", "gru")
    assert mixed["g_l1"].latex().startswith(r"\tilde{C}_t^{(1)} = ")
    assert mixed["g_l2"].latex().startswith(r"\tilde{h}_t^{(2)} = ")
    rows = [line.partition(" &= ")[0] for line in mixed.latex(notation="deeplearning.ai").splitlines()[1:-1]]
    names = [r"\Gamma_f", r"\Gamma_u", r"\tilde{c}", "c", r"\Gamma_o", "a"]
    names += [r"\Gamma_u", r"\Gamma_r", r"\tilde{c}", "c"]
    assert rows == [f"{name}^{{[{1 + (k > 5)}]\\langle t \\rangle}}" for k, name in enumerate(names)]


def test_the_gates_of_each_layer_in_one_block() -> None:
    text = sl.stack("zaremba-2014", layers=2).latex(notation="zaremba")
    assert text.count(r"\begin{pmatrix} \operatorname{sigm}") == 2
    assert r"T_{n+d,4n} \begin{pmatrix} x_t \\ h_{t-1}^{(1)} \end{pmatrix}" in text
    assert r"T_{2n,4n} \begin{pmatrix} h_t^{(1)} \\ h_{t-1}^{(2)} \end{pmatrix}" in text


@pytest.mark.parametrize("profile", ["default", "goodfellow", "graves", "keras", "onnx"])
def test_lines_are_ordered_layer_by_layer(profile: str) -> None:
    one = sl.cell("lstm", layout="split")
    rows = [line.partition(" &= ")[0] for line in one.latex(notation=profile).splitlines()[1:-1]]
    both = sl.stack(one, layers=2).latex(notation=profile).splitlines()[1:-1]
    assert len(both) == 2 * len(rows)
    assert [row.replace("{t}", "t")[0] for row in both] == 2 * [row[0] for row in rows]
