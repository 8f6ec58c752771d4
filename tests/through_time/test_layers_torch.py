"""Stacks and both directions over time against torch, packed sequences included."""

from importlib.util import find_spec
from typing import Any

import numpy as np
import pytest

import symlstm as sl
from symlstm.system import System
from tests.through_time.layered import (
    D,
    N,
    T,
    Values,
    compiled,
    error,
    sequence_values,
)
from tests.through_time.networks import assert_within

torch_here = pytest.mark.skipif(find_spec("torch") is None, reason="torch is not a declared test dependency")


TORCH = {
    "LSTM": ("lstm", {"layout": "split", "biases": 2}, "ifgo"),
    "GRU": ("gru", {"layout": "split", "biases": 2, "reset": "after"}, "rzg"),
    "RNN": ("rnn", {"layout": "split", "biases": 2}, "h"),
}


def of_torch(kind: str, layers: int, both: bool, values: Values) -> tuple[Any, dict[str, np.ndarray], list[str]]:
    """torch's module, its parameters with our values, and the suffixes of our names, in torch's order."""
    import torch

    module = getattr(torch.nn, kind)(D, N, layers, bidirectional=both, dtype=torch.float64)
    ways = ["_fw", "_bw"] if both else [""]
    suffixes = [f"{f'_l{k}' if layers > 1 else ''}{way}" for k in range(1, layers + 1) for way in ways]
    theirs = [f"_l{k}{'_reverse' * (way == '_bw')}" for k in range(layers) for way in ways]
    given = {}
    for suffix, place in zip(suffixes, theirs, strict=True):
        for parameter, ours in (("weight_ih", "W"), ("weight_hh", "U"), ("bias_ih", "b"), ("bias_hh", "bh")):
            array = np.concatenate([values[f"{ours}_{gate}{suffix}"] for gate in TORCH[kind][2]])
            given[parameter + place] = array[:, 0] if "bias" in parameter else array
    assert given.keys() == dict(module.named_parameters()).keys()
    return module, given, suffixes


def torch_system(kind: str, layers: int, both: bool) -> System:
    cell, options, _ = TORCH[kind]
    if layers == 1:
        return sl.bidirectional(cell, **options)
    return sl.stack(cell, layers=layers, bidirectional=both, **options)


@torch_here
@pytest.mark.parametrize("lengths", [None, (5, 2, 4, 1, 2)], ids=["whole", "lengths"])
@pytest.mark.parametrize(("layers", "both"), [(2, False), (1, True), (2, True)])
@pytest.mark.parametrize("kind", TORCH)
def test_against_torch(kind: str, layers: int, both: bool, lengths: tuple[int, ...] | None) -> None:
    """Outputs, states and all gradients; with lengths against packed sequences, which end where each one ends."""
    import torch
    from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

    system = torch_system(kind, layers, both)
    back = sl.through_time(system)
    values = sequence_values(back, T, B=5, seed=7)
    module, given, suffixes = of_torch(kind, layers, both, values)
    with torch.no_grad():
        for name, parameter in module.named_parameters():
            parameter.copy_(torch.tensor(given[name]))
    x = torch.tensor(values["x"].transpose(0, 2, 1).copy(), requires_grad=True)
    letters = "hc" if kind == "LSTM" else "h"
    starts = [torch.tensor(np.stack([values[f"{q}{s}_0"].T for s in suffixes]), requires_grad=True) for q in letters]
    taken = x if lengths is None else pack_padded_sequence(x, torch.tensor(lengths), enforce_sorted=False)
    out, ends = module(taken, tuple(starts) if kind == "LSTM" else starts[0])
    out = out if lengths is None else pad_packed_sequence(out, total_length=T)[0]
    ends = ends if kind == "LSTM" else (ends,)
    top = f"h_l{layers}" if layers > 1 else "h"
    total = (out * torch.tensor(values[f"seed_{top}"].transpose(0, 2, 1).copy())).sum()
    over_all = sl.over_time(system)
    for q, end in zip(letters, ends, strict=True):
        for place, suffix in enumerate(suffixes):
            if f"{q}{suffix}" in over_all.at_end:
                total = total + (end[place] * torch.tensor(values[f"seed_{q}{suffix}"].T.copy())).sum()
    total.backward()
    found = compiled(back)(**values, lengths=lengths)
    errors = {
        "h": error(found[top].transpose(0, 2, 1), out.detach().numpy()),
        "x": error(found["d_x"].transpose(0, 2, 1), x.grad.numpy()),
    }
    for q, start, end in zip(letters, starts, ends, strict=True):
        errors[f"{q}_0"] = error(np.stack([found[f"d_{q}{s}_0"].T for s in suffixes]), start.grad.numpy())
        last = lasts(found, [f"{q}{suffix}" for suffix in suffixes], lengths or (T,) * 5)
        errors[f"{q}_T"] = error(last, end.detach().numpy())
    _, theirs, _ = of_torch(kind, layers, both, {k.removeprefix("d_"): v for k, v in found.items() if k[:2] == "d_"})
    errors |= {name: error(theirs[name], p.grad.numpy()) for name, p in module.named_parameters()}
    assert_within(errors)


def lasts(found: Any, names: list[str], lengths: tuple[int, ...]) -> np.ndarray:
    """States where they end: at the first step for those of the way back."""
    ends = [[0 if "_bw" in name else length - 1 for length in lengths] for name in names]
    columns = [[found[name][t, :, k] for k, t in enumerate(end)] for name, end in zip(names, ends, strict=True)]
    return np.array(columns)
