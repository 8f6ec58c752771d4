"""Batches of derivatives: derived anew from the batched forward pass, so that the sums over the batch are right."""

from collections.abc import Callable

from sympy import Expr

from symlstm.algebra.dimensions import as_dimension
from symlstm.derive.backward import swept
from symlstm.derive.forward import directions, jvp
from symlstm.derive.shifts import cut_of
from symlstm.errors import DefinitionError
from symlstm.system import Role, System, check_system, side_by_side

__all__ = ["batched"]


def batched(system: System, batch: Expr | int | str) -> System:
    """The System for `batch` columns at once (an integer, a symbol or its name), its inputs and states side by side.

    Derivatives are derived anew from the batched forward pass, so that the sum over the batch in ∂L/∂b follows from
    the product rule. Raises DefinitionError for a System whose columns do not stay apart, as those of a Jacobian, for
    derivatives over time that were unrolled, and for some changed by hand, whose sums over the batch nobody derived.
    """
    check_system(system, "batched")
    batch = as_dimension(batch, "batch")
    if system.forward is None:
        return side_by_side(system, batch)
    derive = _derivation(system)
    if system != derive(system.forward):
        if system.steps:
            raise DefinitionError(f"system {system.name}: no batch once it is written out; give the cell its B before")
        raise DefinitionError(f"system {system.name}: a System of derivatives changed by hand has no batched form")
    return derive(batched(system.forward, batch))


def _derivation(system: System) -> Callable[[System], System]:
    """How the System was derived from its forward System."""
    if system.derivative is Role.JACOBIAN:
        raise DefinitionError(f"system {system.name}: a Jacobian is that of one column, it has no batched form")
    if system.derivative is Role.TANGENT:
        names = tuple(directions(system))
        return lambda forward: jvp(forward, names)
    cut = cut_of(system)
    return lambda forward: swept(forward, cut)
