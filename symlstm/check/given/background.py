"""Background: what the claims of a text are checked against where the text gives its own cell."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from symlstm.check.declarations import declared, letters_in, speaks_of_time
from symlstm.check.given.cell import Given, given_cell
from symlstm.check.judging import Background, Judgement, biases_of, table_of
from symlstm.check.meaning.scope import Convention
from symlstm.check.reader.tree import Formula, Statement, Tree
from symlstm.check.session import Judged, Session
from symlstm.notation import Profile

__all__ = ["GivenSession", "background_of", "given_session"]


def background_of(
    given: Given,
    profile: Profile,
    formulas: Sequence[Formula] = (),
    *,
    where: Mapping[str, str] | None = None,
    language: str = "auto",
    time: str = "auto",
    bias: bool = True,
    loss: str = "every",
) -> Background:
    """The background for claims about a cell that the text gives itself.

    What a letter means is settled by the equations and by declarations in `where`, and so is the layout. `formulas` are
    all that the text says; the rest are the options of `check`. Raises InputError for a declaration that is none.
    """
    whole = table_of(given.system, profile).with_declared(given.meanings)
    table = whole.alone(given.unnamed).with_declared(declared(where or {}, whole, language))
    table.used = letters_in(formulas) | frozenset(given.meanings)
    table.timed = speaks_of_time(formulas)
    convention = Convention("row" if given.rows else "column")
    zeros = () if bias else biases_of(given.system)
    return Background(given.system, table, convention, time, declared=True, established=True, zeros=zeros, loss=loss)


class GivenSession(Session):
    """Judges a text that gives its own cell: the equality signs that define the cell are not claims."""

    def __init__(self, given: Given, background: Background, profile: Profile) -> None:
        super().__init__(background, profile)
        self.given = given

    def statement(self, statement: Statement) -> list[Judged]:
        """The claims of a chain behind the signs that define something."""
        signs = self.given.defining(statement)
        if not signs:
            return super().statement(statement)
        rest = replace(statement, sides=statement.sides[signs:], relations=statement.relations[signs:])
        if not rest.relations:
            return []
        return [replace(judged, step=judged.step + signs) for judged in super().statement(rest)]

    def _otherwise(self, left: Tree, right: Tree, found: Judgement) -> Judgement:
        """The claim as it stands: the equations of the text say how it writes, so no other convention is tried."""
        return found


def given_session(
    formulas: Sequence[Formula],
    profile: Profile,
    *,
    where: Mapping[str, str] | None = None,
    layout: str | None = None,
    language: str = "auto",
    time: str = "auto",
    bias: bool = True,
    loss: str = "every",
) -> GivenSession:
    """A session for a text that gives its own cell; the options are those of `check`. Raises InputError."""
    given = given_cell(formulas, rows=layout == "row", where=where, strict=False)
    background = background_of(
        given, profile, formulas, where=where, language=language, time=time, bias=bias, loss=loss
    )
    return GivenSession(given, background, profile)
