"""Peepholes: the gates see the cell state, and the gradient has three terms more, one of them easily forgotten."""

from dataclasses import replace

import numpy as np

import symlstm as sl
from derivations.checks import check_gradients, percent, random_values
from derivations.page import Page
from symlstm.algebra import add, symbols_of

STEPS = 3


def write() -> Page:
    page = Page("Peepholes: gates that see the cell state")
    lstm = sl.cell("lstm", peephole=True)
    back = sl.backprop(lstm)
    page.say(r"""
        The gates of the plain LSTM see $x_t$ and $h_{t-1}$, and $h_{t-1} = o_{t-1} \odot \tanh(C_{t-1})$: while the output
        gate is shut, no gate knows what the cell holds. A peephole shows it to them, each unit its own cell only, so that
        its weights are a column $p$ and the product is elementwise:
    """)
    page.math(lstm.latex())
    page.say(r"""
        $f_t$ and $i_t$ see the old state, for the new one is made with them. $o_t$ is computed last and sees the new one,
        $C_t$. The candidate sees neither.

        ## Three more terms

        Draw an arrow wherever a quantity is used, and sum over the arrows that leave it. $C_t$ is used by the next step, by
        $\tanh(C_t)$, and now a third time, by the net input of $o_t$. In the plain LSTM:
    """)
    page.math(sl.backprop(sl.cell("lstm")).latex(only=["d_a_o", "d_c", "d_c_prev"]))
    page.say("With peepholes:")
    page.math(back.latex(only=["d_a_o", "d_c", "d_c_prev"]))
    page.say(r"""
        $p_o \odot \delta a_{o,t}$ is the term that hand derivations forget, since $C_t$ stands twice in the formula of $h_t$, once
        in plain sight and once inside $o_t$. It also settles the order: $\delta a_{o,t}$ comes before $\delta C_t$, then $f$, $i$
        and the candidate, then $\delta C_{t-1}$, which gets a term from each gate that looked at it. The lines of the other
        gates look as ever, with this $\delta C_t$ in them.

        The peephole weights themselves, without and with a batch of $B$ columns; mind that $o$ has $C_t$, the others $C_{t-1}$:
    """)
    page.math(back.latex(only=["d_p_f", "d_p_i", "d_p_o"], shapes=True))
    page.math(sl.backprop(sl.cell("lstm", peephole=True, B=True)).latex(only=["a_o", "d_p_o"], shapes=True))
    _forgotten(page, back)
    _blind_test(page)
    check_gradients(page, {"agree": back}, seed=3)
    return page


def _forgotten(page: Page, back: sl.System) -> None:
    page.say(rf"""
        ## What goes wrong when a term is forgotten

        Two backward passes with a line cut short: **A** has no $p_o \odot \delta a_{{o,t}}$ in $\delta C_t$, **B** has no
        $p_f \odot \delta a_{{f,t}} + p_i \odot \delta a_{{i,t}}$ in $\delta C_{{t-1}}$. Random values, $L$ a function of the last $h_t$; after one step,
        and after {STEPS} steps with the gradients summed, the largest error relative to the largest entry
        ($\delta C_{{t-1}}$ is that of the first step):
    """)
    cuts = {"A": cut(back, "d_c", "p_o"), "B": cut(back, "d_c_prev", "p_f", "p_i")}
    values = random_values(back, seed=4)
    values |= {name: value / 2 for name, value in values.items() if name.startswith("W_")} | {
        "seed_c": np.zeros((4, 1))
    }
    x = np.random.default_rng(5).standard_normal((STEPS, *values["x"].shape))
    columns = [(title, steps) for title in cuts for steps in (1, STEPS)]
    right = {steps: gradients(back, values, x[:steps]) for steps in (1, STEPS)}
    found = {(title, steps): gradients(cuts[title], values, x[:steps]) for title, steps in columns}
    page.table(
        ["gradient", *(f"{title}, {steps} step{'s' if steps > 1 else ''}" for title, steps in columns)],
        [
            [f"${sl.latex(back[name].lhs)}$", *(percent(found[key][name], right[key[1]][name]) for key in columns)]
            for name in ("d_p_f", "d_p_o", "d_W_f", "d_W_o", "d_b_g", "d_c_prev")
        ],
    )
    at_zero = values | {name: np.zeros_like(values[name]) for name in ("p_f", "p_i", "p_o")}
    unseen = all(sl.gradcheck(system, at_zero) for system in cuts.values())
    page.say(rf"""
        Three ways not to notice: to check $o$ alone, which does not pass through $\delta C_t$; to check the weights of a single
        step, which do not pass through $\delta C_{{t-1}}$; and to check where peepholes are often initialised, at $p = 0$. There
        both wrong passes agree with the complex step in every gradient: {"yes" if unseen else "NO"}. Check at random $p$, over
        two steps or more.

        Gers, Schraudolph and Schmidhuber (2002) cut the gradient at the peepholes on purpose. That is a way to train; it is not
        the gradient of $L$.
    """)


def cut(back: sl.System, name: str, *factors: str) -> sl.System:
    """The backward pass with the terms that hold one of the factors struck out of a line."""
    kept = [term for term in back[name].rhs.args if not {symbol.name for symbol in symbols_of(term)} & {*factors}]
    return replace(
        back, lines=tuple(replace(line, rhs=add(*kept)) if line.name == name else line for line in back.lines)
    )


def gradients(back: sl.System, values: dict[str, np.ndarray], x: np.ndarray) -> dict[str, np.ndarray]:
    """The gradients of several steps: those of the parameters summed, those of the states before the first step."""
    assert back.forward is not None
    step, grads = sl.lambdify(back.forward), sl.lambdify(back)
    parameters = {name: values[name] for name in back.parameters}
    states = [{name: values[name] for name in back.states}]
    for x_t in x[:-1]:
        out = step(**parameters, **states[-1], x=x_t)
        states.append({"h_prev": out.h, "c_prev": out.c})
    seeds = {name: values[name] for name in back.seeds}
    total: dict[str, np.ndarray] = {}
    for x_t, state in zip(x[::-1], states[::-1], strict=True):
        out = grads(**parameters, **state, **seeds, x=x_t)
        seeds = {"seed_h": out.d_h_prev, "seed_c": out.d_c_prev}
        total = {f"d_{name}": total.get(f"d_{name}", 0) + out[f"d_{name}"] for name in parameters}
    return total | {f"d_{name}": out[f"d_{name}"] for name in back.states}


def _blind_test(page: Page) -> None:
    page.say(r"""
        ## A test that does not see them

        The node test `test_lstm_with_peepholes` of ONNX runs one step from $C_0 = 0$ with all weights and peepholes 0.1. But
        $p_f \odot C_0 = 0$ whatever $p_f$ is, and $\frac{\partial L}{\partial p_f} = \delta a_{f,t} \odot C_0 = 0$, and the same for $i$. Its first input,
        $x = [1, 2, 3, 4]$, with other peepholes put in (ONNX allows a relative difference of $10^{-3}$):
    """)
    small = sl.cell("lstm", peephole=True, n=3, d=4)
    step = sl.lambdify(small)
    weights = {name: 0.0 if name.startswith("b_") else 0.1 for name in small.parameters}
    given = {name: np.full(tuple(map(int, small.shapes[name])), value) for name, value in weights.items()}
    given |= {"x": np.array([1.0, 2, 3, 4]), "h_prev": np.zeros(3), "c_prev": np.zeros(3)}
    usual = step(**given).h
    trials = {"as in the test": {}, **{f"${name}$ = 7": {name: np.full((3, 1), 7.0)} for name in ("p_f", "p_i", "p_o")}}
    found = {title: step(**given | changed).h for title, changed in trials.items()}
    page.table(
        ["peepholes", "every entry of $h_1$", "the test passes"],
        [[title, f"{h[0]:.6f}", "yes" if np.allclose(h, usual, rtol=1e-3) else "no"] for title, h in found.items()],
    )
    page.say(r"""
        Nor does it see in which order the three stand in one array (ONNX has $i$, $o$, $f$), for they are equal. A test that
        sees them has two steps or $C_0 \neq 0$, and random weights.
    """)
