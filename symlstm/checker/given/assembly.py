"""Assembly: from equations in identifiers to a System, in columns, or in rows where products only fit so."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sympy import Expr, MatrixExpr, MatrixSymbol

from symlstm.algebra import columns, rows, symbols_of
from symlstm.checker.given.equations import Line
from symlstm.checker.given.kinds import Kind, kinds_of
from symlstm.checker.given.shapes import Shapes
from symlstm.checker.given.sizes import sizes_of
from symlstm.checker.given.trees import parts
from symlstm.checker.meaning.choices import Choices, explore
from symlstm.checker.meaning.elaborate import value_of
from symlstm.checker.meaning.frame import StepFrame
from symlstm.checker.meaning.levelling import level
from symlstm.checker.meaning.problems import Problem
from symlstm.checker.meaning.scope import Scope
from symlstm.checker.meaning.showing import shown
from symlstm.checker.meaning.symbols import Quantity, SymbolTable
from symlstm.checker.meaning.values import Value
from symlstm.checker.reader.tree import Name, Tree
from symlstm.errors import InputError, SymlstmError
from symlstm.notation import notation
from symlstm.system import Equation, Leaf, LeafKind, Role, System
from symlstm.system.row_layout import row_layout

__all__ = ["Assembly"]

Sizes = Mapping[str, tuple[Expr, Expr]]


@dataclass
class Assembly:
    """Puts lines together; `letters` are those that the text writes for the parameters, by identifier.

    `dropped` are the names whose lines did not fit and that no state needs, `notes` what was assumed.
    """

    lines: Sequence[Line]
    letters: Mapping[str, str]
    inputs: Sequence[str]
    dropped: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    literal: System | None = None  # in the layout of the text

    def build(self, layouts: Sequence[bool]) -> tuple[System, bool]:
        """The System in columns, and whether the text writes rows. Raises InputError where nothing fits."""
        problem: InputError | None = None
        for in_rows in layouts:
            self.dropped.clear()
            self.notes.clear()
            try:
                self.literal = self._system(in_rows)
            except InputError as error:
                problem = problem or error
                continue
            if in_rows:
                self.notes.append("vectors read as rows")
            return (row_layout(self.literal) if in_rows else self.literal), in_rows
        raise problem or InputError("no layout to read the equations in")

    def _system(self, in_rows: bool) -> System:
        shapes = Shapes({**self._vectors(), **self._kinds()}, in_rows)
        needed = self._needed()
        kept = [line for line in self.lines if self._placed(line, shapes, needed)]
        if in_rows and not shapes.row_times_matrix:
            raise InputError("no product of a row and a matrix, so vectors cannot be rows")
        states = [line.name for line in kept if f"{line.name}_prev" in set(_names(kept))]
        sizes = sizes_of(shapes, states, self.inputs)
        leaves = tuple(self._leaves(kept, sizes, states))
        system = System("given", leaves, (), ())
        for line in kept:
            if equation := self._equation(line, system, sizes, line.name in needed):
                system = replace(system, lines=(*system.lines, equation))
        used = {str(symbol.name) for line in system.lines for symbol in symbols_of(line.rhs)}
        leaves = tuple(leaf for leaf in leaves if leaf.symbol.name in used)
        outputs = tuple(line.name for line in system.lines if line.role is Role.STATE or line.name not in used)
        return replace(system, leaves=leaves, outputs=outputs)

    def _vectors(self) -> dict[str, Kind]:
        return dict.fromkeys((*self.inputs, *(line.name for line in self.lines)), Kind.VECTOR)

    def _kinds(self) -> dict[str, Kind]:
        return kinds_of(dict(self.letters), [line.tree for line in self.lines])

    def _needed(self) -> set[str]:
        """The names on which the states depend; all where there is no state."""
        users = {line.name: {name.removesuffix("_prev") for name in _names([line])} for line in self.lines}
        stack = [line.name for line in self.lines if line.role is Role.STATE] or [line.name for line in self.lines]
        found: set[str] = set()
        while stack:
            name = stack.pop()
            if name not in found:
                found.add(name)
                stack += [used for used in users.get(name, ()) if used in users]
        return found

    def _placed(self, line: Line, shapes: Shapes, needed: set[str]) -> bool:
        """Take the shapes of a line into account; a line that no state needs is left out where it does not fit."""
        before = shapes.copy()
        try:
            if not self.dropped.isdisjoint(_names([line])):
                self._drop(line, None)
                return False
            shapes.define(line.name, line.tree, line.place, line.among)
        except Problem as problem:
            if line.name in needed:
                raise InputError(f"the equation of {shown(line.written)}: {problem}") from None
            shapes.restore(before)
            self._drop(line, problem)
            return False
        return True

    def _drop(self, line: Line, problem: Problem | SymlstmError | None) -> None:
        self.dropped.add(line.name)
        why = problem or "it uses what is left out"
        self.notes.append(f"the equation of {shown(line.written)} is not part of the cell: {why}")

    def _leaves(self, kept: Sequence[Line], sizes: Sizes, states: Sequence[str]) -> Iterator[Leaf]:
        """Inputs, states, h first, parameters in the order W, U, biases, each in the order of the text."""
        used = set(_names(kept))
        for name in self.inputs:
            if name in used and name in sizes:
                yield Leaf(MatrixSymbol(name, *sizes[name]), LeafKind.INPUT)
        for name in sorted(states, key=lambda name: name != "h"):
            yield Leaf(MatrixSymbol(f"{name}_prev", *sizes[name]), LeafKind.STATE)
        families = list(dict.fromkeys(name.partition("_")[0] for name in self.letters))
        for name in sorted(self.letters, key=lambda name: families.index(name.partition("_")[0])):
            if name in used and name in sizes:
                yield Leaf(MatrixSymbol(name, *sizes[name]), LeafKind.PARAMETER)

    def _equation(self, line: Line, system: System, sizes: Sizes, needed: bool) -> Equation | None:
        try:
            if not self.dropped.isdisjoint(_names([line])):
                self._drop(line, None)
                return None
            right = self.value(line, system, sizes[line.name])
            return Equation(MatrixSymbol(line.name, *sizes[line.name]), right, line.role)
        except SymlstmError as problem:
            if needed:
                raise InputError(f"the equation of {shown(line.written)}: {problem}") from None
            self._drop(line, problem)
            return None

    def value(self, line: Line, system: System, shape: tuple[Expr, Expr]) -> MatrixExpr:
        """The right side of a line, over the equations above it. Raises a Problem where no reading fits."""
        frame = StepFrame(system, system, {"t": 0})
        table = SymbolTable(system, notation("default")).with_declared(self._identifiers(system))
        problem: Problem | None = None

        def attempt(choices: Choices) -> tuple[MatrixExpr | None, Problem | None]:
            return _attempt(line, Scope(frame, table, choices, read=value_of), shape)

        for (found, error), notes in explore(attempt):
            if found is not None:
                self.notes += [note for note in notes if note not in self.notes]
                return found
            problem = problem or error
        assert problem is not None
        raise problem

    def _identifiers(self, system: System) -> dict[str, Quantity]:
        return {
            name: Quantity(name.removesuffix("_prev"), shift=-1) if name.endswith("_prev") else Quantity(name)
            for name in system.symbols
        }


def _attempt(line: Line, scope: Scope, shape: tuple[Expr, Expr]) -> tuple[MatrixExpr | None, Problem | None]:
    try:
        value = value_of(line.tree, scope)
        if line.among > 1 and value.matrix is not None:
            value = Value(_cut(value.matrix, line, shape))
        return level(Value(MatrixSymbol(line.name, *shape)), value, line.tree.span, scope.choices)[1], None
    except Problem as problem:
        return None, problem


def _cut(matrix: MatrixExpr, line: Line, shape: tuple[Expr, Expr]) -> MatrixExpr:
    """One of several parts of equal size that are stacked."""
    axis = 1 if shape[0] == 1 else 0
    start = line.place * shape[axis]
    return (columns if axis else rows)(matrix, line.name.removeprefix("a_"), start, start + shape[axis])


def _names(lines: Sequence[Line]) -> Iterator[str]:
    for line in lines:
        yield from _in_tree(line.tree)


def _in_tree(tree: Tree) -> Iterator[str]:
    if isinstance(tree, Name):
        yield tree.text
    for part in parts(tree):
        yield from _in_tree(part)
