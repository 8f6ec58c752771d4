"""The table of slips, the commoner ones first."""

from collections.abc import Iterator, Mapping
from typing import Any

from symlstm.check.functions.slips.activations import activation_slips, cell_state_slips, parentheses_slips
from symlstm.check.functions.slips.bend import Bend
from symlstm.check.functions.slips.cells import cell_slips
from symlstm.check.functions.slips.paths import (
    carry_slips,
    factor_slips,
    share_slips,
    sign_slips,
    sum_slips,
    term_slips,
)
from symlstm.check.functions.slips.symbols import swap_slips, symbol_slips, time_slips, transpose_slips, weight_slips
from symlstm.system import System

__all__ = ["every_bend"]


def every_bend(back: System, sequence: bool, shares: Mapping[str, Any], values: Mapping[str, Any]) -> Iterator[Bend]:
    """Every slip that is known for a backward pass of one step, done at that step or at all steps of a sequence."""
    yield from share_slips(back, shares, values)
    yield from carry_slips(back, sequence)
    yield from sum_slips(sequence)
    yield from activation_slips(back)
    yield from cell_state_slips(back)
    yield from term_slips(back)
    yield from transpose_slips(back)
    yield from sign_slips(back)
    yield from swap_slips(back)
    yield from weight_slips(back)
    yield from symbol_slips(back)
    yield from factor_slips(back)
    yield from parentheses_slips(back)
    yield from time_slips(back, sequence)
    yield from cell_slips(back)
