"""What is printed of a cell, line by line, with the names on the page and readers that know their numbers."""

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import NamedTuple

import numpy as np

import symlstm as sl
from symlstm.printing.latex import LatexPrinter
from symlstm.printing.view import printer_of
from symlstm.system import System
from tests.checker.soundness.formula import parsed
from tests.checker.soundness.pieces import Key, Node, joined
from tests.checker.soundness.truth import Truth, truth_of
from tests.printing.printed import Printed
from tests.printing.printed_steps import PrintedSteps, StepReader, at_moment
from tests.printing.readback import Notation, Reader
from tests.printing.tex import tokens_of

__all__ = ["Line", "Page", "StepPage", "TimePage", "Way"]

Tokens = tuple[str, ...]
SEEDS = (3, 4, 5)
MORE = tuple(range(10, 20))  # where numbers that agree are doubted: two branches of a maximum may agree by chance
STEPS = 4


class Way(NamedTuple):
    """How a text may be read: looser signs, vectors as rows, weights transposed, a loss of h alone, W and U swapped."""

    loose: bool = False
    rows: bool = False
    turned: bool = False
    h_alone: bool = False
    swapped: bool = False


_USUAL = Way()


@dataclass(frozen=True)
class Line:
    """One printed equation, and when it is said to hold."""

    key: Key
    left: str
    right: str
    margin: str = ""

    def text(self, left: str | None = None, right: str | None = None) -> str:
        """The line as it is handed to the checker."""
        margin = rf" \qquad {self.margin}" if self.margin else ""
        return f"{self.left if left is None else left} = {self.right if right is None else right}{margin}"


class Page:
    """A System as it prints in a notation; `names` are keys with what they are called, `shapes` are their shapes."""

    time = "auto"
    reference: System
    notation: str
    names: dict[Key, str]
    shapes: dict[str, tuple[int, ...]]
    lines: list[Line]
    again: Callable[[], "Page"]

    @cached_property
    def words(self) -> dict[Tokens, tuple[Key, str]]:
        """The names by their tokens."""
        return {tokens_of(printed): (key, printed) for key, printed in self.names.items()}

    @cached_property
    def functions(self) -> list[Tokens]:
        """What functions are called, the longest first."""
        return sorted(map(tokens_of, self._notation.functions), key=len, reverse=True)

    @cached_property
    def gates(self) -> dict[str, tuple[str, str]]:
        """Gates by their identifiers: the function's name on the page and the net input."""
        found = {}
        for line in self.lines:
            name, _, inner = line.right.replace(r"\left", "").replace(r"\right", "").partition("(")
            key = self.words.get(tokens_of(inner.removesuffix(")"))) if inner.endswith(")") else None
            if key is not None and tokens_of(name) in self.functions:
                found[line.key[0]] = (name, key[0][0])
        return found

    @cached_property
    def definitions(self) -> dict[Key, str]:
        """The right sides of the lines that say what a quantity is, at t or at every step."""
        return {line.key: line.right for line in self.lines}

    def cut(self, text: str) -> Node:
        """A formula of the page in pieces."""
        return parsed(text, self.words, self.functions)

    def truth(self, left: str, right: str, margin: str = "", way: Way = _USUAL) -> Truth:
        """What the numbers say of left = right."""
        return truth_of(left, right, self.points(margin, way))

    def points(self, margin: str, way: Way) -> Iterator[Sequence[Reader]]:
        """The readers of all moments, for every point."""
        raise NotImplementedError

    @property
    def rows(self) -> bool:
        """Whether vectors are rows in this notation."""
        return self._notation.rows

    @property
    def _notation(self) -> Notation:
        raise NotImplementedError

    def _meant(self, name: str, way: Way) -> str:
        """The quantity that a name stands for: W_f is U_f where a text swaps them."""
        pairs = {"W_": "U_", "U_": "W_"}
        start = name.removeprefix("d_")[:2]
        other = name.replace(start, pairs[start], 1) if way.swapped and start in pairs else name
        return other if other in self.shapes else name

    def _turns(self, name: str, way: Way) -> bool:
        """Whether a quantity is transposed when a text is read in another way."""
        plain = name.partition("|")[0].removeprefix("d_")
        weight = plain in self.reference.parameters and plain[:2] in ("W_", "U_", "R_")
        return way.rows != way.turned if weight else way.rows


class StepPage(Page):
    """One step, forward and backward."""

    def __init__(
        self,
        cell: System,
        system: System,
        notation: str = "default",
        net_inputs: str = "auto",
        seeds: Sequence[int] = SEEDS,
    ) -> None:
        self.reference, self.notation = cell, notation
        self.printed = [Printed(system, notation, seed=seed) for seed in seeds]
        self.again = cache(lambda: StepPage(cell, system, notation, net_inputs, MORE))
        first = self.printed[0]
        printer = printer_of(LatexPrinter, system, notation)
        self.names = {(name, ""): printer.name(name) for name in first.name_of.values()}
        self.names |= {(f"{name}|{part}", ""): block for block, (name, part) in first.blocks.items()}
        by_print = first.reader.notation.names
        self.shapes = {key[0]: by_print[printed].shape for key, printed in self.names.items()}
        self.lines = [Line((name, ""), printer.name(name), right) for name, right in first.lines(net_inputs)]
        self.readers = cache(self._readers)

    @property
    def _notation(self) -> Notation:
        return self.printed[0].reader.notation

    def points(self, margin: str, way: Way) -> Iterator[Sequence[Reader]]:
        """One moment for every point."""
        return ((reader,) for reader in self.readers(way))

    def _readers(self, way: Way) -> list[Reader]:
        keys = {printed: name for (name, _), printed in self.names.items()}
        found = []
        for one in self.printed:
            notation = one.reader.notation
            names = {
                printed: value.T if self._turns(keys[printed], way) else value
                for printed, value in self._swapped(notation.names, keys, way).items()
            }
            found.append(Reader(_loosened(notation, way)._replace(names=names)))
        return found

    def _swapped(self, values: Mapping[str, np.ndarray], keys: Mapping[str, str], way: Way) -> Mapping[str, np.ndarray]:
        by_name = {keys[printed]: value for printed, value in values.items()}
        return {printed: by_name[self._meant(keys[printed], way)] for printed in values}


class TimePage(Page):
    """A whole sequence, forward and backward."""

    time = "sequence"

    def __init__(
        self, cell: System, system: System, notation: str = "default", seeds: Sequence[int] = SEEDS[:2]
    ) -> None:
        self.reference, self.notation = cell, notation
        self.again = cache(lambda: TimePage(cell, system, notation, MORE))
        self.made = cache(
            lambda at_end: [PrintedSteps(system, notation, STEPS, seed=seed, at_end=at_end) for seed in seeds]
        )
        page = self.made(True)[0]
        self.names = dict(self._named(page, system))
        self.names |= {(f"{name}|{part}", ""): block for block, (name, part) in page.block_ids.items()}
        self.shapes = {name: value.shape for (name, _), value in page.truth.items()}
        for block, (name, part) in page.block_ids.items():
            self.shapes[f"{name}|{part}"] = page.blocks[tokens_of(block)].shape
        self.lines = [
            Line(self.words[tokens_of(left)][0], left, right, margin)
            for left, right, margin in _lines(system, notation)
        ]
        self.pages = cache(self._pages)

    @staticmethod
    def _named(page: PrintedSteps, system: System) -> Iterator[tuple[Key, str]]:
        for name, printed in page.names.items():
            if name not in system.timed:
                yield (name, ""), joined(printed)
                continue
            for moment in ("t", "t-1", "t+1", "T", "T-1", "1"):
                yield (name, moment), joined(printed if moment == "t" else at_moment(printed, moment, page.bare))

    @property
    def _notation(self) -> Notation:
        return self.made(True)[0].notation

    def points(self, margin: str, way: Way) -> Iterator[Sequence[Reader]]:
        """The steps that the margin says, every step where it says nothing."""
        for page in self.pages(way):
            steps = page.steps_of(margin) if margin else range(1, page.T + 1)
            yield [page.readers[t] for t in steps]

    def _pages(self, way: Way) -> list[PrintedSteps]:
        """The pages with every quantity known before it is read."""
        found = []
        for page in self.made(not way.h_alone):
            other = copy.copy(page)
            meant = {key: page.truth[self._meant(key[0], way), key[1]] for key in page.truth}
            other.known = {key: value.T if self._turns(key[0], way) else value for key, value in meant.items()}
            other.blocks = {
                tokens_of(block): self._block(page, block, name, way) for block, (name, _) in page.block_ids.items()
            }
            other.notation = _loosened(page.notation, way)
            other.readers = [StepReader(other, t) for t in range(page.T + 1)]
            found.append(other)
        return found

    def _block(self, page: PrintedSteps, block: str, name: str, way: Way) -> np.ndarray:
        value = page.blocks[tokens_of(block)]
        return value.T if self._turns(name, way) else value


def _loosened(notation: Notation, way: Way) -> Notation:
    rows = notation.rows != way.rows
    return notation._replace(rows=rows, side_by_side=notation.side_by_side or way.loose, loose=way.loose)


def _lines(system: System, notation: str) -> Iterator[tuple[str, str, str]]:
    for line in sl.latex(system, notation=notation).splitlines()[1:-1]:
        left, right = line.removesuffix(r" \\").split(" &= ")
        right, _, margin = right.partition(" && ")
        yield left, right, margin
