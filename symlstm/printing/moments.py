"""When the lines of a System over time hold: what differs at the first or the last step gets a line of its own."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from sympy import Expr, Identity, Integer, MatMul, MatrixExpr, MatrixSymbol, S, ZeroMatrix

from symlstm.algebra import Earlier, Later, symbols_of, zeros
from symlstm.algebra.build import factors, product_of
from symlstm.algebra.steps import outer_shifts, with_shifts
from symlstm.errors import InputError
from symlstm.notation.derived import innermost
from symlstm.printing.stacked import Block
from symlstm.system import Equation, Role, System, Way, ways_of

__all__ = ["Moment", "moments_of"]


@dataclass(frozen=True)
class Moment:
    """A line, or a block of gates, as it stands at some steps.

    `at` is t, or the one step at which it holds, 1 or T. `steps` are the first and the last step at which it holds;
    with a `cut` k it does not at offset + k, offset + 2k, …, or, without `steps`, only there. A product of one `factor`
    a step, `between` two of them in the order in which they stand, says at once what the line says step by step.
    """

    line: Equation | Block
    at: str = "t"
    steps: tuple[str, ...] = ()
    cut: Expr = S.Zero
    offset: int = 0
    factor: MatrixExpr | None = None
    between: tuple[str, str] = ("t", "1")

    @property
    def place(self) -> tuple[str, int]:
        """The step as a printer takes it."""
        return ("", 1) if self.at == "1" else (self.at, 0)

    def when(self, dots: str, unequal: str) -> str:
        """The steps at which it holds, in words that are the same in LaTeX and in text but for the signs."""
        if not self.steps and self.cut == 0:
            return ""
        cuts = ", ".join(str(Integer(self.offset) + times * self.cut).replace("*", "") for times in (1, 2))
        if not self.steps:
            return f"t = {cuts}, {dots}" + ("" if self.offset else " < T")
        between = f"t = {self.steps[0]}, {dots}, {self.steps[1]}"
        return between if self.cut == 0 else f"{between}; t {unequal} {cuts}, {dots}"


def moments_of(rows: Sequence[Equation | Block], system: System) -> list[Moment]:
    """The lines, over time each once for every case: its value at an end, at a cut, and everywhere else."""
    if not system.timed:
        return [Moment(row) for row in rows]
    ways = ways_of(system)
    found: list[Moment] = []
    for row in rows:
        if isinstance(row, Block):
            found.append(Moment(row, steps=("1", "T")))
        elif not row.hands_on:
            found += _as_product(_cases(row, _way(row, ways, system), system), system)
        elif not isinstance(row.rhs.beyond, MatrixSymbol):
            start = replace(row, rhs=row.rhs.beyond)
            found.append(Moment(start, "1" if isinstance(row.rhs, Earlier) else "T"))
    return found


def _way(line: Equation, ways: Mapping[str, Way], system: System) -> Way:
    """The way that a line is taken; one that goes either way goes as others do, adjoints against what they are of."""
    way = ways.get(line.name, Way.ONCE)
    if way is not Way.ONCE:
        return way
    of = _way(system[line.of], ways, system) if line.of in system else Way.UP
    if line.role is not Role.ADJOINT:
        return of
    return Way.UP if of is Way.DOWN else Way.DOWN


def _cases(line: Equation, way: Way, system: System) -> list[Moment]:
    """One case, or one for each end that a shift of the line reaches beyond, one for all other steps, one for cuts."""
    if line.name not in system.timed:
        return [Moment(line, _end_of(line, system))]
    shifts = _shifts_of(line)
    first, last = (any(isinstance(shift, kind) for shift in shifts) for kind in (Earlier, Later))
    low, high = "2" if first else "1", "T-1" if last else "T"
    steps = (high, low) if way is Way.DOWN else (low, high)
    ends = [_at_end(line, Later, "T")] if last else []
    ends += [_at_end(line, Earlier, "1")] if first else []
    line = _put(line, lambda shift: shift.matrix if isinstance(shift.matrix, ZeroMatrix) else shift)
    cut = next((shift for shift in shifts if shift.cut != 0), None)
    if cut is None:
        return [*ends, Moment(line, steps=steps)]
    without = _put(line, lambda shift: zeros(shift.shape) if shift.cut != 0 else shift)
    offset = 0 if isinstance(cut, Later) else 1
    return [*ends, Moment(line, steps=steps, cut=cut.cut, offset=offset), Moment(without, cut=cut.cut, offset=offset)]


def _end_of(line: Equation, system: System) -> str:
    """The step of a line without a time: that at which a state ends, for derivatives of what flows in to it there."""
    quantity = innermost(line.name)
    if quantity not in system.timed or line.role is Role.JACOBIAN:
        return "t"
    forward = system
    while forward.forward is not None:
        forward = forward.forward
    return "1" if forward.ends_at_first(quantity) else "T"


def _as_product(cases: list[Moment], system: System) -> list[Moment]:
    """The line P_t = M_t P_{t−1}, or P_{t−1} M_t, which starts from P_0 = I, as the product that it is."""
    line = cases[0].line
    if len(cases) > 1 or not isinstance(line, Equation) or not isinstance(line.rhs, MatMul):
        return cases
    number, matrices = factors(line.rhs)
    for place, others in ((-1, matrices[:-1]), (0, matrices[1:])):
        before = _handed_on(matrices[place], line, system)
        named = [system[symbol.name].role for part in others for symbol in symbols_of(part) if symbol.name in system]
        if before is not None and others and line.role not in named:
            first = "1" if isinstance(before.rhs, Earlier) else "T"
            between = ("t", first) if place == -1 else (first, "t")
            return [replace(cases[0], factor=product_of(number, others), between=between)]
    return cases


def _handed_on(symbol: MatrixExpr, line: Equation, system: System) -> Equation | None:
    """The line that hands a product on from the step before, the identity at the first step; None for anything else."""
    before = system[symbol.name] if isinstance(symbol, MatrixSymbol) and symbol.name in system else None
    if before is None or not before.hands_on or before.rhs.matrix.name != line.name:
        return None
    return before if isinstance(before.rhs.beyond, Identity) else None


def _shifts_of(line: Equation) -> list[MatrixExpr]:
    """The shifts in a line. Raises InputError for one within another, whose ends are not at one step."""
    shifts = outer_shifts(line.rhs)
    if any(outer_shifts(shift.matrix) for shift in shifts):
        raise InputError(
            f"equation {line.name}: a step behind another step; name the inner one in an equation of its own"
        )
    return shifts


def _at_end(line: Equation, kind: type[MatrixExpr], step: str) -> Moment:
    return Moment(_put(line, lambda shift: shift.beyond if isinstance(shift, kind) else shift), step)


def _put(line: Equation, value: Callable[[MatrixExpr], MatrixExpr]) -> Equation:
    return replace(line, rhs=with_shifts(line.rhs, value))
