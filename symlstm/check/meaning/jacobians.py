"""Jacobians: ∂u/∂v within a step or through time, rows of u by columns of v."""

from symlstm.algebra import transpose, zeros
from symlstm.check.meaning.frame import StepFrame, TimeFrame
from symlstm.check.meaning.names import pick, step_of
from symlstm.check.meaning.problems import NeedsTime, NotUnderstood
from symlstm.check.meaning.scope import Scope, inside
from symlstm.check.meaning.showing import shown
from symlstm.check.meaning.spelling import spell
from symlstm.check.meaning.symbols import Defined, Quantity
from symlstm.check.meaning.values import Value
from symlstm.check.reader.tree import Call, Differential, Tree

__all__ = ["jacobian_value"]


def jacobian_value(above: Differential, below: Differential, scope: Scope) -> Value:
    """∂u/∂v as a matrix, transposed where the text writes rows. Raises NotUnderstood and NeedsTime."""
    assert above.body is not None
    assert below.body is not None
    (of, of_step), called = _of(above.body, scope)
    by, by_step = _named(below.body, scope)
    apart = 0 if called else _steps_apart(of, of_step, by, by_step, scope)
    parameter = by.name in scope.frame.cell.parameters
    immediate = parameter and (by_step is not None or scope.immediate)  # b^{(t)} is the copy of b at step t
    kind, frame_kind = _kind(above.symbol, called or immediate, apart, scope)
    if frame_kind == "sequence" and isinstance(scope.frame, StepFrame):
        raise NeedsTime("a total derivative from step to step")
    if of.derived or by.derived:
        raise NotUnderstood("the derivative of a gradient", above.span)
    frame = scope.frame
    names = frame.name(of, _now(of_step, scope)), frame.name(by, _now(by_step, scope))
    if names[0] == names[1]:
        return Value(kind="I")
    if names[0] not in frame.forward:
        if isinstance(frame, StepFrame) and of.name in frame.cell:
            raise NeedsTime(f"{shown(above.body)} is of another step", above.span)
        if isinstance(frame, TimeFrame) and names[0] in frame.system.states:  # an initial state depends on nothing
            rows, columns = (frame.system.symbols[name].shape for name in names)
            return Value(zeros((rows[0] * rows[1], columns[0] * columns[1])), kind="jacobian")
        raise NotUnderstood(f"the derivative of {shown(above.body)}, which no equation defines", above.span)
    if kind == "step":
        symbol = frame.step_jacobian(of.name, by.name, _now(of_step, scope))
    else:
        symbol = frame.jacobian(*names, kind)
    flipped = scope.convention.layout == "row"
    return Value(transpose(symbol) if flipped else symbol, kind="jacobian")


def _now(step: int | None, scope: Scope) -> int | None:
    return scope.current() if step is None else step


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


def _named(tree: Tree, scope: Scope) -> tuple[Quantity, int | None]:
    spelling, meaning = pick(tree, scope)
    step = step_of(spelling, scope)
    if isinstance(meaning, Defined) and scope.depth < 20:
        return _named(meaning.tree, inside(scope, meaning, step))
    if not isinstance(meaning, Quantity):
        raise NotUnderstood(f"{shown(tree)} is no quantity", tree.span)
    return meaning, step


def _of(tree: Tree, scope: Scope) -> tuple[tuple[Quantity, int | None], bool]:
    """The quantity on top; f(x_t, h_{t-1}, w) is the step function, whose derivative is the direct one."""
    if isinstance(tree, Call) and spell(tree, scope.indices) is None:
        quantity, step = _named(tree.function, scope)
        if step is None:
            moments = [found for part in tree.arguments if (found := _moment(part, scope)) is not None]
            step = max(moments, default=None)
        return (quantity, step), True
    return _named(tree, scope), False


def _moment(tree: Tree, scope: Scope) -> int | None:
    spelling = spell(tree, scope.indices)
    return step_of(spelling, scope) if spelling else None
