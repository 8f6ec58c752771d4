"""Slips of shape: a transpose, an outer product, the order of factors, the order of a stack."""

from collections.abc import Iterator
from dataclasses import replace

from symlstm.checker.diagnosis.case import Case, Edit
from symlstm.checker.diagnosis.kinds import Kind
from symlstm.checker.diagnosis.plant import bracketed, entrywise, flipped, is_turned, product
from symlstm.checker.diagnosis.walk import Spot, edited
from symlstm.checker.reader.tree import Big, Group, Number, Product, Stack, Sum, Tree

__all__ = ["order", "outer", "stacks", "transposes"]

ELEMENTWISE = frozenset({"odot", "circ", "(.)", "*", "ast", "cdot", "times", "", "otimes"})


def _is_weight(case: Case, tree: Tree) -> bool:
    leaf = case.leaves.read(tree)
    return leaf is not None and not leaf.quantity.derived and 1 not in case.leaves.shape(leaf.quantity)


def transposes(case: Case) -> Iterator[Edit]:
    """A transpose that is missing or too much, of one factor, or of every weight."""
    factors = [spot for spot in case.spots if spot.parents and isinstance(spot.parents[0], Product)]
    for spot in reversed(factors):
        if not isinstance(spot.part, Number | Big | Sum):
            yield _toggled(case, spot)
    weights = [spot for spot in factors if _is_weight(case, spot.part)]
    if len(weights) > 1:
        turned = edited(case.right, lambda tree: flipped(tree) if any(tree is spot.part for spot in weights) else None)
        yield Edit(Kind.TRANSPOSE_OF_WEIGHT, "the weights must be transposed: " + _some(case, weights), turned)


def _some(case: Case, weights: list[Spot]) -> str:
    return ", ".join(dict.fromkeys(case.write(flipped(spot.part)) for spot in weights))


def _toggled(case: Case, spot: Spot) -> Edit:
    part = spot.part
    kind = Kind.TRANSPOSE_OF_WEIGHT if _is_weight(case, part) else Kind.TRANSPOSE_OF_VECTOR
    other = flipped(part)
    if is_turned(part):
        hint = f"{case.write(part)} is transposed where {case.write(other)} belongs"
    else:
        hint = rf"the transpose of {case.write(part)} is missing: … {case.write(other)}"
    return Edit(kind, hint, spot.put(other))


def outer(case: Case) -> Iterator[Edit]:
    """⊙ where an outer product belongs, and back; an outer product the wrong way round, or in the form for rows."""
    for spot in case.spots:
        part = spot.part
        if isinstance(part, Product):
            yield from _both_turned(case, spot, part)
            yield from _outer(case, spot, part)
    for spot in case.spots:
        part = spot.part
        if isinstance(part, Product) or (spot.part is case.right and isinstance(part, Sum | Big)):
            hint = f"the outer product is the wrong way round: {_turned_product(case, part)}"
            yield Edit(Kind.OUTER_REVERSED, hint, spot.put(flipped(Group(part.span, "(", part))))


def _turned_product(case: Case, part: Tree) -> str:
    inner = part.body if isinstance(part, Big) else part
    if isinstance(inner, Product):
        turned = [flipped(factor) for factor in reversed(inner.factors)]
        return case.write(product(tuple(turned), tuple(reversed(inner.operators))))
    return case.write(flipped(Group(part.span, "(", part)))


def _both_turned(case: Case, spot: Spot, part: Product) -> Iterator[Edit]:
    if len(part.factors) == 2 and sum(map(is_turned, part.factors)) == 1:
        turned = replace(part, factors=tuple(map(flipped, part.factors)))
        rows = "rows" if case.leaves.background.convention.layout == "column" else "columns"
        yield Edit(Kind.MIXED_LAYOUT, f"this is the form for {rows}; here it is {case.write(turned)}", spot.put(turned))


def _outer(case: Case, spot: Spot, part: Product) -> Iterator[Edit]:
    for place in reversed(range(len(part.operators))):
        left, right = _halves(part, place)
        if is_turned(right) and part.operators[place] == "":
            changed = entrywise(left, flipped(right))
            hint = rf"an outer product where \odot belongs: {case.write(changed)}"
            yield Edit(Kind.HADAMARD_FOR_OUTER, hint, spot.put(changed))
        elif part.operators[place] in ELEMENTWISE and part.operators[place] != "":
            changed = Product(part.span, (bracketed(left), flipped(right)), ("",))
            hint = f"an elementwise product where the outer product belongs: {case.write(changed)}"
            yield Edit(Kind.HADAMARD_FOR_OUTER, hint, spot.put(changed))


def _halves(part: Product, place: int) -> tuple[Tree, Tree]:
    left = product(part.factors[: place + 1], part.operators[:place])
    return left, product(part.factors[place + 1 :], part.operators[place + 1 :])


def order(case: Case) -> Iterator[Edit]:
    """Two neighbours of a product exchanged."""
    for spot in case.spots:
        part = spot.part
        if not isinstance(part, Product) or len(part.factors) > 6:
            continue
        for place, sign in enumerate(part.operators):
            factors = [*part.factors]
            factors[place : place + 2] = reversed(factors[place : place + 2])
            changed = replace(part, factors=tuple(factors))
            if sign in ("", "cdot", "times", "*"):
                hint = f"the factors are in the wrong order: {case.write(changed)}"
                yield Edit(Kind.FACTOR_ORDER, hint, spot.put(changed))


def stacks(case: Case) -> Iterator[Edit]:
    """The blocks of a stack in reverse; all stacks at once."""
    found = [spot.part for spot in case.spots if isinstance(spot.part, Stack)]
    if found:
        turned = edited(case.right, lambda tree: _reversed(tree) if isinstance(tree, Stack) else None)
        first = _reversed(found[0])
        hint = f"the blocks of the stack are in the other order: {case.write(first)}"
        yield Edit(Kind.STACK_ORDER, hint, turned)


def _reversed(tree: Stack) -> Stack:
    if len(tree.rows) > 1:
        return replace(tree, rows=tuple(reversed(tree.rows)))
    return replace(tree, rows=(tuple(reversed(tree.rows[0])),))
