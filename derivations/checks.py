"""Random values for a System, and the section that a note ends in: every gradient against the complex step."""

from collections.abc import Iterable, Mapping

import numpy as np

import symlstm as sl
from derivations.page import Page

SIZES = {"n": 4, "d": 3, "r": 2, "K": 2, "B": 2, "T": 5}


def random_values(system: sl.System, seed: int, **sizes: int) -> dict[str, np.ndarray]:
    """Every leaf of a System, standard normal, as a matrix, or one for each of T steps; states are not zero."""
    chosen = SIZES | sizes
    numbers = {size: chosen[size.name] for size in system.sizes}
    generator = np.random.default_rng(seed)
    return {
        str(leaf.symbol.name): generator.standard_normal(
            [chosen["T"]] * leaf.timed + [int(side.subs(numbers)) for side in leaf.symbol.shape]
        )
        for leaf in system.leaves
    }


def yes(claim: object) -> str:
    """What a table says of a claim; the tests fail on a NO."""
    return "yes" if claim else "NO"


def same(found: np.ndarray, right: np.ndarray | float) -> bool:
    """Whether two results agree to rounding."""
    return bool(np.max(np.abs(found - right)) <= 1e-12 * max(1.0, np.max(np.abs(right))))


def percent(found: np.ndarray, right: np.ndarray) -> str:
    """How far a result is off: the largest difference in percent of the largest entry of what is right."""
    off = 100 * np.max(np.abs(found - right)) / np.max(np.abs(right))
    return "right" if same(found, right) else f"off by {off:.{int(off < 10)}f} %"


def check_gradients(page: Page, passes: Mapping[str, sl.System], seed: int) -> None:
    """The section "Checked": a row for every family of gradients, a column for every backward pass."""
    reports = {title: sl.gradcheck(back, random_values(back, seed)) for title, back in passes.items()}
    names = {size.name for back in passes.values() for size in back.sizes}
    names |= {"T" for back in passes.values() if back.timed}
    sizes = sorted(names, key=list(SIZES).index)
    tolerance = max(report.tolerance for report in reports.values())
    page.say(rf"""
        ## Checked

        Each gradient against the complex step, $\frac{{\partial L}}{{\partial q}} = \mathrm{{Im}}\, L(q + i\varepsilon) / \varepsilon$ with
        $\varepsilon = 10^{{-30}}$, exact to rounding, at random values with {", ".join(f"${size} = {SIZES[size]}$" for size in sizes)};
        to agree is to differ by {tolerance:.0e} at most, relatively:
    """)
    agreed = {title: {check.name: check.ok for check in report.checks} for title, report in reports.items()}
    families: dict[str, dict[str, str]] = {}
    for title, back in passes.items():
        for name in agreed[title]:
            families.setdefault(_family(name), {})[name] = f"${sl.latex(back[name].lhs, system=back)}$"
    page.table(
        ["gradients", *passes],
        [[", ".join(names.values()), *(_all(agreed[title], names) for title in passes)] for names in families.values()],
    )


def _family(gradient: str) -> str:
    """All weights of one letter; the input and the states that are given."""
    name = gradient.removeprefix("d_")
    return "inputs" if name == "x" or name.endswith(("_prev", "_0")) else name.partition("_")[0]


def _all(agreed: Mapping[str, bool], names: Iterable[str]) -> str:
    """Whether all gradients of these names agree; a dash where there is none of them."""
    found = [agreed[name] for name in names if name in agreed]
    return yes(all(found)) if found else "–"
