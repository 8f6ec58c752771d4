"""Systems: immutable, equal by value, well formed or refused, with everything in its place."""

import pickle
from dataclasses import FrozenInstanceError

import pytest
from sympy import Integer, MatrixSymbol

import symlstm as sl
from symlstm.algebra import add, d, hadamard, matmul, n, same_shape
from symlstm.errors import DefinitionError, InputError, ShapeError, UnknownNameError
from symlstm.system import Builder, Equation, Leaf, LeafKind, System
from tests.cells.variants import UNBATCHED, VARIANTS

a, b = MatrixSymbol("a", n, 1), MatrixSymbol("b", n, 1)
x = MatrixSymbol("x", d, 1)


def test_lstm_names() -> None:
    lstm = sl.cell("lstm")
    assert lstm.inputs == ("x",)
    assert lstm.states == ("h_prev", "c_prev")
    assert lstm.parameters == ("W_f", "W_i", "W_o", "W_g", "b_f", "b_i", "b_o", "b_g")
    assert lstm.outputs == ("c", "h")
    assert [line.name for line in lstm] == ["a_f", "f", "a_i", "i", "a_o", "o", "a_g", "g", "c", "h"]
    assert lstm.shapes["W_f"] == (n, n + d)
    assert lstm.shapes["h"] == (n, 1)
    assert len(lstm) == 10
    assert "f" in lstm
    assert "W_f" not in lstm


def test_split_layout_with_two_biases() -> None:
    lstm = sl.cell("lstm", layout="split", biases=2)
    assert lstm.parameters[:8] == ("W_f", "W_i", "W_o", "W_g", "U_f", "U_i", "U_o", "U_g")
    assert lstm.shapes["W_f"] == (n, d)
    assert lstm.shapes["U_f"] == (n, n)
    assert lstm.shapes["bh_f"] == (n, 1)


def test_backward_names() -> None:
    back = sl.backprop(sl.cell("lstm"))
    assert back.inputs == ("x", "seed_c", "seed_h")
    assert back.seeds == ("seed_c", "seed_h")
    assert set(back.outputs) == {f"d_{name}" for name in (*back.parameters, *back.states, "x")}
    assert back.shapes["d_W_f"] == back.shapes["W_f"]


def test_concrete_dimensions() -> None:
    lstm = sl.cell("lstm", n=5, d=3, B=2)
    assert lstm.shapes["W_f"] == (5, 8)
    assert lstm.shapes["x"] == (3, 2)


@pytest.mark.parametrize(("name", "options"), VARIANTS)
@pytest.mark.parametrize("sizes", [{}, {"n": 3, "d": 2}, {"n": 1, "d": 1}, {"B": True}], ids=str)
def test_every_cell_is_well_formed(name: str, options: dict, sizes: dict) -> None:
    if "B" in sizes and name in UNBATCHED:
        with pytest.raises(DefinitionError, match=r"is a matrix, \(n, n\), and has no columns to set side by side"):
            sl.cell(name, **options, **sizes)
        return
    options = {**options, **sizes}
    system = sl.cell(name, **options)
    assert all(same_shape(line.lhs.shape, line.rhs.shape) for line in system)
    assert sl.cell(name, **options) == system
    assert hash(sl.cell(name, **options)) == hash(system)


def test_values_not_identities_are_compared() -> None:
    assert sl.cell("lstm") != sl.cell("lstm", layout="split")
    assert sl.backprop(sl.cell("lstm")) == sl.backprop(sl.cell("lstm"))
    assert sl.cell("lstm")["f"] == sl.cell("lstm")["f"]


def test_systems_are_immutable() -> None:
    lstm = sl.cell("lstm")
    with pytest.raises(FrozenInstanceError):
        lstm.name = "other"  # type: ignore[misc]
    with pytest.raises(TypeError):
        lstm["f"] = lstm["i"]  # type: ignore[index]
    with pytest.raises(TypeError):
        lstm.symbols["x"] = a  # type: ignore[index]
    lstm.shapes.clear()
    assert lstm.shapes["x"] == (d, 1)
    assert lstm.inputs == ("x",)


def test_systems_survive_pickling() -> None:
    back = sl.backprop(sl.cell("lstm"))
    assert pickle.loads(pickle.dumps(back)) == back


def test_an_unknown_equation_is_named() -> None:
    with pytest.raises(UnknownNameError, match="unknown equation of lstm 'F'; did you mean 'f'"):
        sl.cell("lstm")["F"]


def leaf(symbol: MatrixSymbol) -> Leaf:
    return Leaf(symbol, LeafKind.INPUT)


BAD_SYSTEMS = {
    "twice": (lambda: System("s", (leaf(a),), (Equation(a, a),), ()), "a is defined twice"),
    "twice by equations": (lambda: System("s", (leaf(a),), (Equation(b, a), Equation(b, a)), ()), "b is defined twice"),
    "never": (lambda: System("s", (), (Equation(b, a),), ()), "equation b: a is not defined; declare it"),
    "too late": (
        lambda: System("s", (), (Equation(a, b), Equation(b, a)), ()),
        "equation a: b is used before it is defined; the equations go round in a circle or are out of order",
    ),
    "in itself": (lambda: System("s", (), (Equation(a, add(a, a)),), ()), "a is used before it is defined"),
    "with another shape": (
        lambda: System("s", (leaf(MatrixSymbol("a", d, 1)),), (Equation(b, a),), ()),
        r"a has shape \(n, 1\) here and \(d, 1\) where it is declared",
    ),
    "an output that is not there": (lambda: System("s", (leaf(a),), (), ("q",)), "the output q is not defined"),
    "a keyword": (lambda: Equation(MatrixSymbol("lambda", n, 1), a), "'lambda' is no name"),
    "not ASCII": (
        lambda: leaf(MatrixSymbol("W_µ", n, 1)),
        "is no name for a quantity; choose an identifier of ASCII letters",
    ),
    "a system without a name": (lambda: System("", (leaf(a),), (), ()), "'' is no name for a system"),
    "a system with a quote": (lambda: System('q"""', (leaf(a),), (), ()), "is no name for a system"),
    "a leaf twice": (lambda: System("s", (leaf(a), leaf(a)), (Equation(b, a),), ()), "a is defined twice"),
    "a gradient's name": (
        lambda: Builder("s").parameter("d_W", n, n),
        "'d_W' is no name for a quantity: d_… and seed_…",
    ),
    "a seed's name": (lambda: Builder("s").let("seed_h", a), "'seed_h' is no name"),
    "no identifier": (lambda: leaf(MatrixSymbol("W_{f}", n, 1)), "'W_{f}' is no name"),
}


@pytest.mark.parametrize("name", BAD_SYSTEMS)
def test_bad_systems(name: str) -> None:
    build, message = BAD_SYSTEMS[name]
    with pytest.raises(DefinitionError, match=message):
        build()


def test_both_shapes_of_an_equation_are_named() -> None:
    with pytest.raises(ShapeError, match=r"equation a: the left side is \(n, 1\), the right side x is \(d, 1\)"):
        Equation(a, x)


BAD_CELLS = {
    "layout": ({"layout": "rows"}, InputError, "layout: expected one of concat, split, got 'rows'"),
    "biases": ({"biases": 0}, InputError, "biases: expected one of 1, 2, got 0"),
    "biases as truth": ({"biases": True}, InputError, "biases: expected one of 1, 2, got True"),
    "n": ({"n": -1}, InputError, "dimension n: expected a positive integer or the name of a symbol, got -1"),
    "d": ({"d": 2.5}, InputError, "dimension d: expected a positive integer or the name of a symbol, got 2.5"),
    "B": ({"B": 0}, InputError, "dimension B: expected a positive integer"),
    "n as a word": ({"n": "lambda"}, InputError, "dimension n: expected a positive integer or the name of a symbol"),
    "n as a negative SymPy number": ({"n": Integer(-2)}, InputError, "dimension n: expected a positive integer"),
    "option": (
        {"colour": 1},
        UnknownNameError,
        "unknown option of cell lstm 'colour'; known: peephole, coupled",
    ),
}


@pytest.mark.parametrize("name", BAD_CELLS)
def test_bad_options(name: str) -> None:
    options, error, message = BAD_CELLS[name]
    with pytest.raises(error, match=message):
        sl.cell("lstm", **options)


def test_dimensions_of_any_integer_type() -> None:
    import numpy as np

    assert sl.cell("lstm", n=np.int64(3), d=Integer(2), B=False).shapes["W_f"] == (3, 5)
    assert sl.batched(sl.cell("lstm"), "k").shapes["x"][1].name == "k"


@pytest.mark.parametrize("value", [["lstm"], None, 3])
def test_names_of_other_types(value: object) -> None:
    for look_up in (sl.cell, sl.cell("lstm").__getitem__, sl.cell("lstm").closed_form):
        with pytest.raises(UnknownNameError, match="unknown"):
            look_up(value)  # type: ignore[operator]


@pytest.mark.parametrize("call", [sl.backprop, sl.lambdify, lambda v: sl.batched(v, 2), lambda v: sl.example(v, {})])
def test_what_is_no_system_is_refused(call) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError, match="expected a System, as sl.cell gives one, got 'lstm' of type str"):
        call("lstm")


@pytest.mark.parametrize("size", ["np", "sigmoid", "B", "dtype", "array"])
def test_dimensions_may_have_any_name(size: str) -> None:
    import numpy as np

    back = sl.backprop(sl.cell("lstm", n=size))
    generator = np.random.default_rng(0)
    shapes = {"x": (3, 2), **dict.fromkeys(("h_prev", "c_prev", "seed_c", "seed_h"), (4, 2))}
    shapes |= {f"W_{g}": (4, 7) for g in "fiog"} | {f"b_{g}": (4, 1) for g in "fiog"}
    values = {name: generator.standard_normal(shape) for name, shape in shapes.items()}
    assert sl.gradcheck(back, values)


def test_errors_survive_pickling() -> None:
    error = UnknownNameError("cell", "lsmt", ["lstm"])
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_an_unknown_cell_is_named() -> None:
    with pytest.raises(UnknownNameError, match="unknown cell 'LSTM'; did you mean 'lstm'"):
        sl.cell("LSTM")


def test_builder_refuses_what_is_unused_or_open() -> None:
    cell = Builder("idle")
    f = cell.gate("f", sl.activations.sigmoid)
    cell.let("h", f)
    cell.parameter("V", cell.n, cell.n)
    with pytest.raises(DefinitionError, match="cell idle: V is declared and never used"):
        cell.system()
    cell = Builder("open")
    cell.let("q", hadamard(cell.gate("f", sl.activations.sigmoid), cell.previous("c")))
    with pytest.raises(DefinitionError, match="cell open: no equation defines the new state h"):
        cell.system()
    with pytest.raises(DefinitionError, match="V is declared twice with different shapes or meanings"):
        (cell.parameter("V", cell.n, cell.n), cell.parameter("V", cell.n, cell.d))


def test_a_batch_needs_columns_that_stay_apart() -> None:
    cell = Builder("outer")
    v = cell.gate("v", sl.activations.tanh)
    C = cell.let("C", matmul(v, sl.algebra.transpose(v)))
    cell.let("h", matmul(C, v))
    with pytest.raises(DefinitionError, match="equation C: cannot be read column by column"):
        sl.batched(cell.system(), Integer(3))
    back = sl.backprop(cell.system())
    with pytest.raises(DefinitionError):
        sl.batched(back, Integer(3))


def test_a_cell_that_has_no_batch_still_runs_and_differentiates() -> None:
    import numpy as np

    cell = Builder("outer")
    v = cell.gate("v", sl.activations.tanh)
    C = cell.let("C", matmul(v, sl.algebra.transpose(v)))
    cell.let("h", matmul(C, v))
    back = sl.backprop(cell.system())
    generator = np.random.default_rng(0)
    sizes = {n: 4, d: 3}
    values = {
        str(leaf.symbol.name): generator.standard_normal([int(side.subs(sizes)) for side in leaf.symbol.shape])
        for leaf in back.leaves
    }
    assert sl.gradcheck(back, values)
