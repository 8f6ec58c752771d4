"""The papers' cells on values worked out by hand, on one another, and on torch where it is installed."""

from importlib.util import find_spec
from math import exp, log, sqrt, tanh
from typing import Any

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import elementwise_grad

from tests.papers import CELLS
from tests.papers.activations import ACTIVATIONS

QUARTER, HALF, THREE_QUARTERS = -log(3), 0.0, log(3)  # net inputs with these logistic values
THREE_FIFTHS = log(2)  # its tanh
INPUTS = {"x": np.array([[2.0]]), "h_prev": np.array([[-1.0]]), "c_prev": np.array([[2.0]])}
PEEPHOLES = {f"p_{gate}": np.array([[0.25]]) for gate in "ifo"}
LSTM = {"f": QUARTER, "i": THREE_QUARTERS, "o": HALF, "g": THREE_FIFTHS}


def one(number: float) -> np.ndarray:
    return np.array([[number]])


def split(nets: dict[str, float]) -> dict[str, np.ndarray]:
    """Scalar parameters with these net inputs at x = 2 and h_prev = −1: 2 a − (a + 1) + 1."""
    parts = [(f"W_{s}", a) for s, a in nets.items()] + [(f"U_{s}", a + 1) for s, a in nets.items()]
    return {name: one(a) for name, a in parts} | {f"b_{s}": one(1.0) for s in nets} | INPUTS


def stacked(values: dict[str, np.ndarray], order: str = "hx") -> dict[str, np.ndarray]:
    """The same parameters, on the stack of h and x."""
    result = {name: array for name, array in values.items() if not name.startswith("U_")}
    for name, U in values.items():
        if name.startswith("U_"):
            W = values[f"W_{name[2:]}"]
            result[f"W_{name[2:]}"] = np.hstack([U, W] if order == "hx" else [W, U])
    return result


def gated(generator: np.random.Generator, gates: str, n: int = 3, d: int = 4, B: int = 5) -> dict[str, np.ndarray]:
    """Random parameters and states of a cell with these gates, layout split."""
    shapes = {"x": (d, B), "h_prev": (n, B), "c_prev": (n, B), "n_prev": (n, B), "m_prev": (n, B)}
    for gate in gates:
        shapes |= {f"W_{gate}": (n, d), f"U_{gate}": (n, n), f"b_{gate}": (n, 1), f"p_{gate}": (n, 1)}
        shapes |= {f"{gate}_prev": (n, B)} | {f"R_{gate}{other}": (n, n) for other in gates}
        shapes |= {f"{name}_{gate}": (n, 1) for name in ("gamma", "beta", "gammah", "betah", "gammax", "betax")}
    shapes |= {"gamma_c": (n, 1), "beta_c": (n, 1)}
    values = {name: generator.standard_normal(shape) for name, shape in shapes.items()}
    return values | {"n_prev": np.exp(values["n_prev"])}


def matrix_memory(generator: np.random.Generator, n: int = 3, d: int = 4) -> dict[str, np.ndarray]:
    """Random values of mlstm."""
    shapes = {"x": (d, 1), "c_prev": (n, n), "n_prev": (n, 1), "m_prev": (1, 1)}
    shapes |= {f"W_{name}": (n, d) for name in "qkvo"} | {f"b_{name}": (n, 1) for name in "qkvo"}
    shapes |= {f"W_{name}": (1, d) for name in "if"} | {f"b_{name}": (1, 1) for name in "if"}
    return {name: generator.standard_normal(shape) for name, shape in shapes.items()}


def without(values: dict[str, np.ndarray], start: str) -> dict[str, np.ndarray]:
    return {name: array for name, array in values.items() if not name.startswith(start)}


def agree(found: Any, expected: Any) -> None:
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)


def agree_all(found: dict[str, Any], expected: dict[str, Any]) -> None:
    assert found.keys() == expected.keys()
    for name in found:
        agree(found[name], expected[name])


@pytest.fixture
def generator() -> np.random.Generator:
    return np.random.default_rng(20240507)


def test_lstm_by_hand() -> None:
    result = CELLS["lstm"](np, split(LSTM))
    agree_all(result, {"f": 0.25, "i": 0.75, "o": 0.5, "g": 0.6, "c": 0.95, "h": 0.5 * tanh(0.95)})


def test_lstm_with_every_option_by_hand() -> None:
    values = split({"i": THREE_QUARTERS - 0.5, "o": -0.25 * 0.95, "g": THREE_FIFTHS}) | PEEPHOLES
    values |= {"W_p": np.array([[2.0], [3.0]])}
    result = CELLS["lstm"](np, values, coupled=True, peephole=True, projection=True)
    assert result["h"].shape == (2, 1)
    agree(result["f"], 0.25)
    agree(result["c"], 0.95)
    agree(result["h"], [[tanh(0.95)], [1.5 * tanh(0.95)]])


def test_lstm_forget_bias_and_activations_by_hand() -> None:
    values = split({"f": QUARTER - 2, "i": 1.0, "o": -1.0, "g": 3.0}) | {"bh_f": one(1.0)}
    agree(CELLS["lstm"](np, values, forget_bias=1.0)["f"], 0.25)
    result = CELLS["lstm"](
        np, values, gate_activation="hard_sigmoid", candidate_activation="relu", output_activation="identity"
    )
    f = 0.2 * (QUARTER - 1) + 0.5
    agree_all(result, {"f": f, "i": 0.7, "o": 0.3, "g": 3.0, "c": 2 * f + 2.1, "h": 0.3 * (2 * f + 2.1)})


def test_zaremba_stacks_the_input_first() -> None:
    agree_all(CELLS["zaremba-2014"](np, stacked(split(LSTM), "xh")), CELLS["lstm"](np, split(LSTM)))


def test_first_lstms_by_hand() -> None:
    values = split(LSTM | {"g": log(3)})  # g = 4 · 3/4 − 2 = 1
    agree_all(
        CELLS["hochreiter-1997"](np, values),
        {"i": 0.75, "o": 0.5, "g": 1.0, "c": 2.75, "h": 0.5 * (2 / (1 + exp(-2.75)) - 1)},
    )
    agree_all(
        CELLS["gers-2000"](np, values),
        {"f": 0.25, "i": 0.75, "o": 0.5, "g": 1.0, "c": 1.25, "h": 0.5 * (2 / (1 + exp(-1.25)) - 1)},
    )


def test_gers_2002_by_hand() -> None:
    nets = {"f": QUARTER - 0.5, "i": THREE_QUARTERS - 0.5, "g": log(3)}
    for activation, g in (("identity", log(3)), ("centred", 1.0)):
        c = 0.5 + 0.75 * g
        values = split(nets | {"o": -c / 4}) | PEEPHOLES
        result = CELLS["gers-2002"](np, values, candidate_activation=activation)
        agree_all(result, {"f": 0.25, "i": 0.75, "g": g, "c": c, "o": 0.5, "h": 0.5 * c})


@pytest.mark.parametrize(
    ("name", "g", "i", "f"),
    [
        ("v", 0.6, 0.75, 0.25),
        ("nig", 0.6, 1.0, 0.25),
        ("nfg", 0.6, 0.75, 1.0),
        ("nog", 0.6, 0.75, 0.25),
        ("niaf", log(2), 0.75, 0.25),
        ("noaf", 0.6, 0.75, 0.25),
        ("cifg", 0.6, 0.75, 0.25),
    ],
)
def test_greff_by_hand(name: str, g: float, i: float, f: float) -> None:
    c = g * i + 2 * f
    nets = {"f": QUARTER - 0.5, "i": THREE_QUARTERS - 0.5, "o": -c / 4, "g": THREE_FIFTHS}
    result = CELLS[f"greff-{name}"](np, split(nets) | PEEPHOLES)
    agree(result["c"], c)
    agree(result["h"], (1 if name == "nog" else 0.5) * (c if name == "noaf" else tanh(c)))


def test_greff_without_peepholes_is_lstm() -> None:
    agree_all(CELLS["greff-np"](np, split(LSTM)), CELLS["lstm"](np, split(LSTM)))


def test_greff_full_gate_recurrence_by_hand() -> None:
    """R_fi leads from f to i: with other weights 1 and gates 1, 2, 3 before, only i sees 10 times f's."""
    values = split(LSTM) | {f"R_{a}{b}": one(1.0) for a in "ifo" for b in "ifo"} | {"R_fi": one(10.0)}
    values |= {f"p_{gate}": one(0.0) for gate in "ifo"} | {"i_prev": one(1.0), "f_prev": one(2.0), "o_prev": one(3.0)}
    result = CELLS["greff-fgr"](np, values)
    agree(result["i"], 1 / (1 + exp(-24) / 3))
    agree(result["f"], 1 / (1 + exp(-6) * 3))
    agree(result["o"], 1 / (1 + exp(-6)))


def test_peephole_cells_agree(generator: np.random.Generator) -> None:
    values = gated(generator, "fiog")
    values.pop("p_g")
    agree_all(CELLS["greff-v"](np, values), CELLS["lstm"](np, values))
    agree_all(CELLS["graves-2013"](np, values), CELLS["lstm"](np, values))


def test_gru_by_hand() -> None:
    """r = 1/2, so U_g = 4 adds −2 before the product; after it, with bh_g = 1, r (−4 + 1) = −3/2."""
    values = split({"r": HALF, "z": QUARTER}) | {"W_g": one(THREE_FIFTHS / 2), "U_g": one(4.0), "b_g": one(2.0)}
    agree_all(CELLS["gru"](np, values), {"r": 0.5, "z": 0.25, "g": 0.6, "h": -0.25 + 0.75 * 0.6})
    agree(CELLS["gru"](np, values, update="write")["h"], -0.75 + 0.25 * 0.6)
    values |= {"b_g": one(1.5), "bh_g": one(1.0)}
    agree(CELLS["gru"](np, values, reset="after")["g"], 0.6)


def test_mgu_by_hand() -> None:
    values = split({"f": QUARTER}) | {"W_g": one(THREE_FIFTHS / 2), "U_g": one(4.0), "b_g": one(1.0)}
    agree_all(CELLS["mgu"](np, values), {"f": 0.25, "g": 0.6, "h": -0.75 + 0.25 * 0.6})


def test_rnn_by_hand() -> None:
    agree(CELLS["rnn"](np, split({"h": THREE_FIFTHS}))["h"], 0.6)
    agree(CELLS["rnn"](np, split({"h": 3.0}), activation="relu")["h"], 3.0)
    agree(CELLS["rnn"](np, split({"h": 3.0}), activation="softsign")["h"], 0.75)


def test_minimal_cells_by_hand() -> None:
    values = INPUTS | {"W_f": one(-log(3)), "b_f": one(log(3)), "W_i": one(log(3)), "b_i": one(-log(3))}
    values |= {"W_g": one(2.0), "b_g": one(1.0), "W_z": one(-log(3)), "b_z": one(log(3))}
    expected = {"f": 0.25, "i": 0.75, "g": 5.0, "f_prime": 0.25, "i_prime": 0.75, "h": -0.25 + 3.75}
    agree_all(CELLS["minlstm"](np, values), expected)
    agree_all(CELLS["mingru"](np, values), {"z": 0.25, "g": 5.0, "h": -0.75 + 1.25})


def test_minlstm_normalises() -> None:
    zero = {f"{letter}_{gate}": one(0.0) for letter in "Wb" for gate in "fig"}
    result = CELLS["minlstm"](np, INPUTS | zero | {"b_i": one(log(3))})
    agree(result["f_prime"], 0.4)
    agree(result["i_prime"], 0.6)


def test_layernorm_lstm_by_hand() -> None:
    """W x: entries 2 and −2 are normed to 1 and −1; U h is zero and adds its shift; c is normed to 1 and −1."""
    values = {"x": one(2.0), "h_prev": np.zeros((2, 1)), "c_prev": np.array([[2.0], [0.0]])}
    values |= {"gamma_c": np.array([[1.0], [3.0]]), "beta_c": np.array([[0.0], [1.0]])}
    for gate, gain in (("f", QUARTER), ("i", THREE_QUARTERS), ("o", 0.5), ("g", THREE_FIFTHS)):
        values |= {f"W_{gate}": np.array([[1.0], [-1.0]]), f"U_{gate}": np.ones((2, 2)), f"b_{gate}": np.ones((2, 1))}
        values |= {f"gammah_{gate}": np.full((2, 1), 7.0), f"betah_{gate}": np.full((2, 1), -3.0)}
        values |= {f"gammax_{gate}": np.full((2, 1), gain), f"betax_{gate}": np.full((2, 1), 2.0)}
    result = CELLS["layernorm-lstm"](np, values, epsilon=12.0)  # 2 / sqrt(4 + 12) = 1/2
    f, i, o = (1 / (1 + exp(-gain / 2)) for gain in (QUARTER, THREE_QUARTERS, 0.5))
    c = np.array([[2 * f + i * tanh(THREE_FIFTHS / 2)], [(1 - i) * -tanh(THREE_FIFTHS / 2)]])
    half = (c[0, 0] - c[1, 0]) / 2
    unit = half / sqrt(half**2 + 12)
    agree(result["c"], c)
    agree(result["h"], [[o * tanh(unit)], [(1 - o) * tanh(-3 * unit + 1)]])


def test_layernorm_lstm_tf_by_hand() -> None:
    """The case of TensorFlow's own test, every weight 1/2: all gates are normed to 0, and f = σ(0 + 1)."""
    values = {"x": np.ones((3, 1)), "h_prev": np.array([[0.2], [0.3]]), "c_prev": np.array([[0.0], [0.1]])}
    values |= {f"gamma_{s}": np.ones((2, 1)) for s in "figoc"} | {f"beta_{s}": np.zeros((2, 1)) for s in "figoc"}
    values |= {f"W_{s}": np.full((2, 3), 0.5) for s in "figo"} | {f"U_{s}": np.full((2, 2), 0.5) for s in "figo"}
    result = CELLS["layernorm-lstm-tf"](np, values)
    half = 0.05 / (1 + exp(-1))
    c = half / sqrt(half**2 + 1e-12)
    agree(result["c"], [[-c], [c]])
    agree(result["h"], [[-tanh(c) / 2], [tanh(c) / 2]])


def test_layernorm_lstm_tflite_by_hand() -> None:
    """Net inputs 1 and −1 after W x, U h and the peepholes; the bias comes after the norm; without i, i = 1 − f."""
    values = {"x": one(2.0), "h_prev": one(1.0), "c_prev": np.array([[2.0], [0.0]])}
    column = np.array([[1.0], [-1.0]])
    for gate, gain in (("f", QUARTER), ("i", log(2)), ("o", 0.5), ("g", THREE_FIFTHS)):
        values |= {f"W_{gate}": column, f"U_{gate}": column, f"b_{gate}": np.ones((2, 1))}
        values |= {f"gamma_{gate}": np.full((2, 1), gain)}
    values |= {"W_p": np.array([[1.0, 2.0]]), "b_p": one(5.0)}
    f, i, o = (np.array([[1 / (1 + exp(-a - 1))], [1 / (1 + exp(a - 1))]]) for a in (QUARTER, log(2), 0.5))
    g = np.array([[tanh(THREE_FIFTHS + 1)], [tanh(-THREE_FIFTHS + 1)]])
    result = CELLS["layernorm-lstm-tflite"](np, values, epsilon=0.0)
    c = f * values["c_prev"] + i * g
    agree(result["c"], c)
    agree(result["h"], np.array([[1.0, 2.0]]) @ (o * np.tanh(c)) + 5)
    agree(CELLS["layernorm-lstm-tflite"](np, without(values, "W_i"), epsilon=0.0)["i"], 1 - f)
    peeping = values | {"p_i": np.array([[2.0], [0.0]])}  # 3 + 4 and −3: still normed to 1 and −1
    agree(CELLS["layernorm-lstm-tflite"](np, peeping, epsilon=0.0)["i"], i)
    bent = 7 - (7 - 3) / 2
    a = log(2) * bent / sqrt(bent**2 + 75) + 1  # 5 / sqrt(25 + 75) = 1/2
    agree(CELLS["layernorm-lstm-tflite"](np, peeping, epsilon=75.0)["i"][0, 0], 1 / (1 + exp(-a)))


def test_slstm_by_hand() -> None:
    values = split({"i": log(3), "f": QUARTER, "o": HALF, "g": THREE_FIFTHS}) | {"n_prev": one(4.0)}
    expected = {"i": 3.0, "f": 0.25, "o": 0.5, "g": 0.6, "c": 0.5 + 1.8, "n": 4.0, "h": 0.5 * 2.3 / 4}
    agree_all(CELLS["slstm"](np, values, stabiliser=False), expected)
    agree(CELLS["slstm"](np, values, stabiliser=False, forget="exp")["f"], 1 / 3)
    result = CELLS["slstm"](np, values | {"m_prev": one(log(24))})  # log f + m_prev = log 6 wins
    expected = {"m": log(6), "i_prime": 0.5, "f_prime": 1.0, "o": 0.5, "g": 0.6, "c": 2.3, "n": 4.5, "h": 1.15 / 4.5}
    agree_all(result, expected)


def test_mlstm_by_hand() -> None:
    values = {"x": one(2.0), "c_prev": np.diag([1.0, 2.0, 3.0, 4.0]), "n_prev": np.ones((4, 1))}
    for name, (W, b) in {"q": (1.0, 0.0), "k": (1.0, 0.5), "v": (0.5, 1.0), "o": (0.0, 0.0)}.items():
        values |= {f"W_{name}": np.full((4, 1), W), f"b_{name}": np.full((4, 1), b)}
    values |= {"W_i": one(0.0), "b_i": one(log(2)), "W_f": one(QUARTER), "b_f": one(-QUARTER)}
    result = CELLS["mlstm"](np, values)
    agree(result["k"], np.full((4, 1), 2 / 2 + 0.5))  # the bias is not scaled
    agree(result["c"], np.diag([0.25, 0.5, 0.75, 1.0]) + 2 * 2 * 1.5)
    agree(result["n"], np.full((4, 1), 3.25))
    agree(result["h"][0], 0.5 * (0.5 + 4 * 6 * 2) / 26)
    small = CELLS["mlstm"](np, values | {"W_q": np.zeros((4, 1)), "b_q": np.full((4, 1), 0.01)})
    agree(small["h"][0], 0.5 * (0.25 + 24) * 0.01)  # |nᵀ q| = 0.13 < 1


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
