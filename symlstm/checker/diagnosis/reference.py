"""Reference: the right formula for the left side of a claim, in the letters of its text."""

from symlstm.checker.diagnosis.case import Case, Edit
from symlstm.checker.meaning.frame import TimeFrame
from symlstm.derive import through_time
from symlstm.errors import SymlstmError
from symlstm.notation import Profile
from symlstm.system import Equation, System

__all__ = ["correction"]


def correction(case: Case, edit: Edit | None) -> str:
    """The equation of the quantity on the left; of what is no quantity, the claim with its slip undone."""
    line = _line(case)
    for profile in (case.profile, case.base):
        if line is None:
            break
        try:
            return _printed(case, line, profile)
        except SymlstmError:  # letters of the text that would look alike
            continue
    jacobian = case.frame.extra.get(str(getattr(case.pair.left, "name", ""))) if case.pair else None
    if jacobian is not None:
        return f"{case.write(case.left)} = {case.show(jacobian.rhs)}"
    if edit is not None:
        return f"{case.write(edit.left or case.left)} = {case.write(edit.right)}"
    return ""


def _printed(case: Case, line: Equation, profile: Profile) -> str:
    """The equation, with the left side as the text writes it where the equation is that of one step."""
    printed = line.latex(notation=profile, net_inputs="auto" if line.of else "inline")
    _, sign, right = printed.partition(" = ")
    return printed if isinstance(case.frame, TimeFrame) else f"{case.write(case.left)}{sign}{right}"


def _line(case: Case) -> Equation | None:
    if case.subject is None:
        return None
    quantity = case.subject.quantity
    prefix = f"{quantity.derived}_" if quantity.derived else ""
    if not isinstance(case.frame, TimeFrame):
        later = "_prev" if case.subject.offset < 0 else ""
        name = f"{prefix}{quantity.name}{later}"
        return _equation(case.frame.system, name)
    cell = case.frame.cell
    system = cell if cell.timed else through_time(cell, seeds=_seeds(case))
    name = f"{prefix}{quantity.name}"
    return _equation(system, name)


def _equation(system: System, name: str) -> Equation | None:
    return system[name] if name in system else None  # noqa: SIM401 -- a System has no get


def _seeds(case: Case) -> tuple[str, ...]:
    found = {
        name.removeprefix("seed_").rstrip("0123456789").rstrip("_")
        for name in case.frame.system.symbols
        if name.startswith("seed_")
    }
    return tuple(name for name in case.frame.cell.outputs if name in found)
