"""Suffixes of identifiers: W_f_l2 is W_f of layer 2, h_l1_bw_prev the h_prev of layer 1 that runs backward in time."""

import re
from typing import NamedTuple

__all__ = ["Identifier", "split"]

_SUFFIX = re.compile(
    r"(?P<head>.+?)(?P<suffix>(?:_l(?P<layer>[1-9]\d*))?(?:_(?P<direction>fw|bw))?)(?P<neighbour>_prev|_next)?"
)


class Identifier(NamedTuple):
    """A name without its layer and direction, and these: `suffix` as it is written, `layer` and `direction` or ""."""

    bare: str
    suffix: str
    layer: str = ""
    direction: str = ""


def split(identifier: str) -> Identifier:
    """The identifier taken apart.

    >>> split("h_l2_bw_prev")
    Identifier(bare='h_prev', suffix='_l2_bw', layer='2', direction='bw')
    """
    found = _SUFFIX.fullmatch(identifier)
    if found is None:
        return Identifier(identifier, "")
    bare = found["head"] + (found["neighbour"] or "")
    return Identifier(bare, found["suffix"], found["layer"] or "", found["direction"] or "")
