"""Claims: what a judgement comes to for its reader, with how it was read and why it is so."""

import re

from sympy import Expr, MatrixSymbol

from symlstm.checker.deciding import Pair
from symlstm.checker.diagnosis import diagnose
from symlstm.checker.identity.counterexample import Counterexample
from symlstm.checker.judging import Judgement, Outcome
from symlstm.checker.meaning.problems import Misfit, UnknownSymbol
from symlstm.checker.relatives import right_for
from symlstm.checker.report import Claim, Reading, Verdict
from symlstm.checker.session import Judged
from symlstm.errors import SymlstmError
from symlstm.notation import Profile
from symlstm.printing.latex import latex

__all__ = ["claim_of"]

# How a Jacobian within a step is told from those of sequences.
_WITHIN_STEP = re.compile(r"(?P<of>\w+)_by_(?P<by>\w+?)(?P<before>_prev)?_in_step_(?P<step>\d+)")


def claim_of(judged: Judged, source: str, place: object, profile: Profile) -> Claim:
    """The claim of one equality sign."""
    judgement = judged.judgement
    findings = [outcome.finding for outcome in judgement.outcomes if outcome.finding is not None]
    shown = next((one.counterexample for one in findings if one.counterexample is not None), None)
    diagnosis = diagnose(judged, profile)
    bound = findings[0].bound if findings and judgement.verdict is Verdict.RIGHT else ""
    return Claim(
        judgement.verdict,
        source,
        place,  # type: ignore[arg-type]
        tuple(_reading(outcome, profile) for outcome in judgement.outcomes),
        hint="; ".join(filter(None, (right_for(judged, profile), diagnosis.line))),
        message=_message(judgement),
        correction=diagnosis.correction,
        counterexample=_point(shown) if shown and judgement.verdict is Verdict.WRONG else "",
        bound=bound,
        step=judged.step,
    )


def _message(judgement: Judgement) -> str:
    problems = [outcome.problem for outcome in judgement.outcomes if outcome.problem is not None]
    reasons = [outcome.finding.reason for outcome in judgement.outcomes if outcome.finding and outcome.finding.reason]
    if judgement.verdict is Verdict.WRONG:
        misfits = [f"shapes do not fit: {problem}" for problem in problems if isinstance(problem, Misfit)]
        return "; ".join(dict.fromkeys(misfits)) if len(problems) == len(judgement.outcomes) else ""
    if judgement.verdict in (Verdict.UNREADABLE, Verdict.UNDECIDED):
        asked = [problem for problem in problems if isinstance(problem, UnknownSymbol)]
        return str((asked or problems)[0]) if problems else "; ".join(dict.fromkeys(reasons))
    return ""


def _reading(outcome: Outcome, profile: Profile) -> Reading:
    finding = outcome.finding
    if finding is None:
        misfit = isinstance(outcome.problem, Misfit)
        verdict = Verdict.WRONG if misfit else Verdict.UNREADABLE
        return Reading(verdict, "", outcome.notes, hint=str(outcome.problem))
    shown = _point(finding.counterexample) if finding.counterexample else finding.bound
    printed = _printed(finding.pair, profile) if finding.pair else ""
    return Reading(finding.verdict, printed, outcome.notes, hint=finding.reason, certificate=shown)


def _point(counterexample: Counterexample) -> str:
    return _WITHIN_STEP.sub(_plain_name, counterexample.text())


def _plain_name(found: re.Match[str]) -> str:
    """J_h_by_h_prev for the step that is looked at, J_h_2_by_h_1 for that of a sequence."""
    step = int(found["step"])
    if step == 0:
        return f"{found['of']}_by_{found['by']}{found['before'] or ''}"
    return f"{found['of']}_{step}_by_{found['by']}{f'_{step - 1}' if found['before'] else ''}"


def _is_within_step(node: Expr) -> bool:
    return isinstance(node, MatrixSymbol) and bool(_WITHIN_STEP.search(node.name))


def _plainly(node: MatrixSymbol) -> MatrixSymbol:
    return MatrixSymbol(_WITHIN_STEP.sub(_plain_name, node.name), *node.shape)


def _printed(pair: Pair, profile: Profile) -> str:
    """Both sides in LaTeX, every sign written out; "" for what only exists inside of a chain of derivatives."""
    system = pair.frame.system
    sides = [side.replace(_is_within_step, _plainly) for side in (pair.left, pair.right)]
    try:
        return " = ".join(latex(side, notation=profile, system=system) for side in sides)
    except SymlstmError:
        return ""
