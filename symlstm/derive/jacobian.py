"""Jacobians as named matrices: ∂h_t/∂h_{t−1} in diag(·) W form, total and partial, and by vec(W)."""

from sympy import MatrixExpr, MatrixSymbol

from symlstm.algebra import symbols_of, zeros
from symlstm.derive.matrix_forms import identity, length, matrix_of
from symlstm.derive.shifts import depending, influential
from symlstm.errors import InputError, UnknownNameError, choice
from symlstm.system import Equation, LeafKind, Role, System, check_system

__all__ = ["jacobian"]

_NAMES = {"total": "J", "partial": "partial"}


def jacobian(system: System, of: str, wrt: str, kind: str = "total") -> System:
    r"""The Jacobian of the quantity `of` by the leaf or quantity `wrt`: the System's equations, then named matrices.

    "total" gives `J_h_by_h_prev` and before it the Jacobian of every quantity on the way, net inputs put in;
    "partial" the direct path alone, `partial_c_by_c_prev`: in the equation of `of` every other quantity is held fixed.
    Shapes: as many rows as `of` has entries, as many columns as `wrt`; matrices count column by column, as vec does.
    Raises UnknownNameError for a name that is not there, InputError for a batch, and for what is no matrix.
    Source: Magnus and Neudecker 2019, chapter 9.

    >>> import symlstm as sl
    >>> lstm = sl.cell("lstm")
    >>> print(sl.jacobian(lstm, "f", "h_prev")["J_f_by_h_prev"])
    dfₜ/dhₜ₋₁ = diag(fₜ ⊙ (1 - fₜ))·W_f,h
    >>> print(sl.jacobian(lstm, "c", "c_prev", kind="partial")["partial_c_by_c_prev"])
    ∂Cₜ/∂Cₜ₋₁ = diag(fₜ)
    """
    check_system(system, "jacobian")
    choice("kind", kind, tuple(_NAMES))
    target = system[of].lhs
    if wrt in system.timed:
        raise InputError(
            f"jacobian: {wrt} is one quantity at every step; over time give an initial state or a parameter, or unroll"
        )
    if not isinstance(wrt, str) or wrt not in system.symbols:
        raise UnknownNameError(f"quantity of {system.name}", wrt, system.symbols)
    _check_columns(system, of, wrt)
    lines = _lines(system, target, system.symbols[wrt], kind)
    result = next(line.name for line in lines if line.of == target.name)
    whole = (*system.lines, *lines)
    return System(f"{system.name} jacobian", system.leaves, whole, (result,), forward=system, steps=system.steps)


def _lines(system: System, target: MatrixSymbol, by: MatrixSymbol, kind: str) -> list[Equation]:
    """The named Jacobians, that of `target` last."""

    def entry(symbol: MatrixSymbol, form: MatrixExpr) -> Equation:
        name = MatrixSymbol(f"{_NAMES[kind]}_{symbol.name}_by_{by.name}", length(symbol), length(by))
        return Equation(name, form, Role.JACOBIAN, str(symbol.name))

    way = _way(system, target, by) if kind == "total" else _direct(system, target, by)
    put_in = {line.lhs for line in way if line.role is Role.NET_INPUT and _uses(way, line.lhs) == 1} - {target}
    named = {line.lhs for line in way if line.lhs == target or line.hands_on or kind == "total"} - put_in
    still: set[MatrixSymbol] | None = None
    while still is None or still & named:
        named -= still or set()
        known: dict[MatrixSymbol, MatrixExpr] = {by: identity(length(by))}
        if system.timed:  # a line may need the Jacobians of lines below it, at other steps
            known |= {symbol: entry(symbol, zeros((length(symbol), length(by)))).lhs for symbol in named}
        lines, still = [], set()
        for line in way:
            form = _form(line, known, f"jacobian: {target.name} by {by.name}")
            if form is None:
                still.add(line.lhs)
                continue
            if line.lhs in named:
                lines.append(entry(line.lhs, form))
                form = lines[-1].lhs
            known[line.lhs] = form
    if target.name not in {line.of for line in lines}:
        return [entry(target, known.get(target, zeros((length(target), length(by)))))]
    return lines


def _check_columns(system: System, of: str, wrt: str) -> None:
    """Raise InputError for a batch, and for the Jacobian of a Jacobian."""
    if "_by_" in of or "_by_" in wrt:
        raise InputError(f"jacobian: {of} by {wrt}: that of a Jacobian is no matrix; sl.jvp gives its tangents")
    wide = [leaf.symbol for leaf in system.leaves if leaf.kind is LeafKind.INPUT and leaf.symbol.shape[1] != 1]
    if wide:
        raise InputError(
            f"jacobian: {wide[0].name} has {wide[0].shape[1]} columns, and a Jacobian is that of one; build the cell "
            f"without a batch"
        )


def _form(line: Equation, known: dict[MatrixSymbol, MatrixExpr], where: str) -> MatrixExpr | None:
    try:
        return matrix_of(line.lhs, line.rhs, known)
    except InputError as error:
        reason = f"{where}: equation {line.name}: {error}; sl.backprop gives the vector-Jacobian product"
        raise InputError(reason) from None


def _way(system: System, target: MatrixSymbol, by: MatrixSymbol) -> list[Equation]:
    """The equations between the two quantities, in order."""
    if target == by:
        return []
    lines = [line for line in system.lines if line.lhs != by]
    moving = depending(lines, [str(by.name)])
    needed = influential([line for line in lines if line.name in moving], [str(target.name)])
    return [line for line in lines if line.name in moving & needed]


def _direct(system: System, target: MatrixSymbol, by: MatrixSymbol) -> list[Equation]:
    """The equation of the quantity, those of the net inputs that are put into it, and what hands it on over time."""
    kept = {line.lhs for line in system.lines if line.role is Role.NET_INPUT} | {target}
    kept |= {line.lhs for line in system.lines if line.hands_on and {target, by} & {*line.rhs.args[:2]}}
    return [line for line in _way(system, target, by) if line.lhs in kept]


def _uses(way: list[Equation], symbol: MatrixSymbol) -> int:
    return sum(symbol in symbols_of(line.rhs) for line in way)
