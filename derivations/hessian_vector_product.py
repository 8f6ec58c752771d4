"""H v by two ways of differentiating the backward pass once more, and why H itself is never formed."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from sympy import Matrix, tanh
from sympy import zeros as zero_matrix

import symlstm as sl
from derivations.checks import percent, random_values, same, yes
from derivations.page import Page
from symlstm.algebra import add, later, symbols_of, zeros

PARAMETERS = ("W_h", "U_h", "b_h")
Values = Mapping[str, np.ndarray]


def write() -> Page:
    page = Page("The Hessian times a vector, without the Hessian")
    step = sl.compose(sl.cell("rnn", layout="split"), sl.squared_error(of="h"))
    page.say(r"""
        A simple RNN with a squared error at every step. $\theta$ is all that is learned, $W_h$, $U_h$ and $b_h$, written below each other; $L$ is the
        sum of the losses, $H$ the matrix of its second derivatives by $\theta$.
    """)
    page.math(step.latex())
    rows = []
    for n in (10, 100, 1000):
        count = 2 * n * n + n
        rows.append([n, f"{count:,}", f"{count**2:.1e}", f"{8 * count**2 / 1e9:.2g} GB"])
    page.say("With $n = d$ there are $P = 2 n^2 + n$ parameters, and $P^2$ entries in $H$, in double precision:")
    page.table(["$n$", "$P$", "entries of $H$", "size"], rows)
    page.say(r"""
        Newton's method by conjugate gradients, power iteration for the largest curvature, a learning rate from
        $v^{\top} H v$: all they need is $H v$ for one $v$ after the other. And
    """)
    page.math(
        r"H v = \left.\frac{\mathrm{d}}{\mathrm{d} \varepsilon} \nabla L(\theta + \varepsilon v)\right|_{\varepsilon = 0} "
        r"= \nabla \langle v, \nabla L(\theta) \rangle"
    )
    page.say(r"""
        The middle is the derivative of the backward pass in the direction $v$, forward over reverse (Pearlmutter, 1994). The right is the gradient of a
        number that is made of a gradient, reverse over reverse. Both cost a few times what the gradient costs, whatever $P$ is.
    """)
    _one_step(page, step)
    _through_time(page, step)
    _in_numbers(page, step)
    _tiny(page)
    return page


def _one_step(page: Page, step: sl.System) -> None:
    back = sl.backprop(sl.System(step.name, step.leaves, step.lines, ("loss",)))
    page.say("## One step\n\nThe backward pass:")
    page.math(back.latex(only=["d_h", "d_a_h", "d_W_h", "d_U_h", "d_b_h"]))
    page.say(r"""
        **Forward over reverse**, `sl.jvp(sl.backprop(…), wrt)`: a dot is the rate of change as $\theta$ moves in the direction
        $v = (\dot{W}_h, \dot{U}_h, \dot{b}_h)$. First the forward lines move, then the backward ones:
    """)
    moving = sl.jvp(back, PARAMETERS)
    page.math(
        moving.latex(
            only=["dot_a_h", "dot_h", "dot_d_h", "dot_d_a_h", "dot_d_W_h", "dot_d_U_h", "dot_d_b_h", "dot_d_h_prev"]
        )
    )
    page.say(r"""
        The last term of $\dot{\delta} a_{h,t}$ holds $\tanh''$: $(1 - h_t^2)$ moves too. In $\delta h_{t-1} = U_h^{\top} \delta a_{h,t}$ both factors move.

        **Reverse over reverse**, `sl.backprop(sl.backprop(…))`: $L_2 = \langle v, \nabla L \rangle$, and $\delta_2 q$ is the gradient of $L_2$ with respect to $q$. What flows in is $v$,
        where $\nabla L$ comes out. The pass goes from the last backward line up to the first
        forward one:
    """)
    twice = sl.backprop(learned(back))
    page.math(twice.latex(only=["d2_d_W_h", "d2_d_a_h", "d2_d_h", "d2_h", "d2_a_h", "d2_W_h", "d2_U_h", "d2_b_h"]))
    page.say(r"""
        The two look different and go in opposite directions, yet $\frac{\partial L_2}{\partial W_h}$ of the one is
        $\frac{\partial \dot{L}}{\partial W_h}$ of the other, entry by entry: $H$ is symmetric.
    """)


def _through_time(page: Page, step: sl.System) -> None:
    back = sl.through_time(step)
    page.say(r"""
        ## Through time

        The same of the whole sequence. Forward over reverse, once up and once down as the gradient itself:
    """)
    moving = sl.jvp(back, PARAMETERS)
    page.math(moving.latex(only=["dot_a_h", "dot_h", "dot_d_h", "dot_d_a_h", "dot_d_W_h", "dot_d_U_h", "dot_d_b_h"]))
    page.say(r"""
        In reverse over reverse the backward pass, which went down from $T$, is gone through upwards from $t = 1$, and the forward pass
        down again:
    """)
    twice = sl.backprop(learned(back))
    page.math(twice.latex(only=["d2_d_a_h", "d2_d_h", "d2_h", "d2_a_h", "d2_W_h", "d2_U_h", "d2_b_h"]))
    lines = [len(system.lines) for system in (back, moving, twice)]
    page.say(
        f"Named lines: {lines[0]} for the gradient, {lines[1]} and {lines[2]} for the products, of any $n$, $d$ and $T$."
    )


def learned(back: sl.System) -> sl.System:
    """The backward pass with the gradients of θ alone as what comes out."""
    return replace(back, outputs=tuple(f"d_{name}" for name in PARAMETERS))


def flat(values: Values, prefix: str = "") -> np.ndarray:
    """All of θ, or of what belongs to it, in one column."""
    return np.concatenate([values[f"{prefix}{name}"].ravel(order="F") for name in PARAMETERS])


def parts(vector: np.ndarray, like: Values, prefix: str) -> dict[str, np.ndarray]:
    """A direction as arrays."""
    ends = np.cumsum([like[name].size for name in PARAMETERS])[:-1]
    pieces = zip(PARAMETERS, np.split(vector, ends), strict=True)
    return {f"{prefix}{name}": piece.reshape(like[name].shape, order="F") for name, piece in pieces}


def _in_numbers(page: Page, step: sl.System) -> None:
    back = sl.through_time(step)
    moving, twice = sl.jvp(back, PARAMETERS), sl.backprop(learned(back))
    ahead, again = sl.lambdify(moving), sl.lambdify(twice)
    values = random_values(back, seed=101)
    values |= {name: value / 2 for name, value in values.items() if name in ("W_h", "U_h")}

    def forward_over_reverse(v: np.ndarray) -> np.ndarray:
        return flat(ahead(**values, **parts(v, values, "dot_")), "dot_d_")

    def reverse_over_reverse(v: np.ndarray) -> np.ndarray:
        return flat(again(**values, **parts(v, values, "seed2_d_")), "d2_")

    count = len(flat(values))
    generator = np.random.default_rng(102)
    u, v = generator.standard_normal((2, count))
    Hu, Hv = forward_over_reverse(u), forward_over_reverse(v)
    H = np.stack([forward_over_reverse(unit) for unit in np.eye(count)], axis=1)
    estimate, steps = v, 300
    for _ in range(steps):
        estimate = forward_over_reverse(estimate / np.linalg.norm(estimate))
    largest = np.max(np.abs(np.linalg.eigvalsh((H + H.T) / 2)))
    checked = sl.gradcheck(twice, random_values(twice, seed=103))
    page.say(rf"""
        ## In numbers

        $n = 4$, $d = 3$, $T = 5$, so that $P = {count}$; random values, and random directions $u$ and $v$. $P$ is small here, so $H$ can be
        put together for once, from {count} products with unit vectors:
    """)
    page.table(
        ["", "true"],
        [
            ["the two ways give the same $H v$", yes(same(reverse_over_reverse(v), Hv))],
            ["every second gradient of reverse over reverse agrees with the complex step", yes(checked.ok)],
            [
                rf"$u^{{\top}} H v = {u @ Hv:.8f}$ and $v^{{\top}} H u = {v @ Hu:.8f}$ are the same",
                yes(same(u @ Hv, v @ Hu)),
            ],
            ["$H$ is symmetric", yes(same(H, H.T))],
            ["its product with $v$ is $H v$", yes(same(H @ v, Hv))],
            [
                rf"its largest eigenvalue in size, {largest:.6f}, is what {steps} products in a power iteration find",
                yes(abs(np.linalg.norm(estimate) - largest) <= 1e-9 * largest),
            ],
            [
                r"$H$ has eigenvalues of both signs: $L$ is not convex",
                yes(np.ptp(np.sign(np.linalg.eigvalsh((H + H.T) / 2))) == 2),
            ],
        ],
    )
    _slips(page, moving, values, u, v)


def _slips(page: Page, moving: sl.System, values: Values, u: np.ndarray, v: np.ndarray) -> None:
    page.say(r"""
        $u^{\top} H v = v^{\top} H u$ is a test that costs two products and needs nothing to compare with. Two lines in which a term is left out,
        $\tanh''$ in the one and the moving $U_h$ in the other:
    """)
    curved = moving["dot_d_a_h"].rhs.args[0]
    loss, handed_back = moving["dot_d_h"].rhs.args
    still = add(*(term for term in handed_back.matrix.args if "dot_U_h" not in {str(x.name) for x in symbols_of(term)}))
    cuts = {"dot_d_a_h": curved, "dot_d_h": add(loss, later(still, zeros(still.shape)))}
    right = flat(sl.lambdify(moving)(**values, **parts(v, values, "dot_")), "dot_d_")
    rows = []
    for name, rhs in cuts.items():
        lines = tuple(replace(line, rhs=rhs) if line.name == name else line for line in moving.lines)
        wrong = replace(moving, lines=lines)
        page.math(wrong.latex(only=[name]))
        run = sl.lambdify(wrong)
        for_u, for_v = (flat(run(**values, **parts(w, values, "dot_")), "dot_d_") for w in (u, v))
        caught = "no" if same(u @ for_v, v @ for_u) else "yes"
        title = f"${sl.latex(moving[name].lhs, system=moving)}$"
        rows.append([title, percent(for_v, right), f"{u @ for_v:.5f}", f"{v @ for_u:.5f}", caught])
    page.table(["cut short", "$H v$", r"$u^{\top} H v$", r"$v^{\top} H u$", "the test sees it"], rows)
    page.say(r"""
        What is left of $H$ without $\tanh''$ is symmetric as well, and the test is blind to it. Compare with differences of
        gradients, or with the complex step.
    """)


def _tiny(page: Page) -> None:
    step = sl.compose(sl.cell("rnn", layout="split", n=1, d=1), sl.squared_error(of="h"))
    hessian = sl.hessian(step, "loss", PARAMETERS)
    page.say(r"""
        ## All of $H$, for one unit

        For $n = d = 1$ and one step `sl.hessian(step, "loss", ["W_h", "U_h", "b_h"])` writes $H$ out, a $3 \times 3$ matrix of scalars. All entries have a
        factor in common:
    """)
    page.math(
        r"H = \left((1 - h_t^2)^2 - 2 (h_t - \mathrm{target}_t) \, h_t \, (1 - h_t^2)\right) "
        r"\begin{bmatrix} x_t \\ h_{t-1} \\ 1 \end{bmatrix} \begin{bmatrix} x_t & h_{t-1} & 1 \end{bmatrix}"
    )
    entry = {name: step.symbols[name][0, 0] for name in ("x", "h_prev", "target", *PARAMETERS)}
    h = tanh(entry["W_h"] * entry["x"] + entry["U_h"] * entry["h_prev"] + entry["b_h"])
    kappa = (1 - h**2) ** 2 - 2 * (h - entry["target"]) * h * (1 - h**2)
    z = Matrix([entry["x"], entry["h_prev"], 1])
    equal = (hessian - kappa * z * z.T).expand().is_zero_matrix
    page.say(rf"""
        That is what comes out, as polynomials in $\tanh(\ldots)$: {yes(equal)}. The first part of the factor is $(h_t')^2$, never negative; the second is
        the error times $\tanh''$, and can make $L$ concave. Over two steps the unit is used twice, and formulas grow; the numbers agree:
    """)
    unrolled = sl.unroll(step, 2)
    whole = sum((sl.hessian(unrolled, f"loss_{t}", PARAMETERS) for t in (1, 2)), zero_matrix(3, 3))
    back = sl.through_time(step)
    values = random_values(back, seed=104, T=2)
    names = {"x_1": values["x"][0], "x_2": values["x"][1], "target_1": values["target"][0]}
    names |= {"target_2": values["target"][1], "h_0": values["h_0"]}
    names |= {name: values[name] for name in PARAMETERS}
    numbers = {unrolled.symbols[name][0, 0]: float(value.item()) for name, value in names.items()}
    H = np.array(whole.subs(numbers).evalf(20), dtype=float)
    run = sl.lambdify(sl.jvp(back, PARAMETERS))
    rows = []
    for v in (np.array([1.0, 0, 0]), np.array([0, 1.0, 0]), np.array([1.0, -2, 3])):
        product = flat(run(**values, **parts(v, values, "dot_")), "dot_d_")
        shown = [", ".join(f"{number:.6f}" for number in column) for column in (H @ v, product)]
        rows.append([", ".join(f"{number:g}" for number in v), *shown, yes(same(product, H @ v))])
    page.table(["$v$", "$H$, written out, times $v$", "$H v$, forward over reverse", "the same"], rows)
