"""Derivatives: one rule per node type, and the sweeps that use them."""

from symlstm.derive.backward import backprop
from symlstm.derive.batch import batched
from symlstm.derive.forward import jvp
from symlstm.derive.jvp import JVP, jvp_rule
from symlstm.derive.vjp import VJP, vjp

__all__ = ["JVP", "VJP", "backprop", "batched", "jvp", "jvp_rule", "vjp"]
