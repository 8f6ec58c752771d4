"""The commands that compare and list."""

import json
from pathlib import Path

import pytest

import symlstm as sl


def test_cells(run) -> None:  # type: ignore[no-untyped-def]
    code, out, err = run("cells")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert [line.split()[0] for line in lines[1 : len(sl.CELLS) + 1]] == list(sl.CELLS)
    assert max(map(len, lines)) <= 130
    document = json.loads(run("cells", "--format", "json")[1])
    assert document["schema"] == 1
    entries = {entry["cell"]: entry for entry in document["cells"]}
    assert entries["mlstm"]["batch"] == "no"
    assert entries["slstm"]["states"] == "h m c n"
    assert "pytorch" in entries["gru"]["weights of"].split()
    assert entries["gru"]["options"] == "reset update layout order biases n d"
    assert run("cells", "--format", "markdown")[1].count("\n|") == len(sl.CELLS) + 1


def test_one_cell(run) -> None:  # type: ignore[no-untyped-def]
    out = run("cells", "mlstm")[1]
    assert "Source: Beck et al. 2024, eqs. (19)-(27)" in out
    assert "c_prev (n, n)" in out
    assert "Cₜ = fₜ·Cₜ₋₁ + iₜ·vₜ·kₜᵀ" in out
    assert json.loads(run("cells", "gru:reset=after", "--format", "json")[1])["shapes"]["U_g"] == "(n, n)"
    assert run("cells", "grü") == (2, "", run("cells", "grü")[2])


def test_notations(run) -> None:  # type: ignore[no-untyped-def]
    out = run("notations")[1]
    assert [line.split()[0] for line in out.splitlines()[1:]] == list(sl.NOTATIONS)
    entries = json.loads(run("notations", "--format", "json")[1])["notations"]
    gates = {entry["notation"]: entry["forget gate"] for entry in entries}
    assert gates["d2l"] == "Fₜ = σ(Xₜ·W_xf + Hₜ₋₁·W_hf + b_f)"
    assert gates["pytorch"] == "fₜ = σ(W_if·xₜ + b_if + W_hf·hₜ₋₁ + b_hf)"


@pytest.mark.parametrize("form", ["text", "latex", "markdown", "json"])
def test_diff(run, form: str) -> None:  # type: ignore[no-untyped-def]
    code, out, err = run("diff", "lstm", "lstm:peephole", "--format", form)
    assert (code, err) == (0, "")
    assert out.strip() == getattr(sl.diff("lstm", "lstm:peephole"), form)().strip()


def test_diff_into_a_file(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "difference.md"
    assert run("diff", "pytorch", "keras", "-o", str(path)) == (0, "", "")
    assert path.read_text(encoding="utf-8").startswith("# From pytorch to keras\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["diff", "lstm", "lstn"], "unknown cell or library 'lstn'; did you mean 'lstm'"),
        (["diff", "lstm", "gru:reset=sometimes"], "reset: expected one of before, after, got 'sometimes'"),
        (["diff", "lstm", "pytorch:mgu"], "unknown cell of pytorch 'mgu'"),
        (["diff", "lstm", "gru", "--notation", "olahh"], "unknown notation 'olahh'; did you mean 'olah'"),
        (["cells", "nothing"], "unknown cell 'nothing'"),
        (
            ["derive", "--cell", "mlstm", "--batch"],
            "c_prev is a matrix, (n, n), and has no columns",
        ),
    ],
)
def test_errors(run, arguments: list[str], message: str) -> None:  # type: ignore[no-untyped-def]
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert message in err
    assert err.count("\n") == 1


def test_the_cell_of_every_command(run) -> None:  # type: ignore[no-untyped-def]
    assert "∂L/∂U_g = (δa_gₜ ⊙ rₜ)·hₜ₋₁ᵀ" in run("grad", "--cell", "gru:reset=after")[1]
    assert "np.maximum(" in run("code", "--cell", "mlstm")[1]
    assert run("derive", "--cell", "lstm:peephole", "--notation", "graves")[1].splitlines()[1] == (
        "fₜ = σ(W_xf·xₜ + W_hf·hₜ₋₁ + W_cf cₜ₋₁ + b_f)"
    )


def test_a_document(run) -> None:  # type: ignore[no-untyped-def]
    out = run("grad", "--cell", "gru", "--format", "latex", "--standalone", "--forward")[1]
    assert out.startswith(r"\documentclass{article}")
    assert r"\begin{align*}" in out
    assert run("derive", "--standalone")[2] == "symlstm: --standalone goes with --format latex\n"


def test_an_example_without_a_file(run) -> None:  # type: ignore[no-untyped-def]
    code, out, err = run("example", "--cell", "mlstm", "--backward")
    assert (code, err) == (0, "")
    assert "δC" in out
    assert run("example", "--cell", "lstm:projection,peephole")[0] == 0


def test_names_with_commas(run) -> None:  # type: ignore[no-untyped-def]
    assert run("derive", "--only", "f,i", "--only", "c")[1].count("\n") == 3
    assert run("grad", "--closed", "--only", "d_b_f,d_b_i")[1].count("\n") == 2


def test_code_of_rows_in_a_notation_of_rows(run) -> None:  # type: ignore[no-untyped-def]
    out = run("code", "--cell", "gru", "--notation", "d2l", "--format", "latex")[1]
    assert r"\mathbf{X}_t \mathbf{W}_{\mathrm{xr}}" in out


def test_the_order_of_the_notation_with_gradients(run) -> None:  # type: ignore[no-untyped-def]
    lines = run("grad", "--forward", "--notation", "greff")[1].splitlines()
    assert [line.split("=")[0].strip() for line in lines[:4]] == ["z̄ᵗ", "zᵗ", "īᵗ", "iᵗ"]


def test_an_example_of_another_cell(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "gru.toml"
    path.write_text(
        'cell = "gru:reset=after"\nbackward = true\ndims = { n = 2, d = 3 }\n[values]\n"*" = "random"\n',
        encoding="utf-8",
    )
    code, out, err = run("example", str(path))
    assert (code, err) == (0, "")
    assert "∂L/∂U_g" in out
