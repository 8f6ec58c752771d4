"""Row vectors, where the notation writes them: what is shown is put into rows before it is printed."""

from sympy import MatrixExpr, MatrixSymbol

from symlstm.algebra import symbols_of, transpose
from symlstm.notation import Profile
from symlstm.notation.derived import innermost
from symlstm.system import Equation, Leaf, LeafKind, RowLayout, System

__all__ = ["laid_out", "laid_out_alone", "layout_of"]

_WEIGHTS = {"plain": "right", "transposed": "transposed"}


def layout_of(system: System, profile: Profile) -> RowLayout | None:
    """The row layout in which the profile writes a System; None where it writes columns."""
    return None if profile.layout == "column" else RowLayout(system, _WEIGHTS[profile.weights])


def laid_out(system: System, profile: Profile) -> System:
    """The System in the layout of the profile."""
    layout = layout_of(system, profile)
    return layout.system() if layout else system


def laid_out_alone(shown: MatrixExpr | Equation, profile: Profile, system: System | None) -> MatrixExpr:
    """A bare expression, or the right side of an equation that belongs to no System, in the layout of the profile.

    `system` says whose the quantities are; without it, a quantity is a parameter where its family has no time.
    """
    expression = shown.rhs if isinstance(shown, Equation) else shown
    if profile.layout == "column":
        return expression
    layout = RowLayout(system or _around(shown, profile), _WEIGHTS[profile.weights])
    flipped = layout.transposed(expression)
    stays = not layout.flips(shown.name) if isinstance(shown, Equation) else _is_kept(expression, layout)
    return transpose(flipped) if stays else flipped


def _is_kept(expression: MatrixExpr, layout: RowLayout) -> bool:
    """Whether an expression is like a weight that is not transposed: it has the shape of one, and of no flipped one."""
    given = layout.given
    kept = {given.shapes[name] for name in given.parameters if not layout.flips(name)}
    flipped = {given.shapes[name] for name in given.symbols if layout.flips(name)}
    return expression.shape in kept - flipped


def _around(shown: MatrixExpr | Equation, profile: Profile) -> System:
    """A System that declares the quantities of an expression, and those whose gradients they are."""
    symbols = symbols_of(shown) if not isinstance(shown, Equation) else [shown.lhs, *symbols_of(shown.rhs)]
    shapes = {innermost(str(symbol.name)): symbol.shape for symbol in symbols}
    shapes |= {str(symbol.name): symbol.shape for symbol in symbols}
    leaves = [Leaf(MatrixSymbol(name, *shape), _kind(name, profile)) for name, shape in shapes.items()]
    return System("expression", tuple(leaves), (), ())


def _kind(name: str, profile: Profile) -> LeafKind:
    glyph = profile.glyph(name)
    return LeafKind.PARAMETER if glyph.time is None and not glyph.wraps and not glyph.dotted else LeafKind.INPUT
