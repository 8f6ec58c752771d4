"""One LSTM step with the numbers of a question, and where the answer it got goes wrong."""

import numpy as np

import symlstm as sl
from derivations.page import Page
from symlstm.worked import question
from symlstm.worked.latex import step_latex


def row(values: np.ndarray, digits: int = 8) -> str:
    return "[" + ", ".join(f"{value:.{digits}f}" for value in values) + "]"


def write() -> Page:
    lstm = sl.cell("lstm")
    page = Page("One LSTM step in numbers")
    page.say(r"""
        Someone asks: *my weights are identity matrices, my biases zero, $h_{t-1} = [0, 0.5, 0.1, 0.2, 0.6]$ and
        $x_t = [-0.1, 0.3, 0.1, -0.25, 0.1]$. Is $f_t = \sigma(h_{t-1} + x_t)$? The page says $f_t$ should be 0 or 1; am I
        missing something? How do I get the input gate, the candidates, the new cell state and the new hidden state?*

        The step is
    """)
    page.math(lstm.latex())
    page.say(r"""
        where $[h_{t-1}; x_t]$ stacks the two vectors, $\sigma(a) = \frac{1}{1 + e^{-a}}$ acts on every entry, and $\odot$
        multiplies entry by entry. Every weight matrix is 5 × 10 here, an identity for each of the two blocks:
        $[I\; I]\,[h_{t-1}; x_t] = h_{t-1} + x_t$. So yes, $f_t = \sigma(h_{t-1} + x_t)$.

        ## The forget gate, worked out
    """)
    worked = question(lstm, digits=8)
    page.math(step_latex(worked, "f"))
    page.say(r"""
        Every entry lies strictly between 0 and 1, as it must: $0 < \sigma(a) < 1$ for every finite $a$. A gate forgets by
        degrees; "0 or 1" names the two limits, which it comes near for a net input far from 0:
    """)
    points = np.array([-10.0, -4.0, -1.0, 0.0, 1.0, 4.0, 10.0])
    page.table(
        ["$a$", *(f"{a:g}" for a in points)], [[r"$\sigma(a)$", *(f"{s:.5f}" for s in 1 / (1 + np.exp(-points)))]]
    )
    page.say(r"""
        ## All quantities

        The question gives no $C_{t-1}$; with $C_{t-1} = 0$ the rest follows:
    """)
    profile_names = {name: sl.latex(lstm[name].lhs) for name in ("f", "i", "o", "g", "c", "h")}
    page.table(
        ["quantity", "value"],
        [[f"${tex}$", row(worked.values[name][:, 0])] for name, tex in profile_names.items()],
    )
    _wrong_answer(page)
    return page


def _wrong_answer(page: Page) -> None:
    """Evaluate the code that the question was answered with."""
    page.say(r"""
        ## Where the quoted answer goes wrong

        The question got this code as an answer:
    """)
    page.code("ft = sigmoid(Wf * np.concatenate(htminus1, xt)) + bf")
    h, x = np.array([0, 0.5, 0.1, 0.2, 0.6]), np.array([-0.1, 0.3, 0.1, -0.25, 0.1])
    W, stacked = np.hstack([np.eye(5), np.eye(5)]), np.concatenate((h, x))
    try:
        np.concatenate(h, x)  # type: ignore[call-overload]
        raised = "nothing"
    except TypeError as error:
        raised = type(error).__name__
    page.say(f"""
        Three things are wrong with it.

        1. `np.concatenate(htminus1, xt)` takes its arrays in a tuple; as written it raises `{raised}`.
        2. With that mended, `*` multiplies entry by entry: `Wf * np.concatenate((htminus1, xt))` has shape
           {(W * stacked).shape}, where the matrix product `Wf @ np.concatenate((htminus1, xt))` has shape
           {(W @ stacked).shape}. The result is no gate vector.
        3. The bias stands outside the sigmoid. With the biases of the question, all 0, nobody notices; with
           $b_f = 0.5$ the two differ:
    """)
    b = 0.5
    inside, outside = 1 / (1 + np.exp(-(W @ stacked + b))), 1 / (1 + np.exp(-(W @ stacked))) + b
    page.table(
        ["formula", "value"],
        [
            [r"$\sigma(W_f [h_{t-1}; x_t] + b_f)$", row(inside)],
            [r"$\sigma(W_f [h_{t-1}; x_t]) + b_f$", row(outside)],
        ],
    )
    above = int((outside > 1).sum())
    page.say(rf"""
        {above} of the 5 entries of the second line exceed 1: it is no gate at all. The two agree only if $b_f = 0$: the
        slope of $\sigma$ is at most $\frac{{1}}{{4}}$, so $\sigma(a + b)$ differs from $\sigma(a)$ by at most
        $\frac{{|b|}}{{4}}$, never by $b$.
    """)
