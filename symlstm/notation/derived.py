"""Names of derived quantities: gradients d_q, seeds seed_q, tangents dot_q, Jacobians J_q_by_p and partial_q_by_p."""

import re
from typing import NamedTuple

__all__ = ["Jacobian", "Prefix", "innermost", "is_derived", "jacobian_of", "prefix_of", "with_suffix"]

_PREFIX = re.compile(r"(seed|dot|d)(\d*)_")
_JACOBIAN = re.compile(r"(J|partial)_(.+?)_by_(.+)")


class Prefix(NamedTuple):
    """What stands in front of the name of a quantity: "d", "seed" or "dot", and the order of the derivative."""

    kind: str
    order: int
    quantity: str


class Jacobian(NamedTuple):
    """Of which quantity a Jacobian is, by which, and whether it is the total derivative."""

    of: str
    by: str
    total: bool


def prefix_of(name: str) -> Prefix | None:
    """The name taken apart at its first prefix; None for one that has none.

    >>> prefix_of("dot2_d_W_f")
    Prefix(kind='dot', order=2, quantity='d_W_f')
    """
    found = _PREFIX.match(name)
    behind = name[found.end() :] if found else ""
    return Prefix(found[1], int(found[2] or 1), behind) if found and behind else None


def innermost(name: str) -> str:
    """The name without its prefixes: W_f of dot_d_W_f."""
    prefix = prefix_of(name)
    return innermost(prefix.quantity) if prefix else name


def jacobian_of(name: str) -> Jacobian | None:
    """The two quantities of a Jacobian's name; None for a name that is none.

    >>> jacobian_of("partial_c_by_c_prev")
    Jacobian(of='c', by='c_prev', total=False)
    """
    found = _JACOBIAN.fullmatch(name)
    return Jacobian(found[2], found[3], found[1] == "J") if found else None


def is_derived(name: str) -> bool:
    """Whether a derivative could be called so, which no quantity of a cell may."""
    return _PREFIX.match(name) is not None or "_by_" in name


def with_suffix(name: str, suffix: str) -> str:
    """The name of the quantity with a suffix, such as that of a step; a Jacobian is of the quantity with it.

    >>> with_suffix("dot_h", "_prev"), with_suffix("J_h_by_h_0", "_3")
    ('dot_h_prev', 'J_h_3_by_h_0')
    """
    found = _JACOBIAN.fullmatch(name)
    return f"{found[1]}_{found[2]}{suffix}_by_{found[3]}" if found else f"{name}{suffix}"
