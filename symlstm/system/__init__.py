"""Equation and System: the one idea. A System is an ordered list of named equations."""

from symlstm.system.batch import side_by_side
from symlstm.system.builder import Builder, Size
from symlstm.system.compose import compose, rename
from symlstm.system.equation import Equation, Role
from symlstm.system.row_layout import RowLayout, row_layout
from symlstm.system.system import Leaf, LeafKind, System, check_system

__all__ = [
    "Builder",
    "Equation",
    "Leaf",
    "LeafKind",
    "Role",
    "RowLayout",
    "Size",
    "System",
    "check_system",
    "compose",
    "rename",
    "row_layout",
    "side_by_side",
]
