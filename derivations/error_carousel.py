"""Why the cell state keeps gradients: products of Jacobians, direct and whole, and how they differ."""

import numpy as np

import symlstm as sl
from derivations.checks import percent, same, yes
from derivations.page import Page

STEPS, UNITS, INPUTS = 30, 16, 8
LAGS = (1, 2, 5, 10, 20, 30)
Values = dict[str, np.ndarray]


def write() -> Page:
    page = Page("The constant error carousel: what becomes of a gradient over many steps")
    rnn, lstm = sl.cell("rnn", layout="split"), sl.cell("lstm", layout="split")
    page.say(r"""
        A loss at step $t$ says something about what happened $\ell$ steps before as far as $\frac{\mathrm{d} h_t}{\mathrm{d} h_{t-\ell}}$ lets it. By the chain rule
        this is a product of one factor a step, and products of many factors grow or shrink. The simple RNN:
    """)
    jacobian = sl.jacobian(sl.over_time(rnn), "h", "h_0")
    page.math(jacobian.latex(only=["J_h_by_h_0"]))
    page.say(r"""
        (The product is taken from the last step to the first.) $\tanh' \leq 1$, so the norm is at most $\lVert U_h \rVert^t$, and mostly far less
        where units are saturated. The same $U_h$ stands in every factor.

        The cell state of an LSTM has a path of its own, $C_t = f_t \odot C_{t-1} + i_t \odot \tilde{C}_t$ with everything but $C_{t-1}$ held fixed:
    """)
    direct = sl.jacobian(sl.over_time(lstm), "c", "c_0", kind="partial")
    page.math(direct.latex(only=["partial_c_by_c_0"]))
    page.say(r"""
        No weight matrix and no $\tanh'$: entry by entry a product of forget gates, and $1$ wherever they are open. In the first LSTM
        (Hochreiter and Schmidhuber, 1997), which has no forget gate, it is the identity at any distance, the *constant error
        carousel*:
    """)
    first = sl.cell("hochreiter-1997", layout="split")
    page.math(first.latex(only=["c"]))
    page.math(sl.jacobian(first, "c", "c_prev", kind="partial").latex(only=["partial_c_by_c_prev"]))
    _distances(page, rnn, lstm, first)
    _whole(page, lstm)
    _peephole(page)
    return page


def random_values(cell: sl.System, seed: int, bias: float = 0.0, orthogonal: bool = False) -> Values:
    """Weights as PyTorch starts them, uniform within 1/√n; biases 0 but for that of the forget gate; inputs normal."""
    sizes = dict(zip(("n", "d"), (UNITS, INPUTS), strict=True))
    numbers = {size: sizes[size.name] for size in cell.sizes}
    generator = np.random.default_rng(seed)
    values = {}
    for name in cell.parameters:
        shape = [int(side.subs(numbers)) for side in cell.shapes[name]]
        values[name] = generator.uniform(-1, 1, shape) / np.sqrt(UNITS) if name[0] in "WU" else np.zeros(shape)
    if "b_f" in values:
        values["b_f"] = values["b_f"] + bias
    if orthogonal:
        values["U_h"] = np.linalg.qr(values["U_h"])[0]
    starts = {f"{state.removesuffix('_prev')}_0": generator.standard_normal(UNITS) / 2 for state in cell.states}
    return values | starts | {"x": generator.standard_normal((STEPS, INPUTS))}


def _distances(page: Page, rnn: sl.System, lstm: sl.System, first: sl.System) -> None:
    page.say(rf"""
        ## In numbers

        Untrained cells, $n = {UNITS}$, $d = {INPUTS}$: weights uniform in $\pm 1 / \sqrt{{n}}$, biases 0 but for that of the forget gate, normal
        inputs. What reaches a step from the last one over a number of steps, all paths counted: the largest singular value of
        $\frac{{\mathrm{{d}} h_T}}{{\mathrm{{d}} h_{{T-\ell}}}}$ or $\frac{{\mathrm{{d}} C_T}}{{\mathrm{{d}} C_{{T-\ell}}}}$, from `sl.flow`; the state $h_{{T-\ell}}$ beside $C_{{T-\ell}}$ is held
        fixed. For the LSTM the same of
        $\prod \operatorname{{diag}}(f)$ beside it:
    """)
    gru = sl.cell("gru", layout="split", reset="after")
    cases = [
        ("rnn", rnn, "h", random_values(rnn, 81)),
        ("rnn, $U_h$ orthogonal", rnn, "h", random_values(rnn, 81, orthogonal=True)),
        ("gru", gru, "h", random_values(gru, 82)),
        *((f"lstm, $b_f = {bias}$", lstm, "c", random_values(lstm, 83, bias)) for bias in (0, 1, 3)),
        ("hochreiter-1997", first, "c", random_values(first, 84)),
    ]
    rows = []
    for title, cell, state, values in cases:
        found = sl.flow(cell, values)
        rows.append([title, *(f"{found.norms[state][-1, STEPS - lag]:.2g}" for lag in LAGS)])
        if title.startswith("lstm"):
            rows.append(["its direct path alone", *(f"{found.direct[state][-1, STEPS - lag]:.2g}" for lag in LAGS)])
    page.table([r"$\ell$", *map(str, LAGS)], rows)
    page.say(r"""
        An orthogonal matrix keeps every length, and yet the $\tanh'$ wear the product down. The forget gate at $\sigma(0) = \frac{1}{2}$ halves what
        passes on the direct path at every step, which is why its bias is set to 1 or more at first: $\sigma(1) = 0.73$, $\sigma(3) = 0.95$. What is hardly
        ever forgotten may also grow, for the other paths come on top.
    """)


def _whole(page: Page, lstm: sl.System) -> None:
    page.say(r"""
        ## The direct path is not the derivative

        $\operatorname{diag}(f_t)$ is $\frac{\partial C_t}{\partial C_{t-1}}$ with the gates held fixed, and many texts call it
        $\frac{\mathrm{d} C_t}{\mathrm{d} C_{t-1}}$ and multiply on. But $h_{t-1} = o_{t-1} \odot \tanh(C_{t-1})$ is in all gates of step $t$. With all paths counted:
    """)
    whole = sl.jacobian(sl.over_time(lstm), "c", "c_0")
    page.math(whole.latex(only=["J_f_by_c_0", "J_i_by_c_0", "J_o_by_c_0", "J_g_by_c_0"]))
    page.math(whole.latex(only=["J_c_by_c_0", "J_h_by_c_0"]))
    page.say(r"""
        ($h_0$ is given beside $C_0$ here, not made from it, so that $\frac{\mathrm{d} h_0}{\mathrm{d} C_0} = 0$ and the two agree for one step.) How far
        $\prod \operatorname{diag}(f)$ is from the whole Jacobian, the largest difference of entries in percent of the largest entry,
        after $\ell$ steps:
    """)
    direct = sl.jacobian(sl.over_time(lstm), "c", "c_0", kind="partial")
    total_of, direct_of = sl.lambdify(whole), sl.lambdify(direct)
    rows, one_step = [], True
    for title, bias, scale in (("", 0, 1), ("", 1, 1), ("", 3, 1), (", weights doubled", 1, 2)):
        values = random_values(lstm, 83, bias)
        values |= {name: scale * value for name, value in values.items() if name[0] in "WU"}
        total, partial = total_of(**values).J_c_by_c_0, direct_of(**values).partial_c_by_c_0
        one_step = one_step and same(partial[0], total[0])
        rows.append([f"$b_f = {bias}${title}", *(percent(partial[lag - 1], total[lag - 1]) for lag in LAGS)])
    page.table([r"$\ell$", *map(str, LAGS)], rows)
    page.say(rf"""
        Right after one step: {yes(one_step)}; then less and less, until it says nothing. Hochreiter and Schmidhuber
        cut all other paths on purpose, which makes the carousel exact and the result another thing than the gradient. In the
        full gradient $\operatorname{{diag}}(f_t)$ has its place as one of two terms:
        $\delta C_t = \delta h_t \odot o_t \odot (1 - \tanh^2(C_t)) + \delta C_{{t+1}} \odot f_{{t+1}}$, and the first brings in the other paths
        ([backpropagation through time](bptt.md)).
    """)


def _peephole(page: Page) -> None:
    page.say(r"""
        ## With peepholes, not even for one step

        Where gates look at the cell state, $\operatorname{diag}(f_t)$ is not the derivative of a single step either:
    """)
    lstm = sl.cell("lstm", layout="split", peephole=True)
    whole = sl.jacobian(lstm, "c", "c_prev")
    page.math(whole.latex(only=[line.name for line in whole.lines if "_by_" in line.name]))
    values = {name: value for name, value in random_values(lstm, 85).items() if not name.endswith("_0")}
    generator = np.random.default_rng(86)
    values |= {name: generator.standard_normal(UNITS) for name in ("h_prev", "c_prev")}
    values |= {"x": generator.standard_normal(INPUTS)}
    values |= {name: generator.uniform(-1, 1, (UNITS, 1)) for name in values if name.startswith("p_")}
    out = sl.lambdify(whole)(**values)
    page.say(f"""
        With peepholes uniform in $\\pm 1$, $\\operatorname{{diag}}(f_t)$ is {percent(np.diag(out.f), out.J_c_by_c_prev)}.
    """)
