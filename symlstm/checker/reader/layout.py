"""Rows, columns and what stands beside each other in a row: from the tokens of a display to those of each statement."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from symlstm.checker.reader.chunks import Chunk, chunks, has_relation, is_open, starts_infix, stripped
from symlstm.checker.reader.errors import refusal
from symlstm.checker.reader.token import CLOSING, OPENING, Token

__all__ = ["Pending", "laid_out"]


@dataclass(slots=True)
class Pending:
    """The tokens of a statement to be, with those of its annotations."""

    tokens: list[Token]
    annotations: list[list[Token]] = field(default_factory=list)
    tag: str = ""
    prose: bool = False  # words stand in its row
    beside: bool = False  # an equation stands in its row


def split(tokens: Sequence[Token], kind: str) -> Iterator[list[Token]]:
    """The pieces between tokens of this type that stand in no bracket."""
    piece: list[Token] = []
    depth = 0
    for token in tokens:
        depth += (token.type in OPENING) - (token.type in CLOSING)
        if depth == 0 and token.type == kind:
            yield piece
            piece = []
        else:
            piece.append(token)
    yield piece


def _pieces(cells: Sequence[list[Token]]) -> list[list[Token]]:
    """The cells of a row put together to equations: a cell goes on where the one before it is no whole equation."""
    pieces: list[list[Token]] = [[]]
    for cell in map(stripped, cells):
        last = pieces[-1]
        if not cell:
            if has_relation(last):
                pieces.append([])
        elif not last or is_open(last) or starts_infix(cell) or not has_relation(last):
            last += cell
        else:
            pieces.append(cell)
    return pieces


class _Layout:
    """The statements so far, and for each column the one that a row without a left side goes on with."""

    def __init__(self) -> None:
        self.statements: list[Pending] = []
        self.words: list[Token] = []
        self.columns: dict[int, Pending] = {}

    def row(self, tokens: list[Token]) -> None:
        first = len(self.statements)
        words = len(self.words)
        annotated: list[Token] = []
        for column, piece in enumerate(_pieces(list(split(tokens, "AMP")))):
            for k, chunk in enumerate(chunks(piece, behind=len(self.statements) > first or column > 0)):
                self.chunk(chunk, column, k, annotated)
        new = self.statements[first:]
        prose = len(self.words) > words or bool(annotated)
        beside = any(has_relation(pending.tokens) for pending in new)
        for pending in new:
            pending.prose, pending.beside = prose, beside

    def chunk(self, chunk: Chunk, column: int, position: int, annotated: list[Token]) -> None:
        previous = self.statements[-1] if self.statements else None
        if chunk.kind == "tag" and previous is not None:
            previous.tag = chunk.tokens[0].value
        elif chunk.kind == "words":
            self.words += chunk.tokens
        elif chunk.kind == "annotation" and previous is not None:
            previous.annotations.append(chunk.tokens)
            annotated += [token for token in chunk.tokens if token.type == "WORDS"]
        elif chunk.kind != "tag":
            self.statement(chunk.tokens, column, position)

    def statement(self, tokens: list[Token], column: int, position: int) -> None:
        before = self.columns.get(column, self.columns.get(0))
        if before is not None and position == 0 and self.goes_on(before, tokens):
            before.tokens += tokens
            return
        if tokens[0].type == "REL":
            raise refusal(tokens[0].start, tokens[0].source or tokens[0].value, ("a left side",))
        pending = Pending(tokens)
        self.statements.append(pending)
        self.columns[column] = pending

    def goes_on(self, before: Pending, tokens: list[Token]) -> bool:
        """Whether a row goes on with the statement of a row before it."""
        if is_open(before.tokens):
            return True
        minus = tokens[0].type == "MINUS" and has_relation(tokens)
        return starts_infix(tokens) and not minus

    def checked(self) -> list[Pending]:
        """No side may stand for itself beside equations, where it would go unchecked."""
        equations = any(has_relation(pending.tokens) for pending in self.statements)
        for pending in self.statements:
            alone = not has_relation(pending.tokens)
            if alone and equations and (pending.beside or not pending.prose):
                place = pending.tokens[0]
                raise refusal(
                    place.start,
                    "a line or part without an equals sign",
                    ("=",),
                    "put an operator or = where it goes on",
                )
        return self.statements


def laid_out(tokens: list[Token]) -> tuple[list[Pending], list[Token]]:
    """The statements of a display in reading order, and the words between them."""
    layout = _Layout()
    for row in split(tokens, "ROW"):
        if any(token.type not in ("AMP", "WIDE") for token in row):
            layout.row(row)
    return layout.checked(), layout.words
