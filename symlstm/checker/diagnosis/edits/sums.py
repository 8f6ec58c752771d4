"""Slips in sums: a sign, brackets, a product for a sum, a sum over steps, a mean, a gate left out."""

from collections.abc import Iterator
from dataclasses import replace

from symlstm.checker.diagnosis.case import Case, Edit
from symlstm.checker.diagnosis.kinds import Kind
from symlstm.checker.diagnosis.plant import bracketed, product, signed, summed
from symlstm.checker.diagnosis.walk import Spot
from symlstm.checker.meaning.scope import TIMES
from symlstm.checker.meaning.spelling import is_index
from symlstm.checker.reader.tree import Big, Fraction, Group, Name, Number, Product, Scripted, SetOf, Sum, Tree

__all__ = ["brackets", "gates", "means", "over_steps", "paths", "powers", "signs", "superfluous"]

INDICES = TIMES | frozenset("kjs")


def signs(case: Case) -> Iterator[Edit]:
    """The sign of one term or of everything; 1 − x for −x."""
    for spot in case.spots:
        part = spot.part
        if not isinstance(part, Sum) or _is_complement(part):
            continue
        for place, term in enumerate(part.terms):
            if isinstance(term, Number) and term.text == "1" and len(part.terms) > 1:
                rest = _without(part, place)
                yield Edit(
                    Kind.SIGN,
                    f"{case.write(part)} where {case.write(rest)} belongs: the sign",
                    spot.put(bracketed(rest)),
                )
            if not isinstance(term, Number):
                new = tuple(-sign if k == place else sign for k, sign in enumerate(part.signs))
                mark = "+" if new[place] > 0 else "-"
                yield Edit(
                    Kind.SIGN,
                    f"the sign of {case.write(term)} is wrong: {mark} {case.write(term)}",
                    spot.put(replace(part, signs=new)),
                )
    yield Edit(Kind.SIGN, "the sign of the whole right side is wrong", signed(-1, case.right))


def _is_complement(part: Sum) -> bool:
    """1 − f or 1 + f, of which other edits speak; −1·x in front is none."""
    return len(part.terms) == 2 and isinstance(part.terms[0], Number) and not isinstance(part.terms[1], Product)


def _without(part: Sum, place: int) -> Tree:
    return summed(*(tuple(item for k, item in enumerate(items) if k != place) for items in (part.signs, part.terms)))  # type: ignore[arg-type]


def brackets(case: Case) -> Iterator[Edit]:
    """Trailing factors of the last term, or leading ones of the first, that belong to the whole sum."""
    for spot in case.spots:
        part = spot.part
        if not isinstance(part, Sum) or len(part.terms) < 2:
            continue
        last, first = part.terms[-1], part.terms[0]
        if isinstance(last, Product):
            for place in range(len(last.operators)):
                inner = replace(
                    part, terms=(*part.terms[:-1], product(last.factors[: place + 1], last.operators[:place]))
                )
                rest = last.factors[place + 1 :]
                new = Product(part.span, (Group(part.span, "(", inner), *rest), last.operators[place:])
                yield _bracketed(case, spot, new)
        if isinstance(first, Product):
            for place in range(len(first.operators)):
                tail = product(first.factors[place + 1 :], first.operators[place + 1 :])
                inner = replace(part, terms=(tail, *part.terms[1:]))
                new = Product(
                    part.span, (*first.factors[: place + 1], Group(part.span, "(", inner)), first.operators[: place + 1]
                )
                yield _bracketed(case, spot, new)


def _bracketed(case: Case, spot: Spot, new: Tree) -> Edit:
    return Edit(Kind.PARENTHESES, f"brackets are missing around the sum: {case.write(new)}", spot.put(new))


def paths(case: Case) -> Iterator[Edit]:
    """A product where the paths must be added."""
    for spot in case.spots:
        part = spot.part
        if isinstance(part, Product):
            for place in range(len(part.operators)):
                left = product(part.factors[: place + 1], part.operators[:place])
                right = product(part.factors[place + 1 :], part.operators[place + 1 :])
                new = summed((1, 1), (left, right))
                hint = f"a product where the paths must be added: {case.write(new)}"
                yield Edit(Kind.PRODUCT_FOR_SUM, hint, spot.put(bracketed(new)))


def over_steps(case: Case) -> Iterator[Edit]:
    """A sum over t that is missing, or too much."""
    span = case.right.span
    index = Name(span, "t")
    yield Edit(
        Kind.TIME_SUM,
        r"the sum over the steps \sum_t is missing",
        Big(span, "sum", index, None, None, None, bracketed(case.right)),
    )
    for spot in case.spots:
        if isinstance(spot.part, Big):
            yield Edit(Kind.EXTRA_TERM, "a sum over the steps too much", spot.put(bracketed(spot.part.body)))


def means(case: Case) -> Iterator[Edit]:
    """A mean where a sum belongs: 1/N in front; or another number."""
    for spot in case.spots:
        part = spot.part
        if isinstance(part, Product):
            for place, factor in enumerate(part.factors):
                if _is_number(factor):
                    rest = _dropped(part, place)
                    hint = f"the factor {case.write(factor)} is too much: a mean where the sum belongs"
                    yield Edit(Kind.MEAN_FOR_SUM, hint, spot.put(rest))
        if isinstance(part, Fraction) and _is_size(part.denominator) and not _is_size(part.numerator):
            hint = f"the division by {case.write(part.denominator)} is too much: a mean where the sum belongs"
            yield Edit(Kind.MEAN_FOR_SUM, hint, spot.put(bracketed(part.numerator)))


def _is_size(tree: Tree) -> bool:
    return isinstance(tree, Number) or (isinstance(tree, Name) and tree.text in ("N", "B", "T", "m", "n", "M"))


def _is_number(tree: Tree) -> bool:
    return _is_size(tree) or (isinstance(tree, Fraction) and _is_size(tree.numerator) and _is_size(tree.denominator))


def _dropped(part: Product, place: int) -> Tree:
    factors = tuple(factor for k, factor in enumerate(part.factors) if k != place)
    kept = tuple(sign for k, sign in enumerate(part.operators) if k != max(place - 1, 0))
    return product(factors, kept)


_LETTERS = frozenset("tjkis")  # of steps, also those that a sum or product binds


def powers(case: Case) -> Iterator[Edit]:
    """W^{t−j} inside a product over j."""
    for spot in case.spots:
        part = spot.part
        if isinstance(part, Scripted) and any(is_index(index, _LETTERS) for index in part.sups):
            sups = tuple(index for index in part.sups if not is_index(index, _LETTERS))
            new = replace(part, sups=sups) if sups or part.subs else part.body
            leaf = case.leaves.read(new)
            if leaf is not None and leaf.quantity.name in case.frame.cell.parameters:
                hint = f"a power inside the product: every factor has {case.write(new)} once, not {case.write(part)}"
                yield Edit(Kind.POWER_IN_PRODUCT, hint, spot.put(new))


def gates(case: Case) -> Iterator[Edit]:
    """A gate that is left out of a sum over gates."""
    for spot in case.spots:
        part = spot.part
        if isinstance(part, Big) and isinstance(part.members, SetOf):
            for gate in case.gates:
                items = (*part.members.items, Name(part.span, gate))
                new = replace(part, members=SetOf(part.span, items))
                yield Edit(Kind.GATE_TERM, f"the gate {case.write(items[-1])} is missing in the sum", spot.put(new))


def superfluous(case: Case) -> Iterator[Edit]:
    """A term too much."""
    for spot in case.spots:
        part = spot.part
        if isinstance(part, Sum) and len(part.terms) > 1:
            for place, term in enumerate(part.terms):
                if not isinstance(term, Number):
                    hint = f"the term {case.write(term)} is too much"
                    yield Edit(Kind.EXTRA_TERM, hint, spot.put(bracketed(_without(part, place))))
