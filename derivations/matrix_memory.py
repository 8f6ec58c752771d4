"""mLSTM: a matrix that stores values under keys, its normaliser, its gradients, and the stabiliser."""

import numpy as np

import symlstm as sl
from derivations.checks import check_gradients, random_values, same, yes
from derivations.page import Page

STEPS = 6


def write() -> Page:
    page = Page("A matrix for a memory: mLSTM")
    mlstm, stable = sl.cell("mlstm"), sl.cell("mlstm", stabiliser=True)
    page.say(r"""
        The cell state of the mLSTM (Beck et al., 2024) is a matrix. It stores a value $v_t$ under a key $k_t$ as the outer product
        $v_t k_t^{\top}$, and is read with a query $q_t$. $q$, $k$ and $v$ are columns, the gates $f$ and $i$ single numbers. The input gate is an
        exponential; the forget gate is a $\sigma$, as here, or an exponential too. ($n_t$, with a time, is a column; $n$ alone is the number of units.)
    """)
    page.math(mlstm.latex(shapes=True))
    _reading(page)
    back = sl.backprop(mlstm)
    _gradients(page, back)
    _stabilised(page, mlstm, stable)
    check_gradients(page, {"plain": back, "stabilised": sl.backprop(stable)}, seed=46)
    return page


def _reading(page: Page) -> None:
    k, v = np.array([[1.0, 0, 0], [0, 1, 0], [0.6, 0.8, 0]]), np.array([[1.0, 2, 3], [4, 4, 4]])
    page.say(rf"""
        ## What a read returns

        With $f = i = 1$ the memory is $C = v_1 k_1^{{\top}} + v_2 k_2^{{\top}} + \ldots$, and
        $C q = v_1 (k_1^{{\top}} q) + v_2 (k_2^{{\top}} q) + \ldots$: every value, weighed by how well its key fits the query. Keys of length 1 at
        right angles give each value back as it was stored; others mix them. With $k_1 = {row(k[0])}$, $v_1 = {row(v[0])}$ and
        $v_2 = {row(v[1])}$:
    """)
    reads = [[remember([(k[0], v[0]), (second, v[1])], q)[0] for q in (k[0], second)] for second in k[1:]]
    page.table(
        ["$k_2$", "$C k_1$", "$C k_2$"],
        [[row(second), *map(row, read)] for second, read in zip(k[1:], reads, strict=True)],
    )
    page.say(r"""
        ## The normaliser and the max

        $n_t$ adds up the keys as $C_t$ adds up the pairs, so $n^{\top} q$ says how much was stored under keys that fit $q$. Divided by it,
        a read is an average and no sum. The bars let a query against a key return $-v$, as it should. Where next to nothing was
        stored, a small $n^{\top} q$ would blow the read up; the max divides by 1 instead. The value $v_1$ stored several times under $k_1$:
    """)
    queries = {"$k_1$": k[0], r"$-k_1$": -k[0], r"$\frac{1}{4} k_1$": k[0] / 4}
    rows = []
    for times in (1, 3, 6):
        for title, q in queries.items():
            read, fits, h = remember([(k[0], v[0])] * times, q)
            rows.append([times, title, row(read), row(fits), row(h)])
    page.table(["stored", "$q$", "$C q$", r"$n^{\top} q$", "$h$ if $o = 1$"], rows)


def remember(pairs: list[tuple[np.ndarray, np.ndarray]], q: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """C q, nᵀ q and h, when q is asked for after pairs (k, v) were stored; three entries a column, all gates 1.

    All weights are 0, so that biases set everything; exponential gates with net input 0 are exactly 1.
    """
    cell = sl.cell("mlstm", forget="exp", n=3, d=1)
    step = sl.lambdify(cell)
    values = {
        name: np.zeros(tuple(map(int, cell.shapes[name]))) for name in (*cell.parameters, *cell.inputs, *cell.states)
    }
    values |= {"b_o": np.full((3, 1), 50.0), "b_q": q[:, None]}
    nothing = np.zeros(3)
    for k, v in (*pairs, (nothing, nothing)):
        out = step(**values | {"b_k": k[:, None], "b_v": v[:, None]})
        values |= {"c_prev": out.c, "n_prev": out.n}
    return out.c @ q, out.n.T @ q, out.h[:, 0]


def row(values: np.ndarray) -> str:
    """A vector, [1, 2.5], or a number."""
    entries = [f"{round(float(value), 3) + 0.0:g}" for value in values]
    return entries[0] if len(entries) == 1 else f"[{', '.join(entries)}]"


def _gradients(page: Page, back: sl.System) -> None:
    page.say(r"""
        ## Backward, from the read to the gates
    """)
    page.math(back.latex(only=["d_h_tilde", "d_u", "d_q", "d_n", "d_c"]))
    page.say(r"""
        $\operatorname{step}(|u| - 1)$ is 1 where $|u| > 1$ and 0 elsewhere: as long as the max takes the 1, nothing flows into the
        normaliser. What the read adds to $\delta C_t$ is an outer product again, of the gradient of the read and the query.

        In $C_t = f_t C_{t-1} + i_t v_t k_t^{\top}$, $v$ and $k$ get $\delta C_t$ times each other. A gate, one number for all $n^2$ entries, gets the sum
        over all entries of $\delta C_t$ times what it multiplied; the normaliser adds the same with columns:
    """)
    page.math(back.latex(only=["d_v", "d_k", "d_f", "d_i", "d_a_f", "d_a_i", "d_c_prev", "d_n_prev"]))
    values = random_values(back, seed=41)
    out = sl.lambdify(back)(**values)
    d_f = np.sum(out.d_c * values["c_prev"]) + out.d_n.T @ values["n_prev"]
    d_i = out.v.T @ out.d_c @ out.k + out.d_n.T @ out.k
    page.say("In shorter form:")
    page.table(
        ["", "true at random values"],
        [
            [
                r"$\delta f_t = \langle \delta C_t, C_{t-1} \rangle + \delta n_t^{\top} n_{t-1}$",
                yes(same(d_f, out.d_f)),
            ],
            [r"$\delta i_t = v_t^{\top} \delta C_t\, k_t + \delta n_t^{\top} k_t$", yes(same(d_i, out.d_i))],
        ],
    )


def _stabilised(page: Page, mlstm: sl.System, stable: sl.System) -> None:
    page.say(r"""
        ## The stabiliser

        $\exp$ of a net input is soon too large for a computer. The way out is to store $C_t$ and $n_t$ divided by $\exp(m_t)$, with $m_t$ the
        larger exponent of the two that meet in $C_t$, the old one and the new. Then no gate exceeds 1:
    """)
    page.math(stable.latex(only=["m", "f_prime", "i_prime", "c", "n", "u", "h_tilde"], net_inputs="show"))
    page.say(r"""
        In $\tilde{h}_t$ the factor cancels, if what was 1 in the max is $\exp(-m_t)$ now. So $h_t$ does not depend on $m_t$ at all, $\delta m_t = 0$ when
        $L$ sees $h_t$ alone, and a program may treat $m_t$ as a constant. Both forms side by side from empty memories:
    """)
    plain, scaled = (sl.lambdify(sl.backprop(system)) for system in (mlstm, stable))
    theirs = random_values(sl.backprop(stable), seed=43)
    empty = [name for name in theirs if name.endswith("_prev") or name in ("seed_c", "seed_n", "seed_m")]
    theirs |= {name: np.zeros_like(theirs[name]) for name in empty}
    ours = {name: value for name, value in theirs.items() if name not in ("m_prev", "seed_m")}
    rows = []
    for t, x in enumerate(np.random.default_rng(44).standard_normal((STEPS, 3, 1)), 1):
        out, other = plain(**ours | {"x": x}), scaled(**theirs | {"x": x})
        ours |= {"c_prev": out.c, "n_prev": out.n}
        theirs |= {"c_prev": other.c, "n_prev": other.n, "m_prev": other.m}
        pairs = ((other.h, out.h), (np.exp(other.m) * other.c, out.c), (other.d_W_i, out.d_W_i), (other.d_m, 0.0))
        rows.append([t, f"{other.m[0, 0]:.3f}", *(yes(same(a, b)) for a, b in pairs)])
    equal = [
        "$h_t$ equal",
        r"$C_t$ equal, times $\exp(m_t)$",
        r"$\frac{\partial L}{\partial W_i}$ equal",
        r"$\delta m_t = 0$",
    ]
    page.table(["$t$", "$m_t$", *equal], rows)
    _overflow(page, mlstm, stable)


def _overflow(page: Page, mlstm: sl.System, stable: sl.System) -> None:
    page.say(rf"""
        And where it matters: the same step with a larger and larger net input of $i$. Double precision ends at
        $\exp({np.log(np.finfo(np.float64).max):.1f})$, single precision at $\exp({np.log(np.finfo(np.float32).max):.1f})$.
    """)
    values = random_values(stable, seed=45) | {"W_i": np.zeros((1, 3)), "m_prev": np.zeros((1, 1))}
    rows = []
    for net in (1.0, 10.0, 100.0, 700.0, 710.0, 1000.0):
        values["b_i"] = np.full((1, 1), net)
        with np.errstate(all="ignore"):
            out = sl.lambdify(mlstm)(**{name: value for name, value in values.items() if name != "m_prev"})
        other = sl.lambdify(stable)(**values)
        numbers = out.i[0, 0], out.h[0, 0], other.i_prime[0, 0], other.h[0, 0]
        rows.append([f"{net:g}", *(f"{number:.5g}" for number in numbers)])
    page.table(["$a_i$", "$i$", "first entry of $h$", "$i'$", "first entry of $h$, stabilised"], rows)
