"""Functions in the equations of a text: σ, tanh, those that the user declares, and those that nobody does."""

from collections.abc import Mapping

from symlstm.checker.given.writing import written
from symlstm.checker.meaning.aliases import ACTIVATIONS
from symlstm.checker.meaning.showing import shown
from symlstm.checker.meaning.spelling import spell
from symlstm.checker.reader.tree import Call, FunctionName, Scripted, Tree
from symlstm.errors import InputError

__all__ = ["function_of", "head_of", "is_function"]

_MATRICES = frozenset("wuvr")
_UNITS = frozenset({"sigma", "sigmoid", "tanh"})


def head_of(tree: Tree) -> Tree:
    """What carries the powers and primes of a function: tanh of tanh²."""
    while isinstance(tree, Scripted) and isinstance(tree.body, FunctionName | Scripted):
        tree = tree.body
    return tree


def is_function(call: Call, declared: Mapping[str, str], known: frozenset[str]) -> bool:
    """Whether a call is that of a function, and no product. Raises InputError for a function that nobody declares.

    `declared` gives the functions of the user; `known` are the names that are quantities.
    """
    function = head_of(call.function)
    if isinstance(function, FunctionName):
        return True
    spelling = spell(function, frozenset())
    if spelling is None:
        return False
    if spelling.key in declared or spelling.key in ACTIVATIONS:
        return True
    if spelling.head in _UNITS:
        return True
    name = written(function)
    if name is not None and (name.offset is not None or name.base in known):
        return False
    letter = spelling.head[0]
    if letter.isupper() or letter in _MATRICES or spelling.labels:
        return False
    raise InputError(_unknown(function))


def _unknown(function: Tree) -> str:
    symbol = shown(function)
    return f"what function is {symbol}(·)? declare it, for example where={{r'{symbol}': 'tanh'}}"


def function_of(call: Call, declared: Mapping[str, str]) -> Tree:
    """The function of a call, one that the user declares by the name that it has here."""
    spelling = spell(call.function, frozenset())
    if spelling is not None and spelling.key in declared:
        return FunctionName(call.function.span, declared[spelling.key])
    return call.function
