"""The table of slips, the commoner ones first."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from symlstm.checker.functions.slips.activations import activation_slips, cell_state_slips, parentheses_slips
from symlstm.checker.functions.slips.bend import Bend
from symlstm.checker.functions.slips.cells import cell_slips
from symlstm.checker.functions.slips.paths import (
    carry_slips,
    factor_slips,
    share_slips,
    sign_slips,
    sum_slips,
    term_slips,
)
from symlstm.checker.functions.slips.symbols import swap_slips, symbol_slips, time_slips, transpose_slips, weight_slips
from symlstm.errors import SymlstmError
from symlstm.system import System

__all__ = ["every_bend"]


def every_bend(back: System, sequence: bool, shares: Mapping[str, Any], values: Mapping[str, Any]) -> Iterator[Bend]:
    """Every slip that is known for a backward pass of one step, done at that step or at all steps of a sequence."""
    producers: list[Callable[[], Iterator[Bend]]] = [
        lambda: share_slips(back, shares, values),
        lambda: carry_slips(back, sequence),
        lambda: sum_slips(sequence),
        lambda: activation_slips(back),
        lambda: cell_state_slips(back),
        lambda: term_slips(back),
        lambda: transpose_slips(back),
        lambda: sign_slips(back),
        lambda: swap_slips(back),
        lambda: weight_slips(back),
        lambda: symbol_slips(back),
        lambda: factor_slips(back),
        lambda: parentheses_slips(back),
        lambda: time_slips(back, sequence),
        lambda: cell_slips(back),
    ]
    for slips in producers:
        with suppress(SymlstmError):  # a slip that a cell of this form cannot have
            yield from slips()
