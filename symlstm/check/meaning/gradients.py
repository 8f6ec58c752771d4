"""Gradients: what ∂L/∂q, dq, δq and a delta with a label stand for."""

from dataclasses import replace

from symlstm.algebra import add, matmul, ones, scale, transpose
from symlstm.check.meaning.frame import TimeFrame
from symlstm.check.meaning.names import resolve, step_of
from symlstm.check.meaning.problems import Beyond, NotUnderstood, UnknownSymbol
from symlstm.check.meaning.scope import Scope, inside
from symlstm.check.meaning.showing import shown
from symlstm.check.meaning.spelling import Spelling, spell
from symlstm.check.meaning.stacks import stacked_value
from symlstm.check.meaning.symbols import Defined, Meaning, Quantity
from symlstm.check.meaning.values import Value, transposed
from symlstm.check.reader.tree import Group, Name, Scripted, Stack, Tree

__all__ = ["gradient", "gradient_of_label"]


def gradient(tree: Tree, scope: Scope, loss: Spelling | None, written: str = "partial") -> Value:
    """The gradient of the loss with respect to a written name."""
    tree, seed = _without_in(tree)
    spelling, found = resolve(tree, scope)
    if not found:
        raise UnknownSymbol(shown(tree), scope.table.candidates(spelling), tree.span)
    if written == "d" and spelling.head == "Gamma":
        found = _also_net_input(found, scope)
    notes = [f"{written} {spelling.key} read as the gradient of {item.name}" if isinstance(item, Quantity) else ""
             for item in found]  # fmt: skip
    meaning = scope.choices.pick(f"gradient {spelling.key}", found, notes)
    step = step_of(spelling, scope)
    if isinstance(meaning, Defined):
        if scope.depth > 20:
            raise NotUnderstood(f"{shown(tree)} is defined by itself", tree.span)
        return _of_defined(meaning.tree, inside(scope, meaning, step), loss, written)
    if not isinstance(meaning, Quantity):
        raise NotUnderstood(f"the gradient of {shown(tree)}, which is no quantity", tree.span)
    if meaning.derived:
        raise NotUnderstood(f"the gradient of a gradient, {shown(tree)}", tree.span)
    carried = written == "d" and "next" in _words(tree) and meaning.name not in _counted(scope)
    quantity = replace(meaning, derived="seed" if seed or carried else "d")
    if step is None and meaning.name in scope.frame.cell.parameters:
        step = scope.share
    if loss is not None and loss.times and isinstance(scope.frame, TimeFrame):
        return _of_one_loss(quantity, step, scope.moment(loss.times[-1]), scope)
    value = scope.value(quantity, step, kind="gradient")
    return replace(transposed(value), kind="gradient") if spelling.transposed else value


def _of_defined(tree: Tree, scope: Scope, loss: Spelling | None, written: str) -> Value:
    """The gradient with respect to something that a text defines: of a stack it is the stack of the gradients."""
    if not isinstance(tree, Stack):
        return gradient(tree, scope, loss, written)
    scope = scope.binding(share=scope.bound.get("t"))
    rows = [[gradient(entry, scope, loss, written).matrix for entry in row] for row in tree.rows]
    return Value(stacked_value(rows, tree), kind="gradient")


def _counted(scope: Scope) -> tuple[str, ...]:
    """The outputs of the cell whose whole gradient flows in from outside."""
    cell = scope.frame.cell
    return tuple(
        name for name in cell.outputs if f"seed_{name}" in scope.frame.system.symbols and not _used(cell, name)
    )


def _used(cell: object, name: str) -> bool:
    symbol = cell.symbols[name]  # type: ignore[attr-defined]
    return any(symbol in line.rhs.free_symbols for line in cell.lines)  # type: ignore[attr-defined]


def _words(tree: Tree) -> set[str]:
    found = {
        part.text for part in (tree.subs + tree.sups if isinstance(tree, Scripted) else ()) if isinstance(part, Name)
    }
    if isinstance(tree, Name):
        found |= set(tree.text.split("_")[1:])
    return found


def _without_in(tree: Tree) -> tuple[Tree, bool]:
    """A name without the mark "in" of what flows in from outside."""
    if isinstance(tree, Scripted):
        kept = tuple(part for part in tree.sups if not (isinstance(part, Name) and part.text == "in"))
        if len(kept) != len(tree.sups):
            return replace(tree, sups=kept), True
        inner, seed = _without_in(tree.body)
        return (replace(tree, body=inner), True) if seed else (tree, False)
    return tree, False


def _also_net_input(found: list[Meaning], scope: Scope) -> list[Meaning]:
    nets = [
        Quantity(f"a_{item.name}")
        for item in found
        if isinstance(item, Quantity) and f"a_{item.name}" in scope.table.names
    ]
    return [*found, *nets]


def _of_one_loss(quantity: Quantity, step: int | None, at: int, scope: Scope) -> Value:
    """The gradient of the loss of one step alone: (∂h_k/∂q)ᵀ seed."""
    frame = scope.frame
    assert isinstance(frame, TimeFrame)
    plain = replace(quantity, derived="")
    total = None
    for name in frame.cell.losses:
        one = ones(frame.cell.symbols[name].shape)
        total = _through(frame, f"{name}_{at}", frame.name(plain, step), one)
    for name in frame.cell.outputs:
        if f"seed_{name}_{at}" not in frame.system.symbols:
            continue
        seed = frame.system.symbols[f"seed_{name}_{at}"]
        term = _through(frame, f"{name}_{at}", frame.name(plain, step), seed)
        total = term if total is None else add(total, term)
    if total is None:
        raise NotUnderstood("the loss of one step")
    return Value(scale(frame.steps, total) if scope.table.mean_loss else total, kind="gradient")


def _through(frame: TimeFrame, of: str, by: str, seed: object) -> object:
    if of == by:
        return seed
    if by not in frame.forward.symbols or of not in frame.forward:
        raise Beyond(f"{of} by {by}")
    jacobian = frame.jacobian(of, by, "total")
    return matmul(transpose(jacobian), seed)


def gradient_of_label(spelling: Spelling, scope: Scope, tree: Tree) -> Value | None:
    r"""\delta_t^f, \delta_{C_t}, \delta^{a_f}_t: a delta whose label says which gradient it is; None for no such."""
    if spelling.head not in ("delta", "Delta", "epsilon", "nabla", "d") or not spelling.label_trees:
        return None
    target = spelling.label_trees[0]
    if isinstance(target, Group):
        target = target.body
    inner = spell(target, scope.indices)
    if inner is None:
        return None
    step = step_of(inner, scope) if inner.times else step_of(spelling, scope)
    gate = scope.table.gate("".join([inner.key]))
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
