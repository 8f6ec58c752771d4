"""Broken rules of tangents and gradients over time are found by Hessian-vector products."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

import symlstm as sl
from symlstm.algebra import (
    Earlier,
    First,
    Last,
    Later,
    Total,
    earlier,
    first,
    last,
    later,
    scale,
    total,
    zeros,
)
from symlstm.derive import JVP, VJP
from tests.through_time.layered import (
    Values,
    anp,
    both_ways,
    compiled,
    weighted,
)
from tests.through_time.test_second_order_over_time import furthest


@pytest.fixture(autouse=True)
def anew() -> Iterator[None]:
    """What a broken rule compiled is not used again."""
    yield
    compiled.cache_clear()


def stray() -> float:
    """How far Hessian-vector products of a sequence in both directions are from autograd's, derived anew."""
    over_all = sl.bidirectional("rnn")

    def loss(given: Values) -> Any:
        return weighted(anp, over_all, given, both_ways(anp, "rnn", given, given["x"]))

    compiled.cache_clear()
    return furthest(sl.through_time(over_all), loss, 3)


BROKEN_TANGENTS: dict[str, tuple[Any, Callable[[Any, Sequence[Any]], Any]]] = {
    "the start stands still": (Earlier, lambda node, dots: earlier(dots[0], zeros(node.shape))),
    "nothing comes from before": (Earlier, lambda node, dots: zeros(node.shape)),
    "the end stands still": (Later, lambda node, dots: later(dots[0], zeros(node.shape))),
    "nothing comes from behind": (Later, lambda node, dots: zeros(node.shape)),
    "the sum is twice as large": (Total, lambda node, dots: scale(2, total(dots[0]))),
    "of the sum the last step": (Total, lambda node, dots: last(dots[0])),
    "the first for the last": (Last, lambda node, dots: first(dots[0])),
    "the last for the first": (First, lambda node, dots: last(dots[0])),
}


@pytest.mark.parametrize("how", BROKEN_TANGENTS)
def test_a_broken_tangent_is_found(how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    node, broken = BROKEN_TANGENTS[how]

    def rule(y: Any, given: Any, dots: Sequence[Any]) -> Any:
        return broken(given, [zeros(given.shape) if dot is None else dot for dot in dots[:2]])

    monkeypatch.setitem(JVP, node, rule)
    assert stray() > 1e-3


BROKEN_GRADIENTS: dict[str, tuple[Any, Callable[..., Sequence[Any]]]] = {
    "nothing is handed back": (Earlier, lambda y, _, a, s, k: [zeros(a.shape), first(y), None]),
    "the start has none": (Earlier, lambda y, _, a, s, k: [later(y, zeros(a.shape)), zeros(s.shape), None]),
    "the start has the last": (Earlier, lambda y, _, a, s, k: [later(y, zeros(a.shape)), last(y), None]),
    "the start has all": (Earlier, lambda y, _, a, s, k: [later(y, zeros(a.shape)), total(y), None]),
    "nothing is handed on": (Later, lambda y, _, a, e, k: [zeros(a.shape), last(y), None]),
    "the end has none": (Later, lambda y, _, a, e, k: [earlier(y, zeros(a.shape)), zeros(e.shape), None]),
    "the end has the first": (Later, lambda y, _, a, e, k: [earlier(y, zeros(a.shape)), first(y), None]),
    "of the sum the last step": (Total, lambda y, _, a: [later(zeros(a.shape), y)]),
    "the sum is a mean": (Total, lambda y, _, a: [scale(2, y)]),
    "the first is the last": (First, lambda y, _, a: [later(zeros(a.shape), y)]),
    "the first is every one": (First, lambda y, _, a: [y]),
    "the last is the first": (Last, lambda y, _, a: [earlier(zeros(a.shape), y)]),
    "the last is every one": (Last, lambda y, _, a: [y]),
}


@pytest.mark.parametrize("how", BROKEN_GRADIENTS)
def test_a_broken_gradient_is_found(how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    node, broken = BROKEN_GRADIENTS[how]
    monkeypatch.setitem(VJP, node, broken)
    assert stray() > 1e-3


def test_unbroken_it_is_right() -> None:
    assert stray() <= 1e-12
