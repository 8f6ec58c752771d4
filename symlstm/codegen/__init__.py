"""Code: a System as NumPy source, compiled and called; Python source as LaTeX."""

from symlstm.codegen.function import Function, lambdify
from symlstm.codegen.listing import listing

__all__ = ["Function", "lambdify", "listing"]
