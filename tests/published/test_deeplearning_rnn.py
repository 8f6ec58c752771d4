"""The simple network of the course "Sequence Models": columns are the batch, W_aa acts on a_prev and W_ax on x."""

import symlstm as sl
from tests.published.cases import arrays, compare, published
from tests.sequence import Array, Arrays, back_of, backward

RNN = sl.cell("rnn", layout="split")


def step_gradients(given: Arrays, bias: Array) -> dict[str, Array]:
    """The entries of the gradients of one step that the course prints."""
    found = back_of(RNN)(
        W_h=given["Wax"],
        U_h=given["Waa"],
        b_h=bias.ravel(),
        x=given["xt"],
        h_prev=given["a_prev"],
        seed_h=given["da_next"],
    )
    return {
        "dxt": found["d_x"][1, 2],
        "da_prev": found["d_h_prev"][2, 3],
        "dWax": found["d_W_h"][3, 1],
        "dWaa": found["d_U_h"][1, 2],
        "dba": found["d_b_h"][4],
    }


def test_cell_backward() -> None:
    data = published("dlai_rnn_cell_backward_v2")
    given = arrays(data["inputs"])
    compare(data, step_gradients(given, given["ba"]))


def test_cell_backward_of_the_first_edition() -> None:
    """The first edition draws a bias and then uses another: its numbers are wrong for the inputs that it shows."""
    data = published("dlai_rnn_cell_backward_v1_STALE_BIAS")
    given = arrays(data["inputs"])
    used, shown = step_gradients(given, given["ba_stale"]), step_gradients(given, given["b_drawn_in_this_cell"])
    found = {f"{quantity} (with stale ba)": value for quantity, value in used.items()}
    compare(data, found | {f"{quantity} (with the bias the cell draws)": value for quantity, value in shown.items()})


def test_backward_over_four_steps() -> None:
    """Two public copies of the solutions print other numbers for dx; those are wrong."""
    data = published("dlai_rnn_backward_T4")
    given = arrays(data["inputs"])
    named = {"W_h": given["Wax"], "U_h": given["Waa"], "b_h": given["ba"].ravel()}
    x, seeds = given["x"].transpose(2, 0, 1), {"h": given["da"].transpose(2, 0, 1)}
    gradients = backward(RNN, named, x, {"h_prev": given["a0"]}, seeds)
    found = {
        "dx[1][2]": gradients["d_x"][:, 1, 2],
        "da0[2][3]": gradients["d_h_prev"][2, 3],
        "dWax[3][1]": gradients["d_W_h"][3, 1],
        "dWaa[1][2]": gradients["d_U_h"][1, 2],
        "dba[4]": gradients["d_b_h"][4],
    }
    compare(
        data,
        found | {f"WRONG third-party: dx[1][2] ({copy})": found["dx[1][2]"] for copy in ("bosonfields", "blog copy")},
    )
