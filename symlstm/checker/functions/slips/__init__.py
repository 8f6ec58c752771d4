"""Slips: bent references, each with the words for the mistake that it stands for; an exact match names the mistake."""

from symlstm.checker.functions.slips.bend import Bend
from symlstm.checker.functions.slips.table import every_bend

__all__ = ["Bend", "every_bend"]
