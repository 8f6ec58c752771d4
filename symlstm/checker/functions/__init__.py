"""Checks of NumPy functions: somebody's forward or backward pass, run beside the derived one, and its slip named."""

from symlstm.checker.functions.checking import check_function
from symlstm.checker.functions.files import check_file, load_function
from symlstm.checker.functions.report import FunctionReport, QuantityReport

__all__ = ["FunctionReport", "QuantityReport", "check_file", "check_function", "load_function"]
