"""Diagnosing: known slips undone one after the other; the first that makes the claim right names it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from symlstm.checker.diagnosis.case import Case, Edit
from symlstm.checker.diagnosis.conditions import condition
from symlstm.checker.diagnosis.differences import slips_of_terms, terms_apart
from symlstm.checker.diagnosis.edits import factors, functions, letters, shapes, sums
from symlstm.checker.diagnosis.kinds import Kind
from symlstm.checker.diagnosis.leaves import Leaves
from symlstm.checker.diagnosis.neighbours import net_input, other_derivative, other_quantity
from symlstm.checker.diagnosis.reference import correction
from symlstm.checker.diagnosis.slip import Slip
from symlstm.checker.diagnosis.summands import missing_terms
from symlstm.checker.diagnosis.trials import Trials
from symlstm.checker.judging import Background, Outcome, frames_of
from symlstm.checker.meaning.choices import Choices
from symlstm.checker.meaning.elaborate import value_of
from symlstm.checker.meaning.frame import Frame
from symlstm.checker.meaning.losses import is_derivative
from symlstm.checker.meaning.problems import Misfit, NeedsTime, Problem
from symlstm.checker.meaning.scope import Scope
from symlstm.checker.meaning.walking import trees_in
from symlstm.checker.report import Verdict
from symlstm.checker.session import Judged
from symlstm.notation import Profile, notation

__all__ = ["Diagnosis", "diagnose"]

Look = Callable[[Case], Slip | None]
Edits = Callable[[Case], Iterator[Edit]]


@dataclass(frozen=True)
class Diagnosis:
    """What went wrong: a hint, the kind of slip, when the claim is right nevertheless, LaTeX of the right formula."""

    hint: str = ""
    kind: str = ""
    condition: str = ""
    correction: str = ""

    @property
    def line(self) -> str:
        """The hint and the condition on one line."""
        return "; ".join(filter(None, (self.hint, self.condition)))


def first_of(*kinds: Edits) -> Look:
    """Looks for the first edit that makes a claim right."""

    def look(case: Case) -> Slip | None:
        for edit in (edit for edits in kinds for edit in edits(case)):
            if case.trials.left <= 0:
                return None
            if case.trials.holds(edit.left or case.left, edit.right):
                return Slip(edit.kind, edit.hint, edit)
        return None

    return look


_OF_SHAPE: tuple[Edits, ...] = (shapes.transposes, shapes.outer, shapes.order, sums.brackets)
_OF_LETTERS: tuple[Edits, ...] = (
    factors.biases,
    sums.signs,
    functions.squares,
    functions.derivatives,
    functions.complements,
    functions.functions,
    shapes.transposes,
    shapes.outer,
    letters.steps,
    letters.exchanges,
    letters.gates_throughout,
    shapes.stacks,
    sums.brackets,
)
_OF_STRUCTURE: tuple[Edits, ...] = (
    sums.means,
    sums.powers,
    sums.gates,
    sums.over_steps,
    sums.superfluous,
    factors.superfluous,
    factors.inner_factors,
    factors.missing,
    shapes.order,
    sums.paths,
)
_IN_A_TERM: tuple[Edits, ...] = (*_OF_LETTERS[1:-1], sums.means, factors.superfluous, factors.missing)


def two_slips(case: Case) -> Slip | None:
    """A slip of shape and another one, in a claim whose shapes do not fit."""
    if case.pair is not None:
        return None
    first: Edit | None = None
    second = first_of(factors.missing, letters.steps, sums.over_steps, functions.complements)
    for edit in (edit for edits in _OF_SHAPE for edit in edits(case)):
        if case.trials.left <= 0:
            break
        if not case.trials.fits(case.left, edit.right):
            continue
        first = first or edit
        other = second(case.with_right(edit.right))
        if other is not None:
            return Slip(edit.kind, f"{edit.hint}; and {other.hint}", other.edit)
    return Slip(first.kind, first.hint, None) if first else None


def after_another(case: Case) -> Slip | None:
    """A slip that is left when another plain one is undone: a bias in the wrong place, a sum over steps."""
    second = first_of(
        letters.gates_throughout, letters.exchanges, letters.steps, functions.functions, functions.squares
    )
    for edit in (edit for edits in (factors.biases, sums.over_steps, sums.means) for edit in edits(case)):
        if edit.kind in _PLAIN and case.trials.left > 0:
            slip = second(case.with_right(edit.right))
            if slip is not None:
                return Slip(edit.kind, f"{edit.hint}; and {slip.hint}", slip.edit)
    return None


_PLAIN = frozenset({Kind.BIAS_OUTSIDE, Kind.TIME_SUM, Kind.MEAN_FOR_SUM})


def term_after_term(case: Case) -> Slip | None:
    """A slip in each of the terms in which a claim differs from the reference."""
    return slips_of_terms(case, first_of(*_IN_A_TERM), first_of(*_OF_LETTERS[1:-1]))


_LOOKS: tuple[Look, ...] = (
    first_of(sums.powers),
    other_derivative,
    net_input,
    missing_terms,
    first_of(*_OF_LETTERS),
    other_quantity,
    term_after_term,
    first_of(*_OF_STRUCTURE),
    after_another,
    terms_apart,
)
_LOOKS_OF_SHAPE: tuple[Look, ...] = (
    first_of(*_OF_SHAPE),
    first_of(*(edits for edits in (*_OF_LETTERS, *_OF_STRUCTURE) if edits not in _OF_SHAPE)),
    two_slips,
)


def diagnose(judged: Judged, profile: Profile | None = None) -> Diagnosis:
    """The slip that explains a claim that is wrong, or right in some readings only; empty for any other.

    `profile` is the notation in which the correction is printed where the text has no letters of its own.
    """
    judgement = judged.judgement
    if judgement.verdict not in (Verdict.WRONG, Verdict.AMBIGUOUS):
        return Diagnosis()
    right = [outcome for outcome in judgement.outcomes if outcome.verdict is Verdict.RIGHT]
    wrong = next(outcome for outcome in judgement.outcomes if outcome.verdict is not Verdict.RIGHT)
    if right and right[0].background == wrong.background:
        return _of_readings(right[0], wrong)
    case = _case(judged, wrong, profile or notation("default"))
    if case is None:
        return Diagnosis(_shapes(wrong), Kind.SHAPES)
    said, word = condition(_case(judged, wrong, profile or notation("default")) or case)  # out of a budget of its own
    slip = _slip(case) or _of_conventions(right) or _of_condition(case, word) or _nothing(wrong, said)
    return Diagnosis(slip.hint, slip.kind, said, correction(case, slip.edit))


def _slip(case: Case) -> Slip | None:
    looks = _LOOKS if case.pair is not None else _LOOKS_OF_SHAPE
    return next((slip for look in looks if (slip := look(case)) is not None), None)


def _of_readings(right: Outcome, wrong: Outcome) -> Diagnosis:
    """Some readings are right: which."""
    notes = [note for note in right.notes if note not in wrong.notes]
    kind = next((kind for mark, kind in _READINGS.items() if any(mark in note for note in notes)), Kind.OTHER)
    others = [note for note in wrong.notes if note not in right.notes]
    hint = f"right only with {'; '.join(notes)}" if notes else f"wrong with {'; '.join(others)}"
    return Diagnosis(hint, kind)


_READINGS = {
    "direct dependence": Kind.PARTIAL_FOR_TOTAL,
    "dependence within a step": Kind.PARTIAL_FOR_TOTAL,
    "total derivative": Kind.PARTIAL_FOR_TOTAL,
    "in terms of the output": Kind.ACTIVATION_FOR_DERIVATIVE,
    "already an output": Kind.DOUBLE_ACTIVATION,
    "gradient of": Kind.NET_INPUT,
}


def _of_conventions(right: list[Outcome]) -> Slip | None:
    if not right:
        return None
    notes = " and ".join(right[0].notes) or "with columns, W the input and U the recurrent matrix"
    return Slip(Kind.MIXED_LAYOUT, f"right {notes}, not in the convention of the text", None)


def _case(judged: Judged, wrong: Outcome, profile: Profile) -> Case | None:
    pair = wrong.finding.pair if wrong.finding else None
    frame = pair.frame if pair else _frame(judged, wrong.background)
    if frame is None:
        return None
    leaves = Leaves(wrong.background, frame)
    trials = Trials(leaves.background, _FEW if _has_jacobians(judged, leaves) else _MANY)
    return Case(judged.left, judged.right, leaves, trials, profile, pair)


_MANY, _FEW = 300, 80  # how many trials a claim is worth; those with Jacobians through time are long


def _has_jacobians(judged: Judged, leaves: Leaves) -> bool:
    parts = (part for side in (judged.left, judged.right) for part in trees_in(side))
    return any(is_derivative(part) and leaves.read(part) is None for part in parts)


def _frame(judged: Judged, background: Background) -> Frame | None:
    """The moment that both sides can speak of, whatever their shapes."""
    for frames in frames_of(background):
        frame = frames[0]
        try:
            for side in (judged.left, judged.right):
                value_of(side, Scope(frame, background.table, Choices(), background.convention, read=value_of))
        except NeedsTime:
            continue
        except Problem:
            return frame
        return frame
    return None


def _of_condition(case: Case, word: str) -> Slip | None:
    """What a condition alone says about the slip."""
    if word == "last" and case.subject is not None:
        kind = Kind.CELL_PATH if case.subject.quantity.name == "c" else Kind.HIDDEN_PATH
        return Slip(kind, "what flows back from the step behind is missing", None)
    return _BY_CONDITION.get(word)


_BY_CONDITION = {
    "bias": Slip(Kind.BIAS_DROPPED, "a bias is missing or in the wrong place", None),
    "seeds": Slip(Kind.SINGLE_PATH, "only the path from the loss of the last step is counted", None),
    "one": Slip(Kind.TIME_SUM, "the other steps are missing", None),
}


def _shapes(wrong: Outcome) -> str:
    return f"the shapes do not fit: {wrong.problem}" if isinstance(wrong.problem, Misfit) else ""


def _nothing(wrong: Outcome, said: str) -> Slip:
    if isinstance(wrong.problem, Misfit):
        return Slip(Kind.SHAPES, _shapes(wrong), None)
    return Slip(Kind.OTHER, "" if said else "no known slip explains it; see the numbers that show it", None)
