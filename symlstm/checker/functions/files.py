"""check_file: a function in a Python file that somebody names, loaded afresh and checked."""

import sys
import traceback
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any

from symlstm.checker.functions.checking import check_function
from symlstm.checker.functions.report import FunctionReport
from symlstm.errors import InputError, UnknownNameError
from symlstm.system import System

__all__ = ["check_file", "load_function"]

_NUMBERS = count(1)


def check_file(path: str | Path, name: str, cell: System | str, *, forward: str | None = None, **options: Any
) -> FunctionReport:  # fmt: skip
    """Load a Python file, which runs it, and check its function `name`; options are those of `check_function`.

    `forward` is the name of the forward function in the same file, for a backward function that takes a cache.
    Raises InputError for a file that is not there or fails, with its line, UnknownNameError for a function that it has
    not.
    """
    module = _load(Path(path))
    found = forward if forward is None else _function(module, forward, path)
    return check_function(_function(module, name, path), cell, forward=found, **options)


def load_function(path: str | Path, name: str) -> Any:
    """A function of a file, which is run; raises as `check_file` does."""
    return _function(_load(Path(path)), name, path)


def _load(path: Path) -> ModuleType:
    """The module of a file under a name of its own; nothing is cached, on disk or in `sys.modules`."""
    if not path.is_file():
        raise InputError(f"{path}: no such file; expected a Python file")
    loader = _Uncached(f"symlstm_checked_{next(_NUMBERS)}", str(path))
    spec = spec_from_loader(loader.name, loader)
    assert spec is not None  # a loader with a name has a spec
    module = module_from_spec(spec)
    sys.modules[loader.name] = module  # dataclasses and the like look there while the file runs
    try:
        loader.exec_module(module)
    except SyntaxError as error:
        raise InputError(f"{path}:{error.lineno}: SyntaxError: {error.msg}") from None
    except (Exception, SystemExit) as error:
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
        line = f":{frames[-1].lineno}" if frames else ""
        reason = " ".join(str(error).split())
        raise InputError(f"{path}{line}: running it raised {type(error).__name__}: {reason}") from None
    finally:
        sys.modules.pop(loader.name, None)
    return module


class _Uncached(SourceFileLoader):
    """Reads the source each time and writes no bytecode."""

    def get_code(self, fullname: str) -> Any:
        """The code of the source as it is now."""
        return self.source_to_code(self.get_data(self.path), self.path)


def _function(module: ModuleType, name: str, path: str | Path) -> Any:
    known = [key for key, value in vars(module).items() if callable(value) and not key.startswith("_")]
    if name not in vars(module) or not callable(getattr(module, name)):
        raise UnknownNameError(f"function of {path}", name, known)
    return getattr(module, name)
