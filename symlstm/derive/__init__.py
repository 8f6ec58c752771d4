"""Derivatives: one rule per node type, and the sweeps that use them."""

from symlstm.derive.backward import backprop, batched
from symlstm.derive.vjp import VJP, vjp

__all__ = ["VJP", "backprop", "batched", "vjp"]
