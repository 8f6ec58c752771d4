"""Losses: whether a claim speaks of the loss of one step, L_t, beside the loss of the sequence, L."""

from symlstm.checker.meaning.aliases import LOSSES
from symlstm.checker.meaning.scope import TIMES
from symlstm.checker.meaning.spelling import spell
from symlstm.checker.meaning.symbols import SymbolTable
from symlstm.checker.meaning.walking import trees_in
from symlstm.checker.reader.tree import Differential, Tree

__all__ = ["tells_losses_apart"]


def tells_losses_apart(table: SymbolTable, *sides: Tree) -> bool:
    """Whether derivatives of L and of L_t both stand in a claim, which in a single step are the same."""
    timed = set()
    for tree in trees_in(sides):
        spelling = spell(tree.body, TIMES) if isinstance(tree, Differential) and tree.body is not None else None
        if spelling is not None and spelling.head in LOSSES and not table.meanings(spelling):
            timed.add(bool(spelling.times))
    return len(timed) == 2
