"""gradcheck: a backward pass against the complex step, or finite differences where a function is not analytic."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from symlstm.algebra import Apply, Maximum
from symlstm.algebra.steps import outer_shifts
from symlstm.codegen import lambdify
from symlstm.errors import InputError
from symlstm.system import Equation, Role, System, check_system

__all__ = ["GradientCheck", "GradientReport", "gradcheck"]

Array = np.ndarray[Any, np.dtype[Any]]

_STEP = {"complex step": 1e-30, "finite differences": 2.0**-13}
_KINK = 2.0**-20  # how far to either side the slopes at a kink are compared
_TOLERANCE = {"complex step": 1e-13, "finite differences": 1e-8}


@dataclass(frozen=True)
class GradientCheck:
    """One gradient against its reference: the largest difference, relative to max(1, max|reference|).

    `left_out` counts the entries at a kink, which have no reference.
    """

    name: str
    error: float
    ok: bool
    left_out: int = 0


@dataclass(frozen=True)
class GradientReport:
    """The outcome of a gradient check; it is true when every gradient agrees."""

    method: str
    tolerance: float
    checks: tuple[GradientCheck, ...]

    @property
    def ok(self) -> bool:
        """Whether every gradient is within the tolerance."""
        return all(check.ok for check in self.checks)

    def __bool__(self) -> bool:
        return self.ok

    def __str__(self) -> str:
        width = max(len(check.name) for check in self.checks)
        lines = [
            f"{check.name:<{width}}  {check.error:8.1e}  {'ok' if check.ok else 'WRONG'}"
            + (f"  ({check.left_out} entries at a kink left out)" if check.left_out else "")
            for check in self.checks
        ]
        verdict = "all gradients agree" if self.ok else "some gradients are wrong"
        return "\n".join([*lines, f"{verdict} with the {self.method}, tolerance {self.tolerance:.0e}"])


def gradcheck(back: System, values: Mapping[str, Any], *, tolerance: float | None = None) -> GradientReport:
    """Check every gradient of a backward pass at the given values.

    L = Σ ⟨seed_q, q⟩ over the outputs q of the forward pass, plus its losses, is differentiated entry by entry: by the
    complex step (Squire and Trapp 1998, eq. 3; exact to rounding), or by central differences of order six where an
    activation is not analytic; an entry at a kink, where ReLU or a maximum has no derivative, is left out.
    `values` are those that the backward pass takes, seeds included, over time perhaps `lengths`; `tolerance` is
    relative to max(1, max|reference|), 1e-13 or 1e-8 by method when left out.
    Raises InputError for a System that is no backward pass, for one with `truncate`, and for bad values.
    """
    check_system(back, "gradcheck")
    if back.forward is None or back.derivative is not Role.ADJOINT:
        raise InputError(f"gradcheck: {back.name} is not a backward pass; give it sl.backprop({back.name})")
    functions = [node.activation.entry for line in back.forward.lines for node in line.rhs.atoms(Apply)]
    method = "complex step" if all(entry.analytic for entry in functions) else "finite differences"
    smooth = all(entry.smooth for entry in functions) and not any(line.rhs.has(Maximum) for line in back.forward.lines)
    limit = _TOLERANCE[method] if tolerance is None else tolerance
    if not isinstance(limit, int | float):
        raise InputError(f"gradcheck: tolerance: expected a number, got {limit!r}")
    if not isinstance(values, Mapping):
        raise InputError(f"gradcheck: expected values by name, got {type(values).__name__}")
    if _is_cut(back.lines) and not _is_cut(back.forward.lines):
        raise InputError(f"gradcheck: {back.name} is cut, and so no gradient of L; check it without truncate")
    values = {name: value if name == "lengths" else _in_double(name, value) for name, value in values.items()}
    found = lambdify(back)(**values)
    loss = _loss(back, values)
    checks = []
    for leaf, gradient in zip(back.forward.leaves, back.outputs, strict=True):
        at = np.array(values[leaf.symbol.name], dtype=np.float64)
        reference = _derivative(partial(loss, leaf.symbol.name), at, method, smooth)
        kinks = int(np.isnan(reference).sum())
        reference = np.where(np.isnan(reference), found[gradient], reference)
        error = float(np.max(np.abs(found[gradient] - reference)) / max(1.0, float(np.max(np.abs(reference)))))
        checks.append(GradientCheck(gradient, error, error <= limit, kinks))
    return GradientReport(method, limit, tuple(checks))


def _is_cut(lines: Sequence[Equation]) -> bool:
    """Whether something does not pass from step to step everywhere."""
    return any(shift.cut != 0 for line in lines for shift in outer_shifts(line.rhs))


def _in_double(name: str, value: Any) -> Any:
    """Numbers in double precision, as the check needs them; what is no array is left for the call to refuse."""
    try:
        array = np.asarray(value)
    except ValueError:
        return value
    if array.dtype.kind == "c":
        raise InputError(f"gradcheck: {name}: expected real numbers, got {array.dtype}")
    return array.astype(np.float64) if array.dtype.kind in "fiu" else value


def _loss(back: System, values: Mapping[str, Any]) -> Callable[[str, Array], Any]:
    """The scalar L as a function of one leaf, the others fixed."""
    assert back.forward is not None
    forward = back.forward
    step = lambdify(forward)
    leaves = {str(leaf.symbol.name): values[leaf.symbol.name] for leaf in back.forward.leaves}
    fresh = [name for name in back.seeds if name not in back.forward.seeds]
    losses = back.forward.losses
    seeded = [name for name in back.forward.outputs if name not in losses]
    seeds = {output: np.asarray(values[name]) for output, name in zip(seeded, fresh, strict=True)}

    lengths = None if values.get("lengths") is None else np.atleast_1d(values["lengths"])

    def at_its_end(output: str, value: Array) -> Array:
        """What counts of an output: over time the last step alone of those that count at the end."""
        if output not in forward.at_end:
            return value
        if lengths is None or forward.ends_at_first(output):
            end: Array = value[0 if forward.ends_at_first(output) else -1]
            return end
        return np.stack([value[T - 1, ..., member] for member, T in enumerate(lengths)], axis=-1)

    def loss(name: str, point: Array) -> Any:
        results = step(**{**leaves, name: point}, lengths=lengths)
        counted = {output: at_its_end(output, results[output]) for output in [*seeds, *losses]}
        counted |= {  # what is the same at every step counts once
            output: counted[output][0] for output, seed in seeds.items() if counted[output].size != seed.size
        }
        shares = [counted[output].reshape(-1) * seed.reshape(-1) for output, seed in seeds.items()]
        return sum(share.sum() for share in [*shares, *(counted[loss] for loss in losses)])

    return loss


def _derivative(loss: Callable[[Array], Any], at: Array, method: str, smooth: bool) -> Array:
    """∂L/∂q entry by entry, NaN at a kink."""
    size = _STEP[method]
    derivative = np.empty(at.shape)
    for place in np.ndindex(at.shape):
        unit = np.zeros(at.shape)
        unit[place] = size
        if method == "complex step":
            derivative[place] = loss(at + 1j * unit).imag / size
        else:
            derivative[place] = _difference(loss, at, unit, size)
        unit[place] = _KINK
        if not smooth and _is_kink(loss, at, unit):
            derivative[place] = np.nan
    return derivative


def _is_kink(loss: Callable[[Array], Any], at: Array, unit: Array) -> bool:
    """Whether the slopes of the two sides differ."""
    middle = loss(at)
    ahead, behind = (loss(at + unit) - middle) / _KINK, (middle - loss(at - unit)) / _KINK
    return bool(abs(ahead - behind) > 0.01 * max(1.0, abs(ahead)))


def _difference(loss: Callable[[Array], Any], at: Array, unit: Array, size: float) -> float:
    """The central difference of order six along `unit`."""
    weights = {1: 45, 2: -9, 3: 1}
    total = sum(w * (loss(at + k * unit) - loss(at - k * unit)) for k, w in weights.items())
    return float(total / (60 * size))
