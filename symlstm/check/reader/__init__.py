"""The reader: from LaTeX or plain text to trees that keep every token, and every question meaning has to settle."""

from symlstm.check.reader.errors import ReadingError
from symlstm.check.reader.macros import Macro, read_macros
from symlstm.check.reader.read import read_formula, read_name
from symlstm.check.reader.show import show

__all__ = ["Macro", "ReadingError", "read_formula", "read_macros", "read_name", "show"]
