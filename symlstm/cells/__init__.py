"""The cells by name: one file per family, equations and nothing else. A file in this folder is found by itself."""

from collections.abc import Mapping
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from pkgutil import iter_modules
from types import MappingProxyType
from typing import Any

from sympy import Expr

from symlstm.algebra import B as BATCH
from symlstm.algebra.dimensions import as_dimension
from symlstm.cells.registry import Cell, define, known_cells, read_options
from symlstm.errors import InputError, SymlstmError, UnknownNameError
from symlstm.system import System, side_by_side

__all__ = ["CELLS", "Cell", "cell", "define", "find", "read_options"]

_FIRST = ("registry", "lstm", "gru", "rnn")
for _module in dict.fromkeys((*_FIRST, *sorted(module.name for module in iter_modules(__path__)))):
    import_module(f"{__name__}.{_module}")

CELLS: Mapping[str, Cell] = MappingProxyType(known_cells())


def cell(name: str | Path, *, B: int | str | bool | Expr | None = None, **options: Any) -> System:
    """One step of a recurrent cell as a System.

    `name` is one of `CELLS`, or the path of a Python file, ending in `.py`, that defines one; the file is run. Options
    may follow a colon, as in "gru:reset=after,biases=2". They are those of the cell, `CELLS[name].options`; for most of
    them `layout` ("concat" or "split"), `order` ("hx" or "xh"), `biases` (1 or 2) and the dimensions `n` and `d`
    (positive integers; symbols when left out). `B`, the batch, is None for one column, True or a name for a symbolic
    number of columns, or an integer.
    Raises UnknownNameError for an unknown cell or option, InputError for a bad value.

    >>> cell("lstm").parameters
    ('W_f', 'W_i', 'W_o', 'W_g', 'b_f', 'b_i', 'b_o', 'b_g')
    """
    entry, options = find(name, options)
    B = options.pop("B", B)
    system = entry(**{option: value for option, value in options.items() if value is not None})
    if B is None or B is False:
        return system
    return side_by_side(system, BATCH if B is True else as_dimension(B, "B"))


def find(name: str | Path, options: Mapping[str, Any] | None = None) -> tuple[Cell, dict[str, Any]]:
    """The cell of a name, or of a file, which is run, and all its options: those behind the colon and those beside.

    Raises UnknownNameError for an unknown cell, InputError for a file that defines none.
    """
    bare, given = _read(name, dict(options or {}))
    if bare.endswith(".py"):
        bare = _from_file(Path(bare))
    if bare not in CELLS:
        raise UnknownNameError("cell", bare, CELLS)
    return CELLS[bare], given


def _read(name: object, options: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The name alone and all options; raises InputError for an option that is given in both ways."""
    if not isinstance(name, str | Path):
        raise UnknownNameError("cell", name, CELLS)
    bare, colon, rest = str(name).partition(":")
    if not colon:
        return bare, options
    given = read_options(rest)
    if twice := [option for option in given if options.get(option) is not None]:
        raise InputError(f"option {twice[0]}: given in {str(name)!r} and again beside it")
    return bare, {**options, **given}


def _from_file(path: Path) -> str:
    """Run a Python file and return the name of the cell that it defines; of several, the last one."""
    before = dict(CELLS)
    spec = spec_from_file_location(f"symlstm_cell_{path.stem}", path)
    if spec is None or spec.loader is None or not path.is_file():
        raise InputError(f"cell {path}: cannot be read: no such file")
    try:
        spec.loader.exec_module(module_from_spec(spec))
    except SymlstmError:
        raise
    except (Exception, SystemExit) as error:
        reason = " ".join(str(error).split())
        raise InputError(f"cell {path}: running it raised {type(error).__name__}: {reason}") from error
    defined = [name for name, entry in CELLS.items() if before.get(name) is not entry]
    if not defined:
        raise InputError(f'cell {path}: defines no cell; put @define("name") above the function that builds it')
    return defined[-1]
