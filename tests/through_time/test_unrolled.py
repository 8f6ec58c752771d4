"""The recurrence and the sequence written out say the same: `through_time`, its unrolling, and backprop of `unroll`."""

import pytest

import symlstm as sl
from symlstm.errors import InputError
from symlstm.system import System
from tests.cells.variants import VARIANTS, columns
from tests.through_time.oracle import Array, Arrays, Options, compiled, values_for, worst

AGREE = 1e-13
SHORT = range(1, 7)


def both(name: str, options: Options, steps: int) -> tuple[System, System]:
    """The recurrence written out, and the backward pass of the forward equations written out, for a whole batch."""
    cell = sl.cell(name, **options, B=columns(name) if columns(name) > 1 else None)
    return sl.unroll(sl.through_time(cell), steps), sl.backprop(sl.unroll(cell, steps))


def by_step(values: Arrays) -> dict[str, Array]:
    """What there is one of for every step under the names of an unrolled System: x_1, x_2, …, seed_h_1, …"""
    named = {name: value for name, value in values.items() if value.ndim == 2}
    timed = {name: value for name, value in values.items() if value.ndim == 3}
    return named | {f"{name}_{t}": part for name, value in timed.items() for t, part in enumerate(value, 1)}


def given_to(system: System, values: Arrays, steps: int) -> dict[str, Array]:
    """Where forward equations are written out first, what flows in to c at the end is seed_c_T, not seed_c."""
    leaves = {leaf.symbol.name for leaf in system.leaves}
    return {name if name in leaves else f"{name}_{steps}": value for name, value in by_step(values).items()}


def check(name: str, options: Options, steps: int) -> None:
    """Every quantity that both name, every gradient among them."""
    values = values_for(name, options, steps, seed=21)
    whole = by_step(compiled(name, options)(**values))
    for system in both(name, options, steps):
        found = sl.lambdify(system)(**given_to(system, values, steps))
        assert {quantity for quantity in whole if quantity.startswith("d_")} == {
            quantity for quantity in found if quantity.startswith("d_")
        }
        error, where = worst(found, {quantity: whole[quantity] for quantity in found})
        assert error <= AGREE, f"{system.name}, {where} is off by {error:.1e}"


@pytest.mark.parametrize("steps", range(1, 7))
@pytest.mark.parametrize("name", sl.CELLS)
def test_every_cell(name: str, steps: int) -> None:
    check(name, {}, steps)


@pytest.mark.parametrize(("name", "options"), VARIANTS)
def test_every_option(name: str, options: Options) -> None:
    check(name, options, 2)


@pytest.mark.parametrize("steps", [0, -1, 2.0, True, "T", None])
def test_how_many_steps(steps: object) -> None:
    with pytest.raises(InputError, match="unroll: T: expected a positive number of steps, got "):
        sl.unroll(sl.cell("lstm"), steps)  # type: ignore[arg-type]


def test_a_recurrence_takes_its_batch_before_it_is_written_out() -> None:
    """The backward pass that is written out says so; that of the forward equations written out is derived anew."""
    values = values_for("rnn", {}, 2)
    unrolled = sl.unroll(sl.through_time(sl.cell("rnn")), 2)
    with pytest.raises(InputError, match="no batch once it is written out; give the cell its B before"):
        sl.lambdify(unrolled)(**by_step(values))
    other = sl.backprop(sl.unroll(sl.cell("rnn"), 2))
    assert sl.lambdify(other)(**given_to(other, values, 2)).d_h_0.shape == values["h_0"].shape
