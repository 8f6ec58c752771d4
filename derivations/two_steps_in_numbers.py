"""Two steps of an LSTM of one unit, forward, backward through time and one step of training, beside published numbers."""

import json
import re
from collections.abc import Mapping

import numpy as np

import symlstm as sl
from derivations.checks import same, yes
from derivations.page import FOLDER, Page
from symlstm.worked.example import WorkedExample
from symlstm.worked.latex import step_latex

DATA = FOLDER.parent / "tests" / "data" / "published" / "gomez_2016_numerical_example.json"
GATES = {"f": "f", "i": "i", "o": "o", "g": "z"}  # ours, and those of the file
PUBLISHED = {"state_0": "c_1", "out_0": "h_1", "state_1": "c_2", "out_1": "h_2", "out_1 (lembek test)": "h_2"}


def write() -> Page:
    page = Page("Two steps in numbers, forward and backward through time")
    data = json.loads(DATA.read_text(encoding="utf-8"))
    step = sl.compose(sl.cell("lstm", layout="split", n=1, d=2), sl.squared_error(of="h"))
    back = sl.backprop(sl.unroll(step, 2))
    page.say(r"""
        The example of Aidan Gomez, *Backpropogating an LSTM: A Numerical Example* (2016), a well-known one: one unit, two inputs, two
        steps, a loss at both. He calls the candidate $a$, the cell state *state* and the hidden state *out*, and counts from 0. One
        step of it, `sl.compose(sl.cell("lstm", layout="split", n=1, d=2), sl.squared_error(of="h"))`:
    """)
    page.math(step.latex())
    values = given(data["inputs"])
    worked = sl.example(back, values, digits=5)
    page.say("Given:")
    rows = re.findall(r"```math\n(.*?)\n```", worked.markdown().partition("## Forward")[0], re.DOTALL)
    pieces = r" \qquad ".join(rows).split(r" \qquad ")
    for starts in (("x", r"\mathrm{target}"), ("h", "C"), ("W",), ("U",), ("b",)):
        page.math(r" \qquad ".join(piece for piece in pieces if piece.startswith(starts)))
    for t in (1, 2):
        page.say(f"## Forward, $t = {t}$")
        _worked(page, worked, [f"{name}_{t}" for name in ("f", "i", "o", "g", "c", "h", "loss")])
    page.say(r"""
        $L = L_1 + L_2$. (The second target, 1.25, cannot be reached, as $|h_t| < 1$; nothing is wrong with that.)
    """)
    _published(page, data, worked.values)
    _backward(page, worked)
    _gradients(page, data, step, back, values)
    return page


def given(inputs: dict[str, list[list[float]]]) -> dict[str, np.ndarray]:
    """The file's arrays under our names, the steps counted from 1."""
    values = {"h_0": np.array(inputs["h0"][0]), "c_0": np.array(inputs["c0"][0])}
    for ours, theirs in GATES.items():
        values |= {f"W_{ours}": np.array(inputs[f"W_{theirs}"]), f"U_{ours}": np.array(inputs[f"R_{theirs}"])}
        values[f"b_{ours}"] = np.array(inputs[f"b_{theirs}"])
    for t, (x, label) in enumerate(zip(inputs["x"], inputs["labels"], strict=True), 1):
        values |= {f"x_{t}": np.array(x[0]), f"target_{t}": np.array(label[0])}
    return values


def _worked(page: Page, worked: WorkedExample, names: list[str]) -> None:
    """The worked lines of some quantities in one block."""
    lines = [step_latex(worked, name) for name in names]
    inner = [line.removeprefix("\\begin{aligned}\n").removesuffix("\n\\end{aligned}") for line in lines]
    page.math("\\begin{aligned}\n" + " \\\\[1ex]\n".join(inner) + "\n\\end{aligned}")


def _published(page: Page, data: dict[str, list[dict[str, float]]], values: Mapping[str, np.ndarray]) -> None:
    page.say("## What was published")
    rows = []
    for case in data["expected"]:
        name = str(case["quantity"])
        ours = float(values[PUBLISHED[name]].item())
        right = abs(ours - case["published"]) <= case["atol"]
        rows.append(
            [
                name.replace("_", r"\_"),
                f"${PUBLISHED[name][0].upper().replace('H', 'h')}_{PUBLISHED[name][-1]}$",
                f"{case['published']:.10g}",
                f"{ours:.10f}",
                "right" if right else "last digit wrong",
            ]
        )
    page.table(["there", "here", "published", "computed", "the published number is"], rows)
    i, g = (round(float(values[name].item()), 5) for name in ("i_1", "g_1"))
    shown = round(i * g, 7)
    page.say(rf"""
        Two of the numbers of the post are wrong in the last digit. The first comes of rounding on the way:
        ${i} \cdot {g} = {shown}$, with the factors as they are printed, rounds to {round(shown, 5)}, and
        without it $C_1$ is {float(values["c_1"].item()):.7f}, which rounds to {float(values["c_1"].item()):.5f}. A test of a public program
        that follows the post has the last number to ten digits, and it is right.
    """)


def _backward(page: Page, worked: WorkedExample) -> None:
    page.say(r"""
        ## Backward, $t = 2$

        Nothing comes after the last step: $\delta h_2$ is what the loss says, $\delta C_2$ has one term.
    """)
    lines = ["h", "c", "a_f", "a_i", "a_o", "a_g"]
    _worked(page, worked, [f"d_{name}_2" for name in lines])
    page.say(r"""
        ## Backward, $t = 1$

        Here $\delta h_1$ has its own loss and four terms from the net inputs of step 2, $\delta C_1$ a second term through $f_2$. $C_0 = 0$, so
        nothing of step 1 reaches the forget gate:
    """)
    _worked(page, worked, [f"d_{name}_1" for name in lines])
    page.say(r"""
        ## Sums

        Each weight has a term for each step, with the input of that step, or the hidden state before it:
    """)
    _worked(page, worked, [f"d_W_{gate}" for gate in GATES])
    _worked(page, worked, [*(f"d_U_{gate}" for gate in GATES), *(f"d_b_{gate}" for gate in GATES)])
    page.say("And further down, to a layer below and to the states before:")
    _worked(page, worked, ["d_x_1", "d_x_2", "d_h_0", "d_c_0"])


def _gradients(
    page: Page,
    data: dict[str, dict[str, dict[str, list[float]]]],
    step: sl.System,
    back: sl.System,
    values: dict[str, np.ndarray],
) -> None:
    rate = 0.1
    page.say(rf"""
        ## One step of training

        $\theta \leftarrow \theta - {rate} \, \frac{{\partial L}}{{\partial \theta}}$ for every parameter. The backward numbers of the post are pictures; the
        gradients here were compared with automatic differentiation by PyTorch and by JAX, to $10^{{-12}}$:
    """)
    run = sl.lambdify(back)
    out = run(**values)
    recorded = data["recomputed_backward_float64"]["dL/dparam"]
    stepped = dict(values)
    rows = []
    for name in (f"{family}_{gate}" for family in "WUb" for gate in GATES):
        family, gate = name.split("_")
        theirs = np.array(recorded[f"{family.replace('U', 'R')}_{GATES[gate]}"])
        gradient = out[f"d_{name}"]
        stepped[name] = values[name] - rate * gradient
        rows.append(
            [
                f"${name}$",
                *(", ".join(f"{number:.5f}" for number in array.ravel()) for array in (values[name], gradient)),
                ", ".join(f"{number:.5f}" for number in stepped[name].ravel()),
                yes(same(gradient.ravel(), theirs.ravel())),
            ]
        )
    page.table(
        [r"$\theta$", "before", r"$\frac{\partial L}{\partial \theta}$", "after", "the gradient agrees"],
        rows,
    )
    before, after = (float((found.loss_1 + found.loss_2).item()) for found in (out, run(**stepped)))
    squared = sum(float(np.sum(out[f"d_{name}"] ** 2)) for name in back.parameters)
    page.say(rf"""
        $L$ falls from {before:.6f} to {after:.6f}, by {before - after:.6f}; to first order it should fall by the rate times the
        squared length of the gradient, {rate * squared:.6f}.
    """)
    _as_recurrence(page, step, values, out)


def _as_recurrence(
    page: Page, step: sl.System, values: Mapping[str, np.ndarray], out: Mapping[str, np.ndarray]
) -> None:
    through = sl.through_time(step)
    fitting = {name: values[name] for name in (*step.parameters, "h_0", "c_0")}
    fitting |= {name: np.stack([values[f"{name}_1"], values[f"{name}_2"]]) for name in ("x", "target")}
    found = sl.lambdify(through)(**fitting)
    agree = all(same(found[f"d_{name}"].ravel(), out[f"d_{name}"].ravel()) for name in (*step.parameters, "h_0", "c_0"))
    page.say(r"""
        ## The same as a recurrence

        Above each step is written out (`sl.unroll`). As a recurrence in $t$, for any number of steps (`sl.through_time`), the lines that
        look at a neighbour are
    """)
    page.math(through.latex(only=["d_h", "d_c", "d_W_f", "d_U_f"]))
    page.say(f"and the gradients are the same: {yes(agree)}.")
