"""Tangents: each rule and each cell against the complex step and the backward pass, Hessian-vector products."""

from dataclasses import replace
from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from sympy import Basic, MatrixExpr, MatrixSymbol

import symlstm as sl
from symlstm.activations import Activation, defined
from symlstm.algebra import function, scale
from symlstm.derive import JVP, VJP
from symlstm.derive.jvp import push_forward
from symlstm.errors import DefinitionError, InputError, MissingRuleError, UnknownNameError
from symlstm.system import LeafKind, Role, System
from tests.cells.variants import VARIANTS, columns
from tests.derive.test_vjp import EXPRESSIONS, FLAT, RULE_OF, system_of
from tests.papers import CELLS as PAPERS
from tests.support import random_values, relative_error

N, D, STEP = 4, 3, 1e-30
Values = dict[str, np.ndarray]


def cell(name: str, options: dict[str, Any]) -> System:
    return sl.cell(name, **options, B=columns(name) if columns(name) > 1 else None)


def directed(system: System, seed: int, positive: bool = False) -> tuple[System, Values, Values]:
    """The tangents of a System, values for it, and what they are."""
    moving = sl.jvp(system)
    values = random_values(moving, N, D, seed=seed)
    values = {name: abs(value) if positive else value for name, value in values.items()}
    return moving, values, dict(sl.lambdify(moving)(**values))


def difference(system: System, seed: int, positive: bool = False) -> float:
    """How far the tangents of the outputs are from the complex step along the direction."""
    moving, values, found = directed(system, seed, positive)
    leaves = [str(leaf.symbol.name) for leaf in system.leaves]
    step = sl.lambdify(system)(**{name: values[name] + 1j * STEP * values[f"dot_{name}"] for name in leaves})
    assert moving.outputs == tuple(f"dot_{name}" for name in system.outputs)
    return max(relative_error(found[f"dot_{name}"], step[name].imag / STEP) for name in system.outputs)


def test_every_node_has_a_tangent() -> None:
    assert set(JVP) == set(VJP)


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_rule(name: str) -> None:
    assert difference(system_of(EXPRESSIONS[name]), 7, positive=name == "activation log") <= 1e-13


@pytest.mark.parametrize("node", RULE_OF, ids=lambda node: node.__name__)
def test_a_broken_rule_is_found(node: type[Basic], monkeypatch: pytest.MonkeyPatch) -> None:
    right = JVP[node]
    system = system_of(EXPRESSIONS[RULE_OF[node]])
    assert difference(system, 7) <= 1e-13
    monkeypatch.setitem(JVP, node, lambda *given: scale(2, right(*given)))
    assert difference(system, 7) > 1e-3


@pytest.mark.parametrize("name", [name for name in defined() if name not in FLAT])
def test_a_broken_activation_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = Activation(name).entry
    broken = replace(entry, derivative=lambda y, x: scale(2, entry.derivative(y, x)))
    monkeypatch.setitem(function._ENTRIES, name, broken)
    assert difference(system_of(EXPRESSIONS[f"activation {name}"]), 7, positive=name == "log") > 1e-3


@pytest.mark.parametrize(("name", "options"), VARIANTS)
def test_cells_against_the_complex_step(name: str, options: dict[str, Any]) -> None:
    assert difference(cell(name, options), 8) <= 1e-13


@pytest.mark.parametrize(("name", "options"), VARIANTS)
def test_forward_and_reverse_are_adjoint(name: str, options: dict[str, Any]) -> None:
    """⟨u, J v⟩ = ⟨Jᵀ u, v⟩."""
    system = cell(name, options)
    _, values, found = directed(system, 9)
    back = sl.backprop(system)
    seeds = {seed: value for seed, value in random_values(back, N, D, seed=10).items() if seed in back.seeds}
    leaves = {str(leaf.symbol.name): values[str(leaf.symbol.name)] for leaf in system.leaves}
    gradients = sl.lambdify(back)(**leaves, **seeds)
    one = [seeds[f"seed_{output}"] * found[f"dot_{output}"] for output in system.outputs]
    other = [gradients[f"d_{leaf}"] * values[f"dot_{leaf}"] for leaf in leaves]
    size = sum(float(np.abs(part).sum()) for part in other)
    assert abs(sum(part.sum() for part in one) - sum(part.sum() for part in other)) <= 1e-13 * max(1.0, size)


@pytest.mark.parametrize(("name", "options"), VARIANTS)
def test_hessian_vector_products(name: str, options: dict[str, Any]) -> None:
    """Forward over reverse, reverse over reverse and autograd say the same of the Hessian of L = Σ ⟨seed, output⟩."""
    system = cell(name, options)
    leaves = tuple(str(leaf.symbol.name) for leaf in system.leaves)
    back = sl.backprop(system)
    moving, twice = sl.jvp(back, leaves), sl.backprop(back)
    values = random_values(moving, N, D, seed=11)
    found = sl.lambdify(moving)(**values)
    base = {name: value for name, value in values.items() if not name.startswith("dot_")}
    reverse = sl.lambdify(twice)(**base, **{f"seed2_d_{leaf}": values[f"dot_{leaf}"] for leaf in leaves})

    def loss(given: dict[str, Any]) -> Any:
        out = PAPERS[name](anp, given, **options)
        return sum(anp.sum(values[f"seed_{output}"] * out[output]) for output in system.outputs)

    def along(given: dict[str, Any]) -> Any:
        gradient = autograd.grad(loss)(given)
        return sum(anp.sum(gradient[leaf] * values[f"dot_{leaf}"]) for leaf in leaves)

    reference = autograd.grad(along)({leaf: values[leaf] for leaf in leaves})
    for leaf in leaves:
        assert relative_error(found[f"dot_d_{leaf}"], reverse[f"d2_{leaf}"]) <= 1e-12, leaf
        assert relative_error(found[f"dot_d_{leaf}"], reference[leaf]) <= 1e-10, leaf


@pytest.mark.parametrize("name", ["lstm", "gru", "mlstm", "layernorm-lstm"])
def test_reverse_over_forward(name: str) -> None:
    """The gradient of ⟨u, J v⟩, checked by the complex step on the compiled tangents."""
    back = sl.backprop(sl.jvp(sl.cell(name)))
    report = sl.gradcheck(back, random_values(back, N, D, seed=12))
    assert report.ok, str(report)


def test_reverse_over_forward_over_reverse() -> None:
    back = sl.backprop(sl.jvp(sl.backprop(sl.cell("lstm")), ("W_f", "h_prev")))
    assert "d2_dot_W_f" in back
    report = sl.gradcheck(back, random_values(back, N, D, seed=13))
    assert report.ok, str(report)


@pytest.mark.parametrize("form", [(D,), (D, 1), (D, 2)])
def test_results_have_the_form_of_what_they_belong_to(form: tuple[int, ...]) -> None:
    moving = sl.jvp(sl.backprop(sl.cell("rnn")))
    generator = np.random.default_rng(1)
    shapes = {"x": form, "h_prev": (N, *form[1:]), "seed_h": (N, *form[1:]), "W_h": (N, N + D), "b_h": (N,)}
    given = {name: generator.standard_normal(shape) for name, shape in shapes.items()}
    found = sl.lambdify(moving)(**given, **{f"dot_{name}": value for name, value in given.items()})
    assert found["dot_h"].shape == found["h"].shape == shapes["h_prev"]
    assert found["dot_d_W_h"].shape == (N, N + D)
    assert found["dot_d_b_h"].shape == (N,)
    assert found["dot_d_x"].shape == form


def test_what_stands_still_has_no_line() -> None:
    moving = sl.jvp(sl.cell("lstm"), "c_prev")
    assert [line.name for line in moving if line.role is Role.TANGENT] == ["dot_c", "dot_h"]
    assert moving.tangents == ("dot_c_prev",)
    assert moving.inputs == ("x", "dot_c_prev")
    assert moving.leaves[-1].kind is LeafKind.TANGENT
    assert moving["dot_h"].of == "h"


def test_an_output_that_stands_still_is_zero() -> None:
    moving = sl.jvp(sl.cell("lstm"), ["b_o"])
    assert moving.outputs == ("dot_c", "dot_h")
    assert moving["dot_c"].text() == "Ċₜ = 𝟎"


def test_lines_are_put_in() -> None:
    moving = sl.jvp(sl.cell("rnn"), "x")
    closed = sl.text(moving.closed_form("dot_h"), system=moving)
    assert closed == "(1 - hₜ²) ⊙ (W_h,x·ẋₜ)"


def test_a_batch_is_derived_anew() -> None:
    moving = sl.jvp(sl.cell("lstm"), ("W_f", "x"))
    assert sl.batched(moving, "B") == sl.jvp(sl.batched(sl.cell("lstm"), "B"), ("W_f", "x"))
    by_hand = System(moving.name, moving.leaves, moving.lines[:-1], (), moving.forward)
    with pytest.raises(DefinitionError, match="changed by hand has no batched form"):
        sl.batched(by_hand, "B")


def test_refusals() -> None:
    lstm = sl.cell("lstm")
    with pytest.raises(UnknownNameError, match="unknown leaf of lstm 'f'"):
        sl.jvp(lstm, "f")
    with pytest.raises(InputError, match="wrt: expected the name of a leaf or several"):
        sl.jvp(lstm, ())
    with pytest.raises(InputError, match="jvp: expected a System"):
        sl.jvp("lstm")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="is not a backward pass"):
        sl.gradcheck(sl.jvp(lstm), {})
    square: MatrixExpr = MatrixSymbol("S", 2, 2)
    with pytest.raises(MissingRuleError, match="no tangent rule for Inverse"):
        push_forward(square, square.inverse(), {square: square})


@pytest.mark.parametrize("name", ["dot_h", "dot2_h", "h_by_x", "J_h_by_x", "partial_c_by_c_prev"])
def test_names_of_derivatives_are_taken(name: str) -> None:
    builder = sl.Builder("cell")
    with pytest.raises(DefinitionError, match="no name for a quantity"):
        builder.let(name, builder.affine("f"))
    with pytest.raises(DefinitionError, match="no name for a quantity"):
        builder.parameter(name, 1, 1)
