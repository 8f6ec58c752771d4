"""Differences term by term: which terms of a claim are terms of the reference, and what the others should be."""

from collections.abc import Callable, Iterator

from sympy import MatrixExpr, MatrixSymbol

from symlstm.checker.diagnosis.case import Case
from symlstm.checker.diagnosis.kinds import Kind
from symlstm.checker.diagnosis.points import at_a_point
from symlstm.checker.diagnosis.slip import Slip
from symlstm.checker.diagnosis.summands import summands
from symlstm.checker.meaning.choices import Choices
from symlstm.checker.meaning.elaborate import value_of
from symlstm.checker.meaning.scope import Scope
from symlstm.checker.reader.tree import Sum, Tree
from symlstm.errors import SymlstmError

__all__ = ["slips_of_terms", "terms_apart"]

Look = Callable[[Case], Slip | None]


def slips_of_terms(case: Case, look: Look, where_some_miss: Look) -> Slip | None:
    """What is wrong in each of the terms that the reference does not have, and which terms are missing besides.

    `where_some_miss` are the slips to look for where the reference has more terms.
    """
    if case.subject is not None and case.subject.quantity.name in case.frame.cell.parameters:
        return None  # its terms are those of the steps
    for ours, theirs, _ in _differences(case):
        known = look if len(ours) == len(theirs) else where_some_miss
        slip = _each(case, ours, theirs, known) if len(ours) <= len(theirs) else None
        if slip is not None:
            return slip
    return None


def terms_apart(case: Case) -> Slip | None:
    """Which terms are not those of the reference, where some are."""
    for ours, theirs, agreeing in _differences(case):
        if agreeing:
            written, wanted = (" and ".join(parts) for parts in (map(case.write, ours), map(case.show, theirs)))
            return Slip(Kind.OTHER, f"{written} where {wanted} belongs; the other terms are right")
    return None


def _differences(case: Case) -> Iterator[tuple[list[Tree], list[MatrixExpr], int]]:
    """Terms of the claim and of the reference without their equals, and how many are equal."""
    pair = case.pair
    if pair is None or not isinstance(pair.left, MatrixSymbol):
        return
    claimed = [(tree, value) for tree, value in _claimed(case) if value is not None]
    if len(claimed) < len(case.right.terms if isinstance(case.right, Sum) else [case.right]):
        return
    for terms in summands(str(pair.left.name), pair.frame):
        ours, theirs = _unmatched([value for _, value in claimed], terms, case)
        if ours and theirs:
            yield [claimed[place][0] for place in ours], [terms[place] for place in theirs], len(claimed) - len(ours)


def _claimed(case: Case) -> Iterator[tuple[Tree, MatrixExpr | None]]:
    """The terms of the claim with their signs, and what they are."""
    whole = case.right if isinstance(case.right, Sum) else Sum(case.right.span, (1,), (case.right,))
    for sign, term in zip(whole.signs, whole.terms, strict=True):
        tree = Sum(term.span, (sign,), (term,)) if sign < 0 else term
        known = case.leaves.background
        scope = Scope(case.frame, known.table, Choices(), known.convention, read=value_of)
        try:
            yield tree, value_of(tree, scope).matrix
        except (SymlstmError, ValueError, TypeError):
            yield tree, None


def _unmatched(ours: list[MatrixExpr], theirs: list[MatrixExpr], case: Case) -> tuple[list[int], list[int]]:
    """The places of terms that have no equal on the other side."""
    values = at_a_point([*ours, *theirs], case.frame)
    if values is None:
        return [], []
    left, right = list(range(len(ours))), list(range(len(theirs)))
    for place, value in enumerate(values[: len(ours)]):
        equal = next((other for other in right if _alike(values[len(ours) + other], value)), None)
        if equal is not None:
            left.remove(place)
            right.remove(equal)
    return left, right


def _alike(a: object, b: object) -> bool:
    return bool(a == b)


def _each(case: Case, ours: list[Tree], theirs: list[MatrixExpr], look: Look) -> Slip | None:
    """The slip in each term; None where a term has none that is known."""
    found = []
    wanted = list(theirs)
    for term in ours:
        slips = ((place, look(case.against(term, other))) for place, other in enumerate(wanted))
        place, slip = next((pair for pair in slips if pair[1] is not None), (0, None))
        if slip is None:
            return None
        wanted.pop(place)
        found.append(slip)
    hints = [slip.hint for slip in found]
    hints += [f"the term {case.show(other)} is missing" for other in wanted]
    return Slip(found[0].kind, "; and ".join(hints))
