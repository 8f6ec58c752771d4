"""Shapes of unknown names: from the products, sums and stacks in which they occur, by unification."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from symlstm.checker.given.kinds import Kind, turned
from symlstm.checker.meaning.problems import Misfit, NotUnderstood
from symlstm.checker.reader.tree import (
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

__all__ = ["Length", "Shape", "Shapes"]

Length: TypeAlias = int | str | tuple["Length", ...]
"""1, a size that is unknown ("?3") and never 1, or a sum of lengths, as of a stack."""

Shape: TypeAlias = tuple[Length, Length]

_ELEMENTWISE = frozenset({"odot", "circ", "otimes", "(.)"})
_STRENGTH = {"": 2, "odot": 0, "circ": 0, "(.)": 0, "otimes": 0}


@dataclass
class Shapes:
    """What is known of the shapes of names; in a text of rows vectors are 1 × n."""

    kinds: Mapping[str, Kind]
    rows: bool = False
    known: dict[str, Shape] = field(default_factory=dict)
    row_times_matrix: bool = False  # whether a product of a row and a matrix was seen, which a text of rows has
    _parents: dict[str, Length] = field(default_factory=dict)
    _count: int = 0

    def fresh(self) -> str:
        """An unknown length."""
        self._count += 1
        return f"?{self._count}"

    def copy(self) -> tuple[dict[str, Shape], dict[str, Length]]:
        """What is known by now, to go back to."""
        return dict(self.known), dict(self._parents)

    def restore(self, state: tuple[dict[str, Shape], dict[str, Length]]) -> None:
        """Go back to what was known."""
        self.known, self._parents = dict(state[0]), dict(state[1])

    def vector(self, length: Length | None = None) -> Shape:
        """The shape of a vector."""
        length = self.fresh() if length is None else length
        return (1, length) if self.rows else (length, 1)

    def of(self, name: str) -> Shape:
        """The shape of a name; that of the step before is the same."""
        name = name.removesuffix("_prev")
        if name not in self.known:
            self.known[name] = _NEW[self.kinds.get(name, Kind.VECTOR)](self)
        return self.known[name]

    def define(self, name: str, tree: Tree, place: int = 0, among: int = 1) -> None:
        """Take an equation into account, of which a name is one of `among` parts that are stacked. Raises Misfit."""
        shape = self.shape(tree)
        if among > 1:
            shape = None if shape is None else self._part(shape, place, among, tree)
        if shape is None:
            self.of(name)
        elif name not in self.known:
            self.known[name] = shape
        else:
            for a, b in zip(self.of(name), shape, strict=True):
                self.unify(a, b, tree)

    def _part(self, shape: Shape, place: int, among: int, tree: Tree) -> Shape:
        axis = 1 if self.rows else 0
        total = self.find(shape[axis])
        if not isinstance(total, tuple):
            total = tuple(self.fresh() for _ in range(among))
            self.unify(shape[axis], total, tree)
        if len(total) != among:
            raise Misfit(f"a stack of {len(total)} parts that is cut into {among}", tree.span)
        return self.vector(total[place])

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
        if 1 in (a, b):
            raise Misfit("a vector or a number where a matrix is expected, or the reverse", tree.span)
        if isinstance(a, str) or isinstance(b, str):
            name, other = (a, b) if isinstance(a, str) else (b, a)
            if isinstance(other, tuple) and name in _flat(other):
                raise Misfit("a length that would be longer than itself", tree.span)
            self._parents[str(name)] = other
        elif isinstance(a, tuple) and isinstance(b, tuple) and sorted(map(str, a)) != sorted(map(str, b)):
            if len(a) != len(b):
                raise Misfit("two stacks of different length", tree.span)
            for one, other in zip(a, b, strict=True):
                self.unify(one, other, tree)

    def shape(self, tree: Tree) -> Shape | None:
        """The shape of a tree, None for a number. Raises Misfit or NotUnderstood."""
        rule = _RULES.get(type(tree))
        if rule is None:
            raise NotUnderstood(f"a {type(tree).__name__.lower()} in an equation that defines a cell", tree.span)
        return rule(self, tree)

    def same(self, tree: Tree, *parts: Tree) -> Shape | None:
        """The one shape that parts share; numbers fit every shape."""
        shapes = [shape for shape in map(self.shape, parts) if shape is not None]
        larger = [shape for shape in shapes if shape != (1, 1)]
        for other in larger[1:]:
            self.unify(larger[0][0], other[0], tree)
            self.unify(larger[0][1], other[1], tree)
        return larger[0] if larger else (shapes[0] if shapes else None)

    def product(self, tree: Product) -> Shape | None:
        """Matrices meet their neighbour, vectors are taken entry by entry; the tightest sign goes first."""
        shapes = [self.shape(factor) for factor in tree.factors]
        before, problem = dict(self._parents), None
        for order in _ORDERS:
            try:
                return order(self, list(shapes), list(tree.operators), tree)
            except Misfit as error:
                problem = problem or error
                self._parents = dict(before)
        raise problem or Misfit("a product of nothing", tree.span)

    def times(self, left: Shape | None, right: Shape | None, sign: str, tree: Tree) -> Shape | None:
        """The shape of a product of two."""
        if left is None or right is None:
            return right if left is None else left
        if (1, 1) in (left, right) and sign != "@":
            return right if left == (1, 1) else left
        if sign in _ELEMENTWISE or sign == "/" or (sign != "@" and self._alike(left, right)):
            for a, b in zip(left, right, strict=True):
                self.unify(a, b, tree)
            return left
        self.unify(left[1], right[0], tree)
        if left[0] == 1 and 1 not in right:
            self.row_times_matrix = True
        return left[0], right[1]

    def _alike(self, left: Shape, right: Shape) -> bool:
        """Whether both are columns, or both rows."""
        kinds = [tuple(self.find(side) == 1 for side in shape) for shape in (left, right)]
        return kinds[0] == kinds[1] and any(kinds[0])

    def stacked(self, tree: Stack) -> Shape | None:
        """Lengths add up along the stack; what is beside each other has one height."""
        shapes = [[self._entry(entry) for entry in row] for row in tree.rows]
        if len(shapes) == 1 and all(self.find(shape[1]) == 1 for shape in shapes[0]):
            return self._joined(shapes[0], 0, tree)
        rows = [self._joined(row, 1, tree) for row in shapes]
        return self._joined(rows, 0, tree)

    def _entry(self, tree: Tree) -> Shape:
        shape = self.shape(tree)
        if shape is None:
            raise NotUnderstood("numbers in a stack", tree.span)
        return shape

    def _joined(self, shapes: Sequence[Shape], axis: int, tree: Tree) -> Shape:
        if len(shapes) == 1:
            return shapes[0]
        for other in shapes[1:]:
            self.unify(shapes[0][1 - axis], other[1 - axis], tree)
        total = tuple(shape[axis] for shape in shapes)
        across = shapes[0][1 - axis]
        return (across, total) if axis else (total, across)


def _flat(length: Length) -> list[Length]:
    return [part for each in length for part in _flat(each)] if isinstance(length, tuple) else [length]


def _folded(
    shapes: Shapes, values: list[Shape | None], signs: list[str], strengths: Sequence[int], tree: Tree
) -> Shape | None:
    """The product, the signs of the first strength first; one strength for all means from the left."""
    for strength in strengths:
        kept, between = values[:1], []
        for sign, value in zip(signs, values[1:], strict=True):
            if strength < 0 or _STRENGTH.get(sign, 1) == strength:
                kept[-1] = shapes.times(kept[-1], value, sign, tree)
            else:
                between.append(sign)
                kept.append(value)
        values, signs = kept, between
    return values[0]


def _from_right(shapes: Shapes, values: list[Shape | None], signs: list[str], tree: Tree) -> Shape | None:
    result = values[-1]
    for value, sign in zip(reversed(values[:-1]), reversed(signs), strict=True):
        result = shapes.times(value, result, sign, tree)
    return result


_ORDERS: Sequence[Callable[..., Shape | None]] = (
    lambda shapes, values, signs, tree: _folded(shapes, values, signs, (2, 1, 0), tree),
    lambda shapes, values, signs, tree: _folded(shapes, values, signs, (-1,), tree),
    lambda shapes, values, signs, tree: _folded(shapes, values, signs, (0, 1, 2), tree),
    _from_right,
)

_NEW: Mapping[Kind, Callable[[Shapes], Shape]] = {
    Kind.VECTOR: lambda shapes: shapes.vector(),
    Kind.MATRIX: lambda shapes: (shapes.fresh(), shapes.fresh()),
    Kind.NUMBER: lambda shapes: (1, 1),
}


def _scripted(shapes: Shapes, tree: Scripted) -> Shape | None:
    shape = shapes.shape(tree.body)
    return (shape[1], shape[0]) if shape and turned(tree) else shape


def _call(shapes: Shapes, tree: Call) -> Shape | None:
    function = tree.function
    while isinstance(function, Scripted | Accented):
        function = function.body
    if isinstance(function, FunctionName) and function.text in _FUNCTIONS:
        return _FUNCTIONS[function.text](shapes, shapes.same(tree, *tree.arguments))
    if isinstance(function, FunctionName) or not _is_quantity(shapes, function):
        return shapes.same(tree, *tree.arguments)
    inner = Stack(tree.span, (tree.arguments,), "(", ",") if len(tree.arguments) > 1 else tree.arguments[0]
    return shapes.times(shapes.shape(tree.function), shapes.shape(inner), "", tree)


def _is_quantity(shapes: Shapes, function: Tree) -> bool:
    return not isinstance(function, Name) or function.text.removesuffix("_prev") in shapes.kinds


def _square(shapes: Shapes, shape: Shape | None) -> Shape | None:
    if shape is None:
        return None
    length = shape[1] if shape[0] == 1 else shape[0]
    return length, length


_FUNCTIONS: Mapping[str, Callable[[Shapes, Shape | None], Shape | None]] = {
    "diag": _square,
    "Diag": _square,
    **dict.fromkeys(("mean", "var", "logsumexp"), lambda shapes, shape: (1, 1)),
}

_RULES: Mapping[type, Callable[..., Shape | None]] = {
    Number: lambda shapes, tree: None,
    Name: lambda shapes, tree: shapes.of(tree.text) if tree.text.removesuffix("_prev") in shapes.kinds else None,
    Group: lambda shapes, tree: shapes.shape(tree.body),
    Bars: lambda shapes, tree: shapes.shape(tree.body),
    Sum: lambda shapes, tree: shapes.same(tree, *tree.terms),
    Product: lambda shapes, tree: shapes.product(tree),
    Fraction: lambda shapes, tree: shapes.same(tree, tree.numerator, tree.denominator),
    Stack: lambda shapes, tree: shapes.stacked(tree),
    Scripted: _scripted,
    Call: _call,
}
