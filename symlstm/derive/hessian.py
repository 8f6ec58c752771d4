"""Hessians of scalars, entry by entry: the tangents of the backward pass in every unit direction."""

from collections.abc import Mapping, Sequence

from sympy import Expr, ImmutableMatrix, MatrixExpr, MatrixSymbol, zeros

from symlstm.algebra import show_shape, symbols_of
from symlstm.derive.backward import backprop
from symlstm.derive.forward import chosen, directions, jvp
from symlstm.errors import InputError
from symlstm.system import System, check_system

__all__ = ["hessian"]

_LARGEST = 12
Values = dict[MatrixSymbol, ImmutableMatrix]
Place = tuple[str, int, int]


def hessian(system: System, of: str, wrt: str | Sequence[str]) -> ImmutableMatrix:
    """The second derivatives of the 1 × 1 quantity `of` by the entries of the leaves in `wrt`, as a SymPy matrix.

    One row and one column for every entry, leaf after leaf in the order given, each column by column as in vec; the
    entries are scalars in W_f[0, 0] and the like. The System must have numbers as sizes, and the leaves together at
    most 12 entries. For larger ones `sl.jvp(sl.backprop(system))` gives Hessian-vector products.
    Raises UnknownNameError for a name that is not there, InputError for what is no scalar or too large.
    Source: forward over reverse, Griewank and Walther 2008, section 5.

    >>> import symlstm as sl
    >>> from symlstm.algebra import matmul
    >>> cell = sl.Builder("square", n=1, d=2)
    >>> y = cell.let("y", matmul(cell.parameter("w", 1, 2), cell.x))
    >>> loss = cell.let("l", matmul(y, y))
    >>> sl.hessian(cell.system(), "l", "w")
    Matrix([
    [     2*x[0, 0]**2, 2*x[0, 0]*x[1, 0]],
    [2*x[0, 0]*x[1, 0],      2*x[1, 0]**2]])
    """
    check_system(system, "hessian")
    names = chosen(system, wrt, "hessian")
    _check_scalar(system, of)
    places = _places(system, names)
    back = backprop(System(system.name, system.leaves, system.lines, (of,), system.forward))
    moving = jvp(back, names)
    rules = {line.lhs: line.rhs for line in moving.lines}
    known: Values = {leaf.symbol: ImmutableMatrix(leaf.symbol.as_explicit()) for leaf in system.leaves}
    known |= {seed.symbol: ImmutableMatrix([[1]]) for seed in back.leaves if seed not in system.leaves}  # ∂L/∂L
    for line in back.lines:
        _value(line.lhs, rules, known)
    outputs = dict(zip((str(leaf.symbol.name) for leaf in system.leaves), moving.outputs, strict=True))
    columns = []
    for place in places:
        values = {**known, **_unit(moving, place)}
        gradients = {name: _value(moving.symbols[outputs[name]], rules, values) for name in names}
        columns.append([gradients[name][i, j] for name, i, j in places])
    return ImmutableMatrix(columns).T


def _check_scalar(system: System, of: str) -> None:
    shape = system[of].shape
    if system.timed:
        raise InputError(f"hessian: {system.name} has any number of steps; give sl.unroll(…, T) of it, and {of} of one")
    if system.sizes:
        sizes = ", ".join(sorted(map(str, system.sizes)))
        raise InputError(f"hessian: {sizes} are no numbers; build {system.name} with numbers, as in n=2, d=1")
    if shape != (1, 1):
        raise InputError(f"hessian: {of} is {show_shape(shape)}; expected a scalar, (1, 1)")


def _places(system: System, names: Sequence[str]) -> list[Place]:
    """Every entry of the leaves, each leaf column by column. Raises InputError where there are too many."""
    places = [(name, i, j) for name in names for i, j in _entries(system.shapes[name])]
    if len(places) > _LARGEST:
        raise InputError(
            f"hessian: {', '.join(names)} have {len(places)} entries, at most {_LARGEST} are written out; "
            f"sl.jvp(sl.backprop(…)) gives Hessian-vector products"
        )
    return places


def _entries(shape: Sequence[Expr]) -> list[tuple[int, int]]:
    return [(i, j) for j in range(int(shape[1])) for i in range(int(shape[0]))]


def _unit(moving: System, place: Place) -> Values:
    """The directions of which one entry is 1 and all others 0."""
    units = {}
    for name, symbol in directions(moving).items():
        unit = zeros(*symbol.shape)
        if name == place[0]:
            unit[place[1:]] = 1
        units[symbol] = ImmutableMatrix(unit)
    return units


def _value(symbol: MatrixSymbol, rules: Mapping[MatrixSymbol, MatrixExpr], known: Values) -> ImmutableMatrix:
    """The entries of a quantity, its equation followed down to what is known."""
    if symbol not in known:
        entries: dict[Expr, Expr] = {}
        for other in symbols_of(rules[symbol]):
            value = _value(other, rules, known)
            entries |= {other[place]: value[place] for place in _entries(other.shape)}
        known[symbol] = ImmutableMatrix(rules[symbol].as_explicit()).xreplace(entries)
    return known[symbol]
