"""What the README shows is what happens; its Python sessions run as doctests."""

import re
import sys
from pathlib import Path

import pytest

import symlstm as sl
from symlstm.cli import main
from symlstm.worked import question

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
    line
    for line in re.findall(r"^\| `symlstm (.*?)` \|", README, re.MULTILINE)
    if "step.toml" not in line and ".py" not in line
]


@pytest.mark.parametrize("command", COMMANDS)
def test_the_commands_of_the_table(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(command.split()) == 0


def test_the_table_is_there() -> None:
    assert len(COMMANDS) >= 5
