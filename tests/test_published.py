"""Published worked examples, to the precision they were published with."""

import numpy as np
import pytest

import symlstm as sl
from tests.support import published

RENAMED = {"f": "f", "i": "i", "o": "o", "g": "c"}


def close(found: np.ndarray, case: dict) -> None:
    reference = np.array(case["published"])
    assert found.shape == reference.shape
    assert np.max(np.abs(found - reference)) <= case["atol"], case["quantity"]


def test_the_question() -> None:
    data = published("so_identity_step")
    values = {"x": data["inputs"]["x"], "h_prev": data["inputs"]["h_prev"], "c_prev": np.zeros(5)}
    both = np.hstack([np.eye(5), np.eye(5)])
    values |= {f"W_{gate}": both for gate in "fiog"} | {f"b_{gate}": np.zeros(5) for gate in "fiog"}
    out = sl.lambdify(sl.cell("lstm"))(**values)
    close(out.f, data["expected"][0])
    rest = data["not_published_but_determined"]
    for name, key in {
        "f": "i_t = f_t = o_t",
        "i": "i_t = f_t = o_t",
        "o": "i_t = f_t = o_t",
        "g": "g_t = tanh(h+x)",
        "c": "with c_prev=0: c_t",
        "h": "with c_prev=0: h_t",
    }.items():
        assert np.max(np.abs(out[name] - rest[key])) <= 1e-15, name


def test_cs231n_step_forward() -> None:
    data = published("cs231n_lstm_step_forward")
    given = {key: np.array(value) for key, value in data["inputs"].items() if key != "generator"}
    values = {"x": given["x"].T, "h_prev": given["prev_h"].T, "c_prev": given["prev_c"].T}
    for k, gate in enumerate("ifog"):
        columns = slice(5 * k, 5 * k + 5)
        values |= {f"W_{gate}": given["Wx"][:, columns].T, f"U_{gate}": given["Wh"][:, columns].T}
        values[f"b_{gate}"] = given["b"][columns]
    out = sl.lambdify(sl.cell("lstm", layout="split"))(**values)
    for case in data["expected"]:
        close(out[case["quantity"].removeprefix("next_")].T, case)


def deeplearning_values(given: dict) -> dict[str, np.ndarray]:
    values = {"x": given["xt"], "h_prev": given["a_prev"], "c_prev": given["c_prev"]}
    values |= {f"W_{ours}": given[f"W{theirs}"] for ours, theirs in RENAMED.items()}
    values |= {f"b_{ours}": given[f"b{theirs}"] for ours, theirs in RENAMED.items()}
    return {name: np.array(value) for name, value in values.items()}


def test_deeplearning_cell_forward() -> None:
    data = published("dlai_lstm_cell_forward")
    given = data["inputs"]
    out = sl.lambdify(sl.cell("lstm"))(**deeplearning_values(given))
    scores = np.array(given["Wy"]) @ out.h + np.array(given["by"])
    softmax = np.exp(scores) / np.exp(scores).sum(axis=0)
    found = {"a_next[4]": out.h[4], "c_next[2]": out.c[2], "yt[1]": softmax[1]}
    assert set(found) == {case["quantity"] for case in data["expected"]}
    for case in data["expected"]:
        close(found[case["quantity"]], case)


CASES = published("dlai_lstm_cell_backward")["expected"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["quantity"])
def test_deeplearning_cell_backward(case: dict) -> None:
    given = published("dlai_lstm_cell_backward")["inputs"]
    seeds = {"seed_h": np.array(given["da_next"]), "seed_c": np.array(given["dc_next"])}
    grads = sl.lambdify(sl.backprop(sl.cell("lstm")))(**deeplearning_values(given), **seeds)
    names = {"dxt": "d_x", "da_prev": "d_h_prev", "dc_prev": "d_c_prev"}
    names |= {f"d{kind}{theirs}": f"d_{kind}_{ours}" for kind in "Wb" for ours, theirs in RENAMED.items()}
    gradient = grads[names[case["quantity"]]]
    place = case["index"]
    found = gradient[tuple(place)] if len(place) == gradient.ndim else gradient[place[0]]
    assert np.max(np.abs(found - case["published"])) <= case["atol"]
