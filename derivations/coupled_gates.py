"""Coupled gates: f = 1 − i or i = 1 − f, the same cells, and what the one gate is told by the gradient."""

import symlstm as sl
from derivations.checks import check_gradients, percent, random_values, same, yes
from derivations.page import Page
from symlstm.algebra import add, apply, hadamard, one_minus


def write() -> Page:
    page = Page("Coupled gates: what is not forgotten is not written")
    kept, lstm = forget_kept(), sl.cell("lstm")
    coupled = sl.cell("lstm", coupled=True)
    back = sl.backprop(coupled)
    page.say(r"""
        One gate does the work of two: whatever share of the cell state is replaced, the rest is kept. Greff et al. (2017)
        keep the input gate and call it CIFG:
    """)
    page.math(coupled.latex())
    page.say(rf"""
        Each entry of $C_t$ lies between those of $C_{{t-1}}$ and of $\tilde{{C}}_t$, and the latter are below 1 in size. So $C_t$ never
        leaves $(-1, 1)$ if it starts there, while an LSTM with $f_t$ and $i_t$ near 1 can add nearly 1 at every step: a coupled cell
        cannot count. It has {share(coupled, lstm)} of the parameters.

        ## The gradient of the one gate

        $C_t = (1 - i_t) \odot C_{{t-1}} + i_t \odot \tilde{{C}}_t$ holds $i_t$ twice. One path goes through $\tilde{{C}}_t$ as in the LSTM, the
        other through $f_t = 1 - i_t$, whose derivative is $-1$:
    """)
    page.math(back.latex(only=["d_c", "d_i", "d_a_i", "d_g", "d_c_prev"]))
    page.say(r"""
        or $\delta i_t = \delta C_t \odot (\tilde{C}_t - C_{t-1})$: the gate chooses between two contents, and learns from how they differ. (The line $\delta f_t = \delta C_t \odot C_{t-1}$ stands in the backward pass too, but
        no weight hangs on it.) The slip to look for is $\delta i_t = \delta C_t \odot \tilde{C}_t$, copied from the LSTM. At random values:
    """)
    _slip(page, back)
    page.say(r"""
        ## The other way round

        TensorFlow Lite drops the input gate instead, $i = 1 - f$:
    """)
    page.math(kept.latex(only=["f", "i", "c"]))
    page.say(r"""
        This is the same family of cells, since $1 - \sigma(a) = \sigma(-a)$. What turns one into the other is to negate everything
        inside the $\sigma$ of the one gate: $W_f = -W_i$ and $b_f = -b_i$, and peepholes too. $W_o$ and $W_g$ stay. Negated weights get negated
        gradients:
    """)
    _converted(page, back, sl.backprop(kept))
    page.say(r"""
        Weights that are loaded as they are, without the signs, give a cell that runs and is wrong: it keeps where
        it should write. An initial bias of 1 for the forget gate, the usual advice, is one of $-1$ for the input gate.

        ## Seen from the LSTM

        The coupled cell is also the plain LSTM in which $W_f = -W_i$, $b_f = -b_i$ are tied. The chain rule for tied weights,
        $\frac{\partial L}{\partial W_i} - \frac{\partial L}{\partial W_f}$ with the gradients of the LSTM, must give the gradient of the coupled cell, and does:
    """)
    _tied(page, back, sl.backprop(lstm))
    check_gradients(page, {"$f = 1 - i$": back, "$i = 1 - f$": sl.backprop(kept)}, seed=6)
    return page


def forget_kept() -> sl.System:
    """The cell with i = 1 − f."""
    cell = sl.Builder("coupled")
    f = cell.gate("f", "sigmoid")
    i = cell.let("i", one_minus(f))
    o, g = cell.gate("o", "sigmoid"), cell.gate("g", "tanh")
    c = cell.let("c", add(hadamard(f, cell.previous("c")), hadamard(i, g)))
    cell.let("h", hadamard(o, apply("tanh", c)))
    return cell.system()


def share(few: sl.System, many: sl.System) -> str:
    """The share of parameters, as a fraction."""
    counts = [
        sum(rows * columns for rows, columns in (one.shapes[name] for name in one.parameters)) for one in (few, many)
    ]
    return f"{(counts[0] / counts[1]).simplify()}"


def _slip(page: Page, back: sl.System) -> None:
    values = random_values(back, seed=7)
    out = sl.lambdify(back)(**values)
    right, slip = out.d_c * (out.g - values["c_prev"]), out.d_c * out.g
    page.table(
        ["$\\delta i_t$", "against the derived line"],
        [
            [r"$\delta C_t \odot (\tilde{C}_t - C_{t-1})$", percent(right, out.d_i)],
            [r"$\delta C_t \odot \tilde{C}_t$", percent(slip, out.d_i)],
        ],
    )


def _converted(page: Page, back: sl.System, back_kept: sl.System) -> None:
    values = random_values(back, seed=8)
    renamed = {name.replace("_i", "_f"): value for name, value in values.items()}
    negated = renamed | {name: -renamed[name] for name in ("W_f", "b_f")}
    out = sl.lambdify(back)(**values)
    right, wrong = (sl.lambdify(back_kept)(**given) for given in (negated, renamed))
    pairs = {
        "$C_t$": (out.c, "c"), "$h_t$": (out.h, "h"), r"$\delta h_{t-1}$": (out.d_h_prev, "d_h_prev"),
        r"$\frac{\partial L}{\partial W_f}$ and $-\frac{\partial L}{\partial W_i}$": (-out.d_W_i, "d_W_f"),
    }  # fmt: skip
    page.table(
        ["quantity", "equal, weights negated", "weights as they are"],
        [
            [title, yes(same(right[name], value)), "–" if name == "d_W_f" else percent(wrong[name], value)]
            for title, (value, name) in pairs.items()
        ],
    )


def _tied(page: Page, back: sl.System, back_lstm: sl.System) -> None:
    values = random_values(back, seed=9)
    one = sl.lambdify(back)(**values)
    two = sl.lambdify(back_lstm)(**values, W_f=-values["W_i"], b_f=-values["b_i"])
    page.table(
        ["quantity", "equal"],
        [
            ["$h_t$", yes(same(two.h, one.h))],
            [r"$\frac{\partial L}{\partial W_i}$", yes(same(two.d_W_i - two.d_W_f, one.d_W_i))],
            [r"$\frac{\partial L}{\partial b_i}$", yes(same(two.d_b_i - two.d_b_f, one.d_b_i))],
        ],
    )
