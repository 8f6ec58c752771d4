"""A System as a notation prints it, each line with what the checker reads in it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from sympy import MatrixExpr

import symlstm as sl
from symlstm.algebra import substitute, transpose
from symlstm.checker.checking import check
from symlstm.checker.deciding import Pair, decide
from symlstm.checker.judging import table_of
from symlstm.checker.meaning.choices import Choices
from symlstm.checker.meaning.elaborate import value_of
from symlstm.checker.meaning.frame import step_frame
from symlstm.checker.meaning.levelling import level
from symlstm.checker.meaning.scope import Convention, Scope
from symlstm.checker.meaning.wholes import reference_of
from symlstm.checker.reader import read_formula
from symlstm.checker.report import Verdict
from symlstm.notation import Profile, notation
from symlstm.printing.stacked import Block
from symlstm.printing.view import fitted, timed_rows
from symlstm.system import Equation, System
from symlstm.system.row_layout import RowLayout


@dataclass(frozen=True)
class Line:
    """A printed line: both sides as they are read, and as the printer was given them, in columns."""

    read: tuple[MatrixExpr, MatrixExpr]
    given: tuple[MatrixExpr, MatrixExpr]

    @property
    def same(self) -> bool:
        """Whether the right side is read as the very expression that was printed."""
        return self.read[1] == self.given[1]


def in_columns(line: Equation, system: System, profile: Profile) -> tuple[MatrixExpr, MatrixExpr]:
    """Both sides of a line of a row layout in the quantities of the System, which are columns."""
    if profile.layout == "column":
        return line.lhs, line.rhs
    layout = RowLayout(system, "transposed" if profile.weights == "transposed" else "right")
    symbols = system.symbols.items()
    columns = {layout.symbol(one): transpose(one) if layout.flips(name) else one for name, one in symbols}
    return columns[line.lhs], substitute(line.rhs, columns)


def lines(system: System, name: str) -> Iterator[Line]:
    """The lines of a System of one step, read in the frame of one step."""
    profile = fitted(system, notation(name))
    rows = timed_rows(system, profile)
    statements = read_formula(sl.latex(system, notation=name), "latex").statements
    assert len(statements) == len(rows)
    reference = reference_of(system)
    table, frame = table_of(reference, notation(name)), step_frame(reference)
    convention = Convention(profile.layout, profile.layout == "row" and profile.weights == "transposed")
    for row, statement in zip(rows, statements, strict=True):
        if isinstance(row.line, Block):
            continue
        choices = Choices()
        scope = Scope(frame, table, choices, convention, read=value_of)
        left, right = (value_of(side, scope) for side in statement.sides)
        line = Line(level(left, right, statement.span, choices), in_columns(row.line, system, profile))
        assert line.read[0] == line.given[0], row.line.name
        if not line.same:
            found = decide(Pair(frame, line.read[1], line.given[1]))
            assert found.verdict is Verdict.RIGHT, f"{row.line.name}: {line.read[1]} for {line.given[1]}"
        yield line


def counted(system: System, name: str) -> tuple[int, int]:
    """How many lines are read as the very expressions, and how many there are."""
    found = list(lines(system, name))
    return sum(line.same for line in found), len(found)


def verdicts(shown: str, system: System, name: str = "default", language: str = "latex") -> Counter[str]:
    """The verdicts on what is shown, by name."""
    report = check(shown, system, notation=name, language=language)
    return Counter(str(claim.verdict) for claim in report.claims)


def printed(system: System, name: str, language: str = "latex") -> str:
    """The System in LaTeX or in Unicode text."""
    return sl.latex(system, notation=name) if language == "latex" else sl.text(system, notation=name)


def check_all(system: System, name: str, language: str = "latex") -> None:
    """Every line that is printed is right, and each is a claim."""
    shown = printed(system, name, language)
    found = verdicts(shown, system, name, language)
    rows = timed_rows(system, fitted(system, notation(name)))
    chains = sum(row.factor is not None for row in rows)
    assert found == {"right": len(rows) + chains}
