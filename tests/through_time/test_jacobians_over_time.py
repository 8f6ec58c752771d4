"""Jacobians over time: against those assembled from gradients, against autograd's, and the products that print."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import autograd
import numpy as np
import pytest

import symlstm as sl
from symlstm.algebra import Earlier, First, Last, Later, Total, earlier, first, last, later, scale, total, zeros
from symlstm.derive.matrix_forms import MATRIX_FORMS
from symlstm.errors import InputError, SymlstmError, UnknownNameError
from symlstm.system import System
from tests.cells.variants import UNBATCHED
from tests.through_time.layered import Values, anp, both_ways, compiled, error, layer, leaves_of, sequence_values
from tests.through_time.printed_steps import PrintedSteps

T = 3
COLUMNS = [name for name in sl.CELLS if name not in UNBATCHED]  # cells whose states are columns


@pytest.fixture(autouse=True)
def anew() -> Iterator[None]:
    """What a broken rule compiled is not used again."""
    yield
    compiled.cache_clear()


def values_of(system: System, seed: int = 31) -> Values:
    return sequence_values(system, T, B=0, seed=seed)


def assembled(over_all: System, of: str, values: Values) -> Values:
    """∂vec(of at step t)/∂vec(leaf) for every t and every leaf without a time, each row a gradient."""
    back = compiled(sl.through_time(replace(over_all, outputs=(of,), at_end=())))
    shape = compiled(over_all)(**values)[of].shape
    rows: dict[str, list[np.ndarray]] = {leaf: [] for leaf in leaves_of(over_all) if leaf not in over_all.timed}
    size = shape[1] * shape[2]
    for k in range(shape[0] * size):
        unit = np.zeros((shape[0], shape[2], shape[1]))
        unit.reshape(-1)[k] = 1.0
        found = back(**values, **{f"seed_{of}": unit.transpose(0, 2, 1)})
        for leaf, row in rows.items():
            row.append(found[f"d_{leaf}"].reshape(-1, order="F"))
    return {leaf: np.array(row).reshape(shape[0], size, -1) for leaf, row in rows.items()}


def found_by(over_all: System, of: str, wrt: str, values: Values, kind: str = "total") -> np.ndarray:
    jacobian = sl.jacobian(over_all, of, wrt, kind)
    assert jacobian.outputs[0] in jacobian.timed
    return np.asarray(compiled(jacobian)(**values)[jacobian.outputs[0]])


def by_autograd(steps: Callable[[Values], list[Any]], wrt: str, values: Values) -> np.ndarray:
    """The Jacobian of a list of columns by a column."""

    def stacked(point: Any) -> Any:
        return anp.stack([h.reshape(-1) for h in steps({**values, wrt: point.reshape(-1, 1)})]) + 0 * anp.sum(point)

    return np.asarray(autograd.jacobian(stacked)(values[wrt].reshape(-1)))


@pytest.mark.parametrize("name", COLUMNS)
def test_states_by_initial_states(name: str) -> None:
    """Every state at every step by every initial state."""
    over_all = sl.over_time(sl.cell(name))
    values = values_of(over_all)
    states = [state.removesuffix("_0") for state in over_all.states]
    for of in states:
        expected = assembled(over_all, of, values)
        for wrt in over_all.states:
            found = found_by(over_all, of, wrt, values)
            assert error(found, expected[wrt]) <= 1e-13, (of, wrt)
            other = by_autograd(lambda given, of=of: layer(anp, name, given, given["x"])[of], wrt, values)
            assert error(found, other) <= 1e-12, (of, wrt)


@pytest.mark.parametrize("name", ["rnn", "gru", "lstm", "slstm"])
def test_states_by_parameters(name: str) -> None:
    """Real-time recurrent learning: ∂vec(h_t)/∂vec(W) at every step, for every parameter."""
    over_all = sl.over_time(sl.cell(name))
    values = values_of(over_all, 32)
    for of in over_all.outputs:
        expected = assembled(over_all, of, values)
        for wrt in over_all.parameters:
            assert error(found_by(over_all, of, wrt, values), expected[wrt]) <= 1e-13, (of, wrt)


def test_split_layout_and_the_way_back() -> None:
    for over_all in (
        sl.over_time(sl.cell("lstm", layout="split", peephole=True)),
        sl.over_time(sl.cell("lstm"), reverse=True),
        sl.over_time(sl.cell("gru"), reverse=True),
    ):
        values = values_of(over_all, 33)
        expected = assembled(over_all, "h", values)
        for wrt in (*over_all.states, *over_all.parameters):
            assert error(found_by(over_all, "h", wrt, values), expected[wrt]) <= 1e-13, wrt


@pytest.mark.parametrize("name", ["lstm", "gru", "rnn"])
def test_both_directions(name: str) -> None:
    whole = sl.bidirectional(name)
    values = values_of(whole, 34)
    parameter = whole.parameters[0].removesuffix("_fw")
    expected = assembled(whole, "h", values)
    for wrt in (*whole.states, f"{parameter}_fw", f"{parameter}_bw"):
        assert error(found_by(whole, "h", wrt, values), expected[wrt]) <= 1e-13, wrt
    for wrt in ("h_fw_0", "h_bw_0"):
        other = by_autograd(lambda given: both_ways(anp, name, given, given["x"])["h"], wrt, values)
        assert error(found_by(whole, "h", wrt, values), other) <= 1e-12, wrt


def test_stacks_heads_and_second_order() -> None:
    two = sl.stack("rnn", layers=2, bidirectional=True)
    values = values_of(two, 35)
    expected = assembled(two, "h_l2", values)
    for wrt in ("h_l1_fw_0", "h_l1_bw_0", "h_l2_bw_0", "W_h_l1_bw", "b_h_l2_fw"):
        assert error(found_by(two, "h_l2", wrt, values), expected[wrt]) <= 1e-13, wrt
    head = sl.over_time(sl.compose(sl.cell("gru"), sl.readout(), sl.squared_error()))
    values = values_of(head, 36)
    expected, sums = assembled(head, "y", values), compiled(sl.through_time(head))(**values)
    for wrt in ("h_0", "W_y", "W_z"):
        assert error(found_by(head, "y", wrt, values), expected[wrt]) <= 1e-13, wrt
        whole = found_by(head, "loss", wrt, values).sum(axis=0)
        assert error(whole[0], sums[f"d_{wrt}"].reshape(-1, order="F")) <= 1e-13, wrt


ONCE = [("d_W_h", "h_0", False), ("d_h_0", "h_0", False), ("d_b_h", "b_h", False), ("d_h_0", "h_0", True)]


def of_gradients(of: str, wrt: str, reverse: bool) -> float:
    """How far the Jacobian of a gradient of a sequence is from that assembled from gradients of gradients."""
    back = sl.through_time(sl.over_time(sl.cell("rnn"), reverse=reverse))
    values = values_of(back, 37)
    found = sl.lambdify(sl.jacobian(back, of, wrt))(**values)[f"J_{of}_by_{wrt}"]
    shape = sl.lambdify(back)(**values)[of].shape
    twice = sl.lambdify(sl.backprop(replace(back, outputs=(of,))))
    rows = []
    for unit in np.eye(shape[0] * shape[1]):
        run = twice(**values, **{f"seed2_{of}": unit.reshape(shape, order="F")})
        rows.append(run[f"d2_{wrt}"].reshape(-1, order="F"))
    return error(found, np.array(rows))


@pytest.mark.parametrize(("of", "wrt", "reverse"), ONCE)
def test_gradients_of_a_sequence(of: str, wrt: str, reverse: bool) -> None:
    assert of_gradients(of, wrt, reverse) <= 1e-13


@pytest.mark.parametrize("reverse", [False, True], ids=["", "backwards"])
@pytest.mark.parametrize("options", [{}, {"peephole": True}, {"layout": "split"}], ids=str)
def test_the_direct_path_is_the_product_of_the_forget_gates(options: dict[str, Any], reverse: bool) -> None:
    over_all = sl.over_time(sl.cell("lstm", **options), reverse=reverse)
    values = values_of(over_all, 38)
    found = found_by(over_all, "c", "c_0", values, "partial")
    f = compiled(over_all)(**values)["f"][:, :, 0]
    steps = range(T) if not reverse else range(T - 1, -1, -1)
    product = np.eye(f.shape[1])
    for t in steps:
        product = np.diag(f[t]) @ product
        assert error(found[t], product) <= 1e-15
    assert error(found, found_by(over_all, "c", "c_0", values)) > 1e-3


@pytest.mark.parametrize(("name", "of", "wrt"), [("lstm", "h", "h_0"), ("lstm", "i", "c_0"), ("mlstm", "h", "c_0")])
def test_where_there_is_no_direct_path(name: str, of: str, wrt: str) -> None:
    partial = sl.jacobian(sl.over_time(sl.cell(name)), of, wrt, "partial")
    assert partial.text(only=partial.outputs).endswith("= 𝟎   t = 1, …, T")
    assert not compiled(partial)(**values_of(partial))[partial.outputs[0]].any()


PRODUCTS = {  # the states whose Jacobian by themselves is one factor times that of the step before
    "total": {("rnn", "h"), ("minlstm", "h"), ("mingru", "h")},
    "partial": {("rnn", "h"), ("minlstm", "h"), ("mingru", "h"), ("gru", "h"), ("mgu", "h")}
    | {("greff-fgr", gate) for gate in "ifo"}
    | {("slstm", state) for state in "cnm"}
    | {(name, "c") for name in COLUMNS if "lstm" in name and name not in ("minlstm", "slstm", "layernorm-lstm-tf")}
    | {(f"greff-{name}", "c") for name in ("v", "nig", "nog", "niaf", "noaf", "cifg", "np", "fgr")}
    | {(name, "c") for name in ("gers-2000", "gers-2002", "graves-2013", "zaremba-2014")},
}


@pytest.mark.parametrize("kind", PRODUCTS)
@pytest.mark.parametrize("name", COLUMNS)
def test_products_print_where_they_are(name: str, kind: str) -> None:
    """P_t = M_t P_{t−1} with P_0 = I, and M_t without a Jacobian: nowhere else."""
    over_all = sl.over_time(sl.cell(name))
    for state in over_all.states:
        of = state.removesuffix("_0")
        jacobian = sl.jacobian(over_all, of, state, kind)
        assert ("∏" in jacobian.text()) is ((name, of) in PRODUCTS[kind])
        assert (r"\prod" in jacobian.latex()) is ((name, of) in PRODUCTS[kind])


@pytest.mark.parametrize(("of", "wrt"), [("h", "W_h"), ("h", "b_h"), ("a_h", "h_0")])
def test_no_product_where_it_does_not_start_from_the_identity(of: str, wrt: str) -> None:
    jacobian = sl.jacobian(sl.over_time(sl.cell("rnn")), of, wrt)
    assert "∏" not in jacobian.text(only=jacobian.outputs)


PRINTED: dict[str, Callable[[], System]] = {
    "rnn": lambda: sl.jacobian(sl.over_time(sl.cell("rnn")), "h", "h_0"),
    "rnn backwards": lambda: sl.jacobian(sl.over_time(sl.cell("rnn"), reverse=True), "h", "h_0"),
    "rnn by W": lambda: sl.jacobian(sl.over_time(sl.cell("rnn")), "h", "W_h"),
    "lstm": lambda: sl.jacobian(sl.over_time(sl.cell("lstm")), "h", "c_0"),
    "lstm directly": lambda: sl.jacobian(sl.over_time(sl.cell("lstm")), "c", "c_0", "partial"),
    "lstm backwards": lambda: sl.jacobian(sl.over_time(sl.cell("lstm"), reverse=True), "c", "c_0", "partial"),
    "gru": lambda: sl.jacobian(sl.over_time(sl.cell("gru")), "h", "h_0"),
    "gru directly": lambda: sl.jacobian(sl.over_time(sl.cell("gru")), "h", "h_0", "partial"),
    "gradient": lambda: sl.jacobian(sl.through_time(sl.cell("rnn")), "d_W_h", "h_0"),
}


@pytest.mark.parametrize("how", PRINTED)
def test_what_is_printed_is_what_is_computed(how: str) -> None:
    """Every printed row at every step, products included."""
    assert PrintedSteps(PRINTED[how]()).check() >= T


REFUSED: dict[str, tuple[Callable[[], System], type[SymlstmError], str]] = {
    "an input": (
        lambda: sl.jacobian(sl.over_time(sl.cell("rnn")), "h", "x"),
        InputError,
        "jacobian: x is one quantity at every step; over time give an initial state or a parameter, or unroll",
    ),
    "a quantity": (lambda: sl.jacobian(sl.over_time(sl.cell("lstm")), "h", "f"), InputError, "f is one quantity at"),
    "the step before": (lambda: sl.jacobian(sl.over_time(sl.cell("rnn")), "h", "h_prev"), InputError, "h_prev is one"),
    "no such leaf": (lambda: sl.jacobian(sl.over_time(sl.cell("rnn")), "h", "h_1"), UnknownNameError, "did you mean"),
    "no equation": (lambda: sl.jacobian(sl.over_time(sl.cell("rnn")), "x", "h_0"), UnknownNameError, "equation of rnn"),
    "a batch": (lambda: sl.jacobian(sl.over_time(sl.cell("rnn", B=True)), "h", "h_0"), InputError, "x has B columns"),
    "a transpose": (
        lambda: sl.jacobian(sl.through_time(sl.cell("rnn")), "d_h", "W_h"),
        InputError,
        "has no matrix form",
    ),
}


@pytest.mark.parametrize("how", REFUSED)
def test_refusals(how: str) -> None:
    build, kind, message = REFUSED[how]
    with pytest.raises(kind, match=message) as caught:
        build()
    assert "\n" not in str(caught.value)


# What goes wrong is found.


def stray() -> float:
    """How far Jacobians over time are from those assembled from gradients: both directions, sums, first and last."""
    whole = sl.bidirectional("rnn")
    values = values_of(whole, 39)
    expected = assembled(whole, "h", values)
    errors = [error(found_by(whole, "h", wrt, values), expected[wrt]) for wrt in ("h_fw_0", "h_bw_0", "W_h_bw")]
    return max(*errors, *(of_gradients(*case) for case in ONCE))


BROKEN: dict[str, tuple[Any, Callable[[Any, Any, Any], Any]]] = {
    "from zero": (Earlier, lambda node, J, J_s: earlier(J, zeros(J.shape))),
    "nothing handed on": (Earlier, lambda node, J, J_s: earlier(zeros(J.shape), J_s)),
    "zero at the end": (Later, lambda node, J, J_s: later(J, zeros(J.shape))),
    "nothing handed back": (Later, lambda node, J, J_s: later(zeros(J.shape), J_s)),
    "twice the sum": (Total, lambda node, J, J_s: scale(2, total(J))),
    "the last of the sum": (Total, lambda node, J, J_s: last(J)),
    "the last for the first": (First, lambda node, J, J_s: last(J)),
    "the first for the last": (Last, lambda node, J, J_s: first(J)),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_form_is_found(how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    node, broken = BROKEN[how]

    def rule(y: Any, given: Any, forms: Any) -> Any:
        width = next(form.shape[1] for form in forms if form is not None)
        blocks = [zeros((given.shape[0] * given.shape[1], width)) if form is None else form for form in forms[:2]]
        return broken(given, blocks[0], blocks[-1])

    monkeypatch.setitem(MATRIX_FORMS, node, rule)
    assert stray() > 1e-3


def test_unbroken_they_are_right() -> None:
    assert stray() <= 1e-13
