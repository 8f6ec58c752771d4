"""Hessian-vector products of sequences, two ways, against autograd; tangents and gradients are adjoint."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import autograd
import numpy as np
import pytest

import symlstm as sl
from symlstm.algebra import (
    hadamard,
    matmul,
)
from symlstm.system import System
from tests.cells.variants import UNBATCHED, VARIANTS
from tests.through_time.layered import (
    B,
    Values,
    anp,
    both_ways,
    compiled,
    error,
    layer,
    leaves_of,
    loss_at,
    sequence_values,
    weighted,
)
from tests.through_time.printed_steps import PrintedSteps

STEP = 1e-30
Loss = Callable[[Values], Any]


@pytest.fixture(autouse=True)
def anew() -> Iterator[None]:
    """What a broken rule compiled is not used again."""
    yield
    compiled.cache_clear()


def batch(name: str) -> int:
    return 0 if name in UNBATCHED else B


def products(back: System, leaves: Sequence[str], values: Values) -> tuple[Values, Values]:
    """The Hessian of L times a direction, forward over reverse and reverse over reverse, by leaf.

    `values` are those of the tangents of the backward pass.
    """
    moving, twice = compiled(sl.jvp(back, tuple(leaves))), compiled(sl.backprop(back))
    found = moving(**values)
    base = {name: value for name, value in values.items() if not name.startswith("dot_")}
    assert back.forward is not None
    still = {q: np.zeros_like(values[q]) for q in leaves_of(back.forward) if q not in leaves}
    along = {f"seed2_d_{q}": values[f"dot_{q}"] for q in leaves} | {f"seed2_d_{q}": zero for q, zero in still.items()}
    other = twice(**base, **along)
    return {q: found[f"dot_d_{q}"] for q in leaves}, {q: other[f"d2_{q}"] for q in leaves}


def by_autograd(loss: Loss, leaves: Sequence[str], values: Values) -> Values:
    """The gradient of ⟨gradient of L, direction⟩."""

    def along(moved: Values) -> Any:
        gradient = autograd.grad(lambda given: loss({**values, **given}))(moved)
        return sum(anp.sum(gradient[q] * values[f"dot_{q}"]) for q in leaves)

    found: Values = autograd.grad(along)({q: values[q] for q in leaves})
    return found


def furthest(back: System, loss: Loss, T: int, *, columns: int = B, still: Sequence[str] = (), seed: int = 11) -> float:
    """How far the products are from each other and from autograd's."""
    assert back.forward is not None
    leaves = [q for q in leaves_of(back.forward) if q not in still]
    values = sequence_values(sl.jvp(back, tuple(leaves)), T, B=columns, seed=seed)
    one, other = products(back, leaves, values)
    expected = by_autograd(loss, leaves, values)
    assert max(float(np.abs(value).max()) for value in expected.values()) > 0.1
    return max(max(error(one[q], other[q]), error(one[q], expected[q])) for q in leaves)


@pytest.mark.parametrize("name", sl.CELLS)
def test_every_cell(name: str) -> None:
    over_all = sl.over_time(sl.cell(name))

    def loss(given: Values) -> Any:
        return weighted(anp, over_all, given, layer(anp, name, given, given["x"]))

    assert furthest(sl.through_time(over_all), loss, 4, columns=batch(name)) <= 1e-12


def test_twenty_steps() -> None:
    over_all = sl.over_time(sl.cell("lstm"))

    def loss(given: Values) -> Any:
        return weighted(anp, over_all, given, layer(anp, "lstm", given, given["x"]))

    assert furthest(sl.through_time(over_all), loss, 20) <= 1e-12


@pytest.mark.parametrize(("kind", "when"), [("cross_entropy", "every"), ("squared_error", "last")])
@pytest.mark.parametrize("name", ["lstm", "gru"])
@pytest.mark.parametrize("both", [False, True], ids=["", "both ways"])
def test_with_a_loss(name: str, kind: str, when: str, both: bool) -> None:
    whole = sl.compose(sl.bidirectional(name) if both else sl.cell(name), sl.readout(), getattr(sl, kind)())

    def loss(given: Values) -> Any:
        h = (both_ways if both else layer)(anp, name, given, given["x"])["h"]
        y = [anp.dot(given["W_y"], step) + given["b_y"] for step in h]
        pairs = list(zip(y, given["target"], strict=True))
        return sum(loss_at(anp, kind, *pair) for pair in (pairs if when == "every" else pairs[-1:]))

    still = ["target"] if kind == "cross_entropy" else []  # the target of a softmax sums to 1
    assert furthest(sl.through_time(whole, loss=when), loss, 4, still=still) <= 1e-12


def steps_of(values: Values, timed: frozenset[str]) -> Values:
    """The values under the names of the unrolled System."""
    steps = {f"{q}_{t}": step for q in timed & values.keys() for t, step in enumerate(values[q], 1)}
    return {q: value for q, value in values.items() if q not in timed} | steps


@pytest.mark.parametrize("name", ["lstm", "gru", "both ways", "with a loss"])
def test_unrolled(name: str) -> None:
    """The loops unrolled, and the steps unrolled before they are derived twice, say the same."""
    T, step = 3, {"both ways": "rnn", "with a loss": "gru"}.get(name, name)
    cell = sl.bidirectional(step) if name == "both ways" else sl.cell(step)
    if name == "with a loss":
        cell = sl.compose(cell, sl.readout(), sl.squared_error())
    over_all = sl.over_time(sl.batched(cell, "B"))
    back, flat = sl.through_time(over_all), sl.backprop(sl.unroll(over_all, T))
    leaves = leaves_of(over_all)
    values = sequence_values(sl.jvp(sl.through_time(cell), tuple(leaves)), T, seed=12)
    one, other = products(back, leaves, values)
    given = steps_of(values, sl.jvp(back, tuple(leaves)).timed)
    base = {q: value for q, value in given.items() if not q.startswith("dot_")}
    along = {f"seed2_d_{q[4:]}": value for q, value in given.items() if q.startswith("dot_")}
    moved = [q[4:] for q in given if q.startswith("dot_")]
    ends = {f"seed_{q}": f"seed_{q}_{1 if '_bw' in q else T}" for q in over_all.at_end}
    ended = {ends.get(q, q): value for q, value in given.items()}
    based = {q: value for q, value in ended.items() if not q.startswith("dot_")}
    results = [
        (sl.lambdify(sl.unroll(sl.jvp(back, tuple(leaves)), T))(**given), "dot_d_"),
        (sl.lambdify(sl.unroll(sl.backprop(back), T))(**base, **along), "d2_"),
        (sl.lambdify(sl.jvp(flat, tuple(moved)))(**ended), "dot_d_"),
        (sl.lambdify(sl.backprop(flat))(**based, **along), "d2_"),
    ]
    for found, mark in results:
        for q in leaves:
            timed = q in over_all.timed
            value = np.stack([found[f"{mark}{q}_{t}"] for t in range(1, T + 1)]) if timed else found[f"{mark}{q}"]
            assert max(error(value, one[q]), error(value, other[q])) <= 1e-13, (q, mark)


def directed(name: str, options: dict[str, Any], T: int = 3) -> tuple[System, Values, Values]:
    """A cell over time, values and directions for it, and its tangents with all leaves moving."""
    over_all = sl.over_time(sl.cell(name, **options))
    moving = sl.jvp(over_all)
    values = sequence_values(moving, T, B=batch(name), seed=13)
    return over_all, values, compiled(moving)(**values)


@pytest.mark.parametrize(("name", "options"), VARIANTS)
def test_forward_and_reverse_are_adjoint(name: str, options: dict[str, Any]) -> None:
    """⟨u, J v⟩ = ⟨Jᵀ u, v⟩, and J v is the complex step, at every step and at the end."""
    over_all, values, found = directed(name, options)
    leaves = leaves_of(over_all)
    step = compiled(over_all)(**{q: values[q] + 1j * STEP * values[f"dot_{q}"] for q in leaves})
    for q in (line.name for line in over_all.lines if not line.hands_on and f"dot_{line.name}" in found):
        assert error(found[f"dot_{q}"], step[q].imag / STEP) <= 1e-13, q
    back = sl.through_time(over_all)
    seeds = {q: value for q, value in sequence_values(back, 3, B=batch(name), seed=14).items() if q in back.seeds}
    gradients = compiled(back)(**{q: values[q] for q in leaves}, **seeds)
    one = []
    for q in over_all.outputs:
        dot = found[f"dot_{q}"]
        one.append(seeds[f"seed_{q}"] * (dot[-1] if q in over_all.at_end else dot))
    other = [gradients[f"d_{q}"] * values[f"dot_{q}"] for q in leaves]
    size = sum(float(np.abs(part).sum()) for part in other)
    assert abs(sum(part.sum() for part in one) - sum(part.sum() for part in other)) <= 1e-13 * max(1.0, size)


@pytest.mark.parametrize("name", ["lstm", "gru", "slstm"])
def test_both_directions_are_adjoint(name: str) -> None:
    whole = sl.bidirectional(name)
    leaves, back = leaves_of(whole), sl.through_time(whole)
    values = sequence_values(sl.jvp(back), 4, seed=15)
    given = {q: value for q, value in values.items() if "seed" not in q}
    found = compiled(sl.jvp(whole))(**given)
    gradients = compiled(back)(**{q: value for q, value in values.items() if "dot" not in q})
    one = 0.0
    for q in whole.outputs:
        dot = found[f"dot_{q}"]
        one += np.sum(values[f"seed_{q}"] * (dot if q not in whole.at_end else dot[0 if "_bw" in q else -1]))
    other = [gradients[f"d_{q}"] * values[f"dot_{q}"] for q in leaves]
    size = sum(float(np.abs(part).sum()) for part in other)
    assert abs(one - sum(part.sum() for part in other)) <= 1e-13 * max(1.0, size)


def test_a_state_of_which_the_start_alone_moves() -> None:
    """y = h_prev ⊙ V x where h does not see the step before: ẏ is zero but at t = 1."""
    odd = sl.Builder("odd")
    before = odd.previous("h")
    odd.let("y", hadamard(before, matmul(odd.parameter("V", "n", "d"), odd.x)))
    odd.let("h", matmul(odd.parameter("U", "n", "d"), odd.x))
    over_all = sl.over_time(odd.system())
    for system, mark in ((over_all, ""), (sl.through_time(over_all), "d_")):
        moving = sl.jvp(system, "h_0")
        values = sequence_values(moving, 3, B=B)
        found = compiled(moving)(**values)
        if not mark:
            assert [row.split("   ")[0] for row in moving.text().splitlines()[2:]] == ["ẏₜ = ḣₜ₋₁ ⊙ (V·xₜ)", "ḣₜ = 𝟎"]
            assert error(found["dot_y"][0], values["dot_h_0"] * (values["V"] @ values["x"][0])) <= 1e-15
            assert not found["dot_y"][1:].any()
        step = {q: values[q] + (1j * STEP * values["dot_h_0"] if q == "h_0" else 0) for q in leaves_of(system)}
        expected = compiled(system)(**step)
        for q in system.outputs:
            assert error(found[f"dot_{q}"], expected[q].imag / STEP) <= 1e-14, q


DERIVED: dict[str, Callable[[System], System]] = {
    "gradients": sl.through_time,
    "twice": lambda cell: sl.backprop(sl.through_time(cell)),
    "tangents": lambda cell: sl.jvp(sl.through_time(cell)),
    "backwards": lambda cell: sl.through_time(sl.over_time(cell, reverse=True)),
    "backwards twice": lambda cell: sl.backprop(sl.through_time(sl.over_time(cell, reverse=True))),
}


@pytest.mark.parametrize("how", DERIVED)
@pytest.mark.parametrize("name", ["rnn", "gru", "lstm"])
def test_what_is_printed_is_what_is_computed(name: str, how: str) -> None:
    """Every printed row, its sums from t = 1 or t = 2, its values at t = 1 and t = T: a row for every step, right."""
    assert PrintedSteps(DERIVED[how](sl.cell(name))).check() >= 3 * len(sl.cell(name))


def test_sums_start_where_there_is_a_step_before() -> None:
    row = sl.backprop(sl.through_time(sl.cell("rnn")))["d2_W_h"].text()
    assert row == (
        "∂L₂/∂W_h = (Σₜ (δ₂a_hₜ·[hₜ₋₁; xₜ]ᵀ + [𝟎 | δa_hₜ·δ₂δxₜᵀ])) + "
        "(Σ_(t=2…T) [δa_hₜ·δ₂δhₜ₋₁ᵀ | 𝟎]) + [δa_h₁·δ₂δh₀ᵀ | 𝟎]"
    )


def test_what_flows_in_at_the_end_prints_there() -> None:
    for reverse, end in ((False, "_T"), (True, "₁")):
        back = sl.through_time(sl.over_time(sl.cell("lstm"), reverse=reverse))
        assert sl.backprop(back).text(only=["d2_seed_c"]) == f"δ₂δC{end}ⁱⁿ = δ₂δC{end}"
