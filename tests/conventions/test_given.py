"""What arrays may come in: nested, listed, with scopes, from objects of frameworks that are not imported."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from symlstm.conventions import CONVENTIONS, Convention, Weights, from_library, layers_from_library, to_library
from symlstm.conventions.blocks import Array
from symlstm.errors import InputError


def ones(*shape: int) -> Array:
    return np.ones(shape)


TORCH = {
    "weight_ih_l0": ones(16, 3), "weight_hh_l0": ones(16, 4), "bias_ih_l0": ones(16), "bias_hh_l0": ones(16),
}  # fmt: skip
KERAS = [ones(3, 16), ones(4, 16), ones(16)]


class Tensor:
    """What a tensor of torch looks like from outside."""

    def __init__(self, array: Array) -> None:
        self.array = array

    def detach(self) -> "Tensor":
        return self

    def cpu(self) -> "Tensor":
        return self

    def numpy(self) -> Array:
        return self.array


class Layer(SimpleNamespace):
    """What a layer of Keras looks like from outside."""

    def get_weights(self) -> list[Array]:
        return [weight.array for weight in self.weights]


def same(one: Weights, other: Weights) -> bool:
    values = {name: array.tolist() for name, array in one.values.items()}
    return one.options == other.options and values == {name: array.tolist() for name, array in other.values.items()}


def keras_layer(prefix: str = "lstm/lstm_cell", **settings: Any) -> Layer:
    weights = []
    for name, array in zip(("kernel", "recurrent_kernel", "bias"), KERAS, strict=True):
        weight = Tensor(array)
        weight.path = f"{prefix}/{name}"  # type: ignore[attr-defined]
        weights.append(weight)
    return Layer(weights=weights, **settings)


PLAIN = from_library(TORCH, "pytorch")


@pytest.mark.parametrize(
    "given",
    [
        {name.removesuffix("_l0"): array for name, array in TORCH.items()},
        {f"encoder.rnn.{name}": array for name, array in TORCH.items()},
        {"encoder": {"rnn": TORCH}},
        {name: Tensor(array) for name, array in TORCH.items()},
        SimpleNamespace(state_dict=lambda: TORCH),
        {name: array.tolist() for name, array in TORCH.items()},
        {**TORCH, "weight_hr_l0": None},
    ],
    ids=["cell", "dotted", "nested", "tensors", "module", "lists", "none"],
)
def test_arrays_of_torch_come_in_many_ways(given: Any) -> None:
    assert same(from_library(given, "pytorch"), PLAIN)


@pytest.mark.parametrize(
    "given",
    [
        KERAS,
        tuple(KERAS),
        keras_layer(),
        dict(zip(["lstm/kernel:0", "lstm/recurrent_kernel:0", "lstm/bias:0"], KERAS, strict=True)),
    ],
    ids=["list", "tuple", "layer", "names with :0"],
)
def test_arrays_of_keras_come_in_many_ways(given: Any) -> None:
    expected = from_library(dict(zip(["kernel", "recurrent_kernel", "bias"], KERAS, strict=True)), "keras")
    assert same(from_library(given, "keras"), expected)


def test_a_list_of_both_directions() -> None:
    both = layers_from_library([*KERAS, *(2 * array for array in KERAS)], "keras")
    assert list(both) == [(0, "forward"), (0, "reverse")]
    assert both[0, "reverse"].values["W_i"].tolist() == (2 * both[0, "forward"].values["W_i"]).tolist()
    assert list(to_library(both, "keras"))[:4] == [
        "forward_kernel", "forward_recurrent_kernel", "forward_bias", "backward_kernel",
    ]  # fmt: skip
    assert layers_from_library([*KERAS[:2], *KERAS[:2]], "keras").keys() == both.keys()


def test_a_layer_states_its_settings() -> None:
    hard = SimpleNamespace(__name__="hard_sigmoid")
    assert (
        from_library(keras_layer(activation=np.tanh, recurrent_activation=hard), "keras").options["gate_activation"]
        == "hard_sigmoid6"
    )
    with pytest.raises(InputError, match="activation='gelu' cannot be converted"):
        from_library(keras_layer(activation=SimpleNamespace(__name__="gelu")), "keras")
    module = SimpleNamespace(state_dict=lambda: {"weight_ih": ones(4, 3), "weight_hh": ones(4, 4)}, nonlinearity="relu")
    assert from_library(module, "pytorch").options["activation"] == "relu"
    both = keras_layer("both/forward_lstm/lstm_cell").weights
    wrapped = Layer(weights=both, forward_layer=keras_layer(activation=np.tanh))
    assert from_library(wrapped, "keras").cell == "lstm"


def test_a_scope_picks_one_module_of_many() -> None:
    model = {f"{module}.{name}": k * array for k, module in ((1, "a"), (2, "b")) for name, array in TORCH.items()}
    model["embed.weight"] = ones(5, 3)
    assert same(from_library(model, "pytorch", scope="a"), PLAIN)
    assert from_library(model, "pytorch", scope="b").values["b_f"].tolist() == [2.0] * 4
    with pytest.raises(InputError, match=r"'embed.weight' is no array of it; scope='a' or scope='b'"):
        from_library(model, "pytorch")
    del model["embed.weight"]
    with pytest.raises(InputError, match="arrays of 2 modules; say which: scope='a' or scope='b'"):
        from_library(model, "pytorch")
    with pytest.raises(InputError, match=r"no array of the module 'c'; there are a.weight_ih_l0"):
        from_library(model, "pytorch", scope="c")


def test_cells_in_scopes_of_a_stack() -> None:
    scope = "rnn/multi_rnn_cell/cell_{}/lstm_cell"
    cells = {scope.format(k): {"kernel": (k + 1) * ones(7, 16), "bias": ones(16)} for k in (0, 1)}
    second = from_library(cells, "tf1", "lstm", scope=scope.format(1))
    assert second.values["W_f"].max() == 2


def test_nested_arrays_as_flax_takes_them() -> None:
    tree = to_library(PLAIN, "flax").nested()
    assert tree["hi"].keys() == {"kernel", "bias"}
    assert same(from_library({"params": {"LSTMCell_0": tree}}, "flax"), from_library(to_library(PLAIN, "flax"), "flax"))


def test_a_convention_of_ones_own() -> None:
    mine = CONVENTIONS["keras"].forms[0]
    own = Convention("mine", "My library", "my notes", (mine,))
    assert from_library(dict(zip(("kernel", "recurrent_kernel"), KERAS, strict=False)), own).cell == "lstm"


def test_modules_of_torch_itself() -> None:
    torch = pytest.importorskip("torch")
    module = torch.nn.LSTM(3, 4, num_layers=2, bidirectional=True, proj_size=2, dtype=torch.float64)
    layers = layers_from_library(module, "pytorch")
    assert list(layers) == [(0, "forward"), (0, "reverse"), (1, "forward"), (1, "reverse")]
    other = torch.nn.LSTM(3, 4, num_layers=2, bidirectional=True, proj_size=2, dtype=torch.float64)
    other.load_state_dict({name: torch.from_numpy(array) for name, array in to_library(layers, "pytorch").items()})
    x = torch.randn(5, 2, 3, dtype=torch.float64)
    assert torch.equal(module(x)[0], other(x)[0])
    with pytest.raises(InputError, match="cannot be read as an array"):
        from_library(torch.nn.GRU(3, 4).bfloat16(), "pytorch")
