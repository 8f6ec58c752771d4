"""The committed pages are what their programs write, and what they claim is true."""

import re

import pytest
from math_core import LatexToMathML

from derivations.page import FOLDER, render, topics


@pytest.mark.parametrize("name", topics())
def test_page_is_current(name: str) -> None:
    committed = (FOLDER / f"{name}.md").read_text(encoding="utf-8")
    assert committed == render(name), "run python -m derivations"


@pytest.mark.parametrize("name", topics())
def test_nothing_disagrees(name: str) -> None:
    assert not re.search(r"\bNO\b", (FOLDER / f"{name}.md").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", topics())
def test_formulas_are_readable(name: str) -> None:
    text = (FOLDER / f"{name}.md").read_text(encoding="utf-8")
    blocks = [block.split("```")[0] for block in text.split("```math\n")[1:]]
    inline = [piece.split("`$")[0] for piece in text.split("$`")[1:]]
    assert blocks
    for formula in (*blocks, *inline):
        LatexToMathML().convert_with_local_state(formula, displaystyle=formula in blocks)


def test_every_page_has_its_program_and_is_linked() -> None:
    assert {path.stem for path in FOLDER.glob("*.md")} == set(topics())
    readme = (FOLDER.parent / "README.md").read_text(encoding="utf-8")
    for name in topics():
        assert f"derivations/{name}.md" in readme
