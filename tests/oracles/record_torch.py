"""Recurrent layers and cells of PyTorch 2.13.0 in float64, with the gradients that autograd gives.

Layers take x (T, B, d) and states (layers * directions, B, n); the keys of the weights are those of the state dict.
"""

from collections.abc import Mapping
from typing import Any

import torch
from torch import nn

from tests.oracles import recording as rec

GATES = {
    "LSTM": "rows i, f, g, o; a = W_ih x + b_ih + W_hh h + b_hh; with proj_size h = W_hr (o * tanh(c))",
    "GRU": "rows r, z, n; n = tanh(W_in x + b_in + r * (W_hn h + b_hn)); h = (1 - z) * n + z * h",
    "RNN": "h = act(W_ih x + b_ih + W_hh h + b_hh)",
}

LAYERS: dict[str, tuple[str, dict[str, Any]]] = {
    "lstm_two_layers_bidirectional": ("LSTM", {"num_layers": 2, "bidirectional": True}),
    "lstm": ("LSTM", {}),
    "lstm_no_bias": ("LSTM", {"bias": False}),
    "lstm_projection": ("LSTM", {"proj_size": rec.R}),
    "lstm_projection_bidirectional": ("LSTM", {"proj_size": rec.R, "bidirectional": True}),
    "gru_two_layers_bidirectional": ("GRU", {"num_layers": 2, "bidirectional": True}),
    "gru": ("GRU", {}),
    "rnn_tanh_two_layers": ("RNN", {"num_layers": 2}),
    "rnn_relu": ("RNN", {"nonlinearity": "relu"}),
    "rnn_tanh_bidirectional": ("RNN", {"bidirectional": True}),
}
CELLS: dict[str, tuple[str, dict[str, Any]]] = {
    "lstm_cell": ("LSTMCell", {}),
    "lstm_cell_no_bias": ("LSTMCell", {"bias": False}),
    "gru_cell": ("GRUCell", {}),
    "rnn_cell": ("RNNCell", {}),
    "rnn_cell_relu": ("RNNCell", {"nonlinearity": "relu"}),
}


def tensors(arrays: Mapping[str, rec.Array]) -> dict[str, torch.Tensor]:
    """Leaves that ask for their gradients."""
    return {name: torch.tensor(array, requires_grad=True) for name, array in arrays.items()}


def sizes(options: Mapping[str, Any]) -> tuple[int, int, int]:
    """The sizes n, d and B: larger where there is a projection, so that r differs from all of them."""
    return (rec.N_PROJECTED, rec.D_PROJECTED, rec.B_PROJECTED) if options.get("proj_size") else (rec.N, rec.D, rec.B)


def record(case: str, cell: str, options: Mapping[str, Any], *, layer: bool) -> None:
    """Run one module on random weights and write what it gives."""
    draw = rec.Draw(f"torch_{case}")
    n, d, batch = sizes(options)
    module = getattr(nn, cell)(d, n, dtype=torch.float64, **options)
    weights = draw.weights({name: tuple(value.shape) for name, value in module.state_dict().items()})
    module.load_state_dict({name: torch.tensor(array) for name, array in weights.items()})
    directions = (2 if options.get("bidirectional") else 1) * options.get("num_layers", 1)
    outer, time = ((directions,), (rec.T,)) if layer else ((), ())
    shapes = {"input": (*time, batch, d), "h_0": (*outer, batch, options.get("proj_size") or n)}
    if cell.startswith("LSTM"):
        shapes["c_0"] = (*outer, batch, n)
    given = tensors({name: draw(*shape) for name, shape in shapes.items()})
    result = module(given["input"], (given["h_0"], given["c_0"]) if "c_0" in given else given["h_0"])
    flat = [*result[:1], *(result[1] if isinstance(result[1], tuple) else result[1:])] if layer else result
    flat = [flat] if isinstance(flat, torch.Tensor) else list(flat)
    names = ["output", "h_n", "c_n"] if layer else ["h_1", "c_1"]
    outputs = dict(zip(names, flat, strict=False))
    seeds = draw.seeds(outputs)
    leaves = {**dict(module.named_parameters()), **given}
    total = sum((torch.tensor(seeds[name]) * value).sum() for name, value in outputs.items())
    gradients = torch.autograd.grad(total, list(leaves.values()))
    rec.save(
        f"torch_{case}",
        library="torch",
        version=torch.__version__.partition("+")[0],
        cell=f"torch.nn.{cell}",
        options=dict(options),
        arrays=weights,
        inputs={name: value.detach() for name, value in given.items()},
        outputs={name: value.detach() for name, value in outputs.items()},
        seeds=seeds,
        gradients=dict(zip(leaves, gradients, strict=True)),
        dtype="float64",
        notes=GATES[cell.removesuffix("Cell")],
    )


def main() -> None:
    """Record every layer and cell."""
    for case, (cell, options) in LAYERS.items():
        record(case, cell, options, layer=True)
    for case, (cell, options) in CELLS.items():
        record(case, cell, options, layer=False)


if __name__ == "__main__":
    main()
