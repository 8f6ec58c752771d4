"""Jacobians: ∂u/∂v of two quantities, total or partial, within a step or along a sequence."""

from symlstm.algebra import transpose, zeros
from symlstm.checker.meaning.frame import Frame, StepFrame, TimeFrame
from symlstm.checker.meaning.names import pick, step_of
from symlstm.checker.meaning.problems import NeedsTime, NotUnderstood
from symlstm.checker.meaning.scope import Scope, inside
from symlstm.checker.meaning.showing import shown
from symlstm.checker.meaning.spelling import spell
from symlstm.checker.meaning.symbols import Defined, Quantity
from symlstm.checker.meaning.values import Value
from symlstm.checker.reader.tree import Call, Span, Tree

__all__ = ["jacobian"]


def jacobian(above: Tree, below: Tree, symbol: str, span: Span, scope: Scope) -> Value:
    """The derivative of one name by another, rows of u by columns of v; the transpose where vectors are rows.

    `symbol` is the sign, "partial" or "d". Raises NeedsTime, NotUnderstood, UnknownSymbol.
    """
    (of, of_step), called = _of(above, scope)
    by, by_step = _named(below, scope)
    apart = 0 if called else _steps_apart(of, of_step, by, by_step, scope)
    parameter = by.name in scope.frame.cell.parameters
    immediate = parameter and (by_step is not None or scope.immediate)  # b^{(t)} is the copy of b at step t
    kind, reach = _kind(symbol, called or immediate, apart, scope)
    if reach == "sequence" and isinstance(scope.frame, StepFrame):
        raise NeedsTime("a total derivative from step to step")
    if of.derived or by.derived:
        raise NotUnderstood("the derivative of a gradient", span)
    frame = scope.frame
    names = frame.name(of, _now(of_step, scope)), frame.name(by, _now(by_step, scope))
    if names[0] == names[1]:
        return Value(kind="I")
    if names[0] not in frame.forward:
        return _of_leaf(frame, of, names, shown(above), span)
    if kind == "step":
        matrix = frame.step_jacobian(of.name, by.name, _now(of_step, scope))
    else:
        matrix = frame.jacobian(*names, kind)
    flipped = scope.convention.layout == "row"
    return Value(transpose(matrix) if flipped else matrix, kind="jacobian")


def _of_leaf(frame: Frame, of: Quantity, names: tuple[str, str], written: str, span: Span) -> Value:
    """The derivative of what no equation of a frame defines: an initial state depends on nothing."""
    if isinstance(frame, StepFrame) and of.name in frame.cell:
        raise NeedsTime(f"{written} is of another step", span)
    if isinstance(frame, TimeFrame) and names[0] in frame.system.states:
        rows, columns = (frame.system.symbols[name].shape for name in names)
        return Value(zeros((rows[0] * rows[1], columns[0] * columns[1])), kind="jacobian")
    raise NotUnderstood(f"the derivative of {written}, which no equation defines", span)


def _kind(symbol: str, called: bool, apart: int, scope: Scope) -> tuple[str, str]:
    """Whether a Jacobian is total or partial, and of a step or of a sequence."""
    if called:
        return "partial", "any"
    if not apart:
        return "total", "any"
    if apart > 1:
        return "total", "sequence"
    if scope.chained:
        return "step", "any"
    question = "the derivative from step to step"
    options = (("step", "any"), ("total", "sequence"))
    notes = ("∂ read as the dependence within a step, other states held", "∂ read as the total derivative through time")
    if symbol == "d" and isinstance(scope.frame, TimeFrame) and scope.frame.cell.timed:
        return "total", "sequence"
    return scope.choices.pick(question, options, notes)


def _steps_apart(of: Quantity, of_step: int | None, by: Quantity, by_step: int | None, scope: Scope) -> int:
    if by.name in scope.frame.cell.parameters:
        return 0
    a = (_now(of_step, scope) or 0) + of.shift
    b = (_now(by_step, scope) or 0) + by.shift
    return a - b


def _of(tree: Tree, scope: Scope) -> tuple[tuple[Quantity, int | None], bool]:
    """The quantity on top; f(x_t, h_{t-1}, w) is the step function, whose derivative is the direct one."""
    if isinstance(tree, Call) and spell(tree, scope.indices) is None:
        quantity, step = _named(tree.function, scope)
        if step is None:
            moments = [found for part in tree.arguments if (found := _moment(part, scope)) is not None]
            step = max(moments, default=None)
        return (quantity, step), True
    return _named(tree, scope), False


def _named(tree: Tree, scope: Scope) -> tuple[Quantity, int | None]:
    spelling, meaning = pick(tree, scope)
    step = step_of(spelling, scope)
    if isinstance(meaning, Defined) and scope.depth < 20:
        return _named(meaning.tree, inside(scope, meaning, step))
    if not isinstance(meaning, Quantity):
        raise NotUnderstood(f"{shown(tree)} is no quantity", tree.span)
    return meaning, step


def _moment(tree: Tree, scope: Scope) -> int | None:
    spelling = spell(tree, scope.indices)
    return step_of(spelling, scope) if spelling else None


def _now(step: int | None, scope: Scope) -> int | None:
    return scope.current() if step is None else step
