"""Two-dimensional text for the terminal, where matrices take several lines; SymPy's stringPict puts it together."""

from sympy import Expr
from sympy.printing.pretty.stringpict import stringPict

from symlstm.notation import FunctionName, Glyph, Profile
from symlstm.notation.glyph import HADAMARD, TRANSPOSES
from symlstm.printing.base import Printer
from symlstm.printing.unicode import UnicodePrinter

__all__ = ["PrettyPrinter", "bracketed", "joined"]


def joined(*parts: str | stringPict) -> stringPict:
    """Parts side by side, their main lines level."""
    return stringPict(*stringPict.next(*parts))


def bracketed(rows: list[list[str]]) -> stringPict:
    """A matrix in square brackets, its columns aligned at the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [" ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    if len(lines) == 1:
        return stringPict(f"[{lines[0]}]")
    left = "⎡" + "⎢" * (len(lines) - 2) + "⎣"
    right = "⎤" + "⎥" * (len(lines) - 2) + "⎦"
    text = "\n".join(f"{a}{line}{b}" for a, line, b in zip(left, lines, right, strict=True))
    return stringPict(text, (len(lines) - 1) // 2)


class PrettyPrinter(Printer[stringPict]):
    """Prints matrix expressions in two-dimensional text."""

    bar = False

    def __init__(self, profile: Profile, timeless: frozenset[str] | None = None) -> None:
        super().__init__(profile, timeless)
        self._line = UnicodePrinter(profile, timeless)

    def glyph(self, glyph: Glyph) -> stringPict:
        """A name, on one line."""
        return stringPict(self._line.glyph(glyph))

    def label(self, part: str) -> stringPict:
        """The part in square brackets."""
        return stringPict(self._line.label(part))

    def parentheses(self, inner: stringPict) -> stringPict:
        """Round brackets as tall as their content."""
        return stringPict(*inner.parens())

    def number(self, value: Expr) -> stringPict:
        """A number."""
        return stringPict(self._line.number(value))

    def sum(self, terms: list[tuple[bool, stringPict]]) -> stringPict:
        """Terms with their signs."""
        parts: list[str | stringPict] = []
        for minus, term in terms:
            parts += ["-" if minus else "", term] if not parts else [" - " if minus else " + ", term]
        return joined(*parts)

    def product(self, pieces: list[stringPict]) -> stringPict:
        """Factors joined by a centred dot."""
        return _separated("·", pieces)

    def hadamard(self, pieces: list[stringPict], sign: str) -> stringPict:
        """Factors joined by the sign."""
        return _separated(f" {HADAMARD[sign]} " if sign else " ", pieces)

    def quotient(self, numerator: stringPict, denominator: stringPict) -> stringPict:
        """An elementwise quotient."""
        return joined(numerator, self._line.quotient("", ""), denominator)

    def fraction(self, numerator: stringPict, denominator: stringPict) -> stringPict:
        """A quotient by a number."""
        return joined(numerator, " / ", denominator)

    def root(self, inner: stringPict) -> stringPict:
        """A square root."""
        return joined("√", self.parentheses(inner))

    def operator(self, name: str, arguments: list[stringPict]) -> stringPict:
        """max(a, b)."""
        return joined(name, self.parentheses(_separated(", ", arguments)))

    def raised(self, base: stringPict, exponent: stringPict) -> stringPict:
        """A power; beside a tall base the exponent stands at the top."""
        mark = self._line.raised("", exponent.picture[0])
        return stringPict(*base.right(_at_top(mark, base)))

    def entrywise(self, exponent: stringPict) -> stringPict:
        """An exponent with a ring."""
        return stringPict(self._line.entrywise(exponent.picture[0]))

    def over_time(self, first: str, last: str, inner: stringPict) -> stringPict:
        """A sum over t."""
        return joined(self._line.over_time(first, last, ""), inner)

    def multiplied(self, first: str, last: str, inner: stringPict) -> stringPict:
        """A product over k."""
        return joined(self._line.multiplied(first, last, ""), inner)

    def transposed(self, base: stringPict) -> stringPict:
        """A transpose."""
        return stringPict(*base.right(_at_top(TRANSPOSES[self.profile.transpose], base)))

    def function(self, name: FunctionName, argument: stringPict, exponent: stringPict | None) -> stringPict:
        """A function of its argument in brackets."""
        power = self._line.raised("", exponent.picture[0]) if exponent else ""
        before, braces, after = name.text.partition("{}")
        if braces:
            return joined(before, argument, after + power)
        return joined(f"{name.text}{power}", self.parentheses(argument))

    def stacked(self, rows: list[list[stringPict]]) -> stringPict:
        """Blocks in square brackets."""
        down, across = self._line.between
        return joined("[", _separated(down, [_separated(across, row) for row in rows]), "]")

    def constant(self, symbol: str, rows: Expr, columns: Expr) -> stringPict:
        """A bold 1 or 0."""
        return stringPict(self._line.constant(symbol, rows, columns))


def _separated(sign: str, pieces: list[stringPict]) -> stringPict:
    parts: list[str | stringPict] = [pieces[0]]
    for piece in pieces[1:]:
        parts += [sign, piece]
    return joined(*parts)


def _at_top(mark: str, base: stringPict) -> stringPict:
    height = len(base.picture)
    return stringPict("\n".join([mark] + [" " * len(mark)] * (height - 1)), base.baseline)
