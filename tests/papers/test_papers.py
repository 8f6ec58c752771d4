"""The papers' cells on one another, under autograd, and on torch where it is installed."""

from importlib.util import find_spec
from math import log
from typing import Any

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import elementwise_grad

from tests.papers import CELLS
from tests.papers.activations import ACTIVATIONS
from tests.papers.values import agree, agree_all, gated, matrix_memory, stacked


@pytest.fixture
def generator() -> np.random.Generator:
    return np.random.default_rng(20240507)


def test_peephole_cells_agree(generator: np.random.Generator) -> None:
    values = gated(generator, "fiog")
    values.pop("p_g")
    agree_all(CELLS["greff-v"](np, values), CELLS["lstm"](np, values))
    agree_all(CELLS["graves-2013"](np, values), CELLS["lstm"](np, values))


@pytest.mark.parametrize("forget", ["sigmoid", "exp"])
@pytest.mark.parametrize("name", ["slstm", "mlstm"])
def test_stabiliser_changes_no_output(name: str, forget: str, generator: np.random.Generator) -> None:
    """With c exp(m) and n exp(m) for c and n, both forms are one cell."""
    values = matrix_memory(generator) if name == "mlstm" else gated(generator, "fiog")
    scaled = {state: values[state] * np.exp(values["m_prev"]) for state in ("c_prev", "n_prev")}
    stable = CELLS[name](np, values, stabiliser=True, forget=forget)
    plain = CELLS[name](np, values | scaled, stabiliser=False, forget=forget)
    agree(stable["h"], plain["h"])
    for state in "cn":
        agree(stable[state] * np.exp(stable["m"]), plain[state])


SPLIT = sorted(set(CELLS) - {"minlstm", "mingru", "mlstm", "layernorm-lstm"})


@pytest.mark.parametrize("name", SPLIT)
def test_layouts_agree(name: str, generator: np.random.Generator) -> None:
    values = gated(generator, "fiogrzh")
    for order in ("hx", "xh"):
        agree_all(CELLS[name](np, stacked(values, order), order=order), CELLS[name](np, values))


@pytest.mark.parametrize("name", sorted(CELLS))
def test_autograd_differentiates(name: str, generator: np.random.Generator) -> None:
    values = matrix_memory(generator) if name == "mlstm" else gated(generator, "fiogrzh")
    for output in CELLS[name](np, values):
        slope = elementwise_grad(lambda x, output=output: CELLS[name](anp, values | {"x": x})[output])(values["x"])
        assert slope.shape == values["x"].shape
        assert np.all(np.isfinite(slope))


@pytest.mark.parametrize("name", sorted(ACTIVATIONS))
def test_activations(name: str) -> None:
    by_hand = {"sigmoid": 0.75, "tanh": 0.8, "identity": log(3), "relu": log(3), "relu6": log(3), "elu": log(3),
        "leaky_relu": log(3), "hard_sigmoid": 0.2 * log(3) + 0.5, "hard_sigmoid6": log(3) / 6 + 0.5, "hard_tanh": 1.0,
        "softsign": log(3) / (1 + log(3)), "softplus": log(4), "selu": 1.0507009873554804934193349852946 * log(3),
        "silu": 0.75 * log(3), "swish": 0.75 * log(3), "exp": 3.0}  # fmt: skip
    agree(ACTIVATIONS[name](np, np.array(log(3))), by_hand[name])
    below = {"sigmoid": 0.25, "tanh": -0.8, "identity": -log(3), "leaky_relu": -0.01 * log(3), "elu": -2 / 3,
        "hard_sigmoid": 0.5 - 0.2 * log(3), "hard_sigmoid6": 0.5 - log(3) / 6, "hard_tanh": -1.0,
        "softsign": -log(3) / (1 + log(3)), "softplus": log(4 / 3),
        "selu": 1.0507009873554804934193349852946 * 1.6732632423543772848170429916717 * -2 / 3,
        "silu": -0.25 * log(3), "swish": -0.25 * log(3), "exp": 1 / 3}  # fmt: skip
    agree(ACTIVATIONS[name](np, np.array(-log(3))), below.get(name, 0.0))


@pytest.mark.skipif(find_spec("torch") is None, reason="torch is not installed")
class TestTorch:
    """The same cells in torch, with their gradients with respect to x."""

    @staticmethod
    def parameters(module: Any, gates: str, suffix: str = "") -> dict[str, np.ndarray]:
        letters = {"W": "weight_ih", "U": "weight_hh", "b": "bias_ih", "bh": "bias_hh"}
        result = {}
        for letter, name in letters.items():
            rows = np.split(getattr(module, name + suffix).detach().numpy(), len(gates))
            result |= {f"{letter}_{s}": r if r.ndim == 2 else r[:, None] for s, r in zip(gates, rows, strict=True)}
        return result

    @pytest.mark.parametrize("projection", [0, 2])
    def test_lstm(self, projection: int, generator: np.random.Generator) -> None:
        import torch

        module = torch.nn.LSTM(4, 3, proj_size=projection, dtype=torch.float64)
        values = self.parameters(module, "ifgo", "_l0")
        if projection:
            values["W_p"] = module.weight_hr_l0.detach().numpy()
        states = {"x": (4, 5), "h_prev": (projection or 3, 5), "c_prev": (3, 5)}
        values |= {name: generator.standard_normal(shape) for name, shape in states.items()}
        x, h, c = (torch.tensor(values[name].T[None]) for name in states)
        _, (h, c) = module(x.requires_grad_(), (h, c))
        h.sum().backward()
        result = CELLS["lstm"](np, values)
        agree(result["h"], h[0].detach().numpy().T)
        agree(result["c"], c[0].detach().numpy().T)
        slope = elementwise_grad(lambda x: CELLS["lstm"](anp, values | {"x": x})["h"])(values["x"])
        agree(slope, x.grad[0].numpy().T)

    @pytest.mark.parametrize("name", ["gru", "rnn"])
    def test_cells(self, name: str, generator: np.random.Generator) -> None:
        import torch

        module = {"gru": torch.nn.GRUCell, "rnn": torch.nn.RNNCell}[name](4, 3, dtype=torch.float64)
        options = {"reset": "after"} if name == "gru" else {}
        values = self.parameters(module, "rzg" if name == "gru" else "h")
        values |= {"x": generator.standard_normal((4, 5)), "h_prev": generator.standard_normal((3, 5))}
        x, h = torch.tensor(values["x"].T).requires_grad_(), torch.tensor(values["h_prev"].T)
        h = module(x, h)
        h.sum().backward()
        agree(CELLS[name](np, values, **options)["h"], h.detach().numpy().T)
        slope = elementwise_grad(lambda x: CELLS[name](anp, values | {"x": x}, **options)["h"])(values["x"])
        agree(slope, x.grad.numpy().T)
