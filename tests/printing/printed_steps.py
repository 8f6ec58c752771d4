"""A System over time as it prints, computed from the page alone: every line at every step that it is said to hold.

The reader is told what every quantity is called at step t, and what is given. From a name at t it makes those at t - 1,
t + 1, T and so on by itself, reads at which steps a line holds, and computes what it can, line by line, until all is
known: a line that speaks of a step that does not exist, or of something that no line gives, cannot be read.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

import numpy as np

import symlstm as sl
from symlstm.algebra import Later
from symlstm.codegen import Function
from symlstm.notation import Profile
from symlstm.notation import notation as find_notation
from symlstm.printing.latex import LatexPrinter
from symlstm.printing.view import printer_of
from symlstm.system import RowLayout, System
from tests.printing.printed import _blocks, _functions, _with_subscript
from tests.printing.readback import Notation, Reader
from tests.printing.readings import Elementwise
from tests.printing.tex import UnreadableError, tokens_of
from tests.support import relative_error
from tests.through_time.oracle import values_of

N, D, COLUMNS = 5, 3, 2
Tokens = tuple[str, ...]
Key = tuple[str, int]  # a quantity and its step, 0 for what has no step
_INDEXED = ("_", "^", ",", "(", r"\langle", "{", r"\prime")


@cache
def _compiled(system: System) -> Function:
    """The function of a System; the same one is compiled once."""
    return sl.lambdify(system)


class NotYetError(Exception):
    """A quantity that is computed by a line further on."""


def at_moment(name: Tokens, moment: str, bare: bool) -> Tokens:
    """The name of a quantity at another step than t; where a bare T could be a transpose, it stands in brackets."""
    place = max(k for k, token in enumerate(name) if token == "t" and name[k - 1] in _INDEXED)
    index = tokens_of(f"({moment})" if bare and "T" in moment else moment)
    single = name[place - 1] in ("_", "^") and len(index) > 1
    return (*name[:place], *(("{", *index, "}") if single else index), *name[place + 1 :])


class StepReader(Reader):
    """Reads formulas at one step, 0 where none is spoken of; knows only what has been computed."""

    def __init__(self, page: "PrintedSteps", t: int) -> None:
        self.notation = page.notation
        self.lengths = page.lengths
        self.page = page
        self._words = page.words_at(t)
        self._longest = max(map(len, self._words))

    def word_at(self, tokens: Sequence[str]) -> tuple[int, np.ndarray | Elementwise] | None:
        """As in `Reader`; raises NotYetError for what is still to be computed."""
        found = super().word_at(tokens)
        if found is None or not isinstance(found[1], tuple):
            return found
        if found[1] not in self.page.known:
            raise NotYetError(found[1])
        return found[0], self.page.known[found[1]]

    def over(self, first: Tokens, last: Tokens) -> list[Reader]:
        """Readers for the steps of a sum, \\sum_{t=1}^{T}."""
        if first[:2] != ("t", "="):
            raise UnreadableError(f"a sum over what? {' '.join(first)}")
        steps = range(self.page.number(first[2:]), self.page.number(last) + 1)
        return [self.page.readers[t] for t in steps]


class PrintedSteps:
    """A System over time with values, as it prints in a notation."""

    def __init__(
        self,
        system: System,
        notation: str = "default",
        steps: int = 4,
        batch: int = 1,
        seed: int = 91,
        at_end: bool = True,
    ) -> None:
        self.system = system
        self.name = notation
        self.T = steps
        profile = find_notation(notation).of_cell(system.name)
        self.bare = profile.time == "bare"
        given = values_of(system, steps, batch=batch, seed=seed, n=N, d=D)
        if not at_end:  # nothing flows in that flows in at the end alone
            given |= {name: np.zeros_like(given[name]) for name in set(system.seeds) - system.timed}
        self.truth = self._keyed(profile, {**given, **_compiled(system)(**given)})
        self.known = {key: value for key, value in self.truth.items() if key[0] in given}
        printer = printer_of(LatexPrinter, system, notation)
        self.names = {name: tokens_of(printer.name(name)) for name in {name for name, _ in self.truth}}
        self.back = any(isinstance(line.rhs, Later) for line in system.lines if line.hands_on)
        for seed in set(system.seeds) - system.timed:  # it flows in at the end
            self.names[seed] = at_moment(self.names[seed], "1" if self.back else "T", self.bare)
        assert len(set(self.names.values())) == len(self.names), "two quantities print alike"
        for line in system.lines:
            if line.hands_on:
                other = self.names[line.rhs.matrix.name]
                assert tokens_of(printer.name(line.name)) == at_moment(other, "t+1" if self.back else "t-1", self.bare)
        self.starts = {line.rhs.matrix.name: line.rhs.beyond.name for line in system.lines if line.hands_on}
        self.blocks = self._block_names(profile, printer)
        sizes = {"n": N, "d": D, "B": batch, "r": N - 1}
        rows = profile.layout == "row"
        self.notation = Notation({}, _functions(profile), sizes, rows, profile.hadamard == "")
        sides = {side for value in self.truth.values() for side in value.shape}
        self.lengths = sorted(sides - {1} or sides)
        self.readers = [StepReader(self, t) for t in range(steps + 1)]

    def _keyed(self, profile: Profile, values: Mapping[str, np.ndarray]) -> dict[Key, np.ndarray]:
        weights = "transposed" if profile.weights == "transposed" else "right"
        layout = RowLayout(self.system, weights) if profile.layout == "row" else None
        found = {}
        for name, value in values.items():
            for t, part in enumerate(value, 1) if name in self.system.timed else [(0, value)]:
                found[name, t] = part.T if layout and layout.flips(name) else part
        return found

    def _block_names(self, profile: Profile, printer: LatexPrinter) -> dict[Tokens, np.ndarray]:
        """The columns of W that multiply h, those that multiply x, under their names."""
        weights = "transposed" if profile.weights == "transposed" else "right"
        layout = RowLayout(self.system, weights) if profile.layout == "row" else None

        def standing(name: str, value: np.ndarray) -> np.ndarray:
            return value.T if layout and layout.flips(name) else value

        columns = {name: standing(name, value) for (name, t), value in self.truth.items() if t < 2}
        columns |= {f"{state}_prev": columns[start] for state, start in self.starts.items()}
        found = {}
        self.block_ids: dict[str, tuple[str, str]] = {}
        for name, part, value in _blocks(self.system, columns):
            block = _with_subscript(printer.name(name), profile, part)
            found[tokens_of(block)] = standing(name, value)
            self.block_ids[block] = (name, part)
        return found

    def words_at(self, t: int) -> dict[Tokens, Key | np.ndarray | Elementwise]:
        """All names that mean something at step t."""
        words: dict[Tokens, Key | np.ndarray | Elementwise] = {}
        moments = {"T": self.T, "T-1": self.T - 1, "1": 1} | ({"t": t, "t-1": t - 1, "t+1": t + 1} if t else {})
        for name, printed in self.names.items():
            if name not in self.system.timed:
                words[printed] = (name, 0)
                continue
            for moment, step in moments.items():
                if 1 <= step <= self.T:
                    words[at_moment(printed, moment, self.bare)] = (name, step)
                elif step == (self.T + 1 if self.back else 0) and name in self.starts:
                    words[at_moment(printed, moment, self.bare)] = (self.starts[name], 0)
        known: dict[Tokens, Key | np.ndarray | Elementwise] = dict(words)
        for table in (self.blocks, {tokens_of(word): function for word, function in self.notation.functions.items()}):
            assert not known.keys() & table.keys()
            known |= table
        sizes = {tokens_of(word): np.array(float(size)) for word, size in self.notation.sizes.items()}
        return known | {word: size for word, size in sizes.items() if word not in known}

    def number(self, tokens: Sequence[str]) -> int:
        """1, T, T - 1."""
        return int(eval("".join(tokens).replace("T", str(self.T)), {"__builtins__": {}}))

    def steps_of(self, margin: str) -> list[int]:
        """The steps of `t = T-1, \\dots, 1; t \\neq 2, 4, \\dots`, or of `t = 2, 4, \\dots < T`."""
        whole, _, without = margin.partition("; ")
        left_out = self._listed(without.removeprefix(r"t \neq ")) if without else []
        found = re.fullmatch(r"t = ([T\d-]+), \\dots, ([T\d-]+)", whole)
        if found:
            first, last = (self.number(end) for end in found.groups())
            down = "T" in found[1]
            steps = range(first, last - 1, -1) if down else range(first, last + 1)
            return [t for t in steps if t not in left_out]
        listed = self._listed(whole.removeprefix("t = ").removesuffix(" < T"))
        return [t for t in listed if t < self.T or not whole.endswith("< T")]

    def _listed(self, text: str) -> list[int]:
        first, second = (int(number) for number in text.removesuffix(r", \dots").split(", "))
        return list(range(first, self.T + 1, second - first))

    def instances(self, net_inputs: str = "auto") -> Iterator[tuple[Key, str]]:
        """Every line at every step that it is said to hold: what it gives, and its right side."""
        text = sl.latex(self.system, notation=self.name, net_inputs=net_inputs)
        at_t = {printed: name for name, printed in self.names.items()}
        ends = {
            at_moment(printed, moment, self.bare): (name, step)
            for name, printed in self.names.items()
            if name in self.system.timed
            for moment, step in (("T", self.T), ("1", 1))
        }
        for line in text.splitlines()[1:-1]:
            left, right = line.removesuffix(r" \\").split(" &= ")
            right, _, margin = right.partition(" && ")
            side = tokens_of(left)
            if side in ends:
                assert not margin
                yield ends[side], right
            elif at_t[side] in self.system.timed:
                yield from (((at_t[side], t), right) for t in self.steps_of(margin))
            else:
                assert not margin
                yield (at_t[side], 0), right

    def compute(self, net_inputs: str = "auto") -> int:
        """Compute all lines from the page; how many passes over the page it took. Raises what the reader raises."""
        pending = list(self.instances(net_inputs))
        keys = [key for key, _ in pending]
        assert len(set(keys)) == len(keys), "two lines for one quantity at one step"
        if net_inputs == "show" or self.system.forward:
            assert set(keys) | self.known.keys() == self.truth.keys()
        passes = 0
        while pending:
            left = []
            for key, formula in pending:
                try:
                    self.known[key] = self.readers[key[1]].value(formula, self.truth[key].shape)
                except NotYetError:
                    left.append((key, formula))
                    continue
                error = relative_error(self.known[key], self.truth[key])
                assert error <= 1e-10, f"{self.system.name} in {self.name}, {key}: {formula} is off by {error:.1e}"
            assert len(left) < len(pending), f"cannot be computed: {left[0]}"
            pending, passes = left, passes + 1
        return passes
