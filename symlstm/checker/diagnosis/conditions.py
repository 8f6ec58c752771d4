"""Conditions: when a wrong claim is right nevertheless: without a bias, from a zero state, at the last step."""

from collections.abc import Iterator, Mapping, Sequence

from symlstm.checker.diagnosis.case import Case
from symlstm.checker.judging import biases_of
from symlstm.checker.meaning.frame import Frame, TimeFrame, time_frames
from symlstm.checker.meaning.symbols import Quantity
from symlstm.checker.reader.tree import Number

__all__ = ["condition"]


def condition(case: Case) -> tuple[str, str]:
    """What makes the claim right, as a sentence and as a word: "bias", "state", "last", "seeds"; two "" for nothing."""
    for changes, said, word in _settings(case):
        if case.trials.holds(case.left, case.right, changes) and not _vanishes(case, changes):
            return f"right only if {said}", word
    if isinstance(case.frame, TimeFrame):
        for frames, said, word in _moments(case.frame):
            if case.trials.holds(case.left, case.right, frames=frames) and not _vanishes(case, {}, frames):
                return f"right only {said}", word
    return "", ""


def _moments(frame: TimeFrame) -> Iterator[tuple[Sequence[Sequence[Frame]], str, str]]:
    """The last step, the first one, and a sequence of one step alone."""
    every = time_frames(frame.cell, frame.steps, _seeded(frame))
    by_step = {one.t: one for one in every}
    yield [[by_step[frame.steps]]], "at t = T", "last"
    yield [[by_step[1]]], "at t = 1", "first"
    yield [time_frames(frame.cell, 1, _seeded(frame))], "for T = 1", "one"


def _seeded(frame: TimeFrame) -> tuple[str, ...] | None:
    """The states whose gradients flow in at every step, as the frame has them."""
    if frame.cell.timed:
        return None
    return tuple(name for name in frame.cell.outputs if f"seed_{name}_1" in frame.system.symbols)


def _vanishes(case: Case, changes: Mapping[str, str], frames: Sequence[Sequence[Frame]] | None = None) -> bool:
    """Whether both sides are zero then, which says nothing."""
    return case.trials.holds(case.left, Number(case.left.span, "0"), changes, frames)


def _settings(case: Case) -> Iterator[tuple[Mapping[str, str], str, str]]:
    names = [name for name in biases_of(case.frame.cell) if name not in case.leaves.background.zeros]
    for name in names:
        yield {name: "zero"}, f"{case.latex(Quantity(name))} = 0", "bias"
    if len(names) > 1:
        yield dict.fromkeys(names, "zero"), "all biases are 0", "bias"
    for state in case.states:
        first = f"{state}_0" if isinstance(case.frame, TimeFrame) else f"{state}_prev"
        if first in case.frame.system.symbols:
            yield {first: "zero"}, f"{_initial(case, state)} = 0", "state"
    yield from _seeds(case)


def _initial(case: Case, state: str) -> str:
    return (
        case.show(case.frame.system.symbols[f"{state}_0"])
        if isinstance(case.frame, TimeFrame)
        else case.latex(Quantity(state), -1)
    )


def _seeds(case: Case) -> Iterator[tuple[Mapping[str, str], str, str]]:
    seeds = [name for name in case.frame.system.symbols if name.startswith("seed_")]
    if not isinstance(case.frame, TimeFrame):
        return
    last = case.frame.indices["T"]
    early = [name for name in seeds if not name.endswith(f"_{last}")]
    if early and len(early) < len(seeds):
        yield dict.fromkeys(early, "zero"), "the loss depends on the last step alone", "seeds"
