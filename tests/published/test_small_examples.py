"""Small examples from a question, a blog post and a notebook, which many people have worked through by hand."""

import numpy as np

import symlstm as sl
from tests.published.cases import arrays, compare, published
from tests.sequence import Array, Arrays, backward, forward, step_of
from tests.support import relative_error

LSTM = sl.cell("lstm", layout="split")
THEIRS = {"f": "f", "i": "i", "o": "o", "g": "z"}
KINDS = {"W": "W", "U": "R", "b": "b"}


def weights(given: Arrays) -> dict[str, Array]:
    """The candidate's letter is z, the recurrent weights' R."""
    return {f"{ours}_{gate}": given[f"{kind}_{z}"] for ours, kind in KINDS.items() for gate, z in THEIRS.items()}


def states(given: Arrays) -> dict[str, Array]:
    """The states before the first step, n × 1."""
    return {"h_prev": given["h0"].reshape(1, 1), "c_prev": given["c0"].reshape(1, 1)}


def test_the_question() -> None:
    """Identity weights, no bias; the question prints f, the rest follows with c_prev = 0."""
    data = published("so_identity_step")
    values = {**arrays({name: data["inputs"][name] for name in ("x", "h_prev")}), "c_prev": np.zeros(5)}
    both = np.hstack([np.eye(5), np.eye(5)])
    values |= {f"W_{gate}": both for gate in "fiog"} | {f"b_{gate}": np.zeros(5) for gate in "fiog"}
    out = step_of(sl.cell("lstm"))(**values)
    compare(data, {"f_t": out.f})
    rest = data["not_published_but_determined"]
    gates = rest["i_t = f_t = o_t"]
    determined = {"f": gates, "i": gates, "o": gates, "g": rest["g_t = tanh(h+x)"]}
    determined |= {"c": rest["with c_prev=0: c_t"], "h": rest["with c_prev=0: h_t"]}
    for name, value in determined.items():
        assert relative_error(out[name], np.array(value)) <= 1e-15, name


def test_the_notebook() -> None:
    data = published("notebook_scalar_lstm_T3")
    given = arrays(data["inputs"])
    out = forward(LSTM, weights(given), given["x"], states(given))
    names = {"f": "f_t", "i": "i_t", "g": "z_t", "o": "o_t", "c": "C_t", "h": "h_t"}
    found = {theirs: out[ours].ravel() for ours, theirs in names.items()}
    compare(data, found | {"y_final": given["Wy"] * found["h_t"][-1] + given["by"]})


def test_the_blog_post_forward() -> None:
    """Two of its five digits are wrong, by hand rounding: state_0 and out_1."""
    data = published("gomez_2016_numerical_example")
    given = arrays({name: value for name, value in data["inputs"].items() if name != "gate_names"})
    out = forward(LSTM, weights(given), given["x"].transpose(0, 2, 1), states(given))
    c, h = out["c"].ravel(), out["h"].ravel()
    compare(data, {"state_0": c[0], "out_0": h[0], "state_1": c[1], "out_1": h[1], "out_1 (lembek test)": h[1]})


def test_the_blog_post_backward() -> None:
    """L = ½ Σ_t (h_t − label_t)², so that what flows into h_t is h_t − label_t; then one step of gradient descent."""
    data = published("gomez_2016_numerical_example")
    given = arrays({name: value for name, value in data["inputs"].items() if name != "gate_names"})
    x, before, truth = given["x"].transpose(0, 2, 1), states(given), data["recomputed_backward_float64"]
    out = forward(LSTM, weights(given), x, before)
    for gate, z in THEIRS.items():
        assert relative_error(out[gate].ravel(), np.array(truth["gates"][z])) <= 1e-12, gate
    found = backward(LSTM, weights(given), x, before, {"h": out["h"] - given["labels"]})
    assert relative_error(found["d_x"].transpose(0, 2, 1), np.array(truth["dL/dx"])) <= 1e-12
    for name, theirs in {"h_prev": "h0", "c_prev": "c0"}.items():
        assert relative_error(found[f"d_{name}"], np.array(truth["dL/dparam"][theirs])) <= 1e-12, name
    for ours, kind in KINDS.items():
        for gate, z in THEIRS.items():
            gradient, theirs = found[f"d_{ours}_{gate}"], f"{kind}_{z}"
            assert relative_error(gradient, np.array(truth["dL/dparam"][theirs])) <= 1e-12, theirs
            updated = given[theirs] - given["learning_rate"] * gradient
            assert relative_error(updated, np.array(truth["updated_params_lr0.1"][theirs])) <= 1e-12, theirs


def test_the_output_values_of_libtorch() -> None:
    """PyTorch's C++ test of its LSTM: rows i, f, g, o, two biases, weights that count up from zero."""
    data = published("pytorch_cpp_rnn_CheckOutputValuesMatchPyTorch")
    given = arrays(data["inputs"])
    theirs = {"W": "weight_ih", "U": "weight_hh", "b": "bias_ih", "bh": "bias_hh"}
    named = {
        f"{ours}_{gate}": part
        for ours, name in theirs.items()
        for gate, part in zip("ifgo", np.split(given[name], 4), strict=True)
    }
    before = {"h_prev": given["h0"].T, "c_prev": given["c0"].T}
    out = forward(sl.cell("lstm", layout="split", biases=2), named, given["x"].transpose(0, 2, 1), before)
    compare(data, {"output": out["h"].transpose(0, 2, 1), "h_n": out["h"][-1].T, "c_n": out["c"][-1].T})
