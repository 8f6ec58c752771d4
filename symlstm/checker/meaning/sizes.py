r"""Sizes: n, n + d and 2 n as they stand in \mathbf{0}_{n \times (n + d)}, I_n and \sqrt{n}."""

from collections.abc import Callable
from functools import lru_cache

from sympy import Expr, Identity, Integer, MatrixExpr, S

from symlstm.algebra import ones, transpose, zeros
from symlstm.checker.meaning.scope import Scope
from symlstm.checker.meaning.spelling import TRANSPOSES
from symlstm.checker.reader.tree import Group, Name, Number, Product, Scripted, Sum, Tree
from symlstm.system import System

__all__ = ["constant", "size_of"]


@lru_cache(maxsize=128)
def _sizes(system: System) -> dict[str, Expr]:
    """The symbols in the shapes of a System, by name."""
    sides = (side for symbol in system.symbols.values() for side in symbol.shape)
    return {str(symbol): symbol for side in sides for symbol in side.free_symbols}


def size_of(tree: Tree, scope: Scope) -> Expr | None:
    """The size that a tree writes; None for anything else."""
    rule = _RULES.get(type(tree))
    return rule(tree, scope) if rule else None


def _product(tree: Product, scope: Scope) -> Expr | None:
    if any(tree.operators):
        return None
    factors = [size_of(factor, scope) for factor in tree.factors]
    return None if None in factors else S.One * _times(factors)


def _times(factors: list[Expr | None]) -> Expr:
    total = S.One
    for factor in factors:
        total = total * factor
    return total


def _sum(tree: Sum, scope: Scope) -> Expr | None:
    total = S.Zero
    for sign, term in zip(tree.signs, tree.terms, strict=True):
        size = size_of(term, scope)
        if size is None:
            return None
        total = total + sign * size
    return total


_RULES: dict[type, Callable[..., Expr | None]] = {
    Name: lambda tree, scope: _sizes(scope.frame.cell).get(tree.text),
    Number: lambda tree, scope: Integer(int(tree.text)) if tree.text.isdigit() else None,
    Group: lambda tree, scope: size_of(tree.body, scope),
    Product: _product,
    Sum: _sum,
}


def constant(tree: Scripted, scope: Scope) -> MatrixExpr | None:
    r"""\mathbf{1}_{n \times B}, \mathbf{0}_{n \times n}, I_n: a constant with its size; None for anything else."""
    letter = tree.body.text if isinstance(tree.body, Name | Number) else ""
    turned = set(map(_text, tree.sups)) <= TRANSPOSES
    if letter not in ("0", "1", "I") or len(tree.subs) != 1 or tree.primes or not turned:
        return None
    written = tree.subs[0]
    if letter == "I":
        size = size_of(written, scope)
        return None if size is None else Identity(size)
    if not isinstance(written, Product) or written.operators != ("times",):
        return None
    rows, columns = (size_of(factor, scope) for factor in written.factors)
    if rows is None or columns is None:
        return None
    matrix = (ones if letter == "1" else zeros)((rows, columns))
    return transpose(matrix) if len(tree.sups) % 2 else matrix


def _text(tree: Tree) -> str:
    return tree.text if isinstance(tree, Name) else ""
