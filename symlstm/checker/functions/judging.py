"""Judging: the verdict of a function from its attempts at all scales."""

from dataclasses import dataclass, field, replace

import numpy as np

from symlstm.checker.functions.attempts import Attempt, attempt
from symlstm.checker.functions.compare import Finding
from symlstm.checker.functions.diagnosis import diagnose, settle
from symlstm.checker.functions.inputs import SCALES, Reference
from symlstm.checker.functions.quantities import Vector, Weights
from symlstm.checker.functions.search import Searched
from symlstm.checker.functions.slips.bend import shown
from symlstm.checker.functions.slips.values import is_unsummed, same
from symlstm.checker.functions.source import speaks_of_a_batch
from symlstm.checker.report import Verdict

__all__ = ["Judgement", "judge"]

_SINGLE = 1e-3
_DIGITS = 1e-5  # an error at large inputs that is lost digits, not a wrong formula


@dataclass
class Judgement:
    """The verdict, the attempt that it rests on, the headline, and what else is to be said."""

    verdict: Verdict
    made: Attempt | None = None
    hint: str = ""
    message: str = ""
    notes: list[str] = field(default_factory=list)


def judge(searched: Searched, reference: Reference) -> Judgement:
    """Right only if all results are right in one layout, at every scale and for a second set of numbers."""
    best, single = searched.best, searched.single
    if best is None and single is None:
        return Judgement(Verdict.UNREADABLE, message=searched.error)
    made, doubt = _chosen(best, single, reference)
    if made.error:
        return Judgement(Verdict.UNREADABLE, made, message=made.error)
    if doubt and made is best:
        return Judgement(Verdict.AMBIGUOUS, made, doubt)
    if not made.right and not (made.fits and _excused(made, 1.0)):
        place = "single" if made is single else "best"
        made = settle(searched.ties.get(place) or [made], reference)
        found = Judgement(Verdict.WRONG, made, _with_orientation(made, diagnose(made, reference)))
        if single is not None and place == "best" and single.right:
            found.notes.append("right for one column alone, wrong for a batch")
        return found
    found = _at_all_scales(made, reference)
    for one in made.findings:  # what is left wrong is clipped, which is said
        one.right = True
    found.notes += [doubt] if doubt else []
    if found.verdict is Verdict.RIGHT and _orientation_is_open(made):
        found.verdict = Verdict.AMBIGUOUS
        found.hint = "right if the weights are stored transposed; in the usual form a transpose is missing"
    return found


def _with_orientation(made: Attempt, hint: str) -> str:
    """Where weights count as transposed and their gradients do not, the transpose may be missing at the weights."""
    turned = [one.name for one in made.findings if "it is the transpose of what it should be" in one.hint]
    through = [
        one for one in made.findings if one.right and one.name not in turned and isinstance(one.quantity, Vector)
    ]
    leaves = [one for one in through if {"x", "h_prev", "h_0"} & set(one.quantity.names)]
    if not made.layout.transposed or not turned or not leaves:
        return hint
    names = " and ".join(f"∂L/∂{shown(one.quantity.names[0])}" for one in leaves)
    return f"a transpose is missing in {names}: W stands where Wᵀ belongs; or else in {', '.join(turned)}"


def _orientation_is_open(made: Attempt) -> bool:
    """Whether weights count as transposed, and nothing but the gradients that go through them says so."""
    plan = made.question.plan
    settled = plan.forward is not None or any(isinstance(one.quantity, Weights) for one in made.findings)
    inputs = any(isinstance(one, Vector) and {"x", "joined"} & set(one.names) for one in plan.all())
    return made.layout.transposed and not settled and not inputs


def _chosen(best: Attempt | None, single: Attempt | None, reference: Reference) -> tuple[Attempt, str]:
    """The attempt to judge by; a batch counts before one column. With the doubt where both have their right."""
    if best is None or single is None:
        return best or single, ""  # type: ignore[return-value]
    if best.right or not single.right:
        return (best if best.score >= single.score else single), ""
    if best.error:
        return single, ""
    wrong = [one for one in best.findings if not one.right]
    case = reference.case(best.setting)
    unsummed = [one for one in wrong if is_unsummed(one, best.layout, case, reference.blocks)]
    if wrong and len(unsummed) == len(wrong):
        return _without_sum(best, single, unsummed)
    if not best.fits and best.score[2] and _speaks_of_a_batch(best):
        shapes = ", ".join(
            f"{one.name} has shape {one.shape}, expected {one.expected}" for one in wrong if not one.fits
        )
        return best, f"right for one column alone; for a batch, of which it speaks, {shapes}"
    return (best if best.fits else single), ""


def _speaks_of_a_batch(made: Attempt) -> bool:
    """Whether the function or its forward function does."""
    plan = made.question.plan
    forward = None if plan.forward is None else plan.forward.function
    return speaks_of_a_batch(plan.function) or speaks_of_a_batch(forward)


def _without_sum(best: Attempt, single: Attempt, unsummed: list[Finding]) -> tuple[Attempt, str]:
    """Right but for sums over the batch: wrong where the function speaks of a batch or sums elsewhere.

    A text is about one column unless it speaks of a batch; rows are mostly members of a batch, so that they stay open.
    """
    some = len(unsummed) < sum(_is_bias(one) for one in best.findings)
    if some or _speaks_of_a_batch(best):
        return best, ""
    names = ", ".join(one.name for one in unsummed)
    one = "row" if best.layout.rows else "column"
    doubt = f"right for one {one} alone; for a batch the sum over the batch is missing in {names}"
    return (best, f"{doubt}; say sizes={{'B': 1}} if it is meant for one") if best.layout.rows else (single, doubt)


def _is_bias(finding: Finding) -> bool:
    return isinstance(finding.quantity, Weights) and finding.quantity.parts[0] in ("b", "bh")


def _at_all_scales(made: Attempt, reference: Reference) -> Judgement:
    """Other numbers, small and large ones, saturated gates, and what makes a careless sigmoid overflow."""
    found = Judgement(Verdict.RIGHT, made)
    settings = [made.setting, replace(made.setting, seed=1), *(replace(made.setting, scale=scale) for scale in SCALES)]
    for setting in settings:
        if not all(np.isfinite(value).all() for value in reference.case(setting).values.values()):
            continue
        again = attempt(made.question, made.layout, setting, reference)
        if again.right:
            continue
        if again.error:
            return Judgement(
                Verdict.WRONG, again, f"with inputs of size {setting.scale:g} {again.error}", notes=found.notes
            )
        note = _excused(again, setting.scale)
        if not note:
            return _wrong_at(again, setting.scale, reference, found.notes)
        found.notes += [] if note in found.notes else [note]
    return _with_open_results(found)


def _excused(again: Attempt, scale: float) -> str:
    """Results that are clipped, or have lost digits at large inputs: said, but not wrong."""
    wrong = [one for one in [*again.findings, *again.forward] if not one.right]
    if all(one.fits and one.error <= (_SINGLE if one.single_precision else _DIGITS) for one in wrong) and scale > 1:
        return f"loses digits at inputs of size {scale:g}: error {max(one.error for one in wrong):.0e}"
    bounds = {_bound(one) for one in wrong}
    if 0.0 not in bounds and len(bounds) == 1:
        return f"results are clipped at ±{bounds.pop():g}; compared as they are before"
    return ""


def _bound(finding: Finding) -> float:
    """The bound at which entries are clipped, 0 where they are not."""
    if not finding.fits or finding.value is None or finding.reference is None or not np.isfinite(finding.value).all():
        return 0.0
    bound = float(np.max(np.abs(finding.value)))
    return bound if same(finding.value, np.clip(finding.reference, -bound, bound)) else 0.0


def _wrong_at(again: Attempt, scale: float, reference: Reference, notes: list[str]) -> Judgement:
    wrong = [one for one in [*again.findings, *again.forward] if not one.right]
    endless = [one.name for one in wrong if one.value is not None and not np.isfinite(one.value).all()]
    if endless:
        hint = (
            f"overflow: {', '.join(endless)} not finite with inputs of size {scale:g}, right at smaller ones; "
            "use a sigmoid that does not overflow"
        )
        for one in wrong:
            one.hint = one.hint or hint
        return Judgement(Verdict.WRONG, again, hint, notes=notes)
    return Judgement(Verdict.WRONG, again, f"with inputs of size {scale:g}: {diagnose(again, reference)}", notes=notes)


def _with_open_results(found: Judgement) -> Judgement:
    """A gradient that was returned and not understood leaves the verdict open."""
    made = found.made
    assert made is not None  # it was right
    if made.ignored and made.question.backward:
        names = ", ".join(dict.fromkeys(made.ignored))
        found.verdict = Verdict.UNDECIDED
        found.message = f"right as far as it was understood; not known which quantity {names} is: say results="
    return found
