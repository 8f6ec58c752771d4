"""What of an Equation or a System is shown: the equations, and by which printer."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

from sympy import MatrixExpr

from symlstm.errors import InputError
from symlstm.notation import Profile
from symlstm.notation import notation as find_notation
from symlstm.printing.base import Printer
from symlstm.system import Equation, System

__all__ = ["NET_INPUTS", "lines_of", "printer_of", "timeless_of"]

P = TypeVar("P", bound=Printer[Any])

NET_INPUTS = ("auto", "inline", "show")


def lines_of(
    shown: Equation | System, net_inputs: str = "auto", only: Sequence[str] | None = None
) -> tuple[Equation, ...]:
    """The equations to print; `only` picks some by name.

    `net_inputs` is "inline" (f_t = σ(W_f [h; x] + b_f)), "show" (a line of its own for a_{f,t}), or "auto": inline
    unless an adjoint on the same page needs the name. Raises InputError for anything else, UnknownNameError for a
    name that is no equation.
    """
    if net_inputs not in NET_INPUTS:
        raise InputError(f"net_inputs: expected one of {', '.join(NET_INPUTS)}, got {net_inputs!r}")
    system = shown if isinstance(shown, System) else shown.system
    if system is None:
        assert isinstance(shown, Equation)
        return (shown,)
    if net_inputs == "auto":
        net_inputs = "inline" if system.forward is None else "show"
    lines = system.inlined() if net_inputs == "inline" else system.equations
    if only is not None and not isinstance(only, list | tuple | str):
        raise InputError(f"only: expected names of equations, got {type(only).__name__}")
    names = [shown.name] if isinstance(shown, Equation) else [only] if isinstance(only, str) else only
    if names is None:
        return lines
    if not names:
        raise InputError("only: expected at least one name of an equation, got none")
    by_name = {line.name: line for line in lines}
    return tuple(by_name.get(name, system[name]) for name in dict.fromkeys(names))


def printer_of(
    kind: type[P], shown: Equation | System | MatrixExpr, notation: str | Path | Profile, system: System | None = None
) -> P:
    """A printer in a notation that knows the parameters of what is shown; `system` says whose a bare expression is.

    Raises InputError for what cannot be printed, and for two names of a System that print alike.
    """
    profile = find_notation(notation)
    if isinstance(shown, MatrixExpr):
        return kind(profile, timeless_of(system) if system else None)
    if not isinstance(shown, Equation | System):
        raise InputError(f"expected a System, an Equation or a matrix expression, got {type(shown).__name__}")
    timeless = timeless_of(shown)
    if isinstance(shown, System) and (pair := profile.alike(shown.symbols, timeless)):
        raise InputError(f"{pair[0]} and {pair[1]} print alike in the notation {profile.name}; rename one of them")
    return kind(profile, timeless)


def timeless_of(shown: Equation | System) -> frozenset[str] | None:
    """The names of the parameters, None where they are not known."""
    system = shown if isinstance(shown, System) else shown.system
    return frozenset(system.parameters) if system else None
