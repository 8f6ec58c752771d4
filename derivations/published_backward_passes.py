"""Published backward passes, run: a course's numbers and formulas in two editions, and a package's vignette."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

import symlstm as sl
from derivations.checks import percent, yes
from derivations.page import FOLDER, Page

DATA = FOLDER.parent / "tests" / "data" / "published"
THEIRS = {"f": "f", "i": "i", "o": "o", "g": "c"}  # our gates and those of the course
GRADIENTS = {f"d{kind}{theirs}": f"d_{kind}_{ours}" for kind in "Wb" for ours, theirs in THEIRS.items()}
Arrays = Mapping[str, np.ndarray]

FIRST = r"""\begin{aligned}
\mathrm{d}\Gamma_o &= \mathrm{d}a * \tanh(c) * \Gamma_o * (1 - \Gamma_o) \\
\mathrm{d}\tilde{c} &= \mathrm{d}c * \Gamma_u + \Gamma_o (1 - \tanh(c)^2) * \Gamma_u * \mathrm{d}a * \tilde{c} * (1 - \tanh(\tilde{c})^2) \\
\mathrm{d}\Gamma_u &= \mathrm{d}c * \tilde{c} + \Gamma_o (1 - \tanh(c)^2) * \tilde{c} * \mathrm{d}a * \Gamma_u * (1 - \Gamma_u) \\
\mathrm{d}\Gamma_f &= \mathrm{d}c * \tilde{c}_{\mathrm{prev}} + \Gamma_o (1 - \tanh(c)^2) * c_{\mathrm{prev}} * \mathrm{d}a * \Gamma_f * (1 - \Gamma_f)
\end{aligned}"""

SECOND = r"""\begin{aligned}
\mathrm{d}\gamma_o &= \mathrm{d}a * \tanh(c) * \Gamma_o * (1 - \Gamma_o) \\
\mathrm{d}p_{\tilde{c}} &= (\mathrm{d}c * \Gamma_u + \Gamma_o * (1 - \tanh(c)^2) * \Gamma_u * \mathrm{d}a) * (1 - \tilde{c}^2) \\
\mathrm{d}\gamma_u &= (\mathrm{d}c * \tilde{c} + \Gamma_o * (1 - \tanh(c)^2) * \tilde{c} * \mathrm{d}a) * \Gamma_u * (1 - \Gamma_u) \\
\mathrm{d}\gamma_f &= (\mathrm{d}c * c_{\mathrm{prev}} + \Gamma_o * (1 - \tanh(c)^2) * c_{\mathrm{prev}} * \mathrm{d}a) * \Gamma_f * (1 - \Gamma_f)
\end{aligned}"""


def write() -> Page:
    page = Page("Published backward passes, run")
    page.say(r"""
        Many learn the backward pass of an LSTM from the course *Sequence Models* of deeplearning.ai. Its notebook derives the formulas
        for one step, has them programmed, and prints the gradients that should come out of a sequence. The first edition (2018) was wrong
        in both, the second (v3a) is right in both. What went wrong is instructive, and can be computed.
    """)
    _numbers(page)
    _formulas(page)
    _vignette(page)
    page.say(r"""
        ## What to take along

        - A number in print is no reference. Compare with a gradient that was found in another way: the complex step, or
          automatic differentiation.
        - Test with two steps or more. All slips of the first section vanish at $T = 1$, but for the copied bias.
        - The derivative of the activation multiplies the whole sum, $(\ldots + \ldots) \odot f_t \odot (1 - f_t)$. Name the sum $\delta C_t$, and
          nobody can lose the brackets.
    """)
    return page


def published(name: str) -> dict[str, Any]:
    """A published example."""
    data: dict[str, Any] = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    return data


def arrays(data: Mapping[str, Any]) -> dict[str, np.ndarray]:
    """Its inputs that are numbers."""
    return {name: np.asarray(value, float) for name, value in data["inputs"].items() if not isinstance(value, str)}


def weights(given: Arrays) -> dict[str, np.ndarray]:
    """The parameters under our names."""
    named = {f"W_{ours}": given[f"W{theirs}"] for ours, theirs in THEIRS.items()}
    return named | {f"b_{ours}": given[f"b{theirs}"].ravel() for ours, theirs in THEIRS.items()}


def _numbers(page: Page) -> None:
    first, second = (published(f"dlai_lstm_backward_{name}") for name in ("v1_WRONG", "v2_correct"))
    given = arrays(first)
    steps = given["da"].shape[-1]
    values = weights(given) | {
        "x": given["x"].transpose(2, 0, 1)[:steps],
        "seed_h": given["da"].transpose(2, 0, 1),
        "h_0": given["a0"],
        "c_0": np.zeros_like(given["a0"]),
        "seed_c": np.zeros_like(given["a0"]),
    }
    lstm = sl.cell("lstm", B=True)
    whole, alone = (sl.lambdify(sl.through_time(lstm, truncate=cut))(**values) for cut in (None, 1))
    right, single = ({theirs: out[ours] for theirs, ours in named().items()} for out in (whole, alone))
    copied = single | {f"db{THEIRS[gate]}": single["dbf"] + alone[f"d_a_{gate}"][0].sum(axis=1) for gate in "iog"}
    page.say(rf"""
        ## The numbers

        {steps} steps, {given["x"].shape[1]} sequences, 5 units, 3 inputs; a gradient $\mathrm{{d}}a$ flows in at every step. Of each result the course prints
        an entry or a row. Beside it what symlstm finds (`sl.through_time`), and what comes out if every step is differentiated
        alone, nothing handed back from step $t + 1$ (the same with `truncate=1`):
    """)
    rows = []
    for old, new in zip(first["expected"], second["expected"], strict=True):
        name, place = old["quantity"], tuple(old["index"])
        columns = [at(found, name, place) for found in (right, single, copied)]
        rows.append(
            [name + "".join(f"[{k}]" for k in place), *map(shown, (old["published"], new["published"], *columns))]
        )
    page.table(
        ["", "first edition", "second edition", "the gradient", "steps alone", "and dbf added"],
        rows,
    )
    agree_new = all(close(at(right, case["quantity"], tuple(case["index"])), case) for case in second["expected"])
    agree_old = all(close(at(copied, case["quantity"], tuple(case["index"])), case) for case in first["expected"])
    wrong = sum(not close(at(right, case["quantity"], tuple(case["index"])), case) for case in first["expected"])
    explained = [case for case in first["expected"] if close(at(single, case["quantity"], tuple(case["index"])), case)]
    page.say(rf"""
        All numbers of the second edition are the gradient, to the digits printed: {yes(agree_new)}. Of the first edition
        {wrong} of {len(first["expected"])} are not. "Steps alone" gives {len(explained)} of them. The other {len(first["expected"]) - len(explained)}, three biases, come out if a second slip is added, a line
        copied from the forget gate: the sum so far of $\mathrm{{d}}b_f$ plus the bias' own term, at every step anew, which ends as all of
        $\mathrm{{d}}b_f$ plus the term of the first step. With both slips all {len(first["expected"])} published numbers come out to the last digit:
        {yes(agree_old)}.

        The last entry of the row of $\mathrm{{d}}x$, that of the last step, is right even so: nothing comes after it.
    """)


def named() -> dict[str, str]:
    """The names of the course for what we find."""
    return GRADIENTS | {"dx": "d_x", "da0": "d_h_0"}


def at(found: Arrays, name: str, place: tuple[int, ...]) -> np.ndarray:
    """The part of a result that is printed, for x a row over the steps; a bias is a column."""
    array = found[name].transpose(1, 2, 0) if name == "dx" else found[name]
    return np.asarray(array[place]).squeeze()


def close(found: np.ndarray, case: Mapping[str, Any]) -> bool:
    """Whether a result has the digits that were published."""
    return bool(np.max(np.abs(found - np.array(case["published"]))) <= case["atol"])


def shown(value: Any) -> str:
    """A number or a row of some, five decimals."""
    return ", ".join(f"{number:.5f}" for number in np.ravel(value))


def _formulas(page: Page) -> None:
    given = arrays(published("dlai_lstm_cell_backward"))
    back = sl.backprop(sl.cell("lstm", B=True))
    values = weights(given) | {"x": given["xt"], "h_prev": given["a_prev"], "c_prev": given["c_prev"]}
    da, dc = given["da_next"], given["dc_next"]
    out = sl.lambdify(back)(**values, seed_h=da, seed_c=dc)
    page.say(r"""
        ## The formulas

        One step, with $\mathrm{d}a$ and $\mathrm{d}c$ flowing in. $*$ is elementwise; $\Gamma_u$ is the input gate. The first edition:
    """)
    page.math(FIRST)
    page.say("The second, where the names say that the net inputs are meant:")
    page.math(SECOND)
    page.say("Derived, in the same notation:")
    page.math(back.latex(only=["d_c", "d_a_o", "d_a_g", "d_a_i", "d_a_f", "d_c_prev"], notation="deeplearning.ai"))
    page.say("The largest error at the inputs of the course, relative to the largest entry:")
    claims = [claimed(out, values["c_prev"], da, dc, edition) for edition in (1, 2)]
    gates = {
        "o": "",
        "g": r"brackets; a factor $\tilde{c}$ too many; $\tanh$ of what is a $\tanh$ already",
        "i": "brackets",
        "f": r"brackets (and $\tilde{c}_{\mathrm{prev}}$ for $c_{\mathrm{prev}}$, not counted here)",
    }
    page.table(
        ["", "first edition", "second edition", "what is wrong in the first"],
        [
            [
                f"${sl.latex(back[f'd_a_{gate}'].lhs, notation='deeplearning.ai', system=back)}$",
                *(percent(claim[gate], out[f"d_a_{gate}"]) for claim in claims),
                reason,
            ]
            for gate, reason in gates.items()
        ],
    )
    page.say(r"""
        The brackets: $\mathrm{d}c * \tilde{c} + \ldots * \Gamma_u * (1 - \Gamma_u)$ multiplies one of two terms by the derivative of the activation. With $\mathrm{d}c = 0$
        the lines of $\Gamma_u$ and $\Gamma_f$ are right, and a test with a loss on $a$ alone does not find them:
    """)
    quiet = np.zeros_like(dc)
    out = sl.lambdify(back)(**values, seed_h=da, seed_c=quiet)
    claim = claimed(out, values["c_prev"], da, quiet, 1)
    page.table(
        [r"$\mathrm{d}c = 0$", *(f"$\\Gamma_{letter}$" for letter in "uf"), r"$\tilde{c}$"],
        [["first edition", *(percent(claim[gate], out[f"d_a_{gate}"]) for gate in "ifg")]],
    )


def claimed(out: Any, c_prev: np.ndarray, da: np.ndarray, dc: np.ndarray, edition: int) -> dict[str, np.ndarray]:
    """The formulas of an edition, as they are printed, with c_prev where the first has a tilde on it."""
    f, i, o, g, tanh_c = out.f, out.i, out.o, out.g, np.tanh(out.c)
    s = o * (1 - tanh_c**2)
    found = {"o": da * tanh_c * o * (1 - o)}
    if edition == 1:
        found["g"] = dc * i + s * i * da * g * (1 - np.tanh(g) ** 2)
        found["i"] = dc * g + s * g * da * i * (1 - i)
        found["f"] = dc * c_prev + s * c_prev * da * f * (1 - f)
    else:
        found["g"] = (dc * i + s * i * da) * (1 - g**2)
        found["i"] = (dc * g + s * g * da) * i * (1 - i)
        found["f"] = (dc * c_prev + s * c_prev * da) * f * (1 - f)
    return found


VIGNETTE = {
    "d8": (r"$\delta_8 = \delta_7 * \delta_4$", r"$\delta_8 = \delta_7 + \delta_4$"),
    "d22": (r"$\delta_{22} = \delta_{16} W_i^{\top}$", r"$\delta_{22} = \delta_{15} W_i^{\top}$"),
    "d23": (r"$\delta_{23} = \delta_{16} W_f^{\top}$", r"$\delta_{23} = \delta_{16} U_f^{\top}$"),
}


def _vignette(page: Page) -> None:
    given = arrays(published("derivation_cran_rnn_vignette"))
    values = {f"W_{gate}": given[f"U_{gate}"].T for gate in "fiog"} | {
        f"U_{gate}": given[f"W_{gate}"].T for gate in "fiog"
    }
    values |= {f"b_{gate}": np.zeros(given["C_prev"].shape[1]) for gate in "fiog"}
    values |= {"x": given["x"].T, "h_prev": given["h_prev"].T, "c_prev": given["C_prev"].T}
    seeds = {"seed_h": (given["delta1"] + given["delta2"]).T, "seed_c": given["delta4"].T}
    out = sl.lambdify(sl.backprop(sl.cell("lstm", layout="split", B=True)))(**values, **seeds)
    truth = {"c": out.d_c_prev.T, "h": out.d_h_prev.T, "x": out.d_x.T}
    page.say(r"""
        ## Another: numbered deltas

        The vignette *LSTM units* of the package `rnn` for R writes the step in rows, $W$ on $h_{t-1}$ and $U$ on $x_t$, and numbers what flows
        back through the graph from $\delta_1$ to $\delta_{26}$. $\delta_4$ is what comes from the next step to $C_t$, $\delta_7$ what comes to it through
        $h_t$; $\delta_{15}$ and $\delta_{16}$ belong to the net inputs of $i$ and $f$. Three of the lines are wrong. What each does, alone, at random values:
    """)
    rows = []
    for slips, (printed, right) in {**VIGNETTE, "": ("", "all three mended")}.items():
        claims = vignette(given, out, slips)
        errors = (percent(claims[key], truth[key]) if key in claims else "shapes do not fit" for key in truth)
        rows.append([printed, right, *errors])
    page.table(["printed", "right", r"$\delta C_{t-1}$", r"$\delta h_{t-1}$", r"$\delta x_t$"], rows)
    page.say(r"""
        The first is the worst: gradients that meet are added. As printed, $\delta_8 = 0$ at the last step, where $\delta_4 = 0$, and no gate but
        the output gate learns from it. The third can only be written down where $n = d$; with sizes of their own the shapes tell.
    """)


def vignette(given: Arrays, out: Any, slip: str) -> dict[str, np.ndarray]:
    """The numbered deltas, a batch of rows, with one of the slips."""
    f, i, o, g, c = out.f.T, out.i.T, out.o.T, out.g.T, out.c.T
    d3 = given["delta1"] + given["delta2"]
    d7 = d3 * o * (1 - np.tanh(c) ** 2)
    d8 = d7 * given["delta4"] if slip == "d8" else d7 + given["delta4"]
    net = {
        "o": d3 * np.tanh(c) * o * (1 - o),
        "g": d8 * i * (1 - g**2),
        "i": d8 * g * i * (1 - i),
        "f": d8 * given["C_prev"] * f * (1 - f),
    }
    to_h = {gate: net["f" if (gate, slip) == ("i", "d22") else gate] @ given[f"W_{gate}"].T for gate in net}
    to_x = {gate: net[gate] @ given[f"{'W' if (gate, slip) == ('f', 'd23') else 'U'}_{gate}"].T for gate in net}
    found = {"c": d8 * f, "h": np.sum(list(to_h.values()), axis=0)}
    if to_x["f"].shape == to_x["o"].shape:
        found["x"] = np.sum(list(to_x.values()), axis=0)
    return found
