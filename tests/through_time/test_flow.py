"""Gradient flow is the norm of the Jacobians over time: of those that are derived, and of autograd's of the papers."""

from typing import Any

import autograd
import numpy as np
import pytest

import symlstm as sl
from symlstm import gradient_flow
from tests.through_time.layered import Values, anp, error, layer, sequence_values

T = 4


def given(name: str, seed: int = 41) -> tuple[Values, Values]:
    """Values as matrices, and as `flow` takes them."""
    values = sequence_values(sl.over_time(sl.cell(name)), T, B=0, seed=seed)
    return values, values | {"x": values["x"][:, :, 0]} | {q: v[:, 0] for q, v in values.items() if q.endswith("_0")}


def spectral(matrices: np.ndarray) -> np.ndarray:
    return np.array([np.linalg.norm(matrix, 2) for matrix in matrices])


def stray(name: str) -> float:
    """How far the norms of `flow` are from those of derived Jacobians, and of autograd's from every step on."""
    values, flat = given(name)
    over_all, found = sl.over_time(sl.cell(name)), sl.flow(sl.cell(name), flat)
    run = sl.lambdify(over_all)(**values)
    errors = []
    for state, norms in found.norms.items():
        own = f"{state}_0"
        derived = sl.lambdify(sl.jacobian(over_all, state, own))(**values)[f"J_{state}_by_{own}"]
        errors.append(error(norms[1:, 0], spectral(derived)))
        for k in range(T):
            states = {q: values[q] if k == 0 else run[q[:-2]][k - 1] for q in over_all.states}
            rest = {**values, **states, "x": values["x"][k:]}

            def later(point: Any, rest: Values = rest, own: str = own, state: str = state) -> Any:
                steps = layer(anp, name, {**rest, own: point.reshape(-1, 1)}, rest["x"])[state]
                return anp.stack([step.reshape(-1) for step in steps]) + 0 * anp.sum(point)

            jacobians = np.asarray(autograd.jacobian(later)(rest[own].reshape(-1)))
            errors.append(error(norms[k + 1 :, k], spectral(jacobians)))
    for state, norms in found.direct.items():
        partial = sl.jacobian(over_all, state, f"{state}_0", "partial")
        errors.append(error(norms[1:, 0], spectral(sl.lambdify(partial)(**values)[partial.outputs[0]])))
    return max(errors)


@pytest.mark.parametrize("name", ["rnn", "lstm", "gru", "slstm", "greff-fgr", "layernorm-lstm-tf", "minlstm"])
def test_norms_of_jacobians(name: str) -> None:
    assert stray(name) <= 1e-12


@pytest.mark.parametrize("name", ["rnn", "lstm"])
def test_a_product_in_the_wrong_order_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    right = gradient_flow._norms
    monkeypatch.setattr(gradient_flow, "_norms", lambda matrices, sizes: right(matrices[::-1], sizes))
    assert stray(name) > 1e-3
