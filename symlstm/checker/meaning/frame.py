"""Frames: a System at one moment, where every quantity that a formula names is one matrix expression."""

from collections.abc import Callable, Mapping
from functools import cached_property, lru_cache
from typing import TypeAlias

from sympy import BlockMatrix, MatrixExpr, MatrixSymbol, preorder_traversal

from symlstm.algebra import columns, d, substitute, zeros
from symlstm.checker.meaning.problems import Beyond, NeedsSeeds, NeedsTime, NotUnderstood
from symlstm.checker.meaning.symbols import Quantity
from symlstm.checker.meaning.wholes import innermost_of, whole_of, whole_over_time
from symlstm.derive import jacobian
from symlstm.errors import SymlstmError
from symlstm.system import Equation, System, unroll
from symlstm.system.unrolled import at_steps

__all__ = ["Frame", "StepFrame", "TimeFrame", "step_frame", "time_frames"]

AtStep: TypeAlias = Callable[[MatrixExpr, int | None], MatrixExpr]


class Frame:
    """One moment of a System without time nodes; `indices` are the values of t, T and other indices."""

    def __init__(self, cell: System, system: System, indices: Mapping[str, int]) -> None:
        self.cell = cell
        self.system = system
        self.indices = dict(indices)
        self.extra: dict[str, Equation] = {}  # Jacobians and the like, defined when they are first asked for

    numbered = False  # whether numbers in scripts may be steps

    def known(self, node: MatrixExpr, step: int | None) -> MatrixExpr | None:
        """A quantity of the System, or a block of one, at a step; None where there is none."""
        raise NotImplementedError

    def name(self, quantity: Quantity, step: int | None) -> str:
        """The identifier of a quantity at a step; None is the current one. Raises NeedsTime or Beyond."""
        raise NotImplementedError

    def at(self, quantity: Quantity, step: int | None) -> MatrixExpr:
        """The quantity at a step as an expression in the symbols of `system`."""
        self._check(quantity)
        name = self.name(quantity, step)
        if name not in self.system.symbols:
            raise NotUnderstood(f"{self.cell.name} has no {name}")
        return self._block(self.system.symbols[name], quantity)

    def _check(self, quantity: Quantity) -> None:
        """Raise NotUnderstood for a quantity that this layout of the cell does not have."""
        if quantity.name not in self.cell.symbols and f"{quantity.name}_prev" not in self.cell.symbols:
            raise NotUnderstood(f"{self.cell.name} has no {quantity.name} in this layout")

    def _block(self, matrix: MatrixExpr, quantity: Quantity) -> MatrixExpr:
        """The columns of a weight that multiply x or h, where it has both."""
        wide = matrix.shape[1]
        symbols = self.cell.symbols
        state = symbols.get("h_prev")
        if not quantity.block or state is None or wide == state.shape[0] or wide == symbols["x"].shape[0]:
            return matrix
        return block_of(self.cell, quantity.name, matrix, quantity.block)

    def jacobian(self, of: str, by: str, kind: str) -> MatrixSymbol:
        """The Jacobian of a quantity of `system` by another, as a symbol; its equations go to `extra`."""
        try:
            found = jacobian(self.forward, of, by, kind)
        except SymlstmError as error:
            raise NotUnderstood(f"the derivative of {of} by {by}: {error}") from None
        fresh = [line for line in found.lines if line.name not in self.forward]
        # the names of the Jacobians on the way are those of one target: the same name means the same matrix
        self.extra |= {line.name: line for line in fresh}
        return fresh[-1].lhs if fresh else found.lines[-1].lhs

    def step_jacobian(self, of: str, by: str, step: int | None) -> MatrixSymbol:
        """The Jacobian of a quantity by a state of the step before, within one step: what that step hands on."""
        forward = whole_of(self.cell).forward or self.cell
        try:
            found = jacobian(forward, of, f"{by}_prev", "total")
        except SymlstmError as error:
            raise NotUnderstood(f"the derivative of {of} by {by}: {error}") from None
        known = found.symbols
        changes = {known[name]: self.of_step(name, step) for name in forward.symbols}
        fresh = {line.lhs: _at(line.lhs, step) for line in found.lines if line.name not in forward}
        for line in found.lines:
            if line.name not in forward:
                symbol = fresh[line.lhs]
                needed = {one: changes[one] for one in line.rhs.free_symbols if one in changes}
                rhs = substitute(line.rhs, needed | {one: fresh[one] for one in fresh if one in line.rhs.free_symbols})
                self.extra[str(symbol.name)] = Equation(symbol, rhs, line.role, line.of)
        return fresh[found.lines[-1].lhs]

    def of_step(self, name: str, step: int | None) -> MatrixExpr:
        """What a name of the one-step System is at a step of this frame."""
        return self.system.symbols[name]

    @cached_property
    def forward(self) -> System:
        """The forward equations alone."""
        return self.system.forward or self.system


def block_of(cell: System, name: str, matrix: MatrixExpr, block: str) -> MatrixExpr:
    """The columns of a weight that multiply x or h, in the order in which the cell stacks them."""
    x, h = cell.symbols["x"], cell.symbols["h_prev"]
    first_is_h = _h_first(cell, name)
    if block == "h":
        start = 0 if first_is_h else x.shape[0]
        return columns(matrix, "h_prev", start, start + h.shape[0])
    start = h.shape[0] if first_is_h else 0
    return columns(matrix, "x", start, start + x.shape[0])


@lru_cache(maxsize=512)
def _h_first(cell: System, name: str) -> bool:
    """Whether a weight of the cell meets a stack that begins with h."""
    weight = cell.symbols[name]
    for line in cell.lines:
        for node in preorder_traversal(line.rhs):
            if node.is_MatMul and weight in node.args:
                for part in node.args:
                    if isinstance(part, BlockMatrix):
                        return bool(part.blocks[0, 0].shape[0] != d)
    return True


def _at(symbol: MatrixSymbol, step: int | None) -> MatrixSymbol:
    """A Jacobian within one step, named apart from those of other steps and of whole sequences."""
    return MatrixSymbol(f"{symbol.name}_in_step_{step or 0}", *symbol.shape)


class StepFrame(Frame):
    """One step: what flows in are h_prev, c_prev, x and the seeds."""

    def known(self, node: MatrixExpr, step: int | None) -> MatrixExpr | None:
        """The quantity itself, where the step at hand is meant."""
        return node if not step else None

    def name(self, quantity: Quantity, step: int | None) -> str:
        """The identifier, where the step is this one or the one before. Raises NeedsTime."""
        offset = (step or 0) + quantity.shift
        bare = quantity.name if offset == 0 else f"{quantity.name}_prev"
        name = f"{quantity.derived}_{bare}" if quantity.derived else bare
        if offset in (0, -1) and name in self.system.symbols:
            return name
        if quantity.name in self.cell.parameters and not quantity.derived:
            return quantity.name
        raise NeedsTime(f"{quantity.name} at step t{offset:+d} is not part of one step")


class TimeFrame(Frame):
    """Step t of a sequence of T steps, unrolled; `at_step` says what a quantity over time is at a step, `seeds` names
    the states whose gradients flow in, None for all.
    """

    numbered = True

    def __init__(
        self,
        cell: System,
        system: System,
        t: int,
        steps: int,
        at_step: AtStep | None = None,
        seeds: tuple[str, ...] | None = None,
    ) -> None:
        super().__init__(cell, system, {"t": t, "T": steps})
        self.steps = steps
        self.t = t
        self._known = at_step
        self.seeds = seeds

    def known(self, node: MatrixExpr, step: int | None) -> MatrixExpr | None:
        """The quantity at a step of the sequence; None where the System is one step, or outside of the sequence."""
        if self._known is None or step is None or not 1 <= step <= self.steps:
            return None
        return self._known(node, step)

    def name(self, quantity: Quantity, step: int | None) -> str:
        """The identifier with the number of its step. Raises Beyond."""
        prefix = f"{quantity.derived}_" if quantity.derived else ""
        if quantity.name in self.cell.parameters:
            return f"{prefix}{quantity.name}"
        moment = (self.t if step is None else step) + quantity.shift
        name = f"{prefix}{quantity.name}_{moment}"
        if name in self.system.symbols:
            return name
        if quantity.derived == "seed" and moment == self.steps and f"seed_{quantity.name}" in self.system.symbols:
            return f"seed_{quantity.name}"
        raise Beyond(f"there is no {quantity.name} at step {moment} of {self.steps}")

    def at(self, quantity: Quantity, step: int | None) -> MatrixExpr:
        """The quantity at a step; behind the last step nothing flows back. Raises Beyond."""
        self._check(quantity)
        if quantity.name in self.cell.parameters and quantity.derived and step is not None:
            return self.contribution(quantity, step)
        try:
            return super().at(quantity, step)
        except Beyond:
            moment = (self.t if step is None else step) + quantity.shift
            shape = self.cell.symbols[quantity.name].shape
            if moment > self.steps and quantity.derived:
                return zeros(shape)  # nothing flows back from behind the last step
            if moment == self.steps + 1:
                return MatrixSymbol(f"beyond_{quantity.name}", *shape)
            if quantity.derived == "seed" and quantity.name in self.cell.outputs:
                if self.seeds is not None and quantity.name not in self.seeds:
                    raise NeedsSeeds(f"what flows into {quantity.name} from outside") from None
                return zeros(shape)
            raise

    def contribution(self, quantity: Quantity, step: int) -> MatrixExpr:
        """What one step adds to the gradient of a parameter."""
        if not 1 <= step <= self.steps:
            raise Beyond(f"there is no step {step} of {self.steps}")
        line = whole_of(self.cell)[f"d_{quantity.name}"]
        known = whole_of(self.cell).symbols
        changes = {known[name]: self._at_step(name, step) for name in known if known[name] in line.rhs.free_symbols}
        return self._block(substitute(line.rhs, changes), quantity)

    def of_step(self, name: str, step: int | None) -> MatrixExpr:
        """What a name of the one-step System is at a step."""
        return self._at_step(name, self.t if step is None else step)

    def _at_step(self, name: str, step: int) -> MatrixExpr:
        derived = name.startswith("d_")
        bare = name.removeprefix("d_")
        shift = -1 if bare.endswith("_prev") else 0
        bare = bare.removesuffix("_prev")
        if bare in self.cell.parameters:
            return self.system.symbols[bare]
        return self.at(Quantity(bare, "d" if derived else ""), step + shift)


@lru_cache(maxsize=128)
def step_frame(cell: System) -> StepFrame:
    """The frame of one step of a cell, or of a System that is given with its adjoints."""
    whole = whole_of(cell)
    return StepFrame(innermost_of(whole), whole, {"t": 0})


@lru_cache(maxsize=512)
def time_frames(cell: System, steps: int, seeds: tuple[str, ...] | None = None) -> tuple[TimeFrame, ...]:
    """Every step of a sequence, the inner ones first, since they show most; `seeds` names the states whose gradients
    flow in.
    """
    whole = whole_over_time(cell, seeds)
    unrolled = unroll(whole, steps)
    at = at_steps(whole, steps) if cell.timed else None
    order = sorted(range(1, steps + 1), key=lambda t: (t in (1, steps), t))
    return tuple(TimeFrame(innermost_of(cell), unrolled, t, steps, at, seeds) for t in order)
