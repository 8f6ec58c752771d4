"""The register through which a lower layer finds what lives above it: a System its printers, a name its activation.

The package root names the places; one is imported when it is first asked for.
"""

from collections.abc import Callable
from importlib import import_module

from symlstm.errors import UnknownNameError

__all__ = ["formatter", "provide"]

_PLACES: dict[str, str] = {}


def provide(places: dict[str, str]) -> None:
    """Name the place ("package.module:function") of each format."""
    _PLACES.update(places)


def formatter(name: str) -> Callable[..., str]:
    """Return the function that writes an Equation, a System, a worked example or a report in the format `name`.

    Raises UnknownNameError for a format that nobody provides.
    """
    if name not in _PLACES:
        raise UnknownNameError("format", name, _PLACES)
    module, _, function = _PLACES[name].partition(":")
    found: Callable[..., str] = getattr(import_module(module), function)
    return found
