"""Slips seen in a result itself: transposed, negative, a mean, no sum over the batch, blocks in another order."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import permutations
from typing import Any

import numpy as np

from symlstm.checker.functions.blocks import Blocks
from symlstm.checker.functions.compare import Finding, relative_error
from symlstm.checker.functions.inputs import Case
from symlstm.checker.functions.layouts import Layout, in_form
from symlstm.checker.functions.quantities import Array, Vector, Weights
from symlstm.checker.functions.slips.bend import shown

__all__ = ["is_unsummed", "same", "value_slip"]

_CLOSE = 1e-9


def same(value: Array, reference: Any, tolerance: float = _CLOSE) -> bool:
    """Whether a value is this reference, shape included."""
    other = np.asarray(reference)
    return value.shape == other.shape and bool(np.isfinite(value).all()) and relative_error(value, other) <= tolerance


def value_slip(finding: Finding, layout: Layout, case: Case, blocks: Blocks) -> str:
    """The words for the slip that turns the reference into the value, "" where none does."""
    value, reference = finding.value, finding.reference
    if value is None or reference is None or value.size == 0 or not np.isfinite(value).all():
        return ""
    for rule in _RULES:
        for words, bent in rule(finding, layout, case, blocks):
            if same(value, bent) and not same(reference, bent):
                return words
    return ""


Candidates = Iterator[tuple[str, Any]]


def _plain(finding: Finding, layout: Layout, case: Case, blocks: Blocks) -> Candidates:
    reference = np.asarray(finding.reference)
    sizes = case.sizes
    yield "it is zero: nothing is computed, or nothing flows back", np.zeros_like(reference)
    yield "the sign is wrong", -reference
    yield "the mean over the batch stands where the sum belongs", reference / sizes["B"]
    yield "the mean over the time steps stands where the sum belongs", reference / sizes["T"]
    yield "the mean over batch and time stands where the sum belongs", reference / (sizes["T"] * sizes["B"])
    yield "it is twice what it should be", 2 * reference
    yield "it is half of what it should be", reference / 2
    if reference.ndim == 2:
        yield "it is the transpose of what it should be: the outer product is reversed", reference.T


def _unsummed(finding: Finding, layout: Layout, case: Case, blocks: Blocks) -> Candidates:
    """The gradient of a bias without its sum over the batch; over the wrong axis."""
    quantity = finding.quantity
    if not isinstance(quantity, Weights) or quantity.parts[0] not in ("b", "bh"):
        return
    nets = Vector(tuple(f"a_{gate}" for gate in quantity.gates or layout.gates), adjoint=True)
    try:
        stack = np.asarray(in_form(nets, replace(layout, time="first"), case, blocks, case.values))
    except KeyError:
        return
    yield "the sum over the batch is missing", stack
    if stack.ndim == 3:
        yield "the sum over the batch is missing", stack.sum(axis=0)
        yield "the sum over t is missing", stack.sum(axis=2 - layout.rows - 0)
    for axis in range(stack.ndim):
        for keep in (False, True):
            yield "the sum is over the wrong axis, or over one too few", stack.sum(axis=axis, keepdims=keep)


def _orders(finding: Finding, layout: Layout, case: Case, blocks: Blocks) -> Candidates:
    """Stacked gates in another order than the arguments; joined parts exchanged."""
    quantity = finding.quantity
    if not isinstance(quantity, Weights | Vector):
        return

    def form(other: Layout) -> Any:
        return in_form(quantity, other, case, blocks, case.values)

    if isinstance(quantity, Weights) and quantity.parts[0] in ("auto", "joined"):
        other = "xh" if layout.order == "hx" else "hx"
        yield "the blocks for h and x are exchanged: concatenation order", form(replace(layout, order=other))
    if isinstance(quantity, Weights) and not quantity.gates and len(layout.gates) <= 4:
        for order in permutations(layout.gates):
            words = f"wrong gate order: its blocks come as {' '.join(order)}, the weights' as {' '.join(layout.gates)}"
            yield words, form(replace(layout, gates=order))


def _others(finding: Finding, layout: Layout, case: Case, blocks: Blocks) -> Candidates:
    """The gradient of something else."""
    quantity = finding.quantity
    if isinstance(quantity, Vector) and len(quantity.names) == 1:
        own = quantity.names[0]
        prefix = "d_" if quantity.adjoint else ""
        for name in [name[len(prefix) :] for name in case.values if name.startswith(prefix)]:
            words = f"it is the gradient of {shown(name)}" if prefix else f"it is {shown(name)}"
            if own == f"{name}_prev":
                words += f": the factor that leads from {shown(own)} to {shown(name)} is missing"
            if name == f"a_{own}":
                words = f"the gradient with respect to the net input, a_{own}, is given for that of the gate {own}"
            elif own == f"a_{name}":
                words = f"the gradient with respect to the gate {name} is given for that of its net input {own}: the " \
                        "derivative of the activation is forgotten"  # fmt: skip
            try:
                yield words, in_form(Vector((name,), quantity.adjoint), layout, case, blocks, case.values)
            except (KeyError, ValueError):
                continue
    if isinstance(quantity, Weights) and len(quantity.gates) == 1:
        for gate in blocks.gates:
            other = replace(quantity, gates=(gate,))
            words = f"wrong gate: it is the gradient for gate {gate}, not {quantity.gates[0]}"
            try:
                yield words, in_form(other, layout, case, blocks, case.values)
            except (KeyError, ValueError):
                continue


_RULES: tuple[Callable[[Finding, Layout, Case, Blocks], Candidates], ...] = (_plain, _unsummed, _orders, _others)


def is_unsummed(finding: Finding, layout: Layout, case: Case, blocks: Blocks) -> bool:
    """Whether a bias's gradient is right but for its sum over the batch."""
    return value_slip(finding, layout, case, blocks) == "the sum over the batch is missing"
