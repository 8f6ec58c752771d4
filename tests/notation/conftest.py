"""Profiles of one's own, read from a file."""

from collections.abc import Callable
from pathlib import Path

import pytest

from symlstm.notation import Profile, notation


@pytest.fixture
def own(tmp_path: Path) -> Callable[[str], Profile]:
    """A function that reads the text of a profile."""

    def read(text: str) -> Profile:
        path = tmp_path / "own.toml"
        path.write_text(text, encoding="utf-8")
        return notation(path)

    return read
