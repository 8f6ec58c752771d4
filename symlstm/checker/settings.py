"""Settings: what a user says about a text before it is checked, and the session that follows from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from symlstm.checker.declarations import declared, language_of, letters_in, primed_states, speaks_of_time
from symlstm.checker.judging import Background, biases_of, step_symbols, table_of
from symlstm.checker.meaning.scope import Convention
from symlstm.checker.meaning.symbols import SymbolTable
from symlstm.checker.reader import read_formula
from symlstm.checker.reader.tree import Formula
from symlstm.checker.session import Session
from symlstm.derive import batched
from symlstm.errors import InputError, choice
from symlstm.notation import Profile
from symlstm.notation import notation as profile_of
from symlstm.system import System

__all__ = ["Settings", "background_for", "open_session"]

_CHOICES: Mapping[str, tuple[Any, ...]] = {
    "layout": (None, "column", "row"),
    "time": ("auto", "step", "sequence"),
    "language": ("auto", "latex", "text"),
    "loss": ("every", "last", "mean"),
    "bias": (True, False),
    "batch": (True, False),
}


@dataclass(frozen=True)
class Settings:
    """The options of `check`; raises InputError for a value that is none."""

    where: Mapping[str, str] = field(default_factory=dict)
    notation: str | Profile = "default"
    layout: str | None = None
    time: str = "auto"
    language: str = "auto"
    given: Sequence[str] = ()
    bias: bool = True
    loss: str = "every"
    batch: bool = False

    def __post_init__(self) -> None:
        for option, known in _CHOICES.items():
            choice(option, getattr(self, option), known)
        if not isinstance(self.where, Mapping):
            raise InputError(f"where: expected names and what they mean, such as {{'a': 'h'}}, got {self.where!r}")
        if isinstance(self.given, str) or not all(isinstance(line, str) for line in self.given):
            raise InputError(f"given: expected a list of lines, got {self.given!r}")

    def with_option(self, name: str, value: Any) -> "Settings":
        """The same with one option changed. Raises InputError."""
        return replace(self, **{name: value})

    @property
    def profile(self) -> Profile:
        """The notation. Raises UnknownNameError."""
        return profile_of(self.notation)


def open_session(cell: System, settings: Settings, formulas: Sequence[Formula], text: str) -> Session:
    """A session for formulas of a text, with everything declared; `text` says in which language names are written."""
    cell = batched(cell, "B") if settings.batch else cell
    table = table_of(cell, settings.profile)
    statements = [statement for formula in formulas for statement in formula.statements]
    table.used, table.timed = letters_in(formulas), speaks_of_time(formulas)
    table = table.with_declared(primed_states(statements, table))
    session = Session(background_for(cell, table, settings, text), settings.profile)
    for line in settings.given:
        session.given(read_formula(line, settings.language))
    return session


def background_for(cell: System, table: SymbolTable, settings: Settings, text: str) -> Background:
    """What claims about a cell are understood against, with everything declared, before the text is read."""
    profile = settings.profile
    table.mean_loss = settings.loss == "mean"
    symbols = step_symbols(cell)
    nothing = tuple(name for name, value in settings.where.items() if _is_zero(name, value, symbols))
    meant = {name: value for name, value in settings.where.items() if name not in nothing}
    language = language_of(text, settings.language)
    table = table.with_declared(declared(meant, table, language))
    written = profile.of_cell(cell.name)
    row = written.layout == "row"
    convention = Convention(settings.layout or written.layout, row and written.weights == "transposed")
    zeros = (*(() if settings.bias else biases_of(cell)), *nothing)
    fixed = settings.layout is not None or row
    return Background(cell, table, convention, settings.time, fixed, zeros=zeros, loss=settings.loss)


def _is_zero(name: str, value: object, symbols: frozenset[str]) -> bool:
    """Whether a declaration says that a quantity of the System is zero: {"b_f": "0"}."""
    return isinstance(value, str) and value.strip() == "0" and name in symbols
