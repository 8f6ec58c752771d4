"""What an attack found in files, notations, converters and commands: each stays mended."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import symlstm as sl
from symlstm.algebra import (
    apply,
)
from symlstm.cli import main
from symlstm.errors import InputError, SymlstmError
from symlstm.system import Builder
from tests.support import random_values


def test_numbers_are_compared_by_value() -> None:
    assert not sl.diff("lstm:forget_bias=1", "lstm:forget_bias=1.0")
    assert not sl.diff("tf1", "lstm:forget_bias=1,layout=split").changes
    with pytest.raises(InputError, match="give both the same sizes"):
        sl.diff("lstm:n=3", "lstm:n=4")


def test_a_file_that_is_read_is_not_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "step.toml"
    path.write_text('[values]\n"*" = "ones"\n', encoding="utf-8")
    with pytest.raises(SystemExit) as stop:
        main(["example", str(path), "--format", "text", "-o", str(path)])
    assert stop.value.code == 2
    assert "this file is read; choose another one to write to" in capsys.readouterr().err
    assert path.read_text(encoding="utf-8").startswith("[values]")


def test_gradcheck_says_what_it_left_out() -> None:
    cell = Builder("kinked")
    cell.let("h", apply("relu", cell.affine("h")))
    back = sl.backprop(cell.system())
    values = {name: np.zeros_like(value) for name, value in random_values(back, 3, 2).items()}
    report = sl.gradcheck(back, values | {"seed_h": np.ones((3, 1))})
    assert {check.name: check.left_out for check in report.checks}["d_b_h"] == 3
    assert "(3 entries at a kink left out)" in str(report)


def test_weights_files_keep_links_and_permissions(tmp_path: Path) -> None:
    real, link = tmp_path / "real.npz", tmp_path / "link.npz"
    sl.write_weights(real, {"W": np.ones(2)})
    real.chmod(0o600)
    link.symlink_to(real)
    sl.write_weights(link, {"W": np.zeros(2)})
    assert link.is_symlink()
    assert real.stat().st_mode & 0o777 == 0o600
    assert sl.read_weights(real)["W"].tolist() == [0.0, 0.0]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.npz", "real.npz"]


def test_converters_refuse_what_is_no_model() -> None:
    weights = sl.from_library({"weight_ih": np.ones((16, 3)), "weight_hh": np.ones((16, 4))}, "pytorch")
    with pytest.raises(InputError, match="expected layers from 0 without a gap, got 0, 2"):
        sl.to_library({(0, "forward"): weights, (2, "forward"): weights}, "pytorch")
    with pytest.raises(InputError, match="forget_bias=nan cannot be converted"):
        sl.to_library(weights, "tf1", forget_bias=float("nan"))


class Module:
    """A module as PyTorch has them: weights of its own, or modules inside."""

    def __init__(self, state: dict[str, np.ndarray], inner: "dict[str, Module] | None" = None, **settings: str) -> None:
        self._parameters, self._inner = state if not inner else {}, inner or {}
        self.__dict__.update(settings)

    def named_modules(self) -> Iterator[tuple[str, "Module"]]:
        yield "", self
        yield from self._inner.items()

    def state_dict(self) -> dict[str, np.ndarray]:
        inner = {f"{name}.{key}": value for name, one in self._inner.items() for key, value in one.state_dict().items()}
        return {**self._parameters, **inner}


@pytest.mark.parametrize("scope", [None, "encoder"])
def test_a_module_inside_another_tells_its_settings(scope: str | None) -> None:
    state = {"weight_ih_l0": np.ones((4, 3)), "weight_hh_l0": np.ones((4, 4))}
    whole = Module({}, {"encoder": Module(state, nonlinearity="relu")})
    assert sl.from_library(whole, "pytorch", scope=scope).options["activation"] == "relu"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('parts.h_prev = "x"', "parts: 'x' stands for two parts"),
        ('functions.sigmoid = "\\\\tanh"', "functions: .* stands for two functions"),
        ('functions.sigmod = "f"', "unknown activation 'sigmod'; did you mean 'sigmoid'"),
        ("cell.biases = 7", "cell.biases: expected 1 or 2, got 7"),
        ('cells.gru.like = "grru"', "unknown cell in notation .*: cells.gru: like 'grru'"),
    ],
)
def test_notations_that_would_mislead(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SymlstmError, match=message):
        sl.cell("lstm").latex(notation=path)


def test_rows_are_joined_by_commas(tmp_path: Path) -> None:
    path = tmp_path / "rows.toml"
    path.write_text('layout = "row"', encoding="utf-8")
    assert sl.cell("lstm")["f"].text(notation=path) == "fₜ = σ([hₜ₋₁, xₜ]·W_f + b_f)"


def test_names_of_cells_are_no_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        assert main(["derive", "--cell", "gru", "--format", "text", "-o", "gru"]) == 0


def test_sizes_of_projections_are_compared() -> None:
    with pytest.raises(InputError, match="W_p is .* give both the same sizes"):
        sl.diff("lstm:projection=2", "lstm:projection=3")


def test_a_closed_form_that_no_page_holds(capsys: pytest.CaptureFixture[str]) -> None:
    closed = ["grad", "--closed", "--standalone", "--format", "latex"]
    assert main([*closed, "--layers", "2"]) == 2
    assert "is too wide for a page: print the named lines" in capsys.readouterr().err
    assert main([*closed, "--layers", "2", "--only", "d_W_f_l2"]) == 0
    assert main(closed) == 0


def test_sums_that_are_too_wide_go_on_below(capsys: pytest.CaptureFixture[str]) -> None:
    layers = ["grad", "--time", "--layers", "2", "--bidirectional", "--format", "latex", "--standalone"]
    assert main([*layers, "--only", "d_x"]) == 0
    page = capsys.readouterr().out
    assert page.count("\\\\*\n&\\quad {} + (") == 1
    assert page.count(" && t = T, \\dots, 1") == 1


def test_a_link_that_leads_to_itself(tmp_path: Path) -> None:
    path = tmp_path / "loop.npz"
    path.symlink_to(path)
    with pytest.raises(InputError, match="cannot be written"):
        sl.write_weights(path, {"W": np.ones(2)})
    with pytest.raises(InputError, match="cannot be written"):
        sl.write_weights("\0.npz", {"W": np.ones(2)})
