"""What a System over time prints, row by row: read at every step at which a row says that it holds, and evaluated."""

import re
from collections.abc import Iterator

import numpy as np
from sympy import MatrixSymbol

import symlstm as sl
from symlstm.algebra import Earlier, Later
from symlstm.notation import notation as find_notation
from symlstm.notation.derived import innermost
from symlstm.printing.latex import LatexPrinter
from symlstm.printing.view import printer_of
from symlstm.system import Role, System
from tests.printing.printed import _blocks, _functions, _with_subscript
from tests.printing.readback import Notation, Reader
from tests.printing.tex import tokens_of
from tests.support import relative_error
from tests.through_time.layered import Values, sequence_values

N, D = 5, 3
_PIECES = re.compile(r"\\begin\{\w+\}|\\end\{\w+\}|\\.|[^\\]")
_SUM = re.compile(r"\\sum_\{t=(\w+)\}\^\{([\w-]+)\} ")
_PRODUCT = re.compile(r"\\prod_\{k=t\}\^\{(1|T)\} (.*)")
_RANGE = re.compile(r"t = ([\w-]+), \\dots, ([\w-]+)")


class PrintedSteps:
    """A System over T steps with values, and readers that know the names of its quantities around every step."""

    def __init__(self, system: System, T: int = 3, seed: int = 21) -> None:
        self.system = system
        self.T = T
        given = sequence_values(system, T, n=N, d=D, B=0, seed=seed)
        self.values: Values = {**given, **sl.lambdify(system)(**given)}
        self.printer = printer_of(LatexPrinter, system, "default")
        self.starts = {str(line.rhs.matrix.name): line.rhs for line in system.lines if line.hands_on}
        self._names: dict[tuple[int | None, str], dict[str, np.ndarray]] = {}
        self._readers: dict[tuple[int | None, str], Reader] = {}
        self.handed_on = {line.name for line in system.lines if line.hands_on}

    def value(self, name: str, t: int) -> np.ndarray | None:
        """A quantity at step t, before the first or behind the last one what it starts from; None where there is none.

        Initial states print as h_0 themselves, so that only those Jacobians are found here that are I or 0.
        """
        if name not in self.system.timed:
            return np.asarray(self.values[name])
        if 1 <= t <= self.T:
            return np.asarray(self.values[name][t - 1])
        shift = self.starts.get(name)
        if shift is None or t != (0 if isinstance(shift, Earlier) else self.T + 1):
            return None
        if isinstance(shift.beyond, MatrixSymbol):
            return np.asarray(self.values[str(shift.beyond.name)])
        sizes = {sl.algebra.n: N, sl.algebra.d: D}
        return np.array(shift.beyond.subs(sizes).as_explicit(), dtype=float)

    def ends(self, name: str) -> tuple[int, ...]:
        """The step at which what flows in to a state at its end is spoken of; none for any other quantity."""
        if name in self.system.timed or innermost(name) not in self.system.timed:
            return ()
        return (1 if self.starts[innermost(name)].func is Later else self.T,)

    def names(self, t: int | None, letter: str = "t") -> dict[str, np.ndarray]:
        """The names around step t, found once."""
        if (t, letter) not in self._names:
            self._names[t, letter] = self._names_around(t, letter)
        return dict(self._names[t, letter])

    def _names_around(self, t: int | None, letter: str) -> dict[str, np.ndarray]:
        """Everything that has a name, printed: at the first and the last step and beyond, and around step t."""
        found: dict[str, np.ndarray] = {}
        places = [("", 0, 0), ("", 1, 1), ("T", 0, self.T), ("T", 1, self.T + 1)]
        places += [(letter, k, t + k) for k in (-1, 0, 1)] if t is not None else []
        quantities = [name for name in self.system.symbols if name not in self.handed_on]
        for origin, offset, step in places:
            with self.printer.at(origin, offset):
                for name in quantities:
                    if (ends := self.ends(name)) and step not in ends:
                        continue
                    value = self.value(name, step)
                    if value is not None:
                        printed = self.printer.name(name)
                        assert np.array_equal(found.setdefault(printed, value), value), printed
        now = {name: value for name in quantities if (value := self.value(name, 1)) is not None}
        now |= {name: now[str(self.system[name].rhs.matrix.name)] for name in self.handed_on}
        profile = find_notation("default").of_cell(self.system.name)
        for name, part, value in _blocks(self.system, now):
            found[_with_subscript(self.printer.name(name), profile, part)] = value
        return found

    def reader(self, names: dict[str, np.ndarray]) -> Reader:
        profile = find_notation("default").of_cell(self.system.name)
        return Reader(Notation(names, _functions(profile), {"n": N, "d": D}))

    def evaluated(self, formula: str, t: int | None, shape: tuple[int, ...], letter: str = "t") -> np.ndarray:
        """A right side at step t, the sums in it over their own steps."""
        if not _SUM.search(formula):
            if (t, letter) not in self._readers:
                self._readers[t, letter] = self.reader(self.names(t, letter))
            return self._readers[t, letter].value(formula, shape)
        names = self.names(t, letter)
        while found := _SUM.search(formula):
            body = _body(formula[found.end() :])
            low, high = (self.step(word) for word in found.groups())
            parts = [self.evaluated(body, k, shape) for k in range(low, high + 1)]
            name = f"Q_{{{100 + len(names)}}}"
            names[name] = np.sum(parts, axis=0)
            formula = formula[: found.start()] + name + formula[found.end() + len(body) :]
        return self.reader(names).value(formula, shape)

    def step(self, word: str) -> int:
        """The number of a step that is called 1, 2, T or T-1."""
        return int(word) if word.isdigit() else self.T - int(word[2:] or 0)

    def rows(self) -> Iterator[tuple[str, list[str], list[int]]]:
        """The left side of every row, what it is equal to, and the steps at which it holds, none for all or one."""
        for line in sl.latex(self.system, net_inputs="auto").splitlines()[1:-1]:
            equation, _, when = line.removesuffix(r" \\").partition(" && ")
            left, right = equation.split(" &= ")
            steps = []
            if when:
                found = _RANGE.fullmatch(when)
                assert found, when
                low, high = (self.step(word) for word in found.groups())
                steps = list(range(low, high + 1) if low <= high else range(low, high - 1, -1))
            yield left, right.split(" = "), steps

    def check(self) -> int:
        """Evaluate every row at every step. Every quantity has one value at every step; how many were checked."""
        seen: dict[tuple[str, int], str] = {}
        for left, rights, steps in self.rows():
            for t in steps or [None]:
                name, step, value = self.meant(left, t)
                assert (name, step) not in seen, f"two rows for {name} at {step}"
                seen[name, step] = left
                for right in rights:
                    product = _PRODUCT.fullmatch(right)
                    found = self.product(product, t, value) if product else self.evaluated(right, t, value.shape)
                    assert relative_error(found, value) <= 1e-12, (left, right, t)
        shown = [line for line in self.system.lines if line.of or line.role is not Role.NET_INPUT]  # others are put in
        expected = {(line.name, 0) for line in shown if line.name not in self.system.timed}
        timed = [line.name for line in shown if line.name in self.system.timed - self.handed_on]
        expected |= {(name, t) for name in timed for t in range(1, self.T + 1)}
        assert expected <= seen.keys(), expected - seen.keys()
        return len(seen)

    def meant(self, left: str, t: int | None) -> tuple[str, int, np.ndarray]:
        """Which quantity at which step a left side is: the step is 0 for one without, and for what is there before."""
        places = [(t, "t", 0)] if t is not None else [(1, "", 1), (self.T, "T", 0), (0, "", 0), (self.T + 1, "T", 1)]
        for step, origin, offset in places:
            with self.printer.at(origin, offset):
                for name in self.system.symbols:
                    ends = self.ends(name)
                    elsewhere = name in self.handed_on or (ends and step not in ends)
                    value = None if elsewhere else self.value(name, step)
                    if value is not None and tokens_of(self.printer.name(name)) == tokens_of(left):
                        return name, step if name in self.system.timed else 0, value
        raise AssertionError(f"what is {left} at step {t}?")

    def product(self, found: re.Match[str], t: int | None, value: np.ndarray) -> np.ndarray:
        r"""∏_{k=t}^{1} of what is read at every k, the factor of step t in front."""
        assert t is not None
        total = np.eye(len(value))
        for k in range(t, 0, -1) if found[1] == "1" else range(t, self.T + 1):
            total = total @ self.evaluated(found[2], k, (len(value), len(value)), "k")
        return total


def _body(text: str) -> str:
    """What stands behind a sign of a sum, up to the next plus or minus, or to the bracket around the sum."""
    depth, end = 0, 0
    for piece in _PIECES.finditer(text):
        word = piece[0]
        if depth == 0 and (word in "+-" or word in ")]}" or word.startswith("\\end")):
            break
        depth += (word in "([{" or word.startswith("\\begin")) - (word in ")]}" or word.startswith("\\end"))
        end = piece.end()
    return text[:end].removesuffix("\\right").rstrip()
