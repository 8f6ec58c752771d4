"""Renaming: the equations of a text with an identifier in the place of every name."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from symlstm.checker.given.entities import Entities
from symlstm.checker.given.functions import function_of, is_function
from symlstm.checker.given.trees import rebuilt
from symlstm.checker.given.writing import written
from symlstm.checker.reader.tree import Call, Group, Name, Product, Scripted, Tree

__all__ = ["renamed"]


def renamed(tree: Tree, entities: Entities, names: Mapping[str, str], start: int) -> Tree:
    """The tree with identifiers: h_{t-1} is h_prev; functions of the user have their usual name."""

    def change(part: Tree) -> Tree:
        name = written(part)
        if name is not None and name.spelling is not None:
            entity = entities.named.get(name.base)
            if entity is None:
                return part
            late = entity.kind == "defined" and entities.shift(name, entity, start) == -1
            return _scripted(Name(part.span, names[name.base] + ("_prev" if late else "")), name.spelling)
        if isinstance(part, Call) and is_function(part, entities.functions, entities.quantities):
            return _call(part, entities, change)
        if isinstance(part, Scripted) and isinstance(part.body, Call):
            return rebuilt(_regrouped(part, part.body, entities), change)
        return rebuilt(part, change)

    return change(tree)


def _regrouped(tree: Scripted, call: Call, entities: Entities) -> Tree:
    """h (W)ᵀ: scripts behind brackets after a quantity are those of the brackets."""
    if is_function(call, entities.functions, entities.quantities) or len(call.arguments) != 1:
        return tree
    last = replace(tree, body=Group(call.span, "(", call.arguments[0]))
    return Product(tree.span, (call.function, last), ("",))


def _call(call: Call, entities: Entities, change: Callable[[Tree], Tree]) -> Tree:
    arguments = tuple(change(part) for part in call.arguments)
    return Call(call.span, function_of(call, entities.functions), arguments, call.bracket)


def _scripted(tree: Name, spelling: object) -> Tree:
    powers: tuple[Tree, ...] = getattr(spelling, "powers", ())
    turned = (Name(tree.span, "T"),) if getattr(spelling, "transposed", False) else ()
    return Scripted(tree.span, tree, (), (*powers, *turned)) if powers or turned else tree
