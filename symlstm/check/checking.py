"""Checking: the public face, from a text and a System to a report."""

from collections.abc import Mapping, Sequence

from symlstm.check.declarations import declared, language_of, letters_in, primed_states, speaks_of_time
from symlstm.check.judging import Background, Judgement, Outcome, biases_of, step_symbols, table_of
from symlstm.check.meaning.problems import Misfit
from symlstm.check.meaning.scope import Convention
from symlstm.check.meaning.wholes import reference_of
from symlstm.check.reader import ReadingError, read_formula
from symlstm.check.report import Claim, Place, Reading, Report, Verdict
from symlstm.check.session import Judged, Session
from symlstm.errors import choice
from symlstm.notation import Profile
from symlstm.notation import notation as as_profile
from symlstm.system import System, check_system

__all__ = ["check"]


def check(
    text: str,
    reference: System,
    *,
    where: Mapping[str, str] | None = None,
    notation: str | Profile = "default",
    layout: str | None = None,
    time: str = "auto",
    language: str = "auto",
    given: Sequence[str] = (),
    bias: bool = True,
    loss: str = "every",
    place: Place | None = None,
) -> Report:
    r"""Whether the equations of a text are right, as claims about a System; each `=` of a chain is judged.

    `where` says what symbols mean, `{r"\delta_t": "d_h"}`; `notation` is a profile or its name, whose letters go before
    the usual ones; `layout` is "column" or "row"; `time` is "step", "sequence" or "auto" (a sequence where the text
    speaks of one); `language` is "latex", "text" or "auto"; `given` are lines that define names before the text does;
    `bias=False` says that the text's cell has no biases, `loss="last"` that the loss
    sees the last step alone, "mean" that L is the mean of the losses of the steps. Raises InputError for an option that is none.

    >>> import symlstm as sl
    >>> report = sl.check(r"\delta C_t = \delta h_t \odot o_t", sl.cell("lstm"))
    >>> str(report.verdict)
    'wrong'
    """
    check_system(reference, "check")
    choice("loss", loss, ("every", "last", "mean"))
    choice("time", time, ("auto", "step", "sequence"))
    profile = as_profile(notation)
    origin = place or Place(1, 1)
    try:
        formula = read_formula(text, language)
    except ReadingError as error:
        return Report((Claim(Verdict.UNREADABLE, text, origin, message=str(error)),))
    cell = reference_of(reference)
    table = table_of(cell, profile)
    table.used, table.timed = letters_in([formula]), speaks_of_time([formula])
    table = table.with_declared({**primed_states(formula.statements, table), **declared({name: value for name, value in (where or {}).items() if value.strip() != "0" or name not in step_symbols(cell)}, table, language_of(text, language))})
    convention = Convention(layout or profile.layout, profile.layout == "row" and profile.weights == "transposed")
    nothing = tuple(name for name, value in (where or {}).items() if value.strip() == "0" and name in step_symbols(cell))
    table.mean_loss = loss == "mean"
    zeros = (*(() if bias else biases_of(cell)), *nothing)
    session = Session(Background(cell, table, convention, time, layout is not None, zeros=zeros, loss=loss), profile)
    for line in given:
        session.given(read_formula(line, language))
    claims = tuple(_claim(judged, text, origin) for judged in session.formula(formula))
    if not claims:
        message = "nothing is claimed: there is no equation between known quantities"
        claims = (Claim(Verdict.UNREADABLE, text, origin, message=message),)
    return Report(claims)


def _claim(judged: Judged, text: str, origin: Place) -> Claim:
    source = " ".join(text[judged.span.start : judged.span.stop].split())
    judgement = judged.judgement
    readings = tuple(_reading(outcome) for outcome in judgement.outcomes)
    first = judgement.outcomes[0]
    finding = first.finding
    return Claim(
        judgement.verdict,
        source,
        _place(text, judged.span.start, origin),
        readings,
        message=_message(judgement),
        counterexample=finding.counterexample.text() if finding and finding.counterexample else "",
        bound=finding.bound if finding else "",
        step=judged.step,
    )


def _message(judgement: Judgement) -> str:
    problems = [outcome.problem for outcome in judgement.outcomes if outcome.problem is not None]
    reasons = [outcome.finding.reason for outcome in judgement.outcomes if outcome.finding and outcome.finding.reason]
    if judgement.verdict is Verdict.WRONG and problems:
        return "; ".join(dict.fromkeys(f"shapes do not fit: {p}" for p in problems if isinstance(p, Misfit)))
    if judgement.verdict in (Verdict.UNREADABLE, Verdict.UNDECIDED):
        return str(problems[0]) if problems else "; ".join(dict.fromkeys(reasons))
    return ""


def _reading(outcome: Outcome) -> Reading:
    finding = outcome.finding
    if finding is None:
        verdict = Verdict.WRONG if isinstance(outcome.problem, Misfit) else Verdict.UNREADABLE
        return Reading(verdict, "", outcome.notes, hint=str(outcome.problem))
    shown = finding.counterexample.text() if finding.counterexample else finding.bound
    return Reading(finding.verdict, "", outcome.notes, certificate=shown)


def _place(text: str, offset: int, origin: Place) -> Place:
    before = text[:offset]
    line = before.count("\n")
    column = len(before) - (before.rfind("\n") + 1)
    return Place(origin.line + line, column + (origin.column if line == 0 else 1), origin.file)
