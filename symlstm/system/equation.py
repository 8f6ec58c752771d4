"""Equation: a name and the matrix expression that it stands for, with equal shapes."""

from dataclasses import dataclass, field
from enum import StrEnum
from keyword import iskeyword
from typing import Any

from sympy import Expr, MatrixExpr, MatrixSymbol

from symlstm.algebra import Later, same_shape, show_shape
from symlstm.algebra.build import describe
from symlstm.algebra.time import SHIFTS
from symlstm.errors import DefinitionError, ShapeError
from symlstm.formats import formatter
from symlstm.notation.derived import with_suffix

__all__ = ["Equation", "Role", "check_name"]


def check_name(symbol: MatrixSymbol) -> None:
    """Raise DefinitionError for a name that is no Python identifier; how a name prints is the notation's business."""
    name = str(symbol.name)
    if not name.isidentifier() or not name.isascii() or iskeyword(name) or name.startswith("_"):
        raise DefinitionError(
            f"{name!r} is no name for a quantity; choose an identifier of ASCII letters, for example 'W_f'"
        )


class Role(StrEnum):
    """What a named quantity is to the field."""

    NET_INPUT = "net input"
    GATE = "gate"
    STATE = "state"
    QUANTITY = "quantity"
    LOSS = "loss"
    ADJOINT = "adjoint"
    TANGENT = "tangent"
    JACOBIAN = "Jacobian"


@dataclass(frozen=True)
class Equation:
    """One named equation, `lhs = rhs`.

    `of` is, for an adjoint, a tangent or a Jacobian, the quantity whose derivative it is.
    Raises ShapeError when the two sides differ in shape. An equation taken out of a System remembers it
    in `system`, so that it prints as it does there; the memory takes no part in comparisons.
    """

    lhs: MatrixSymbol
    rhs: MatrixExpr
    role: Role = Role.QUANTITY
    of: str = ""
    system: Any = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        if not isinstance(self.lhs, MatrixSymbol) or not isinstance(self.rhs, MatrixExpr):
            kinds = f"{type(self.lhs).__name__} and {type(self.rhs).__name__}"
            raise DefinitionError(f"equation: expected a MatrixSymbol and a matrix expression, got {kinds}")
        check_name(self.lhs)
        if not same_shape(self.lhs.shape, self.rhs.shape):
            raise ShapeError(
                f"equation {self.name}: the left side is {show_shape(self.lhs.shape)}, "
                f"the right side {describe(self.rhs)}"
            )

    @property
    def name(self) -> str:
        """The identifier of the left side."""
        return str(self.lhs.name)

    @property
    def shape(self) -> tuple[Expr, Expr]:
        """Rows and columns of both sides."""
        return self.lhs.shape  # type: ignore[no-any-return]

    @property
    def hands_on(self) -> bool:
        """Whether the line only says that a state is that of a neighbouring step: h_prev is h_{t−1}, h_0 at t = 1."""
        shift = self.rhs
        if not isinstance(shift, SHIFTS) or not isinstance(shift.matrix, MatrixSymbol):
            return False
        suffix = "_next" if isinstance(shift, Later) else "_prev"
        return shift.cut == 0 and self.name == with_suffix(str(shift.matrix.name), suffix)

    def latex(self, **options: Any) -> str:
        """The equation in LaTeX, without delimiters.

        Options are those of `symlstm.latex`: `notation`, `net_inputs`, `shapes`.
        """
        return formatter("latex")(self, **options)

    def text(self, **options: Any) -> str:
        """The equation in Unicode text; options as for `latex`."""
        return formatter("text")(self, **options)

    def _repr_latex_(self) -> str:
        return rf"$\displaystyle {self.latex()}$"

    def __str__(self) -> str:
        return self.text()
