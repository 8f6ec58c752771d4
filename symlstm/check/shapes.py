"""Shapes of unknown names: from the products, sums and stacks in which they occur, by unification."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from symlstm.check.meaning.problems import Misfit, NotUnderstood
from symlstm.check.meaning.spelling import TRANSPOSES
from symlstm.check.reader.tree import (
    Accented,
    Bars,
    Call,
    Fraction,
    FunctionName,
    Group,
    Name,
    Number,
    Product,
    Scripted,
    Stack,
    Sum,
    Tree,
)

__all__ = ["Length", "Shapes"]

Length = int | str | tuple
"""1, an unknown ("?3"), or a sum of lengths, as of a stack."""

Shape = tuple[Length, Length]


@dataclass
class Shapes:
    """What is known of the shapes of names; `key` gives the name that a tree writes, None for none.

    `vectors` says which names are vectors; in a text of rows these are 1 × n.
    """

    key: Callable[[Tree], str | None]
    vectors: frozenset[str]
    rows: bool = False
    known: dict[str, Shape] = field(default_factory=dict)
    _parents: dict[str, Length] = field(default_factory=dict)
    _count: int = 0

    def fresh(self) -> str:
        """An unknown length."""
        self._count += 1
        return f"?{self._count}"

    def of(self, key: str) -> Shape:
        """The shape of a name."""
        if key not in self.known:
            length = self.fresh()
            vector: Shape = (1, length) if self.rows else (length, 1)
            self.known[key] = vector if key in self.vectors else (length, self.fresh())
        return self.known[key]

    def find(self, length: Length) -> Length:
        """What is known of a length by now."""
        while isinstance(length, str) and length in self._parents:
            length = self._parents[length]
        return tuple(self.find(part) for part in length) if isinstance(length, tuple) else length

    def unify(self, a: Length, b: Length, tree: Tree) -> None:
        """Make two lengths one. Raises Misfit."""
        a, b = self.find(a), self.find(b)
        if a == b:
            return
        if isinstance(a, str):
            self._parents[a] = b
        elif isinstance(b, str):
            self._parents[b] = a
        elif isinstance(a, tuple) and isinstance(b, tuple) and len(a) == len(b):
            for one, other in zip(a, b, strict=True):
                self.unify(one, other, tree)
        else:
            raise Misfit("two lengths that cannot be the same", tree.span)

    def shape(self, tree: Tree) -> Shape | None:
        """The shape of a tree, None for a number. Raises Misfit or NotUnderstood."""
        key = self.key(tree)
        if key is not None:
            shape = self.of(key)
            return (shape[1], shape[0]) if _turned(tree) else shape
        rule = _RULES.get(type(tree))
        if rule is None:
            raise NotUnderstood(f"a {type(tree).__name__.lower()} in an equation that defines a cell", tree.span)
        return rule(self, tree)

    def same(self, tree: Tree, *parts: Tree) -> Shape | None:
        """The one shape that parts share."""
        shapes = [shape for shape in map(self.shape, parts) if shape is not None and shape != (1, 1)]
        for other in shapes[1:]:
            self.unify(shapes[0][0], other[0], tree)
            self.unify(shapes[0][1], other[1], tree)
        return shapes[0] if shapes else None

    def product(self, tree: Product) -> Shape | None:
        """Matrices meet their neighbour, vectors are taken entry by entry."""
        result = None
        for sign, factor in zip(("", *tree.operators), tree.factors, strict=True):
            result = self._times(result, self.shape(factor), sign, tree)
        return result

    def _times(self, left: Shape | None, right: Shape | None, sign: str, tree: Tree) -> Shape | None:
        if left is None or right is None:
            return right if left is None else left
        if sign in ("odot", "circ", "otimes", "(.)") or self._alike(left, right):
            for a, b in zip(left, right, strict=True):
                self.unify(a, b, tree)
            return left
        self.unify(left[1], right[0], tree)
        return left[0], right[1]

    def _alike(self, left: Shape, right: Shape) -> bool:
        """Whether both are columns, or both rows."""
        kinds = [tuple(self.find(side) == 1 for side in shape) for shape in (left, right)]
        return kinds[0] == kinds[1] and any(kinds[0]) and kinds[0] != (True, True)

    def stacked(self, tree: Stack) -> Shape | None:
        """Lengths add up along the stack; what is beside each other has one height."""
        parts = [shape for row in tree.rows for entry in row if (shape := self.shape(entry)) is not None]
        axis = 1 if self.rows else 0
        for other in parts[1:]:
            self.unify(parts[0][1 - axis], other[1 - axis], tree)
        total = tuple(part[axis] for part in parts)
        across = parts[0][1 - axis]
        return (across, total) if self.rows else (total, across)


def _turned(tree: Tree) -> bool:
    sups = tree.sups if isinstance(tree, Scripted) else ()
    inner = _turned(tree.body) if isinstance(tree, Scripted) else False
    return inner != (sum(isinstance(part, Name) and part.text in TRANSPOSES for part in sups) % 2 == 1)


def _scripted(shapes: Shapes, tree: Scripted) -> Shape | None:
    shape = shapes.shape(tree.body)
    return (shape[1], shape[0]) if shape and _turned(tree) else shape


def _call(shapes: Shapes, tree: Call) -> Shape | None:
    function = tree.function
    while isinstance(function, Scripted | Accented):
        function = function.body
    if isinstance(function, FunctionName) or shapes.key(tree.function) is None:
        return shapes.same(tree, *tree.arguments)
    left = shapes.shape(tree.function)
    return shapes._times(left, shapes.same(tree, *tree.arguments), "", tree)


_RULES: Mapping[type, Callable[..., Shape | None]] = {
    Number: lambda shapes, tree: None,
    Group: lambda shapes, tree: shapes.shape(tree.body),
    Bars: lambda shapes, tree: shapes.shape(tree.body),
    Sum: lambda shapes, tree: shapes.same(tree, *tree.terms),
    Product: lambda shapes, tree: shapes.product(tree),
    Fraction: lambda shapes, tree: shapes.same(tree, tree.numerator, tree.denominator),
    Stack: lambda shapes, tree: shapes.stacked(tree),
    Scripted: _scripted,
    Call: _call,
}
