"""The cell that a text gives itself: its forward equations as a System, against which its gradients are checked."""

from symlstm.checker.given.background import GivenSession, background_of, given_session
from symlstm.checker.given.cell import Given, NoCellError, given_cell

__all__ = ["Given", "GivenSession", "NoCellError", "background_of", "given_cell", "given_session"]
