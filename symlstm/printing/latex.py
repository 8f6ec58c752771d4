"""LaTeX: amsmath only, brackets that grow only around tall content, the author's order."""

import re
from collections.abc import Sequence
from itertools import pairwise

from sympy import Add, Expr, MatrixExpr, Rational
from sympy import latex as sympy_latex

from symlstm.algebra.dimensions import dimension_factors, dimension_terms
from symlstm.notation import FunctionName, Glyph, Profile
from symlstm.notation.glyph import ARROWS, GREEK, PRIME, Quotient
from symlstm.printing.base import Printer
from symlstm.printing.brackets import bracketed, matrix, parenthesized, superscript_base
from symlstm.printing.look import decimal_places, signed
from symlstm.printing.moments import Moment
from symlstm.printing.stacked import Block
from symlstm.printing.view import expression_of, printer_of, timed_rows
from symlstm.system import Equation, System

__all__ = ["LatexPrinter", "latex", "shape_latex"]

_SHORT = re.compile(r"\w?\w|\w,\w+|[^a-z_]*:.*", re.ASCII)
_MOMENTS = {"subscript": "{}", "bare": "{}", "superscript": "({})", "angle": r"\langle {} \rangle"}
_LAYERS = {"subscript": "({})", "bare": "({}),", "superscript": "[{}]", "angle": "[{}]"}  # in front of the time
_FILLED = (r"\mathbf{1}", r"\mathbf{0}")
_DIAGONAL = r"\operatorname{diag}"
_JACOBIAN = r"\frac{\mathrm{d} "


def latex(
    shown: Equation | System | MatrixExpr,
    *,
    notation: str | Profile = "default",
    net_inputs: str = "auto",
    shapes: bool = False,
    only: Sequence[str] | None = None,
    system: System | None = None,
) -> str:
    r"""LaTeX of an equation or expression, or an `aligned` block of a System, one equation a line; no delimiters.

    `notation` is a profile or its name; `net_inputs` is "inline", "show" or "auto"; `shapes` adds
    `\in \mathbb{R}^{n}` at the right of every line; `only` picks equations of a System by name.
    `system` says whose parameters, which carry no time, an expression speaks of. Needs amsmath, and amssymb for shapes.
    Raises UnknownNameError for an unknown profile, InputError for a bad option.

    >>> import symlstm as sl
    >>> print(sl.latex(sl.cell("lstm")["f"]))
    f_t = \sigma(W_f [h_{t-1}; x_t] + b_f)
    """
    printer = printer_of(LatexPrinter, shown, notation, system)
    if isinstance(shown, MatrixExpr):
        return printer.print(expression_of(shown, printer.profile, system))
    rows = [_row(printer, line, shapes) for line in timed_rows(shown, printer.profile, net_inputs, only)]
    if isinstance(shown, Equation) and len(rows) == 1:
        return f"{rows[0][0]} = {rows[0][1]}" + "".join(rf" \qquad {margin}" for margin in rows[0][2:] if margin)
    body = " \\\\\n".join(
        f"{lhs} &= {rhs}" + "".join(f" && {margin}" for margin in margins) for lhs, rhs, *margins in rows
    )
    return f"\\begin{{aligned}}\n{body}\n\\end{{aligned}}"


def _row(printer: "LatexPrinter", row: Moment, shapes: bool) -> list[str]:
    """Both sides, the shape, where it is asked for, and the steps at which the line holds."""
    power = "" if row.line.shape == (1, 1) else f"^{{{shape_latex(row.line.shape)}}}"
    when = row.when(r"\dots", r"\neq")
    margins = [*([rf"\in \mathbb{{R}}{power}"] if shapes else []), *([when] if when else [])]
    with printer.at(*row.place):
        if isinstance(row.line, Block):
            return [*printer.gates(row.line), *margins]
        return [printer.name(row.line.name), " = ".join(printer.right(row)), *margins]


def shape_latex(shape: Sequence[Expr]) -> str:
    r"""A shape as an exponent of \mathbb{R}: n, or n \times (n + d)."""
    if shape[1] == 1:
        return _size_latex(shape[0])
    return r" \times ".join(f"({_size_latex(side)})" if side.is_Add else _size_latex(side) for side in shape)


def _size_latex(side: Expr) -> str:
    return " + ".join(_size(term) for term in dimension_terms(side))


def _size(term: Expr) -> str:
    if term.is_Mul and term.atoms(Add):
        factors = dimension_factors(term)
        return " ".join(f"({_size_latex(factor)})" if factor.is_Add else _size(factor) for factor in factors)
    return _letter(str(term)) if term.is_Symbol else sympy_latex(term)


def _letter(letter: str) -> str:
    if letter in GREEK:
        return "\\" + letter
    return letter if len(letter) == 1 else r"\mathrm{" + letter.replace("_", r"\_") + "}"


def _gap(left: str, right: str) -> str:
    r"""What parts two factors: a thin space behind \operatorname{diag}(a), before a bold 1 and before a Jacobian."""
    return r" \, " if left.startswith(_DIAGONAL) or right.startswith((*_FILLED, _JACOBIAN)) else " "


def _scripted(text: str, sign: str, script: str) -> str:
    if not script:
        return text
    return f"{text}{sign}{script}" if len(script) == 1 else f"{text}{sign}{{{script}}}"


def _ins(glyph: Glyph) -> str:
    """The mark of what flows in from outside."""
    return ",".join(_scripted(r"\mathrm{in}", "_", mark) for mark in glyph.marks)


class LatexPrinter(Printer[str]):
    """Prints matrix expressions in LaTeX."""

    def glyph(self, glyph: Glyph) -> str:
        r"""A name: \tilde{C}_t, \delta a_{f,t}, \frac{\partial L}{\partial W_f}, \dot{h}_t."""
        text = self._bare(glyph)
        for place in reversed(range(len(glyph.wraps))):
            adjoint, order, dotted = glyph.wraps[place]
            mark = "" if order == 1 else f"_{order}"
            if place == glyph.partial:
                loss = r"\dot{L}" if dotted else "L"
                text = rf"\frac{{\partial {loss}{mark}}}{{\partial {text}}}"
            else:
                sign = (r"\dot{\delta}" if dotted else r"\delta") if adjoint else r"\mathrm{D}"
                text = rf"{sign}{mark} {text}"
        if glyph.rows:
            return _scripted(bracketed(text), "_", ARROWS.get(glyph.rows, (self._label(glyph.rows),))[0])
        return rf"{parenthesized(text)}^{{{_ins(glyph)}}}" if glyph.seed and glyph.is_partial else text

    def _quotient(self, quotient: Quotient) -> str:
        r"""\frac{\mathrm{d} h_t}{\mathrm{d} h_{t-1}}, \frac{\partial C_t}{\partial C_{t-1}}."""
        sign = r"\mathrm{d}" if quotient.total else r"\partial"
        sides = []
        for glyph, vec, rows in zip((quotient.of, quotient.by), quotient.vec, quotient.rows, strict=True):
            text = self.glyph(glyph)
            whole = self.operator("vec", [self.transposed(text) if rows else text])
            sides.append(f"{sign} {whole if vec else text}")
        return rf"\frac{{{sides[0]}}}{{{sides[1]}}}"

    def _bare(self, glyph: Glyph) -> str:
        if glyph.quotient:
            text = self._quotient(glyph.quotient)
            return _scripted(parenthesized(text), "^", _ins(glyph)) if glyph.wraps else text
        text = self._accented(glyph)
        subscripts = [self._label(part) for part in glyph.subscripts]
        superscripts = [self._label(part) for part in glyph.superscripts]
        moment = self._moment(glyph)
        layer = _LAYERS[self.profile.time].format(glyph.layer) if glyph.layer else ""
        if self.profile.time == "subscript":
            subscripts.append(moment)
            superscripts.append(layer)
        else:
            superscripts.append((layer + moment).removesuffix(","))
        if glyph.seed and not glyph.is_partial:
            superscripts.append(_ins(glyph))
        above = ",".join(filter(None, superscripts))
        if PRIME in glyph.accents:
            above, text = (rf"\prime {above}", text) if above else ("", text + "'")
        return _scripted(text, "_", ",".join(filter(None, subscripts))) + _scripted("", "^", above)

    def _moment(self, glyph: Glyph) -> str:
        """The time; a bare T is put in brackets, where it would read as a transpose."""
        bare = self.profile.time == "bare" and glyph.origin == "T"
        return _MOMENTS["superscript" if bare else self.profile.time].format(glyph.moment) if glyph.moment else ""

    def _accented(self, glyph: Glyph) -> str:
        text = _letter(glyph.letter)
        if glyph.bold:
            font = r"\boldsymbol" if glyph.letter in GREEK else self.profile.bold_font
            text = rf"{font}{{{text}}}" if not text.startswith(r"\mathrm") else text.replace("rm", "bf", 1)
        for accent in glyph.accents:
            text = text if accent == PRIME else rf"\{accent}{{{text}}}"
        return rf"\dot{{{text}}}" if glyph.dotted else text

    def _label(self, part: str) -> str:
        if self.profile.label_font == "upright" and part.isalpha():
            return rf"\mathrm{{{part}}}"
        return part if _SHORT.fullmatch(part) else _letter(part)

    def gates(self, block: Block) -> tuple[str, str]:
        """Both sides of a block of gates: their names, and the functions of one affine map."""
        names = matrix([self.name(gate.name) for gate in block.gates], "pmatrix")
        functions = matrix([self.function_of(node).latex for node in block.functions], "pmatrix")
        sizes = re.sub(r" ?\+ |(?<=\d) ", lambda gap: gap[0].strip(), ",".join(map(_size_latex, block.sizes)))
        return names, f"{functions} T_{{{sizes}}} {self.print(block.argument)}"

    def label(self, part: str) -> str:
        """The part in square brackets."""
        return f"[{part}]"

    def parentheses(self, inner: str) -> str:
        r"""Plain brackets, \left( \right) around tall content."""
        return parenthesized(inner)

    def number(self, value: Expr) -> str:
        """An integer or a fraction."""
        if isinstance(value, Rational) and value.q != 1:
            sign = "-" if value < 0 else ""
            if places := decimal_places(value):
                return f"{sign}10^{{-{places}}}"
            return rf"{sign}\frac{{{abs(value.p)}}}{{{value.q}}}"
        return str(value) if value.is_Integer else sympy_latex(value)

    def sum(self, terms: list[tuple[bool, str]]) -> str:
        """Terms with their signs."""
        return signed(terms)

    def product(self, pieces: list[str]) -> str:
        """Factors side by side, or with the profile's sign between them."""
        if self.profile.product:
            return f" {self.profile.product} ".join(pieces)
        return pieces[0] + "".join(_gap(*pair) + pair[1] for pair in pairwise(pieces))

    def numbers(self, pieces: list[str]) -> str:
        """Factors with a little space or the profile's sign between them."""
        return self.product(pieces) if self.profile.product else r" \, ".join(pieces)

    def hadamard(self, pieces: list[str], sign: str) -> str:
        """Factors with the sign between them."""
        return (f" {sign} " if sign else " ").join(pieces)

    def quotient(self, numerator: str, denominator: str) -> str:
        r"""An elementwise quotient: \oslash beside \odot, / beside *."""
        sign = "/" if self.profile.hadamard in ("*", r"\ast") else r"\oslash"
        return f"{numerator} {sign} {denominator}"

    def fraction(self, numerator: str, denominator: str) -> str:
        """A fraction."""
        return rf"\frac{{{numerator}}}{{{denominator}}}"

    def root(self, inner: str) -> str:
        """A square root."""
        return rf"\sqrt{{{inner}}}"

    def operator(self, name: str, arguments: list[str]) -> str:
        r"""\max(a, b), \operatorname{mean}(a)."""
        command = rf"\{name}" if name == "max" else rf"\operatorname{{{name}}}"
        return command + self.parentheses(", ".join(arguments))

    def raised(self, base: str, exponent: str) -> str:
        """A power."""
        return f"{superscript_base(base)}^{{{exponent}}}"

    def entrywise(self, exponent: str) -> str:
        """An exponent with a ring."""
        return rf"\circ {exponent}" if not exponent.startswith("-") else rf"\circ({exponent})"

    def over_time(self, first: str, last: str, inner: str) -> str:
        """A sum over t."""
        return rf"\sum_{{t={first}}}^{{{last}}} {inner}"

    def multiplied(self, first: str, last: str, inner: str) -> str:
        """A product over k."""
        return rf"\prod_{{k={first}}}^{{{last}}} {inner}"

    def transposed(self, base: str) -> str:
        """A transpose with the profile's sign."""
        return self.raised(base, self.profile.transpose)

    def function(self, name: FunctionName, argument: str, exponent: str | None) -> str:
        r"""\tanh^{2}(C_t)."""
        if "{}" in name.latex:
            whole = name.latex.replace("{}", argument)
            return f"{whole}^{{{exponent}}}" if exponent else whole
        return name.latex + (f"^{{{exponent}}}" if exponent else "") + self.parentheses(argument)

    def stacked(self, rows: list[list[str]]) -> str:
        """[h; x] for a stack of rows, or [h, x] side by side where the profile writes rows; a bmatrix elsewhere."""
        kind = self.profile.stack
        if kind == "inline" and (len(rows[0]) == 1, len(rows) == 1)[self.profile.layout == "row"]:
            return bracketed(f"{self.profile.separator} ".join(piece for row in rows for piece in row))
        return matrix([" & ".join(row) for row in rows], "bmatrix" if kind == "inline" else kind)

    def constant(self, symbol: str, rows: Expr, columns: Expr) -> str:
        """A bold 1 or 0, with its size where it is no column."""
        if symbol == "I":
            return f"I_{{{_size_latex(rows)}}}"
        letter = rf"\mathbf{{{symbol}}}"
        return letter if columns == 1 else rf"{letter}_{{{shape_latex((rows, columns))}}}"
