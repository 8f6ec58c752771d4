"""Jupyter notebooks: the Markdown cells, each a page; code cells are not looked at."""

import json
from collections.abc import Iterator
from typing import Any

from symlstm.checker.documents.page import Page, page_of
from symlstm.errors import InputError

__all__ = ["cells"]


def cells(text: str, file: str = "") -> Iterator[Page]:
    """The Markdown cells of a notebook of format 3 or 4.

    Raises InputError for what is no notebook.
    """
    where = file or "notebook"
    for number, cell in enumerate(_all_cells(_parsed(text, where), where), start=1):
        if not isinstance(cell, dict):
            raise InputError(f"{where}: cell {number}: expected a table with cell_type and source")
        if cell.get("cell_type") == "markdown":
            yield page_of(_source(cell.get("source", ""), f"{where}: cell {number}"), file, number)


def _parsed(text: str, where: str) -> Any:
    try:
        return json.loads(text.removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        raise InputError(
            f"{where}:{error.lineno}:{error.colno}: not valid JSON, which a notebook is: {error.msg}"
        ) from None
    except (RecursionError, ValueError):
        raise InputError(f"{where}: not usable JSON: nested too deeply or a number too long") from None


def _all_cells(notebook: Any, where: str) -> list[Any]:
    """The cells of format 4, or those of the worksheets of format 3."""
    if isinstance(notebook, dict):
        sheets = notebook.get("worksheets", [])
        lists = (
            [notebook["cells"]] if "cells" in notebook else [sheet["cells"] for sheet in sheets if _has_cells(sheet)]
        )
        if lists and all(isinstance(found, list) for found in lists):
            return [cell for found in lists for cell in found]
    raise InputError(f"{where}: not a notebook: expected a list of cells, as nbformat 3 and 4 have")


def _has_cells(sheet: Any) -> bool:
    return isinstance(sheet, dict) and "cells" in sheet


def _source(source: Any, where: str) -> str:
    """The text of a cell, which may stand in a list of lines."""
    lines = [source] if isinstance(source, str) else source
    if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
        raise InputError(f"{where}: source: expected text or a list of lines")
    return "".join(lines)
