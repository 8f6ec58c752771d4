"""The GRU through time: four paths into the old state, what each is worth, and the product of its Jacobians."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from sympy import MatrixExpr

import symlstm as sl
from derivations.checks import check_gradients, percent, random_values, same, yes
from derivations.page import Page
from symlstm.algebra import Later, add, first, later, symbols_of

SHOWN = ("d_W_r", "d_W_z", "d_W_g", "d_h_0")
LAGS = (1, 2, 5, 10, 20, 30)
PATHS = {"r": r"$r$, the reset gate", "z": r"$z$, the update gate", "g": "the candidate", "h": "straight on"}


def write() -> Page:
    page = Page("The GRU through time")
    cells = {kind: sl.cell("gru", layout="split", reset=kind) for kind in ("before", "after")}
    back = {kind: sl.through_time(cell) for kind, cell in cells.items()}
    page.say(r"""
        A GRU has one state, and it hands it on in four ways. (What sets the two versions apart, in one step:
        [reset before or after](gru_reset.md).) Reset before the recurrent product, $z_t$ the share that is kept:
    """)
    page.math(cells["before"].latex())
    page.say(r"""
        ## The recurrence

        $L$ is a sum of losses, one at every step; $\delta h_t^{\mathrm{in}}$ is what the one at step $t$ says. From $t + 1$ come four terms more, one for
        each place where $h_t$ stands in the equations of step $t + 1$: in the net input of $r_{t+1}$, in that of $z_{t+1}$, in
        $r_{t+1} \odot h_t$, and in $z_{t+1} \odot h_t$.
    """)
    page.math(back["before"].latex(only=["d_h"]))
    page.say("Within a step:")
    page.math(back["before"].latex(only=["d_z", "d_a_z", "d_a_g", "d_r", "d_a_r", "d_x"]))
    page.say("The sums over $t$, and the initial state:")
    page.math(back["before"].latex(only=["d_W_r", "d_U_r", "d_U_z", "d_U_g", "d_b_g", "d_h_0"]))
    page.say(r"""
        Reset after the product, the lines around $U_g$ are others. $\delta a_{g,t+1}$ meets $r_{t+1}$ first and $U_g^{\top}$ then:
    """)
    page.math(back["after"].latex(only=["d_h", "d_r", "d_U_g"]))
    _forgotten(page, back)
    _small_weights(page, back)
    _mixed(page, back)
    _jacobians(page, cells["before"])
    check_gradients(page, back, seed=95)
    return page


def without(back: sl.System, path: str) -> sl.System:
    """The pass without one of the four terms, at every step and for h_0."""

    def kept(expression: MatrixExpr) -> MatrixExpr:
        return add(*(term for term in expression.args if _path_of(term) != path))

    seed, handed_back = back["d_h"].rhs.args
    assert isinstance(handed_back, Later)
    new = {
        "d_h": add(seed, later(kept(handed_back.matrix), handed_back.beyond)),
        "d_h_0": first(kept(back["d_h_0"].rhs.matrix)),
    }
    return replace(back, lines=tuple(replace(line, rhs=new.get(line.name, line.rhs)) for line in back.lines))


def _path_of(term: MatrixExpr) -> str:
    """Which of the four a term is."""
    names = {str(symbol.name) for symbol in symbols_of(term)}
    return next((gate for gate in "rzg" if f"d_a_{gate}" in names), "h")


def _values(back: sl.System, scale: float = 0.5) -> dict[str, np.ndarray]:
    values = random_values(back, seed=91)
    return {name: scale * value if name[:2] in ("W_", "U_") else value for name, value in values.items()}


def _forgotten(page: Page, back: Mapping[str, sl.System]) -> None:
    page.say(r"""
        ## A path forgotten

        The backward pass with one of the four terms struck out, at every step and in $\delta h_0$. Random values, $n = 4$, $d = 3$, $T = 5$, a
        loss at every step; the largest error relative to the largest entry:
    """)
    rows, single = [], True
    for kind, whole in back.items():
        run, values = sl.lambdify(whole), _values(whole)
        one = values | {name: values[name][:1] for name in ("x", "seed_h")}
        right, at_one = run(**values), run(**one)
        for path, title in PATHS.items():
            wrong = sl.lambdify(without(whole, path))
            out, alone = wrong(**values), wrong(**one)
            rows.append([f"reset {kind}", title, *(percent(out[name], right[name]) for name in SHOWN)])
            single = single and all(same(alone[name], at_one[name]) for name in whole.outputs if name != "d_h_0")
    page.table(["", "without", *(f"${sl.latex(whole[name].lhs, system=whole)}$" for name in SHOWN)], rows)
    page.say(rf"""
        The one that is easily forgotten is the first, $U_r^{{\top}} \delta a_{{r,t+1}}$: the reset gate is one gate further off, inside the
        candidate. With $T = 1$ all weights and biases come out right whichever path is missing: {yes(single)}. Only
        $\delta h_0$ tells.
    """)


def _small_weights(page: Page, back: Mapping[str, sl.System]) -> None:
    page.say(r"""
        Why it goes unnoticed: the term is a product of three small things, $U_r$, $U_g$ and $r \odot (1 - r) \leq \frac{1}{4}$. Without it, the largest
        error of all gradients where weights are as small as they are at the start of training:
    """)
    scales = (0.01, 0.03, 0.1, 0.3, 1.0)
    rows = []
    for kind, whole in back.items():
        run, wrong = sl.lambdify(whole), sl.lambdify(without(whole, "r"))
        row = [f"reset {kind}"]
        for scale in scales:
            values = _values(whole, scale)
            values |= {name: 0 * value for name, value in values.items() if name.startswith(("b_", "bh_"))}
            right, out = run(**values), wrong(**values)
            worst = max(np.max(np.abs(out[name] - right[name])) / np.max(np.abs(right[name])) for name in whole.outputs)
            row.append(f"{100 * worst:.2g} %")
        rows.append(row)
    page.table(["weights of size", *map(str, scales)], rows)
    page.say("A comparison with finite differences that allows one percent passes at first. Check with weights near 1.")


def _mixed(page: Page, back: Mapping[str, sl.System]) -> None:
    page.say("""
        ## The backward pass of the other cell

        The forward pass of one and the backward pass of the other: it runs, for all shapes fit.
    """)
    rows = []
    for kind, other in (("after", "before"), ("before", "after")):
        whole = back[kind]
        donor = {line.name: line for line in back[other].lines}
        lines = tuple(
            donor[line.name] if line.name.startswith("d_") and line.name in donor else line for line in whole.lines
        )
        values = _values(whole)
        right, out = sl.lambdify(whole)(**values), sl.lambdify(replace(whole, lines=lines))(**values)
        names = (*SHOWN, "d_U_g")
        rows.append([f"forward reset {kind}, backward {other}", *(percent(out[name], right[name]) for name in names)])
    page.table(["", *(f"${sl.latex(whole[name].lhs, system=whole)}$" for name in names)], rows)


def _jacobians(page: Page, gru: sl.System) -> None:
    page.say(r"""
        ## The product of Jacobians

        One step, the four paths as terms and factors:
    """)
    step = sl.jacobian(gru, "h", "h_prev")
    page.math(step.latex(only=[line.name for line in step.lines if "_by_" in line.name]))
    page.say(r"""
        Over several steps these are multiplied. The path straight on, with the gates and the candidate held fixed, is to the
        GRU what the carousel is to the LSTM:
    """)
    page.math(sl.jacobian(sl.over_time(gru), "h", "h_0", "partial").latex(only=["partial_h_by_h_0"]))
    page.say(r"""
        $z_t$ near 1 keeps the state, and the gradient with it; an initial $b_z$ of 1 or more does for the GRU what the bias of the
        forget gate does for the LSTM (where $z_t$ is the share that is *written*, it is one of $-1$ or less). But the candidate gets $1 - z_t$: what keeps
        the old also keeps out the new. $\left\lVert \frac{\mathrm{d} h_T}{\mathrm{d} h_{T-\ell}} \right\rVert$ of untrained cells, $n = 16$, $d = 8$, weights uniform
        in $\pm 1 / \sqrt{n}$, and the largest entry of the product of the $z$:
    """)
    rows = []
    for bias in (0, 1, 3):
        generator = np.random.default_rng(93)
        values = {"x": generator.standard_normal((max(LAGS), 8)), "h_0": generator.standard_normal(16) / 2}
        for name in gru.parameters:
            shape = (16, 8 if name[0] == "W" else 16)
            values[name] = generator.uniform(-1, 1, shape) / 4 if name[0] in "WU" else np.zeros((16, 1))
        values["b_z"] = values["b_z"] + bias
        flow = sl.flow(gru, values)
        for title, norms in (
            (f"$b_z = {bias}$", flow.norms["h"]),
            (r"$\prod \operatorname{diag}(z)$", flow.direct["h"]),
        ):
            rows.append([title, *(f"{norms[-1, max(LAGS) - lag]:.2g}" for lag in LAGS)])
    page.table([r"$\ell$", *map(str, LAGS)], rows)
