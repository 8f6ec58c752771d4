"""Losses: what a text calls one, and the derivatives and chains of derivatives that lead from one."""

from collections.abc import Sequence
from dataclasses import replace

from symlstm.checker.meaning.aliases import LOSSES
from symlstm.checker.meaning.frame import TimeFrame
from symlstm.checker.meaning.scope import TIMES, Scope
from symlstm.checker.meaning.showing import shown
from symlstm.checker.meaning.spelling import Spelling, spell
from symlstm.checker.meaning.symbols import SymbolTable
from symlstm.checker.meaning.walking import trees_in
from symlstm.checker.reader.tree import Big, Call, Differential, Fraction, Tree

__all__ = ["is_derivative", "leads_from_loss", "loss_of", "sums_over_copies", "tells_losses_apart"]


def loss_of(tree: Tree, scope: Scope) -> Spelling | None:
    """The loss, if it is one: L, E, J, also L_t, and l(y_t, o_t)."""
    spelling = spell(tree, scope.indices)
    if spelling is None and isinstance(tree, Call):  # l(y_t, o_t) is the loss of step t
        spelling = spell(tree.function, scope.indices)
        inner = [spell(part, scope.indices) for part in tree.arguments]
        times = tuple(moment for part in inner if part is not None for moment in part.times)
        spelling = replace(spelling, times=times) if spelling is not None else None
    if spelling is None or spelling.accents or spelling.head not in LOSSES:
        return None
    if spelling.head == "C" and scope.table.meanings(replace(spelling, labels=(), label_trees=())):
        return None
    if spelling.head in ("l", "J", "E") and scope.table.declared.get(spelling.key):
        return None
    return spelling


def is_derivative(tree: Tree) -> bool:
    """Whether a fraction is a derivative."""
    return (
        isinstance(tree, Fraction)
        and isinstance(tree.numerator, Differential)
        and isinstance(tree.denominator, Differential)
    )


def _differentiated(tree: Tree) -> Tree | None:
    """What a derivative is of; None for anything else."""
    if isinstance(tree, Fraction) and is_derivative(tree) and isinstance(tree.numerator, Differential):
        return tree.numerator.body
    return None


def leads_from_loss(factors: Sequence[Tree], scope: Scope) -> bool:
    """Whether a product is a chain that begins or ends with the gradient of a loss."""
    for tree in factors:
        above = _differentiated(tree)
        if above is not None and loss_of(above, scope) is not None:
            return True
        if isinstance(tree, Differential) and tree.symbol in ("delta", "nabla"):
            return True
    return False


def sums_over_copies(factors: Sequence[Tree], scope: Scope) -> bool:
    """Whether a chain leads from the whole loss, or along a ∏, to a weight: ∂h_t/∂W is then that of the copy at t."""
    for tree in factors:
        if any(isinstance(part, Big) and part.kind == "prod" for part in (tree, getattr(tree, "body", None))):
            return True
        above = _differentiated(tree)
        loss = loss_of(above, scope) if above is not None else None
        copies = loss is not None and (not loss.times or _at_other_step(factors, loss, scope))
        if copies and isinstance(scope.frame, TimeFrame):
            return True
    return False


def _at_other_step(factors: Sequence[Tree], loss: Spelling, scope: Scope) -> bool:
    r"""Whether a chain from L_t ends with ∂h_k/∂W, where \sum_k runs over the copies of W."""
    above = _differentiated(factors[-1])
    spelling = spell(above, scope.indices) if above is not None else None
    times = {shown(part) for part in spelling.times} if spelling else set()
    return bool(times & scope.bound.keys()) and not times & {shown(part) for part in loss.times}


def tells_losses_apart(table: SymbolTable, *sides: Tree) -> bool:
    """Whether derivatives of L and of L_t both stand in a claim, which in a single step are the same."""
    timed = set()
    for tree in trees_in(sides):
        if not isinstance(tree, Differential) or tree.symbol not in ("partial", "d", "nabla") or tree.body is None:
            continue
        spelling = spell(tree.body, TIMES)
        if spelling is None or spelling.head not in LOSSES:
            continue
        if not table.meanings(replace(spelling, labels=(), label_trees=())):
            timed.add(bool(spelling.times))
    return len(timed) == 2
