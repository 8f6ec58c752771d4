"""The backward pass that Greff et al. print for the LSTM with peepholes, beside the derived one, and where it holds."""

import numpy as np

import symlstm as sl
from derivations.checks import check_gradients, percent, random_values, same, yes
from derivations.page import Page

Values = dict[str, np.ndarray]
BARS = {"g": "z", "i": "i", "f": "f", "o": "o"}

DELTAS = r"""\begin{aligned}
\delta \mathbf{y}^t &= \Delta^t + \mathbf{R}_z^{T} \delta \bar{\mathbf{z}}^{t+1} + \mathbf{R}_i^{T} \delta \bar{\mathbf{i}}^{t+1} + \mathbf{R}_f^{T} \delta \bar{\mathbf{f}}^{t+1} + \mathbf{R}_o^{T} \delta \bar{\mathbf{o}}^{t+1} \\
\delta \bar{\mathbf{o}}^t &= \delta \mathbf{y}^t \odot h(\mathbf{c}^t) \odot \sigma'(\bar{\mathbf{o}}^t) \\
\delta \mathbf{c}^t &= \delta \mathbf{y}^t \odot \mathbf{o}^t \odot h'(\mathbf{c}^t) + \mathbf{p}_o \odot \delta \bar{\mathbf{o}}^t + \mathbf{p}_i \odot \delta \bar{\mathbf{i}}^{t+1} + \mathbf{p}_f \odot \delta \bar{\mathbf{f}}^{t+1} + \delta \mathbf{c}^{t+1} \odot \mathbf{f}^{t+1} \\
\delta \bar{\mathbf{f}}^t &= \delta \mathbf{c}^t \odot \mathbf{c}^{t-1} \odot \sigma'(\bar{\mathbf{f}}^t) \\
\delta \bar{\mathbf{i}}^t &= \delta \mathbf{c}^t \odot \mathbf{z}^t \odot \sigma'(\bar{\mathbf{i}}^t) \\
\delta \bar{\mathbf{z}}^t &= \delta \mathbf{c}^t \odot \mathbf{i}^t \odot g'(\bar{\mathbf{z}}^t) \\
\delta \mathbf{x}^t &= \mathbf{W}_z^{T} \delta \bar{\mathbf{z}}^t + \mathbf{W}_i^{T} \delta \bar{\mathbf{i}}^t + \mathbf{W}_f^{T} \delta \bar{\mathbf{f}}^t + \mathbf{W}_o^{T} \delta \bar{\mathbf{o}}^t
\end{aligned}"""

SUMS = r"""\begin{aligned}
\delta \mathbf{W}_{\star} &= \sum_{t=0}^{T} \langle \delta \bar{\star}^t, \mathbf{x}^t \rangle &\qquad
\delta \mathbf{p}_i &= \sum_{t=0}^{T-1} \mathbf{c}^t \odot \delta \bar{\mathbf{i}}^{t+1} \\
\delta \mathbf{R}_{\star} &= \sum_{t=0}^{T-1} \langle \delta \bar{\star}^{t+1}, \mathbf{y}^t \rangle &
\delta \mathbf{p}_f &= \sum_{t=0}^{T-1} \mathbf{c}^t \odot \delta \bar{\mathbf{f}}^{t+1} \\
\delta \mathbf{b}_{\star} &= \sum_{t=0}^{T} \delta \bar{\star}^t &
\delta \mathbf{p}_o &= \sum_{t=0}^{T} \mathbf{c}^t \odot \delta \bar{\mathbf{o}}^t
\end{aligned}"""


def write() -> Page:
    page = Page("The backward pass of Greff et al., line by line")
    back = sl.through_time(sl.cell("greff-v"))
    page.say(r"""
        *LSTM: A Search Space Odyssey* (Greff, Srivastava, Koutník, Steunebrink and Schmidhuber, 2017) prints backpropagation
        through time for the LSTM with peepholes (in section II or an appendix, by edition). It is one of the few texts that print it
        whole, and many programs follow it. Here it stands beside what `sl.through_time(sl.cell("greff-v"))` derives, in the notation of the paper: block input $\mathbf{z}$, block output
        $\mathbf{y}$, $\bar{\mathbf{z}}$ the net input of $\mathbf{z}$. The paper's formulas are quoted as they are known to the author of this
        page, who did not have the paper at hand; check its wording before you quote it.

        ## Forward
    """)
    page.math(back.latex(only=_forward_lines(back), notation="greff").replace(r" && t = 1, \dots, T", ""))
    page.say(r"""
        ## Deltas

        Theirs. $\Delta^t$ is what comes from the layer above, $\frac{\partial E}{\partial \mathbf{y}^t}$ without the recurrent dependencies:
    """)
    page.math(DELTAS)
    page.say(r"""
        Derived. $\delta \mathbf{y}^{t,\mathrm{in}}$ is their $\Delta^t$. They leave open what stands at the last step, where everything with
        $t + 1$ is zero; here it is a line of its own:
    """)
    shown = ["d_h", "d_a_o", "d_c", "d_a_f", "d_a_i", "d_a_g", "d_x"]
    page.math(back.latex(only=shown, notation="greff"))
    page.say(r"""
        Term by term the same, with $\sigma'(\bar{\mathbf{o}}^t) = \mathbf{o}^t \odot (1 - \mathbf{o}^t)$ written in the output, and so on. One term more:
        $\delta \mathbf{c}^{(T),\mathrm{in}}$, for a loss that sees the last cell state. ($\mathbf{y}^{(T)}$ has its brackets because $\mathbf{R}_z^{T}$
        is a transpose.)

        ## Sums

        Theirs, with $\star$ any of $z$, $i$, $f$, $o$ and $\langle \cdot, \cdot \rangle$ the outer product:
    """)
    page.math(SUMS)
    page.say("Derived, for one of the four and the peepholes:")
    page.math(back.latex(only=["d_W_i", "d_U_i", "d_b_i", "d_p_i", "d_p_f", "d_p_o"], notation="greff"))
    _indices(page)
    _agree(page, back)
    check_gradients(page, {"agree": back}, seed=73)
    return page


def _forward_lines(back: sl.System) -> list[str]:
    assert back.forward is not None
    return [name for name in ("a_g", "g", "a_i", "i", "a_f", "f", "c", "a_o", "o", "h") if name in back]


def _indices(page: Page) -> None:
    page.say(r"""
        ## Where the two sums are the same

        With $s = t - 1$,
    """)
    page.math(
        r"\sum_{t=1}^{T} \delta \bar{\mathbf{i}}^t (\mathbf{y}^{t-1})^{T} = "
        r"\sum_{s=0}^{T-1} \delta \bar{\mathbf{i}}^{s+1} (\mathbf{y}^s)^{T},"
    )
    page.say(r"""
        which is their $\delta \mathbf{R}_i$, and likewise for $\mathbf{p}_i$ and $\mathbf{p}_f$. So with steps $1, \dots, T$, and the given states
        $\mathbf{y}^0$ and $\mathbf{c}^0$ called by the index 0, their limits $0, \dots, T - 1$ are right whatever the states are. But then
        $\delta \mathbf{W}_{\star}$ and the others that begin at $t = 0$ have a first term that does not exist, $\mathbf{x}^0$ and
        $\delta \bar{\star}^0$; it has to be taken for zero.

        If on the other hand $t = 0$ is the first step, as the limits of $\delta \mathbf{W}_{\star}$ say, there are $T + 1$ steps, and the state before
        them is $\mathbf{y}^{-1}$, $\mathbf{c}^{-1}$. The whole sum is
    """)
    page.math(
        r"\sum_{t=0}^{T} \delta \bar{\mathbf{i}}^t (\mathbf{y}^{t-1})^{T} = \delta \bar{\mathbf{i}}^0 (\mathbf{y}^{-1})^{T} + "
        r"\sum_{t=0}^{T-1} \delta \bar{\mathbf{i}}^{t+1} (\mathbf{y}^t)^{T},"
    )
    page.say(r"""
        and the printed one lacks the first term. That is nothing where a sequence starts from zero, $\mathbf{y}^{-1} = \mathbf{c}^{-1} = 0$, as in the
        paper. It is an error where a state is handed on from the piece before, or learned.
    """)


def _agree(page: Page, back: sl.System) -> None:
    page.say(r"""
        ## In numbers

        The printed formulas written down in NumPy by hand, with $t = 0$ for the first step, against the derived pass: five steps,
        $\Delta^t$ at each, nothing else that flows in, random weights, peepholes not zero, $n = 4$, $d = 3$. First from zero states, then from
        random ones, then those with the steps numbered from 1, so that the index 0 is the given state:
    """)
    values = random_values(back, seed=71)
    values |= {name: value / 2 for name, value in values.items() if name[:2] in ("W_", "U_")}
    values["seed_c"] = np.zeros((4, 1))
    at_zero = values | {name: np.zeros((4, 1)) for name in ("h_0", "c_0")}
    cases = [(at_zero, 0), (values, 0), (values, 1)]
    run = sl.lambdify(back)
    results = [(run(**given), printed(given, first)) for given, first in cases]
    names = [name for name in back.outputs if name not in ("d_h_0", "d_c_0")]
    head = ["zero states", "states given, first step 0", "states given, first step 1"]
    page.table(
        ["gradient", *head],
        [
            [
                f"${sl.latex(back[name].lhs, notation='greff', system=back)}$",
                *(percent(theirs[name], ours[name]) for ours, theirs in results),
            ]
            for name in names
        ],
    )
    zero, given, shifted = ([same(theirs[name], ours[name]) for name in names] for ours, theirs in results)
    lacking = [name for name, right in zip(names, given, strict=True) if not right]
    expected = [name for name in names if name[:4] in ("d_U_",) or name in ("d_p_i", "d_p_f")]
    page.say(f"""
        From zero states every gradient agrees to rounding: {yes(all(zero))}. From others the sums with a shifted index are wrong,
        and they alone: {yes(lacking == expected)}. With the given state at index 0 all agree again: {yes(all(shifted))}.
    """)
    late = {f"d_b_{gate}": np.sum(results[0][1][f"delta_{gate}"][1:], axis=0) for gate in BARS}
    off = ", ".join(
        f"${sl.latex(back[name].lhs, notation='greff', system=back)}$ {percent(late[name], results[0][0][name])}"
        for name in late
    )
    page.say(rf"""
        At least one text that retells the paper has $\sum_{{t=0}}^{{T}} \delta \bar{{\star}}^{{t+1}}$ for the biases. That drops the first step, for zero states
        too ({off}; $\delta \bar{{\mathbf{{f}}}}^0$ is zero where $\mathbf{{c}}^{{-1}}$ is).
    """)


def printed(values: Values, first: int) -> Values:
    """The formulas of the paper in NumPy, the first step called `first`, arrays indexed by t; what is not there is zero."""
    steps = len(values["x"])
    last = first + steps - 1
    n = len(values["h_0"])
    q = {name: np.zeros((last + 2, n, 1)) for name in ("z", "i", "f", "o", "c", "y", "zbar", "ibar", "fbar", "obar")}
    x = np.concatenate([np.zeros((first, *values["x"].shape[1:])), values["x"]])
    delta_in = np.concatenate([np.zeros((first, n, 1)), values["seed_h"]])
    W, R, b = ({BARS[gate]: values[f"{family}_{gate}"] for gate in BARS} for family in "WUb")
    p = {gate: values[f"p_{gate}"] for gate in "ifo"}
    before = {"y": values["h_0"], "c": values["c_0"]}
    if first == 1:
        q["y"][0], q["c"][0] = before["y"], before["c"]
    for t in range(first, last + 1):
        y, c = (q["y"][t - 1], q["c"][t - 1]) if t > 0 else (before["y"], before["c"])
        for gate in "zifo":
            q[f"{gate}bar"][t] = W[gate] @ x[t] + R[gate] @ y + b[gate]
        q["z"][t] = np.tanh(q["zbar"][t])
        q["ibar"][t] += p["i"] * c
        q["fbar"][t] += p["f"] * c
        q["i"][t], q["f"][t] = sigma(q["ibar"][t]), sigma(q["fbar"][t])
        q["c"][t] = q["z"][t] * q["i"][t] + c * q["f"][t]
        q["obar"][t] += p["o"] * q["c"][t]
        q["o"][t] = sigma(q["obar"][t])
        q["y"][t] = np.tanh(q["c"][t]) * q["o"][t]
    d = {name: np.zeros((last + 2, n, 1)) for name in ("y", "c", "z", "i", "f", "o")}
    dx = np.zeros_like(x)
    for t in range(last, first - 1, -1):
        c_before = q["c"][t - 1] if t > 0 else before["c"]
        d["y"][t] = delta_in[t] + sum(R[gate].T @ d[gate][t + 1] for gate in "zifo")
        d["o"][t] = d["y"][t] * np.tanh(q["c"][t]) * sigma_prime(q["obar"][t])
        d["c"][t] = (
            d["y"][t] * q["o"][t] * (1 - np.tanh(q["c"][t]) ** 2)
            + p["o"] * d["o"][t]
            + p["i"] * d["i"][t + 1]
            + p["f"] * d["f"][t + 1]
            + d["c"][t + 1] * q["f"][t + 1]
        )
        d["f"][t] = d["c"][t] * c_before * sigma_prime(q["fbar"][t])
        d["i"][t] = d["c"][t] * q["z"][t] * sigma_prime(q["ibar"][t])
        d["z"][t] = d["c"][t] * q["i"][t] * (1 - np.tanh(q["zbar"][t]) ** 2)
        dx[t] = sum(W[gate].T @ d[gate][t] for gate in "zifo")
    found = {"d_x": dx[first:]}
    for ours, theirs in BARS.items():
        found[f"d_W_{ours}"] = sum(d[theirs][t] @ x[t].T for t in range(last + 1))
        found[f"d_U_{ours}"] = sum(d[theirs][t + 1] @ q["y"][t].T for t in range(last))
        found[f"d_b_{ours}"] = sum(d[theirs][t] for t in range(last + 1))
        found[f"delta_{ours}"] = d[theirs]
    found["d_p_i"] = sum(q["c"][t] * d["i"][t + 1] for t in range(last))
    found["d_p_f"] = sum(q["c"][t] * d["f"][t + 1] for t in range(last))
    found["d_p_o"] = sum(q["c"][t] * d["o"][t] for t in range(last + 1))
    return found


def sigma(a: np.ndarray) -> np.ndarray:
    """The logistic function."""
    value: np.ndarray = 1 / (1 + np.exp(-a))
    return value


def sigma_prime(a: np.ndarray) -> np.ndarray:
    """Its derivative at a net input."""
    value: np.ndarray = sigma(a) * sigma(-a)
    return value
