"""The tokens that both lexers give and the grammar takes."""

from dataclasses import dataclass, replace

from symlstm.checker.reader.tree import Span

__all__ = ["CLOSING", "OPENING", "Token", "ends_operand", "starts_operand"]

OPENING = {
    "LPAR": "RPAR", "LSQB": "RSQB", "INDEX": "RSQB", "SLICE": "RSQB", "LCUR": "RCUR", "LANGLE": "RANGLE",
    "LBRACE": "RBRACE", "MATRIX": "ENDMATRIX", "CASES": "ENDCASES", "BAROPEN": "BARCLOSE",
}  # fmt: skip
CLOSING = frozenset(OPENING.values())

_ATOMS = frozenset({"NAME", "NUMBER", "FUNC", "DOTS"})
_ENDS = _ATOMS | CLOSING | {"PRIME"}
_STARTS = _ATOMS | (frozenset(OPENING) - {"INDEX", "SLICE"}) | {"ACCENT", "FRAC", "SQRT", "BIG"}


@dataclass(slots=True)
class Token:
    """One token: its type (a terminal of the grammar), what it means, how it was written and where.

    `value` is the name, number, operator or relation; `font` is as in `Name`. Offsets are those of the text that was
    handed over.
    """

    type: str
    value: str
    start: int
    stop: int
    font: str = ""
    source: str = ""

    @property
    def span(self) -> Span:
        """Where the token stands."""
        return Span(self.start, self.stop)

    # What the parser's own tokens have and its error messages ask for.
    @property
    def start_pos(self) -> int:
        """The first character."""
        return self.start

    @property
    def end_pos(self) -> int:
        """Behind the last character."""
        return self.stop

    @property
    def line(self) -> int:
        """Lines are counted from the text, see `placed`."""
        return 1

    column = end_line = end_column = line

    def moved(self, start: int, stop: int) -> "Token":
        """The same token at another place."""
        return replace(self, start=start, stop=stop)


def ends_operand(token: Token | None) -> bool:
    """Whether something that can stand left of an operator ends here."""
    return token is not None and token.type in _ENDS


def starts_operand(token: Token | None) -> bool:
    """Whether something that can stand right of an operator starts here."""
    return token is not None and token.type in _STARTS
