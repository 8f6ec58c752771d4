"""Repeats: a second equation of a name is a claim if it says the same, else the text contradicts itself."""

from collections.abc import Mapping

from symlstm.checker.deciding import Pair, decide
from symlstm.checker.given.assembly import Assembly
from symlstm.checker.given.definitions import Definitions
from symlstm.checker.given.entities import Entities, occurrences
from symlstm.checker.given.equations import Line
from symlstm.checker.given.renaming import renamed
from symlstm.checker.meaning.frame import StepFrame
from symlstm.checker.meaning.problems import Problem
from symlstm.checker.meaning.showing import shown
from symlstm.checker.report import Verdict
from symlstm.errors import InputError
from symlstm.system import Role

__all__ = ["check_repeats"]


def check_repeats(found: Definitions, entities: Entities, names: Mapping[str, str], assembly: Assembly) -> None:
    """Raise InputError for a name that two equations define differently; what cannot be compared is left open."""
    system = assembly.literal
    assert system is not None
    for each in found.repeats:
        name = names.get(each.name.base, "")
        used = {other.base for _, other in occurrences(each.right, entities.functions, entities.quantities)}
        if name not in system or each.among > 1 or not used <= entities.named.keys():
            continue
        line = Line(name, renamed(each.right, entities, names, each.name.offset or 0), Role.QUANTITY, each.left)
        symbol = system.symbols[name]
        try:
            right = assembly.value(line, system, symbol.shape)
        except Problem:
            continue
        frame = StepFrame(system, system, {"t": 0})
        if decide(Pair(frame, symbol, right)).verdict is Verdict.WRONG:
            raise InputError(
                f"{shown(each.left)} is defined by two different equations; leave one out, or give a reference"
            )
