"""What the reader says when it cannot read: where, what was found, what was expected, what to do."""

from symlstm.errors import InputError

__all__ = ["ReadingError", "moved", "placed", "refusal"]


class ReadingError(InputError):
    """A formula cannot be read.

    `offset` is where in the text (shifted like the spans of the tree), `found` what stands there, `expected` a short
    list of what would have been fine there.
    """

    def __init__(self, message: str, offset: int = 0, found: str = "", expected: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.offset = offset
        self.found = found
        self.expected = expected


def refusal(offset: int, found: str, expected: tuple[str, ...] = (), advice: str = "") -> ReadingError:
    """An error that does not know its line yet: "found …, expected …; advice"."""
    found = "".join(char if char.isprintable() else repr(char)[1:-1] for char in found)
    wanted = f", expected {' or '.join(expected)}" if expected else ""
    return ReadingError(
        f"found {found}{wanted}{f'; {advice}' if advice.isprintable() and advice else ''}", offset, found, expected
    )


def moved(error: ReadingError, offset: int) -> ReadingError:
    """The same error at another place."""
    return ReadingError(str(error), offset, error.found, error.expected)


def placed(error: ReadingError, text: str, shift: int) -> ReadingError:
    """The same error with the line and column of its offset, both counted from 1, in front."""
    before = text[: max(error.offset - shift, 0)]
    line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
    message = f"line {line}, column {column}: {error}"
    return ReadingError(message, error.offset, error.found, error.expected)
