"""Derivatives: one rule per node type, and the sweeps that use them."""

from symlstm.derive import softmax_forms, time_forms  # noqa: F401, for the rules that they enter
from symlstm.derive.backward import backprop
from symlstm.derive.batch import batched
from symlstm.derive.forward import jvp
from symlstm.derive.hessian import hessian
from symlstm.derive.jacobian import jacobian
from symlstm.derive.jvp import JVP, jvp_rule
from symlstm.derive.matrix_forms import MATRIX_FORMS, matrix_form
from symlstm.derive.through_time import through_time
from symlstm.derive.vjp import VJP, vjp

__all__ = [
    "JVP",
    "MATRIX_FORMS",
    "VJP",
    "backprop",
    "batched",
    "hessian",
    "jacobian",
    "jvp",
    "jvp_rule",
    "matrix_form",
    "through_time",
    "vjp",
]
