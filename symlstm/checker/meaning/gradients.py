"""Gradients of the loss with respect to a written name: of all steps, of one loss, of a definition, of a label of δ."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from sympy import MatrixExpr

from symlstm.algebra import add, matmul, ones, scale, transpose
from symlstm.checker.meaning.frame import TimeFrame
from symlstm.checker.meaning.names import resolve, step_of
from symlstm.checker.meaning.problems import Beyond, NotUnderstood, UnknownSymbol
from symlstm.checker.meaning.scope import Scope, inside
from symlstm.checker.meaning.showing import shown
from symlstm.checker.meaning.spelling import Spelling, spell
from symlstm.checker.meaning.stacks import stacked_value
from symlstm.checker.meaning.symbols import Defined, Meaning, Quantity
from symlstm.checker.meaning.values import Value
from symlstm.checker.reader.tree import Group, Name, Scripted, Stack, Tree
from symlstm.system import System

__all__ = ["gradient", "gradient_of_label", "without_in"]

_DELTAS = frozenset({"delta", "Delta", "epsilon", "nabla", "d"})
_MOST_DEPTH = 20


def gradient(tree: Tree, scope: Scope, loss: Spelling | None, written: str = "partial") -> Value:
    """The gradient of the loss with respect to a name, of its shape; `written` is the sign in front, such as "d".

    Raises UnknownSymbol, NotUnderstood, NeedsTime, Beyond.
    """
    tree, seed = without_in(tree)
    spelling, found = resolve(tree, scope)
    if not found:
        raise UnknownSymbol(shown(tree), scope.table.candidates(spelling), tree.span)
    if written == "d" and spelling.head == "Gamma":
        found = _also_net_input(found, scope)
    meaning = scope.choices.pick(f"gradient {spelling.key}", found, _notes(found, f"{written} {spelling.key}"))
    step = step_of(spelling, scope)
    if isinstance(meaning, Defined):
        if scope.depth > _MOST_DEPTH:
            raise NotUnderstood(f"{shown(tree)} is defined by itself", tree.span)
        return _of_defined(meaning.tree, inside(scope, meaning, step), loss, written)
    if not isinstance(meaning, Quantity):
        raise NotUnderstood(f"the gradient of {shown(tree)}, which is no quantity", tree.span)
    if meaning.derived:
        raise NotUnderstood(f"the gradient of a gradient, {shown(tree)}", tree.span)
    carried = written == "d" and "next" in _words(tree) and meaning.name not in _counted(scope)
    return _of_quantity(replace(meaning, derived="seed" if seed or carried else "d"), step, loss, scope)


def _notes(found: Sequence[Meaning], written: str) -> list[str]:
    return [f"{written} read as the gradient of {item.name}" if isinstance(item, Quantity) else "" for item in found]


def _of_quantity(quantity: Quantity, step: int | None, loss: Spelling | None, scope: Scope) -> Value:
    if step is None and quantity.name in scope.frame.cell.parameters:
        step = scope.share
    if loss is not None and loss.times and isinstance(scope.frame, TimeFrame):
        return _of_one_loss(quantity, step, scope.moment(loss.times[-1]), scope.frame, scope)
    return scope.value(quantity, step, kind="gradient")


def _of_defined(tree: Tree, scope: Scope, loss: Spelling | None, written: str) -> Value:
    """The gradient with respect to something that a text defines: of a stack it is the stack of the gradients."""
    if not isinstance(tree, Stack):
        return gradient(tree, scope, loss, written)
    scope = scope.binding(share=scope.bound.get("t"))
    rows = [[gradient(entry, scope, loss, written).matrix for entry in row] for row in tree.rows]
    return Value(stacked_value(rows, tree), kind="gradient")


def _counted(scope: Scope) -> tuple[str, ...]:
    """The outputs of the cell whose whole gradient flows in from outside."""
    cell, symbols = scope.frame.cell, scope.frame.system.symbols
    return tuple(name for name in cell.outputs if f"seed_{name}" in symbols and not _used(cell, name))


def _used(cell: System, name: str) -> bool:
    symbol = cell.symbols[name]
    return any(symbol in line.rhs.free_symbols for line in cell.lines)


def _words(tree: Tree) -> set[str]:
    """The words in the scripts of a name."""
    scripts = (*tree.subs, *tree.sups) if isinstance(tree, Scripted) else ()
    found = {part.text for part in scripts if isinstance(part, Name)}
    return found | set(tree.text.split("_")[1:]) if isinstance(tree, Name) else found


def without_in(tree: Tree) -> tuple[Tree, bool]:
    """A name without the mark "in" of what flows in from outside."""
    if isinstance(tree, Scripted):
        kept = tuple(part for part in tree.sups if not (isinstance(part, Name) and part.text == "in"))
        if len(kept) != len(tree.sups):
            return replace(tree, sups=kept), True
        inner, seed = without_in(tree.body)
        return (replace(tree, body=inner), True) if seed else (tree, False)
    return tree, False


def _also_net_input(found: Sequence[Meaning], scope: Scope) -> list[Meaning]:
    """The meanings, and the net inputs of those that are gates: dΓ is the gradient of either."""
    names = [f"a_{item.name}" for item in found if isinstance(item, Quantity)]
    return [*found, *(Quantity(name) for name in names if name in scope.table.names)]


def _of_one_loss(quantity: Quantity, step: int | None, at: int, frame: TimeFrame, scope: Scope) -> Value:
    """The gradient of the loss of one step alone: the sum of (∂h_k/∂q)ᵀ seed. Raises NotUnderstood, Beyond."""
    plain = replace(quantity, derived="")
    terms = [_through(frame, of, frame.name(plain, step), seed) for of, seed in _ends(frame, at)]
    if not terms:
        raise NotUnderstood("the loss of one step")
    total = add(*terms)
    return Value(scale(frame.steps, total) if scope.table.mean_loss else total, kind="gradient")


def _ends(frame: TimeFrame, at: int) -> Iterator[tuple[str, MatrixExpr]]:
    """Where the loss of one step is seen, and the gradients there: 1 for a share of the loss, else the seed."""
    cell, symbols = frame.cell, frame.system.symbols
    for name in cell.losses:
        yield f"{name}_{at}", ones(cell.symbols[name].shape)
    for name in cell.outputs:
        if (seed := symbols.get(f"seed_{name}_{at}")) is not None:
            yield f"{name}_{at}", seed


def _through(frame: TimeFrame, of: str, by: str, seed: MatrixExpr) -> MatrixExpr:
    """What a gradient at one quantity comes to at another. Raises Beyond."""
    if of == by:
        return seed
    if by not in frame.forward.symbols or of not in frame.forward:
        raise Beyond(f"{of} by {by}")
    return matmul(transpose(frame.jacobian(of, by, "total")), seed)


def gradient_of_label(spelling: Spelling, scope: Scope, tree: Tree) -> Value | None:
    r"""\delta_t^f, \delta_{C_t}, \delta^{a_f}_t: a delta whose label says which gradient it is, else None."""
    if spelling.head not in _DELTAS or not spelling.label_trees:
        return None
    target = spelling.label_trees[0]
    if isinstance(target, Group):
        target = target.body
    inner = spell(target, scope.indices)
    if inner is None:
        return None
    step = step_of(inner, scope) if inner.times else step_of(spelling, scope)
    gate = scope.table.gate(inner.key)
    if gate and f"a_{gate}" in scope.table.names and not inner.times:
        options = (Quantity(f"a_{gate}", "d"), Quantity(gate, "d"))
        notes = (
            f"{shown(tree)} read as the gradient of the net input",
            f"{shown(tree)} read as the gradient of {gate}",
        )
        return scope.value(scope.choices.pick(f"delta {gate}", options, notes), step, kind="gradient")
    _, found = resolve(target, scope)
    if not found or not isinstance(found[0], Quantity):
        return None
    return scope.value(replace(found[0], derived="d"), step, kind="gradient")
