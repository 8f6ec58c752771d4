"""NumPy source of a System over time: an array over t for every quantity, and plain loops over the steps."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from itertools import groupby

from sympy import Basic, MatrixExpr, MatrixSymbol, Symbol

from symlstm.algebra import Earlier, First, Last, Later, Total, rebuild, zeros
from symlstm.algebra.rewrite import children
from symlstm.algebra.steps import outer_shifts, symbols_now
from symlstm.algebra.time import SHIFTS
from symlstm.codegen.numpy_source import ATOM, NumpyPrinter, Piece
from symlstm.codegen.wrapping import wrapped
from symlstm.errors import InputError, Located
from symlstm.system import Equation, Loop, System, Way, loops_of

__all__ = ["StepPrinter", "free_name", "steps_body", "with_named_sums"]


def free_name(name: str, taken: Collection[str]) -> str:
    """The name, with underscores behind it where it is taken."""
    while name in taken:
        name += "_"
    return name


class StepPrinter(NumpyPrinter):
    """Prints expressions in which a quantity with a time is an array over t, indexed at the step that is spoken of.

    `t` and `T` are the names of the step, counted from 0, and of the number of steps.
    """

    def __init__(self, sizes: Mapping[Symbol, str], system: System, t: str, T: str) -> None:
        super().__init__(dict(sizes))
        self.system = system
        self.t = t
        self.T = T
        self.place: tuple[str, int] = (t, 0)
        self.handed_on = {line.name: line.rhs for line in system.lines if line.hands_on}
        self.names: dict[MatrixExpr, str] = {}

    @contextmanager
    def at(self, origin: str, offset: int) -> Iterator[None]:
        """Speak of another step."""
        before, self.place = self.place, (origin, offset)
        try:
            yield
        finally:
            self.place = before

    def _piece(self, node: Basic) -> Piece:
        if isinstance(node, MatrixSymbol):
            return self._symbol(str(node.name))
        if isinstance(node, First | Last):
            with self.at(*(("", 0) if isinstance(node, First) else (self.T, -1))):
                return self._piece(node.matrix)
        if isinstance(node, SHIFTS):
            known = self.place == (self.t, 0) and node in self.names
            return (self.names[node], ATOM) if known else (f"({self.shift(node)})", ATOM)
        return super()._piece(node)

    def _symbol(self, name: str) -> Piece:
        if name in self.handed_on:
            return (name, ATOM) if self.place == (self.t, 0) else (self.neighbour(self.handed_on[name]), ATOM)
        return (f"{name}[{self._index()}]" if name in self.system.timed else name), ATOM

    def _index(self, more: int = 0) -> str:
        origin, offset = self.place
        offset += more
        if not origin:
            return str(offset)
        return origin + (f" {'+' if offset > 0 else '-'} {abs(offset)}" if offset else "")

    def extent_of(self, line: Equation) -> str:
        """The shape of a line as code."""
        return self._extent(line.lhs)

    def neighbour(self, shift: MatrixExpr) -> str:
        """What a state was a step earlier, or is a step later, at the step that is spoken of."""
        inside, beyond = self._inside(shift), self.print(shift.beyond)
        value = f"{shift.matrix.name}[{self._index(1 if isinstance(shift, Later) else -1)}]"
        if inside in ("True", "False"):
            return value if inside == "True" else beyond
        return f"({value} if {inside} else {beyond})"

    def _inside(self, shift: MatrixExpr) -> str:
        """Whether the neighbouring step is one, as code."""
        origin, offset = self.place
        if isinstance(shift, Earlier):
            if origin == "":
                return str(offset > 0)
            return f"{self.T} > {-offset}" if origin == self.T else f"{self.t} > {-offset}" if offset < 1 else "True"
        if origin == self.T:
            return str(offset < -1)
        if origin == "":
            return f"{self.T} > {offset + 1}"
        return f"{self.t} < {self.T} - {offset + 1}" if offset > -1 else "True"

    def shift(self, shift: MatrixExpr) -> str:
        """The value of a shift at the step that is spoken of."""
        ahead = isinstance(shift, Later)
        origin, offset = self.place
        inside, beyond, step = self._inside(shift), self.print(shift.beyond), self._index()
        with self.at(origin, offset + (1 if ahead else -1)):
            value = self.print(shift.matrix)
        if inside in ("True", "False"):
            return value if inside == "True" else beyond
        if shift.cut == 0:
            return f"{value} if {inside} else {beyond}"
        if not shift.cut.is_Integer:
            raise InputError(f"code of {self.system.name}: it is cut every {shift.cut} steps; give a number instead")
        passes = f"({step} + 1) % {shift.cut}" if ahead else f"{step} % {shift.cut}"
        zero = self.print(zeros(shift.shape))
        return f"{beyond} if not ({inside}) else {value} if {passes} else {zero}"


def with_named_sums(system: System) -> System:
    """The System with every sum over all steps as the whole right side of a line, so that it can grow in a loop."""
    lines: list[Equation] = []
    sums: list[Equation] = []
    taken = set(system.symbols)

    def named(node: Basic, owner: Equation) -> Basic:
        if isinstance(node, Total):
            rhs = Total(named(node.matrix, owner))
            name = free_name(f"{owner.name}_sum", taken)
            taken.add(name)
            sums.append(Equation(MatrixSymbol(name, *node.shape), rhs))
            return sums[-1].lhs
        if not isinstance(node, MatrixExpr) or isinstance(node, MatrixSymbol):
            return node
        before = children(node)
        after = [named(part, owner) for part in before]
        return node if after == before else rebuild(node, after)

    def settle() -> None:
        """Put in the sums of which everything stands above: a line that needs one now comes behind it."""
        known = {leaf.symbol for leaf in system.leaves} | {line.lhs for line in lines}
        for line in list(sums):
            if known.issuperset(symbols_now(line.rhs)):
                lines.append(line)
                sums.remove(line)
                known.add(line.lhs)

    for line in system.lines:
        whole = isinstance(line.rhs, Total)
        rhs = Total(named(line.rhs.matrix, line)) if whole else named(line.rhs, line)
        settle()
        lines.append(line if rhs == line.rhs else replace(line, rhs=rhs))
    settle()
    return replace(system, lines=tuple(lines))


def steps_body(system: System, printer: StepPrinter) -> list[str]:
    """The lines of the function: arrays, sums from zero, loops."""
    taken = set(system.symbols)
    loops = loops_of(system)
    written = [line for loop in loops for line in _loop(loop, system, printer, taken)]
    return [*_arrays(system, printer), *written]


def _arrays(system: System, printer: StepPrinter) -> list[str]:
    """An array over t for every quantity with a time, zeros for every sum over t."""
    timed = [line for line in system.lines if line.name in system.timed and line.name not in printer.handed_on]
    totals = [line for line in system.lines if isinstance(line.rhs, Total)]
    written = []
    for lines, fill, steps in ((timed, "empty", f"{printer.T}, "), (totals, "zeros", "")):
        for extent, group in groupby(sorted(lines, key=printer.extent_of), key=printer.extent_of):
            names = [line.name for line in group]
            array = f"np.{fill}(({steps}{extent[1:-1]}), dtype)"
            several = f"({array} for _ in range({len(names)}))"
            short = f"{', '.join(names)} = {array if len(names) == 1 else several}"
            written += [short] if len(short) <= 100 else wrapped("(", names, f") = {several}")
    return written


def _loop(loop: Loop, system: System, printer: StepPrinter, taken: set[str]) -> list[str]:
    lines = [line for line in loop.lines if line.name not in printer.handed_on]
    if loop.way is Way.ONCE:
        return [_assigned(line, printer) for line in lines]
    steps = f"range({printer.T})" if loop.way is Way.UP else f"reversed(range({printer.T}))"
    body = [statement for line in lines for statement in _statements(line, system, printer, taken)]
    states = {name for line in lines for name in _names_at_t(line.rhs)} & printer.handed_on.keys()
    shifts = {name: shift for name, shift in printer.handed_on.items() if name in states}
    handed_on = [f"{name} = {printer.neighbour(shift)[1:-1]}" for name, shift in shifts.items()]
    return [f"for {printer.t} in {steps}:", *(f"    {statement}" for statement in (*handed_on, *body))] if body else []


def _statements(line: Equation, system: System, printer: StepPrinter, taken: set[str]) -> list[str]:
    """A line of the System: what comes from neighbouring steps by name, then the line itself."""
    statements = []
    for shift in outer_shifts(line.rhs.matrix if isinstance(line.rhs, Total) else line.rhs):
        name = free_name(f"{line.name}_{'later' if isinstance(shift, Later) else 'earlier'}", taken)
        taken.add(name)
        printer.names[shift] = name
        with Located(f"equation {line.name}"):
            statements.append(f"{name} = {printer.shift(shift)}")
    return [*statements, _assigned(line, printer)]


def _assigned(line: Equation, printer: StepPrinter) -> str:
    with Located(f"equation {line.name}"):
        if isinstance(line.rhs, Total):
            return f"{line.name} += {printer.print(line.rhs.matrix)}"
        index = f"[{printer.t}]" if line.name in printer.system.timed else ""
        return f"{line.name}{index} = {printer.print(line.rhs)}"


def _names_at_t(node: Basic) -> set[str]:
    """The names whose value at step t itself is used."""
    if isinstance(node, MatrixSymbol):
        return {str(node.name)}
    parts = [node.beyond] if isinstance(node, SHIFTS) else [] if isinstance(node, First | Last) else children(node)
    return {name for part in parts for name in _names_at_t(part)}
