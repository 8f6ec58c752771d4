"""Backpropagation through time of the LSTM in full: its two ends, its sums, common slips, and what a cut loses."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from sympy import MatrixExpr

import symlstm as sl
from derivations.checks import check_gradients, percent, random_values, same, yes
from derivations.page import Page
from symlstm.algebra import add, apply, first, hadamard, later, one_minus, power, substitute, total, zeros

SHOWN = ("d_W_f", "d_W_o", "d_b_g", "d_h_0", "d_c_0")
LONG = 24


@dataclass(frozen=True)
class Slip:
    """Lines that are written wrongly, and what is wrong in them."""

    story: str
    lines: Mapping[str, MatrixExpr]


def write() -> Page:
    page = Page("Backpropagation through time, the LSTM in full")
    lstm = sl.cell("lstm")
    back = sl.through_time(lstm)
    page.say(r"""
        One cell, applied $T$ times with the same weights, from $h_0$ and $C_0$ on:
    """)
    page.math(lstm.latex())
    page.say(r"""
        for $t = 1, \dots, T$. $L$ is a sum of losses, one at every step, that see $h_t$; what flows in there is
        $\delta h_t^{\mathrm{in}} = \frac{\partial L_t}{\partial h_t}$, the direct part. A loss may also see the last cell state,
        $\delta C_T^{\mathrm{in}}$. $\delta q$ is the gradient of $L$ with respect to $q$, all paths counted, those through all later steps too.
        The whole backward pass is `sl.through_time(sl.cell("lstm"))`; here it is, line by line.

        ## From step $t + 1$ to step $t$

        $h_t$ is used by the loss of its own step and by the four net inputs of the next one. $C_t$ is used twice: in
        $h_t = o_t \odot \tanh(C_t)$, and in $C_{t+1} = f_{t+1} \odot C_t + \ldots$. Hence two terms in $\delta C_t$, one through $h_t$
        (and there through everything that $h_t$ does later), one straight to $C_{t+1}$, past all weights:
    """)
    page.math(back.latex(only=["d_h", "d_c"]))
    page.say(r"""
        Nothing comes after step $T$: the recurrence begins there, with what flows in and no more. The gate in the second term is
        $f_{t+1}$, the one that $C_t$ is multiplied by.

        ## Within a step

        The gates of step $t$ need $\delta h_t$ and $\delta C_t$ and nothing else from later. These lines are those of
        [one step](backward_step.md):
    """)
    page.math(back.latex(only=["d_a_f", "d_a_i", "d_a_o", "d_a_g", "d_x"]))
    page.say(r"""
        ## Sums over $t$

        $W_f$ is one matrix, used $T$ times, and every use adds its part. At step $t$ it was multiplied by $[h_{t-1}; x_t]$; at $t = 1$
        that holds the given $h_0$:
    """)
    page.math(back.latex(only=["d_W_f", "d_W_i", "d_W_o", "d_W_g", "d_b_f", "d_b_i", "d_b_o", "d_b_g"]))
    page.say(r"""
        ## Down to the initial states

        $h_0$ and $C_0$ are used like $h_t$ and $C_t$, but for the uses that they do not have: no loss sees $h_0$, and there is no
        $o_0 \odot \tanh(C_0)$.
    """)
    page.math(back.latex(only=["d_h_0", "d_c_0"]))
    page.say("Where they are learned, these are their gradients; where they are zero, the lines can be left out.")
    _slips(page, back)
    _truncated(page, lstm)
    check_gradients(page, {"agree": back}, seed=63)
    return page


def slips(back: sl.System) -> list[Slip]:
    """Lines as they are found written, with what is wrong in each."""
    q = back.symbols
    through_h = hadamard(q["d_h"], q["o"], one_minus(power(apply("tanh", q["c"]), 2)))
    no_c = zeros(q["c"].shape)
    handed_back = back["d_h"].rhs.args[1].matrix
    of_this_step = add(through_h, hadamard(later(q["d_c"], no_c), q["f"]), later(no_c, q["seed_c"]))
    sums = {name: back[name].rhs.matrix for name in back.outputs if name.startswith(("d_W_", "d_b_"))}
    weights = {name: substitute(rhs, {q["h_prev"]: q["h"]}) for name, rhs in sums.items() if name.startswith("d_W_")}
    return [
        Slip("The second term of $\\delta C_t$ is forgotten:", {"d_c": add(through_h, later(no_c, q["seed_c"]))}),
        Slip(
            "The first term of $\\delta C_t$ is forgotten, but at $t = T$:",
            {"d_c": later(hadamard(q["d_c"], q["f"]), add(through_h, q["seed_c"]))},
        ),
        Slip("The gate of the wrong step, $f_t$ for $f_{t+1}$:", {"d_c": of_this_step}),
        Slip("Every step is differentiated alone, as far as $h_t$ goes:", {"d_h": q["seed_h"]}),
        Slip("Of several losses only the one at $t = T$ is seen:", {"d_h": later(handed_back, q["seed_h"])}),
        Slip(
            "`=` where `+=` should stand, in a loop from $T$ down to 1, so that the last assignment is all that is left; "
            "the same for all weights and biases:",
            {name: first(rhs) for name, rhs in sums.items()},
        ),
        Slip(
            "$h_t$ for $h_{t-1}$ in the outer product; the same for all weights:",
            {name: total(rhs) for name, rhs in weights.items()},
        ),
    ]


def applied(back: sl.System, slip: Slip) -> sl.System:
    """The backward pass with these lines in it."""
    return replace(
        back, lines=tuple(replace(line, rhs=slip.lines.get(line.name, line.rhs), system=None) for line in back.lines)
    )


def _slips(page: Page, back: sl.System) -> None:
    page.say(r"""
        ## Slips, and what they cost

        Seven ways in which this pass is found written wrongly, each a line of it replaced:
    """)
    found = {letter: (slip, applied(back, slip)) for letter, slip in zip("ABCDEFG", slips(back), strict=True)}
    for letter, (slip, wrong) in found.items():
        page.say(f"**{letter}.** {slip.story}")
        page.math(wrong.latex(only=[next(iter(slip.lines))]))
    values = random_values(back, seed=61)
    values |= {name: value / 2 for name, value in values.items() if name.startswith("W_")}
    one = values | {name: values[name][:1] for name in ("x", "seed_h")}
    right, at_one = (sl.lambdify(back)(**given) for given in (values, one))
    page.say(f"""
        Random weights and states, $n = 4$, $d = 3$, a loss at every step and one that sees $C_T$. The largest error relative to
        the largest entry, of all gradients at $T = 1$ and of some at $T = {len(values["x"])}$:
    """)
    rows, adjoints = [], []
    for letter, (_, wrong) in found.items():
        run = sl.lambdify(wrong)
        out, alone = run(**values), run(**one)
        worst = [name for name in back.outputs if not same(alone[name], at_one[name])]
        wrongs = "".join(f"${sl.latex(back[name].lhs, system=back)}$" for name in worst[:1])
        rows.append(
            [
                letter,
                f"{percent(alone[worst[0]], at_one[worst[0]])} in {wrongs}" if worst else "right",
                *(percent(out[name], right[name]) for name in SHOWN),
            ]
        )
        if letter < "F":
            adjoints.append([letter, *map(percent, out.d_c[::-1], right.d_c[::-1])])
    page.table(["", "$T = 1$", *(f"${sl.latex(back[name].lhs, system=back)}$" for name in SHOWN)], rows)
    blind = [letter for letter, at_first, *_ in rows if at_first == "right"]
    page.say(rf"""
        {", ".join(blind[:-1])} and {blind[-1]} are right at $T = 1$, so that a test of one step does not see them. The adjoint of
        the cell state, step by step:
    """)
    page.table(["", *(f"$\\delta C_{t}$" for t in range(len(right.d_c), 0, -1))], adjoints)
    single = values | {
        "seed_h": values["seed_h"] * (np.arange(len(values["x"])) == len(values["x"]) - 1)[:, None, None]
    }
    unseen = all(same(sl.lambdify(found["E"][1])(**single)[name], sl.lambdify(back)(**single)[name]) for name in SHOWN)
    page.say(rf"""
        All five are right at $t = T$, where nothing comes from later: {yes(all(row[1] == "right" for row in adjoints))}. With a
        loss at $T$ alone E gives the right gradients, so that only a test with losses at several steps sees it: {yes(unseen)}.
    """)


def _truncated(page: Page, lstm: sl.System) -> None:
    cut = sl.through_time(lstm, truncate=2)
    page.say(r"""
        ## Cut every two steps

        Truncated backpropagation cuts the sequence in pieces of $k$ steps. The states pass from piece to piece, the gradient does
        not. `sl.through_time(lstm, truncate=2)` differs from the whole pass in two lines, each with one case more:
    """)
    page.math(cut.latex(only=["d_h", "d_c"]))
    page.say(r"""
        These sums are no gradient of $L$. They are the gradient of $L$ with the states that pieces begin with held fixed: the sum
        over the pieces, each from the states it was handed.
    """)
    values = random_values(cut, seed=62, T=LONG)
    values |= {name: value / 2 for name, value in values.items() if name.startswith("W_")}
    values |= {"seed_c": np.zeros((4, 1)), "b_f": values["b_f"] + 1}
    whole = sl.through_time(lstm)
    page.say(f"At random values with $T = {LONG}$ the two agree: {yes(_by_pieces(whole, cut, values))}.")
    _reach(page, whole, cut, values)
    _lost(page, lstm, values)


def _by_pieces(whole: sl.System, cut: sl.System, values: Mapping[str, np.ndarray]) -> bool:
    """Whether the pass with cuts is the sum of passes over pieces of two steps."""
    run, found = sl.lambdify(whole), sl.lambdify(cut)(**values)
    sums = {f"d_{name}": np.zeros_like(values[name]) for name in whole.parameters}
    handed_on: dict[str, np.ndarray] = {}
    for start in range(0, LONG, 2):
        piece = {name: values[name][start : start + 2] for name in ("x", "seed_h")}
        out = run(**{**values, **piece, **handed_on})
        handed_on = {"h_0": out.h[-1], "c_0": out.c[-1]}
        sums = {name: value + out[name] for name, value in sums.items()}
    return all(same(found[name], value) for name, value in sums.items())


def _reach(page: Page, whole: sl.System, cut: sl.System, values: dict[str, np.ndarray]) -> None:
    page.say(r"""
        ## What the cut loses

        A loss at the last step alone, $T = 8$, and what each input gets of it, $\lVert \delta x_t \rVert$:
    """)
    short = values | {name: values[name][:8] for name in ("x", "seed_h")}
    short["seed_h"] = short["seed_h"] * (np.arange(8) == 7)[:, None, None]
    table = [
        [title, *(f"{norm:.2g}" for norm in np.linalg.norm(sl.lambdify(system)(**short).d_x[::-1, :, 0], axis=1))]
        for title, system in (("whole", whole), ("cut every 2 steps", cut))
    ]
    page.table(["$t$", *range(8, 0, -1)], table)
    page.say("Nothing of it reaches a step before its own piece, however large its part is there.")


def _lost(page: Page, lstm: sl.System, values: Mapping[str, np.ndarray]) -> None:
    whole = sl.through_time(lstm)
    page.say(rf"""
        A loss at every step, $T = {LONG}$. A loss that stands at place $j$ of its piece reaches back over $j - 1$ steps,
        $\frac{{k - 1}}{{2}}$ on average. $g_k$ is what a pass with pieces of $k$ steps finds, $g$ the gradient; the error
        $\frac{{\lVert g_k - g \rVert}}{{\lVert g \rVert}}$, and for all parameters together the cosine of the angle between the two:
    """)
    right = sl.lambdify(whole)(**values)
    everything = np.concatenate([right[f"d_{name}"].ravel() for name in whole.parameters])
    rows = []
    for k in (1, 2, 3, 4, 6, 8, 12, LONG):
        out = sl.lambdify(sl.through_time(lstm, truncate=k))(**values)
        errors = [
            np.linalg.norm(out[name] - right[name]) / np.linalg.norm(right[name])
            for name in ("d_W_f", "d_W_o", "d_W_g", "d_b_g")
        ]
        found = np.concatenate([out[f"d_{name}"].ravel() for name in whole.parameters])
        cosine = found @ everything / np.linalg.norm(found) / np.linalg.norm(everything)
        rows.append([k, *(f"{100 * error:.0f} %" for error in errors), f"{cosine:.3f}"])
    head = [f"${sl.latex(whole[name].lhs, system=whole)}$" for name in ("d_W_f", "d_W_o", "d_W_g", "d_b_g")]
    page.table(["$k$", *head, "cosine"], rows)
