"""Slip: what was found, and the edit that undoes it, where there is one."""

from dataclasses import dataclass

from symlstm.checker.diagnosis.case import Edit
from symlstm.checker.diagnosis.kinds import Kind

__all__ = ["Slip"]


@dataclass(frozen=True)
class Slip:
    """A kind of slip and the hint that names it."""

    kind: Kind
    hint: str
    edit: Edit | None = None
