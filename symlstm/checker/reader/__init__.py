"""The reader: from LaTeX or plain text to trees that keep every token, and every question meaning has to settle."""

from symlstm.checker.reader.errors import ReadingError
from symlstm.checker.reader.macros import Macro, read_macros
from symlstm.checker.reader.read import read_formula, read_name
from symlstm.checker.reader.show import show

__all__ = ["Macro", "ReadingError", "read_formula", "read_macros", "read_name", "show"]
