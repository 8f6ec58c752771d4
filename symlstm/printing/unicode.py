"""Unicode text for the terminal: fₜ = σ(W_f·[hₜ₋₁; xₜ] + b_f)."""

import re
from collections.abc import Sequence
from unicodedata import normalize

from sympy import Expr, MatrixExpr

from symlstm.algebra.dimensions import dimension_factors, dimension_terms
from symlstm.notation import FunctionName, Glyph, Profile
from symlstm.notation.glyph import ACCENTS, DOT, GREEK, HADAMARD, PRIME, TRANSPOSES, Quotient
from symlstm.printing.base import Printer
from symlstm.printing.look import decimal_places, signed
from symlstm.printing.stacked import Block
from symlstm.printing.view import expression_of, printer_of, rows_of
from symlstm.system import Equation, System

__all__ = ["UnicodePrinter", "display_width", "shape_text", "text"]

_SUBSCRIPTS = str.maketrans("0123456789+-()t", "₀₁₂₃₄₅₆₇₈₉₊₋₍₎ₜ")
_MOMENTS = {"bare": "{}", "superscript": "({})", "angle": "⟨{}⟩"}
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ᵗⁱⁿ"
_SUPERSCRIPTS = str.maketrans("0123456789+-()tin", _RAISED)


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
    lines = rows_of(shown, printer.profile, net_inputs, only)
    rows = [(*printer.sides(line), line.shape) for line in lines]
    left = max(map(display_width, (name for name, _, _ in rows)), default=0)
    right = max(map(display_width, (rhs for _, rhs, _ in rows)), default=0)
    written = []
    for name, rhs, shape in rows:
        margin = " " * (right - display_width(rhs) + 3) + f"∈ ℝ{shape_text(shape)}" if shapes else ""
        written.append(f"{' ' * (left - display_width(name))}{name} = {rhs}{margin}")
    return "\n".join(written)


def display_width(line: str) -> int:
    """Columns on the terminal: combining accents take none."""
    return sum(char not in (DOT, *ACCENTS.values()) for char in line)


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

    def sides(self, line: Equation | Block) -> tuple[str, str]:
        """Both sides of an equation, or of a block of gates."""
        if isinstance(line, Equation):
            return self.name(line.name), self.print(line.rhs)
        names, functions = [self.name(gate.name) for gate in line.gates], map(self.function_of, line.functions)
        sizes = ",".join("+".join(map(str, dimension_terms(size))).replace("*", "") for size in line.sizes)
        map_ = f"[{'; '.join(function.text for function in functions)}] T_({sizes})"
        return f"[{'; '.join(names)}]", f"{map_} {self.print(line.argument)}"

    def _bare(self, glyph: Glyph) -> str:
        if glyph.quotient:
            text = self._quotient(glyph.quotient)
            return self.parentheses(text) if glyph.wraps else text
        letter = GREEK.get(glyph.letter, glyph.letter)
        dot = DOT * (2 if glyph.letter in "ij" else 1) if glyph.dotted else ""  # the i and the j lose their own
        text = normalize("NFC", letter + "".join(ACCENTS.get(accent, "") for accent in glyph.accents) + dot)
        if PRIME in glyph.accents:
            text += "′"
        if glyph.subscripts:
            text += "_" + ",".join(glyph.subscripts)
        if glyph.superscripts:
            text += "^" + ",".join(glyph.superscripts)
        if not glyph.moment:
            return text
        if self.profile.time == "subscript":
            return text + glyph.moment.translate(_SUBSCRIPTS)
        return text + _MOMENTS[self.profile.time].format(glyph.moment).translate(_SUPERSCRIPTS)

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
