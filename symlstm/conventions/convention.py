"""What a convention is made of: the arrays of a library, what they hold, and what the library computes with them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import isfinite
from typing import Any

from symlstm.conventions.shapes import Axis, Shape, shape_of

__all__ = ["BIAS", "GATES", "UNUSED", "Choice", "Convention", "Form", "Stored", "gates", "logical_shape"]

UNUSED = "."  # a block that the library stores and does not use
BIAS = "bias"  # the feature whose arrays may be left out: zeros
GATES: Mapping[str, str] = {
    "lstm": "fiog",
    "layernorm-lstm-tf": "fiog",
    "layernorm-lstm-tflite": "fiog",
    "gru": "rzg",
    "rnn": "h",
}

_MATRICES = {"W_p": "r n", "b_p": "r"}
_FAMILIES = {"W": "n d", "U": "n r"}


def gates(family: str, order: str, joined_to: str = "") -> str:
    """One identifier for every gate: `gates("W", "ifgo")` is "W_i W_f W_g W_o"; with `joined_to` "W_i+U_i …"."""
    return " ".join(f"{family}_{gate}" + (f"+{joined_to}_{gate}" if joined_to else "") for gate in order)


def logical_shape(identifier: str) -> tuple[Axis, ...]:
    """The shape that an identifier of ours has: W n × d, U n × r, W_p r × n, everything else a vector of length n."""
    text = _MATRICES.get(identifier) or _FAMILIES.get(identifier.partition("_")[0], "n")
    return shape_of(text).axes


@dataclass(frozen=True)
class Stored:
    """One array of a library: its name, its shape, and the identifiers it holds, in order, along the axis of gates.

    `holds` is "W_i W_f …"; "W_i+U_i …" where input and recurrent weights lie in one matrix, on [x; h_prev] in this
    order; "." is a block that is not used. Whether the gates are rows or columns follows from `shape`.
    `feature` is empty for an array that has to be there; the arrays of a feature ("bias", "peephole", …) are
    all there or none is.
    """

    name: str
    shape: str
    holds: str
    feature: str = ""

    @cached_property
    def axes(self) -> Shape:
        """The shape, read."""
        return shape_of(self.shape)

    @cached_property
    def blocks(self) -> tuple[tuple[str, ...], ...]:
        """What lies along the axis of gates; each entry is what lies side by side in it."""
        return tuple(tuple(word.split("+")) for word in self.holds.split())

    @cached_property
    def identifiers(self) -> tuple[str, ...]:
        """Every identifier of ours that the array holds."""
        return tuple(name for block in self.blocks for name in block if name != UNUSED)


@dataclass(frozen=True)
class Choice:
    """A setting of the library that the arrays do not show: the options of our cell that it sets, and their values.

    `values` maps what the library says to what we say; None: any number, which means itself. `listed`: the library
    gives a list, one entry for every option.
    """

    options: tuple[str, ...]
    default: Any
    values: Mapping[Any, Any] | None = None
    listed: bool = False

    def means(self, value: Any) -> dict[str, Any]:
        """The options that a setting stands for. Raises KeyError for a setting that is not known."""
        count = len(self.options)
        entries = [value] * count
        if self.listed and isinstance(value, list | tuple):
            entries = list(value[:count])
            if list(value) not in (entries, 2 * entries) or len(entries) != count:
                raise KeyError(value)
        return {option: self._meant(entry) for option, entry in zip(self.options, entries, strict=True)}

    def _meant(self, entry: Any) -> Any:
        if self.values is not None:
            return self.values[entry] if isinstance(entry, str) else {}[entry]
        if isinstance(entry, bool) or not isinstance(entry, int | float) or not isfinite(entry):
            raise KeyError(entry)
        return entry

    def setting(self, meaning: Mapping[str, Any]) -> Any:
        """The setting that stands for these options. Raises KeyError where there is none."""
        wanted = [meaning[option] for option in self.options]
        if self.values is None:
            return wanted[0]
        words = {ours: theirs for theirs, ours in self.values.items()}
        entries = [words[value] for value in wanted]
        if not self.listed and len(set(entries)) > 1:
            raise KeyError(entries)
        return entries if self.listed else entries[0]


@dataclass(frozen=True)
class Form:
    """One cell of one library.

    `cell` is ours; `title` and `letters` are the library's names for it and for its gates, in the order of its arrays.
    `means` are the options of our cell that it always has; `settings` the settings of the library that select this
    form; `choices` settings that are free; `requires` settings that may be stated only with this value.
    `negated` maps a gate of the library to the gate of ours that is 1 minus it.
    """

    cell: str
    title: str
    letters: str
    arrays: tuple[Stored, ...]
    means: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    choices: Mapping[str, Choice] = field(default_factory=dict)
    requires: Mapping[str, Any] = field(default_factory=dict)
    negated: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def by_name(self) -> dict[str, Stored]:
        """The arrays by their names."""
        return {stored.name: stored for stored in self.arrays}

    @cached_property
    def identifiers(self) -> frozenset[str]:
        """Every identifier that some array of it holds."""
        return frozenset(name for stored in self.arrays for name in stored.identifiers)

    @cached_property
    def ours(self) -> frozenset[str]:
        """The same by our names: what is stored under a negated gate is our other gate."""
        parts = (name.partition("_") for name in self.identifiers)
        return frozenset(f"{family}_{self.negated.get(gate, gate)}" for family, _, gate in parts)

    @cached_property
    def unused(self) -> tuple[str, ...]:
        """The arrays with blocks that the library does not use."""
        return tuple(stored.name for stored in self.arrays if (UNUSED,) in stored.blocks)

    @property
    def gates(self) -> str:
        """The gates in the order of the library, by our letters."""
        held = [name for stored in self.arrays for name in stored.identifiers]
        return " ".join(name[2:] for name in held if name.startswith("W_") and name != "W_p")

    @cached_property
    def features(self) -> tuple[str, ...]:
        """What may be there or not."""
        return tuple(dict.fromkeys(stored.feature for stored in self.arrays if stored.feature))


@dataclass(frozen=True)
class Convention:
    """How a library keeps the weights of its recurrent layers.

    `suffix` and `reverse` are put behind the name of an array ("_l{layer}", "_reverse"), `prefixes` before it, by
    direction. `listed` are the names of the arrays where the library gives a list. `source` is where all this was read.
    """

    name: str
    title: str
    source: str
    forms: tuple[Form, ...]
    suffix: str = ""
    reverse: str = ""
    prefixes: Mapping[str, str] = field(default_factory=dict)
    listed: tuple[str, ...] = ()

    @property
    def cells(self) -> tuple[str, ...]:
        """The cells of ours that it can hold."""
        return tuple(dict.fromkeys(form.cell for form in self.forms))

    @cached_property
    def leading(self) -> tuple[str, ...]:
        """The axes over layers and directions that its arrays have."""
        return self.forms[0].arrays[0].axes.leading

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of its arrays."""
        return tuple(dict.fromkeys(stored.name for form in self.forms for stored in form.arrays))

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The settings of the library that may be stated."""
        return tuple(dict.fromkeys(word for form in self.forms for word in _words(form)))

    @property
    def has_layers(self) -> bool:
        """Whether the names or the arrays tell layers apart."""
        return "{layer}" in self.suffix or "layers" in self.leading

    @property
    def has_directions(self) -> bool:
        """Whether the names or the arrays tell directions apart."""
        return bool(self.reverse or self.prefixes or "dirs" in self.leading)


def _words(form: Form) -> Iterator[str]:
    yield from form.settings
    yield from form.choices
    yield from form.requires
