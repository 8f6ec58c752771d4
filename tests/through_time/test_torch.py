"""torch.nn.LSTM, GRU and RNN over whole sequences, their weights read by `from_library`: outputs and all gradients."""

from importlib.util import find_spec
from typing import Any

import numpy as np
import pytest

import symlstm as sl
from tests.through_time.oracle import TOLERANCE, B, D, N, compiled, values_of, worst

pytestmark = pytest.mark.skipif(find_spec("torch") is None, reason="torch is not installed")

STEPS = 20
MODULES: list[tuple[str, dict[str, Any]]] = [
    ("LSTM", {}),
    ("LSTM", {"bias": False}),
    ("LSTM", {"proj_size": 4}),
    ("GRU", {}),
    ("RNN", {}),
    ("RNN", {"nonlinearity": "relu"}),
]


@pytest.mark.parametrize(("kind", "options"), MODULES)
def test_modules(kind: str, options: dict[str, Any]) -> None:
    import torch

    module = getattr(torch.nn, kind)(D, N, dtype=torch.float64, **options)
    generator = np.random.default_rng(31)
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.copy_(torch.from_numpy(generator.standard_normal(parameter.shape) / np.sqrt(N)))
    facts = {"activation": "relu"} if options.get("nonlinearity") == "relu" else {}
    weights = sl.from_library(module, "pytorch", **facts)
    function = compiled(weights.cell, weights.options | facts)
    values = values_of(function.system, STEPS, seed=32) | weights.values
    inputs = {name: torch.tensor(values[name], requires_grad=True) for name in values if name in ("x", "h_0", "c_0")}
    rows = {name: tensor.mT if name == "x" else tensor.mT[None].contiguous() for name, tensor in inputs.items()}
    states = (rows["h_0"], rows["c_0"]) if kind == "LSTM" else rows["h_0"]
    y, last = module(rows["x"], states)
    loss = (y.mT * torch.from_numpy(values["seed_h"])).sum()
    if kind == "LSTM":
        loss = loss + (last[1][0].mT * torch.from_numpy(values["seed_c"])).sum()
    loss.backward()

    found = function(**values)
    reference = {f"d_{name}": tensor.grad.numpy() for name, tensor in inputs.items()}
    reference["h"] = y.detach().numpy().swapaxes(1, 2)
    slopes = {name: parameter.grad for name, parameter in module.named_parameters()}
    theirs = sl.from_library(slopes, "pytorch", weights.cell, **facts).values
    reference |= {f"d_{name}": value for name, value in theirs.items() if options.get("bias", True) or name[0] != "b"}
    assert found.h.shape == (STEPS, options.get("proj_size", N), B)
    assert {"d_x", "d_h_0", *(f"d_{name}" for name in weights.values if name[0] != "b")} <= set(reference)
    error, where = worst(found, reference)
    assert error <= TOLERANCE, f"{where} is off by {error:.1e}"
