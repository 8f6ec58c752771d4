"""Derivatives as texts write them: ∂L/∂q, dq, δq, ∇_q L are gradients, ∂u/∂v is a Jacobian."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from sympy import Integer

from symlstm.algebra import add, matmul, ones, scale, transpose, zeros
from symlstm.checker.meaning.aliases import LOSSES
from symlstm.checker.meaning.frame import StepFrame, TimeFrame
from symlstm.checker.meaning.names import pick, resolve, step_of
from symlstm.checker.meaning.problems import Beyond, NeedsTime, NotUnderstood, UnknownSymbol
from symlstm.checker.meaning.scope import Scope, inside
from symlstm.checker.meaning.showing import shown
from symlstm.checker.meaning.spelling import Spelling, spell
from symlstm.checker.meaning.stacks import stacked_value
from symlstm.checker.meaning.symbols import Defined, Quantity, numbered
from symlstm.checker.meaning.values import Value, powered, transposed
from symlstm.checker.reader.tree import (
    Big,
    Call,
    Differential,
    Fraction,
    Group,
    Name,
    Number,
    Product,
    Scripted,
    Stack,
    Tree,
    Tuple,
)

__all__ = ["derivative", "differential", "gradient_of_label", "is_derivative", "leads_from_loss", "sums_over_copies"]


def is_derivative(tree: Tree) -> bool:
    """Whether a fraction is a derivative."""
    return (
        isinstance(tree, Fraction)
        and isinstance(tree.numerator, Differential)
        and isinstance(tree.denominator, Differential)
    )


def derivative(tree: Fraction, scope: Scope) -> Value:
    """∂u/∂v: a gradient where u is the loss, else a Jacobian in numerator layout, rows of u by columns of v."""
    above, below = tree.numerator, tree.denominator
    assert isinstance(above, Differential) and isinstance(below, Differential)
    if above.order != 1 or below.order != 1 or above.body is None or below.body is None:
        raise NotUnderstood("a derivative of second order or without a function", tree.span)
    if loss := _loss(above.body, scope):
        return _with_scripts(_gradient(below.body, scope, loss), below.body, scope, power=False)
    return _jacobian(above, below, scope)


def differential(tree: Differential, scope: Scope) -> Value:
    """dq, δq and ∇_q L: the gradient of the loss with respect to q."""
    if tree.symbol == "nabla" and tree.by is not None:
        loss = _loss(tree.body, scope) if tree.body is not None else None
        if tree.body is not None and loss is None:
            raise NotUnderstood(f"the gradient of {shown(tree.body)}, which is no loss", tree.span)
        return _with_scripts(_gradient(tree.by, scope, loss), tree.by, scope)
    if tree.symbol in ("d", "delta", "Delta") and tree.body is not None and tree.order == 1:
        known = _declared(tree, scope)
        if known is not None:
            return known
        return _with_scripts(_gradient(tree.body, scope, None, written=tree.symbol), tree.body, scope)
    raise NotUnderstood(f"{shown(tree)} as a quantity", tree.span)


def _declared(tree: Differential, scope: Scope) -> Value | None:
    """The value of dq or δq where the user says what it means."""
    inner = Spelling(tree.body.text) if isinstance(tree.body, Number) else None
    if inner is None and tree.body is not None:
        inner = spell(tree.body, scope.indices)
    if inner is None:
        return None
    known = next((scope.table.declared[key] for key in _keys(tree.symbol, inner) if key in scope.table.declared), None)
    if known is None:
        return None
    value = None
    if isinstance(known, Defined):
        value = scope.read(known.tree, inside(scope, known, step_of(inner, scope)))
    if isinstance(known, Quantity):
        value = scope.value(known, step_of(inner, scope), kind="gradient" if known.derived else "")
    if value is not None and tree.body is not None and not isinstance(tree.body, Number):
        return _with_scripts(value, tree.body, scope)
    return value


def _with_scripts(value: Value, tree: Tree, scope: Scope, power: bool = True) -> Value:
    """The value with the exponents behind a name: δCᵀ and δC² are of δC. Raises NotUnderstood for ∂L/∂C²."""
    spelling, _ = resolve(_without_in(tree)[0], scope)
    if spelling.powers and not power:
        raise NotUnderstood(f"the derivative by a power, {shown(tree)}", tree.span)
    for exponent in spelling.powers:
        if not isinstance(exponent, Number) or not exponent.text.isdigit():
            raise NotUnderstood(f"the exponent {shown(exponent)} of a gradient", tree.span)
        value = powered(value, Integer(int(exponent.text)), tree.span)
    return replace(transposed(value), kind=value.kind) if spelling.transposed else value


def _keys(symbol: str, spelling: Spelling) -> list[str]:
    numbers = numbered(spelling)
    return [f"{symbol} {spelling.key}_{numbers}", f"{symbol} {spelling.key}"] if numbers else [f"{symbol} {spelling.key}"]


def _loss(tree: Tree, scope: Scope) -> Spelling | None:
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


def _gradient(tree: Tree, scope: Scope, loss: Spelling | None, written: str = "partial") -> Value:
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
    return scope.value(quantity, step, kind="gradient")


def _of_defined(tree: Tree, scope: Scope, loss: Spelling | None, written: str) -> Value:
    """The gradient with respect to something that a text defines: of a stack it is the stack of the gradients."""
    if not isinstance(tree, Stack):
        return _gradient(tree, scope, loss, written)
    scope = scope.binding(share=scope.bound.get("t"))
    rows = [[_gradient(entry, scope, loss, written).matrix for entry in row] for row in tree.rows]
    return Value(stacked_value(rows, tree), kind="gradient")


def _counted(scope: Scope) -> tuple[str, ...]:
    """The outputs of the cell whose whole gradient flows in from outside."""
    cell = scope.frame.cell
    return tuple(name for name in cell.outputs if f"seed_{name}" in scope.frame.system.symbols and not _used(cell, name))


def _used(cell: object, name: str) -> bool:
    symbol = cell.symbols[name]  # type: ignore[attr-defined]
    return any(symbol in line.rhs.free_symbols for line in cell.lines)  # type: ignore[attr-defined]


def _words(tree: Tree) -> set[str]:
    found = {part.text for part in (tree.subs + tree.sups if isinstance(tree, Scripted) else ()) if isinstance(part, Name)}
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


def _also_net_input(found: list, scope: Scope) -> list:
    nets = [Quantity(f"a_{item.name}") for item in found if isinstance(item, Quantity) and f"a_{item.name}" in scope.table.names]
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
    product = matmul(transpose(jacobian), seed)
    return product


def _jacobian(above: Differential, below: Differential, scope: Scope) -> Value:
    assert above.body is not None and below.body is not None
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


def leads_from_loss(factors: Sequence[Tree], scope: Scope) -> bool:
    """Whether a product is a chain that begins or ends with the gradient of a loss."""
    for tree in factors:
        if is_derivative(tree) and isinstance(tree.numerator, Differential) and tree.numerator.body is not None:
            if _loss(tree.numerator.body, scope) is not None:
                return True
        if isinstance(tree, Differential) and tree.symbol in ("delta", "nabla"):
            return True
    return False


def sums_over_copies(factors: Sequence[Tree], scope: Scope) -> bool:
    """Whether a chain leads from the whole loss, or along a ∏, to a weight: ∂h_t/∂W is then that of the copy at t."""
    for tree in factors:
        if any(isinstance(part, Big) and part.kind == "prod" for part in (tree, getattr(tree, "body", None))):
            return True
        if is_derivative(tree) and isinstance(tree.numerator, Differential) and tree.numerator.body is not None:
            loss = _loss(tree.numerator.body, scope)
            copies = loss is not None and (not loss.times or _at_other_step(factors, loss, scope))
            if copies and isinstance(scope.frame, TimeFrame):
                return True
    return False


def _at_other_step(factors: Sequence[Tree], loss: Spelling, scope: Scope) -> bool:
    r"""Whether a chain from L_t ends with ∂h_k/∂W, where \sum_k runs over the copies of W."""
    last = factors[-1]
    above = last.numerator.body if isinstance(last, Fraction) and isinstance(last.numerator, Differential) else None
    spelling = spell(above, scope.indices) if above is not None else None
    times = {shown(part) for part in spelling.times} if spelling else set()
    return bool(times & scope.bound.keys()) and not times & {shown(part) for part in loss.times}


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


def gradient_of_label(spelling: Spelling, scope: Scope, tree: Tree) -> Value | None:
    r"""\delta_t^f, \delta_{C_t}, \delta^{a_f}_t: a delta whose label says which gradient it is; None for no such label."""
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
        notes = (f"{shown(tree)} read as the gradient of the net input", f"{shown(tree)} read as the gradient of {gate}")
        return scope.value(scope.choices.pick(f"delta {gate}", options, notes), step, kind="gradient")
    _, found = resolve(target, scope)
    if not found or not isinstance(found[0], Quantity):
        return None
    return scope.value(replace(found[0], derived="d"), step, kind="gradient")


_: Callable[..., object] = add
_unused = (Product, Tuple)
