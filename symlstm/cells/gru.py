"""Gated recurrent unit, with the reset before or after the recurrent product and either meaning of the update gate."""

from typing import Any

from symlstm.activations import sigmoid, tanh
from symlstm.algebra import add, hadamard, matmul, one_minus
from symlstm.cells.registry import define
from symlstm.errors import InputError, choice
from symlstm.system import Builder, System


@define("gru")
def gru(*, reset: str = "before", update: str = "keep", layout: str | None = None, **options: Any) -> System:
    """Gated recurrent unit: what to reset (r), what to update (z), the candidate (g).

    `reset="before"` makes g see r ⊙ h_prev, in either layout; "after" makes it see r ⊙ (U_g h_prev), as cuDNN does,
    and needs the layout "split". `update="keep"` makes z the share of the old state, h = z ⊙ h_prev + (1 − z) ⊙ g, as
    in PyTorch, Keras and ONNX; "write" the share of the new one. Raises InputError for a bad value.
    Source: Cho et al. 2014, section 2.3 ("keep"); Chung et al. 2014, section 3.2 ("write"); PyTorch's torch.nn.GRU
    ("after").
    """
    after = choice("reset", reset, ("before", "after")) == "after"
    if after and layout == "concat":
        raise InputError('layout: reset="after" multiplies U_g h_prev alone by r; expected split, got concat')
    cell = Builder("gru", layout=layout or ("split" if after else "concat"), **options)
    r, z = cell.gate("r", sigmoid), cell.gate("z", sigmoid)
    h_prev = cell.previous("h")
    if after:
        product = matmul(cell.parameter("U_g", cell.n, cell.n), h_prev)
        if cell.biases == 2:
            product = add(product, cell.parameter("bh_g", cell.n, 1))
        g = cell.gate("g", tanh, hadamard(r, product), recurrent=None)
    else:
        g = cell.gate("g", tanh, recurrent=hadamard(r, h_prev))
    old, new = (z, one_minus(z)) if choice("update", update, ("keep", "write")) == "keep" else (one_minus(z), z)
    cell.let("h", add(hadamard(old, h_prev), hadamard(new, g)))
    return cell.system()
