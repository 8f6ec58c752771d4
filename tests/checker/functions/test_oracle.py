"""The passes that count as right in these tests are right: against autograd, which knows nothing of ours."""

import numpy as np
import pytest

from tests.checker.functions import conventions, oracle, sequences

autograd = pytest.importorskip("autograd")
anp = pytest.importorskip("autograd.numpy")

n, d, B, T = 3, 5, 2, 4
_random = np.random.default_rng(5)


def draw(*shape):
    return _random.standard_normal(shape)


def logistic(a):
    return 1 / (1 + anp.exp(-a))


def lstm(x, h, c, W, U, b, p=None):
    """(f, i, o, g) in columns; W, U, b, p by gate."""
    net = {k: anp.dot(W[k], x) + anp.dot(U[k], h) + b[k] for k in "fiog"}
    seen = {k: (0 if p is None else p[k] * c) for k in "fi"}
    f, i, g = logistic(net["f"] + seen["f"]), logistic(net["i"] + seen["i"]), anp.tanh(net["g"])
    new = f * c + i * g
    o = logistic(net["o"] + (0 if p is None else p["o"] * new))
    return o * anp.tanh(new), new


def weights():
    return {k: draw(n, d) for k in "fiog"}, {k: draw(n, n) for k in "fiog"}, {k: draw(n, 1) for k in "fiog"}


def close(found, expected):
    assert np.shape(found) == np.shape(expected)
    assert np.max(np.abs(np.asarray(found) - expected)) < 1e-12 * max(1, np.max(np.abs(expected)))


def gradients(loss, *values):
    return autograd.grad(loss, tuple(range(len(values))))(*values)


def test_a_row_step() -> None:
    W, U, b = weights()
    x, h, c, dh, dc = draw(d, B), draw(n, B), draw(n, B), draw(n, B), draw(n, B)

    def loss(x, h, c, W, U, b):
        new_h, new_c = lstm(x, h, c, W, U, b)
        return anp.sum(new_h * dh) + anp.sum(new_c * dc)

    gx, gh, gc, gW, gU, gb = gradients(loss, x, h, c, W, U, b)
    stacked = [np.vstack([part[k] for k in "ifog"]).T for part in (W, U)]
    bias = np.vstack([b[k] for k in "ifog"])[:, 0]
    *_, cache = oracle.row_forward(x.T, h.T, c.T, *stacked, bias)
    dx, dh_prev, dc_prev, dWx, dWh, db = oracle.row_backward()(dh.T, dc.T, cache)
    close(dx, gx.T)
    close(dh_prev, gh.T)
    close(dc_prev, gc.T)
    close(dWx, np.vstack([gW[k] for k in "ifog"]).T)
    close(dWh, np.vstack([gU[k] for k in "ifog"]).T)
    close(db, np.vstack([gb[k] for k in "ifog"])[:, 0])


def test_a_column_step() -> None:
    W, U, b = weights()
    x, h, c, dh, dc = draw(d, B), draw(n, B), draw(n, B), draw(n, B), draw(n, B)

    def loss(x, h, c, W, U, b):
        new_h, new_c = lstm(x, h, c, W, U, b)
        return anp.sum(new_h * dh) + anp.sum(new_c * dc)

    gx, gh, gc, gW, gU, gb = gradients(loss, x, h, c, W, U, b)
    letters = {"f": "f", "i": "i", "o": "o", "g": "c"}
    parameters = {f"W{letters[k]}": np.hstack([U[k], W[k]]) for k in "fiog"} | {f"b{letters[k]}": b[k] for k in "fiog"}
    parameters |= {"Wy": draw(2, n), "by": draw(2, 1)}
    *_, cache = oracle.column_forward(x, h, c, parameters)
    found = oracle.column_backward()(dh, dc, cache)
    close(found["dxt"], gx)
    close(found["da_prev"], gh)
    close(found["dc_prev"], gc)
    for k in "fiog":
        close(found[f"dW{letters[k]}"], np.hstack([gU[k], gW[k]]))
        close(found[f"db{letters[k]}"], gb[k])


def test_a_sequence() -> None:
    W, U, b = weights()
    xs, h0, c0, dhs = draw(T, d, B), draw(n, B), draw(n, B), draw(T, n, B)

    def loss(xs, h0, c0, W, U, b):
        h, c, total = h0, c0, 0.0
        for t in range(T):
            h, c = lstm(xs[t], h, c, W, U, b)
            total = total + anp.sum(h * dhs[t])
        return total

    gx, gh, gc, gW, gU, gb = gradients(loss, xs, h0, c0, W, U, b)
    ordered = [part[k] for k in "fiog" for part in (W, U, b)]
    found = sequences.bptt()(xs, h0, c0, dhs, *ordered)
    close(found["dxs"], gx)
    close(found["dh0"], gh)
    close(found["dc0"], gc)
    for k, letter in zip("fiog", "fioc", strict=True):
        close(found[f"dW{letter}"], gW[k])
        close(found[f"dU{letter}"], gU[k])
        close(found[f"db{letter}"], gb[k])


def test_peepholes() -> None:
    W, U, b = weights()
    p = {k: draw(n, 1) for k in "fio"}
    x, h, c, dh, dc = draw(d, B), draw(n, B), draw(n, B), draw(n, B), draw(n, B)

    def loss(x, c, W, U, p):
        new_h, new_c = lstm(x, h, c, W, U, b, p)
        return anp.sum(new_h * dh) + anp.sum(new_c * dc)

    gx, gc, gW, gU, gp = gradients(loss, x, c, W, U, p)
    ordered = [part[k] for k in "fio" for part in (W, U, p, b)] + [part["g"] for part in (W, U, b)]
    found = sequences.peephole_backward()(dh, dc, x, h, c, *ordered)
    for name, expected in {
        "dx": gx,
        "dc_prev": gc,
        "dpo": gp["o"],
        "dpf": gp["f"],
        "dWf": gW["f"],
        "dUo": gU["o"],
    }.items():
        close(found[name], expected)


def test_a_gru() -> None:
    W, U, b = ({k: draw(n, size) for k in "rzg"} for size in (d, n, 1))
    x, h, dh = draw(d, B), draw(n, B), draw(n, B)

    def loss(x, h, W, U, b):
        r = logistic(anp.dot(W["r"], x) + anp.dot(U["r"], h) + b["r"])
        z = logistic(anp.dot(W["z"], x) + anp.dot(U["z"], h) + b["z"])
        g = anp.tanh(anp.dot(W["g"], x) + anp.dot(U["g"], r * h) + b["g"])
        return anp.sum((z * h + (1 - z) * g) * dh)

    gx, gh, gW, gU, gb = gradients(loss, x, h, W, U, b)
    found = sequences.gru_backward()(dh, x, h, *(part[k] for k in "rzg" for part in (W, U, b)))
    close(found["dx"], gx)
    close(found["dh_prev"], gh)
    for k, letter in zip("rzg", "rzh", strict=True):
        close(found[f"dW{letter}"], gW[k])
        close(found[f"dU{letter}"], gU[k])
        close(found[f"db{letter}"], gb[k])


@pytest.mark.parametrize("convention", ["keras", "torch"])
def test_libraries_rows(convention: str) -> None:
    W, U, b = weights()
    x, h, c, dh, dc = draw(d, B), draw(n, B), draw(n, B), draw(n, B), draw(n, B)

    def loss(x, h, c, W, U, b):
        new_h, new_c = lstm(x, h, c, W, U, b)
        return anp.sum(new_h * dh) + anp.sum(new_c * dc)

    gx, gh, gc, gW, gU, gb = gradients(loss, x, h, c, W, U, b)

    def stack(part):
        return np.vstack([part[k] for k in "ifgo"])

    values = (dh.T, dc.T, x.T, h.T, c.T)
    if convention == "keras":
        found = conventions.keras_rows(*values, stack(W).T, stack(U).T, stack(b)[:, 0])
        expected = gx.T, gh.T, gc.T, stack(gW).T, stack(gU).T, stack(gb)[:, 0]
        results = list(found.values())
    else:
        share = draw(4 * n)
        results = list(conventions.torch_rows(*values, stack(W), stack(U), share, stack(b)[:, 0] - share))
        expected = gx.T, gh.T, gc.T, stack(gW), stack(gU), stack(gb)[:, 0], stack(gb)[:, 0]
    for one, other in zip(results, expected, strict=True):
        close(one, other)
