"""Relatives: the same cell with another option, for which a claim that is wrong here may be right."""

from collections.abc import Iterator
from functools import lru_cache

from symlstm.cells import cell
from symlstm.checker.conventions import options_of
from symlstm.checker.judging import judge
from symlstm.checker.report import Verdict
from symlstm.checker.session import Judged
from symlstm.errors import SymlstmError
from symlstm.notation import Profile
from symlstm.system import System

__all__ = ["right_for"]

_OPTIONS = {
    "update": ("keep", "write"),
    "reset": ("before", "after"),
    "peephole": (False, True),
    "coupled": (False, True),
}


def right_for(judged: Judged, profile: Profile) -> str:
    """Such as "right for the gru with update=write"; "" where no such cell makes a wrong claim right."""
    if judged.judgement.verdict is not Verdict.WRONG:
        return ""
    background = judged.judgement.outcomes[0].background
    for option, system in _relatives(background.system):
        if judge(judged.left, judged.right, background.with_system(system, profile)).verdict is Verdict.RIGHT:
            return f"right for the {system.name} with {option}"
    return ""


@lru_cache(maxsize=64)
def _relatives(system: System) -> tuple[tuple[str, System], ...]:
    """The cells that differ in one option, each with that option."""
    return tuple(_others(system))


def _others(system: System) -> Iterator[tuple[str, System]]:
    options = options_of(system)
    for name, values in _OPTIONS.items() if options else ():
        for value in values:
            try:
                other = cell(system.name, **{**(options or {}), name: value})
            except (SymlstmError, TypeError):
                continue
            if other != system:
                yield f"{name}={value}".lower(), other
