"""gradcheck: it passes what is right, finds what is wrong by a little, and says what it needs."""

from dataclasses import replace

import pytest

import symlstm as sl
from symlstm.algebra import add, apply, function, matmul, scale
from symlstm.errors import InputError
from symlstm.system import Builder, Equation, System
from tests.support import random_values


def test_report() -> None:
    back = sl.backprop(sl.cell("lstm"))
    report = sl.gradcheck(back, random_values(back, 3, 2))
    assert report
    assert report.method == "complex step"
    assert [check.name for check in report.checks] == list(back.outputs)
    assert "all gradients agree with the complex step, tolerance 1e-13" in str(report)


@pytest.mark.parametrize("factor", [1 + 1e-10, 1.0001, -1])
def test_a_small_mistake_is_found(factor: float) -> None:
    back = sl.backprop(sl.cell("lstm"))
    lines = tuple(
        Equation(line.lhs, scale(factor, line.rhs), line.role) if line.name == "d_W_o" else line for line in back.lines
    )
    wrong = System(back.name, back.leaves, lines, back.outputs, back.forward)
    report = sl.gradcheck(wrong, random_values(back, 3, 2))
    assert not report
    assert [check.name for check in report.checks if not check.ok] == ["d_W_o"]
    assert "some gradients are wrong" in str(report)


@pytest.fixture
def real_only(monkeypatch: pytest.MonkeyPatch) -> str:
    """An activation whose NumPy form takes no complex numbers."""
    entry = sl.activations.softplus.entry
    real = replace(entry, numpy="np.logaddexp(0, {})", helper="", analytic=False)
    monkeypatch.setitem(function._ENTRIES, "real_softplus", real)
    return "real_softplus"


def test_straight_pieces_are_checked_by_the_complex_step() -> None:
    cell = Builder("rnn")
    cell.let("h", apply(sl.activations.relu, cell.affine("h")))
    back = sl.backprop(cell.system())
    report = sl.gradcheck(back, random_values(back, 4, 3))
    assert report.ok
    assert report.method == "complex step"


def test_finite_differences_where_a_function_is_not_analytic(real_only: str) -> None:
    cell = Builder("rnn")
    cell.let("h", apply(real_only, cell.affine("h")))
    back = sl.backprop(cell.system())
    report = sl.gradcheck(back, random_values(back, 4, 3))
    assert report.ok
    assert report.method == "finite differences"


def test_the_differences_are_of_order_six(real_only: str) -> None:
    cell = Builder("smooth")
    cell.let("h", apply("tanh", apply(real_only, cell.affine("h"))))
    back = sl.backprop(cell.system())
    report = sl.gradcheck(back, random_values(back, 4, 3))
    assert report.method == "finite differences"
    assert max(check.error for check in report.checks) < 2e-11


@pytest.mark.parametrize("name", ["relu", "abs"])
def test_a_kink_is_no_mistake(name: str) -> None:
    cell = Builder("kinked")
    kept = apply(name, matmul(cell.parameter("V", cell.n, cell.n), cell.previous("h")))
    cell.let("h", add(kept, matmul(cell.parameter("U_x", cell.n, cell.d), cell.x)))
    back = sl.backprop(cell.system())
    values = random_values(back, 3, 2)
    assert sl.gradcheck(back, {**values, "h_prev": [0.0, 0.0, 0.0]})


def test_flat_vectors_and_lists() -> None:
    back = sl.backprop(sl.cell("lstm", layout="split"))
    values = {
        name: value[:, 0].tolist() if value.shape[1] == 1 else value
        for name, value in random_values(back, 2, 3).items()
    }
    assert sl.gradcheck(back, values)


def test_a_forward_system_is_refused() -> None:
    with pytest.raises(InputError, match=r"lstm is not a backward pass; give it sl.backprop\(lstm\)"):
        sl.gradcheck(sl.cell("lstm"), {})
    with pytest.raises(InputError, match="gradcheck: expected a System"):
        sl.gradcheck("lstm", {})  # type: ignore[arg-type]
