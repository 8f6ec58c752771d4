"""Right passes in further conventions: split columns, Keras-like rows, two biases as in PyTorch, vectors, lists."""

import numpy as np

from tests.checker.functions.oracle import column_backward, column_forward, sigmoid


def split_columns(d_h, d_c, x, h_prev, c_prev, W_f, U_f, b_f, W_i, U_i, b_i, W_o, U_o, b_o, W_g, U_g, b_g):
    f, i = sigmoid(W_f @ x + U_f @ h_prev + b_f), sigmoid(W_i @ x + U_i @ h_prev + b_i)
    o, g = sigmoid(W_o @ x + U_o @ h_prev + b_o), np.tanh(W_g @ x + U_g @ h_prev + b_g)
    c = f * c_prev + i * g
    dct = d_c + d_h * o * (1 - np.tanh(c) ** 2)
    d_a_f, d_a_i = dct * c_prev * f * (1 - f), dct * g * i * (1 - i)
    d_a_o, d_a_g = d_h * np.tanh(c) * o * (1 - o), dct * i * (1 - g**2)
    d_x = W_f.T @ d_a_f + W_i.T @ d_a_i + W_o.T @ d_a_o + W_g.T @ d_a_g
    d_h_prev = U_f.T @ d_a_f + U_i.T @ d_a_i + U_o.T @ d_a_o + U_g.T @ d_a_g
    d_c_prev = dct * f
    d_U_f, d_W_g, d_b_o = d_a_f @ h_prev.T, d_a_g @ x.T, d_a_o.sum(axis=1, keepdims=True)
    return d_x, d_h_prev, d_c_prev, d_a_f, d_a_g, d_U_f, d_W_g, d_b_o


def keras_rows(dh, dc, x, h_prev, c_prev, kernel, recurrent_kernel, bias):
    """Rows, gates i f c o in columns."""
    n = h_prev.shape[1]
    z = x @ kernel + h_prev @ recurrent_kernel + bias
    i, f, g, o = sigmoid(z[:, :n]), sigmoid(z[:, n : 2 * n]), np.tanh(z[:, 2 * n : 3 * n]), sigmoid(z[:, 3 * n :])
    c = f * c_prev + i * g
    total = dc + dh * o * (1 - np.tanh(c) ** 2)
    di, df, dg, do = total * g, total * c_prev, total * i, dh * np.tanh(c)
    dz = np.concatenate([di * i * (1 - i), df * f * (1 - f), dg * (1 - g * g), do * o * (1 - o)], axis=1)
    return {
        "dx": dz @ kernel.T, "dh_prev": dz @ recurrent_kernel.T, "dc_prev": total * f, "dkernel": x.T @ dz,
        "drecurrent_kernel": h_prev.T @ dz, "dbias": dz.sum(axis=0),
    }  # fmt: skip


def torch_rows(dh, dc, x, h_prev, c_prev, weight_ih, weight_hh, bias_ih, bias_hh):
    """Rows, gates i f g o in the rows of the weights, two biases."""
    n = h_prev.shape[1]
    a = x @ weight_ih.T + bias_ih + h_prev @ weight_hh.T + bias_hh
    i, f, g, o = (a[:, k * n : (k + 1) * n] for k in range(4))
    i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
    c = f * c_prev + i * g
    total = dc + dh * o * (1 - np.tanh(c) ** 2)
    parts = [
        total * g * i * (1 - i),
        total * c_prev * f * (1 - f),
        total * i * (1 - g * g),
        dh * np.tanh(c) * o * (1 - o),
    ]
    da = np.hstack(parts)
    d_bias_ih = da.sum(axis=0)
    d_bias_hh = da.sum(axis=0)
    d_weight_ih, d_weight_hh = da.T @ x, da.T @ h_prev
    dx, dh_prev, dc_prev = da @ weight_ih, da @ weight_hh, total * f
    return dx, dh_prev, dc_prev, d_weight_ih, d_weight_hh, d_bias_ih, d_bias_hh


def x_first(dh, dc, x, h_prev, c_prev, W, b):
    """One matrix of all gates, o f i g, transposed, on [x, h] in rows."""
    n = h_prev.shape[1]
    z = np.hstack([x, h_prev])
    a = z @ W + b
    o, f, i, g = sigmoid(a[:, :n]), sigmoid(a[:, n : 2 * n]), sigmoid(a[:, 2 * n : 3 * n]), np.tanh(a[:, 3 * n :])
    c = f * c_prev + i * g
    total = dc + dh * o * (1 - np.tanh(c) ** 2)
    da = np.hstack(
        [dh * np.tanh(c) * o * (1 - o), total * c_prev * f * (1 - f), total * g * i * (1 - i), total * i * (1 - g * g)]
    )
    dz = da @ W.T
    dx, dh_prev = dz[:, : x.shape[1]], dz[:, x.shape[1] :]
    dW, db, dc_prev = z.T @ da, da.sum(0), total * f
    return dx, dh_prev, dc_prev, (dW, db)


def vectors(dh, dc, x, h_prev, c_prev, Wf, bf, Wi, bi, Wo, bo, Wc, bc):
    """One column, (n,), with outer products; a bias needs no sum."""
    z = np.concatenate([h_prev, x])
    n = len(h_prev)
    f, i, o, g = sigmoid(Wf @ z + bf), sigmoid(Wi @ z + bi), sigmoid(Wo @ z + bo), np.tanh(Wc @ z + bc)
    c = f * c_prev + i * g
    total = dc + dh * o * (1 - np.tanh(c) ** 2)
    daf, dai = total * c_prev * f * (1 - f), total * g * i * (1 - i)
    dao, dag = dh * np.tanh(c) * o * (1 - o), total * i * (1 - g * g)
    dz = Wf.T @ daf + Wi.T @ dai + Wo.T @ dao + Wc.T @ dag
    return {"dx": dz[n:], "dh_prev": dz[:n], "dWf": np.outer(daf, z), "dWc": np.outer(dag, z), "dbf": daf, "dbo": dao}


def lists_over_time(xs, hprev, Wxh, Whh, bh, dhs):
    """A simple recurrent network over lists of columns; (n, 1) is all it knows."""
    h = {-1: hprev}
    for t in range(len(xs)):
        h[t] = np.tanh(Wxh @ xs[t] + Whh @ h[t - 1] + bh)
    dWxh, dWhh, dbh = np.zeros_like(Wxh), np.zeros_like(Whh), np.zeros_like(bh)
    dhnext = np.zeros_like(hprev)
    dxs = [None] * len(xs)
    for t in reversed(range(len(xs))):
        da = (dhs[t] + dhnext) * (1 - h[t] * h[t])
        dbh += da
        dWxh += da @ xs[t].T
        dWhh += da @ h[t - 1].T
        dhnext = Whh.T @ da
        dxs[t] = Wxh.T @ da
    return dxs, dhnext, dWxh, dWhh, dbh


def last_axis_forward(x, a0, parameters):
    """x is (d, B, T)."""
    a, c = a0, np.zeros_like(a0)
    caches, every = [], np.zeros((a0.shape[0], x.shape[1], x.shape[2]))
    for t in range(x.shape[2]):
        a, c, _, cache = column_forward(x[:, :, t], a, c, parameters)
        every[:, :, t] = a
        caches.append(cache)
    return every, caches


def last_axis_backward(carry):
    """The sequence version; without `carry` the gradient of a_{t-1} is not added, as in a published course."""

    def backward(da, caches):
        n, m, T = da.shape
        step = column_backward()
        da_prev, dc_prev = np.zeros((n, m)), np.zeros((n, m))
        dx = np.zeros((caches[0][8].shape[0], m, T))
        sums = {}
        for t in reversed(range(T)):
            grads = step(da[:, :, t] + (da_prev if carry else 0), dc_prev, caches[t])
            dx[:, :, t], da_prev, dc_prev = grads["dxt"], grads["da_prev"], grads["dc_prev"]
            for name, value in grads.items():
                if name[:2] in ("dW", "db"):
                    sums[name] = sums.get(name, 0) + value
        return {"dx": dx, "da0": da_prev, **sums}

    return backward
