"""From what a library computes to what our cell computes and back: negated gates, added biases, forget bias.

A step is exact where 1 − σ(a) = σ(−a) is used (a negation rounds nothing); what is added is rounded and said; what
cannot be said in the other form is refused.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from symlstm.conventions.blocks import Array
from symlstm.conventions.convention import GATES, Form
from symlstm.conventions.facts import OPTIONS, chosen
from symlstm.errors import InputError, UnknownNameError

__all__ = ["Expressed", "express", "read"]

_OWN = ("layout", "order", "biases", "peephole", "projection", "projection_bias", "n", "d", "r", "B")
_SYMMETRIC = ("sigmoid", "hard_sigmoid", "hard_sigmoid6")  # 1 − σ(a) = σ(−a)
_LINEAR = ("W", "U", "b", "bh", "p")  # families that are negated with a gate; the gain of a normalisation is not


class Expressed:
    """Values on their way from one meaning to another, with notes on what was done."""

    def __init__(self, values: Mapping[str, Array], notes: list[str] | None = None) -> None:
        self.values = dict(values)
        self.notes = [] if notes is None else notes

    def negate(self, gate: str, other: str) -> None:
        """Make the gate `other` out of 1 minus `gate`: its weights negated."""
        for family in _LINEAR:
            if (name := f"{family}_{gate}") in self.values:
                self.values[f"{family}_{other}"] = -self.values[name]
        if (gain := f"gamma_{gate}") in self.values:
            self.values[f"gamma_{other}"] = self.values[gain]

    def drop(self, gate: str) -> None:
        """Leave a gate out."""
        for family in (*_LINEAR, "gamma"):
            self.values.pop(f"{family}_{gate}", None)

    def is_zero(self, name: str) -> bool:
        """Whether a quantity is not there or zeros."""
        return name not in self.values or not self.values[name].any()

    def zeros(self, name: str, like: str) -> None:
        """A vector of zeros as long as another quantity has rows."""
        self.values[name] = np.zeros(len(self.values[like]), self.values[like].dtype)


# --- from a library -----------------------------------------------------------------------------------------------


def read(
    form: Form, values: Mapping[str, Array], meaning: dict[str, Any], notes: list[str]
) -> tuple[dict[str, Array], dict[str, Any]]:
    """Values of a library as ours, in the layout "split", with the options that tell what is there.

    `meaning`, what the library computes, is brought up to date where a gate is negated.
    """
    out = Expressed(values, notes)
    if form.unused:
        out.notes.append(f"the library stores {', '.join(form.unused)} for a gate that it does not use: left out")
    _fill_biases(form, out)
    if form.negated and meaning.get("forget_bias"):
        _shift(meaning["forget_bias"], out)
        meaning["forget_bias"] = 0
    _negate_gates(form.negated, out)
    _settle_projection_bias(form.cell, out)
    two = any(name.startswith("bh_") for name in out.values)
    there: dict[str, Any] = {"biases": 2 if two else 1} if form.cell in ("lstm", "gru", "rnn") else {}
    there |= {"peephole": True} if any(name.startswith("p_") for name in out.values) else {}
    there |= {"projection": True} if "W_p" in out.values else {}
    there |= {"projection_bias": True} if form.cell == "lstm" and "b_p" in out.values else {}
    return out.values, there


def _fill_biases(form: Form, out: Expressed) -> None:
    """Zeros for the biases that a library leaves out, of all gates or of some."""
    if not any(name.startswith("b_") for name in form.identifiers):
        return
    letters = [gate for gate in GATES[form.cell] if f"W_{gate}" in out.values]
    families = ("b", "bh") if any(name.startswith("bh_") for name in out.values) else ("b",)
    if any(f"b_{gate}" not in out.values for gate in letters):
        out.notes.append("no biases among the arrays: zeros")
    for name, gate in [(f"{family}_{gate}", gate) for family in families for gate in letters]:
        if name not in out.values:
            out.zeros(name, f"W_{gate}")


def _negate_gates(negated: Mapping[str, str], out: Expressed) -> None:
    """Make the gates of one side out of those of the other."""
    for gate, other in negated.items():
        out.negate(gate, other)
        out.drop(gate)
        out.notes.append(f"{other} = 1 - {gate}: the weights of {gate} are stored as those of {other}, negated, exact")


def _settle_projection_bias(cell: str, out: Expressed) -> None:
    """A bias of the projection, which the cell with layer normalisation always has and the other on request."""
    if "b_p" in out.values and "W_p" not in out.values:
        raise InputError("a bias of a projection is there, and no projection weights; leave it out, or add them")
    if cell == "layernorm-lstm-tflite" and "W_p" in out.values and "b_p" not in out.values:
        out.zeros("b_p", "W_p")
    if cell == "lstm" and out.is_zero("b_p"):
        out.values.pop("b_p", None)


# --- to a library -------------------------------------------------------------------------------------------------


def express(
    form: Form, values: Mapping[str, Array], options: Mapping[str, Any], facts: Mapping[str, Any]
) -> tuple[Expressed, dict[str, Any]]:
    """Values of ours, in the layout "split", as a library stores them, with what the library then has to compute.

    Raises InputError for what the library cannot hold, with the reason.
    """
    ours = _meaning(form.cell, options)
    target = chosen(form, _inherited(form, ours, facts) | dict(facts))
    out = Expressed(values)
    _check_features(form, out)
    _check_same(form, ours, target, options)
    _couple(ours, target, out)
    if ours.get("update") != target.get("update"):
        out.negate("z", "z")
        out.notes.append("z of the library is 1 - z of ours: W_z, U_z and the biases are negated, exact")
    _settle_biases(form, ours.get("reset", ""), out)
    _negate_gates({ours: theirs for theirs, ours in form.negated.items()}, out)
    _shift(ours.get("forget_bias", 0) - target.get("forget_bias", 0), out)
    return out, target


def _meaning(cell: str, options: Mapping[str, Any]) -> dict[str, Any]:
    known = OPTIONS[cell]
    for option in options:
        if option not in known and option not in _OWN:
            raise UnknownNameError(f"option of cell {cell}", option, [*known, *_OWN])
    stated = {option: getattr(options[option], "name", options[option]) for option in known if option in options}
    return dict(known) | {option: value for option, value in stated.items() if value is not None}


def _inherited(form: Form, ours: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    """The choices of a form that are made as our cell has them, where nothing else is asked for."""
    free = (choice for word, choice in form.choices.items() if word not in facts)
    return {option: ours[option] for choice in free for option in choice.options}


def _check_features(form: Form, out: Expressed) -> None:
    """Peepholes, a projection and its bias need a place; a vector of zeros can be left out."""
    for name in [name for name in out.values if name.startswith("p_") or name in ("W_p", "b_p")]:
        if name in form.ours:
            continue
        if name == "W_p" or not out.is_zero(name):
            what = {"W_p": "a projection", "b_p": "a projection's bias"}.get(name, "peephole weights")
            raise InputError(f"{name}: there is no place for {what} in {form.title}; expected a cell without")
        del out.values[name]


def _check_same(form: Form, ours: Mapping[str, Any], target: Mapping[str, Any], options: Mapping[str, Any]) -> None:
    for option, value in ours.items():
        wanted = target.get(option)
        if option not in ("coupled", "update", "forget_bias") and wanted != value:
            hint = "" if option in options else f"; say {option}={wanted!r} if that is what the values mean"
            raise InputError(f"{form.title} has {option}={wanted!r}; {option}={value!r} cannot be stored{hint}")


def _couple(ours: Mapping[str, Any], target: Mapping[str, Any], out: Expressed) -> None:
    if target.get("coupled") and not ours["coupled"]:
        raise InputError("f and i are gates of their own; expected coupled ones")
    if ours.get("coupled") and not target["coupled"]:
        if ours.get("gate_activation", "sigmoid") not in _SYMMETRIC:
            raise InputError(
                f"f = 1 - i is no gate with negated weights where the activation is {ours['gate_activation']}"
            )
        out.negate("i", "f")
        out.notes.append("f = 1 - i is stored as a forget gate of its own, with the weights of i negated, exact")


def _shift(amount: float, out: Expressed) -> None:
    """Add to the bias of the forget gate what one side adds at run time and the other does not."""
    if not amount:
        return
    name = "b_f" if "b_f" in out.values else "beta_f"
    out.values[name] = out.values[name] + np.asarray(amount, out.values[name].dtype)
    out.notes.append(f"what is added to the net input of f at run time differs: {amount:+g} in {name}, rounded")


def _settle_biases(form: Form, reset: str, out: Expressed) -> None:
    """Two biases into one by their sum, one into two with zeros."""
    summed, filled = [], []
    for gate in [name[2:] for name in out.values if name.startswith("b_") and name != "b_p"]:
        one, two = f"b_{gate}", f"bh_{gate}"
        if two in form.ours:
            if two not in out.values:
                out.zeros(two, one)
                filled.append(two)
        elif not out.is_zero(two):
            if gate == "g" and reset == "after":
                raise InputError(f"bh_g is multiplied by r, b_g is not; {form.title} has one bias for both")
            out.values[one] = out.values[one] + out.values[two]
            summed.append(f"{one} + {two}")
        if two not in form.ours:
            out.values.pop(two, None)
    if summed:
        out.notes.append(f"one bias for two: {', '.join(summed)}, rounded")
    if filled:
        out.notes.append(f"no second bias: zeros for {', '.join(filled)}")
