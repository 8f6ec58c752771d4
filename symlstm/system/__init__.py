"""Equation and System: the one idea. A System is an ordered list of named equations."""

from symlstm.system.batch import side_by_side
from symlstm.system.builder import Builder, Size
from symlstm.system.compose import compose, rename
from symlstm.system.equation import Equation, Role
from symlstm.system.leaf import Leaf, LeafKind
from symlstm.system.loops import Loop, Way, loops_of, ways_of
from symlstm.system.recurrence import over_time
from symlstm.system.row_layout import RowLayout, row_layout
from symlstm.system.system import System, check_system
from symlstm.system.unrolled import unroll

__all__ = [
    "Builder",
    "Equation",
    "Leaf",
    "LeafKind",
    "Loop",
    "Role",
    "RowLayout",
    "Size",
    "System",
    "Way",
    "check_system",
    "compose",
    "loops_of",
    "over_time",
    "rename",
    "row_layout",
    "side_by_side",
    "unroll",
    "ways_of",
]
