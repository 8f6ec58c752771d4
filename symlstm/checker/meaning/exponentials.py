r"""Exponentials: e^{-x} as exp(-x), where e is no name of the text."""

from symlstm.checker.meaning.names import resolve
from symlstm.checker.meaning.scope import TIMES, Scope
from symlstm.checker.meaning.spelling import TRANSPOSES, is_index
from symlstm.checker.reader.tree import Call, FunctionName, Name, Scripted

__all__ = ["exponential_of"]


def exponential_of(tree: Scripted, scope: Scope) -> Call | None:
    r"""The call of exp that a power of e is; None for e_t, e^T and e^{(t)}, or where e means something here."""
    body = tree.body
    if not isinstance(body, Name) or body.text != "e" or tree.subs or tree.primes or len(tree.sups) != 1:
        return None
    above = tree.sups[0]
    if is_index(above, TIMES) or (isinstance(above, Name) and above.text in TRANSPOSES):
        return None
    if resolve(body, scope)[1]:
        return None
    return Call(tree.span, FunctionName(body.span, "exp"), (above,))
