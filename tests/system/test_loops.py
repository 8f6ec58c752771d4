"""The order of computation of a System over time: what runs up, what down, what is computed once, what is refused."""

import numpy as np
import pytest
from sympy import MatrixExpr, MatrixSymbol

import symlstm as sl
from symlstm.algebra import First, Last, add, apply, earlier, hadamard, later, scale, subtract, total
from symlstm.codegen import lambdify
from symlstm.errors import DefinitionError
from symlstm.system import Equation, Leaf, LeafKind, System, Way, loops_of
from tests.cells.variants import VARIANTS

x, s, w, a, b, c, q, r = (MatrixSymbol(name, 2, 1) for name in ("x", "s", "w", "a", "b", "c", "q", "r"))
LEAVES = (Leaf(x, LeafKind.INPUT, timed=True), Leaf(s, LeafKind.STATE), Leaf(w, LeafKind.PARAMETER))
Lines = dict[MatrixSymbol, MatrixExpr]


def system(lines: Lines) -> System:
    return System(
        "test", LEAVES, tuple(Equation(lhs, rhs) for lhs, rhs in lines.items()), (next(reversed(lines)).name,)
    )


def shown(lines: Lines) -> list[tuple[str, str]]:
    """Every loop as its way and the names of its lines."""
    return [(loop.way.name, " ".join(line.name for line in loop.lines)) for loop in loops_of(system(lines)) if loop.way]


UP, DOWN = add(earlier(a, s), x), add(later(a, s), x)
ORDERS: dict[str, tuple[Lines, list[tuple[str, str]]]] = {
    "no recurrence": ({a: hadamard(x, w)}, [("UP", "a")]),
    "up": ({a: UP}, [("UP", "a")]),
    "down": ({a: DOWN}, [("DOWN", "a")]),
    "two together": ({a: UP, b: hadamard(a, x)}, [("UP", "a b")]),
    "a circle of two": ({b: add(earlier(a, s), x), a: hadamard(b, w)}, [("UP", "b a")]),
    "up, then down": ({a: UP, b: add(later(b, s), a)}, [("UP", "a"), ("DOWN", "b")]),
    "down, then up": ({a: DOWN, b: add(earlier(b, s), a)}, [("DOWN", "a"), ("UP", "b")]),
    "what either way will do joins": ({a: DOWN, b: apply("tanh", a)}, [("DOWN", "a b")]),
    "a neighbour of what runs the other way": ({a: UP, b: hadamard(x, later(a, s))}, [("UP", "a"), ("UP", "b")]),
    "once": ({q: hadamard(w, w), a: hadamard(q, x)}, [("ONCE", "q"), ("UP", "a")]),
    "a sum joins the loop": ({a: UP, q: total(hadamard(a, x))}, [("UP", "a q")]),
    "a sum is used later": ({a: UP, q: total(a), b: hadamard(q, x)}, [("UP", "a q"), ("UP", "b")]),
    "a sum is used once": ({a: UP, q: total(a), r: hadamard(q, w)}, [("UP", "a q"), ("ONCE", "r")]),
    "a sum inside a line": ({a: UP, b: hadamard(total(a), x)}, [("UP", "a"), ("UP", "b")]),
    "a sum of sums": ({a: UP, q: total(a), r: total(hadamard(q, a))}, [("UP", "a q"), ("UP", "r")]),
    "the first step": ({a: DOWN, b: hadamard(First(a), x)}, [("DOWN", "a"), ("UP", "b")]),
    "the last step": ({a: UP, b: hadamard(Last(a), x)}, [("UP", "a"), ("UP", "b")]),
    "the last step, once": ({a: UP, q: Last(a), r: hadamard(q, q)}, [("UP", "a"), ("ONCE", "q r")]),
    "three loops": (
        {a: UP, b: add(later(b, s), a), c: add(earlier(c, s), b)},
        [("UP", "a"), ("DOWN", "b"), ("UP", "c")],
    ),
    "two back": ({a: add(earlier(earlier(a, s), w), x)}, [("UP", "a")]),
}  # fmt: skip


@pytest.mark.parametrize("name", ORDERS)
def test_orders(name: str) -> None:
    lines, expected = ORDERS[name]
    assert shown(lines) == expected


@pytest.mark.parametrize("name", ORDERS)
def test_code_and_unrolling_follow_them(name: str) -> None:
    """Both are the same numbers, and of every line no value is used before it is there: that would be no number."""
    lines, _ = ORDERS[name]
    whole = system(lines)
    values = {"x": np.random.default_rng(3).normal(size=(4, 2, 1)), "s": np.ones((2, 1)), "w": np.full((2, 1), 0.5)}
    found = lambdify(whole)(**values)
    by_step = {f"x_{t}": part for t, part in enumerate(values["x"], 1)} | {"s": values["s"], "w": values["w"]}
    for quantity, value in lambdify(sl.unroll(whole, 4))(**by_step).items():
        name_, _, step = quantity.partition("_")
        assert np.max(np.abs((found[name_][int(step) - 1] if step else found[name_]) - value)) <= 1e-14, quantity


CIRCLES: dict[str, Lines] = {
    "itself, both ways": {a: add(earlier(a, s), later(a, s), x)},
    "two, both ways": {b: add(earlier(a, s), x), a: add(later(b, s), x)},
    "its own sum": {a: add(earlier(a, s), total(later(a, s)))},
    "its own last step": {a: add(x, earlier(scale(2, add(a, x)), Last(earlier(a, s))))},
    "back and forth": {a: add(x, earlier(later(a, s), s))},
}


@pytest.mark.parametrize("name", CIRCLES)
def test_circles_are_refused(name: str) -> None:
    """By each function that needs an order, in one line."""
    lines = CIRCLES[name]
    for function in (loops_of, lambdify, lambda given: sl.unroll(given, 3)):
        with pytest.raises(DefinitionError, match="in a circle") as refused:
            function(system(lines))
        assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "lines",
    [{a: subtract(x, a)}, {b: hadamard(a, x), a: UP}, {q: total(a), a: UP}, {b: First(a), a: UP}],
)
def test_lines_out_of_order_are_refused(lines: Lines) -> None:
    with pytest.raises(DefinitionError, match="used before it is defined"):
        system(lines)


@pytest.mark.parametrize(("name", "options"), VARIANTS)
def test_cells_take_one_loop_forward_and_one_back(name: str, options: dict[str, object]) -> None:
    """What hangs on no later step, as in mLSTM, goes with the forward loop; d_h_0, … come last."""
    back = sl.through_time(sl.cell(name, **options))
    loops = loops_of(back)
    assert [loop.way for loop in loops] == [Way.UP, Way.DOWN, Way.ONCE]
    up, down, once = ([line.name for line in loop.lines] for loop in loops)
    assert back.forward is not None
    forward = {line.name for line in back.forward.lines}
    assert set(up) == forward if name != "mlstm" else set(up) > forward
    assert {f"d_{parameter}" for parameter in back.parameters} < {*up, *down} - forward
    assert set(once) == {f"d_{state}" for state in back.states}


def test_every_line_is_in_one_loop() -> None:
    twice = sl.backprop(sl.through_time(sl.cell("lstm")))
    names = [line.name for loop in loops_of(twice) for line in loop.lines]
    assert sorted(names) == sorted(line.name for line in twice.lines)
