"""Hand derivations that are read by many: what they claim, against the gradients that symlstm derives."""

from typing import Any

import numpy as np
import pytest

import symlstm as sl
from tests.published.cases import arrays, published
from tests.published.test_deeplearning_lstm import GRADIENTS, LSTM, step_values
from tests.sequence import Array, Arrays, back_of
from tests.support import relative_error


def course_notes(values: Arrays, da: Array, dc: Array, edition: int) -> dict[str, Array]:
    """The course's formulas (7)-(21): the first edition's without its parentheses, as it prints them."""
    out = back_of(LSTM)(**values, seed_h=da, seed_c=dc)
    f, i, o, g, tanh_c, c_prev = out.f, out.i, out.o, out.g, np.tanh(out.c), values["c_prev"]
    s = o * (1 - tanh_c**2)
    net = {"o": da * tanh_c * o * (1 - o)}
    if edition == 1:
        net["g"] = dc * i + s * i * da * g * (1 - np.tanh(g) ** 2)
        net["i"] = dc * g + s * g * da * i * (1 - i)
        net["f"] = dc * c_prev + s * c_prev * da * f * (1 - f)
    else:
        net["g"] = (dc * i + s * i * da) * (1 - g**2)
        net["i"] = (dc * g + s * g * da) * i * (1 - i)
        net["f"] = (dc * c_prev + s * c_prev * da) * f * (1 - f)
    both = np.concatenate([values["h_prev"], values["x"]])
    n = len(c_prev)
    claims = {f"d_W_{gate}": value @ both.T for gate, value in net.items()}
    claims |= {f"d_b_{gate}": value.sum(axis=1) for gate, value in net.items()}
    claims["d_h_prev"] = sum(values[f"W_{gate}"][:, :n].T @ value for gate, value in net.items())
    claims["d_x"] = sum(values[f"W_{gate}"][:, n:].T @ value for gate, value in net.items())
    return claims | {"d_c_prev": dc * f + s * f * da}


@pytest.mark.parametrize(("name", "edition"), [("derivation_dlai_v1_eqs_7_17", 1), ("derivation_dlai_v2_eqs_7_21", 2)])
def test_the_course_notes(name: str, edition: int) -> None:
    """Of eleven gradients the first edition has eight wrong, by as much as the file says; the second has none."""
    data = published(name)
    given = arrays(published("dlai_lstm_cell_backward")["inputs"])
    values, da, dc = step_values(given), given["da_next"], given["dc_next"]
    ours = back_of(LSTM)(**values, seed_h=da, seed_c=dc)
    claims = course_notes(values, da, dc, edition)
    names = GRADIENTS | {"dx": "d_x", "da_prev": "d_h_prev", "dc_prev": "d_c_prev"}
    assert set(names) == set(data["result_vs_torch_autograd"])
    for theirs, result in data["result_vs_torch_autograd"].items():
        claim, gradient = claims[names[theirs]], ours[names[theirs]]
        assert abs(np.max(np.abs(gradient)) - result["max_abs_true"]) <= 1e-12 * max(1, result["max_abs_true"])
        assert abs(np.max(np.abs(claim - gradient)) - result["max_abs_err"]) <= 1e-12 * max(1, result["max_abs_err"])
        assert (relative_error(claim, gradient) > 1e-12) == (theirs in data["wrong_quantities"]), theirs


def vignette(given: Arrays, out: Any, slips: set[str]) -> dict[str, Array]:
    """The vignette's δ3 … δ26, rows as the batch, with the slips that are named; its W acts on h, its U on x."""
    f, i, o, g, c = out.f.T, out.i.T, out.o.T, out.g.T, out.c.T
    d3 = given["delta1"] + given["delta2"]
    d7 = d3 * o * (1 - np.tanh(c) ** 2)
    d8 = d7 * given["delta4"] if "d8" in slips else d7 + given["delta4"]
    d13 = d3 * np.tanh(c) * o * (1 - o)
    d14 = d8 * i * (1 - g**2)
    d15 = d8 * g * i * (1 - i)
    d16 = d8 * given["C_prev"] * f * (1 - f)
    d22 = (d16 if "d22" in slips else d15) @ given["W_i"].T
    d23 = d16 @ (given["W_f"] if "d23" in slips else given["U_f"]).T
    d25 = d13 @ given["W_o"].T + d14 @ given["W_g"].T + d22 + d16 @ given["W_f"].T
    found = {"delta11 = dC_{t-1}": d8 * f, "delta25 = dh_{t-1}": d25}
    inner = d13 @ given["U_o"].T + d14 @ given["U_g"].T + d15 @ given["U_i"].T
    return found | ({} if d23.shape != inner.shape else {"delta26 = dx_t": inner + d23})


def test_the_vignette_of_the_r_package_rnn() -> None:
    """Printed with three slips; each alone makes it wrong, by as much as the file says; without them it is right."""
    data = published("derivation_cran_rnn_vignette")
    given = arrays(data["inputs"])
    cell = sl.cell("lstm", layout="split")
    values = {f"W_{gate}": given[f"U_{gate}"].T for gate in "fiog"} | {
        f"U_{gate}": given[f"W_{gate}"].T for gate in "fiog"
    }
    values |= {f"b_{gate}": np.zeros(given["C_prev"].shape[1]) for gate in "fiog"}
    values |= {"x": given["x"].T, "h_prev": given["h_prev"].T, "c_prev": given["C_prev"].T}
    seeds = {"seed_h": (given["delta1"] + given["delta2"]).T, "seed_c": given["delta4"].T}
    out = back_of(cell)(**values, **seeds)
    truth = {key: np.array(value) for key, value in data["truth_torch_autograd"].items()}
    ours = dict(zip(truth, (out.d_c_prev.T, out.d_h_prev.T, out.d_x.T), strict=True))
    for key, value in truth.items():
        assert relative_error(ours[key], value) <= 1e-12, key
    printed = {"": data["max_abs_err_after_fixing_all_three"], "d8 d22 d23": data["max_abs_err_as_published"]}
    for slips, errors in (printed | data["max_abs_err_each_error_alone"]).items():
        claims = vignette(given, out, set(slips.split()))
        for key, error in errors.items():
            if error is None:
                assert key not in claims, "the shapes do not even agree"
            else:
                assert abs(np.max(np.abs(claims[key] - ours[key])) - error) <= 1e-12 * max(1, error), (slips, key)
