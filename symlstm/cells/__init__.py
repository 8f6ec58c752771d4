"""The cells by name: one file per family, equations and nothing else."""

import inspect
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from sympy import Expr

from symlstm.algebra import B as BATCH
from symlstm.algebra.dimensions import as_dimension
from symlstm.cells.lstm import lstm
from symlstm.errors import UnknownNameError
from symlstm.system import Builder, System, side_by_side

__all__ = ["CELLS", "cell"]

CELLS: Mapping[str, Callable[..., System]] = MappingProxyType({"lstm": lstm})


def cell(name: str, *, B: int | str | bool | Expr | None = None, **options: Any) -> System:
    """One step of a recurrent cell as a System.

    `name` is one of `CELLS`; options are `layout` ("concat" or "split"), `biases` (1 or 2) and the
    dimensions `n` and `d` (positive integers; symbols when left out). `B`, the batch, is None for one column, True
    or a name for a symbolic number of columns, or an integer.
    Raises UnknownNameError for an unknown cell or option, InputError for a bad value.

    >>> cell("lstm").parameters
    ('W_f', 'W_i', 'W_o', 'W_g', 'b_f', 'b_i', 'b_o', 'b_g')
    """
    if not isinstance(name, str) or name not in CELLS:
        raise UnknownNameError("cell", name, CELLS)
    known = [option for option in inspect.signature(Builder).parameters if option != "name"]
    for option in options:
        if option not in known:
            raise UnknownNameError(f"option of cell {name}", option, [*known, "B"])
    given = {option: value for option, value in options.items() if value is not None}
    system = CELLS[name](**given)
    if B is None or B is False:
        return system
    return side_by_side(system, BATCH if B is True else as_dimension(B, "B"))
