"""What of an Equation or a System is shown: the equations, in which layout and order, and by which printer."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any, TypeVar

from sympy import MatrixExpr, MatrixSymbol

from symlstm.algebra import substitute, symbols_of
from symlstm.errors import InputError
from symlstm.notation import Glyph, Profile
from symlstm.notation import notation as find_notation
from symlstm.notation.suffix import split
from symlstm.printing.arrange import arranged, in_order
from symlstm.printing.base import Printer
from symlstm.printing.moments import Moment, moments_of
from symlstm.printing.rows import laid_out, laid_out_alone
from symlstm.printing.stacked import Block, block_of
from symlstm.system import Equation, LeafKind, Role, System

__all__ = ["NET_INPUTS", "expression_of", "fitted", "lines_of", "printer_of", "rows_of", "timed_rows", "timeless_of"]

P = TypeVar("P", bound=Printer[Any])

NET_INPUTS = ("auto", "inline", "show")


def lines_of(
    shown: Equation | System, profile: Profile, net_inputs: str = "auto", only: Sequence[str] | None = None
) -> tuple[Equation, ...]:
    """The equations to print, as the profile writes them; `only` picks some by name.

    `net_inputs` is "inline" (f_t = σ(W_f [h; x] + b_f)), "show" (a line of its own for a_{f,t}), or "auto": as the
    profile says, and shown where an adjoint on the same page needs the name. Raises InputError for anything else,
    UnknownNameError for a name that is no equation.
    """
    if net_inputs not in NET_INPUTS:
        raise InputError(f"net_inputs: expected one of {', '.join(NET_INPUTS)}, got {net_inputs!r}")
    system = shown if isinstance(shown, System) else shown.system
    if isinstance(shown, Equation) and (system is None or shown.name not in system or shown != system[shown.name]):
        return (_alone(shown, profile, system),)
    assert system is not None
    system = laid_out(system, profile)
    lines = _equations(system, profile, net_inputs)
    if only is not None and not (isinstance(only, str) or _are_names(only)):
        raise InputError(f"only: expected names of equations, got {type(only).__name__}")
    names = [shown.name] if isinstance(shown, Equation) else [only] if isinstance(only, str) else only
    if names is not None and not names:
        raise InputError("only: expected at least one name of an equation, got none")
    if names is None:
        if net_inputs == "auto" and system.forward is None:
            lines = _put_in(lines, profile, system.outputs)
        lines = in_order(lines, profile)
    else:
        by_name = {line.name: line for line in lines}
        lines = [by_name.get(name, system[name]) for name in dict.fromkeys(names)]
    return tuple(_arranged(line, profile) for line in lines)


def _are_names(only: object) -> bool:
    return isinstance(only, list | tuple) and all(isinstance(name, str) for name in only)


def rows_of(
    shown: Equation | System, profile: Profile, net_inputs: str = "auto", only: Sequence[str] | None = None
) -> tuple[Equation | Block, ...]:
    """The equations to print, where the profile says so with the gates in one block."""
    lines = lines_of(shown, profile, net_inputs, only)
    if isinstance(shown, Equation) or shown.forward or net_inputs != "auto" or only is not None:
        return lines
    if profile.gates != "stacked":
        return lines
    rows: tuple[Equation | Block, ...] = ()
    for _, layer in groupby(lines, lambda line: split(line.name).suffix):
        rows += _with_block(tuple(layer), shown.parameters)
    return rows


def _with_block(lines: tuple[Equation, ...], parameters: Sequence[str]) -> tuple[Equation | Block, ...]:
    """The equations of a layer with its gates in one block, where they can stand in one."""
    block = block_of(lines, parameters)
    if block is None:
        return lines
    first = lines.index(block.gates[0])
    return (*lines[:first], block, *(line for line in lines[first:] if line not in block.gates))


def timed_rows(
    shown: Equation | System, profile: Profile, net_inputs: str = "auto", only: Sequence[str] | None = None
) -> list[Moment]:
    """The rows to print; over time with one for every case, in the order of the equations."""
    system = shown if isinstance(shown, System) else shown.system
    rows = rows_of(shown, profile, net_inputs, only)
    return [Moment(row) for row in rows] if system is None else moments_of(rows, system)


def _equations(system: System, profile: Profile, net_inputs: str) -> list[Equation]:
    if net_inputs == "auto":
        net_inputs = "show" if _speaks_of_net_inputs(system) else profile.net_inputs
    return list(system.inlined() if net_inputs == "inline" else system.equations)


def _speaks_of_net_inputs(system: System) -> bool:
    """Whether a derivative needs the name of a net input."""
    if system.forward is None:
        return False
    derivatives = system.lines[len(system.forward.lines) :]
    named = {line.lhs for line in system.lines if line.role is Role.NET_INPUT}
    return any(
        system.symbols.get(line.of) in named or not named.isdisjoint(symbols_of(line.rhs)) for line in derivatives
    )


def _put_in(lines: list[Equation], profile: Profile, outputs: Sequence[str]) -> list[Equation]:
    """The equations without those that the profile puts in where they are used; outputs stay."""
    values: dict[MatrixSymbol, MatrixExpr] = {}
    left = []
    for line in lines:
        line = replace(line, rhs=substitute(line.rhs, values)) if values else line
        if split(line.name).bare in profile.at(line.name).inline and line.name not in outputs:
            values[line.lhs] = line.rhs
        else:
            left.append(line)
    return left


def _alone(line: Equation, profile: Profile, system: System | None) -> Equation:
    """An equation that is no line of a System, or not as it stands there."""
    rhs = expression_of(line, profile, system)
    return replace(line, lhs=MatrixSymbol(line.name, *rhs.shape), rhs=rhs)


def expression_of(shown: MatrixExpr | Equation, profile: Profile, system: System | None = None) -> MatrixExpr:
    """A bare expression, or the right side of an equation of no System, as the profile writes it."""
    return arranged(laid_out_alone(shown, profile, system), profile)


def _arranged(line: Equation, profile: Profile) -> Equation:
    rhs = arranged(line.rhs, profile.at(line.name))
    return line if rhs is line.rhs else replace(line, rhs=rhs)


def printer_of(
    kind: type[P], shown: Equation | System | MatrixExpr, notation: str | Path | Profile, system: System | None = None
) -> P:
    """A printer in a notation that knows the parameters of what is shown; `system` says whose a bare expression is.

    Raises InputError for what cannot be printed, and for two names of a System that print alike.
    """
    if not isinstance(system, System | None):
        raise InputError(f"system: expected a System, got {type(system).__name__}")
    profile = fitted(shown, notation, system)
    timeless = timeless_of(system if system else shown)
    if isinstance(shown, System) and (pair := profile.alike(shown.symbols, timeless)):
        raise InputError(f"{pair[0]} and {pair[1]} print alike in the notation {profile.name}; rename one of them")
    if isinstance(shown, System) and shown.timed:
        _check_steps(shown, profile, timeless)
    return kind(profile, timeless)


def _check_steps(system: System, profile: Profile, timeless: frozenset[str] | None) -> None:
    """Raise InputError for two quantities of which one prints as the other does a step later: y_next beside y."""
    seen: dict[Glyph, str] = {}
    for name in [leaf.symbol.name for leaf in system.leaves if leaf.timed] + [
        line.name for line in system.lines if line.name in system.timed and not line.hands_on and not line.of
    ]:
        other = seen.setdefault(replace(profile.glyph(name, timeless), time=None, bold=False), name)
        if other != name:
            raise InputError(f"{other} and {name} print alike but for the step, which changes; rename one of them")


def fitted(
    shown: Equation | System | MatrixExpr, notation: str | Path | Profile, system: System | None = None
) -> Profile:
    """The notation as it applies to what is shown: to this cell, to the names that occur there, to their shapes."""
    profile = find_notation(notation)
    if isinstance(shown, System):
        system = shown
    elif isinstance(shown, Equation):
        system = system or shown.system
    elif not isinstance(shown, MatrixExpr):
        raise InputError(f"expected a System, an Equation or a matrix expression, got {type(shown).__name__}")
    if system is not None:
        return profile.fit(system.name, system.shapes, stamps=system.stamps)
    expression = shown.rhs if isinstance(shown, Equation) else shown
    return profile.fit("", {str(symbol.name): symbol.shape for symbol in symbols_of(expression)}, complete=False)


def timeless_of(shown: Equation | System | MatrixExpr) -> frozenset[str] | None:
    """The names of the parameters, None where they are not known."""
    system = shown if isinstance(shown, System) else shown.system if isinstance(shown, Equation) else None
    if system is None:
        return None
    if not system.timed and not system.steps:
        return frozenset(system.parameters)
    timeless = {str(leaf.symbol.name) for leaf in system.leaves if leaf.kind not in (LeafKind.SEED, LeafKind.TANGENT)}
    timeless |= {line.name for line in system.lines if not line.of}
    return frozenset(timeless - system.timed - set(system.stamps))
