"""What a document holds for the checker: displayed formulas and declarations, each with its place."""

from dataclasses import dataclass, field

from symlstm.checker.report import Claim, Place

__all__ = ["Declaration", "Display", "Document"]


@dataclass(frozen=True, slots=True)
class Display:
    r"""One displayed (or, where asked for, inline) formula.

    `source` has the characters of the file from `offset` on, in which comments, \label, definitions of macros and
    carriage returns are spaces, so that offsets into it are offsets into the file. In a notebook, `offset`, line and
    column count in the cell. `environment` is "align", "$$", r"\[", "math" (the fenced block), ".. math::", "" for a
    line of plain text.
    """

    source: str
    place: Place
    offset: int
    environment: str = ""
    inline: bool = False
    skip: bool = False  # the text asks to leave it out
    expect: str = ""  # "wrong" where the text says that it is

    def at(self, offset: int) -> Place:
        """The place of a character of `source`.

        >>> str(Display("a = b +\\n  c", Place(4, 3), 20).at(10))
        '5:3'
        """
        before = self.source[:offset]
        newline = before.rfind("\n")
        column = offset - newline if newline >= 0 else self.place.column + offset
        return Place(self.place.line + before.count("\n"), column, self.place.file, self.place.cell)


@dataclass(frozen=True, slots=True)
class Declaration:
    r"""What a comment says to the checker: `left := right` with `key` "", or the option `key` with its `value`.

    Options are cell, layout, notation, batch, time, skip and expect ("ignore" is skip). `before` counts the displays
    that end in front of it: the declaration stands in front of, or in, `displays[before]`.
    """

    place: Place
    before: int
    left: str = ""
    right: str = ""
    key: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """The formulas of a text in reading order, what is declared, the definitions of macros, one a line.

    `problems` are unreadable claims: an environment that is never closed, a declaration that says nothing. They belong
    into the report, for they may hide formulas.
    """

    displays: tuple[Display, ...] = ()
    declarations: tuple[Declaration, ...] = ()
    macros: str = ""
    problems: tuple[Claim, ...] = field(default=())
    file: str = ""
    kind: str = "text"
