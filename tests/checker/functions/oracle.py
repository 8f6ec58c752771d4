"""What the tests of functions share: hand-written passes in several conventions, and torch to see that they are right.

Every pass is made by a factory whose options bend one place of it, so that a right pass and its slips stand side by
side.
"""

import numpy as np


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def row_forward(x, prev_h, prev_c, Wx, Wh, b):
    """Row layout, gates i f o g stacked in columns."""
    H = prev_h.shape[1]
    a = x @ Wx + prev_h @ Wh + b
    i, f, o = sigmoid(a[:, :H]), sigmoid(a[:, H : 2 * H]), sigmoid(a[:, 2 * H : 3 * H])
    g = np.tanh(a[:, 3 * H :])
    next_c = f * prev_c + i * g
    next_h = o * np.tanh(next_c)
    return next_h, next_c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, next_c, next_h)


def row_backward(bend=""):
    """The backward pass of `row_forward`, bent in one place."""

    def backward(dnext_h, dnext_c, cache):
        x, prev_h, prev_c, Wx, Wh, i, f, o, g, next_c, next_h = cache
        t = np.tanh(next_c)
        dc = dnext_h * o * (1 - t**2) + (0 if bend == "no carry" else dnext_c)
        if bend == "tanh square lost":
            dc = dnext_c + dnext_h * o * (1 - t)
        if bend == "tanh forgotten":
            dc = dnext_c + dnext_h * o
        if bend == "tanh instead":
            dc = dnext_c + dnext_h * o * t
        di, df, do, dg = dc * g, dc * prev_c, dnext_h * t, dc * i
        if bend == "h for c":
            df = dc * prev_h
        if bend == "c for c_prev":
            df = dc * next_c
        slopes = [i * (1 - i), f * (1 - f), o * (1 - o), 1 - g**2]
        if bend == "sigmoid of f":
            slopes[1] = sigmoid(f)
        if bend == "doubled":
            slopes[2] = sigmoid(o) * (1 - sigmoid(o))
        if bend == "doubled at all":
            slopes[:3] = [sigmoid(s) * (1 - sigmoid(s)) for s in (i, f, o)]
        if bend == "slope forgotten":
            slopes[0] = 1
        if bend == "wrong slope":
            slopes[0] = f * (1 - f)
        if bend == "two slips":
            slopes[0], slopes[3] = 1, 1 - g
        parts = [d * s for d, s in zip([di, df, do, dg], slopes, strict=True)]
        if bend == "sign":
            parts[2] = -parts[2]
        order = [0, 1, 3, 2] if bend == "gate order" else [0, 1, 2, 3]
        da = np.hstack([parts[k] for k in order])
        seen = next_h if bend == "h_t" else prev_h
        dWh = seen.T @ da
        dprev_h = da @ Wh.T
        if bend == "three gates":
            H = x.shape[0] * 0 + prev_h.shape[1]
            dprev_h = da[:, : 3 * H] @ Wh[:, : 3 * H].T
        db = {"mean": da.mean(axis=0), "no sum": da}.get(bend, da.sum(axis=0))
        dWx = da.T @ x if bend == "reversed" else x.T @ da
        dx, dprev_c = da @ Wx.T, dc * f
        return dx, dprev_h, dprev_c, dWx, dWh, db

    return backward


def column_forward(xt, a_prev, c_prev, parameters):
    """Column layout on [a_prev; xt], parameters in a dict, an output layer beside it."""
    z = np.concatenate([a_prev, xt], axis=0)
    ft = sigmoid(parameters["Wf"] @ z + parameters["bf"])
    it = sigmoid(parameters["Wi"] @ z + parameters["bi"])
    cct = np.tanh(parameters["Wc"] @ z + parameters["bc"])
    ot = sigmoid(parameters["Wo"] @ z + parameters["bo"])
    c_next = ft * c_prev + it * cct
    a_next = ot * np.tanh(c_next)
    yt_pred = parameters["Wy"] @ a_next + parameters["by"]
    return a_next, c_next, yt_pred, (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters)


def column_backward(bend=""):
    """The backward pass of `column_forward` with gradients in a dict, bent in one place."""

    def backward(da_next, dc_next, cache):
        a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters = cache
        n = a_next.shape[0]
        z = np.concatenate([a_prev, xt], axis=0)
        t = np.tanh(c_next)
        path = ot * (1 - t**2) * da_next
        dot = da_next * t * ot * (1 - ot)
        dcct = (dc_next + path) * it * (1 - cct**2)
        dit = (dc_next + path) * cct * it * (1 - it)
        dft = (dc_next + path) * c_prev * ft * (1 - ft)
        if bend == "brackets":
            dft = dc_next * c_prev + path * c_prev * ft * (1 - ft)
        if bend == "candidate":
            dcct = (dc_next + path) * it * (1 - np.tanh(cct) ** 2)
        if bend == "one plus":
            dit = (dc_next + path) * cct * it * (1 + it)
        W = {gate: parameters[f"W{gate}"] for gate in "fico"}
        nets = {"f": dft, "i": dit, "c": dcct, "o": dot}
        inner = {gate: W[gate][:, :n] if bend == "U for its transpose" else W[gate][:, :n].T for gate in W}
        da_prev = sum(inner[gate] @ nets[gate] for gate in W)
        dxt = sum(W[gate][:, n:].T @ nets[gate] for gate in W if not (bend == "gate in x" and gate == "o"))
        gradients = {"dxt": dxt, "da_prev": da_prev, "dc_prev": (dc_next + path) * (1 if bend == "no f" else ft)}
        for gate, net in nets.items():
            gradients[f"dW{gate}"] = net @ z.T
            gradients[f"db{gate}"] = net if bend == f"unsummed {gate}" else np.sum(net, axis=1, keepdims=True)
            if bend == "unsummed":
                gradients[f"db{gate}"] = net
        if bend == "joined order":
            gradients["dWf"] = dft @ np.concatenate([xt, a_prev], axis=0).T
        if bend == "mean":
            for gate in nets:
                gradients[f"dW{gate}"] = gradients[f"dW{gate}"] / xt.shape[1]
        if bend == "no transpose":
            gradients["dWf"] = dft @ z
        return gradients

    return backward
