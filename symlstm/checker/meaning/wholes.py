"""Wholes: the System that claims are checked against, with its derivatives."""

from functools import lru_cache

from symlstm.derive import backprop, through_time
from symlstm.errors import SymlstmError
from symlstm.system import System

__all__ = ["innermost_of", "reference_of", "whole_of", "whole_over_time"]


@lru_cache(maxsize=128)
def whole_of(system: System) -> System:
    """The System itself where it has derivatives, else with its adjoints, where it has any."""
    if system.derivative is not None:
        return system
    try:
        return through_time(system) if system.timed else backprop(system)
    except SymlstmError:
        return system


@lru_cache(maxsize=128)
def whole_over_time(system: System, seeds: tuple[str, ...] | None) -> System:
    """A System over time with its derivatives; `seeds` names the states of a cell whose gradients flow in."""
    if system.timed:
        return whole_of(system)
    return through_time(system) if seeds is None else through_time(system, seeds=list(seeds))


def innermost_of(system: System) -> System:
    """The forward equations that nothing is derived in."""
    while system.forward is not None:
        system = system.forward
    return system


@lru_cache(maxsize=128)
def reference_of(system: System) -> System:
    """What claims about a System are checked against: the cell alone where its backward pass is the usual one."""
    forward = system.forward
    if forward is not None and not system.timed and forward.forward is None and system == whole_of(forward):
        return forward
    return system
