"""Calling somebody's function safely: copies go in, warnings and prints stay inside, an error becomes one line."""

import contextlib
import copy
import io
import traceback
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from symlstm.checker.functions.source import Structure
from symlstm.errors import SymlstmError

__all__ = ["Outcome", "UnreadableError", "call", "labelled"]


class UnreadableError(SymlstmError):
    """A function that cannot be called or understood; one line that says why."""


@dataclass(frozen=True)
class Outcome:
    """What came of a call: the value, or the error in one line; what was printed, which arguments it changed."""

    value: Any = None
    error: str = ""
    prints: bool = False
    changed: tuple[str, ...] = ()


def call(function: Callable[..., Any], values: Mapping[str, tuple[Any, bool]]) -> Outcome:
    """Call a function with the values of its arguments, each by position or (True) by keyword."""
    before = {name: copy.deepcopy(value) for name, (value, _) in values.items()}
    positional = [value for value, keyword in values.values() if not keyword]
    keywords = {name: value for name, (value, keyword) in values.items() if keyword}
    written = io.StringIO()
    try:
        with contextlib.redirect_stdout(written), np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            value = function(*positional, **keywords)
    except (Exception, SystemExit) as error:
        return Outcome(error=_in_one_line(function, error), prints=bool(written.getvalue()))
    changed = tuple(name for name, (value_after, _) in values.items() if not _same(before[name], value_after))
    return Outcome(value, "", bool(written.getvalue()), changed)


def _in_one_line(function: Callable[..., Any], error: BaseException) -> str:
    """The error and the line of the function's file where it was raised."""
    own = getattr(getattr(function, "__code__", None), "co_filename", None)
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == own]
    place = f" in line {frames[-1].lineno}: {' '.join((frames[-1].line or '').split())}" if frames else ""
    reason = " ".join(str(error).split())
    return f"it raised {type(error).__name__}{place}" + (f" ({reason[:160]})" if reason else "")


def _same(before: Any, after: Any) -> bool:
    if isinstance(before, np.ndarray):
        return isinstance(after, np.ndarray) and np.array_equal(before, after, equal_nan=True)
    if isinstance(before, Mapping):
        return set(before) <= set(after) and all(_same(before[key], after[key]) for key in before)
    if isinstance(before, list | tuple):
        return len(before) == len(after) and all(map(_same, before, after))
    return True


def labelled(value: Any, structure: Structure) -> list[tuple[str, Any]]:
    """What a function returned as names and values; a dict names its values, a tuple is named by the source.

    Raises UnreadableError where names and values are not equally many.
    """
    if isinstance(value, Mapping):
        return [pair for key, item in value.items() for pair in labelled(item, str(key))]
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return [pair for key, item in zip(value._fields, value, strict=True) for pair in labelled(item, key)]
    if isinstance(value, tuple) and not isinstance(structure, Sequence):
        return [pair for k, item in enumerate(value) for pair in labelled(item, f"[{k}]")]
    if isinstance(value, tuple | list) and isinstance(structure, list):
        if len(value) != len(structure):
            raise UnreadableError(f"it returned {len(value)} values, expected {len(structure)}: {_listed(structure)}")
        return [pair for item, part in zip(value, structure, strict=True) for pair in labelled(item, part)]
    if isinstance(structure, list):
        if len(structure) == 1:
            return labelled(value, structure[0])
        raise UnreadableError(f"it returned one value, expected {len(structure)}: {_listed(structure)}")
    return [("" if structure is None else str(structure), value)]


def _listed(structure: Sequence[Any]) -> str:
    return ", ".join("?" if part is None else str(part) for part in structure)
