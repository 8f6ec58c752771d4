"""Readout, losses and dropout on stacked layers: values and gradients against autograd and torch, and large logits."""

from importlib.util import find_spec
from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np
import pytest

import symlstm as sl
from symlstm.errors import DefinitionError, InputError
from symlstm.system import Role, System
from tests.support import paper_step, random_values, relative_error

B, N, D = 2, 4, 3
LOSSES = ("squared_error", "cross_entropy")


def network(loss: str, *cells: str, **options: Any) -> System:
    """Dropout between the two layers and above them, a readout, a loss."""
    first, second = (sl.cell(cell, **options) for cell in cells)
    lower = sl.rename(first, lambda name: name if name == "x" else f"{name}_l1")
    upper = sl.rename(second, lambda name: "h_dropped_l1" if name == "x" else f"{name}_l2")
    parts = [lower, sl.dropout("h_l1"), upper, sl.dropout("h_l2"), sl.readout(of="h_dropped_l2")]
    return sl.compose(*parts, getattr(sl, loss)())


def values_of(system: System, seed: int = 0) -> dict[str, np.ndarray]:
    """Random values; masks of zeros and twos, targets whose columns sum to 1."""
    values = random_values(sl.batched(system, "B"), N, D, B, seed)
    generator = np.random.default_rng(seed)
    for name in ("mask_l1", "mask_l2"):
        if name in values:
            values[name] = generator.integers(0, 2, values[name].shape) * 2.0
    if "p" in system:
        values["target"] = generator.dirichlet(np.ones(len(values["target"])), B).T
    return values


def gru_step(np_: Any, values: dict[str, Any]) -> dict[str, Any]:
    """One GRU step of Cho et al. 2014."""
    h = values["h_prev"]

    def net(gate: str, state: Any) -> Any:
        return np_.dot(values[f"W_{gate}"], np_.concatenate([state, values["x"]], axis=0)) + values[f"b_{gate}"]

    r, z = (1 / (1 + np_.exp(-net(gate, h))) for gate in "rz")
    g = np_.tanh(net("g", r * h))
    return {"h": z * h + (1 - z) * g}


STEPS = {"lstm": paper_step, "gru": gru_step}


def by_hand(values: dict[str, Any], loss: str, cells: tuple[str, str]) -> Any:
    """L of the whole network, and what the states contribute, on autograd's NumPy."""
    taken, total = values["x"], 0.0
    for k, cell in enumerate(cells, 1):
        suffix = f"_l{k}"
        own = {name.replace(suffix, ""): value for name, value in values.items() if suffix in name}
        out = STEPS[cell](anp, {**own, "x": taken})
        total = total + sum(anp.sum(own[f"seed_{q}"] * out[q]) for q in ("h", "c") if f"seed_{q}" in own)
        taken = own["mask"] * out["h"]
    y = anp.dot(values["W_y"], taken) + values["b_y"]
    if loss == "squared_error":
        return total + 0.5 * anp.sum((y - values["target"]) ** 2)
    p = anp.exp(y) / anp.sum(anp.exp(y), axis=0, keepdims=True)
    return total - anp.sum(values["target"] * anp.log(p))


@pytest.mark.parametrize("cells", [("lstm", "lstm"), ("gru", "lstm"), ("lstm", "gru")], ids="-".join)
@pytest.mark.parametrize("loss", LOSSES)
def test_against_autograd(loss: str, cells: tuple[str, str]) -> None:
    back = sl.backprop(network(loss, *cells))
    values = values_of(back)
    found = sl.lambdify(back)(**values)
    assert back.forward is not None
    seeded = sum(
        np.sum(values[f"seed_{name}"] * found[name]) for name in back.forward.outputs if f"seed_{name}" in values
    )
    assert abs(found.loss.sum() + seeded - by_hand(values, loss, cells)) <= 1e-12
    gradients = autograd.grad(lambda given: by_hand(given, loss, cells))(values)
    for leaf in back.forward.leaves:
        name = str(leaf.symbol.name)
        if name != "target" or loss == "squared_error":
            assert relative_error(found[f"d_{name}"], gradients[name]) <= 1e-12, name
    assert sl.gradcheck(back, values), str(sl.gradcheck(back, values))


@pytest.mark.parametrize("loss", LOSSES)
def test_second_derivatives(loss: str) -> None:
    twice = sl.backprop(sl.backprop(sl.compose(sl.cell("rnn", B=True), *batched_head(loss))))
    assert sl.gradcheck(twice, random_values(twice, 3, 2, 2), tolerance=1e-12)


def batched_head(loss: str) -> list[System]:
    return [sl.batched(part, "B") for part in (sl.readout(), getattr(sl, loss)())]


@pytest.mark.skipif(find_spec("torch") is None, reason="torch is not a declared test dependency")
@pytest.mark.parametrize("loss", LOSSES)
def test_against_torch(loss: str) -> None:
    import torch

    stacked = sl.stack("lstm", layers=2, layout="split", biases=2)
    back = sl.backprop(sl.compose(stacked, sl.readout(of="h_l2"), getattr(sl, loss)()))
    values = values_of(back, 3)
    lstm = torch.nn.LSTM(D, N, 2, dtype=torch.float64)
    linear = torch.nn.Linear(N, N + 2, dtype=torch.float64)
    with torch.no_grad():
        for parameter, ours in torch_names(values):
            (lstm if "_l" in parameter else linear).get_parameter(parameter).copy_(torch.tensor(ours))
    x = torch.tensor(values["x"].T[None].copy(), requires_grad=True)
    h, c = (torch.tensor(np.stack([values[f"{q}_l{k}_prev"].T for k in (1, 2)]), requires_grad=True) for q in "hc")
    out, (h_new, c_new) = lstm(x, (h, c))
    target = torch.tensor(values["target"].T)
    if loss == "squared_error":
        error = 0.5 * ((linear(out[0]) - target) ** 2).sum()
    else:
        error = torch.nn.functional.cross_entropy(linear(out[0]), target, reduction="sum")
    seeds = {q: torch.tensor(np.stack([values[f"seed_{q}_l{k}"].T for k in (1, 2)])) for q in "hc"}
    (error + (seeds["h"] * h_new).sum() + (seeds["c"] * c_new).sum()).backward()
    found = sl.lambdify(back)(**values)
    assert relative_error(found.loss.sum(), error.detach().numpy()) <= 1e-12
    assert relative_error(found.d_x, x.grad[0].numpy().T) <= 1e-12
    for k in (1, 2):
        assert relative_error(found[f"d_h_l{k}_prev"], h.grad[k - 1].numpy().T) <= 1e-12
        assert relative_error(found[f"d_c_l{k}_prev"], c.grad[k - 1].numpy().T) <= 1e-12
    gradients = {name.removeprefix("d_"): array for name, array in found.items() if name.startswith("d_")}
    for parameter, ours in torch_names(gradients):
        theirs = (lstm if "_l" in parameter else linear).get_parameter(parameter).grad
        assert relative_error(ours, theirs.numpy()) <= 1e-12, parameter


def torch_names(values: dict[str, np.ndarray]) -> list[tuple[str, np.ndarray]]:
    """PyTorch's parameters with our values, gates in the order i f g o."""
    named = [("weight", values["W_y"]), ("bias", values["b_y"][:, 0])]
    for k in (1, 2):
        for theirs, ours in (("weight_ih", "W"), ("weight_hh", "U"), ("bias_ih", "b"), ("bias_hh", "bh")):
            array = np.concatenate([values[f"{ours}_{gate}_l{k}"] for gate in "ifgo"])
            named.append((f"{theirs}_l{k - 1}", array[:, 0] if "bias" in theirs else array))
    return named


@pytest.mark.parametrize("sign", [1000.0, -1000.0])
def test_large_logits(sign: float) -> None:
    back = sl.backprop(sl.cross_entropy())
    logits = np.array([[sign, 0.0], [0.0, sign], [-sign, 2.0]])
    target = np.array([[0.0, 1.0], [1.0, 0.0], [0.0, 0.0]])
    with np.errstate(all="raise", under="ignore"):
        found = sl.lambdify(back)(y=logits, target=target)
    shifted = logits - logits.max(axis=0)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=0))
    assert relative_error(found.loss, -(target * log_p).sum(axis=0, keepdims=True)) <= 1e-15
    assert relative_error(found.d_y, np.exp(log_p) - target) <= 1e-15
    assert np.isfinite(found.p).all()
    assert sl.gradcheck(back, {"y": logits, "target": target})


def test_single_precision_stays() -> None:
    values = {"y": np.zeros((3, 2), np.float32), "target": np.ones((3, 2), np.float32) / 3}
    assert {array.dtype for array in sl.lambdify(sl.backprop(sl.cross_entropy()))(**values).values()} == {
        np.dtype(np.float32)
    }


@pytest.mark.parametrize("batch", [False, True])
def test_textbook_forms(batch: bool) -> None:
    entropy, square = sl.cross_entropy(), sl.squared_error()
    if batch:
        entropy, square = sl.batched(entropy, "B"), sl.batched(square, "B")
    assert sl.backprop(entropy)["d_y"].text() == "δyₜ = pₜ - targetₜ"
    assert sl.backprop(square)["d_y"].text() == "δyₜ = yₜ - targetₜ"
    assert sl.backprop(square)["d_target"].text() == "δtargetₜ = -(yₜ - targetₜ)"
    assert sl.backprop(entropy)["d_loss"].text() == ("δLₜ = 𝟏ᵀ" if batch else "δLₜ = 1")
    assert square["loss"].latex() == r"L_t = \frac{1}{2} \, \mathbf{1}^{\top} (y_t - \mathrm{target}_t)^{2}"
    assert sl.backprop(sl.dropout())["d_h"].text() == "δhₜ = δh_droppedₜ ⊙ maskₜ"
    assert sl.backprop(sl.readout())["d_W_y"].text() == "∂L/∂W_y = δyₜ·hₜᵀ"


def test_a_loss_takes_no_seed() -> None:
    step = sl.compose(sl.cell("rnn"), sl.readout(), sl.cross_entropy())
    assert step["loss"].role is Role.LOSS
    assert step.losses == ("loss",)
    assert sl.backprop(step).seeds == ("seed_h",)
    assert step.outputs == ("h", "loss")
    assert "d_p" not in sl.backprop(step)


def test_two_losses_add_up() -> None:
    second = sl.rename(sl.squared_error(), {"loss": "loss_two", "target": "goal"})
    step = sl.compose(sl.readout(), sl.cross_entropy(), second)
    back = sl.backprop(step)
    assert back["d_y"].text() == "δyₜ = pₜ - targetₜ + yₜ - goalₜ"
    assert sl.gradcheck(back, random_values(sl.batched(back, "B"), 3, 2, 2))


def test_a_loss_that_is_used_again() -> None:
    cell = sl.Builder("weighted")
    y = cell.affine("y", recurrent=None)
    loss = cell.let("loss", sl.algebra.logsumexp(y), Role.LOSS)
    cell.let("twice", sl.algebra.scale(2, loss), Role.LOSS)
    system = cell.system()
    both = System(system.name, system.leaves, system.lines, ("loss", "twice"))
    back = sl.backprop(both)
    assert back["d_loss"].text().endswith("= 1 + 2")
    assert sl.gradcheck(back, random_values(back, 3, 2))


def test_names_follow_the_layer() -> None:
    assert sl.dropout("h_l1")["h_dropped_l1"].text() == "h_droppedₜ⁽¹⁾ = maskₜ⁽¹⁾ ⊙ hₜ⁽¹⁾"
    assert sl.dropout("h_l1", mask="keep").inputs == ("h_l1", "keep")
    assert list(sl.cross_entropy(of="y_l2").symbols) == ["y_l2", "target_l2", "p_l2", "loss_l2"]
    assert list(sl.readout("z", of="h_fw", rows=3).shapes.items())[-1] == ("z", (3, 1))


@pytest.mark.parametrize(
    ("build", "kind", "message"),
    [
        (lambda: sl.readout(rows=0), InputError, "dimension rows: expected a positive integer or the name"),
        (lambda: sl.readout("d_y"), DefinitionError, "'d_y' is no name for a quantity"),
        (lambda: sl.readout(of="a b"), DefinitionError, "'a b' is no name for a quantity"),
        (lambda: sl.readout(of="y"), DefinitionError, "readout: y is defined twice"),
        (lambda: sl.squared_error(of=3), DefinitionError, "3 is no name for a quantity"),
        (lambda: sl.cross_entropy(of="target"), DefinitionError, "cross-entropy: target is defined twice"),
        (lambda: sl.dropout(mask="seed_h"), DefinitionError, "'seed_h' is no name for a quantity"),
    ],
)
def test_what_is_refused(build: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message) as caught:
        build()
    assert "\n" not in str(caught.value)


def test_worked_example() -> None:
    step = sl.compose(sl.stack("lstm", layers=2, n=2, d=2), sl.readout(of="h_l2", rows=2), sl.cross_entropy())
    worked = sl.example(sl.backprop(step), {"*": "random", "target": [1, 0]})
    text = worked.text()
    assert "L is the sum of the entries of Lₜ." in text
    assert "taken as: δCₜ⁽¹⁾ⁱⁿ = 0, δhₜ⁽¹⁾ⁱⁿ = 0, δCₜ⁽²⁾ⁱⁿ = 0, δhₜ⁽²⁾ⁱⁿ = 0." in " ".join(text.split())
    assert "\nδLₜ = 1\n\n" in text
    assert "≈ softmax⎛" in text
    assert r"p_t &= \operatorname{softmax}(y_t) \\" in worked.markdown()
    assert worked.inexact >= {"p", "loss"}


def test_difference_and_listing() -> None:
    losses = (sl.cross_entropy(), sl.squared_error())
    entropy, square = (sl.compose(sl.cell("rnn"), sl.readout(), loss) for loss in losses)
    difference = sl.diff(entropy, square)
    assert {change.name for change in difference.changes} == {"p", "loss", "d_y", "d_target"}
    if find_spec("latexify"):
        assert r"p_t &= \operatorname{softmax}(y_t) \\" in sl.listing(sl.lambdify(entropy))
