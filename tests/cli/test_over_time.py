"""The options for steps, layers, losses and Jacobians."""

import pytest

import symlstm as sl


def test_through_time(run) -> None:  # type: ignore[no-untyped-def]
    back = sl.through_time(sl.cell("gru"))
    names = [line.name for line in back.lines if line.of]
    assert run("grad", "--time", "--cell", "gru") == (0, back.text(only=names) + "\n", "")
    assert run("grad", "--time", "--cell", "gru", "--forward")[1] == back.text() + "\n"
    assert run("derive", "--time", "--cell", "gru")[1] == sl.over_time(sl.cell("gru")).text() + "\n"


def test_where_it_is_cut(run) -> None:  # type: ignore[no-untyped-def]
    code, out, _ = run("grad", "--time", "--truncate", "3", "--only", "d_h", "--cell", "rnn")
    assert code == 0
    assert out.splitlines()[1:] == [
        " δhₜ = δhₜⁱⁿ + W_h,hᵀ·δa_hₜ₊₁   t = T-1, …, 1; t ≠ 3, 6, …",
        " δhₜ = δhₜⁱⁿ                    t = 3, 6, … < T",
    ]
    assert "t \\neq k, 2k, \\dots" in run("grad", "--time", "--truncate", "k", "--only", "d_h", "--format", "latex")[1]


def test_unrolled(run) -> None:  # type: ignore[no-untyped-def]
    forward = sl.unroll(sl.cell("rnn"), 2)
    assert run("derive", "--steps", "2", "--cell", "rnn")[1] == forward.text() + "\n"
    back = sl.backprop(forward)
    names = [line.name for line in back.lines if line.of]
    assert run("grad", "--steps", "2", "--cell", "rnn")[1] == back.text(only=names) + "\n"
    assert run("grad", "--steps", "2", "--cell", "rnn", "--closed", "--only", "d_h_0")[1].startswith("δh₀ = W_h,hᵀ·(")


def test_layers_directions_and_losses(run) -> None:  # type: ignore[no-untyped-def]
    stacked = sl.stack(sl.cell("gru"), layers=2)
    assert run("derive", "--layers", "2", "--cell", "gru")[1] == stacked.text() + "\n"
    both = sl.compose(sl.bidirectional(sl.cell("rnn")), sl.readout(), sl.cross_entropy())
    assert run("derive", "--bidirectional", "--cell", "rnn", "--loss", "cross-entropy")[1] == both.text() + "\n"
    out = run("grad", "--layers", "2", "--loss", "squared-error", "--only", "d_y", "d_h_l2", "--cell", "rnn")[1]
    assert "δyₜ = yₜ - targetₜ" in out


def test_jacobians(run) -> None:  # type: ignore[no-untyped-def]
    assert run("grad", "--jacobian", "c", "c_prev", "--partial")[1] == "∂Cₜ/∂Cₜ₋₁ = diag(fₜ)\n"
    out = run("grad", "--time", "--jacobian", "c", "c_0", "--partial")[1]
    assert out.splitlines() == ["∂C₀/∂C₀ = I", "∂Cₜ/∂C₀ = diag(fₜ)·(∂Cₜ₋₁/∂C₀) = ∏_(k=t…1) diag(fₖ)   t = 1, …, T"]


def test_code_of_sequences(run) -> None:  # type: ignore[no-untyped-def]
    assert (
        run("code", "--time", "--backward", "--cell", "rnn")[1] == sl.lambdify(sl.through_time(sl.cell("rnn"))).source
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["grad", "--truncate", "2"], "--truncate goes with --time"),
        (["grad", "--time", "--steps", "2"], "--time is for any number of steps, --steps for T of them"),
        (["grad", "--partial"], "--partial goes with --jacobian"),
        (["derive", "--steps", "0"], "unroll: T: expected a positive number of steps, got 0"),
        (["derive", "--layers", "0"], "layers: expected a whole number from 1 on, got 0"),
        (["grad", "--time", "--truncate", "0"], "dimension truncate: expected a positive integer"),
        (["grad", "--time", "--jacobian", "h", "x"], "x is one quantity at every step"),
        (
            ["grad", "--time", "--closed", "--only", "d_W_f"],
            "closed form of d_W_f: it depends on itself at other steps",
        ),
        (["example", "--time"], "example: the question is a single step; give a file of values"),
        (["example", "--time", "--cell", "gru"], "has no number of steps; give sl.unroll of it, with one"),
    ],
)
def test_errors(run, arguments: list[str], message: str) -> None:  # type: ignore[no-untyped-def]
    code, out, error = run(*arguments)
    assert (code, out) == (2, "")
    assert message in error
    assert error.count("\n") == 1
