"""Forward mode over named equations: the tangents of a System are a System."""

from collections.abc import Callable, Sequence

from sympy import MatrixExpr, MatrixSymbol

from symlstm.algebra import zeros
from symlstm.derive.jvp import push_forward
from symlstm.derive.passes import named
from symlstm.derive.shifts import depending
from symlstm.errors import InputError, Located, UnknownNameError, brief
from symlstm.system import Equation, Leaf, LeafKind, Role, System, check_system

__all__ = ["chosen", "directions", "jvp"]


def jvp(system: System, wrt: str | Sequence[str] | None = None) -> System:
    """The Jacobian-vector product of a System: its equations, then the tangents dot_q = ∂q/∂s of what moves with s.

    The directions in which the leaves of `wrt` move, all leaves where none are named, are leaves too: `dot_x`. All
    shapes are those of the quantities; a tangent that is zero has no line, unless it is that of an output. The
    tangents of tangents are called `dot2_q`. Of a backward pass they are Hessian-vector products: `dot_d_W_f`.
    Raises MissingRuleError for an operation without a rule, UnknownNameError for a name in `wrt` that is no leaf.
    Source: forward accumulation, Griewank and Walther 2008, section 3.1; of a backward pass: Pearlmutter 1994.

    >>> import symlstm as sl
    >>> print(sl.jvp(sl.cell("lstm"), "c_prev").text(only=["dot_c", "dot_h"]))
    Ċₜ = fₜ ⊙ Ċₜ₋₁
    ḣₜ = oₜ ⊙ (1 - tanh²(Cₜ)) ⊙ Ċₜ
    """
    check_system(system, "jvp")
    names = chosen(system, wrt, "jvp")
    tangent = named(system, "dot", Role.TANGENT)
    moving = [leaf for leaf in system.leaves if leaf.symbol.name in names]
    lines = _tangents(system, tangent, [leaf.symbol for leaf in moving])
    still = [leaf.symbol for leaf in system.leaves if leaf.symbol.name in system.outputs and leaf not in moving]
    lines += [Equation(tangent(symbol), zeros(symbol.shape), Role.TANGENT, str(symbol.name)) for symbol in still]
    leaves = (*system.leaves, *(Leaf(tangent(leaf.symbol), LeafKind.TANGENT, leaf.timed) for leaf in moving))
    outputs, at_end = (
        tuple(str(tangent(system.symbols[name]).name) for name in names) for names in (system.outputs, system.at_end)
    )
    whole = (*system.lines, *lines)
    return System(f"{system.name} tangent", leaves, whole, outputs, system, at_end, system.steps)


def _tangents(
    system: System, tangent: Callable[[MatrixSymbol], MatrixSymbol], moving: list[MatrixSymbol]
) -> list[Equation]:
    """A line for the tangent of everything that moves, and of every output."""
    known: dict[MatrixSymbol, MatrixExpr] = {symbol: tangent(symbol) for symbol in moving}
    if system.timed:  # a line may need the tangents of lines below it, at other steps
        reached = depending(system.lines, [str(symbol.name) for symbol in moving])
        known |= {line.lhs: tangent(line.lhs) for line in system.lines if line.name in reached}
    still: set[MatrixSymbol] = set()
    while True:
        lines = []
        for line in system.lines:
            with Located(f"equation {line.name}"):
                rhs = push_forward(line.lhs, line.rhs, known)
            if rhs is None:
                still |= {line.lhs} & known.keys()
                rhs = zeros(line.shape) if line.name in system.outputs else None
            else:
                known[line.lhs] = tangent(line.lhs)
            if rhs is not None:
                lines.append(Equation(tangent(line.lhs), rhs, Role.TANGENT, line.name))
        if not still:
            return lines
        known = {symbol: dot for symbol, dot in known.items() if symbol not in still}
        still = set()


def chosen(system: System, wrt: str | Sequence[str] | None, who: str) -> tuple[str, ...]:
    """The names of leaves that `wrt` gives, each once; all leaves for None. Raises InputError or UnknownNameError."""
    leaves = [str(leaf.symbol.name) for leaf in system.leaves]
    names = leaves if wrt is None else [wrt] if isinstance(wrt, str) else wrt
    if not isinstance(names, list | tuple) or not names:
        raise InputError(f"{who}: wrt: expected the name of a leaf or several, got {brief(wrt)}")
    for name in names:
        if name not in leaves:
            raise UnknownNameError(f"leaf of {system.name}", name, leaves)
    return tuple(dict.fromkeys(names))


def directions(system: System) -> dict[str, MatrixSymbol]:
    """For every leaf that a System of tangents moves, as `wrt` named them, the direction in which it does."""
    assert system.forward is not None
    fresh = [leaf.symbol for leaf in system.leaves[len(system.forward.leaves) :]]
    return {str(symbol.name).partition("_")[2]: symbol for symbol in fresh}
