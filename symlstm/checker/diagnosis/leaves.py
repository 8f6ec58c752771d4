"""Leaves: the named quantities of a claim, and trees that name others beyond doubt."""

from dataclasses import dataclass, replace

from symlstm.checker.diagnosis.plant import shifted
from symlstm.checker.judging import Background
from symlstm.checker.meaning.aliases import LOSSES
from symlstm.checker.meaning.choices import Choices
from symlstm.checker.meaning.elaborate import value_of
from symlstm.checker.meaning.frame import Frame
from symlstm.checker.meaning.losses import is_derivative
from symlstm.checker.meaning.names import resolve
from symlstm.checker.meaning.problems import Problem
from symlstm.checker.meaning.scope import TIMES, Convention, Scope
from symlstm.checker.meaning.spelling import Spelling, spell
from symlstm.checker.meaning.symbols import Quantity
from symlstm.checker.reader.tree import Call, Differential, Fraction, FunctionName, Name, Number, Scripted, Sum, Tree

__all__ = ["Leaf", "Leaves", "is_name"]

INDICES = TIMES | frozenset("kjs")


def is_name(tree: Tree) -> bool:
    """Whether a tree is a name with its scripts, a gradient of one, or a number: what edits do not take apart."""
    if isinstance(tree, Fraction):
        return is_derivative(tree)
    return isinstance(tree, Number | FunctionName | Differential) or spell(tree, INDICES) is not None


@dataclass(frozen=True)
class Leaf:
    """A written quantity: what it is, at which step, turned or not, to which powers."""

    tree: Tree
    quantity: Quantity
    times: tuple[Tree, ...] = ()
    transposed: bool = False
    powers: tuple[Tree, ...] = ()

    @property
    def offset(self) -> int:
        """Its step counted from t."""
        return self.quantity.shift + (_offset(self.times[-1]) if self.times else 0)


def _offset(index: Tree) -> int:
    bare = getattr(index, "body", index)
    if isinstance(bare, Sum) and len(bare.terms) == 2 and isinstance(bare.terms[1], Number):
        return bare.signs[1] * int(bare.terms[1].text)
    return 0


class Leaves:
    """Recognizes quantities, and writes them; `background` knows the names that it writes them with."""

    def __init__(self, background: Background, frame: Frame) -> None:
        self.frame = frame
        cell = frame.cell
        names = {_now(name) for name in (*cell.symbols, *frame.system.symbols)} & set(cell.symbols)
        self.quantities = {Quantity(name, derived) for name in names for derived in ("", "d", "seed")}
        declared = {
            _key(quantity, shift): replace(quantity, shift=shift) for quantity in self.quantities for shift in (-1, 0)
        }
        declared |= {
            _key(replace(quantity, block=block), shift): replace(quantity, block=block, shift=shift)
            for quantity in self.quantities
            for block in ("x", "h")
            for shift in (-1, 0)
            if quantity.name in cell.parameters
        }
        self.background = replace(background, table=background.table.with_declared(declared))
        bound = dict.fromkeys(("k", "j", "s", "tau"), 1)
        self.scope = Scope(frame, background.table, Choices(), Convention(), bound=bound, read=value_of)

    def read(self, tree: Tree) -> Leaf | None:
        """The quantity that a name or gradient stands for; None for anything else."""
        if isinstance(tree, Fraction) and is_derivative(tree):
            return self._gradient(tree, tree.denominator.body) if self._of_loss(tree) else None  # type: ignore[union-attr]
        if isinstance(tree, Differential):
            return self._declared(tree) or self._gradient(tree, tree.body if tree.by is None else tree.by)
        spelling = (
            spell(tree, self.scope.indices) if isinstance(tree, Name | Scripted | Call) or _accented(tree) else None
        )
        return self._named(tree, spelling) if spelling else None

    def _of_loss(self, tree: Fraction) -> bool:
        above = tree.numerator.body if isinstance(tree.numerator, Differential) else None
        spelling = spell(above.function if isinstance(above, Call) else above, self.scope.indices) if above else None
        if spelling is None or spelling.head not in LOSSES:
            return False
        return spelling.head != "C" or not self.scope.table.meanings(spelling)

    def _declared(self, tree: Differential) -> Leaf | None:
        """dΓ_f where the user says what it is."""
        spelling = spell(tree.body, self.scope.indices) if tree.body is not None else None
        known = self.scope.table.declared.get(f"{tree.symbol} {spelling.key}") if spelling else None
        return Leaf(tree, known, spelling.times) if spelling and isinstance(known, Quantity) else None

    def _gradient(self, tree: Tree, inner: Tree | None) -> Leaf | None:
        leaf = self.read(inner) if inner is not None else None
        if leaf is None or leaf.quantity.derived:
            return None
        return replace(leaf, tree=tree, quantity=replace(leaf.quantity, derived="d"))

    def _named(self, tree: Tree, spelling: Spelling) -> Leaf | None:
        try:
            known, found = resolve(tree, self.scope)
        except Problem:
            return None
        if not found or not isinstance(found[0], Quantity):
            return self._label(tree, spelling)
        quantity = replace(found[0], shift=found[0].shift + known.shift)
        return Leaf(tree, quantity, known.times, known.transposed, known.powers)

    def _label(self, tree: Tree, spelling: Spelling) -> Leaf | None:
        r"""\delta^f_t, \delta_{a_f}: the gradient of a net input or of what else the label names."""
        if spelling.head not in ("delta", "Delta", "epsilon") or not spelling.label_trees:
            return None
        gate = self.scope.table.gate(spelling.labels[0])
        if gate and f"a_{gate}" in self.scope.table.names:
            return Leaf(tree, Quantity(f"a_{gate}", "d"), spelling.times, spelling.transposed, spelling.powers)
        inner = self.read(spelling.label_trees[0])
        if inner is None:
            return None
        times = spelling.times or inner.times
        return Leaf(tree, replace(inner.quantity, derived="d"), times, spelling.transposed, spelling.powers)

    def write(self, quantity: Quantity, like: Leaf | None = None, by: int = 0, at: Tree | None = None) -> Tree:
        """A tree that means the quantity, `by` steps later than `like`, with its transpose and powers."""
        assert at is not None or like is not None
        span = (at or like.tree).span  # type: ignore[union-attr]
        times = like.times if like else ()
        if times:
            times = (*times[:-1], shifted(times[-1], by))
            by = 0
        shift = quantity.shift + by
        if shift > 0:
            times, shift = (shifted(Name(span, "t"), shift),), 0
        name = Name(span, _key(replace(quantity, shift=0), shift))
        sups = () if like is None else (*like.powers, *((Name(span, "top"),) if like.transposed else ()))
        return Scripted(span, name, times, sups) if times or sups else name

    def shape(self, quantity: Quantity) -> tuple[object, object]:
        """Rows and columns of a quantity."""
        shape: tuple[object, object] = self.frame.cell.symbols[quantity.name].shape
        return shape


def _accented(tree: Tree) -> bool:
    return type(tree).__name__ == "Accented"


def _now(name: str) -> str:
    return name.removesuffix("_prev")


def _key(quantity: Quantity, shift: int) -> str:
    """A name that no text can write."""
    mark = {0: "", -1: "<"}[shift]
    return f"={mark}{quantity.derived}:{quantity.name}:{quantity.block}"
