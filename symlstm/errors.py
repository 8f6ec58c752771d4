"""Errors of ours: one line that says what, where, what was expected and what to do."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

__all__ = [
    "DefinitionError",
    "InputError",
    "Located",
    "MissingRuleError",
    "MissingToolError",
    "ShapeError",
    "SymlstmError",
    "UnknownNameError",
    "brief",
    "choice",
]


def brief(value: object) -> str:
    """A value and its type on one line, for an error message."""
    text = " ".join(repr(value).split())
    return f"{text if len(text) <= 60 else text[:57] + '...'} of type {type(value).__name__}"


T = TypeVar("T")


def choice(option: str, value: T, known: Sequence[object]) -> T:
    """The value of an option; raises InputError for one that is not among those known, True for 1 included."""
    if not any(type(value) is type(other) and value == other for other in known):
        raise InputError(f"{option}: expected one of {', '.join(map(str, known))}, got {value!r}")
    return value


class SymlstmError(Exception):
    """Every error that symlstm raises on purpose."""


class ShapeError(SymlstmError, ValueError):
    """Two expressions meet whose shapes do not fit."""


class DefinitionError(SymlstmError, ValueError):
    """A System is not well formed: a name is defined twice, never, too late, or not used."""


class InputError(SymlstmError, ValueError):
    """A value, file or option that came from outside cannot be used."""


class MissingRuleError(SymlstmError, NotImplementedError):
    """An operation has no rule in the table of a derivative or of an output format."""


class Located:
    """Puts the place in front of a missing rule, a wrong shape or input: `with Located("equation f"): …`."""

    def __init__(self, place: str) -> None:
        self.place = place

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, MissingRuleError | ShapeError | InputError):
            raise type(error)(f"{self.place}: {error}") from None


class MissingToolError(SymlstmError, RuntimeError):
    """An optional library or program is needed and is not installed."""


class UnknownNameError(SymlstmError, KeyError, ValueError):
    """A name that is not in the table it was looked up in; the message lists what is there."""

    def __init__(self, kind: str, name: object, known: Iterable[str]) -> None:
        from difflib import get_close_matches

        names = list(known)
        by_lower = {other.lower(): other for other in names}
        close = get_close_matches(str(name).lower(), by_lower, n=1)
        guess = f"did you mean {by_lower[close[0]]!r}? " if close else ""
        self.message = f"unknown {kind} {name!r}; {guess}known: {', '.join(names) or 'none'}"
        super().__init__(self.message)
        self._given = (kind, name, names)

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        return type(self), self._given

    def __str__(self) -> str:
        return self.message
