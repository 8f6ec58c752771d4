"""Checks of NumPy functions: somebody's forward or backward pass, run beside the derived one, and its slip named."""

from symlstm.check.functions.checking import check_function
from symlstm.check.functions.files import check_file, load_function
from symlstm.check.functions.report import FunctionReport, QuantityReport

__all__ = ["FunctionReport", "QuantityReport", "check_file", "check_function", "load_function"]
