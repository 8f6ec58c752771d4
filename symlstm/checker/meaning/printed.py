"""Printed names: what a notation prints for the quantities of a System, read back as the trees that text would have."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sympy import MatrixExpr, MatrixSymbol

from symlstm.algebra import ColumnBlock, RowBlock
from symlstm.checker.meaning.patterns import Pattern, flat, patterns_of
from symlstm.checker.reader import ReadingError, read_formula
from symlstm.checker.reader.tree import Name, Number, Product, Sum, Tree
from symlstm.errors import SymlstmError
from symlstm.notation import Profile
from symlstm.printing.latex import LatexPrinter
from symlstm.printing.stacked import Block
from symlstm.printing.unicode import UnicodePrinter
from symlstm.printing.view import fitted, printer_of, rows_of
from symlstm.system import System

__all__ = ["Entry", "PrintedNames", "printed_block", "printed_names"]

_TIMES = frozenset({"t", "T"})


@dataclass(frozen=True)
class Entry:
    """A quantity of a System, or a block of one, and when it is that the scripts of its printed name say.

    `moments` are offsets from t or from T, one for each of the moments in the name.
    """

    node: MatrixExpr
    moments: tuple[tuple[str, int], ...]


class PrintedNames:
    """The printed names of a System in a notation; the same tree may stand for several quantities."""

    def __init__(self, system: System, profile: Profile) -> None:
        self._entries: dict[Tree, list[Entry]] = {}
        self._longest = 0
        for node, tree in _printed(system, profile):
            for pattern in patterns_of(tree, _TIMES, numbers=False):
                entry = Entry(node, tuple(map(_moment, pattern.moments)))
                known = self._entries.setdefault(pattern.tree, [])
                if entry not in known:
                    known.append(entry)
            if isinstance(tree, Product):
                self._longest = max(self._longest, len(tree.factors))

    @property
    def longest(self) -> int:
        r"""The most factors that a printed name looks like, 2 for \delta_2 \delta h_t; 0 where none is a product."""
        return self._longest

    def at(self, pattern: Pattern) -> Sequence[Entry]:
        """What a name may be, by its pattern."""
        return self._entries.get(pattern.tree, ())


@dataclass(frozen=True, eq=False)
class _Notation:
    """A profile as a key: profiles hold tables, which have no hash."""

    profile: Profile

    def __hash__(self) -> int:
        return hash(self.profile.name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Notation) and self.profile == other.profile


@lru_cache(maxsize=256)
def _kept(system: System, notation: _Notation) -> PrintedNames:
    return PrintedNames(system, notation.profile)


def printed_names(system: System, profile: Profile) -> PrintedNames:
    """The printed names of a System in a notation, the same object when asked again."""
    return _kept(system, _Notation(profile))


@lru_cache(maxsize=64)
def _block(system: System, notation: _Notation) -> Block | None:
    profile = fitted(system, notation.profile)
    rows = rows_of(system, profile) if profile.gates == "stacked" and system.forward is None else ()
    return next((row for row in rows if isinstance(row, Block)), None)


def printed_block(system: System, profile: Profile) -> Block | None:
    """The gates of a cell in one block, in the order in which a notation prints them; None where it does not."""
    return _block(system, _Notation(profile))


def _printed(system: System, profile: Profile) -> Iterator[tuple[MatrixExpr, Tree]]:
    for kind, language in ((LatexPrinter, "latex"), (UnicodePrinter, "text")):
        try:
            printer = printer_of(kind, system, profile)
        except SymlstmError:  # two names that print alike
            return
        for node in _nodes(system):
            try:
                tree = read_formula(str(printer.print(node)), language).statements[0].sides[0]
            except (ReadingError, SymlstmError):
                continue
            yield node, flat(tree)


def _nodes(system: System) -> Iterator[MatrixExpr]:
    """The quantities, and the blocks of them that the equations speak of."""
    yield from system.symbols.values()
    blocks = {block: None for line in system.lines for block in line.rhs.atoms(ColumnBlock, RowBlock)}
    yield from sorted((block for block in blocks if isinstance(block.matrix, MatrixSymbol)), key=str)


def _moment(tree: Tree) -> tuple[str, int]:
    if isinstance(tree, Sum):
        base = next(term.text for term in tree.terms if isinstance(term, Name))
        numbers = [(sign, term) for sign, term in zip(tree.signs, tree.terms, strict=True) if isinstance(term, Number)]
        return base, sum(sign * int(term.text) for sign, term in numbers)
    assert isinstance(tree, Name)
    return tree.text, 0
