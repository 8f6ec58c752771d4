"""LSTM with a projection: a narrower hidden state, and recurrent matrices of low rank."""

import numpy as np
from sympy import Expr, expand, factor, latex, solve

import symlstm as sl
from derivations.checks import check_gradients, random_values, same, yes
from derivations.page import Page

GATES, STEPS = "fiog", 5
WIDTHS = (100, 250, 500, 800, 1000)


def write() -> Page:
    page = Page("A projection: more cells than the hidden state shows")
    lstm, narrow = sl.cell("lstm", layout="split"), sl.cell("lstm", layout="split", projection=True)
    back = sl.backprop(narrow)
    page.say(r"""
        The recurrent matrices of an LSTM grow with the square of the number of cells. Sak, Senior and Beaufays (2014) keep $n$ cells and
        let $h_t$ show only $r < n$ mixtures of them: one more matrix $W_p$, behind the output gate. Cell state and gates
        have $n$ entries as before, $h_t$ has $r$, and so has what the next step sees:
    """)
    page.math(narrow.latex(shapes=True))
    page.say("Where $r$ stands instead of $n$ in the weights:")
    page.table(
        ["", *(f"${name}$" for name in ("W_f", "U_f", "b_f", "W_p", "h_t", "C_t"))],
        [
            [title, *(_shape(system, name) for name in ("W_f", "U_f", "b_f", "W_p", "h", "c"))]
            for title, system in (("LSTM", lstm), ("with projection", narrow))
        ],
    )
    page.say(r"""
        On the stack $[h_{t-1}; x_t]$ a gate has one $n \times (r + d)$ matrix. PyTorch has the option `proj_size`; TensorFlow Lite
        may also add a bias after the product.

        ## Where the transpose enters

        $\delta h_t$ has $r$ entries, and all that $h_t$ was made of has $n$. $W_p^{\top}$ leads back, once for each factor of
        $o_t \odot \tanh(C_t)$:
    """)
    page.math(back.latex(only=["d_h", "d_c", "d_o", "d_W_p", "d_h_prev"], shapes=True))
    page.say(r"""
        The rest is the backward pass of the LSTM, with this $\delta C_t$ and $\delta o_t$. If $r \neq n$, a forgotten $W_p^{\top}$ or a $W_p$ in
        its place does not fit, and the program stops. If $r = n$ it runs on: test with $r \neq n$.

        ## What a projection is

        Write $m_t = o_t \odot \tanh(C_t)$ for what the LSTM would show. Every gate sees $U_f h_{t-1} = U_f W_p\, m_{t-1}$: the cell is an LSTM with
        the recurrent matrices $U_f W_p$, $n \times n$ but of rank $r$ at most, which share their right factor.
        Both cells with the same random weights, here $U_f$ and $W_p$, there their product:
    """)
    _as_an_lstm(page, lstm, narrow)
    page.say(r"""
        $G_f$ is the gradient of that LSTM with respect to its matrix $U_f W_p$, and the last line is the product rule.

        ## Parameters
    """)
    _count(page, lstm, narrow)
    check_gradients(page, {"agree": back}, seed=22)
    return page


def _shape(system: sl.System, name: str) -> str:
    if name not in system.symbols:
        return "–"
    rows, columns = system.shapes[name]
    return f"${rows}$" if columns == 1 else rf"${rows} \times {columns}$"


def _as_an_lstm(page: Page, lstm: sl.System, narrow: sl.System) -> None:
    one, two = (sl.lambdify(sl.backprop(system)) for system in (narrow, lstm))
    generator = np.random.default_rng(23)
    ours = random_values(sl.backprop(narrow), seed=21)
    W_p, m_prev = ours["W_p"], generator.standard_normal((4, 1))
    theirs = {name: value for name, value in ours.items() if name != "W_p"}
    theirs |= {f"U_{gate}": ours[f"U_{gate}"] @ W_p for gate in GATES}
    theirs |= {"h_prev": m_prev, "seed_h": W_p.T @ ours["seed_h"]}
    ours |= {"h_prev": W_p @ m_prev}
    equal = []
    for x in generator.standard_normal((STEPS, 3, 1)):
        out, other = one(**ours | {"x": x}), two(**theirs | {"x": x})
        ours |= {"h_prev": out.h, "c_prev": out.c}
        theirs |= {"h_prev": other.h, "c_prev": other.c}
        pairs = [(other.c, out.c), (W_p @ other.h, out.h), (other.d_U_f @ W_p.T, out.d_U_f)]
        equal.append([same(found, right) for found, right in pairs])
    titles = (
        "$C_t$ and $C_t$",
        "$h_t$ and $W_p m_t$",
        r"$\frac{\partial L}{\partial U_f}$ and $G_f W_p^{\top}$",
    )
    page.table(
        ["projection and LSTM", f"equal in {STEPS} steps"],
        [[title, yes(all(steps))] for title, steps in zip(titles, zip(*equal, strict=True), strict=True)],
    )


def _parameters(system: sl.System) -> Expr:
    return sum(rows * columns for rows, columns in (system.shapes[name] for name in system.parameters))


def _count(page: Page, lstm: sl.System, narrow: sl.System) -> None:
    plain, projected = _parameters(lstm), _parameters(narrow)
    n, r = sl.algebra.n, next(size for size in narrow.sizes if size.name == "r")
    page.math(
        rf"\text{{LSTM: }} {latex(factor(plain))} \qquad \text{{with projection: }} {latex(factor(projected - n * r))} + {latex(n * r)}"
    )
    saved = expand(plain - projected)
    page.say(rf"""
        The projection saves ${latex(saved)}$, which is positive for $r < {latex(solve(saved, r)[0])}$. With $n = 1000$ and $d = 100$:
    """)
    sizes = {n: 1000, sl.algebra.d: 100}
    counts = [plain.subs(sizes), *(projected.subs({**sizes, r: width}) for width in WIDTHS)]
    page.table(["$r$", "no projection", *map(str, WIDTHS)], [["parameters", *(f"{int(count):,}" for count in counts)]])
