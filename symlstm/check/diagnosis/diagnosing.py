"""Diagnosing: known slips undone one after the other; the first that makes the claim right names it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from symlstm.check.diagnosis.case import Case, Edit
from symlstm.check.diagnosis.conditions import condition
from symlstm.check.diagnosis.edits import factors, functions, letters, shapes, sums
from symlstm.check.diagnosis.kinds import Kind
from symlstm.check.diagnosis.leaves import Leaves
from symlstm.check.diagnosis.neighbours import neighbour, other_derivative
from symlstm.check.diagnosis.reference import correction
from symlstm.check.diagnosis.summands import missing_terms
from symlstm.check.diagnosis.trials import Trials
from symlstm.check.judging import Background, Outcome, _frames
from symlstm.check.meaning.choices import Choices
from symlstm.check.meaning.elaborate import value_of
from symlstm.check.meaning.frame import Frame
from symlstm.check.meaning.problems import Misfit, NeedsTime, Problem
from symlstm.check.meaning.scope import Scope
from symlstm.check.report import Verdict
from symlstm.check.session import Judged
from symlstm.notation import Profile, notation

__all__ = ["Diagnosis", "diagnose"]

Look = Callable[[Case], tuple[Kind, str] | None]
Edits = Callable[[Case], Iterator[Edit]]


@dataclass(frozen=True)
class Diagnosis:
    """What went wrong: a hint on one line, the kind of slip, when the claim is right all the same, and the right formula."""

    hint: str = ""
    kind: str = ""
    condition: str = ""
    correction: str = ""

    @property
    def line(self) -> str:
        """The hint and the condition on one line."""
        return "; ".join(filter(None, (self.hint, self.condition)))


_LOOKS: tuple[Look, ...] = (other_derivative, neighbour, missing_terms)
_EDITS: tuple[Edits, ...] = (
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
    shapes.stacks,
    sums.means,
    sums.powers,
    sums.gates,
    sums.over_steps,
    sums.brackets,
    sums.superfluous,
    factors.superfluous,
    factors.missing,
    shapes.order,
    sums.paths,
)
_SHAPE_EDITS: tuple[Edits, ...] = (shapes.transposes, shapes.outer, shapes.order, sums.brackets)


def diagnose(judged: Judged, background: Background, profile: Profile | None = None) -> Diagnosis:
    """The slip that explains a claim that is wrong or right in some readings only; empty for any other."""
    judgement = judged.judgement
    if judgement.verdict not in (Verdict.WRONG, Verdict.AMBIGUOUS):
        return Diagnosis()
    right = [outcome for outcome in judgement.outcomes if outcome.verdict is Verdict.RIGHT]
    wrong = next(outcome for outcome in judgement.outcomes if outcome.verdict is not Verdict.RIGHT)
    if right and right[0].background == wrong.background:
        return _of_readings(right[0], wrong)
    case = _case(judged, wrong, profile or notation("default"))
    if case is None:
        return Diagnosis(hint=_shapes(wrong), kind=Kind.SHAPES)
    found = _slip(case)
    if found is None and right:
        found = Kind.MIXED_LAYOUT, f"right {' and '.join(right[0].notes)}, not in the convention of the text", None
    said, word = condition(case)
    kind, hint, edit = found or (*(_of_condition(case, word) or _nothing(wrong, said)), None)
    return Diagnosis(hint, kind, said, correction(case, edit))


def _of_readings(right: Outcome, wrong: Outcome) -> Diagnosis:
    """Some readings are right: which."""
    notes = [note for note in right.notes if note not in wrong.notes]
    kind = next((kind for mark, kind in _READINGS.items() if any(mark in note for note in notes)), Kind.OTHER)
    return Diagnosis(f"right only with {'; '.join(notes)}" if notes else "", kind)


_READINGS = {
    "direct dependence": Kind.PARTIAL_FOR_TOTAL,
    "total derivative": Kind.PARTIAL_FOR_TOTAL,
    "in terms of the output": Kind.ACTIVATION_FOR_DERIVATIVE,
    "already an output": Kind.DOUBLE_ACTIVATION,
    "gradient of the net input": Kind.NET_INPUT,
}


def _case(judged: Judged, wrong: Outcome, profile: Profile) -> Case | None:
    pair = wrong.finding.pair if wrong.finding else None
    frame = pair.frame if pair else _frame(judged, wrong.background)
    if frame is None:
        return None
    leaves = Leaves(wrong.background, frame)
    return Case(judged.left, judged.right, leaves, Trials(leaves.background), profile, pair)


def _frame(judged: Judged, background: Background) -> Frame | None:
    """The moments that both sides can speak of, whatever their shapes."""
    for frames in _frames(background):
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


def _slip(case: Case) -> tuple[Kind, str, Edit | None] | None:
    for look in _LOOKS:
        found = look(case)
        if found is not None:
            return (*found, None)
    edit = _first(case, _EDITS if case.pair else (*_SHAPE_EDITS, *(edits for edits in _EDITS if edits not in _SHAPE_EDITS)))
    if edit is not None:
        return edit.kind, edit.hint, edit
    return _two(case) if case.pair is None else None


def _first(case: Case, kinds: tuple[Edits, ...]) -> Edit | None:
    """The first edit that makes the claim right."""
    for edits in kinds:
        for edit in edits(case):
            if case.trials.left <= 0:
                return None
            if case.trials.holds(edit.left or case.left, edit.right):
                return edit
    return None


def _two(case: Case) -> tuple[Kind, str, Edit | None] | None:
    """A slip of shape and another one."""
    first: Edit | None = None
    for edits in _SHAPE_EDITS:
        for edit in edits(case):
            if not case.trials.fits(case.left, edit.right):
                continue
            first = first or edit
            other = _first(case.with_right(edit.right), (factors.missing, letters.steps, sums.over_steps, functions.complements))
            if other is not None:
                return edit.kind, f"{edit.hint}; and {other.hint}", other
    return (first.kind, first.hint, None) if first else None


def _shapes(wrong: Outcome) -> str:
    return f"the shapes do not fit: {wrong.problem}" if isinstance(wrong.problem, Misfit) else ""


def _of_condition(case: Case, word: str) -> tuple[Kind, str] | None:
    """What a condition alone says about the slip."""
    if word == "last" and case.subject is not None:
        kind = Kind.CELL_PATH if case.subject.quantity.name == "c" else Kind.HIDDEN_PATH
        return kind, "what flows back from the step behind is missing"
    return _BY_CONDITION.get(word)


_BY_CONDITION = {
    "bias": (Kind.BIAS_DROPPED, "a bias is missing or in the wrong place"),
    "seeds": (Kind.SINGLE_PATH, "only the path from the loss of the last step is counted"),
}


def _nothing(wrong: Outcome, said: str) -> tuple[Kind, str]:
    if isinstance(wrong.problem, Misfit):
        return Kind.SHAPES, _shapes(wrong)
    return Kind.OTHER, "" if said else "no known slip explains it; see the numbers that show it"


_ = replace
