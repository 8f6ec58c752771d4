"""Background: what the claims of a text are checked against where the text gives its own cell."""

from collections.abc import Mapping
from dataclasses import replace

from symlstm.check.declarations import declared
from symlstm.check.given.cell import Given
from symlstm.check.judging import Background, table_of
from symlstm.check.meaning.scope import Convention
from symlstm.check.reader.tree import Statement
from symlstm.check.session import Judged, Session
from symlstm.notation import Profile

__all__ = ["GivenSession", "background_of"]


def background_of(
    given: Given, profile: Profile, *, where: Mapping[str, str] | None = None, time: str = "auto"
) -> Background:
    """The background for claims about a cell that the text gives itself.

    Its letters go before those of the notation, and declarations in `where` before both; the layout is settled by the
    equations. Raises InputError for a declaration that is none.
    """
    table = table_of(given.system, profile).with_declared(given.meanings)
    table = table.with_declared(declared(where or {}, table))
    table.used = frozenset(given.meanings)
    convention = Convention("row" if given.rows else "column")
    return Background(given.system, table, convention, time, established=True)


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
        return [replace(judged, step=judged.step + signs) for judged in super().statement(rest)]
