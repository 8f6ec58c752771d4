"""The table of cells: a name, the function that builds the System, and what its docstring says."""

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from symlstm.errors import DefinitionError, InputError, SymlstmError, UnknownNameError
from symlstm.system import Builder, System

__all__ = ["Cell", "define", "flag", "known_cells", "read_options"]

Build = Callable[..., System]

_CELLS: dict[str, "Cell"] = {}
_BUILDER = [option for option in inspect.signature(Builder).parameters if option != "name"]


@dataclass(frozen=True)
class Cell:
    """A cell: call it with its options for the System of one step."""

    name: str
    build: Build

    def __call__(self, **options: Any) -> System:
        """One step for one column. Raises UnknownNameError for an unknown option, InputError for a bad value."""
        for option in options:
            if option not in self.options:
                raise UnknownNameError(f"option of cell {self.name}", option, [*self.options, "B"])
        try:
            system = self.build(**options)
        except SymlstmError:
            raise
        except (Exception, SystemExit) as error:
            reason = " ".join(str(error).split())
            raise DefinitionError(f"cell {self.name}: building it raised {type(error).__name__}: {reason}") from error
        if not isinstance(system, System):
            raise DefinitionError(f"cell {self.name}: expected a System, as cell.system() gives, got {system!r}")
        return system

    @property
    def options(self) -> tuple[str, ...]:
        """The names of the options: the cell's own, then those of `Builder` where it takes them."""
        parameters = inspect.signature(self.build).parameters.values()
        own = [parameter.name for parameter in parameters if parameter.kind is parameter.KEYWORD_ONLY]
        passed_on = any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters)
        return (*own, *(option for option in _BUILDER if passed_on and option not in own))

    @property
    def title(self) -> str:
        """The first sentence of the docstring."""
        return self._words.partition(". ")[0].removesuffix(".")

    @property
    def source(self) -> str:
        """What the docstring names as source."""
        found = re.search(r"Source: (.*)", self._words)
        return found[1].removesuffix(".") if found else ""

    @property
    def _words(self) -> str:
        return " ".join((self.build.__doc__ or "").split())


def define(name: str) -> Callable[[Build], Build]:
    """Enter a function that builds a System into the table under this name.

    Raises DefinitionError when the name is taken or is no name for a cell.

    >>> from symlstm.cells import cell
    >>> from symlstm.system import Builder
    >>> @define("elman-linear")
    ... def linear(**options):
    ...     '''A linear recurrent layer. Source: an example.'''
    ...     cell = Builder("elman-linear", **options)
    ...     cell.let("h", cell.affine("h"))
    ...     return cell.system()
    >>> print(cell("elman-linear", layout="split"))
    hₜ = W_h·xₜ + U_h·hₜ₋₁ + b_h
    """
    if not isinstance(name, str) or not re.fullmatch(r"[a-z][a-z0-9-]*", name):
        raise DefinitionError(f"cell {name!r}: expected small letters, digits and hyphens, for example 'my-cell'")

    def enter(build: Build) -> Build:
        known = _CELLS.get(name)
        if known and not _may_replace(known.build, build):
            raise DefinitionError(f"cell {name!r} is defined already, in {known.build.__module__}; choose another name")
        _CELLS[name] = Cell(name, build)
        return build

    return enter


def _may_replace(old: Build, new: Build) -> bool:
    """Whether it is the same function anew, or one of a file that was read by its path."""
    same = (old.__module__, old.__qualname__) == (new.__module__, new.__qualname__)
    return same or old.__module__.startswith("symlstm_cell_")


def read_options(text: str) -> dict[str, Any]:
    """Options as text: "peephole,biases=2,reset=after"; a name alone means True, numbers and true or false are read.

    Raises InputError for an option that is given twice or has no name.

    >>> read_options("peephole, biases=2")
    {'peephole': True, 'biases': 2}
    """
    options: dict[str, Any] = {}
    for part in text.split(","):
        name, sign, value = (piece.strip() for piece in part.partition("="))
        if not name.isidentifier() or (sign and not value):
            raise InputError(f"option {part.strip()!r}: expected name or name=value, as in gru:reset=after,biases=2")
        if name in options:
            raise InputError(f"option {name}: given twice in {text!r}")
        options[name] = _value(value) if sign else True
    return options


def _value(text: str) -> bool | int | float | str:
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def known_cells() -> Mapping[str, Cell]:
    """The cells defined so far."""
    return _CELLS


def flag(option: str, value: object) -> bool:
    """A switch; raises InputError for anything but True or False."""
    if not isinstance(value, bool):
        raise InputError(f"{option}: expected True or False, got {value!r}")
    return value
