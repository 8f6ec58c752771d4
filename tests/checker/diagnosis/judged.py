"""Judged: the last claim of a text, as the checker judges it."""

from typing import Any

import symlstm as sl
from symlstm.checker.reader import read_formula
from symlstm.checker.session import Judged
from symlstm.checker.settings import Settings, open_session

__all__ = ["judged"]


def judged(text: str, cell: sl.System, **options: Any) -> Judged:
    """The last claim of a text about a cell; options are those of `check`."""
    formula = read_formula(text)
    session = open_session(cell, Settings(**options), [formula], text)
    return session.formula(formula)[-1]
