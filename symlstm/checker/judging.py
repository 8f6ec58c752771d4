"""Judging one claim: every reading of it, in every convention that the text leaves open."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TypeAlias

from symlstm.algebra import symbols_of
from symlstm.checker.deciding import Finding, Pair, decide
from symlstm.checker.indices import assignments, free_indices, last_step, speaks_of_length, two_components
from symlstm.checker.meaning.choices import Choices, explore
from symlstm.checker.meaning.elaborate import value_of
from symlstm.checker.meaning.frame import Frame, TimeFrame, step_frame, time_frames
from symlstm.checker.meaning.levelling import FALLBACKS, level
from symlstm.checker.meaning.losses import tells_losses_apart
from symlstm.checker.meaning.problems import Beyond, Misfit, NeedsTime, NotUnderstood, Problem
from symlstm.checker.meaning.ranges import holds_at
from symlstm.checker.meaning.scope import Convention, Scope
from symlstm.checker.meaning.symbols import SymbolTable
from symlstm.checker.meaning.walking import trees_in
from symlstm.checker.reader.tree import Name, Span, Statement, Sum, Tree
from symlstm.checker.report import Verdict
from symlstm.notation import Profile
from symlstm.system import System, over_time

__all__ = ["Background", "Judgement", "Outcome", "finding_over", "frames_of", "judge"]

Notes: TypeAlias = Sequence[Tree | Statement]

STEPS = 3
_MOST_STEPS = 8
_MOST_NODES = 3000
_INDICES = "a formula in the indices of components; write it with vectors and matrices"


@dataclass(frozen=True)
class Background:
    """What claims are understood against: the System, its symbols, and the conventions of the text."""

    system: System
    table: SymbolTable
    convention: Convention = field(default_factory=Convention)
    time: str = "auto"
    declared: bool = False
    established: bool = False
    zeros: tuple[str, ...] = ()
    loss: str = "every"
    notes: Notes = ()  # what stands beside the line at hand

    def with_system(self, system: System, profile: Profile) -> "Background":
        """The same for another layout of the same cell."""
        if system is self.system:
            return self
        table = table_of(system, profile).with_declared(self.table.declared)
        for fact in ("used", "timed", "mean_loss"):
            setattr(table, fact, getattr(self.table, fact))
        return replace(self, system=system, table=table, zeros=biases_of(system) if self.zeros else ())


def biases_of(system: System) -> tuple[str, ...]:
    """The parameters that are biases: vectors that are named so."""
    return tuple(name for name in system.parameters if name.startswith(("b_", "bh_")) and 1 in system.shapes[name])


def step_symbols(system: System) -> frozenset[str]:
    """The names of a System and of its backward pass."""
    return frozenset(step_frame(system).system.symbols if not system.timed else system.symbols)


def table_of(system: System, profile: Profile) -> SymbolTable:
    """The symbol table of a System in a notation, without declarations."""
    return SymbolTable(system, profile)


@dataclass(frozen=True)
class Outcome:
    """One reading and what came of it: a finding, or the problem that kept it from being understood."""

    finding: Finding | None
    problem: Problem | None
    notes: tuple[str, ...]
    background: Background
    steps: int = 0

    @property
    def verdict(self) -> Verdict | None:
        """The verdict, None where the reading has no meaning."""
        return self.finding.verdict if self.finding else None


@dataclass(frozen=True)
class Judgement:
    """All readings of a claim that were tried."""

    outcomes: tuple[Outcome, ...]

    @property
    def verdict(self) -> Verdict:
        """What they say together."""
        verdicts = {outcome.verdict for outcome in self.outcomes if outcome.verdict is not None}
        if len(verdicts) > 1:
            return Verdict.AMBIGUOUS
        if verdicts:
            return verdicts.pop()
        misfits = [outcome for outcome in self.outcomes if isinstance(outcome.problem, Misfit)]
        return Verdict.WRONG if misfits and len(misfits) == len(self.outcomes) else Verdict.UNREADABLE


def judge(left: Tree, right: Tree, background: Background) -> Judgement:
    """Every reading of left = right in one convention."""
    if sum(1 for _ in trees_in((left, right))) > _MOST_NODES:
        too_long = NotUnderstood(f"a claim of more than {_MOST_NODES} symbols; check its parts", left.span)
        return Judgement((Outcome(None, too_long, (), background),))
    outcomes = []
    for (finding, problem), taken in explore(lambda choices: _attempt(left, right, background, choices)):
        note = background.convention.note
        outcomes.append(Outcome(finding, problem, ((note,) if note else ()) + taken, background))
    return Judgement(tuple(_without_fallbacks(outcomes)))


def _without_fallbacks(outcomes: list[Outcome]) -> list[Outcome]:
    """Readings that only count where the usual one is not right are left out beside one that is."""
    usual = [outcome for outcome in outcomes if not set(outcome.notes) & FALLBACKS]
    return usual if any(outcome.verdict is Verdict.RIGHT for outcome in usual) else outcomes


def _attempt(
    left: Tree, right: Tree, background: Background, choices: Choices
) -> tuple[Finding | None, Problem | None]:
    tried: list[NeedsTime] = []
    for frames in frames_of(background, _lengths(left, right, choices), _speaks_of_steps(left, right, background)):
        try:
            return finding_over(frames, left, right, background, choices), None
        except NeedsTime as problem:
            tried.append(problem)
        except Misfit as problem:
            return None, NotUnderstood(_INDICES, problem.span) if two_components(left, right) else problem
        except Problem as problem:
            return None, problem
    return None, tried[0] if tried else None


def _lengths(left: Tree, right: Tree, choices: Choices) -> tuple[int, ...]:
    """How many steps the sequences have: two lengths where the formula speaks of T, of sums or of numbered steps."""
    last = last_step(left, right)
    if last == 2 and not speaks_of_length(left, right):
        notes = ("", "read for a sequence of 2 steps")
        return choices.pick("length", ((STEPS, STEPS + 1), (2,)), notes)
    if last > STEPS:
        return (last, last + 1) if last < _MOST_STEPS else (last,)
    return (STEPS, STEPS + 1) if last or speaks_of_length(left, right) else (STEPS,)


def _speaks_of_steps(left: Tree, right: Tree, background: Background) -> bool:
    """Whether a claim is about a sequence: beside it stands t = T, or it tells the loss of a step from the whole."""
    moments = sum(holds_at(background.notes, t, STEPS) for t in range(1, STEPS + 1))
    return moments < 2 or tells_losses_apart(background.table, left, right)


def frames_of(
    background: Background, lengths: Sequence[int] = (STEPS,), of_steps: bool = False
) -> Iterator[Sequence[Frame]]:
    """The moments at which a claim is looked at, one sequence of them after the other where one does not do."""
    system = background.system
    alone = background.time == "step" or (background.time == "auto" and not of_steps)
    if alone and not system.timed:
        yield (step_frame(system),)
    if background.time != "step" or system.timed:
        counted = None if system.timed else _counted(system)
        # where a formula names what flows into the other states, that is not nothing
        for seeds in dict.fromkeys((counted, None)):
            frames = [frame for steps in lengths for frame in time_frames(system, steps, seeds)]
            yield [frame for frame in frames if _is_meant(frame, background.notes)]


@lru_cache(maxsize=64)
def _counted(system: System) -> tuple[str, ...] | None:
    """The states whose gradients flow in at every step."""
    if system.losses:
        return None
    if "y" in system:  # a readout: the loss sees the states through it alone
        return ("y",)
    at_end = set(over_time(system).at_end)
    return tuple(name for name in system.outputs if name not in at_end)


def _is_meant(frame: Frame, notes: Notes) -> bool:
    """Whether a claim is made for the step of a frame; a single step is any step."""
    return not isinstance(frame, TimeFrame) or holds_at(notes, frame.t, frame.steps)


def _looks_beyond(pair: Pair) -> bool:
    """Whether a side speaks of a forward quantity behind the last step."""
    symbols = (*symbols_of(pair.left), *symbols_of(pair.right))
    return any(str(symbol.name).startswith("beyond_") for symbol in symbols)


def _has_columns(system: System) -> bool:
    """Whether a System is one of a batch."""
    return any(str(columns) == "B" for _, columns in system.shapes.values())


def _ends_before(frame: Frame, background: Background, *sides: Tree) -> bool:
    """Whether a claim that speaks of t + 1 ends before the last step, which alone the loss sees."""
    at_end = isinstance(frame, TimeFrame) and frame.t == frame.steps and background.loss == "last"
    return at_end and any(_is_next(tree) for tree in trees_in(sides))


def _is_next(tree: Tree) -> bool:
    names = [term.text for term in tree.terms if isinstance(term, Name)] if isinstance(tree, Sum) else []
    return isinstance(tree, Sum) and names == ["t"] and all(sign > 0 for sign in tree.signs) and len(tree.terms) == 2


def _zeros(background: Background, frame: Frame) -> tuple[str, ...]:
    """What is zero: the biases of a cell without them, and what flows in before the last step where nothing does."""
    if background.loss != "last" or not isinstance(frame, TimeFrame):
        return background.zeros
    last = f"_{frame.steps}"
    early = tuple(name for name in frame.system.seeds if re.search(r"_\d+$", name) and not name.endswith(last))
    return (*background.zeros, *early)


def finding_over(
    frames: Sequence[Frame],
    left: Tree,
    right: Tree,
    background: Background,
    choices: Choices,
    deciding: Callable[[Pair, Sequence[str]], Finding] = decide,
) -> Finding:
    """The finding at every moment: right where it is right at all of them, wrong at the first that shows it."""
    best: Finding | None = None
    beyond: Beyond | None = None
    span = Span(left.span.start, right.span.stop)
    free = free_indices(left, right)
    for frame in frames:
        for bound in assignments(frame, free):
            scope = Scope(frame, background.table, choices, background.convention, bound, read=value_of)
            try:
                pair = Pair(frame, *level(value_of(left, scope), value_of(right, scope), span, choices))
                if not _has_columns(background.system):  # there an index may be that of a column
                    choices.check_components(span)
            except Beyond as problem:
                beyond = problem
                continue
            finding = deciding(pair, _zeros(background, frame))
            ended = _looks_beyond(pair) or _ends_before(frame, background, left, right)
            if finding.verdict is not Verdict.RIGHT and ended:
                beyond = Beyond("what comes after the last step is not part of a sequence", span)
                continue
            if finding.verdict is not Verdict.RIGHT:
                return finding
            best = best or finding
    if best is None:
        raise beyond or NeedsTime("no step at which it could hold", span)
    return best
