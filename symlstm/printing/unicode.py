"""Unicode text for the terminal: fₜ = σ(W_f·[hₜ₋₁; xₜ] + b_f)."""

import re
from collections.abc import Sequence
from unicodedata import normalize

from sympy import Expr, MatrixExpr, Rational

from symlstm.algebra.dimensions import dimension_terms
from symlstm.algebra.function import Activation
from symlstm.notation import Glyph, Profile
from symlstm.notation.glyph import ACCENTS, GREEK, HADAMARD
from symlstm.printing.base import Printer
from symlstm.printing.look import signed
from symlstm.printing.view import lines_of, printer_of
from symlstm.system import Equation, System

__all__ = ["UnicodePrinter", "display_width", "shape_text", "text"]

_SUBSCRIPTS = str.maketrans("0123456789+-()t", "₀₁₂₃₄₅₆₇₈₉₊₋₍₎ₜ")
_SUPERSCRIPTS = str.maketrans("0123456789+-()tin", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ᵗⁱⁿ")


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
        return printer.print(shown)
    rows = [
        (printer.name(line.name), printer.print(line.rhs), line.shape) for line in lines_of(shown, net_inputs, only)
    ]
    left = max(map(display_width, (name for name, _, _ in rows)), default=0)
    right = max(map(display_width, (rhs for _, rhs, _ in rows)), default=0)
    written = []
    for name, rhs, shape in rows:
        margin = " " * (right - display_width(rhs) + 3) + f"∈ ℝ{shape_text(shape)}" if shapes else ""
        written.append(f"{' ' * (left - display_width(name))}{name} = {rhs}{margin}")
    return "\n".join(written)


def display_width(line: str) -> int:
    """Columns on the terminal: combining accents take none."""
    return sum(char not in ACCENTS.values() for char in line)


def shape_text(shape: Sequence[Expr]) -> str:
    """A shape as it is read after ℝ: ⁿ is written ^n, so that sums stay legible."""
    sides = [" + ".join(map(str, dimension_terms(side))) for side in shape]
    if sides == ["1", "1"]:
        return ""
    if sides[1] == "1":
        return f"^{sides[0]}" if "+" not in sides[0] else f"^({sides[0]})"
    return "^(" + " × ".join(f"({side})" if "+" in side else side for side in sides) + ")"


class UnicodePrinter(Printer[str]):
    """Prints matrix expressions in Unicode text."""

    bar = False

    def glyph(self, glyph: Glyph) -> str:
        """A name: C̃ₜ, δa_fₜ, ∂L/∂W_f."""
        text = self._bare(glyph)
        for order in reversed(glyph.adjoints):
            mark = "" if order == 1 else str(order).translate(_SUBSCRIPTS)
            innermost = order == glyph.adjoints[-1]
            text = f"∂L{mark}/∂{text}" if glyph.time is None and innermost else f"δ{mark}{text}"
        return f"{self.parentheses(text) if glyph.is_partial else text}ⁱⁿ" if glyph.seed else text

    def _bare(self, glyph: Glyph) -> str:
        letter = GREEK.get(glyph.letter, glyph.letter)
        text = normalize("NFC", letter + ACCENTS.get(glyph.accent, ""))
        if glyph.subscripts:
            text += "_" + ",".join(glyph.subscripts)
        if glyph.time is None:
            return text
        moment = "t" if glyph.time == 0 else f"t{glyph.time:+d}"
        if self.profile.time == "subscript":
            return text + moment.translate(_SUBSCRIPTS)
        left, right = "()" if self.profile.time == "superscript" else "⟨⟩"
        return text + f"{left}{moment}{right}".translate(_SUPERSCRIPTS)

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
        if isinstance(value, Rational) and abs(value.p) == 1 and value.q >= 1000 and set(str(value.q)) == {"1", "0"}:
            return ("-" if value < 0 else "") + "10" + f"-{len(str(value.q)) - 1}".translate(_SUPERSCRIPTS)
        written = re.sub(r"sqrt\((\w+)\)", r"√\1", str(value).replace("**", "^"))
        return f"({written})" if value.free_symbols and "/" in written and not value.is_Add else written

    def sum(self, terms: list[tuple[bool, str]]) -> str:
        """Terms with their signs."""
        return signed(terms)

    def product(self, pieces: list[str]) -> str:
        """Factors joined by a centred dot."""
        return "·".join(pieces)

    def hadamard(self, pieces: list[str]) -> str:
        """Factors joined by ⊙, or by the profile's sign."""
        return f" {HADAMARD[self.profile.hadamard]} ".join(pieces)

    def quotient(self, numerator: str, denominator: str) -> str:
        """An elementwise quotient: ⊘ beside ⊙, / beside *."""
        return f"{numerator} {'/' if HADAMARD[self.profile.hadamard] in '*∗' else '⊘'} {denominator}"

    def fraction(self, numerator: str, denominator: str) -> str:
        """A quotient by a number."""
        return f"{numerator} / {denominator}"

    def operator(self, name: str, arguments: list[str]) -> str:
        """max(a, b)."""
        return f"{name}({', '.join(arguments)})"

    def raised(self, base: str, exponent: str) -> str:
        """A power with a raised exponent."""
        raised = exponent.translate(_SUPERSCRIPTS)
        if "/" in exponent:
            return f"{base}^{exponent}" if exponent.endswith(")") else f"{base}^({exponent})"
        return base + raised if raised != exponent else f"{base}^{exponent}"

    def entrywise(self, exponent: str) -> str:
        """An exponent with a ring."""
        return f"∘({exponent})"

    def transposed(self, base: str) -> str:
        """A transpose."""
        return f"{base}ᵀ"

    def function(self, activation: Activation, argument: str, exponent: str | None) -> str:
        """tanh²(Cₜ)."""
        raised = (exponent or "").translate(_SUPERSCRIPTS)
        if "{}" in activation.entry.text:
            return activation.entry.text.replace("{}", argument) + raised
        return f"{activation.entry.text}{raised}({argument})"

    def stacked(self, rows: list[list[str]]) -> str:
        """[h; x] for rows, [A, B] side by side as [A | B]."""
        return "[" + f"{self.profile.separator} ".join(" | ".join(row) for row in rows) + "]"

    def constant(self, symbol: str, rows: Expr, columns: Expr) -> str:
        """A bold 1 or 0."""
        return {"1": "𝟏", "0": "𝟎", "I": "I"}[symbol]
