"""Sequences of different lengths in one batch: each member as if it were alone, and nothing beyond its end."""

from typing import Any

import numpy as np
import pytest

import symlstm as sl
from symlstm.errors import InputError
from symlstm.system import LeafKind
from tests.cells.variants import UNBATCHED
from tests.through_time.oracle import Array, Arrays, T, compiled, gradients, values_of, worst

LENGTHS = [4, 1, 6, 4]
B = len(LENGTHS)
AGREE = 1e-13
CELLS = [name for name in sl.CELLS if name not in UNBATCHED]


def values_for(name: str, seed: int = 61) -> dict[str, Array]:
    return values_of(compiled(name, {}).system, T, batch=B, seed=seed)


def shared(name: str) -> set[str]:
    """What all members of the batch have in common."""
    return set(compiled(name, {}).system.parameters)


def alone(name: str, values: Arrays, b: int) -> dict[str, Array]:
    """One member of the batch, as long as it is."""
    single = {q: value if q in shared(name) else value[..., b : b + 1] for q, value in values.items()}
    return {q: value[: LENGTHS[b]] if value.ndim == 3 else value for q, value in single.items()}


@pytest.mark.parametrize("name", CELLS)
def test_each_member_alone(name: str) -> None:
    function, values = compiled(name, {}), values_for(name)
    found = function(**values, lengths=LENGTHS)
    members = [function(**alone(name, values, b)) for b in range(B)]
    summed = {f"d_{parameter}" for parameter in shared(name)}
    for quantity, value in found.items():
        if quantity in summed:
            total = sum(member[quantity] for member in members)
            assert worst({quantity: value}, {quantity: total})[0] <= AGREE, quantity
            continue
        for b, member in enumerate(members):
            mine = value[..., b : b + 1]
            if mine.ndim == 3:
                assert not mine[LENGTHS[b] :].any(), f"{quantity} goes on beyond the end"
                mine = mine[: LENGTHS[b]]
            assert worst({quantity: mine}, {quantity: member[quantity]})[0] <= AGREE, quantity


@pytest.mark.parametrize("name", CELLS)
def test_against_autograd(name: str) -> None:
    """The gradients of the weights of two members of different lengths, by the paper's cell alone."""
    function, values = compiled(name, {}), values_for(name, 62)
    found = function(**values, lengths=LENGTHS)
    members = [gradients(name, {}, alone(name, values, b)) for b in range(B)]
    reference = {f"d_{parameter}": sum(member[f"d_{parameter}"] for member in members) for parameter in shared(name)}
    assert worst(found, reference)[0] <= 1e-12


@pytest.mark.parametrize("name", CELLS)
def test_what_lies_beyond_the_end_has_no_influence(name: str) -> None:
    function, values = compiled(name, {}), values_for(name)
    found = function(**values, lengths=LENGTHS)
    for leaf in function.system.leaves:
        if leaf.timed:
            changed = values[leaf.symbol.name].copy()
            for b, length in enumerate(LENGTHS):
                changed[length:, :, b] = 1e3
            again = function(**(values | {leaf.symbol.name: changed}), lengths=LENGTHS)
            assert all(np.array_equal(again[quantity], found[quantity]) for quantity in found), leaf.symbol.name


def test_the_last_step_of_a_member_is_its_own() -> None:
    """What flows in to c at the end does so at each member's last step."""
    function, values = compiled("lstm", {}), values_for("lstm")
    values |= {"seed_h": np.zeros_like(values["seed_h"]), "seed_c": np.ones_like(values["seed_c"])}
    found = function(**values, lengths=LENGTHS)
    for b, length in enumerate(LENGTHS):
        assert np.array_equal(found["d_c"][length - 1, :, b], np.ones(5))


def test_all_of_one_length_is_no_length_at_all() -> None:
    function, values = compiled("lstm", {}), values_for("lstm")
    found, plain = function(**values, lengths=[T] * B), function(**values)
    assert worst(found, plain)[0] <= AGREE
    assert set(found) == set(plain)


def test_forward_alone() -> None:
    system = compiled("lstm", {}).system.forward
    assert system is not None
    values = {leaf.symbol.name: values_for("lstm")[leaf.symbol.name] for leaf in system.leaves}
    found = sl.lambdify(system)(**values, lengths=np.array(LENGTHS))
    assert worst(found, {q: compiled("lstm", {})(**values_for("lstm"), lengths=LENGTHS)[q] for q in found})[0] == 0
    assert LeafKind.SEED not in {leaf.kind for leaf in system.leaves}


def test_one_sequence() -> None:
    """A single sequence has one length, a number or one in a list; so has a cell without a batch."""
    for name, options in (("lstm", {}), ("mlstm", {})):
        function: Any = compiled(name, options)
        values = values_of(function.system, T, batch=1, seed=63)
        short = {q: value[:3] if value.ndim == 3 else value for q, value in values.items()}
        for lengths in (3, [3], np.array([3])):
            found = function(**values, lengths=lengths)
            for quantity, value in function(**short).items():
                mine = found[quantity][:3] if value.ndim == 3 else found[quantity]
                assert np.array_equal(mine, value), (name, quantity)


@pytest.mark.parametrize(
    ("lengths", "message"),
    [
        ([4, 1, 6], r"lengths: expected 4 whole numbers, one for each member of the batch, got \[4, 1, 6\]"),
        ([4, 1, 6, 7], "lengths: expected numbers from 1 to T = 6, got 7"),
        ([4, 0, 6, 4], "lengths: expected numbers from 1 to T = 6, got 0"),
        ([4, -1, 6, 4], "lengths: expected numbers from 1 to T = 6, got -1"),
        ([4.0, 1, 6, 4], "lengths: expected 4 whole numbers"),
        ([[4, 1, 6, 4]], "lengths: expected 4 whole numbers"),
        ([True, True, True, True], "lengths: expected 4 whole numbers"),
        ("4164", "lengths: expected 4 whole numbers"),
        (["a", "b", "c", "d"], "lengths: expected 4 whole numbers"),
        ([[1], [1, 2]], "lengths: expected 4 whole numbers"),
        ([], "lengths: expected 4 whole numbers"),
        (4, "lengths: expected 4 whole numbers"),
        (object(), "lengths: expected 4 whole numbers"),
        ([4, 1, 6, None], "lengths: expected 4 whole numbers"),
        (np.arange(100), "lengths: expected 4 whole numbers"),
    ],
)
def test_what_are_no_lengths(lengths: object, message: str) -> None:
    with pytest.raises(InputError, match=message) as refused:
        compiled("lstm", {})(**values_for("lstm"), lengths=lengths)
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 200


def test_a_single_step_has_no_lengths() -> None:
    step = sl.lambdify(sl.cell("rnn"))
    with pytest.raises(InputError, match="rnn: lengths are for a System over time; this one is a single step"):
        step(W_h=np.ones((2, 3)), b_h=np.ones(2), x=np.ones(1), h_prev=np.ones(2), lengths=[1])


@pytest.mark.parametrize("size", [True, "m"])
def test_a_cell_built_with_a_batch_of_any_size(size: bool | str) -> None:
    values = values_for("gru")
    reference = compiled("gru", {})(**values, lengths=LENGTHS)
    for name, value in sl.lambdify(sl.through_time(sl.cell("gru", B=size)))(**values, lengths=LENGTHS).items():
        assert np.array_equal(value, reference[name]), name


def test_a_batch_in_numbers_is_refused() -> None:
    run = sl.lambdify(sl.through_time(sl.cell("gru", B=B)))
    with pytest.raises(InputError, match="lengths: 4 columns are written into the code; build the cell without a B"):
        run(**values_for("gru"), lengths=LENGTHS)


def test_tangents_of_what_all_members_share_are_not_added_up() -> None:
    """A gain that is made of a parameter alone: its tangent is one, that of its gradient is a sum."""
    cell = sl.Builder("gained")
    gain = cell.let("gain", sl.algebra.apply("tanh", cell.parameter("w", cell.n, 1)))
    cell.let(
        "h", sl.algebra.apply("tanh", sl.algebra.add(sl.algebra.hadamard(gain, cell.previous("h")), cell.affine("h")))
    )
    whole = sl.jvp(sl.through_time(cell.system()), "w")
    generator = np.random.default_rng(7)
    sizes = {"n": 3, "d": 2, "n + d": 5, "1": 1}
    values = {
        leaf.symbol.name: generator.normal(
            size=[*([T] if leaf.timed else []), sizes[str(leaf.symbol.shape[0])]]
            + ([B] if leaf.timed or leaf.symbol.name == "h_0" else [])
        )
        for leaf in whole.leaves
        if leaf.symbol.name != "W_h"
    }
    values["W_h"] = generator.normal(size=(3, 5))
    run = sl.lambdify(whole)
    found, alone_ = run(**values, lengths=LENGTHS), []
    for b, length in enumerate(LENGTHS):
        single = {q: value[..., b] if value.shape[-1] == B and value.ndim > 1 else value for q, value in values.items()}
        alone_.append(
            run(**{q: value[:length] if value.ndim == 2 and q != "W_h" else value for q, value in single.items()})
        )
    assert np.array_equal(found.dot_gain[:, 0], alone_[0].dot_gain)
    assert np.allclose(found.dot_d_w, sum(one.dot_d_w for one in alone_), rtol=1e-12, atol=0)
