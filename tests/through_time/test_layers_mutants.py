"""Broken rules, directions and ends of layers over time are found."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

import symlstm as sl
from symlstm import stacking
from symlstm.algebra import Earlier, Later, earlier, first, last, later, scale, zeros
from symlstm.derive import VJP
from symlstm.system import System
from tests.through_time.layered import (
    both_ways,
    compiled,
    sequence_values,
)
from tests.through_time.networks import NETWORKS, TOLERANCE, furthest, seeded


@pytest.fixture(autouse=True)
def anew() -> Iterator[None]:
    """What a broken rule compiled is not used again."""
    yield
    compiled.cache_clear()


def stray(when: str = "every") -> float:
    """How far quantities and gradients of a stack in both directions are from those by hand, derived anew."""
    network = NETWORKS["gru-lstm both ways"]
    back = sl.through_time(network.with_loss("squared_error"), loss=when)
    return max(furthest(network, back, sequence_values(back, 3, seed=9), "squared_error", when).values())


def stray_ends() -> float:
    """The same without a loss, where states flow in where they end."""
    system = sl.bidirectional("lstm")
    values = sequence_values(sl.through_time(system), 3, seed=10)
    return max(seeded(system, lambda np_, given: both_ways(np_, "lstm", given, given["x"]), values).values())


BROKEN: dict[str, tuple[Any, Callable[..., Any]]] = {
    "nothing is handed back": (Earlier, lambda y, _, a, s, k: [zeros(a.shape), first(y), None]),
    "the start has none": (Earlier, lambda y, _, a, s, k: [later(y, zeros(a.shape)), zeros(s.shape), None]),
    "the start has the last": (Earlier, lambda y, _, a, s, k: [later(y, zeros(a.shape)), last(y), None]),
    "handed back twice": (Earlier, lambda y, _, a, s, k: [scale(2, later(y, zeros(a.shape))), first(y), None]),
    "nothing is handed on": (Later, lambda y, _, a, e, k: [zeros(a.shape), last(y), None]),
    "the end has none": (Later, lambda y, _, a, e, k: [earlier(y, zeros(a.shape)), zeros(e.shape), None]),
    "the end has the first": (Later, lambda y, _, a, e, k: [earlier(y, zeros(a.shape)), first(y), None]),
}


@pytest.mark.parametrize("measure", [stray, stray_ends], ids=["stack", "ends"])
@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_rule_is_found(how: str, measure: Callable[[], float], monkeypatch: pytest.MonkeyPatch) -> None:
    node, rule = BROKEN[how]
    monkeypatch.setitem(VJP, node, rule)
    assert measure() > 1e-3


def test_a_wrong_direction_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both layers of a bidirectional one go ahead."""
    monkeypatch.setattr(stacking, "over_time", lambda step, reverse=False: sl.over_time(step))
    assert stray() > 1e-3


def test_swapped_halves_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    right = stacking.on_top
    monkeypatch.setattr(stacking, "on_top", lambda ahead, back: right(back, ahead))
    assert stray() > 1e-3


def test_seeds_at_the_wrong_end_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(System, "ends_at_first", lambda system, output: False)
    assert stray_ends() > 1e-3


def test_a_loss_at_the_wrong_end_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    assert stray("last") <= TOLERANCE
    monkeypatch.setattr(System, "ends_at_first", lambda system, output: True)
    assert stray("last") > 1e-3


def test_unbroken_it_is_right() -> None:
    assert max(stray(), stray_ends()) <= TOLERANCE
