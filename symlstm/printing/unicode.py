"""Unicode text for the terminal: fₜ = σ(W_f·[hₜ₋₁; xₜ] + b_f)."""

import re
from collections.abc import Sequence
from itertools import zip_longest
from unicodedata import normalize

from sympy import Expr, MatrixExpr

from symlstm.algebra.dimensions import dimension_factors, dimension_terms
from symlstm.notation import FunctionName, Glyph, Profile
from symlstm.notation.glyph import ARROWS, COMBINING, DOT, GREEK, HADAMARD, PRIME, TRANSPOSES, Quotient
from symlstm.printing.base import Printer
from symlstm.printing.look import decimal_places, signed
from symlstm.printing.moments import Moment
from symlstm.printing.stacked import Block
from symlstm.printing.view import expression_of, printer_of, timed_rows
from symlstm.system import Equation, System

__all__ = ["UnicodePrinter", "display_width", "shape_text", "text"]

_SUBSCRIPTS = str.maketrans("0123456789+-()tk", "₀₁₂₃₄₅₆₇₈₉₊₋₍₎ₜₖ")
_MOMENTS = {"bare": "{}", "superscript": "({})", "angle": "⟨{}⟩"}
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ᵗⁱⁿᵏ"
_SUPERSCRIPTS = str.maketrans("0123456789+-()tink", _RAISED)


def text(
    shown: Equation | System | MatrixExpr,
    *,
    notation: str | Profile = "default",
    net_inputs: str = "auto",
    shapes: bool = False,
    only: Sequence[str] | None = None,
    system: System | None = None,
) -> str:
    """Unicode text of an equation or expression, or of a System with one equation a line, aligned at the equals sign.

    Options as for `symlstm.latex`. Raises UnknownNameError for an unknown profile, InputError for a bad option.

    >>> import symlstm as sl
    >>> print(sl.text(sl.cell("lstm")["f"]))
    fₜ = σ(W_f·[hₜ₋₁; xₜ] + b_f)
    """
    printer = printer_of(UnicodePrinter, shown, notation, system)
    if isinstance(shown, MatrixExpr):
        return printer.print(expression_of(shown, printer.profile, system))
    rows = [printer.row(row, shapes) for row in timed_rows(shown, printer.profile, net_inputs, only)]
    left = max((display_width(row[0]) for row in rows), default=0)
    widths = [max(map(display_width, column)) for column in zip_longest(*(row[1:] for row in rows), fillvalue="")]
    written = []
    for lhs, *pieces in rows:
        padded = (piece + " " * (width - display_width(piece)) for piece, width in zip(pieces, widths, strict=False))
        written.append(f"{' ' * (left - display_width(lhs))}{lhs} = {'   '.join(padded)}".rstrip())
    return "\n".join(written)


def display_width(line: str) -> int:
    """Columns on the terminal: combining accents take none."""
    return sum(char not in (DOT, *COMBINING.values()) for char in line)


def shape_text(shape: Sequence[Expr]) -> str:
    """A shape as it is read after ℝ: ⁿ is written ^n, so that sums stay legible."""
    if all(side == 1 for side in shape):
        return ""
    rows, columns = map(_size_text, shape)
    if columns == "1":
        return f"^{rows}" if rows.isalpha() or rows.isdigit() else f"^({rows})"
    return "^(" + " × ".join(f"({_size_text(side)})" if side.is_Add else _size_text(side) for side in shape) + ")"


def _size_text(side: Expr) -> str:
    return " + ".join("".join(map(_factor_text, dimension_factors(term))) for term in dimension_terms(side))


def _factor_text(factor: Expr) -> str:
    return f"({_size_text(factor)})" if factor.is_Add else str(factor)


def _plain(base: str) -> str:
    """What may carry a superscript; one that has its own gets brackets."""
    raised = base.endswith(tuple(_RAISED)) or re.search(r"\^\w+$", base)
    return f"({base})" if raised else base


class UnicodePrinter(Printer[str]):
    """Prints matrix expressions in Unicode text."""

    bar = False

    def glyph(self, glyph: Glyph) -> str:
        """A name: C̃ₜ, δa_fₜ, ∂L/∂W_f, ḣₜ."""
        text = self._bare(glyph)
        for place in reversed(range(len(glyph.wraps))):
            adjoint, order, dotted = glyph.wraps[place]
            sign = "∂L" if place == glyph.partial else "δ" if adjoint else "D"
            mark = (DOT if dotted else "") + ("" if order == 1 else str(order).translate(_SUBSCRIPTS))
            text = normalize("NFC", f"{sign}{mark}/∂{text}" if place == glyph.partial else f"{sign}{mark}{text}")
        if glyph.rows:
            return f"[{text}]_{ARROWS[glyph.rows][1] if glyph.rows in ARROWS else glyph.rows}"
        marks = "".join("ⁱⁿ" + mark.translate(_SUBSCRIPTS) for mark in glyph.marks)
        return f"{self.parentheses(text) if glyph.is_partial and marks else text}{marks}"

    def _quotient(self, quotient: Quotient) -> str:
        """dhₜ/dhₜ₋₁, ∂Cₜ/∂Cₜ₋₁, dhₜ/dvec(W_f)."""
        sides = []
        for glyph, vec, rows in zip((quotient.of, quotient.by), quotient.vec, quotient.rows, strict=True):
            text = self.glyph(glyph)
            whole = self.operator("vec", [self.transposed(text) if rows else text])
            sides.append(f"{'d' if quotient.total else '∂'}{whole if vec else text}")
        return "/".join(sides)

    def row(self, row: Moment, shapes: bool) -> list[str]:
        """Both sides, the shape, where it is asked for, and the steps at which the line holds."""
        when = row.when("…", "≠")
        margins = [*([f"∈ ℝ{shape_text(row.line.shape)}"] if shapes else []), *([when] if when else [])]
        with self.at(*row.place):
            if isinstance(row.line, Block):
                return [*self._gates(row.line), *margins]
            return [self.name(row.line.name), " = ".join(self.right(row)), *margins]

    def _gates(self, block: Block) -> tuple[str, str]:
        names, functions = [self.name(gate.name) for gate in block.gates], map(self.function_of, block.functions)
        sizes = ",".join("+".join(map(str, dimension_terms(size))).replace("*", "") for size in block.sizes)
        map_ = f"[{'; '.join(function.text for function in functions)}] T_({sizes})"
        return f"[{'; '.join(names)}]", f"{map_} {self.print(block.argument)}"

    def _bare(self, glyph: Glyph) -> str:
        if glyph.quotient:
            text = self._quotient(glyph.quotient)
            return self.parentheses(text) if glyph.wraps else text
        letter = GREEK.get(glyph.letter, glyph.letter)
        dot = DOT * (2 if glyph.letter in "ij" else 1) if glyph.dotted else ""  # the i and the j lose their own
        text = normalize("NFC", letter + "".join(COMBINING.get(accent, "") for accent in glyph.accents) + dot)
        if PRIME in glyph.accents:
            text += "′"
        subscripts, moment = glyph.subscripts, glyph.moment
        if self.profile.time == "subscript" and glyph.origin == "T":
            subscripts, moment = (*subscripts, moment if moment == "T" else f"({moment})"), ""
        if subscripts:
            text += "_" + ",".join(subscripts)
        if glyph.superscripts:
            text += "^" + ",".join(glyph.superscripts)
        layer = f"({glyph.layer})".translate(_SUPERSCRIPTS) if glyph.layer else ""
        if not moment:
            return text + layer
        if self.profile.time == "subscript":
            return text + moment.translate(_SUBSCRIPTS) + layer
        if glyph.origin == "T":
            return (
                f"{text}{layer}^{_MOMENTS['angle' if self.profile.time == 'angle' else 'superscript'].format(moment)}"
            )
        return text + layer + _MOMENTS[self.profile.time].format(moment).translate(_SUPERSCRIPTS)

    def label(self, part: str) -> str:
        """The part in square brackets."""
        return f"[{part}]"

    def parentheses(self, inner: str) -> str:
        """Round brackets."""
        return f"({inner})"

    def number(self, value: Expr) -> str:
        """An integer or a fraction."""
        if value.is_Float:
            return repr(float(value))
        if places := decimal_places(value):
            return ("-" if value < 0 else "") + "10" + f"-{places}".translate(_SUPERSCRIPTS)
        written = re.sub(r"sqrt\((\w+)\)", r"√\1", str(value).replace("**", "^").replace("*", "·"))
        return f"({written})" if value.free_symbols and "/" in written and not value.is_Add else written

    def sum(self, terms: list[tuple[bool, str]]) -> str:
        """Terms with their signs."""
        return signed(terms)

    def product(self, pieces: list[str]) -> str:
        """Factors joined by a centred dot."""
        return "·".join(pieces)

    def hadamard(self, pieces: list[str], sign: str) -> str:
        """Factors joined by ⊙, or by another sign."""
        return (f" {HADAMARD[sign]} " if sign else " ").join(pieces)

    def quotient(self, numerator: str, denominator: str) -> str:
        """An elementwise quotient: ⊘ beside ⊙, / beside *."""
        return f"{numerator} {'/' if HADAMARD[self.profile.hadamard] in '*∗' else '⊘'} {denominator}"

    def fraction(self, numerator: str, denominator: str) -> str:
        """A quotient by a number."""
        return f"{numerator} / {denominator}"

    def root(self, inner: str) -> str:
        """A square root."""
        return f"√({inner})"

    def operator(self, name: str, arguments: list[str]) -> str:
        """max(a, b)."""
        return f"{name}({', '.join(arguments)})"

    def raised(self, base: str, exponent: str) -> str:
        """A power with a raised exponent."""
        raised = exponent.translate(_SUPERSCRIPTS)
        if "/" in exponent:
            return f"{_plain(base)}^{exponent}" if exponent.endswith(")") else f"{_plain(base)}^({exponent})"
        return _plain(base) + raised if raised != exponent else f"{_plain(base)}^{exponent}"

    def entrywise(self, exponent: str) -> str:
        """An exponent with a ring."""
        return f"∘({exponent})"

    def over_time(self, first: str, last: str, inner: str) -> str:
        """A sum over t, over all steps where nothing is said."""
        steps = "ₜ" if (first, last) == ("1", "T") else f"_(t={first}…{last})"
        return f"Σ{steps} {inner}"

    def multiplied(self, first: str, last: str, inner: str) -> str:
        """A product over k."""
        return f"∏_(k={first}…{last}) {inner}"

    def transposed(self, base: str) -> str:
        """A transpose."""
        return _plain(base) + TRANSPOSES[self.profile.transpose]

    def function(self, name: FunctionName, argument: str, exponent: str | None) -> str:
        """tanh²(Cₜ)."""
        raised = (exponent or "").translate(_SUPERSCRIPTS)
        if "{}" in name.text:
            return name.text.replace("{}", argument) + raised
        return f"{name.text}{raised}({argument})"

    @property
    def between(self) -> tuple[str, str]:
        """What stands between blocks on top of each other, and between blocks side by side."""
        own = f"{self.profile.separator} "
        return ("; ", own) if self.profile.layout == "row" else (own, " | ")

    def stacked(self, rows: list[list[str]]) -> str:
        """[h; x] for rows, [A, B] side by side as [A | B]."""
        down, across = self.between
        return "[" + down.join(across.join(row) for row in rows) + "]"

    def constant(self, symbol: str, rows: Expr, columns: Expr) -> str:
        """A bold 1 or 0."""
        return {"1": "𝟏", "0": "𝟎", "I": "I"}[symbol]
