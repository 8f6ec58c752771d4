"""The tables of the README, made from what there is: `python -m tests.gallery` writes them anew."""

import argparse
import re
from pathlib import Path

from symlstm.cli.tables import cells
from symlstm.conventions import CONVENTIONS
from symlstm.conventions.convention import Form

README = Path(__file__).parent.parent / "README.md"


def cell_table() -> str:
    """Cells × what is supported, as `symlstm cells --format markdown` prints it."""
    return cells(argparse.Namespace(cell=None, format="markdown"))


def library_table() -> str:
    """Every cell of every library: what it is here, and the order of its gates."""
    rows = [f"| `{name}` | {_theirs(form)} | {_ours(form)} | {form.letters} |" for name, form in _forms()]
    return "\n".join(["| library | its cell | here | gates |", "|---|---|---|---|", *rows])


def _forms() -> list[tuple[str, Form]]:
    return [(name, form) for name, convention in CONVENTIONS.items() for form in convention.forms]


def _theirs(form: Form) -> str:
    settings = ", ".join(f"{word}={value}" for word, value in form.settings.items())
    return f"{form.title} ({settings})" if settings else form.title


def _ours(form: Form) -> str:
    options = {option: value for option, value in form.means.items() if value is not False}
    options |= {word: choice.default for word, choice in form.choices.items() if choice.values is None}
    listed = ", ".join(f"{option}={value}" for option, value in options.items())
    return f"`{form.cell}`, {listed}" if listed else f"`{form.cell}`"


TABLES = {"gallery": cell_table, "libraries": library_table}


def written(text: str) -> str:
    """The README with every table made anew, between its mark and the next empty line."""
    for mark, table in TABLES.items():
        text = re.sub(
            rf"(<!-- {mark}[^\n]*-->\n).*?\n\n", lambda found, t=table: f"{found[1]}{t()}\n\n", text, flags=re.S
        )
    return text


if __name__ == "__main__":
    README.write_text(written(README.read_text(encoding="utf-8")), encoding="utf-8")
