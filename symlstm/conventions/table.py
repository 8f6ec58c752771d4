"""The conventions by name."""

from collections.abc import Mapping
from types import MappingProxyType

from symlstm.conventions.convention import Convention
from symlstm.conventions.libraries import LIBRARIES
from symlstm.errors import UnknownNameError

__all__ = ["CONVENTIONS", "convention_of"]

CONVENTIONS: Mapping[str, Convention] = MappingProxyType({library.name: library for library in LIBRARIES})


def convention_of(name: str | Convention) -> Convention:
    """The convention of that name, or the one given. Raises UnknownNameError."""
    if isinstance(name, Convention):
        return name
    if not isinstance(name, str) or name not in CONVENTIONS:
        raise UnknownNameError("library", name, CONVENTIONS)
    return CONVENTIONS[name]
