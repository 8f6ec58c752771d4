"""Values over the prime field at one point: to see which of many expressions may be equal before that is decided."""

from collections.abc import Sequence
from itertools import islice
from typing import Any

from sympy import MatrixExpr

from symlstm.checker.deciding import setting_for
from symlstm.checker.identity.domain import BadPointError
from symlstm.checker.identity.sizes import large_enough
from symlstm.checker.meaning.frame import Frame

__all__ = ["at_a_point"]

_TRIED = 40


def at_a_point(expressions: Sequence[MatrixExpr], frame: Frame) -> list[Any] | None:
    """The values of expressions of a frame at one point; None where there is none at which all have one."""
    setting = setting_for(frame, *expressions)
    sizes = large_enough(setting.symbols)
    for point in islice(setting.field_points(sizes), _TRIED):
        try:
            return [point.evaluate(expression) for expression in expressions]
        except BadPointError:
            continue
    return None
