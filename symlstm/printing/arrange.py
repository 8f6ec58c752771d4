"""The order in which a text writes terms, factors and equations."""

from collections.abc import Sequence
from typing import TypeVar

from sympy import Basic, HadamardProduct, MatAdd, MatrixExpr, MatrixSymbol, OneMatrix, Transpose

from symlstm.algebra import Apply, rebuild, symbols_of
from symlstm.algebra.build import factors
from symlstm.algebra.rewrite import children
from symlstm.notation import Profile
from symlstm.notation.suffix import split
from symlstm.system import Equation, Role

__all__ = ["arranged", "in_order"]

T = TypeVar("T")


def arranged(expression: MatrixExpr, profile: Profile) -> MatrixExpr:
    """The expression with its sums and elementwise products in the order of the profile's `terms` and `factors`.

    A listed word is a name (`f`), the family of a parameter (`W`), a function of a name (`tanh(c)`) or `1-f`. Listed
    terms change places among themselves, factors only where all of them are listed; everything else stays.
    """
    if not profile.terms and not profile.factors:
        return expression
    parts = children(expression)
    if isinstance(expression, MatrixSymbol) or not parts:
        return expression
    new = [arranged(part, profile) if isinstance(part, MatrixExpr) else part for part in parts]
    if isinstance(expression, MatAdd):
        new = _among_themselves(new, [_rank_of_term(term, profile.terms) for term in new])
    elif isinstance(expression, HadamardProduct):
        ranks = [_rank(factor, profile.factors) for factor in new]
        new = new if None in ranks else _among_themselves(new, ranks)
    if new == parts:
        return expression
    return expression.func(*new) if isinstance(expression, MatAdd | HadamardProduct) else rebuild(expression, new)


def in_order(lines: Sequence[Equation], profile: Profile) -> list[Equation]:
    """The equations in the order in which the text writes them, layer by layer, a net input before its gate.

    They stay as they are where one would stand above what it uses.
    """
    layers = {suffix: k for k, suffix in enumerate(dict.fromkeys(split(line.name).suffix for line in lines))}

    def rank(line: Equation) -> int | None:
        order, owner = profile.at(line.name).order, _owner(line)
        return layers[split(line.name).suffix] * len(lines) + order.index(owner) if owner in order else None

    new = _among_themselves(lines, [rank(line) for line in lines])
    return new if _is_defined_before_use(new) else list(lines)


def _is_defined_before_use(lines: Sequence[Equation]) -> bool:
    to_come = {line.lhs for line in lines}
    for line in lines:
        if not to_come.isdisjoint(symbols_of(line.rhs)):
            return False
        to_come.discard(line.lhs)
    return True


def _owner(line: Equation) -> str:
    name = split(line.name).bare
    return name.partition("_")[2] if line.role is Role.NET_INPUT else name


def _among_themselves(items: Sequence[T], ranks: Sequence[int | None]) -> list[T]:
    """The ranked items sorted into the places that they have, the others where they are."""
    ranked = sorted(((rank, k) for k, rank in enumerate(ranks) if rank is not None))
    new = list(items)
    for place, (_, k) in zip([k for k, rank in enumerate(ranks) if rank is not None], ranked, strict=True):
        new[place] = items[k]
    return new


def _rank(node: Basic, words: Sequence[str]) -> int | None:
    name = _word(node)
    for word in (name, name.partition("_")[0] if not name.endswith("_prev") else name):
        if word in words:
            return words.index(word)
    return None


def _rank_of_term(term: MatrixExpr, words: Sequence[str]) -> int | None:
    """A term is known by its first factor; a matrix product by the first that is listed, W in W x and in x W."""
    if isinstance(term, HadamardProduct):
        return _rank(term.args[0], words)
    inner = [factor.arg if isinstance(factor, Transpose) else factor for factor in factors(term)[1]]
    if len(inner) == 1 and isinstance(inner[0], HadamardProduct):
        inner = list(inner[0].args[:1])
    return next((rank for factor in inner if (rank := _rank(factor, words)) is not None), None)


def _word(node: Basic) -> str:
    """How `terms` and `factors` call a factor."""
    if isinstance(node, MatrixSymbol):
        return split(str(node.name)).bare
    if isinstance(node, Apply) and isinstance(node.argument, MatrixSymbol):
        return f"{node.activation.name}({split(str(node.argument.name)).bare})"
    if isinstance(node, MatAdd) and len(node.args) == 2 and isinstance(node.args[0], OneMatrix):
        number, matrices = factors(node.args[1])
        if number == -1 and len(matrices) == 1 and isinstance(matrices[0], MatrixSymbol):
            return f"1-{split(str(matrices[0].name)).bare}"
    return ""
