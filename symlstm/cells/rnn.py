"""The simple recurrent network."""

from typing import Any

from symlstm.algebra.function import Activation
from symlstm.cells.registry import define
from symlstm.system import Builder, System


@define("rnn")
def rnn(*, activation: str | Activation = "tanh", **options: Any) -> System:
    """Simple recurrent network: h = tanh(W x + U h_prev + b).

    `activation` is any of the table, "relu" for one. Raises InputError for a bad value.
    Source: Elman 1990; Goodfellow, Bengio and Courville 2016, eqs. (10.8)-(10.9).
    """
    cell = Builder("rnn", **options)
    cell.gate("h", activation)
    return cell.system()
