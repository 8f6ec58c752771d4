"""What the README shows is what happens; its Python sessions run as doctests."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import symlstm as sl
from symlstm.cells import registry
from symlstm.cli import main
from symlstm.worked import question
from tests.gallery import cell_table, written
from tests.support import random_values, relative_error

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def test_the_screen_is_what_the_question_prints() -> None:
    assert blocks("text")[0] in question(sl.cell("lstm")).text()


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="latexify-py supports Python up to 3.13")
def test_the_listing(capsys: pytest.CaptureFixture[str]) -> None:
    source = README.split("<!-- listing -->")[1].split("```python\n")[1].split("```")[0]
    exec(source, {"sl": sl})
    assert capsys.readouterr().out == blocks("latex")[0]


def test_the_file_of_values(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "step.toml"
    path.write_text(next(block for block in blocks("toml") if "[values]" in block), encoding="utf-8")
    assert main(["example", str(path)]) == 0
    assert "∂L/∂U_f" in capsys.readouterr().out


def test_the_notation(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(next(block for block in blocks("toml") if "[symbols]" in block), encoding="utf-8")
    lines = sl.cell("lstm", layout="split").latex(notation=path).splitlines()
    assert lines[1] == (
        r"\Gamma_f^{\langle t \rangle} &= "
        r"\sigma(W_f \cdot x^{\langle t \rangle} + W_{hf} \cdot h^{\langle t-1 \rangle} + b_f) \\"
    )


def test_every_key_of_a_notation_is_there() -> None:
    from symlstm.notation.reading import _KEYS

    section = README.split("A notation is a table.")[1]
    assert all(f"`{key}`" in section or f"\n{key} = " in section or f"\n[{key}]" in section for key in _KEYS[2:])


def test_every_notation_is_there() -> None:
    assert all(f"`{name}`" in README for name in sl.NOTATIONS)


COMMANDS = [
    command
    for line in re.findall(r"^\| (`symlstm .*?`) \|", README, re.MULTILINE)
    for command in re.findall(r"`symlstm (.*?)`", line)
    if "step.toml" not in command and ".py" not in command
]


@pytest.mark.parametrize("command", COMMANDS)
def test_the_commands_of_the_table(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(command.split()) == 0


def test_the_table_is_there() -> None:
    assert len(COMMANDS) >= 10


def test_the_tables_are_current() -> None:
    assert written(README) == README, "run python -m tests.gallery"
    assert len(cell_table().splitlines()) == len(sl.CELLS) + 2


@pytest.fixture
def own_cell(tmp_path: Path) -> Iterator[Path]:
    """The file of the README with a cell of one's own."""
    source = README.split("<!-- own cell -->")[1].split("```python\n")[1].split("```")[0]
    assert len(source.splitlines()) < 40
    assert "ran" not in sl.CELLS
    path = tmp_path / "ran.py"
    path.write_text(source, encoding="utf-8")
    yield path
    registry._CELLS.pop("ran")


def test_a_cell_of_ones_own(own_cell: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["grad", "--cell", str(own_cell)]) == 0
    assert "δCₜ₋₁ = δCₜ ⊙ fₜ" in capsys.readouterr().out
    assert main(["diff", "lstm", f"{own_cell}:layout=split", "--format", "latex"]) == 0
    back = sl.backprop(sl.cell("ran", B=True))
    values = random_values(back, 4, 3, 2)
    assert sl.gradcheck(back, values)
    out, stack = sl.lambdify(sl.cell("ran"))(**{k: v for k, v in values.items() if k[:4] != "seed"}), np.concatenate
    i, f = (
        1 / (1 + np.exp(-values[f"W_{k}"] @ stack([values["h_prev"], values["x"]]) - values[f"b_{k}"])) for k in "if"
    )
    c = i * (values["W_g"] @ values["x"]) + f * values["c_prev"]
    assert relative_error(out.c, c) <= 1e-14
    assert relative_error(out.h, np.tanh(c)) <= 1e-14
