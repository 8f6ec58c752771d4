"""Weights under our own names: what a cell of ours takes, and the forms in which they may be given."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from symlstm.conventions.blocks import Array, join
from symlstm.conventions.convention import GATES, Form, Stored, gates
from symlstm.errors import InputError, UnknownNameError

__all__ = ["LEFT_OUT", "SPLIT_ONLY", "Weights", "check_layout", "laid_out", "own_form"]

SPLIT_ONLY = ("layernorm-lstm-tflite",)  # cells without an option for the layout
LEFT_OUT = {"lstm": "f", "layernorm-lstm-tflite": "i"}  # the gate without weights where the two are coupled
_LAYOUTS = ("split", "concat")
_SPLIT = (("W", "n d"), ("U", "n r"))
_BIASES = (("b", ""), ("bh", "biases"))
_VECTORS = {
    "lstm": _BIASES,
    "gru": _BIASES,
    "rnn": _BIASES,
    "layernorm-lstm-tf": (("gamma", ""), ("beta", "")),
    "layernorm-lstm-tflite": (("b", ""), ("gamma", "")),
}
_ORDERS = {"hx": ("U", "W"), "xh": ("W", "U")}


@dataclass(frozen=True, eq=False)
class Weights:
    """The weights of one layer in one direction, under our names.

    `options` are those of `symlstm.cell(weights.cell, **weights.options)`; `values` are arrays by identifier, matrices
    of two dimensions and vectors of one; `notes` say what was assumed or changed on the way.
    """

    cell: str
    options: Mapping[str, Any]
    values: Mapping[str, Array]
    notes: tuple[str, ...] = field(default=())

    def __repr__(self) -> str:
        shapes = ", ".join(f"{name} {array.shape}" for name, array in self.values.items())
        return f"Weights({self.cell!r}, {dict(self.options)!r}, {shapes})"


def laid_out(cell: str, values: Mapping[str, Array], layout: str, order: str, reset: object) -> dict[str, Array]:
    """Values in the layout "split" put together for the layout that was asked for."""
    check_layout(layout, order)
    if layout == "split":
        return dict(values)
    if reset == "after" or cell in SPLIT_ONLY:
        what = "a GRU whose reset comes after the product" if reset == "after" else cell
        raise InputError(f'layout="concat": {what} exists in layout="split" only')
    form = own_form(cell, layout, order, cell in LEFT_OUT and f"W_{LEFT_OUT[cell]}" not in values)
    sizes = _sizes(values, GATES[cell][-1])
    given = [stored for stored in form.arrays if all(name in values for name in stored.identifiers)]
    return {stored.name: join(stored, values, sizes) for stored in given}


def check_layout(layout: str, order: str) -> None:
    """Raise UnknownNameError for a layout or an order of the stack that does not exist."""
    if layout not in _LAYOUTS:
        raise UnknownNameError("layout", layout, _LAYOUTS)
    if order not in tuple(_ORDERS):
        raise UnknownNameError("order of the stack", order, _ORDERS)


def _sizes(values: Mapping[str, Array], gate: str) -> dict[str, int]:
    n, d = values[f"W_{gate}"].shape
    return {"n": n, "d": d, "r": values[f"U_{gate}"].shape[1]}


@cache
def own_form(cell: str, layout: str, order: str, coupled: bool) -> Form:
    """A cell of ours as a form: one array for every identifier, or the stack of two."""
    letters = [gate for gate in GATES[cell] if not (coupled and gate == LEFT_OUT[cell])]
    if layout == "split":
        arrays = [Stored(f"{family}_{g}", shape, f"{family}_{g}") for family, shape in _SPLIT for g in letters]
    else:
        first, second = _ORDERS[order]
        shape = "n r+d" if order == "hx" else "n d+r"
        arrays = [Stored(f"W_{g}", shape, gates(first, g, joined_to=second)) for g in letters]
    arrays += [
        Stored(f"{family}_{g}", "n", f"{family}_{g}", feature) for family, feature in _VECTORS[cell] for g in letters
    ]
    if cell in LEFT_OUT:
        arrays += [Stored(f"p_{g}", "n", f"p_{g}", "peephole") for g in letters if g != "g"]
        arrays += [Stored("W_p", "r n", "W_p", "projection")]
        arrays += [Stored("b_p", "r", "b_p", "projection bias" if cell == "lstm" else "projection")]
    if cell == "layernorm-lstm-tf":
        arrays += [Stored("gamma_c", "n", "gamma_c"), Stored("beta_c", "n", "beta_c")]
    return Form(cell, cell, " ".join(letters), tuple(arrays), means={"coupled": True} if coupled else {})
