"""Networks of layers, in symbols and by hand: how far the one is from the other."""

from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

import symlstm as sl
from symlstm.system import System
from tests.through_time.layered import (
    Values,
    anp,
    both_ways,
    compiled,
    error,
    gradients,
    layer,
    leaves_of,
    loss_at,
    weighted,
)

TOLERANCE = 1e-12
UNBATCHED = ("mlstm",)  # its state is a matrix


class Network(NamedTuple):
    """Layers from below; with both directions; with dropout on top of every layer, or of both directions."""

    cells: tuple[str, ...]
    both: bool = False
    dropout: bool = False

    @property
    def suffixes(self) -> list[str]:
        return [f"_l{k}" for k in range(1, len(self.cells) + 1)] if len(self.cells) > 1 else [""]

    @property
    def top(self) -> str:
        """The name of what the readout takes."""
        return f"h{'_dropped' if self.dropout else ''}{self.suffixes[-1]}"

    def system(self) -> System:
        if len(self.cells) == 1:
            whole = sl.bidirectional(self.cells[0]) if self.both else sl.cell(self.cells[0])
            return sl.compose(whole, sl.dropout()) if self.dropout else whole
        return self.dropped() if self.dropout else sl.stack(*self.cells, bidirectional=self.both)

    def dropped(self) -> System:
        """Every layer by hand, its names with a suffix, and dropout behind it."""
        parts, below = [], "x"
        for cell, suffix in zip(self.cells, self.suffixes, strict=True):
            new = {name: f"{name}{suffix}" for name in sl.cell(cell).symbols if not name.endswith("_prev")}
            parts += [sl.rename(sl.cell(cell), {**new, "x": below}), sl.dropout(f"h{suffix}")]
            below = f"h_dropped{suffix}"
        return sl.compose(*parts, name=f"{'.'.join(self.cells)} dropout")

    def with_loss(self, kind: str) -> System:
        return sl.compose(self.system(), sl.readout(of=self.top), getattr(sl, kind)())

    def forward(self, np_: ModuleType, values: Values) -> dict[str, list[Any]]:
        """Every quantity at every step, by hand."""
        found: dict[str, list[Any]] = {}
        taken = list(values["x"])
        for cell, suffix in zip(self.cells, self.suffixes, strict=True):
            found |= (both_ways if self.both else layer)(np_, cell, values, taken, suffix)
            taken = found[f"h{suffix}"]
            if self.dropout:
                taken = [mask * h for mask, h in zip(values[f"mask{suffix}"], taken, strict=True)]
                found[f"h_dropped{suffix}"] = taken
        if "W_y" in values:
            found["y"] = [np_.dot(values["W_y"], h) + values["b_y"] for h in taken]
        return found

    def loss(self, np_: ModuleType, values: Values, kind: str, when: str = "every") -> Any:
        pairs = list(zip(self.forward(np_, values)["y"], values["target"], strict=True))
        return sum(loss_at(np_, kind, y, target) for y, target in (pairs if when == "every" else pairs[-1:]))


NETWORKS = {
    "lstm-lstm": Network(("lstm", "lstm")),
    "gru-lstm": Network(("gru", "lstm")),
    "lstm-rnn-mgu": Network(("lstm", "rnn", "mgu")),
    "lstm both ways": Network(("lstm",), both=True),
    "gru both ways": Network(("gru",), both=True),
    "rnn both ways": Network(("rnn",), both=True),
    "layernorm-lstm both ways": Network(("layernorm-lstm",), both=True),
    "slstm both ways": Network(("slstm",), both=True),
    "lstm-lstm both ways": Network(("lstm", "lstm"), both=True),
    "gru-lstm both ways": Network(("gru", "lstm"), both=True),
    "lstm-lstm with dropout": Network(("lstm", "lstm"), dropout=True),
    "gru-lstm with dropout": Network(("gru", "lstm"), dropout=True),
    "gru both ways with dropout": Network(("gru",), both=True, dropout=True),
}


def furthest(network: Network, system: System, values: Values, kind: str, when: str) -> dict[str, float]:
    """How far every quantity, the loss and every gradient are from those by hand."""
    found = compiled(system)(**values)
    here = network.forward(np, values)
    errors = {name: error(found[name], np.stack(steps)) for name, steps in here.items() if name in found}
    assert {"y", "h" + network.suffixes[0]} <= errors.keys()
    shares = found["loss"] if when == "every" else found["loss"][-1:]
    errors["loss"] = error(shares.sum(), np.asarray(network.loss(np, values, kind, when)))
    expected = gradients(lambda given: network.loss(anp, given, kind, when), values)
    for name in leaves_of(system):
        if name != "target" or kind == "squared_error":  # a target that does not sum to 1 has another gradient
            errors[f"d_{name}"] = error(found[f"d_{name}"], expected[name])
    return errors


def assert_within(errors: dict[str, float], tolerance: float = TOLERANCE) -> None:
    assert {name: far for name, far in errors.items() if far > tolerance} == {}


def seeded(system: System, forward: Any, values: Values) -> dict[str, float]:
    """How far quantities and gradients are where L = Σ ⟨seed, output⟩, `forward` giving the quantities by hand."""
    back = compiled(sl.through_time(system))
    found = back(**values)
    over_all = sl.over_time(system)
    errors = {k: error(found[k], np.stack(steps)) for k, steps in forward(np, values).items() if k in found}
    expected = gradients(lambda given: weighted(anp, over_all, given, forward(anp, given)), values)
    return errors | {f"d_{leaf}": error(found[f"d_{leaf}"], expected[leaf]) for leaf in leaves_of(over_all)}
