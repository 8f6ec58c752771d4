"""Systems renamed and put together by name: what is fed, shared and tied, which sizes are bound, what is refused."""

import numpy as np
import pytest
from sympy import MatrixSymbol

import symlstm as sl
from symlstm.algebra import columns, matmul, rows
from symlstm.errors import DefinitionError, InputError, ShapeError, UnknownNameError
from symlstm.system import Builder, Equation, Leaf, LeafKind, System
from symlstm.system.compose import resize
from tests.support import random_values, relative_error

lstm, rnn = sl.cell("lstm"), sl.cell("rnn")


def test_renaming_is_consistent() -> None:
    renamed = sl.rename(lstm, {"h": "s", "W_f": "V", "f": "k"})
    assert renamed["k"].rhs == sl.rename(lstm, {"f": "k"})["k"].rhs
    assert renamed.text(only=["a_f", "c", "s"]).splitlines() == [
        "a_fₜ = V·[sₜ₋₁; xₜ] + b_f",
        "  Cₜ = kₜ ⊙ Cₜ₋₁ + iₜ ⊙ C̃ₜ",
        "  sₜ = oₜ ⊙ tanh(Cₜ)",
    ]
    assert renamed.states == ("s_prev", "c_prev")
    assert renamed.outputs == ("c", "s")
    assert [line.role for line in renamed.lines] == [line.role for line in lstm.lines]


def test_renaming_there_and_back() -> None:
    away = sl.rename(lstm, lambda name: f"{name}_l7")
    assert away.states == ("h_l7_prev", "c_l7_prev")
    assert {name.replace("_l7", "") for name in away.symbols} == set(lstm.symbols)
    assert sl.rename(away, lambda name: name.removesuffix("_l7")) == lstm


def test_two_names_may_change_places() -> None:
    swapped = sl.rename(lstm, {"f": "i", "i": "f"})
    assert swapped["c"].text() == "Cₜ = iₜ ⊙ Cₜ₋₁ + fₜ ⊙ C̃ₜ"
    assert swapped["i"].rhs == lstm["f"].rhs


def test_a_renamed_block_is_called_after_the_new_name() -> None:
    W, h = MatrixSymbol("W_f", 4, 4), MatrixSymbol("h_prev", 2, 1)
    line = Equation(MatrixSymbol("h", 2, 1), matmul(rows(columns(W, "h_prev", 0, 2), "h_prev", 0, 2), h))
    system = System("blocks", (Leaf(h, LeafKind.STATE), Leaf(W, LeafKind.PARAMETER)), (line,), ("h",))
    assert sl.rename(system, {"h": "s"})["s"].rhs.args[0].part == "s_prev"


def test_renaming_leaves_the_numbers() -> None:
    renamed = sl.rename(lstm, lambda name: f"{name}_l2" if name in lstm.parameters else name)
    values = random_values(lstm, 4, 3, 2)
    again = {f"{name}_l2" if name in lstm.parameters else name: value for name, value in values.items()}
    assert np.array_equal(sl.lambdify(renamed)(**again).h, sl.lambdify(lstm)(**values).h)


@pytest.mark.parametrize(
    ("names", "kind", "message"),
    [
        ({"q": "s"}, UnknownNameError, "unknown name to change in lstm 'q'"),
        ({"f": "i"}, DefinitionError, "rename: f and i would both be called i"),
        ({"f": "W f"}, DefinitionError, "'W f' is no name for a quantity"),
        ({"f": "d_f"}, DefinitionError, "'d_f' is no name for a quantity: d_… and seed_… are"),
        ({"f": 3}, InputError, "rename: expected a name, got 3 of type int"),
        ({"h_prev": "s_prev"}, DefinitionError, "rename: h and h_prev are one state; with h_prev goes 's_prev'"),
        ({"h": "s", "h_prev": "u_prev"}, DefinitionError, "rename: h and h_prev are one state; with s_prev goes"),
        ({"x": "h_l1_prev"}, DefinitionError, "rename: h_l1_prev is a name for the step before, and x is of this one"),
        ("fs", InputError, "rename: expected names by name"),
    ],
)
def test_names_that_are_refused(names: object, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message) as caught:
        sl.rename(lstm, names)
    assert "\n" not in str(caught.value)


def test_a_backward_pass_is_neither_renamed_nor_composed() -> None:
    back = sl.backprop(lstm)
    with pytest.raises(DefinitionError, match="rename: lstm backward is a backward pass; rename the forward steps"):
        sl.rename(back, {"f": "k"})
    with pytest.raises(DefinitionError, match="compose: lstm backward is a backward pass; compose the forward steps"):
        sl.compose(lstm, back)
    with pytest.raises(InputError, match="compose: expected a System, as sl.cell gives one, got 3"):
        sl.compose(lstm, 3)
    with pytest.raises(InputError, match="at least one System, got none"):
        sl.compose()


def test_an_input_is_fed_by_the_output_of_that_name() -> None:
    step = sl.compose(sl.cell("lstm", n=5, d=3), sl.readout(rows=2), sl.squared_error())
    assert step.name == "lstm readout squared-error"
    assert step.inputs == ("x", "target")
    assert step.outputs == ("c", "h", "loss")
    assert step.losses == ("loss",)
    assert step.shapes["W_y"] == (2, 5)
    assert step.shapes["target"] == (2, 1)
    assert sl.compose(lstm, sl.readout(), name="mine").name == "mine"
    assert sl.compose(lstm, sl.readout()).outputs == ("c", "h", "y")
    assert sl.compose(lstm).lines == lstm.lines


def test_sizes_that_are_bound() -> None:
    narrow = sl.cell("lstm", projection=True)
    step = sl.compose(narrow, sl.readout())
    assert step.shapes["W_y"] == (step.shapes["y"][0], narrow.shapes["h"][0])
    wide = sl.compose(sl.cell("rnn", n="m"), sl.rename(lstm, {"x": "h", "h": "s"}))
    assert sl.algebra.show_shape(wide.shapes["W_f"]) == "(n, n + m)"


def test_sizes_are_replaced_everywhere() -> None:
    whole = sl.cell("layernorm-lstm")
    n, d = sl.algebra.n, sl.algebra.d
    resized = resize(whole, {n: 4, d: 3})
    assert resized == sl.cell("layernorm-lstm", n=4, d=3)
    assert resize(whole, {n: d, d: n}) == sl.cell("layernorm-lstm", n=d, d=n)
    assert resize(whole, {}) == whole


@pytest.mark.parametrize("name", sl.CELLS)
def test_every_cell_is_resized_as_it_is_built(name: str) -> None:
    sizes = {sl.algebra.n: 4, sl.algebra.d: 3}
    values = random_values(sl.cell(name, n=4, d=3), 4, 3)
    left, right = (sl.lambdify(s)(**values) for s in (resize(sl.cell(name), sizes), sl.cell(name, n=4, d=3)))
    assert all(np.array_equal(left[key], right[key]) for key in right)


def test_leaves_of_one_name_are_shared() -> None:
    other = sl.rename(rnn, {"h": "s", "W_h": "W_f"})
    both = sl.compose(lstm, other)
    assert both.parameters == (*lstm.parameters, "b_h")
    values = random_values(both, 4, 3, 2)
    out = sl.lambdify(both)(**values)
    alone = sl.lambdify(other)(**{name: values[name] for name in ("x", "s_prev", "W_f", "b_h")})
    assert np.array_equal(out.s, alone.s)


def test_the_gradient_of_tied_weights_is_the_sum() -> None:
    cell = sl.cell("lstm", n=3, d=3)

    def layer(k: int, tied: bool, taken: str) -> System:
        def name_of(name: str) -> str:
            return taken if name == "x" else name if tied and name in cell.parameters else f"{name}_l{k}"

        return sl.rename(cell, name_of)

    tied, free = (sl.compose(layer(1, tied, "x"), layer(2, tied, "h_l1")) for tied in (True, False))
    assert tied.parameters == cell.parameters
    back, apart = sl.backprop(tied), sl.backprop(free)
    values = random_values(sl.batched(back, "B"), 3, 3, 2)
    names = [str(leaf.symbol.name) for leaf in apart.leaves]
    copied = {name: values[name.rpartition("_l")[0] if name in free.parameters else name] for name in names}
    sums, parts = sl.lambdify(back)(**values), sl.lambdify(apart)(**copied)
    for name in cell.parameters:
        assert relative_error(sums[f"d_{name}"], parts[f"d_{name}_l1"] + parts[f"d_{name}_l2"]) <= 1e-14
        assert np.abs(parts[f"d_{name}_l1"]).min() > 0
    assert sl.gradcheck(sl.backprop(sl.batched(tied, "B")), values)


def reading(kind: LeafKind, name: str) -> System:
    """A System that takes a column of this kind and name."""
    leaf = MatrixSymbol(name, sl.algebra.n, 1)
    return System("reader", (Leaf(leaf, kind),), (Equation(MatrixSymbol("z", *leaf.shape), leaf),), ("z",))


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ((lstm, sl.cell("gru")), "compose: a_g is defined in lstm and in gru; rename one of the two with sl.rename"),
        ((sl.readout(), lstm), "compose: h is an input of readout, and lstm behind it defines it; put lstm first"),
        ((lstm, reading(LeafKind.PARAMETER, "h")), "compose: h is defined in lstm and a parameter in reader; rename"),
        ((lstm, reading(LeafKind.INPUT, "b_f")), "compose: b_f is a parameter in lstm and an input in reader; rename"),
        ((reading(LeafKind.PARAMETER, "h"), lstm), "compose: h is a parameter in reader and defined in lstm; rename"),
    ],
)
def test_names_that_mean_two_things(parts: tuple[System, ...], message: str) -> None:
    with pytest.raises(DefinitionError, match=message) as caught:
        sl.compose(*parts)
    assert "\n" not in str(caught.value)


def test_sizes_that_clash() -> None:
    other = sl.rename(sl.cell("rnn", n=4, d=2), {"h": "s"})
    with pytest.raises(ShapeError, match=r"x is \(3, 1\) in lstm and \(2, 1\) in rnn; give both the same sizes"):
        sl.compose(sl.cell("lstm", n=5, d=3), other)
    with pytest.raises(ShapeError, match=r"W_f is \(n, d \+ n\)|W_f is \(n, n \+ d\) in lstm and \(n, d\) in rnn"):
        sl.compose(lstm, sl.rename(sl.cell("rnn", layout="split"), {"h": "s", "W_h": "W_f"}))
    with pytest.raises(ShapeError, match=r"h is \(n, B\) in lstm and \(n, 1\) in readout; compose the steps for one"):
        sl.compose(sl.cell("lstm", B=True), sl.readout())


def test_a_batch_of_the_whole_is_a_batch_of_the_parts() -> None:
    parts = (lstm, sl.readout(), sl.cross_entropy())
    assert sl.batched(sl.compose(*parts), "B").lines == sl.compose(*(sl.batched(part, "B") for part in parts)).lines


def test_a_state_that_a_later_system_uses_stays_an_output() -> None:
    cell = Builder("counter")
    cell.let("h", sl.algebra.add(cell.previous("h"), cell.affine("h", recurrent=None)))
    assert sl.compose(cell.system(), sl.readout()).outputs == ("h", "y")
