"""Background: what the claims of a text are checked against where the text gives its own cell."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from symlstm.checker.declarations import letters_in, speaks_of_time
from symlstm.checker.given.cell import Given, given_cell
from symlstm.checker.given.writing import written
from symlstm.checker.judging import Background, Judgement, Outcome, table_of
from symlstm.checker.meaning.problems import NotUnderstood
from symlstm.checker.meaning.scope import Convention
from symlstm.checker.meaning.symbols import Function, Meaning, SymbolTable
from symlstm.checker.meaning.walking import trees_in
from symlstm.checker.reader import read_formula
from symlstm.checker.reader.tree import Formula, Statement, Tree
from symlstm.checker.report import Verdict
from symlstm.checker.session import Judged, Session
from symlstm.checker.settings import Settings, background_for
from symlstm.derive import batched
from symlstm.notation import Profile

__all__ = ["GivenSession", "background_of", "given_session"]


def background_of(given: Given, settings: Settings, formulas: Sequence[Formula], text: str) -> Background:
    """The background for claims about a cell that the text gives itself.

    What a letter means is settled by the equations and by what the user declares, and so is the layout. `formulas` are
    all that the text says, `text` itself tells its language. Raises InputError for a declaration that is none.
    """
    cell = batched(given.system, "B") if settings.batch else given.system
    table = table_of(cell, settings.profile).with_declared(given.meanings).alone(given.unnamed)
    table.used, table.timed = letters_in(formulas) | frozenset(given.meanings), speaks_of_time(formulas)
    background = background_for(cell, table, settings, text)
    background = replace(background, table=_with_functions(background.table, given))
    convention = Convention("row" if given.rows else "column")
    return replace(background, convention=convention, declared=True, established=True)


def _with_functions(table: SymbolTable, given: Given) -> SymbolTable:
    """The table with both, where a letter is a quantity and, in front of brackets, a function: f_t = f(a_t)."""
    both = [key for key in given.meanings if isinstance(table.declared.get(key), Function)]
    functions: dict[str, Meaning] = {f"{key}()": table.declared[key] for key in both}
    return table.with_declared({**functions, **{key: given.meanings[key] for key in both}})


class GivenSession(Session):
    """Judges a text that gives its own cell: the equality signs that define the cell are not claims."""

    def __init__(self, given: Given, background: Background, profile: Profile) -> None:
        super().__init__(background, profile)
        self.own = given

    def statement(self, statement: Statement) -> list[Judged]:
        """The claims of a chain behind the signs that define something."""
        if any(each is statement for each in self.own.definitions.aside):
            return []
        signs = self.own.defining(statement)
        if not signs:
            return super().statement(statement)
        rest = replace(statement, sides=statement.sides[signs:], relations=statement.relations[signs:])
        if not rest.relations:
            return []
        return [replace(judged, step=judged.step + signs) for judged in super().statement(rest)]

    def judge(self, left: Tree, right: Tree, relation: str = "=") -> Judgement:
        """The judgement of left = right; what hangs on the form of the loss, which is not read, is not called wrong."""
        found = super().judge(left, right, relation)
        names = {name.base for tree in trees_in((left, right)) if (name := written(tree)) is not None}
        if found.verdict is Verdict.RIGHT or names.isdisjoint(self.own.definitions.in_loss):
            return found
        problem = NotUnderstood(
            "the loss that the text defines is not taken into account, and it speaks of the same names"
        )
        return Judgement((Outcome(None, problem, (), self.background),))

    def _alternatives(self, *_: object) -> Iterable[Background]:
        """None: the equations of the text say how it writes, so a claim is judged as it stands."""
        return ()


def given_session(settings: Settings, formulas: Sequence[Formula], text: str) -> GivenSession:
    """A session for a text that gives its own cell; lines given in `settings` go before it. Raises InputError."""
    lines = [read_formula(line, settings.language) for line in settings.given]
    given = given_cell([*lines, *formulas], rows=settings.layout == "row", where=settings.where, strict=False)
    session = GivenSession(given, background_of(given, settings, formulas, text), settings.profile)
    for line in lines:
        session.given(line)
    return session
