"""Rules of what is taken from other steps, and of sums over all steps: right, guarded, closed, printed, compiled."""

import re
from collections.abc import Callable

import numpy as np
import pytest
from sympy import Integer, MatrixExpr, MatrixSymbol

import symlstm as sl
from symlstm.algebra import (
    Earlier,
    First,
    Last,
    Later,
    Total,
    add,
    apply,
    earlier,
    first,
    hadamard,
    last,
    later,
    power,
    scale,
    total,
    zeros,
)
from symlstm.algebra.time import AT_A_STEP, SHIFTS
from symlstm.derive import VJP
from symlstm.errors import ShapeError
from symlstm.system import Equation, Leaf, LeafKind, System
from tests.through_time.oracle import Array, values_of, worst
from tests.through_time.test_unrolled import by_step

STEPS = 5
x, a, y, q = (MatrixSymbol(name, 3, 1) for name in "xayq")
s, e, w = (MatrixSymbol(name, 3, 1) for name in ("s", "e", "w"))

USES: dict[str, MatrixExpr] = {
    "earlier": hadamard(x, earlier(a, s)),
    "later": hadamard(x, later(a, e)),
    "cut": hadamard(x, earlier(a, s, 2)),
    "cut, later": hadamard(x, later(a, e, 2)),
    "of an expression": hadamard(x, earlier(power(a, 2), hadamard(s, w))),
    "both": hadamard(earlier(a, s), later(a, e), x),
    "two back": hadamard(x, earlier(earlier(a, s), w)),
    "back and forth": hadamard(x, later(earlier(hadamard(a, x), s), e)),
    "alone": earlier(a, s),
    "alone, later": later(a, e),
    "only at the end": hadamard(x, add(a, later(zeros((3, 1)), e))),
    "sum": hadamard(x, total(hadamard(w, a))),
    "sum of what was": hadamard(x, total(hadamard(x, earlier(a, s)))),
    "sums": add(hadamard(x, total(a)), total(hadamard(w, power(a, 2)))),
    "first": hadamard(x, First(hadamard(a, w))),
    "last": hadamard(x, Last(hadamard(a, w))),
    "first and last": hadamard(First(a), Last(a), x, w),
}
GUARDS: dict[type[MatrixExpr], tuple[str, ...]] = {
    Earlier: ("earlier", "of an expression"),
    Later: ("later",),
    Total: ("sum",),
    First: ("first",),
    Last: ("last",),
}


def system_of(use: str) -> System:
    """y_t is made of x_t and a_t = tanh(w ⊙ x_t); s stands before the first step, e behind the last."""
    expression = USES[use]
    lines = (Equation(a, apply("tanh", hadamard(w, x))), Equation(y, expression))
    symbols = sl.algebra.symbols_of(expression)
    ends = tuple(Leaf(symbol, LeafKind.STATE) for symbol in (s, e) if symbol in symbols)
    return System("test", (Leaf(x, LeafKind.INPUT, timed=True), *ends, Leaf(w, LeafKind.PARAMETER)), lines, ("y",))


def values(system: System, steps: int = STEPS) -> dict[str, Array]:
    return values_of(system, steps, batch=1, seed=97)


def check(use: str, steps: int = STEPS) -> bool:
    back = sl.backprop(system_of(use))
    return bool(sl.gradcheck(back, values(back, steps)))


def by_hand(use: str, given: dict[str, Array]) -> Array:
    """What the expressions say, on lists of what there is at every step."""
    X, T = given["x"], len(given["x"])
    W, A = given["w"], np.tanh(given["w"] * given["x"])
    S, E = given.get("s"), given.get("e")

    def before(values: Array, start: Array | None, cut: int = 0) -> Array:
        return np.array([start if t == 0 else 0 * X[0] if cut and t % cut == 0 else values[t - 1] for t in range(T)])

    def behind(values: Array, end: Array | None, cut: int = 0) -> Array:
        rest = range(1, T + 1)
        return np.array([end if t == T else 0 * X[0] if cut and t % cut == 0 else values[t] for t in rest])

    formulas: dict[str, Callable[[], Array]] = {
        "earlier": lambda: X * before(A, S),
        "later": lambda: X * behind(A, E),
        "cut": lambda: X * before(A, S, 2),
        "cut, later": lambda: X * behind(A, E, 2),
        "of an expression": lambda: X * before(A**2, S * W),
        "both": lambda: before(A, S) * behind(A, E) * X,
        "two back": lambda: X * before(before(A, S), W),
        "back and forth": lambda: X * behind(before(A * X, S), E),
        "alone": lambda: before(A, S),
        "alone, later": lambda: behind(A, E),
        "only at the end": lambda: X * (A + np.array([E if t == T - 1 else 0 * X[0] for t in range(T)])),
        "sum": lambda: X * sum(W * part for part in A),
        "sum of what was": lambda: X * sum(X * before(A, S)),
        "sums": lambda: X * sum(A) + sum(W * A**2),
        "first": lambda: X * (A[0] * W),
        "last": lambda: X * (A[-1] * W),
        "first and last": lambda: A[0] * A[-1] * X * W,
    }
    return formulas[use]()


@pytest.mark.parametrize("steps", [1, 2, STEPS])
@pytest.mark.parametrize("use", USES)
def test_what_the_code_computes(use: str, steps: int) -> None:
    system = system_of(use)
    given = values(system, steps)
    error, _ = worst({"y": np.broadcast_to(sl.lambdify(system)(**given).y, (steps, 3, 1))}, {"y": by_hand(use, given)})
    assert error <= 1e-15


@pytest.mark.parametrize("steps", [1, 2, STEPS])
@pytest.mark.parametrize("use", USES)
def test_rule(use: str, steps: int) -> None:
    assert check(use, steps)


@pytest.mark.parametrize("use", USES)
def test_written_out(use: str) -> None:
    back = sl.backprop(system_of(use))
    whole = by_step(sl.lambdify(back)(**values(back)))
    unrolled = sl.unroll(back, STEPS)
    found = sl.lambdify(unrolled)(**by_step(values(back)))
    assert {name for name in whole if name.startswith("d_")} <= set(found)
    assert worst(found, {name: whole[name] for name in found})[0] <= 1e-14


@pytest.mark.parametrize("use", USES)
def test_rules_are_closed(use: str) -> None:
    twice = sl.backprop(sl.backprop(system_of(use)))
    assert sl.gradcheck(twice, values(twice)), use


def test_every_rule_is_guarded_here() -> None:
    assert set(GUARDS) == {*SHIFTS, *AT_A_STEP} <= set(VJP)


@pytest.mark.parametrize("operand", [0, 1])
@pytest.mark.parametrize("node", GUARDS, ids=lambda node: node.__name__)
def test_a_broken_rule_is_found(node: type[MatrixExpr], operand: int, monkeypatch: pytest.MonkeyPatch) -> None:
    right = VJP[node]

    def wrong(*arguments: MatrixExpr) -> list[MatrixExpr | None]:
        bars = list(right(*arguments))
        matrices = [k for k, bar in enumerate(bars) if bar is not None]
        k = matrices[operand % len(matrices)]
        bars[k] = bars[k].func(scale(2, bars[k].args[0]), *bars[k].args[1:]) if node in SHIFTS else scale(2, bars[k])
        return bars

    assert all(check(use) for use in GUARDS[node])
    monkeypatch.setitem(VJP, node, wrong)
    assert not any(check(use) for use in GUARDS[node])


@pytest.mark.parametrize("use", USES)
def test_printed(use: str) -> None:
    """A shift is a case of its own at the end that it reaches beyond; two in one another ask for a name."""
    system = system_of(use)
    if use in ("two back", "back and forth", "sum of what was"):
        with pytest.raises(sl.SymlstmError, match="an equation of its own"):
            system.latex()
        return
    printed = system.latex(only=["y"]), system.text(only=["y"])
    left = [re.split("&=|= ", line)[0].strip() for line in printed[1].splitlines()]
    shifts = system["y"].rhs.atoms(*SHIFTS)
    ends = {"y_T" for shift in shifts if isinstance(shift, Later)} | {"y₁" for s in shifts if isinstance(s, Earlier)}
    assert ends <= set(left)
    assert (r"\sum_{t=" in printed[0]) == bool(system["y"].rhs.atoms(Total))


def test_building() -> None:
    zero = zeros((3, 1))
    assert earlier(zero, zero) == later(zero, zero) == total(zero) == first(zero) == last(zero) == zero
    assert first(earlier(a, s)) == s
    assert last(later(a, e)) == e
    assert first(later(a, e)) == First(Later(a, e, Integer(0)))
    assert earlier(a, s, 3).cut == 3
    for build in (earlier, later):
        with pytest.raises(ShapeError, match=build.__name__):
            build(a, MatrixSymbol("s", 4, 1))
    for taken in (total, first, last):
        with pytest.raises(sl.SymlstmError, match=taken.__name__):
            taken(3)  # type: ignore[arg-type]
