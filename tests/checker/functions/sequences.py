"""Hand-written passes over sequences, GRUs and cells with peepholes; options bend them in one place."""

import numpy as np

from tests.checker.functions.oracle import row_backward, row_forward, sigmoid


def rows_over_time(x, h0, Wx, Wh, b):
    """(N, T, D) to (N, T, H), with a zero cell state before the first step."""
    N, T, _ = x.shape
    h, c = h0, np.zeros_like(h0)
    hs, cache = np.zeros((N, T, h0.shape[1])), []
    for t in range(T):
        h, c, kept = row_forward(x[:, t], h, c, Wx, Wh, b)
        hs[:, t] = h
        cache.append(kept)
    return hs, cache


def rows_over_time_backward(bend=""):
    def backward(dh, cache):
        N, T, _ = dh.shape
        step = row_backward(bend)
        dx = np.zeros((N, T, cache[0][0].shape[1]))
        dprev_h, dprev_c = 0, np.zeros(dh.shape[::2])
        dWx, dWh, db = 0, 0, 0
        for t in reversed(range(T)):
            carried = 0 if bend == "no hidden path" else dprev_h
            cell = np.zeros_like(dprev_c) if bend == "no cell path" else dprev_c
            dx[:, t], dprev_h, dprev_c, one, two, three = step(dh[:, t] + carried, cell, cache[t])
            if bend == "= for +=":
                dWx, dWh, db = one, two, three
            else:
                dWx, dWh, db = dWx + one, dWh + two, db + three
            if bend == "last step" and t == T - 1:
                kept = one, two, three
        if bend == "last step":
            dWx, dWh, db = kept
        dh0 = dprev_h
        return dx, dh0, dWx, dWh, db

    return backward


def bptt(bend=""):
    """Columns, (T, d, B), split weights, everything computed from the inputs."""

    def backward(xs, h0, c0, dhs, Wf, Uf, bf, Wi, Ui, bi, Wo, Uo, bo, Wc, Uc, bc):
        T = len(xs)
        h, c = [h0], [c0]
        f, i, o, g = [], [], [], []
        for t in range(T):
            f.append(sigmoid(Wf @ xs[t] + Uf @ h[-1] + bf))
            i.append(sigmoid(Wi @ xs[t] + Ui @ h[-1] + bi))
            o.append(sigmoid(Wo @ xs[t] + Uo @ h[-1] + bo))
            g.append(np.tanh(Wc @ xs[t] + Uc @ h[-1] + bc))
            c.append(f[t] * c[-1] + i[t] * g[t])
            h.append(o[t] * np.tanh(c[-1]))
        W, U = {"f": Wf, "i": Wi, "o": Wo, "c": Wc}, {"f": Uf, "i": Ui, "o": Uo, "c": Uc}
        gW = {k: np.zeros_like(v) for k, v in W.items()}
        gU = {k: np.zeros_like(v) for k, v in U.items()}
        gb = {k: np.zeros_like(bf) for k in W}
        dh_next, dc_next = np.zeros_like(h0), np.zeros_like(c0)
        dxs = np.zeros_like(xs)
        for t in reversed(range(T)):
            dh = dhs[t] + dh_next
            tau = np.tanh(c[t + 1])
            dc = dh * o[t] * (1 - tau**2) + dc_next
            before = c[t + 1] if bend == "c_t" else c[t]
            da = {
                "f": dc * before * f[t] * (1 - f[t]), "i": dc * g[t] * i[t] * (1 - i[t]),
                "o": dh * tau * o[t] * (1 - o[t]), "c": dc * i[t] * (1 - g[t] ** 2),
            }  # fmt: skip
            for k in W:
                gW[k] += da[k] @ xs[t].T
                gU[k] += da[k] @ (h[t + 1] if bend == "h_t" else h[t]).T
                gb[k] += da[k].sum(axis=1, keepdims=True)
            dxs[t] = sum(W[k].T @ da[k] for k in W)
            dh_next = sum(U[k].T @ da[k] for k in U)
            dc_next = dc * (f[t - 1] if bend == "f index" else f[t])
        out = {"dxs": dxs, "dh0": dh_next}
        if bend != "f index":
            out["dc0"] = dc_next
        for k in W:
            out |= {f"dW{k}": gW[k], f"dU{k}": gU[k], f"db{k}": gb[k]}
        return out

    return backward


def gru_backward(bend=""):
    """h = z ⊙ h_prev + (1 − z) ⊙ g, the reset before the product."""

    def backward(dh, x, h_prev, Wr, Ur, br, Wz, Uz, bz, Wh, Uh, bh):
        r = sigmoid(Wr @ x + Ur @ h_prev + br)
        z = sigmoid(Wz @ x + Uz @ h_prev + bz)
        g = np.tanh(Wh @ x + Uh @ (r * h_prev) + bh)
        keep, write = (1 - z, z) if bend == "update swapped" else (z, 1 - z)
        dz = dh * (h_prev - g) * (-1 if bend == "update swapped" else 1)
        if bend == "coupled term":
            dz = dh * h_prev
        dag = dh * write * (1 - g**2)
        daz = dz * z * (1 - z)
        dar = (Uh.T @ dag) * h_prev * r * (1 - r)
        dh_prev = dh * keep + Uz.T @ daz + (Uh.T @ dag) * (1 if bend == "r forgotten" else r)
        if bend != "reset path":
            dh_prev = dh_prev + Ur.T @ dar
        if bend == "direct path":
            dh_prev = dh_prev - dh * keep
        dx = Wr.T @ dar + Wz.T @ daz + Wh.T @ dag
        total = {"axis": 1, "keepdims": True}
        return {
            "dx": dx, "dh_prev": dh_prev, "dWr": dar @ x.T, "dUr": dar @ h_prev.T, "dbr": dar.sum(**total),
            "dWz": daz @ x.T, "dUz": daz @ h_prev.T, "dbz": daz.sum(**total),
            "dWh": dag @ x.T, "dUh": dag @ (r * h_prev).T, "dbh": dag.sum(**total),
        }  # fmt: skip

    return backward


def peephole_backward(bend=""):
    """f and i see c_prev, o sees c."""

    def backward(dh, dc, x, h_prev, c_prev, Wf, Uf, pf, bf, Wi, Ui, pi, bi, Wo, Uo, po, bo, Wg, Ug, bg):
        f = sigmoid(Wf @ x + Uf @ h_prev + pf * c_prev + bf)
        i = sigmoid(Wi @ x + Ui @ h_prev + pi * c_prev + bi)
        g = np.tanh(Wg @ x + Ug @ h_prev + bg)
        c = f * c_prev + i * g
        o = sigmoid(Wo @ x + Uo @ h_prev + po * c + bo)
        dao = dh * np.tanh(c) * o * (1 - o)
        dc = dc + dh * o * (1 - np.tanh(c) ** 2)
        if bend != "output peephole":
            dc = dc + dao * po
        daf = dc * c_prev * f * (1 - f)
        dai = dc * g * i * (1 - i)
        dag = dc * i * (1 - g**2)
        dc_prev = dc * f + (0 if bend == "peephole of f" else daf * pf) + dai * pi
        dpo = (dao * (c_prev if bend == "c_prev" else c)).sum(axis=1, keepdims=True)
        dpf = (daf * c_prev).sum(axis=1, keepdims=True)
        dx = Wf.T @ daf + Wi.T @ dai + Wo.T @ dao + Wg.T @ dag
        return {"dx": dx, "dc_prev": dc_prev, "dpo": dpo, "dpf": dpf, "dWf": daf @ x.T, "dUo": dao @ h_prev.T}

    return backward
