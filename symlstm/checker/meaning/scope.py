"""Scope: everything that the meaning of a formula depends on: frame, symbols, conventions, bound indices, choices."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from symlstm.algebra import transpose
from symlstm.checker.meaning.choices import Choices
from symlstm.checker.meaning.frame import Frame
from symlstm.checker.meaning.problems import NeedsTime, NotUnderstood
from symlstm.checker.meaning.symbols import Defined, Quantity, SymbolTable
from symlstm.checker.meaning.values import Value
from symlstm.checker.reader.tree import Call, Group, Name, Number, Product, Stack, Sum, Tree
from symlstm.notation.derived import innermost
from symlstm.system.row_layout import weights_of

__all__ = ["Convention", "Scope", "inside"]


def _unread(tree: Tree, scope: "Scope") -> Value:
    raise NotUnderstood("nothing says how parts are read", tree.span)


TIMES = frozenset({"t", "T", "tau"})


@dataclass(frozen=True)
class Convention:
    """How a text writes: vectors as columns or rows, weights stored for products from the left or transposed.

    `swapped` says that W is the recurrent matrix and U that of the input.
    """

    layout: str = "column"
    transposed_weights: bool = False
    swapped: bool = False

    @property
    def note(self) -> str:
        """What it takes for granted, "" for the usual."""
        said = ["in row layout"] if self.layout == "row" else []
        if self.transposed_weights:
            said.append("with weights stored transposed" if self.layout == "column" else "with weights as for columns")
        if self.swapped:
            said.append("with W as the recurrent and U as the input matrix")
        return ", ".join(said)


@dataclass(frozen=True)
class Scope:
    """What a tree is understood in; `bound` are the values of indices, `shift` the offset of t inside a definition."""

    frame: Frame
    table: SymbolTable
    choices: Choices
    convention: Convention = field(default_factory=Convention)
    bound: Mapping[str, int] = field(default_factory=dict)
    members: Mapping[str, Tree] = field(default_factory=dict)
    depth: int = 0
    share: int | None = None
    immediate: bool = False
    chained: bool = False
    read: Callable[[Tree, "Scope"], Value] = field(default=_unread, repr=False)

    @property
    def indices(self) -> frozenset[str]:
        """The letters that are moments in time here."""
        return TIMES | self.bound.keys() - self.members.keys()

    def binding(self, **changes: object) -> "Scope":
        """The scope with something changed."""
        return replace(self, **changes)  # type: ignore[arg-type]

    def moment(self, tree: Tree) -> int:
        """The value of an index expression. Raises NeedsTime or NotUnderstood."""
        rule = _MOMENTS.get(type(tree))
        if rule is None:
            raise NotUnderstood("an index that is no step", tree.span)
        return rule(self, tree)

    def current(self) -> int | None:
        """The value of t."""
        return self.bound.get("t", self.frame.indices.get("t"))

    def value(self, quantity: Quantity, step: int | None, kind: str = "") -> Value:
        """A quantity as it is written in the text's convention."""
        if step is None and quantity.name not in self.frame.cell.parameters:
            step = self.current()
        name = self._swapped(quantity) if self.convention.swapped else quantity
        matrix = self.frame.at(name, step)
        if self.flips(quantity.name):
            return Value(transpose(matrix), kind=kind)
        return Value(matrix, kind=kind)

    def _swapped(self, quantity: Quantity) -> Quantity:
        family, _, gate = quantity.name.partition("_")
        other = {"W": "U", "U": "W"}.get(family)
        if other and f"{other}_{gate}" in self.table.names:
            return replace(quantity, name=f"{other}_{gate}")
        return quantity

    def flips(self, name: str) -> bool:
        """Whether the text writes the transpose of a quantity, or of a derivative of one."""
        name = innermost(name)
        weight = name in weights_of(self.frame.cell)
        row = self.convention.layout == "row"
        return row != self.convention.transposed_weights if weight else row


def inside(scope: Scope, definition: Defined, step: int | None) -> Scope:
    """The scope inside of a definition that is used at a step."""
    bound = dict(scope.bound) if step is None else {**scope.bound, "t": step - definition.offset}
    return scope.binding(bound=bound, depth=scope.depth + 1)


def _of_name(scope: Scope, tree: Name) -> int:
    if tree.text in scope.bound:
        return scope.bound[tree.text]
    if tree.text in scope.frame.indices:
        return scope.frame.indices[tree.text]
    if tree.text in TIMES:
        raise NeedsTime(f"{tree.text} speaks of several steps", tree.span)
    raise NotUnderstood(f"the index {tree.text} is not bound", tree.span)


def _of_number(scope: Scope, tree: Number) -> int:
    if not tree.text.isdigit():
        raise NotUnderstood(f"{tree.text} as an index", tree.span)
    return int(tree.text)


def _of_sum(scope: Scope, tree: Sum) -> int:
    return sum(sign * scope.moment(term) for sign, term in zip(tree.signs, tree.terms, strict=True))


def _of_product(scope: Scope, tree: Product) -> int:
    value = 1
    for factor in tree.factors:
        value *= scope.moment(factor)
    return value


_MOMENTS: dict[type, Callable[..., int]] = {
    Name: _of_name,
    Number: _of_number,
    Sum: _of_sum,
    Product: _of_product,
    Group: lambda scope, tree: scope.moment(tree.body),
    Call: lambda scope, tree: scope.moment(tree.arguments[0]),
    Stack: lambda scope, tree: scope.moment(tree.rows[0][0]),
}
