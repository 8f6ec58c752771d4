"""Cells that texts give, in many styles, are those of the library."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest

import symlstm as sl
from symlstm.system import Role
from tests.checker.given.compared import CORPUS, assert_same, given
from tests.checker.given.texts import CASES, PUBLISHED, ROWS


@pytest.mark.parametrize("case", [name for name, (_, cell, _) in CASES.items() if cell])
def test_is_the_cell_of_the_library(case: str) -> None:
    text, cell, options = CASES[case]
    compare([text], cell, options, in_rows=False)


@pytest.mark.parametrize("case", [name for name, (_, cell, _) in ROWS.items() if cell])
def test_rows_are_found_and_turned_into_columns(case: str) -> None:
    text, cell, options = ROWS[case]
    compare([text], cell, options, in_rows=True)


@pytest.mark.parametrize("numbers", PUBLISHED)
def test_published_cells(numbers: str) -> None:
    cell, options = PUBLISHED[numbers]
    compare([CORPUS[number] for number in numbers.split()], cell, options, in_rows=numbers[:4] in ("c042", "c046"))


def compare(texts: Sequence[str], cell: str, options: Mapping[str, Any], in_rows: bool) -> None:
    found = given(*texts, where=options.get("where"))
    assert (found.rows, "vectors read as rows" in found.notes) == (in_rows, in_rows)
    own = {key: value for key, value in options.items() if key not in ("where", "names", "turned", "bare", "head")}
    reference = sl.cell(cell, **own)
    assert_same(found.system, reference, options.get("names"), options.get("turned", False))
    parameters = {options.get("names", {}).get(name, name) for name in reference.parameters}
    missing = parameters - set(found.system.parameters)
    assert missing == ({name for name in parameters if name.startswith("b")} if options.get("bare") else set())
    assert bool(set(found.system.parameters) - parameters) is options.get("head", False)


def test_a_plain_row_text_with_signs_of_its_own() -> None:
    found = given(ROWS["sigmoid of h * W + x * U"][0])
    reference = given(
        r"f_t = \sigma(W_f h_{t-1} + U_f x_t) \\ h_t = f_t \odot h_{t-1} + (1 - f_t) \odot \tanh(U_g x_t)"
    )
    assert (found.rows, reference.rows) == (True, False)
    assert_same(found.system, reference.system)


def test_inputs_alone_make_the_gates_of_slstm() -> None:
    system = given(CORPUS["c232"]).system
    assert set(system.inputs) == {"f", "i", "g", "o"}
    assert set(system.states) == {"c_prev", "n_prev", "h_prev"} - {"h_prev"}
    values = {name: np.array([0.5, 2.0, -1.5]) + place for place, name in enumerate((*system.inputs, *system.states))}
    out = sl.lambdify(system)(**values)
    c = values["f"] * values["c_prev"] + values["i"] * values["g"]
    n = values["f"] * values["n_prev"] + values["i"]
    np.testing.assert_allclose(out["h"], values["o"] * c / n, rtol=1e-14)


def test_stacked_gates_take_the_rows_of_one_weight() -> None:
    found = given(CASES["stacked gates"][0]).system
    reference = sl.cell("lstm", layout="concat", order="xh")
    random = np.random.default_rng(3)
    parts = {name: random.normal(size=(3, 5)) for name in ("W_i", "W_f", "W_o", "W_g")}
    flow = {"x": random.normal(size=2), "h_prev": random.normal(size=3), "c_prev": random.normal(size=3)}
    biases = {f"b_{gate}": np.zeros(3) for gate in "ifog"}
    one = sl.lambdify(found)(W=np.vstack(list(parts.values())), **flow)
    other = sl.lambdify(reference)(**parts, **biases, **flow)
    np.testing.assert_allclose(one["h"], other["h"], rtol=1e-12)
    np.testing.assert_allclose(one["c"], other["c"], rtol=1e-12)


def test_a_cell_that_is_in_no_table() -> None:
    found = given(
        r"""q_t = \sigma(A s_{t-1} + B e_t + a) \\ m_t = \tanh(C (q_t \odot s_{t-1}) + D e_t) \\
        s_t = q_t \odot m_t + (1 - q_t) \odot s_{t-1} \\ v_t = \operatorname{softmax}(E s_t)"""
    )
    system = found.system
    assert {name: system[name].role for name in ("q", "h", "v")} == {
        "q": Role.GATE,
        "h": Role.STATE,
        "v": Role.QUANTITY,
    }
    assert found.meanings["s"].name == "h"
    assert system.outputs == ("h", "v")
    rng = np.random.default_rng(0)
    sizes = {"n": 3, "d": 2, "r": 4}
    values = {
        name: rng.normal(size=tuple(int(side.subs({s: sizes[str(s)] for s in side.free_symbols})) for side in shape))
        for name, shape in system.shapes.items()
        if name in (*system.inputs, *system.states, *system.parameters)
    }
    by_letter = {key: values[quantity.name] for key, quantity in found.meanings.items() if quantity.name in values}
    s, e = values["h_prev"], by_letter["e"]
    q = 1 / (1 + np.exp(-(by_letter["A"] @ s + by_letter["B"] @ e + by_letter["a"])))
    m = np.tanh(by_letter["C"] @ (q * s) + by_letter["D"] @ e)
    np.testing.assert_allclose(sl.lambdify(system)(**values)["h"], q * m + (1 - q) * s, rtol=1e-12)


def test_net_inputs_and_roles_are_those_of_the_field() -> None:
    system = given(CASES["split with net inputs named"][0]).system
    assert system["a_f"].role is Role.NET_INPUT
    assert system["f"].role is Role.GATE
    assert system["c"].role is Role.STATE
    assert given(CASES["concat with tildes"][0]).system["a_g"].role is Role.NET_INPUT


@pytest.mark.parametrize("case", CASES)
def test_a_given_cell_can_be_used_like_any_other(case: str) -> None:
    text, _, options = CASES[case]
    system = given(text, where=options.get("where")).system
    back = sl.backprop(system)
    assert all(f"d_{name}" in back for name in system.parameters)
    assert sl.unroll(sl.through_time(system), 2).steps == 2
    assert system.latex()
    assert back.latex()
    assert system.text()


def test_names_written_with_t_plus_one() -> None:
    found = given(r"a^{\langle t+1 \rangle} = \tanh(W_{ax} x^{\langle t \rangle} + W_{aa} a^{\langle t \rangle} + b)")
    assert_same(found.system, sl.cell("rnn", layout="split"))
    assert found.meanings["x"].shift == 1


def test_a_text_that_exchanges_w_and_u_keeps_its_own_names() -> None:
    found = given(r"h_t = \tanh(U_h x_t + W_h h_{t-1})")
    assert {key: found.meanings[key].name for key in ("U_h", "W_h")} == {"U_h": "U_h", "W_h": "W_h"}
    assert [str(side) for side in found.system.shapes["U_h"]] == ["n", "d"]


def test_scripts_behind_brackets_in_equations() -> None:
    found = given(r"h_t = \tanh(x_t (W)^T + h_{t-1} (U)^T)")
    assert found.rows
    assert_same(found.system, given(r"h_t = \tanh(x_t W^T + h_{t-1} U^T)").system, {"W_h": "W", "U_h": "U"})
