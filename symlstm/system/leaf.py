"""Leaf: a quantity that no equation of a System defines, such as an input, a state or a parameter."""

from dataclasses import dataclass
from enum import StrEnum

from sympy import MatrixSymbol

from symlstm.system.equation import check_name

__all__ = ["Leaf", "LeafKind"]


class LeafKind(StrEnum):
    """How a quantity that no equation defines comes into a System."""

    INPUT = "input"
    STATE = "state"
    PARAMETER = "parameter"
    SEED = "seed"
    TANGENT = "tangent"


@dataclass(frozen=True)
class Leaf:
    """A quantity that comes from outside; in a System over time `timed` says whether there is one for every step."""

    symbol: MatrixSymbol
    kind: LeafKind
    timed: bool = False

    def __post_init__(self) -> None:
        check_name(self.symbol)
