"""The concatenated and the split layout are the same cell: W_f = [W_{f,h} W_{f,x}]."""

import numpy as np

import symlstm as sl
from derivations.page import Page


def write() -> Page:
    page = Page("Concatenated or split: one matrix on [h; x], or two")
    concat, split = sl.cell("lstm"), sl.cell("lstm", layout="split")
    page.say(r"""
        Some texts multiply one matrix with the stacked vector $[h_{t-1}; x_t]$, others have a matrix for each part.
        Gate by gate:
    """)
    page.math(
        "\\begin{aligned}\n"
        + " \\\\\n".join(
            f"{sl.latex(system['f'].lhs)} &= {system['f'].latex().partition(' = ')[2]} && \\text{{{name}}}"
            for name, system in (("concat", concat), ("split", split))
        )
        + "\n\\end{aligned}"
    )
    page.say(r"""
        A matrix times a stack is the sum of its blocks times the parts, so the two are equal when the blocks of the one
        matrix are the two of the other, *recurrent block first*:
    """)
    page.math(
        r"W_f [h_{t-1}; x_t] = W_{f,h} h_{t-1} + W_{f,x} x_t, \qquad "
        r"W_f = [W_{f,h} \; W_{f,x}] = [U_f \; W_f^{\text{split}}]"
    )
    page.say(r"""
        Both layouts write $W_f$ for different things: $n \times (n + d)$ in the one, $n \times d$ in the other. A text that
        stacks $[x_t; h_{t-1}]$ has the two blocks the other way round.

        ## The gradients are the same blocks

        In the concatenated layout the gradient of the stack is cut into its two parts, and the parts of $W_f^{\top}$ show:
    """)
    page.math(sl.backprop(concat).latex(only=["d_W_f", "d_x", "d_h_prev"]))
    page.say("In the split layout:")
    page.math(sl.backprop(split).latex(only=["d_W_f", "d_U_f", "d_x", "d_h_prev"]))
    page.say(r"""
        and $\delta a_{f,t} [h_{t-1}; x_t]^{\top} = [\delta a_{f,t} h_{t-1}^{\top} \;\; \delta a_{f,t} x_t^{\top}]$: the gradient of
        the one matrix is that of the two, side by side.

        ## In numbers

        With random weights, $n = 4$, $d = 3$ and a batch of 2, every result of one layout is compared with the other:
    """)
    page.table(["quantity", "shape", "largest difference below 1e-14"], _compare(concat, split))
    return page


def _compare(concat: sl.System, split: sl.System) -> list[list[str]]:
    n, d, batch = 4, 3, 2
    generator = np.random.default_rng(1)
    shared = {name: generator.normal(size=(n, batch)) for name in ("h_prev", "c_prev", "seed_h", "seed_c")}
    shared |= {"x": generator.normal(size=(d, batch)), **{f"b_{gate}": generator.normal(size=n) for gate in "fiog"}}
    U = {f"U_{gate}": generator.normal(size=(n, n)) for gate in "fiog"}
    W = {f"W_{gate}": generator.normal(size=(n, d)) for gate in "fiog"}
    both = {f"W_{gate}": np.hstack([U[f"U_{gate}"], W[f"W_{gate}"]]) for gate in "fiog"}
    one = sl.lambdify(sl.backprop(concat))(**shared, **both)
    two = sl.lambdify(sl.backprop(split))(**shared, **U, **W)
    pairs = {name: (one[name], two[name]) for name in ("c", "h", "d_x", "d_h_prev", "d_c_prev", "d_b_f")}
    pairs["d_W_f"] = (one.d_W_f, np.hstack([two.d_U_f, two.d_W_f]))
    return [
        [f"`{name}`", " × ".join(map(str, a.shape)), "yes" if np.max(np.abs(a - b)) < 1e-14 else "NO"]
        for name, (a, b) in pairs.items()
    ]
