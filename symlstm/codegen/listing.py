"""listing: Python source typeset as LaTeX, by latexify-py."""

import ast
import inspect
import re
import textwrap
from collections.abc import Callable
from importlib import import_module
from typing import Any

from symlstm.codegen.function import Function
from symlstm.codegen.numpy_calls import NumpyCalls, bare_names, scalar_names
from symlstm.errors import InputError, MissingToolError, UnknownNameError
from symlstm.notation import Profile
from symlstm.notation import notation as find_notation
from symlstm.notation.glyph import GREEK
from symlstm.printing.latex import LatexPrinter
from symlstm.printing.rows import laid_out
from symlstm.printing.view import printer_of

__all__ = ["listing", "source_listing"]


def listing(function: Function | Callable[..., Any] | str, *, notation: str | Profile | None = None) -> str:
    r"""Typeset a Python function as LaTeX: the function that `lambdify` generated, your own, or Python source.

    A matrix product is printed side by side, an elementwise one with ⊙, `np.concatenate((h, x))` as [h; x]. Names of
    a generated function print in `notation` (the default profile when None), for row vectors where it writes rows; your
    own names print as they are unless `notation` is given. Needs amsmath. The function is read, never run.
    Raises InputError for what cannot be read or typeset, MissingToolError where latexify-py is not installed.

    >>> def gate(W, U, h, x, b):
    ...     return sigmoid(W @ x + U @ h + b)
    >>> print(listing(gate))
    \begin{aligned}
    &\mathbf{return}\; \sigma(W x + U h + b)
    \end{aligned}
    """
    if isinstance(function, Function):
        profile = find_notation(notation or "default")
        if profile.layout == "row":
            function = Function(laid_out(function.system, profile))
        printer = printer_of(LatexPrinter, function.system, notation or "default")
        known = function.columns.symbols
        body = _functions(function.source, "the generated code")[function.name]
        return _typeset(body, notation, lambda name: printer.name(name) if name in known else _plain_name(name))
    if isinstance(function, str):
        return source_listing(textwrap.dedent(function), "the source", notation=notation)
    try:
        source = textwrap.dedent(inspect.getsource(function))
    except (OSError, TypeError):
        raise InputError(
            f"listing: the source of {function!r} cannot be found; define it in a file or give its source as text"
        ) from None
    found = _functions(source, repr(function))
    return _typeset(next(iter(found.values())), notation)


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
        methods = [known for known in found if known.endswith(f".{name}")]
        if len(methods) != 1:
            raise UnknownNameError(f"function in {where}", name, methods or found)
        name = methods[0]
    return _typeset(found[name or next(iter(found))], notation)


def _functions(source: str, where: str) -> dict[str, ast.FunctionDef]:
    try:
        tree = ast.parse(source)
    except (RecursionError, MemoryError):
        raise InputError(f"{where}: not readable: nested too deeply") from None
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        raise InputError(f"{where}: not valid Python{f', line {line}' if line else ''}: {error.args[0]}") from None
    found: dict[str, ast.FunctionDef] = {}
    owners: list[ast.Module | ast.ClassDef] = [tree, *(node for node in tree.body if isinstance(node, ast.ClassDef))]
    for owner in owners:
        prefix = f"{owner.name}." if isinstance(owner, ast.ClassDef) else ""
        found |= {prefix + node.name: node for node in owner.body if isinstance(node, ast.FunctionDef)}
    if not found:
        raise InputError(f"{where}: expected a function (def …), found none")
    return found


def _typeset(
    function: ast.FunctionDef, notation: str | Profile | None, name: Callable[[str], str] | None = None
) -> str:
    """The function in a notation; `name` writes an identifier, `_names` when left out."""
    typeset = _latexify()
    name, profile = name or _names(notation), find_notation(notation or "default")
    for node in ast.walk(function):
        if node is not function and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            raise InputError(f"listing: {function.name} holds another function in line {node.lineno}; typeset it alone")
    try:
        expressions = typeset.Expressions(name, scalar_names(function), bare_names(function), profile)
        lines = _Plain().visit(NumpyCalls().visit(function))
        straight = all(isinstance(node, ast.Assign | ast.AugAssign | ast.Return) for node in lines.body)
        return str((typeset.AlignedFunction if straight else typeset.Algorithm)(expressions).visit(lines))
    except import_module("latexify.exceptions").LatexifyError as error:
        raise InputError(f"listing: {function.name} holds what cannot be typeset: {_place(function, error)}") from None
    except (RecursionError, ValueError):
        raise InputError(
            f"listing: {function.name} is nested too deeply, or a number is too long, to typeset"
        ) from None


def _place(function: ast.FunctionDef, error: Exception) -> str:
    """latexify-py names the kind of node; the line is that of the first such node."""
    kind = str(error).rpartition(" ")[2]
    lines = [getattr(node, "lineno", 0) for node in ast.walk(function) if type(node).__name__ == kind]
    return f"{error}" + (f" in line {min(lines)}" if lines else "")


def _latexify() -> Any:
    try:
        return import_module("symlstm.codegen.typeset")
    except ModuleNotFoundError as error:
        raise MissingToolError(
            f"listing needs the package latexify-py ({error.name} is not installed); "
            "it supports Python up to 3.13: pip install latexify-py"
        ) from None


class _Plain(ast.NodeTransformer):
    """Drops what says nothing in mathematics: docstrings, assertions, guards that raise, prints, imports, `with`."""

    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        for block in ("body", "orelse"):
            statements = getattr(node, block, None)
            if isinstance(statements, list):
                inner = [deeper for statement in statements for deeper in _unwrapped(statement)]
                setattr(node, block, [statement for statement in inner if not _is_silent(statement)])
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        if node.value is None:
            return None
        return ast.copy_location(ast.Assign(targets=[node.target], value=node.value), node)


def _unwrapped(statement: ast.stmt) -> list[ast.stmt]:
    return statement.body if isinstance(statement, ast.With) else [statement]


def _is_silent(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.If):
        return all(map(_is_silent, statement.body)) and all(map(_is_silent, statement.orelse))
    if isinstance(statement, ast.Expr):
        call = statement.value
        is_print = isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "print"
        return isinstance(call, ast.Constant) or is_print
    return isinstance(statement, ast.Assert | ast.Import | ast.ImportFrom | ast.Pass | ast.Raise)


def _names(notation: str | Profile | None) -> Callable[[str], str]:
    """The profile's names for what it knows (f, h_prev, d_W_f), the identifier itself for everything else."""
    if notation is None:
        return _plain_name
    profile = find_notation(notation)
    printer = LatexPrinter(profile)
    timed = r"(?:[fioghxc]|[a-z]_prev)"
    of_gate = rf"(?:{'|'.join(profile.families)})_[a-z]"
    known = re.compile(rf"(?:d_|seed_|dot_)?(?:{timed}|{of_gate})")
    return lambda identifier: printer.name(identifier) if known.fullmatch(identifier) else _plain_name(identifier)


def _plain_name(identifier: str) -> str:
    return _written(identifier.rstrip("_")) + "'" * (len(identifier) - len(identifier.rstrip("_")))


def _written(identifier: str) -> str:
    """An identifier as it is: h_prev and prev_h with a subscript, dW as two letters, alpha as a Greek one."""
    parts = [part for part in identifier.split("_") if part]
    if len(parts) > 1 and not _is_letter(parts[0]):
        letters = [part for part in parts if _is_letter(part)]
        if len(letters) != 1:
            return r"\mathrm{" + r"\_".join(parts) + "}"
        parts = [letters[0], *(part for part in parts if part != letters[0])]
    if not parts:
        return r"\mathrm{\_}"
    head = parts[0].rstrip("0123456789") or parts[0]
    digits = parts[0][len(head) :]
    text = "\\" + head if head in GREEK else head if _is_letter(head) else rf"\mathrm{{{head}}}"
    below = ",".join(
        part if len(part) == 1 or part.isdigit() else rf"\mathrm{{{part}}}" for part in [digits, *parts[1:]] if part
    )
    if not below:
        return text
    return f"{text}_{below}" if len(below) == 1 else f"{text}_{{{below}}}"


def _is_letter(part: str) -> bool:
    """x, dx and alpha print as letters."""
    bare = part.rstrip("0123456789")
    return len(bare) == 1 or (len(bare) == 2 and bare[0] == "d") or bare in GREEK
