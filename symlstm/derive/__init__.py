"""Derivatives: one rule per node type, and the sweeps that use them."""

from symlstm.derive.backward import backprop, batched
from symlstm.derive.through_time import through_time
from symlstm.derive.vjp import VJP, vjp

__all__ = ["VJP", "backprop", "batched", "through_time", "vjp"]
