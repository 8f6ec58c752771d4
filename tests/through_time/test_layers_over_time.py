"""Stacks and both directions over time: outputs and every gradient against autograd, unrolled, and by lengths."""

from typing import Any

import numpy as np
import pytest

import symlstm as sl
from symlstm.errors import DefinitionError
from symlstm.system import System
from tests.through_time.layered import (
    B,
    T,
    Values,
    anp,
    both_ways,
    compiled,
    error,
    gradients,
    leaves_of,
    sequence_values,
)
from tests.through_time.networks import NETWORKS, UNBATCHED, Network, assert_within, furthest, seeded


@pytest.mark.parametrize(("kind", "when"), [("squared_error", "last"), ("cross_entropy", "every")])
@pytest.mark.parametrize("name", NETWORKS)
def test_networks_with_a_loss(name: str, kind: str, when: str) -> None:
    network = NETWORKS[name]
    back = sl.through_time(network.with_loss(kind), loss=when)
    assert back.seeds == ()
    assert_within(furthest(network, back, sequence_values(back, T, seed=1), kind, when))


@pytest.mark.parametrize(("kind", "when"), [("squared_error", "every"), ("cross_entropy", "last")])
@pytest.mark.parametrize("name", ["lstm-lstm", "lstm-lstm both ways"])
def test_fifty_steps(name: str, kind: str, when: str) -> None:
    back = sl.through_time(NETWORKS[name].with_loss(kind), loss=when)
    assert_within(furthest(NETWORKS[name], back, sequence_values(back, 50, seed=2), kind, when))


@pytest.mark.parametrize("name", sl.CELLS)
def test_every_cell_both_ways(name: str) -> None:
    system = sl.bidirectional(name)
    values = sequence_values(sl.through_time(system), T, B=0 if name in UNBATCHED else B, seed=3)
    errors = seeded(system, lambda np_, given: both_ways(np_, name, given, given["x"]), values)
    assert {"h", "h_fw", "h_bw"} <= errors.keys()
    assert_within(errors)


@pytest.mark.parametrize("name", [name for name in sl.CELLS if name not in UNBATCHED])
def test_every_cell_in_two_layers(name: str) -> None:
    network = Network((name, name))
    system = network.system()
    errors = seeded(system, network.forward, sequence_values(sl.through_time(system), 3, seed=4))
    assert {"h_l1", "h_l2"} <= errors.keys()
    assert_within(errors)


@pytest.mark.parametrize(
    ("name", "seeds", "at_end"),
    [
        ("lstm-lstm", ["h_l1", "y"], {"h_l1"}),
        ("lstm-lstm", ["c_l2", "f_l1"], {"c_l2"}),
        ("lstm-lstm", "h_l2", {"h_l2"}),
        ("gru-lstm both ways", ["h_l2", "h_l1_bw", "c_l2_fw"], {"h_l1_bw", "c_l2_fw"}),
        ("lstm both ways", ["h_fw", "c_bw", "h"], {"h_fw", "c_bw"}),
    ],
)
@pytest.mark.parametrize("when", ["every", "last"])
def test_seeds_beside_the_loss(name: str, seeds: Any, at_end: set[str], when: str) -> None:
    """What is named flows in at every step; a state that is used within the step flows in at its end."""
    network = NETWORKS[name]
    back = sl.through_time(network.with_loss("squared_error"), loss=when, seeds=seeds)
    named = [seeds] if isinstance(seeds, str) else seeds
    assert set(back.seeds) == {f"seed_{q}" for q in named}
    values = sequence_values(back, T, seed=5)
    ends = {f"seed_{q}": 0 if "_bw" in q else -1 for q in at_end}

    def total(given: Values) -> Any:
        found = network.forward(anp, given)
        flowing = network.loss(anp, given, "squared_error", when)
        for q in named:
            seed, steps = given[f"seed_{q}"], found[q]
            if q in at_end:
                flowing = flowing + anp.sum(seed * steps[ends[f"seed_{q}"]])
            else:
                flowing = flowing + sum(anp.sum(seed[t] * value) for t, value in enumerate(steps))
        return flowing

    found, expected = compiled(back)(**values), gradients(total, values)
    assert back.forward is not None
    assert_within({leaf: error(found[f"d_{leaf}"], expected[leaf]) for leaf in leaves_of(back.forward)})


def by_step(system: System, values: Values) -> Values:
    """The values of a System over time under the names that it has when it is unrolled."""
    timed = {str(leaf.symbol.name) for leaf in system.leaves if leaf.timed}
    steps = {f"{name}_{t}": step for name in timed for t, step in enumerate(values[name], 1)}
    return {name: value for name, value in values.items() if name not in timed} | steps


@pytest.mark.parametrize("when", ["every", "last"])
@pytest.mark.parametrize("name", ["gru-lstm", "lstm both ways", "gru-lstm both ways", "gru-lstm with dropout"])
def test_unrolled(name: str, when: str) -> None:
    """The compiled loops, their unrolling, and the backward pass of the unrolled steps say the same."""
    network = NETWORKS[name].with_loss("squared_error")
    back = sl.through_time(network, loss=when)
    values = sequence_values(back, 3, seed=6)
    found = compiled(back)(**values)
    flat = by_step(back, values)
    wide = sl.batched(network, "B")
    for unrolled in (sl.unroll(sl.batched(back, "B"), 3), sl.backprop(sl.unroll(wide, 3, loss=when))):
        other = sl.lambdify(unrolled)(**flat)
        for leaf in leaves_of(network if network.timed else sl.over_time(network)):
            steps = [f"d_{leaf}_{t}" for t in (1, 2, 3)]
            value = np.stack([other[step] for step in steps]) if steps[0] in other else other[f"d_{leaf}"]
            assert error(value, found[f"d_{leaf}"]) <= 1e-14, leaf


def test_an_unrolled_backward_pass() -> None:
    """Its forward lines stand in front; a way back starts at T + 1; parts of a gradient keep their names."""
    back = sl.through_time(NETWORKS["rnn both ways"].with_loss("squared_error"))
    unrolled = sl.unroll(back, 2)
    assert unrolled.forward is not None
    assert unrolled.lines[: len(unrolled.forward)] == unrolled.forward.lines
    rows = {row.split(" = ")[0].strip(): row.split(" = ")[1] for row in unrolled.text().splitlines()}
    assert rows["a⃖_h₂"] == "W⃖_h·[h⃖₃; x₂] + b⃖_h"
    assert rows["a⃖_h₁"] == "W⃖_h·[h⃖₂; x₁] + b⃖_h"
    assert rows["δh⃗₂"] == "[δh₂]_→"
    assert rows["δL₂"] == "1"
    assert "δh⃖₃" in rows
    assert back.text(only=["d_loss"]) == "δLₜ = 1   t = T, …, 1"
    with pytest.raises(DefinitionError, match="no batch once it is written out; give the cell its B before"):
        sl.batched(unrolled, "B")


@pytest.mark.parametrize("name", ["lstm both ways", "gru-lstm both ways", "gru both ways with dropout"])
@pytest.mark.parametrize("when", ["every", "last"])
def test_lengths_are_sequences_by_themselves(name: str, when: str) -> None:
    """Each member of a batch as it is alone, in both directions; what lies behind its end is zero and of no effect."""
    lengths = np.array([2, 5, 1, 4, 2])
    back = sl.through_time(NETWORKS[name].with_loss("cross_entropy"), loss=when)
    values = sequence_values(back, T, B=5, seed=8)
    run = compiled(back)
    found = run(**values, lengths=lengths)
    assert back.forward is not None
    timed = back.timed
    wide = {name for name, leaf in zip(leaves_of(back), back.leaves, strict=True) if leaf.symbol.shape[1] == 1}
    wide -= set(back.parameters)
    sums = {name: np.zeros_like(values[name]) for name in back.parameters}
    for k, length in enumerate(lengths):
        alone = {q: value[..., [k]] if q in wide else value for q, value in values.items()}
        alone = {q: value[:length] if q in timed else value for q, value in alone.items()}
        single = run(**alone)
        for q, value in single.items():
            if q.removeprefix("d_") in sums:
                sums[q.removeprefix("d_")] += value
            elif q in timed:
                assert error(found[q][:length, :, [k]], value) <= 1e-14, (q, k)
                assert not found[q][length:, :, k].any(), (q, k)
            else:
                assert error(found[q][..., [k]], value) <= 1e-14, (q, k)
    assert_within({q: error(found[f"d_{q}"], total) for q, total in sums.items()}, 1e-13)
    spoiled = {q: value.copy() for q, value in values.items()}
    for q in ("x", "target", *(q for q in values if q.startswith("mask"))):
        for k, length in enumerate(lengths):
            spoiled[q][length:, :, k] = 7.0
    again = run(**spoiled, lengths=lengths)
    assert all(np.array_equal(again[q], found[q]) for q in found)
