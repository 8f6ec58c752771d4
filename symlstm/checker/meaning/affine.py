"""Gates in one block: (i; f; o; g) = (σ; σ; σ; tanh) T (h; x), where T is the affine map of all gates."""

from symlstm.algebra import Apply, stack
from symlstm.checker.meaning.problems import NotUnderstood
from symlstm.checker.meaning.scope import Scope
from symlstm.checker.meaning.sizes import size_of
from symlstm.checker.meaning.values import Value
from symlstm.checker.reader.tree import FunctionName, Name, Product, Scripted, Stack, Tree

__all__ = ["affine_block"]


def affine_block(tree: Product, scope: Scope) -> Value | None:
    """The gates that a column of functions of T (h; x) is; None for anything else. Raises NotUnderstood."""
    functions = tree.factors[0]
    if not isinstance(functions, Stack) or len(tree.factors) != 3 or not _is_map(tree.factors[1]):
        return None
    names = [_function(entry, scope) for row in functions.rows for entry in row]
    if None in names or any(tree.operators):
        return None
    block = scope.table.block
    if block is None:
        raise NotUnderstood("one map of all gates, which this cell does not have", tree.span)
    argument = scope.read(tree.factors[2], scope).matrix
    gates = [scope.frame.known(gate.rhs, scope.current()) for gate in block.gates]
    found = [gate for gate in gates if isinstance(gate, Apply)]
    if argument != scope.frame.known(block.argument, scope.current()) or len(found) != len(names):
        raise NotUnderstood("one map of all gates, of something else than their argument", tree.span)
    if [gate.activation.name for gate in found] != names or not _has_sizes(tree.factors[1], block.sizes, scope):
        raise NotUnderstood("one map of all gates, in another order or size", tree.span)
    return Value(stack(*found))


def _is_map(tree: Tree) -> bool:
    return isinstance(tree, Scripted) and isinstance(tree.body, Name) and tree.body.text == "T" and not tree.sups


def _function(tree: Tree, scope: Scope) -> str | None:
    """The name of an elementwise function without an argument."""
    word = tree.text if isinstance(tree, FunctionName | Name) else ""
    function = scope.table.function_called(word) if word else None
    return function.name if function else None


def _has_sizes(tree: Tree, sizes: tuple[object, object], scope: Scope) -> bool:
    """Whether T_{n+d,4n} leads from and to what the gates have; T without sizes does."""
    assert isinstance(tree, Scripted)
    return not tree.subs or tuple(size_of(part, scope) for part in tree.subs) == sizes
