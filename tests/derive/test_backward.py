"""The backward pass of the LSTM: textbook lines, and every gradient against autograd, torch and the complex step."""

from importlib.util import find_spec

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from sympy import MatrixExpr

import symlstm as sl
from symlstm.algebra import add, one_minus, power, scale, transpose
from symlstm.algebra.rewrite import children
from symlstm.derive import VJP
from symlstm.errors import DefinitionError
from symlstm.system import Builder, Role, System
from tests.support import paper_step, random_values, relative_error

OPTIONS = [
    pytest.param({"layout": layout, "biases": biases}, id=f"{layout}-{biases}")
    for layout in ("concat", "split")
    for biases in (1, 2)
]


def _parts(expression: MatrixExpr) -> list[MatrixExpr]:
    return [expression, *(deeper for part in children(expression) for deeper in _parts(part))]


IN_THE_LSTM = {type(node) for line in sl.backprop(sl.cell("lstm", B=True)).lines for node in _parts(line.rhs)} & set(
    VJP
)

TEXTBOOK = {
    "d_h": "δhₜ = δhₜⁱⁿ",
    "d_o": "δoₜ = δhₜ ⊙ tanh(Cₜ)",
    "d_c": "δCₜ = δCₜⁱⁿ + δhₜ ⊙ oₜ ⊙ (1 - tanh²(Cₜ))",
    "d_f": "δfₜ = δCₜ ⊙ Cₜ₋₁",
    "d_a_f": "δa_fₜ = δCₜ ⊙ Cₜ₋₁ ⊙ fₜ ⊙ (1 - fₜ)",
    "d_a_g": "δa_gₜ = δCₜ ⊙ iₜ ⊙ (1 - C̃ₜ²)",
    "d_W_f": "∂L/∂W_f = δa_fₜ·[hₜ₋₁; xₜ]ᵀ",
    "d_b_f": "∂L/∂b_f = δa_fₜ",
    "d_x": "δxₜ = W_f,xᵀ·δa_fₜ + W_i,xᵀ·δa_iₜ + W_o,xᵀ·δa_oₜ + W_g,xᵀ·δa_gₜ",
    "d_h_prev": "δhₜ₋₁ = W_f,hᵀ·δa_fₜ + W_i,hᵀ·δa_iₜ + W_o,hᵀ·δa_oₜ + W_g,hᵀ·δa_gₜ",
    "d_c_prev": "δCₜ₋₁ = δCₜ ⊙ fₜ",
}


def shapes(count: int) -> list[tuple[int, int, int]]:
    """Random sizes, all three different."""
    generator = np.random.default_rng(2026)
    found: list[tuple[int, int, int]] = []
    while len(found) < count:
        n, d, B = (int(k) for k in generator.integers(1, 12, size=3))
        if len({n, d, B}) == 3:
            found.append((n, d, B))
    return found


def autograd_gradients(values: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    seeds = {name: values[f"seed_{name}"] for name in ("h", "c")}
    leaves = {name: value for name, value in values.items() if not name.startswith("seed_")}

    def loss(given: dict[str, np.ndarray]) -> float:
        out = paper_step(anp, given)
        return anp.sum(seeds["h"] * out["h"]) + anp.sum(seeds["c"] * out["c"])

    return dict(autograd.grad(loss)(leaves))


@pytest.mark.parametrize("name", TEXTBOOK)
def test_textbook_form(name: str) -> None:
    assert sl.backprop(sl.cell("lstm"))[name].text() == TEXTBOOK[name]


def test_batch_sums_the_bias_gradient_by_the_product_rule() -> None:
    back = sl.backprop(sl.cell("lstm", B=True))
    assert back["d_b_f"].text() == "∂L/∂b_f = δa_fₜ·𝟏"
    assert back["a_f"].text() == "a_fₜ = W_f·[hₜ₋₁; xₜ] + b_f·𝟏ᵀ"


def test_adjoints_come_states_gates_net_inputs_parameters_leaves() -> None:
    back = sl.backprop(sl.cell("lstm"))
    names = [line.name for line in back.equations if line.role is Role.ADJOINT]
    gates = [*"fiog"]
    expected = ["d_h", "d_c", *(f"d_{g}" for g in gates), *(f"d_a_{g}" for g in gates)]
    expected += [*(f"d_W_{g}" for g in gates), *(f"d_b_{g}" for g in gates), "d_x", "d_h_prev", "d_c_prev"]
    assert names == expected


@pytest.mark.parametrize("layout", ["concat", "split"])
@pytest.mark.parametrize(("n", "d", "B"), shapes(50))
def test_against_autograd(layout: str, n: int, d: int, B: int) -> None:
    back = sl.backprop(sl.cell("lstm", layout=layout))
    batch = sl.backprop(sl.cell("lstm", layout=layout, B=True))
    values = random_values(batch, n, d, B, seed=n * 100 + d * 10 + B)
    found = sl.lambdify(back)(**values)
    for name, reference in autograd_gradients(values).items():
        assert relative_error(found[f"d_{name}"], reference) <= 1e-12, name


@pytest.mark.parametrize("layout", ["concat", "split"])
@pytest.mark.parametrize(("n", "d", "B"), shapes(50))
def test_against_the_complex_step(layout: str, n: int, d: int, B: int) -> None:
    back = sl.backprop(sl.cell("lstm", layout=layout, biases=1 + n % 2, B=True))
    report = sl.gradcheck(back, random_values(back, n, d, B, seed=n))
    assert report.tolerance == 1e-13
    assert report.ok, str(report)


@pytest.mark.parametrize("options", OPTIONS)
def test_second_order_against_the_complex_step(options: dict[str, object]) -> None:
    back = sl.backprop(sl.backprop(sl.cell("lstm", **options, B=True)))
    report = sl.gradcheck(back, random_values(back, 3, 4, 2, seed=4))
    assert report.ok, str(report)


@pytest.mark.skipif(find_spec("torch") is None, reason="torch is not a declared test dependency")
@pytest.mark.parametrize("layout", ["concat", "split"])
@pytest.mark.parametrize(("n", "d", "B"), shapes(50))
def test_against_torch(layout: str, n: int, d: int, B: int) -> None:
    import torch

    back = sl.backprop(sl.cell("lstm", layout=layout, biases=2))
    values = random_values(sl.batched(back, sl.algebra.B), n, d, B, seed=n)
    lstm = torch.nn.LSTMCell(d, n, dtype=torch.float64)
    with torch.no_grad():
        for theirs, ours in stacked(values, n).items():
            getattr(lstm, theirs).copy_(torch.tensor(ours))
    x, h_prev, c_prev = (torch.tensor(values[k].T.copy(), requires_grad=True) for k in ("x", "h_prev", "c_prev"))
    h, c = lstm(x, (h_prev, c_prev))
    ((h * torch.tensor(values["seed_h"].T)).sum() + (c * torch.tensor(values["seed_c"].T)).sum()).backward()
    found = sl.lambdify(back)(**values)
    assert relative_error(found["h"], h.detach().numpy().T) <= 1e-12
    for name, tensor in {"x": x, "h_prev": h_prev, "c_prev": c_prev}.items():
        assert relative_error(found[f"d_{name}"], tensor.grad.numpy().T) <= 1e-12
    gradients = {name.removeprefix("d_"): array for name, array in found.items() if name.startswith("d_")}
    for theirs, ours in stacked(gradients, n).items():
        assert relative_error(ours, getattr(lstm, theirs).grad.numpy()) <= 1e-12


def stacked(values: dict[str, np.ndarray], n: int) -> dict[str, np.ndarray]:
    """PyTorch's four arrays, gates in the order i f g o, out of ours in either layout."""
    weights = [values[f"W_{gate}"] for gate in "ifgo"]
    if "U_f" in values:
        recurrent = [values[f"U_{gate}"] for gate in "ifgo"]
    else:
        weights, recurrent = [W[:, n:] for W in weights], [W[:, :n] for W in weights]
    biases = {name: [values[f"{ours}_{gate}"][:, 0] for gate in "ifgo"] for name, ours in (("ih", "b"), ("hh", "bh"))}
    parts = {"weight_ih": weights, "weight_hh": recurrent, "bias_ih": biases["ih"], "bias_hh": biases["hh"]}
    return {name: np.concatenate(gates) for name, gates in parts.items()}


@pytest.mark.parametrize("layout", ["concat", "split"])
def test_closed_form_is_the_same_number(layout: str) -> None:
    back = sl.backprop(sl.cell("lstm", layout=layout, B=True))
    assert back.forward is not None
    kept = set(back.forward.symbols) | set(back.seeds)
    closed = []
    for name in back.outputs:
        expression = back.closed_form(name)
        assert {symbol.name for symbol in sl.algebra.symbols_of(expression)} <= kept
        closed.append(sl.Equation(back[name].lhs, expression))
    system = System("closed", back.leaves, (*back.forward.lines, *closed), back.outputs)
    values = random_values(back, 4, 3, 2)
    named, direct = sl.lambdify(back)(**values), sl.lambdify(system)(**values)
    for name in back.outputs:
        assert relative_error(direct[name], named[name]) <= 1e-14


def test_closed_form_of_a_forward_quantity_reaches_the_leaves() -> None:
    lstm = sl.cell("lstm", layout="split")
    assert {s.name for s in sl.algebra.symbols_of(lstm.closed_form("f"))} == {"W_f", "x", "U_f", "h_prev", "b_f"}


@pytest.mark.parametrize("line", [line.name for line in sl.backprop(sl.cell("lstm")).equations if "d_" in line.name])
@pytest.mark.parametrize("wrong", [lambda e: scale(2, e), lambda e: scale(-1, e), lambda e: add(e, e, e)])
def test_a_wrong_line_is_found(line: str, wrong: object) -> None:
    back = sl.backprop(sl.cell("lstm", B=True))
    lines = tuple(
        sl.Equation(eq.lhs, wrong(eq.rhs) if eq.name == line else eq.rhs, eq.role)  # type: ignore[operator]
        for eq in back.lines
    )
    mutant = System(back.name, back.leaves, lines, back.outputs, back.forward)
    values = random_values(back, 4, 3, 2)
    mutated, right = sl.lambdify(mutant), sl.lambdify(back)
    found, reference = mutated(**values), right(**values)
    assert any(relative_error(found[name], reference[name]) > 1e-3 for name in found)


@pytest.mark.parametrize("node", sorted(IN_THE_LSTM, key=str), ids=lambda node: node.__name__)
def test_a_broken_rule_changes_the_lstm(node: type, monkeypatch: pytest.MonkeyPatch) -> None:
    cell = sl.cell("lstm", B=True)
    forward_nodes = {type(part) for line in cell.lines for part in _parts(line.rhs)}
    if node not in forward_nodes:
        cell = sl.backprop(cell)
    right = VJP[node]
    monkeypatch.setitem(VJP, node, lambda *given: [bar and scale(2, bar) for bar in right(*given)])
    back = sl.backprop(cell)
    assert not sl.gradcheck(back, random_values(back, 3, 4, 2))


def test_an_unused_leaf_has_gradient_zero() -> None:
    cell = Builder("copy")
    h = cell.previous("h")
    cell.let("h", sl.algebra.hadamard(h, power(h, 1)))
    with pytest.raises(DefinitionError, match="x is declared and never used"):
        cell.system()
    W = cell.parameter("W_x", cell.n, cell.d)
    cell.let("y", sl.algebra.matmul(W, cell.x))
    system = cell.system()
    assert system.outputs == ("h", "y")
    assert sl.backprop(system)["d_W_x"].text() == "∂L/∂W_x = δyₜ·xₜᵀ"
    back = sl.backprop(System(system.name, system.leaves, system.lines, ("h",)))
    assert back["d_W_x"].text() == "∂L/∂W_x = 𝟎"
    assert back["d_h_prev"].text() == "δhₜ₋₁ = δhₜ ⊙ hₜ₋₁ + δhₜ ⊙ hₜ₋₁"


def test_coupled_gates_keep_both_terms() -> None:
    cell = Builder("coupled")
    f = cell.gate("f", sl.activations.sigmoid)
    g = cell.gate("g", sl.activations.tanh)
    c_prev = cell.previous("c")
    c = cell.let("c", add(sl.algebra.hadamard(f, c_prev), sl.algebra.hadamard(one_minus(f), g)))
    cell.let("h", sl.algebra.apply(sl.activations.tanh, c))
    back = sl.backprop(cell.system())
    assert back["d_f"].text() == "δfₜ = δCₜ ⊙ Cₜ₋₁ - δCₜ ⊙ C̃ₜ"
    assert back["d_a_f"].text() == "δa_fₜ = δfₜ ⊙ fₜ ⊙ (1 - fₜ)"
    assert sl.gradcheck(back, random_values(sl.batched(back, sl.algebra.B), 3, 2, 4))


def test_transposes_stand_where_they_belong() -> None:
    back = sl.backprop(sl.cell("lstm", layout="split"))
    W, d_a = back.symbols["W_f"], back.symbols["d_a_f"]
    assert back["d_x"].rhs.args[0].args == (transpose(W), d_a)
