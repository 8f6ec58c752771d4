"""Slips with functions and their derivatives: forgotten, doubled, exchanged, a square or a complement lost."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from symlstm.checker.diagnosis.case import Case, Edit
from symlstm.checker.diagnosis.kinds import Kind
from symlstm.checker.diagnosis.leaves import Leaf
from symlstm.checker.diagnosis.plant import (
    called,
    complement,
    difference,
    entrywise,
    number,
    product,
    square,
    without_brackets,
)
from symlstm.checker.diagnosis.walk import Spot, edited
from symlstm.checker.reader.tree import Call, FunctionName, Group, Name, Number, Product, Scripted, Sum, Tree

__all__ = ["complements", "derivatives", "functions", "squares"]

_NAMES = {"sigma": r"\sigma", "sigmoid": r"\sigma", "tanh": r"\tanh"}
_OTHER = {"sigma": "tanh", "sigmoid": "tanh", "tanh": "sigmoid"}


@dataclass(frozen=True)
class _Applied:
    """σ or tanh of something, and whether that is an output of a function already."""

    spot: Spot
    name: str
    inner: Tree
    of_output: bool

    @property
    def tree(self) -> Tree:
        """The whole."""
        return self.spot.part

    def slope(self, output: Tree) -> Tree:
        """The derivative of the function in terms of its output."""
        if self.name == "tanh":
            return Group(output.span, "(", difference(number("1", output.span), square(output)))
        return entrywise(output, complement(output))


def _calls(case: Case) -> Iterator[_Applied]:
    for spot in case.spots:
        part = spot.part
        if not isinstance(part, Call) or len(part.arguments) != 1 or not isinstance(part.function, FunctionName | Name):
            continue
        if part.function.text in _NAMES:
            leaf = case.leaves.read(part.arguments[0])
            of_output = leaf is not None and leaf.quantity.name in case.gates
            yield _Applied(spot, part.function.text, part.arguments[0], of_output)


def _replaced(case: Case, spot: Spot, new: Tree) -> Iterator[Tree]:
    """Every part that is equal changed, then each alone."""
    equal = [other for other in case.spots if other.part == spot.part]
    if len(equal) > 1 and equal[0] is spot:
        yield edited(case.right, lambda tree: new if tree == spot.part else None)
    yield spot.put(new)


def functions(case: Case) -> Iterator[Edit]:
    """A function in place of another, of a derivative, or of nothing; tanh of the cell state forgotten."""
    for call in _calls(case):
        yield from _for_derivative(case, call, [call.inner] if call.of_output else [])
        other = called(_OTHER[call.name], call.inner)
        yield from _instead(case, call, other, Kind.WRONG_FUNCTION, ": another function")
        kind = Kind.DOUBLE_ACTIVATION if call.of_output else Kind.EXTRA_FUNCTION
        output = f"{case.write(call.inner)} is already an output of {_NAMES[call.name]}"
        why = f": {output if call.of_output else 'a function too much'}"
        yield from _instead(case, call, Group(call.inner.span, "(", call.inner), kind, why)
        yield from _for_derivative(case, call, [call.tree])
    for spot, leaf in case.named:
        if leaf.quantity.name in case.states and not (leaf.quantity.derived or leaf.transposed or leaf.powers):
            new = called("tanh", spot.part)
            hint = f"the function is forgotten: {case.write(new)} where {case.write(spot.part)} is written"
            yield from _edits(case, spot, new, Kind.FUNCTION_FORGOTTEN, hint)


def _for_derivative(case: Case, call: _Applied, outputs: list[Tree]) -> Iterator[Edit]:
    kind = Kind.TANH_FOR_DERIVATIVE if call.name == "tanh" else Kind.ACTIVATION_FOR_DERIVATIVE
    for output in outputs:
        new = call.slope(output)
        hint = f"{case.write(call.tree)} where the derivative {case.write(without_brackets(new))} belongs"
        yield from _edits(case, call.spot, new, kind, hint)


def _instead(case: Case, call: _Applied, new: Tree, kind: Kind, why: str) -> Iterator[Edit]:
    hint = f"{case.write(call.tree)} where {case.write(without_brackets(new))} belongs{why}"
    yield from _edits(case, call.spot, new, kind, hint)


def _edits(case: Case, spot: Spot, new: Tree, kind: Kind, hint: str) -> Iterator[Edit]:
    for right in _replaced(case, spot, new):
        yield Edit(kind, hint, right)


def squares(case: Case) -> Iterator[Edit]:
    """1 − tanh(c) for 1 − tanh²(c), 1 − g for 1 − g²."""
    for spot in case.spots:
        part = spot.part
        if isinstance(part, Sum) and len(part.terms) == 2 and _is_one(part.terms[0]):
            inner = part.terms[1]
            if isinstance(inner, Scripted) and inner.sups and isinstance(inner.sups[-1], Number):
                continue
            new = replace(part, terms=(part.terms[0], square(inner)))
            hint = f"the square is lost: {case.write(new)} where {case.write(part)} is written"
            yield Edit(Kind.SQUARE_LOST, hint, spot.put(new))


def _is_one(tree: Tree) -> bool:
    return isinstance(tree, Number) and tree.text == "1"


def complements(case: Case) -> Iterator[Edit]:
    """f for 1 − f, 1 − f for f, 1 + f for 1 − f."""
    for spot in case.spots:
        part = spot.part
        if isinstance(part, Sum) and len(part.terms) == 2 and _is_one(part.terms[0]) and part.signs[0] > 0:
            if part.signs[1] > 0:
                new = replace(part, signs=(1, -1))
                yield Edit(
                    Kind.COMPLEMENT,
                    f"{case.write(part)} where {case.write(without_brackets(new))} belongs",
                    spot.put(new),
                )
            inner = part.terms[1]
            hint = f"{case.write(part)} where {case.write(inner)} belongs"
            yield Edit(Kind.COMPLEMENT, hint, spot.put(inner))
    for spot, leaf in case.named:
        if leaf.quantity.name in case.gates and not leaf.quantity.derived:
            yield from _complement(case, spot, leaf)


def _complement(case: Case, spot: Spot, leaf: Leaf) -> Iterator[Edit]:
    if leaf.powers:
        bare = replace(leaf, powers=())
        once = case.leaves.write(leaf.quantity, bare)
        new = entrywise(once, complement(once))
        yield Edit(
            Kind.COMPLEMENT, f"{case.write(spot.part)} where {case.write(without_brackets(new))} belongs", spot.put(new)
        )
        return
    new = complement(spot.part)
    for right in _replaced(case, spot, new):
        yield Edit(Kind.COMPLEMENT, f"{case.write(spot.part)} where {case.write(without_brackets(new))} belongs", right)


def derivatives(case: Case) -> Iterator[Edit]:
    """y ⊙ (1 − y), which is the derivative of σ, for 1 − y², that of tanh, and back."""
    for spot in case.spots:
        part = spot.part
        if not isinstance(part, Product):
            continue
        for place, factor in enumerate(part.factors):
            inner = without_brackets(factor)
            if not (
                isinstance(inner, Sum) and len(inner.terms) == 2 and _is_one(inner.terms[0]) and inner.signs[1] < 0
            ):
                continue
            yield from _of_sigmoid(case, spot, part, place, inner.terms[1])
            yield from _of_tanh(case, spot, part, place, inner.terms[1])


def _of_sigmoid(case: Case, spot: Spot, part: Product, place: int, output: Tree) -> Iterator[Edit]:
    for other, factor in enumerate(part.factors):
        if factor == output and other != place:
            new = Group(output.span, "(", difference(number("1", output.span), square(output)))
            factors = tuple(new if k == place else f for k, f in enumerate(part.factors) if k != other)
            signs = tuple(sign for k, sign in enumerate(part.operators) if k != max(other - 1, 0))
            hint = (
                rf"the derivative of \sigma where that of \tanh belongs: {case.write(without_brackets(new))}, not "
                f"{case.write(entrywise(output, complement(output)))}"
            )
            yield Edit(Kind.OTHER_DERIVATIVE, hint, spot.put(product(factors, signs)))


def _of_tanh(case: Case, spot: Spot, part: Product, place: int, squared: Tree) -> Iterator[Edit]:
    root = _root(squared)
    if root is None:
        return
    new = Group(root.span, "(", entrywise(root, complement(root)))
    factors = (*part.factors[:place], new, *part.factors[place + 1 :])
    shown = f"{case.write(without_brackets(new))}, not 1 - {case.write(squared)}"
    hint = rf"the derivative of \tanh where that of \sigma belongs: {shown}"
    yield Edit(Kind.OTHER_DERIVATIVE, hint, spot.put(replace(part, factors=factors)))


def _root(tree: Tree) -> Tree | None:
    """y of y², tanh(c) of tanh²(c)."""
    if isinstance(tree, Scripted) and tree.sups and isinstance(tree.sups[-1], Number) and tree.sups[-1].text == "2":
        sups = tree.sups[:-1]
        return replace(tree, sups=sups) if sups or tree.subs or tree.primes else tree.body
    if isinstance(tree, Call):
        inner = _root(tree.function)
        return replace(tree, function=inner) if inner is not None else None
    return None
