"""The LSTM of the course "Sequence Models", both editions: columns are the batch, weights act on [a_prev; x].

The first edition prints ten gradients of a sequence that are wrong; a copy of its solutions prints three wrong outputs.
"""

import numpy as np
import pytest

import symlstm as sl
from tests.published.cases import arrays, compare, published
from tests.sequence import Array, Arrays, back_of, backward, forward, starting, starts, step_of

LSTM = sl.cell("lstm")
THEIRS = {"f": "f", "i": "i", "o": "o", "g": "c"}
GRADIENTS = {f"d{kind}{theirs}": f"d_{kind}_{ours}" for kind in "Wb" for ours, theirs in THEIRS.items()}


def weights(given: Arrays) -> dict[str, Array]:
    """The course's W_c, b_c are our W_g, b_g."""
    named = {f"W_{ours}": given[f"W{theirs}"] for ours, theirs in THEIRS.items()}
    return named | {f"b_{ours}": given[f"b{theirs}"].ravel() for ours, theirs in THEIRS.items()}


def zero_cell(given: Arrays) -> dict[str, Array]:
    """The states before a sequence: the course gives a0 and starts from c = 0."""
    return {"h_prev": given["a0"], "c_prev": np.zeros_like(given["a0"])}


def step_values(given: Arrays) -> dict[str, Array]:
    """The values of one step."""
    return weights(given) | {"x": given["xt"], "h_prev": given["a_prev"], "c_prev": given["c_prev"]}


def prediction(given: Arrays, h: Array) -> Array:
    """softmax(W_y h + b_y), over the classes."""
    scores = np.exp(given["Wy"] @ h + given["by"])
    return scores / scores.sum(axis=-2, keepdims=True)


def test_cell_forward() -> None:
    data = published("dlai_lstm_cell_forward")
    given = arrays(data["inputs"])
    out = step_of(LSTM)(**step_values(given))
    compare(data, {"a_next[4]": out.h[4], "c_next[2]": out.c[2], "yt[1]": prediction(given, out.h)[1]})


def test_cell_backward() -> None:
    data = published("dlai_lstm_cell_backward")
    given = arrays(data["inputs"])
    found = back_of(LSTM)(**step_values(given), seed_h=given["da_next"], seed_c=given["dc_next"])
    names = {"dxt": "d_x", "da_prev": "d_h_prev", "dc_prev": "d_c_prev", **GRADIENTS}
    compare(data, {theirs: found[ours] for theirs, ours in names.items()})


def test_forward_over_seven_steps() -> None:
    """A public copy of the solutions prints other numbers for the same inputs; those are wrong."""
    data = published("dlai_lstm_forward_T7")
    given = arrays(data["inputs"])
    out = forward(LSTM, weights(given), given["x"].transpose(2, 0, 1), zero_cell(given))
    found = {
        "a[4][3][6]": out["h"][6, 4, 3],
        "y[1][4][3]": prediction(given, out["h"])[3, 1, 4],
        "c[1][2][1]": out["c"][1, 1, 2],
    }
    copied = {f"WRONG third-party copy: {quantity}": value for quantity, value in found.items()}
    compare(data, found | copied | {"caches[1][1][1]": given["x"][1, 1]})


def sequence_gradients(given: Arrays) -> dict[str, Array]:
    """Backward through the first four of seven steps, under the names of the course."""
    steps = given["da"].shape[-1]
    x = given["x"].transpose(2, 0, 1)[:steps]
    found = backward(LSTM, weights(given), x, zero_cell(given), {"h": given["da"].transpose(2, 0, 1)})
    named = {theirs: found[ours] for theirs, ours in GRADIENTS.items()}
    return named | {"dx": found["d_x"].transpose(1, 2, 0), "da0": found["d_h_prev"]}


@pytest.mark.parametrize("name", ["dlai_lstm_backward_v1_WRONG", "dlai_lstm_backward_v2_correct"])
def test_backward_over_four_steps(name: str) -> None:
    """The first edition's ten numbers are wrong: it drops what steps hand on; the second edition's are right."""
    data = published(name)
    assert all(case["agrees"] == ("correct" in name) for case in data["expected"])
    compare(data, sequence_gradients(arrays(data["inputs"])))


def test_how_the_first_edition_went_wrong() -> None:
    """Every step differentiated alone, and three bias gradients added up from that of the forget gate."""
    data = published("dlai_lstm_backward_v1_WRONG")
    given = arrays(data["inputs"])
    x, seeds = given["x"].transpose(2, 0, 1)[:4], given["da"].transpose(2, 0, 1)
    alone = [
        backward(LSTM, weights(given), x[t : t + 1], start, {"h": seeds[t : t + 1]})
        for t, start in enumerate(starts(LSTM, weights(given), x, zero_cell(given)))
    ]
    wrong = {theirs: sum(step[ours] for step in alone) for theirs, ours in GRADIENTS.items()}
    for theirs in ("dbi", "dbo", "dbc"):
        wrong[theirs] = wrong["dbf"] + alone[0][GRADIENTS[theirs]]
    wrong |= {"dx": np.concatenate([step["d_x"] for step in alone]).transpose(1, 2, 0), "da0": alone[0]["d_h_prev"]}
    for case in data["expected"]:
        number = wrong[case["quantity"]][tuple(case["index"])]
        assert np.max(np.abs(number - case["published"])) <= case["atol"], case["quantity"]


def test_the_first_edition_cut_the_gradient_after_every_step() -> None:
    """Pieces of one step give what it printed; three bias gradients are added up from that of the forget gate."""
    data = published("dlai_lstm_backward_v1_WRONG")
    given = arrays(data["inputs"])
    x, seeds = given["x"].transpose(2, 0, 1)[:4], given["da"].transpose(2, 0, 1)
    before = starting(zero_cell(given))
    cut = sl.lambdify(sl.through_time(LSTM, truncate=1))
    found = cut(**weights(given), **before, x=x, seed_h=seeds, seed_c=np.zeros_like(seeds[0]))
    wrong = {theirs: found[ours] for theirs, ours in GRADIENTS.items()}
    for theirs in ("dbi", "dbo", "dbc"):
        first_step = found[GRADIENTS[theirs].replace("d_b", "d_a")][0].sum(axis=1)
        wrong[theirs] = wrong["dbf"] + first_step
    wrong |= {"dx": found["d_x"].transpose(1, 2, 0), "da0": found["d_h_0"]}
    right = sequence_gradients(given)
    for case in data["expected"]:
        number = wrong[case["quantity"]][tuple(case["index"])]
        assert np.max(np.abs(number - case["published"])) <= case["atol"], case["quantity"]
        assert np.max(np.abs(right[case["quantity"]][tuple(case["index"])] - number)) > 1e-3, case["quantity"]
