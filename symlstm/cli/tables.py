"""The commands that compare and list: cells, notations, and the difference of two cells."""

import argparse
import inspect
import json
import re
import textwrap
from collections.abc import Sequence

from symlstm.algebra import show_shape
from symlstm.cells import CELLS, cell, find
from symlstm.conventions import CONVENTIONS
from symlstm.difference import diff as compare
from symlstm.errors import DefinitionError
from symlstm.notation import NOTATIONS, notation
from symlstm.printing.unicode import display_width, text
from symlstm.system.builder import LAYOUTS

__all__ = ["cells", "diff", "notations"]

Row = dict[str, str]


def diff(options: argparse.Namespace) -> str:
    """The lines in which two cells differ."""
    difference = compare(options.left, options.right, notation=options.notation)
    return str(getattr(difference, options.format)())


def cells(options: argparse.Namespace) -> str:
    """The table of cells, or all about one."""
    if options.cell:
        return _about(options.cell, options.format)
    rows = [_row(name) for name in CELLS]
    shown = {"text": ("cell", "states", "what it is"), "markdown": _GALLERY, "json": None}
    table = _table(rows, options.format, "cells", shown[options.format])
    return f"{table}\n\n{_HINT}" if options.format == "text" else table


_SHARED = ("layout", "order", "biases", "n", "d")  # the options of nearly every cell
_HINT = "symlstm cells CELL says all about one: its options, shapes, equations and source."
_GALLERY = ("cell", "what it is", "states", "layouts", "options of its own", "batch", "weights of")


def _row(name: str) -> Row:
    """What there is to say of a cell, with its options left alone."""
    entry, system = CELLS[name], cell(name)
    return {
        "cell": name,
        "what it is": entry.title,
        "states": " ".join(state.removesuffix("_prev") for state in system.states),
        "layouts": " ".join(LAYOUTS) if "layout" in entry.options else "split",
        "options of its own": " ".join(option for option in entry.options if option not in _SHARED),
        "options": " ".join(entry.options),
        "batch": "yes" if _has_batch(name) else "no",
        "weights of": " ".join(library for library, known in CONVENTIONS.items() if name in known.cells),
        "source": entry.source,
    }


def _has_batch(name: str) -> bool:
    try:
        cell(name, B=True)
    except DefinitionError:
        return False
    return True


def _about(name: str, form: str) -> str:
    """One cell: what its docstring says, its options, and the shapes of what it takes."""
    entry, options = find(name)
    system = cell(entry.name, **options)
    shapes = {leaf.symbol.name: show_shape(leaf.symbol.shape) for leaf in system.leaves}
    if form == "json":
        facts = {"cell": name, "what it is": entry.title, "source": entry.source, "options": list(entry.options)}
        return json.dumps({"schema": 1, **facts, "shapes": shapes}, ensure_ascii=False, indent=2)
    given = ", ".join(f"{quantity} {shape}" for quantity, shape in shapes.items())
    about = re.sub(r"\s*Raises [A-Z][^.]*\.", "", inspect.cleandoc(entry.build.__doc__ or ""))
    words = [about, f"Options: {', '.join(entry.options)}.", f"Takes: {given}."]
    return "\n\n".join([*words[:1], *(textwrap.fill(part, 96) for part in words[1:]), text(system)])


def notations(options: argparse.Namespace) -> str:
    """The table of notations, with the forget gate in each."""
    rows = []
    for name in NOTATIONS:
        profile = notation(name)
        gate = text(cell("lstm", **profile.of_cell("lstm").cell)["f"], notation=name, net_inputs="inline")
        rows.append({"notation": name, "forget gate": gate, "source": profile.title})
    return _table(rows, options.format, "notations")


def _table(rows: Sequence[Row], form: str, what: str, shown: Sequence[str] | None = None) -> str:
    """Rows as columns on the terminal, as a Markdown table, or as JSON; `shown` picks columns."""
    if form == "json":
        return json.dumps({"schema": 1, what: list(rows)}, ensure_ascii=False, indent=2)
    head = list(shown or rows[0])
    lines = [head, *([row[key] for key in head] for row in rows)]
    if form == "markdown":
        marked = [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines]
        return "\n".join([marked[0], f"|{'---|' * len(head)}", *marked[1:]])
    widths = [max(display_width(line[k]) for line in lines) for k in range(len(head))]
    padded = (
        "  ".join(cell + " " * (width - display_width(cell)) for cell, width in zip(line, widths, strict=True))
        for line in lines
    )
    return "\n".join(line.rstrip() for line in padded)
