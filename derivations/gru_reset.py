"""GRU: the reset before or after the recurrent product, two cells whose weights are not exchangeable."""

import numpy as np

import symlstm as sl
from derivations.checks import check_gradients, percent, random_values, same, yes
from derivations.page import Page

Values = dict[str, np.ndarray]


def write() -> Page:
    page = Page("GRU: reset before or after the recurrent product")
    before = sl.cell("gru", layout="split", biases=2)
    after = sl.cell("gru", reset="after", biases=2)
    page.say(r"""
        Two cells go by the name GRU. In the final version of Cho et al. (2014) and in Chung et al. (2014) the reset gate acts on
        the old state, *before* the product with $U_g$:
    """)
    page.math(sl.cell("gru", layout="split").latex())
    page.say(r"""
        In cuDNN and PyTorch, in Keras with `reset_after=True` (the default since TensorFlow 2) and in ONNX with
        `linear_before_reset=1` it acts on the result, *after* the product; Keras traces this to the first version of the same
        paper. The two gates are what they were; each product gets a bias of its own:
    """)
    page.math(after.latex())
    page.say(r"""
        The second form lets one matrix product with $h_{t-1}$ serve all three lines; in the first, $r_t$ must be known before the
        third product can begin.

        ## Why weights do not transfer

        With $\operatorname{diag}(r)$ the matrix that has $r$ on its diagonal, the candidate sees $U_g \operatorname{diag}(r_t)\, h_{t-1}$ in the one
        cell and $\operatorname{diag}(r_t)\, U_g\, h_{t-1}$ in the other. Entry $jk$ of the two matrices is $U_{jk} r_k$ and $r_j U_{jk}$: before,
        a gate hides the unit that *is read* from all others; after, it hides all others from the unit that *reads*. The two agree
        where $U_{jk} (r_k - r_j) = 0$ for all $j$ and $k$: if $U_g$ is diagonal, or all entries of $r_t$ are equal, as when every
        gate is open, $r_t = 1$. And $b_{h,g}$ must be 0, for only one of the two cells gates it. The same random weights in both,
        $n = 4$, $d = 3$:
    """)
    _agreement(page, before, after)
    page.say(r"""
        ## The two biases of the candidate

        Before, $b_g$ and $b_{h,g}$ are added up, and only the sum matters. After, one stands outside $r_t \odot (\ldots)$ and one inside, and
        their gradients differ:
    """)
    back = {"before": sl.backprop(before), "after": sl.backprop(after)}
    for title, system in back.items():
        page.say(f"Reset **{title}**:")
        page.math(system.latex(only=["a_g", "d_b_g", "d_bh_g"]))
    page.say(r"""
        For $r$ and $z$ the biases can be summed in either cell. What changes in $h_t$ when $b_{h}$ is moved into $b$, gate by gate:
    """)
    _moved_bias(page, before, after)
    _backward(page, back)
    _update(page)
    check_gradients(page, back, seed=13)
    return page


def _agreement(page: Page, before: sl.System, after: sl.System) -> None:
    values = random_values(before, seed=11) | {"bh_g": np.zeros((4, 1))}
    shut = {name: np.zeros_like(values[name]) for name in ("W_r", "U_r", "b_r", "bh_r")}
    trials: dict[str, Values] = {
        "random, $b_{h,g} = 0$": {},
        "$U_g$ diagonal": {"U_g": np.diag(np.diag(values["U_g"]))},
        r"$W_r = U_r = 0$, $b_r = 0$: every $r = \frac{1}{2}$": shut,
        "$W_r = U_r = 0$, $b_r = 50$: every $r = 1$": shut | {"b_r": np.full((4, 1), 50.0)},
        r"$U_g$ diagonal, $b_{h,g} = 1$": {"U_g": np.diag(np.diag(values["U_g"])), "bh_g": np.ones((4, 1))},
    }
    rows = []
    for title, change in trials.items():
        one, two = (sl.lambdify(system)(**values | change).h for system in (before, after))
        apart = float(np.max(np.abs(one - two)))
        rows.append([title, "yes" if same(one, two) else "no", f"{apart:.3f}"])
    page.table(["the weights, or what is changed in them", "$h_t$ agrees", "largest difference"], rows)


def _moved_bias(page: Page, before: sl.System, after: sl.System) -> None:
    values = random_values(before, seed=12)
    rows = []
    for gate in "rzg":
        moved = {f"b_{gate}": values[f"b_{gate}"] + values[f"bh_{gate}"], f"bh_{gate}": np.zeros((4, 1))}
        results = [
            (sl.lambdify(system)(**values).h, sl.lambdify(system)(**values | moved).h) for system in (before, after)
        ]
        rows.append(
            [
                f"${sl.latex(before[gate].lhs, system=before)}$",
                *("nothing" if same(b, a) else percent(b, a) for a, b in results),
            ]
        )
    page.table(["gate", "before", "after"], rows)


def _backward(page: Page, back: dict[str, sl.System]) -> None:
    page.say(r"""
        ## Backward, side by side

        Down to the candidate the two are the same:
    """)
    page.math(back["after"].latex(only=["d_h", "d_z", "d_a_z", "d_a_g"]))
    page.say(r"""
        ($\delta z_t = \delta h_t \odot (h_{t-1} - \tilde{h}_t)$: a coupled gate has two paths.) From there on they part:
    """)
    names = ["d_r", "d_a_r", "d_U_g", "d_h_prev"]
    for title, system in back.items():
        page.say(f"Reset **{title}**:")
        page.math(system.latex(only=names))
    page.say(r"""
        Before, $U_g^{\top}$ stands inside: the gradient of $r_t \odot h_{t-1}$ is $U_g^{\top} \delta a_{g,t}$, and each factor gets it times the other. After,
        $r_t$ gets $\delta a_{g,t}$ times what it gated. $h_{t-1}$ has four ways to $L$ in either cell: through $r_t$, through $z_t$, through the
        candidate, and straight on. The first, $U_r^{\top} \delta a_{r,t}$, is the one that hand derivations forget.
    """)


def _update(page: Page) -> None:
    page.say(r"""
        ## Two meanings of $z$

        Cho et al., PyTorch, Keras and ONNX let $z_t$ be the share of the old state that is kept; Chung et al. the share that is
        written:
    """)
    keep, write = (sl.cell("gru", reset="after", biases=2, update=update) for update in ("keep", "write"))
    for system in (keep, write):
        page.math(system["h"].latex())
    values = random_values(keep, seed=14)
    negated = values | {name: -value for name, value in values.items() if name.endswith("_z")}
    out, other, wrong = sl.lambdify(keep)(**values), sl.lambdify(write)(**negated), sl.lambdify(write)(**values)
    page.say(rf"""
        As $1 - \sigma(a) = \sigma(-a)$, one becomes the other when all that belongs to $z$ is negated: $W_z$, $U_z$, $b_z$ and $b_{{h,z}}$. With random weights
        $h_t$ is then the same: {yes(same(other.h, out.h))}. Without the signs it is {percent(wrong.h, out.h)}. For the reset there is no
        such conversion.
    """)
