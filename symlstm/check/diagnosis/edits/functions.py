"""Slips with functions and their derivatives: forgotten, doubled, exchanged, a square or a complement lost."""

from collections.abc import Iterator
from dataclasses import replace

from symlstm.check.diagnosis.case import Case, Edit
from symlstm.check.diagnosis.kinds import Kind
from symlstm.check.diagnosis.leaves import Leaf
from symlstm.check.diagnosis.plant import called, complement, difference, entrywise, number, product, square
from symlstm.check.diagnosis.plant import without_brackets
from symlstm.check.diagnosis.walk import Spot, edited
from symlstm.check.reader.tree import Call, FunctionName, Group, Name, Number, Product, Scripted, Sum, Tree

__all__ = ["complements", "derivatives", "functions", "squares"]

_NAMES = {"sigma": r"\sigma", "sigmoid": r"\sigma", "tanh": r"\tanh"}
_OTHER = {"sigma": "tanh", "sigmoid": "tanh", "tanh": "sigmoid"}


def _calls(case: Case) -> list[tuple[Spot, str, Tree]]:
    """σ(…) and tanh(…), each with its argument."""
    found = []
    for spot in case.spots:
        part = spot.part
        if isinstance(part, Call) and len(part.arguments) == 1 and isinstance(part.function, FunctionName | Name):
            if part.function.text in _NAMES:
                found.append((spot, part.function.text, part.arguments[0]))
    return found


def _replaced(case: Case, spot: Spot, new: Tree) -> Iterator[Tree]:
    """Every part that is equal changed, then each alone."""
    equal = [other for other in case.spots if other.part == spot.part]
    if len(equal) > 1 and equal[0] is spot:
        yield edited(case.right, lambda tree: new if tree == spot.part else None)
    yield spot.put(new)


def functions(case: Case) -> Iterator[Edit]:
    """A function in place of another, of a derivative, or of nothing; tanh of the cell state forgotten."""
    for spot, name, inner in _calls(case):
        shown = case.write(spot.part)
        leaf = case.leaves.read(inner)
        slope = difference(number("1", inner.span), square(spot.part)) if name == "tanh" else None
        own = Group(inner.span, "(", slope) if slope else entrywise(spot.part, complement(spot.part))
        kind = Kind.TANH_FOR_DERIVATIVE if name == "tanh" else Kind.ACTIVATION_FOR_DERIVATIVE
        is_output = leaf is not None and leaf.quantity.name in case.gates
        if is_output and name != "tanh":
            yield from _edits(case, spot, entrywise(inner, complement(inner)), kind,
                              f"{shown} where the derivative {case.write(entrywise(inner, complement(inner)))} belongs")  # fmt: skip
        if is_output and name == "tanh":
            own_square = Group(inner.span, "(", difference(number("1", inner.span), square(inner)))
            yield from _edits(case, spot, own_square, kind, f"{shown} where the derivative {case.write(without_brackets(own_square))} belongs")
        other = called(_OTHER[name], inner)
        yield from _edits(case, spot, other, Kind.WRONG_FUNCTION, f"{shown} where {case.write(other)} belongs: another function")
        kind_of_drop = Kind.DOUBLE_ACTIVATION if is_output else Kind.EXTRA_FUNCTION
        why = f"{case.write(inner)} is already an output of {_NAMES[name]}" if is_output else "a function too much"
        yield from _edits(case, spot, Group(inner.span, "(", inner), kind_of_drop, f"{shown} where {case.write(inner)} belongs: {why}")
        yield from _edits(case, spot, own, kind, f"{shown} where its derivative {case.write(without_brackets(own))} belongs")
    for spot, leaf in case.named:
        if leaf.quantity.name in case.states and not leaf.quantity.derived and not leaf.transposed and not leaf.powers:
            new = called("tanh", spot.part)
            hint = rf"the function is forgotten: {case.write(new)} where {case.write(spot.part)} is written"
            yield from _edits(case, spot, new, Kind.FUNCTION_FORGOTTEN, hint)


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
                yield Edit(Kind.COMPLEMENT, f"{case.write(part)} where {case.write(without_brackets(new))} belongs", spot.put(new))
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
        yield Edit(Kind.COMPLEMENT, f"{case.write(spot.part)} where {case.write(without_brackets(new))} belongs", spot.put(new))
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
            if not (isinstance(inner, Sum) and len(inner.terms) == 2 and _is_one(inner.terms[0]) and inner.signs[1] < 0):
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
    hint = rf"the derivative of \tanh where that of \sigma belongs: {case.write(without_brackets(new))}, not 1 - {case.write(squared)}"
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
