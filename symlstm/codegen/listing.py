"""listing: Python source typeset as LaTeX, by latexify-py."""

import ast
import inspect
import re
import textwrap
from collections.abc import Callable
from importlib import import_module
from typing import Any

from symlstm.codegen.function import Function
from symlstm.codegen.numpy_calls import NumpyCalls, scalar_names
from symlstm.errors import InputError, MissingToolError, UnknownNameError
from symlstm.notation import Profile
from symlstm.notation import notation as find_notation
from symlstm.notation.glyph import GREEK
from symlstm.printing.latex import LatexPrinter

__all__ = ["listing", "source_listing"]


def listing(function: Function | Callable[..., Any], *, notation: str | Profile | None = None) -> str:
    r"""Typeset a Python function as LaTeX: the function that `lambdify` generated, or your own.

    A matrix product is printed side by side, an elementwise one with ⊙, `np.concatenate((h, x))` as [h; x]. Names of
    a generated function print in `notation` (the default profile when None), your own as they are unless `notation` is
    given. Needs amsmath. The function is read, never run.
    Raises InputError for what cannot be read or typeset, MissingToolError where latexify-py is not installed.

    >>> def gate(W, U, h, x, b):
    ...     return sigmoid(W @ x + U @ h + b)
    >>> print(listing(gate))
    \begin{aligned}
    &\mathbf{return}\; \sigma(W x + U h + b)
    \end{aligned}
    """
    if isinstance(function, Function):
        printer = LatexPrinter(find_notation(notation or "default"), frozenset(function.system.parameters))
        known = function.columns.symbols
        body = _functions(function.source, "the generated code")[function.name]
        return _typeset(body, lambda name: printer.name(name) if name in known else _plain_name(name))
    try:
        source = textwrap.dedent(inspect.getsource(function))
    except (OSError, TypeError):
        raise InputError(f"listing: the source of {function!r} cannot be found; define it in a file") from None
    found = _functions(source, repr(function))
    return _typeset(next(iter(found.values())), _names(notation))


def source_listing(source: str, where: str, name: str | None = None, *, notation: str | Profile | None = None) -> str:
    """Typeset a function out of Python source, by name or the only one; the source is read, never run.

    Raises InputError when the source cannot be parsed or holds several functions and no name is given.
    """
    found = _functions(source, where)
    if name is None and len(found) > 1:
        raise InputError(
            f"{where}: holds {len(found)} functions ({', '.join(found)}); name one, as {where}:{next(iter(found))}"
        )
    if name is not None and name not in found:
        raise UnknownNameError(f"function in {where}", name, found)
    return _typeset(found[name or next(iter(found))], _names(notation))


def _functions(source: str, where: str) -> dict[str, ast.FunctionDef]:
    try:
        tree = ast.parse(source)
    except (RecursionError, MemoryError):
        raise InputError(f"{where}: not readable: nested too deeply") from None
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        raise InputError(f"{where}: not valid Python{f', line {line}' if line else ''}: {error.args[0]}") from None
    found = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    if not found:
        raise InputError(f"{where}: expected a function (def …), found none")
    return found


def _typeset(function: ast.FunctionDef, name: Callable[[str], str]) -> str:
    typeset = _latexify()
    try:
        scalars = scalar_names(function)
        lines = _plain_assignments(NumpyCalls().visit(function))
        straight = all(isinstance(node, ast.Assign | ast.Return) for node in lines.body)
        visitor = (typeset.AlignedFunction if straight else typeset.Algorithm)(typeset.Expressions(name, scalars))
        return str(visitor.visit(lines))
    except import_module("latexify.exceptions").LatexifyError as error:
        raise InputError(f"listing: {function.name} holds what cannot be typeset: {error}") from None
    except RecursionError:
        raise InputError(f"listing: {function.name} is nested too deeply to typeset") from None


def _latexify() -> Any:
    try:
        return import_module("symlstm.codegen.typeset")
    except ModuleNotFoundError as error:
        raise MissingToolError(
            f"listing needs the package latexify-py ({error.name} is not installed); "
            "it supports Python up to 3.13: pip install latexify-py"
        ) from None


def _plain_assignments(function: ast.FunctionDef) -> ast.FunctionDef:
    """x += y as x = x + y, x: T = y as x = y."""
    replacer = import_module("latexify.transformers").AugAssignReplacer()
    plain: ast.FunctionDef = replacer.visit(_Plain().visit(function))
    return plain


class _Plain(ast.NodeTransformer):
    """Drops what says nothing in mathematics, and annotations."""

    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        for block in ("body", "orelse"):
            statements = getattr(node, block, None)
            if isinstance(statements, list):
                setattr(node, block, [statement for statement in statements if not _is_silent(statement)])
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        if node.value is None:
            return None
        return ast.copy_location(ast.Assign(targets=[node.target], value=node.value), node)


def _is_silent(statement: ast.stmt) -> bool:
    """Docstrings, assertions, imports and prints say nothing in mathematics."""
    if isinstance(statement, ast.Expr):
        call = statement.value
        is_print = isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "print"
        return isinstance(call, ast.Constant) or is_print
    return isinstance(statement, ast.Assert | ast.Import | ast.ImportFrom | ast.Pass)


def _names(notation: str | Profile | None) -> Callable[[str], str]:
    """The profile's names for what it knows (f, h_prev, d_W_f), the identifier itself for everything else."""
    if notation is None:
        return _plain_name
    profile = find_notation(notation)
    printer = LatexPrinter(profile)
    timed = r"(?:[fioghxc]|[a-z]_prev)"
    of_gate = rf"(?:{'|'.join(profile.families)})_[a-z]"
    known = re.compile(rf"(?:d_|seed_)?(?:{timed}|{of_gate})")
    return lambda identifier: printer.name(identifier) if known.fullmatch(identifier) else _plain_name(identifier)


def _plain_name(identifier: str) -> str:
    """An identifier as it is: h_prev with a subscript, dW as two letters, alpha as a Greek one."""
    head, *subscripts = [part for part in identifier.split("_") if part] or [r"\_"]
    letters = head.rstrip("0123456789")
    subscripts = ([head[len(letters) :]] if letters and letters != head else []) + subscripts
    letters = letters or head
    if letters in GREEK:
        text = "\\" + letters
    elif len(letters) == 1 or (len(letters) == 2 and letters[0] == "d") or letters == r"\_":
        text = letters
    else:
        text = rf"\mathrm{{{letters}}}"
    below = ",".join(part if len(part) == 1 or part.isdigit() else rf"\mathrm{{{part}}}" for part in subscripts)
    if not below:
        return text
    return f"{text}_{below}" if len(below) == 1 else f"{text}_{{{below}}}"
