"""Layer normalisation: its gradient line by line and in one line, and three LSTMs that have it."""

import inspect
from collections.abc import Callable
from dataclasses import replace
from math import log10

from sympy import MatrixExpr, Rational, latex

import symlstm as sl
from derivations.checks import check_gradients, percent, random_values
from derivations.page import Page
from symlstm.algebra import (
    Variance,
    add,
    hadamard,
    mean,
    n,
    negative,
    ones,
    power,
    scale,
    scaled,
    spread,
    subtract,
    variance,
)  # fmt: skip

LSTMS = {"Ba et al.": "layernorm-lstm", "TensorFlow 1": "layernorm-lstm-tf", "TensorFlow Lite": "layernorm-lstm-tflite"}


def write() -> Page:
    page = Page("Layer normalisation, and three LSTMs that have it")
    norm = layer_norm()
    back = sl.backprop(norm)
    page.say(r"""
        A column $x$ of $n$ entries is shifted to mean 0 and scaled to variance 1, then each entry gets a gain and a shift of its
        own. $v$ divides by $n$, not by $n - 1$; a small number keeps the root from 0:
    """)
    page.math(norm.latex())
    page.say(r"""
        ## Line by line

        $\mu$ and $v$ are numbers made of all entries, and each entry of $\hat{x}$ uses both. So the gradients of the two are sums over
        the entries, and $x$ has three ways to $L$: through $\mu$, through $v$, and straight on.
    """)
    page.math(back.latex(only=["d_gamma", "d_beta", "d_x_hat", "d_mu", "d_v", "d_x"]))
    page.say(r"""
        The three terms of $\delta x$, from the left:

        - $\frac{\partial \mu}{\partial x_j} = \frac{1}{n}$ for every $j$, so each entry gets the same share of $\delta \mu$.
        - $\frac{\partial v}{\partial x_j} = \frac{2}{n} (x_j - \mu)$. $v$ has the mean inside; what flows through that adds up to
          $-\frac{2}{n} \sum_k (x_k - \mu) \frac{1}{n} = 0$, and is rightly missing.
          ($\operatorname{mean}(x)$ in this term is $\mu$ again.)
        - With $\mu$ and $v$ held fixed, $\hat{x}$ is $x$ less a number, over a number.

        ## In one line

        Put $\delta \mu$ and $\delta v$ in, and use that $x - \mu \mathbf{1} = \sqrt{v + \varepsilon}\, \hat{x}$, exactly, with whatever $\varepsilon$. All powers of
        $v + \varepsilon$ but one cancel:
    """)
    page.math(f"{sl.latex(back['d_x'].lhs, system=back)} = {sl.latex(one_line(back), system=back)}")
    page.say(r"""
        From $\delta \hat{x}$ its mean is taken away, and what it has in common with $\hat{x}$. It must be so: shifting $x$ does not change
        $\hat{x}$, nor does stretching it, but for $\varepsilon$, and no gradient may point in a direction in which nothing changes. Hence a test that
        needs no reference: the entries of $\delta x$ add up to 0. At random values with $n = 4$, whole and with terms left out:
    """)
    _shortened(page, back)
    _three(page)
    check_gradients(
        page, {"the norm alone": back} | {title: sl.backprop(sl.cell(name)) for title, name in LSTMS.items()}, seed=33
    )
    return page


def layer_norm() -> sl.System:
    """The normalisation alone, of an input with n entries."""
    cell = sl.Builder("layer-norm", d=n)
    mu, v = cell.let("mu", mean(cell.x)), cell.let("v", variance(cell.x))
    x_hat = cell.let("x_hat", scaled(root(v), subtract(cell.x, spread(mu, cell.x))))
    cell.let("y", add(hadamard(cell.parameter("gamma", n, 1), x_hat), cell.parameter("beta", n, 1)))
    return cell.system()


def root(v: MatrixExpr) -> MatrixExpr:
    """(v + ε)^{−1/2}."""
    return power(add(v, scale(Rational(1, 10**5), ones(v.shape))), Rational(-1, 2))


def one_line(back: sl.System, centred: bool = True, straightened: bool = True) -> MatrixExpr:
    """δx from δx̂, with or without the two terms that μ and v bring."""
    d_x_hat, x_hat, v = (back.symbols[name] for name in ("d_x_hat", "x_hat", "v"))
    terms = [d_x_hat]
    if centred:
        terms.append(negative(spread(mean(d_x_hat), d_x_hat)))
    if straightened:
        terms.append(negative(scaled(mean(hadamard(d_x_hat, x_hat)), x_hat)))
    return scaled(root(v), add(*terms))


def _shortened(page: Page, back: sl.System) -> None:
    values = random_values(back, seed=31)
    right = sl.lambdify(back)(**values).d_x
    rows = []
    for options in ({}, {"centred": False}, {"straightened": False}, {"centred": False, "straightened": False}):
        line = replace(back["d_x"], rhs=one_line(back, **options))
        other = replace(back, lines=tuple(line if old.name == "d_x" else old for old in back.lines))
        found = sl.lambdify(other)(**values).d_x
        rows.append(
            [f"${sl.latex(line.rhs, system=back)}$", percent(found, right), "yes" if abs(found.sum()) < 1e-12 else "no"]
        )
    page.table([r"$\delta x$", "against the lines above", "adds up to 0"], rows)


def _three(page: Page) -> None:
    systems = {title: sl.cell(name) for title, name in LSTMS.items()}
    ba, tf = (systems[title] for title in ("Ba et al.", "TensorFlow 1"))
    page.say(r"""
        ## The LSTM of Ba, Kiros and Hinton

        $w = W x_t$ and $u = U h_{t-1}$ are normalised apart, each over the entries of all four gates at once, with gains $\gamma$ and shifts
        $\beta$ of their own; the cell state is normalised only on its way to $h_t$:
    """)
    page.math(ba.latex(only=["mu_h", "v_h", "a_f", "f", "c", "mu_c", "v_c", "c_bar", "h"], net_inputs="show"))
    page.say(r"""
        The statistics tie the gates together: $\delta \mu_h$ and $\delta v_h$ are sums over all four, so that
        the gradient of one gate reaches the weights of every other. And three shifts stand side by side
        in each net input, the two $\beta$ and the $b$, with one and the same gradient: only their sum matters.
    """)
    page.math(sl.backprop(ba).latex(only=["d_u_f", "d_betah_f", "d_betax_f", "d_b_f"]))
    page.say("## Three cells of one name")
    rows: dict[str, Callable[[sl.System, str], object]] = {
        "variances in a step": lambda system, name: len(variances(system)),
        "entries in the variance of a gate": lambda system, name: f"${latex(variances(system)[0].count)}$",
        r"$\varepsilon$, the default here": lambda system, name: f"$10^{{{log10(epsilon(name)):.0f}}}$",
    }
    page.table(
        ["", *systems],
        [
            [
                "normalised",
                "$U h$ and $W x$ apart, then $C_t$",
                "$W [x; h]$ gate by gate, then the state",
                "$W x + U h$ (with peepholes) gate by gate",
            ],
            *(
                [title, *(value(system, name) for system, name in zip(systems.values(), LSTMS.values(), strict=True))]
                for title, value in rows.items()
            ),
            ["shift", r"$\beta_h$, $\beta_x$ and $b$", r"$\beta$, and 1 more for $f$", "$b$"],
            ["state handed on", "as it is", "normalised", "as it is"],
        ],
    )
    page.say(r"""
        (The paper has no $\varepsilon$; TensorFlow and TensorFlow Lite have these.) The last row matters most. In TensorFlow the state itself is replaced by its normalised form, at every step:
    """)
    page.math(tf.latex(only=["c_hat", "mu_c", "v_c", "c", "h"]))
    page.say(r"""
        What an LSTM is famous for, that $\delta C_t$ goes back to $\delta C_{t-1}$ with nothing but a gate in between, holds in Ba et al. and in
        TensorFlow Lite. In TensorFlow the gradient passes through a normalisation each time, and its entries are mixed:
    """)
    page.say("**Ba et al.**")
    page.math(sl.backprop(ba)["d_c_prev"].latex())
    page.say("**TensorFlow 1**")
    page.math(sl.backprop(tf).latex(only=["d_c_hat", "d_c_prev"]))


def epsilon(name: str) -> float:
    """What a cell adds to a variance unless told otherwise."""
    return float(inspect.signature(sl.CELLS[name].build).parameters["epsilon"].default)


def variances(system: sl.System) -> list[Variance]:
    """The variances that a step computes, in order."""
    return [line.rhs for line in system.lines if isinstance(line.rhs, Variance)]
