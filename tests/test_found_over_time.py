"""What an attack found over time: each stays mended."""

import numpy as np
import pytest

import symlstm as sl
from symlstm.algebra import apply, hadamard, matmul
from symlstm.errors import DefinitionError, InputError
from symlstm.system import Builder, System
from tests.support import relative_error
from tests.through_time.oracle import Array, values_of

STEPS = 4


def without_gradient() -> System:
    """No gradient passes through step."""
    cell = Builder("without-gradient")
    net = matmul(cell.parameter("U", cell.n, cell.n), cell.previous("h")) + matmul(
        cell.parameter("W", cell.n, cell.d), cell.x
    )
    cell.let("h", apply("step", net))
    return cell.system()


def crossed() -> System:
    """p does not see what it was itself."""
    cell = Builder("crossed")
    p, q = cell.previous("p"), cell.previous("q")
    new = cell.let("p", apply("tanh", q + matmul(cell.parameter("W", cell.n, cell.d), cell.x)))
    cell.let("q", apply("tanh", hadamard(new, p)))
    return cell.system()


def gated(gate: str) -> System:
    """A gate of this name, which sees x alone, and the state h."""
    cell = Builder("gated")
    z = cell.let(gate, apply("sigmoid", matmul(cell.parameter("W", cell.n, cell.d), cell.x)))
    cell.let("h", hadamard(z, cell.previous("h")))
    return cell.system()


def given(system: System, batch: int = 1) -> dict[str, Array]:
    return values_of(system, STEPS, batch=batch, seed=5, n=3, d=2)


def test_gradients_that_vanish_come_in_the_form_of_what_they_are_of() -> None:
    back = sl.through_time(without_gradient())
    vectors = {name: value[..., 0] if value.shape[-1] == 1 else value for name, value in given(back).items()}
    found = sl.lambdify(back)(**vectors)
    assert found.d_x.shape == (STEPS, 2)
    assert not found.d_x.any()


def test_tangents_that_vanish() -> None:
    system = sl.jvp(sl.over_time(without_gradient()))
    assert not sl.lambdify(system)(**given(system)).dot_h.any()
    twice = sl.backprop(system)
    assert sl.gradcheck(twice, given(twice))


@pytest.mark.parametrize("kind", ["total", "partial"])
def test_jacobians_that_vanish(kind: str) -> None:
    for by in ("h_0", "U"):
        system = sl.jacobian(sl.over_time(without_gradient()), "h", by, kind)
        assert system.lines[-1].rhs.is_ZeroMatrix
        sl.lambdify(system)(**given(system))
    assert sl.jacobian(sl.over_time(crossed()), "p", "p_0", "partial").lines[-1].rhs.is_ZeroMatrix


def test_the_first_step_takes_the_initial_state_directly() -> None:
    cell = sl.over_time(sl.cell("lstm"))
    system = sl.jacobian(cell, "f", "h_0", kind="partial")
    values = given(system)
    found = sl.lambdify(system)(**values)
    slope = found.f[0] * (1 - found.f[0]) * values["W_f"][:, :3]
    assert relative_error(found.partial_f_by_h_0[0], slope) <= 1e-15
    assert not found.partial_f_by_h_0[1:].any()


@pytest.mark.parametrize("derive", [sl.over_time, sl.through_time])
def test_a_gate_that_prints_as_the_state_a_step_later(derive: object) -> None:
    system = derive(gated("h_next"))  # type: ignore[operator]
    for printed in (system.text, system.latex):
        with pytest.raises(InputError, match="h_next and h print alike but for the step"):
            printed()
    assert derive(gated("g_next")).text()  # type: ignore[operator]


@pytest.mark.parametrize("gate", ["x_1", "x_2", "h_1", "h_2"])
def test_a_digit_in_a_name_is_no_step(gate: str) -> None:
    text = sl.unroll(gated(gate), 2).text()
    letter, digit = gate.split("_")
    assert text.splitlines()[0].strip() == f"{letter}_{digit}₁ = σ(W·x₁)"
    assert f"h₂ = {letter}_{digit}₂ ⊙ h₁" in text
    assert sl.backprop(sl.unroll(gated(gate), 2)).latex()


def test_hessians_are_of_a_number_of_steps() -> None:
    cell = sl.compose(sl.cell("rnn", n=1, d=1), sl.readout(rows=1), sl.squared_error())
    with pytest.raises(InputError, match=r"hessian: .* has any number of steps; give sl.unroll"):
        sl.hessian(sl.over_time(cell), "loss", "W_h")
    assert sl.hessian(sl.unroll(cell, 2), "loss_2", "W_h").shape == (2, 2)


def test_beyond_its_length_a_sequence_has_no_gradient_of_the_loss() -> None:
    back = sl.through_time(sl.compose(sl.cell("rnn"), sl.readout(rows=2), sl.squared_error()))
    found = sl.lambdify(back)(**given(back, batch=2), lengths=[2, 4])
    assert found.d_loss[:, 0].tolist() == [[1, 1], [1, 1], [0, 1], [0, 1]]


def test_a_part_that_takes_nothing_is_not_composed() -> None:
    """A readout of h behind layers that define h_l1 and h_l2 would have had zero gradients below it."""
    with pytest.raises(DefinitionError, match=r"readout takes nothing .* h_l2; it asks for h: .*of='h_l2'"):
        sl.compose(sl.stack("rnn", layers=2), sl.readout(), sl.cross_entropy())
    with pytest.raises(DefinitionError, match="cross-entropy takes nothing"):
        sl.compose(sl.cell("lstm"), sl.cross_entropy())
    side_by_side = sl.compose(sl.cell("rnn"), sl.rename(sl.cell("rnn"), lambda name: f"{name}_l2"))
    assert side_by_side.inputs == ("x", "x_l2")


def test_gradcheck_takes_lengths_and_no_cuts() -> None:
    rng = np.random.default_rng(5)
    n, d, T, B = 3, 2, 4, 2
    lstm = sl.cell("lstm")
    values = {name: rng.normal(size=(n, n + d) if name[0] == "W" else n) for name in lstm.parameters}
    values |= {name: rng.normal(size=(n, B)) for name in ("h_0", "c_0", "seed_c")}
    values |= {"x": rng.normal(size=(T, d, B)), "seed_h": rng.normal(size=(T, n, B))}
    assert sl.gradcheck(sl.through_time(lstm), {**values, "lengths": [4, 2]}).ok
    with pytest.raises(InputError, match="is cut, and so no gradient of L"):
        sl.gradcheck(sl.through_time(lstm, truncate=2), values)


def test_over_time_wants_a_system() -> None:
    with pytest.raises(InputError, match="over_time: expected a System"):
        sl.over_time("lstm")  # type: ignore[arg-type]


def test_what_flows_in_at_an_end_is_of_that_end_unrolled_too() -> None:
    assert sl.unroll(sl.through_time(sl.cell("lstm")), 3)["d_c_3"].text().endswith(" + δC₃ⁱⁿ")
    both = sl.unroll(sl.through_time(sl.bidirectional("rnn")), 2)
    assert both["d_h_fw_2"].text() == "δh⃗₂ = [δh₂]_→ + δh⃗₂ⁱⁿ"
    assert both["d_h_bw_1"].text() == "δh⃖₁ = [δh₁]_← + δh⃖₁ⁱⁿ"
