"""Slips of factors: one that is missing, above all the derivative of a function, or too much; a misplaced bias."""

from collections.abc import Iterator
from dataclasses import replace

from symlstm.activations import Activation
from symlstm.algebra import Apply
from symlstm.checker.diagnosis.case import Case, Edit, Term
from symlstm.checker.diagnosis.kinds import Kind
from symlstm.checker.diagnosis.leaves import Leaf, is_name
from symlstm.checker.diagnosis.plant import (
    beside,
    called,
    complement,
    diagonal,
    difference,
    entrywise,
    number,
    product,
    square,
    summed,
)
from symlstm.checker.diagnosis.walk import spots
from symlstm.checker.judging import biases_of
from symlstm.checker.meaning.symbols import Quantity
from symlstm.checker.reader.tree import Call, Group, Product, Stack, Sum, Tree

__all__ = ["biases", "inner_factors", "missing", "superfluous"]


_MOST_FACTORS = 12


def biases(case: Case) -> Iterator[Edit]:
    """A bias outside of the activation, or forgotten inside."""
    for spot in case.spots:
        part = spot.part
        if isinstance(part, Sum):
            for place, term in enumerate(part.terms):
                if isinstance(term, Call) and len(term.arguments) == 1 and len(part.terms) > 1:
                    yield _inside(case, spot.put, part, place, term)
    names = [name for name in biases_of(case.frame.cell) if name not in case.leaves.background.zeros]
    for spot in case.spots:
        part = spot.part
        if isinstance(part, Call) and len(part.arguments) == 1 and not is_name(part):
            for name in names:
                bias = case.leaves.write(Quantity(name), at=part)
                argument = summed((1, 1), (part.arguments[0], bias))
                new = replace(part, arguments=(argument,))
                hint = f"the bias {case.write(bias)} is missing in the argument: {case.write(new)}"
                yield Edit(Kind.BIAS_DROPPED, hint, spot.put(new))


def _inside(case: Case, put, part: Sum, place: int, term: Call) -> Edit:  # type: ignore[no-untyped-def]
    others = [k for k in range(len(part.terms)) if k != place]
    moved = summed((1, *(part.signs[k] for k in others)), (term.arguments[0], *(part.terms[k] for k in others)))
    bias = all((leaf := case.leaves.read(part.terms[k])) and leaf.quantity.name.startswith("b") for k in others)
    what = "bias" if bias else f"{', '.join(case.write(part.terms[k]) for k in others)} stands"
    new = replace(term, arguments=(moved,))
    kind = Kind.BIAS_OUTSIDE if bias else Kind.PARENTHESES
    return Edit(kind, f"{what} outside the activation", put(summed((part.signs[place],), (new,))))


def missing(case: Case) -> Iterator[Edit]:
    """A factor that is missing in the whole right side or in one term: derivatives first."""
    terms = list(case.terms())
    for derivative in (True, False):
        for term in terms:
            for kind, factor, hint in _candidates(case, term, derivative):
                scaled = _scaled(case, factor, term.tree)
                yield Edit(kind, hint, term.spot.put(scaled))


def inner_factors(case: Case) -> Iterator[Edit]:
    """A gate that is missing in front of a state inside of a function or stack: [r_t ⊙ h_{t−1}; x_t]."""
    for spot, leaf in case.named:
        inside = any(isinstance(parent, Call | Stack) for parent in spot.parents)
        if inside and leaf.quantity.name in case.states and not leaf.quantity.derived:
            like = replace(leaf, transposed=False, powers=())
            for gate in case.gates:
                shift = -leaf.offset if like.times else 0
                factor = case.leaves.write(Quantity(gate), like if like.times else None, shift, spot.part)
                new = entrywise(factor, spot.part)
                shown = f"{case.write(new)} where {case.write(spot.part)} is written"
                hint = f"the factor {case.write(factor)} is missing: {shown}"
                yield Edit(Kind.MISSING_FACTOR, hint, spot.put(new))


def _scaled(case: Case, factor: Tree, term: Tree) -> Tree:
    """Every row of a term times the entry of a factor; in a text of rows, every column."""
    if case.leaves.background.convention.layout == "row":
        return Group(term.span, "(", beside(Group(term.span, "(", term), diagonal(factor)))
    return Group(term.span, "(", beside(diagonal(factor), Group(term.span, "(", term)))


def _candidates(case: Case, term: Term, derivative: bool) -> Iterator[tuple[Kind, Tree, str]]:
    like = _like(case, term.tree)
    for by in (0, 1) if any(leaf.offset == 1 for _, leaf in case.named) else (0,):
        written = {name: _written(case, name, like, by, term.tree) for name in (*case.gates, *case.states)}
        if derivative:
            yield from _slopes(case, written)
        else:
            yield from _plain(case, written, like, term.tree)


def _like(case: Case, tree: Tree) -> Leaf | None:
    """A quantity of the term at step t with its index, so that new names have the same."""
    found = (case.leaves.read(spot.part) for spot in spots(tree, is_name) if is_name(spot.part))
    leaf = next((leaf for leaf in found if leaf and leaf.times and leaf.offset == 0), None)
    return replace(leaf, transposed=False, powers=()) if leaf else None


def _written(case: Case, name: str, like: Leaf | None, by: int, at: Tree) -> Tree:
    return case.leaves.write(Quantity(name), like, by, at)


def _slopes(case: Case, written: dict[str, Tree]) -> Iterator[tuple[Kind, Tree, str]]:
    for gate in case.gates:
        rhs = case.frame.cell[gate].rhs
        own = rhs.activation.name if isinstance(rhs, Apply) else ""
        slope = _slope(own, written[gate])
        if slope is not None:
            of = Activation(own).entry.latex
            yield Kind.SIGMOID_DERIVATIVE, slope, f"the factor {case.write(slope)}, the derivative of {of}, is missing"
    for state in case.states:
        of_state = written[state]
        slope = _slope("tanh", called("tanh", of_state))
        assert slope is not None
        yield Kind.CELL_DERIVATIVE, slope, rf"the factor {case.write(slope)}, the derivative of \tanh, is missing"
        own_slope = _slope("tanh", of_state)
        assert own_slope is not None
        hint = rf"the factor {case.write(own_slope)}, the derivative of \tanh, is missing"
        yield Kind.SIGMOID_DERIVATIVE, own_slope, hint


def _slope(activation: str, output: Tree) -> Tree | None:
    if activation == "sigmoid":
        return entrywise(output, complement(output))
    if activation == "tanh":
        return difference(number("1", output.span), square(output))
    return None


def _plain(case: Case, written: dict[str, Tree], like: Leaf | None, at: Tree) -> Iterator[tuple[Kind, Tree, str]]:
    before = [case.leaves.write(Quantity(state, shift=-1), at=at) if like is None
              else case.leaves.write(Quantity(state), like, -1) for state in case.states]  # fmt: skip
    gates = [written[gate] for gate in case.gates]
    states = [written[state] for state in case.states]
    trees = [*gates, *map(complement, gates), *(called("tanh", tree) for tree in states), *states, *before]
    for tree in trees:
        yield Kind.MISSING_FACTOR, tree, f"the factor {case.write(tree)} is missing"


def superfluous(case: Case) -> Iterator[Edit]:
    """A factor too much, y and 1 − y together first."""
    for spot in case.spots:
        part = spot.part
        if not isinstance(part, Product) or len(part.factors) < 2:
            continue
        for dropped in _drops(part):
            kept = [place for place in range(len(part.factors)) if place not in dropped]
            if not kept:
                continue
            signs = tuple(part.operators[place - 1] for place in kept[1:])
            new = product(tuple(part.factors[place] for place in kept), signs)
            gone = product(tuple(part.factors[place] for place in dropped), ("odot",) * (len(dropped) - 1))
            yield Edit(Kind.EXTRA_FACTOR, f"the factor {case.write(gone)} is too much", spot.put(new))


def _drops(part: Product) -> Iterator[tuple[int, ...]]:
    pairs = part.factors if len(part.factors) <= _MOST_FACTORS else ()
    for first, factor in enumerate(pairs):
        for second, other in enumerate(part.factors):
            if other == complement(factor):
                yield (first, second)
    yield from ((place,) for place in range(len(part.factors)))
