"""What the source of a function tells: the names of what it returns, and the keys of dicts that it reads."""

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

__all__ = ["Structure", "keys_of", "loops_over_time", "returned", "speaks_of_a_batch", "tree_of"]

Structure = Any  # a name, a list of structures, or None where the source does not say


@lru_cache(maxsize=256)
def tree_of(function: Callable[..., Any]) -> ast.FunctionDef | ast.Lambda | None:
    """The syntax tree of a function, None where its source is not to be had."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(function))))
    except (OSError, TypeError, SyntaxError, ValueError):
        return None
    kinds = ast.FunctionDef | ast.Lambda
    return next((node for node in ast.walk(tree) if isinstance(node, kinds)), None)


def keys_of(function: Callable[..., Any] | None) -> list[str]:
    """The text constants that stand in square brackets, and the keys of dicts: parameters["Wf"], {"dWf": …}."""
    tree = None if function is None else tree_of(function)
    if tree is None:
        return []
    found: list[ast.expr | None] = [node.slice for node in ast.walk(tree) if isinstance(node, ast.Subscript)]
    found += [key for node in ast.walk(tree) if isinstance(node, ast.Dict) for key in node.keys]
    return [str(node.value) for node in found if isinstance(node, ast.Constant) and isinstance(node.value, str)]


def returned(function: Callable[..., Any]) -> Structure:
    """What the last return statement names."""
    tree = tree_of(function)
    if tree is None:
        return None
    if isinstance(tree, ast.Lambda):
        return _named(tree.body, tree)
    returns = [node for node in _statements(tree) if isinstance(node, ast.Return) and node.value is not None]
    return _named(returns[-1].value, tree) if returns else None


def speaks_of_a_batch(function: Callable[..., Any] | None) -> bool:
    """Whether it sums or averages along an axis, or names a batch, in code or in words such as (n_a, m) and (N, D)."""
    tree = None if function is None else tree_of(function)
    if tree is None:
        return False
    for node in ast.walk(tree):
        name = str(getattr(node, "id", getattr(node, "arg", "")) or "")
        if "batch" in name.lower() or (isinstance(node, ast.Call) and _sums_along_an_axis(node)):
            return True
    words = ast.get_docstring(tree) or "" if isinstance(tree, ast.FunctionDef) else ""
    return bool(re.search(r"batch|\(\s*N\s*,|,\s*m\s*[,)]|\bexamples\b", words))


def loops_over_time(function: Callable[..., Any]) -> bool:
    """Whether it has a loop over numbers, several things at once, something backwards, or an argument."""
    tree = tree_of(function)
    if tree is None:
        return False
    arguments = {node.arg for node in ast.walk(tree.args) if isinstance(node, ast.arg)}
    loops = [node.iter for node in ast.walk(tree) if isinstance(node, ast.For | ast.comprehension)]
    return any(isinstance(node, ast.While) for node in ast.walk(tree)) or any(
        _counts(loop, arguments) for loop in loops
    )


def _counts(iterated: ast.expr, arguments: set[str]) -> bool:
    if isinstance(iterated, ast.Call):
        return getattr(iterated.func, "id", "") in ("range", "reversed", "enumerate", "zip")
    return isinstance(iterated, ast.Subscript) or getattr(iterated, "id", "") in arguments


def _sums_along_an_axis(node: ast.Call) -> bool:
    """np.sum(a, axis=1), a.sum(0), a.mean(axis=0, keepdims=True)."""
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    owner = getattr(getattr(node.func, "value", None), "id", "")
    positional = len(node.args) > (1 if owner in ("np", "numpy") or isinstance(node.func, ast.Name) else 0)
    keywords = {word.arg for word in node.keywords}
    return name in ("sum", "mean") and (positional or bool(keywords & {"axis", "keepdims"}))


def _statements(tree: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a function in order, without those of functions inside."""
    for node in ast.iter_child_nodes(tree):
        if not isinstance(node, ast.FunctionDef | ast.Lambda | ast.ClassDef):
            yield node
            yield from _statements(node)


def _named(node: ast.AST | None, tree: ast.AST) -> Structure:
    """The name of an expression: of a transpose or a call, that of what it is applied to."""
    if isinstance(node, ast.Name):
        return _assigned(node.id, tree)
    if isinstance(node, ast.Tuple | ast.List):
        return [_named(item, tree) for item in node.elts]
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
        return node.slice.value
    if isinstance(node, ast.Attribute | ast.Subscript):
        return _named(node.value, tree)
    if isinstance(node, ast.Call):
        inner = [*node.args, *([node.func.value] if isinstance(node.func, ast.Attribute) else [])]
        return next((name for name in (_named(part, tree) for part in inner) if isinstance(name, str)), None)
    return None


def _assigned(name: str, tree: ast.AST) -> Structure:
    """The names of the tuple that a name stands for, or the name."""
    tuples = [
        node.value
        for node in _statements(tree)
        if isinstance(node, ast.Assign) and [getattr(target, "id", "") for target in node.targets] == [name]
    ]
    if tuples and isinstance(tuples[-1], ast.Tuple):
        return [_named(item, tree) for item in tuples[-1].elts if not isinstance(item, ast.Starred)]
    return name
