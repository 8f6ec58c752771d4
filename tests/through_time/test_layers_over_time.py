"""Stacks and both directions over time: outputs and every gradient against autograd and torch, lengths, printing."""

from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
import pytest

import symlstm as sl
from symlstm import stacking
from symlstm.algebra import Earlier, Later, earlier, first, last, later, scale, zeros
from symlstm.derive import VJP
from symlstm.errors import DefinitionError
from symlstm.system import System
from tests.printing.test_renders import compile_tex
from tests.through_time.layered import (
    B,
    D,
    N,
    T,
    Values,
    anp,
    both_ways,
    compiled,
    error,
    gradients,
    layer,
    leaves_of,
    loss_at,
    sequence_values,
    weighted,
)

TOLERANCE = 1e-12
UNBATCHED = ("mlstm",)  # its state is a matrix
ARROWS = {" = ": ("\u20d7", "\u20d6"), " &= ": ("rightarrow", "leftarrow")}
torch_here = pytest.mark.skipif(find_spec("torch") is None, reason="torch is not a declared test dependency")


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


@pytest.mark.parametrize(("kind", "when"), [("squared_error", "last"), ("cross_entropy", "every")])
@pytest.mark.parametrize("name", NETWORKS)
def test_networks_with_a_loss(name: str, kind: str, when: str) -> None:
    network = NETWORKS[name]
    back = sl.through_time(network.with_loss(kind), loss=when)
    assert back.seeds == ()
    assert_within(furthest(network, back, sequence_values(back, T, seed=1), kind, when))


@pytest.mark.parametrize(("kind", "when"), [("squared_error", "every"), ("cross_entropy", "last")])
@pytest.mark.parametrize("name", ["lstm-lstm", "lstm-lstm both ways"])
def test_fifty_steps(name: str, kind: str, when: str) -> None:
    back = sl.through_time(NETWORKS[name].with_loss(kind), loss=when)
    assert_within(furthest(NETWORKS[name], back, sequence_values(back, 50, seed=2), kind, when))


def seeded(system: System, forward: Any, values: Values) -> dict[str, float]:
    """How far quantities and gradients are where L = Σ ⟨seed, output⟩, `forward` giving the quantities by hand."""
    back = compiled(sl.through_time(system))
    found = back(**values)
    over_all = sl.over_time(system)
    errors = {k: error(found[k], np.stack(steps)) for k, steps in forward(np, values).items() if k in found}
    expected = gradients(lambda given: weighted(anp, over_all, given, forward(anp, given)), values)
    return errors | {f"d_{leaf}": error(found[f"d_{leaf}"], expected[leaf]) for leaf in leaves_of(over_all)}


@pytest.mark.parametrize("name", sl.CELLS)
def test_every_cell_both_ways(name: str) -> None:
    system = sl.bidirectional(name)
    values = sequence_values(sl.through_time(system), T, B=0 if name in UNBATCHED else B, seed=3)
    errors = seeded(system, lambda np_, given: both_ways(np_, name, given, given["x"]), values)
    assert {"h", "h_fw", "h_bw"} <= errors.keys()
    assert_within(errors)


@pytest.mark.parametrize("name", [name for name in sl.CELLS if name not in UNBATCHED])
def test_every_cell_in_two_layers(name: str) -> None:
    network = Network((name, name))
    system = network.system()
    errors = seeded(system, network.forward, sequence_values(sl.through_time(system), 3, seed=4))
    assert {"h_l1", "h_l2"} <= errors.keys()
    assert_within(errors)


@pytest.mark.parametrize(
    ("name", "seeds", "at_end"),
    [
        ("lstm-lstm", ["h_l1", "y"], {"h_l1"}),
        ("lstm-lstm", ["c_l2", "f_l1"], {"c_l2"}),
        ("lstm-lstm", "h_l2", {"h_l2"}),
        ("gru-lstm both ways", ["h_l2", "h_l1_bw", "c_l2_fw"], {"h_l1_bw", "c_l2_fw"}),
        ("lstm both ways", ["h_fw", "c_bw", "h"], {"h_fw", "c_bw"}),
    ],
)
@pytest.mark.parametrize("when", ["every", "last"])
def test_seeds_beside_the_loss(name: str, seeds: Any, at_end: set[str], when: str) -> None:
    """What is named flows in at every step; a state that is used within the step flows in at its end."""
    network = NETWORKS[name]
    back = sl.through_time(network.with_loss("squared_error"), loss=when, seeds=seeds)
    named = [seeds] if isinstance(seeds, str) else seeds
    assert set(back.seeds) == {f"seed_{q}" for q in named}
    values = sequence_values(back, T, seed=5)
    ends = {f"seed_{q}": 0 if "_bw" in q else -1 for q in at_end}

    def total(given: Values) -> Any:
        found = network.forward(anp, given)
        flowing = network.loss(anp, given, "squared_error", when)
        for q in named:
            seed, steps = given[f"seed_{q}"], found[q]
            if q in at_end:
                flowing = flowing + anp.sum(seed * steps[ends[f"seed_{q}"]])
            else:
                flowing = flowing + sum(anp.sum(seed[t] * value) for t, value in enumerate(steps))
        return flowing

    found, expected = compiled(back)(**values), gradients(total, values)
    assert back.forward is not None
    assert_within({leaf: error(found[f"d_{leaf}"], expected[leaf]) for leaf in leaves_of(back.forward)})


def by_step(system: System, values: Values) -> Values:
    """The values of a System over time under the names that it has when it is unrolled."""
    timed = {str(leaf.symbol.name) for leaf in system.leaves if leaf.timed}
    steps = {f"{name}_{t}": step for name in timed for t, step in enumerate(values[name], 1)}
    return {name: value for name, value in values.items() if name not in timed} | steps


@pytest.mark.parametrize("when", ["every", "last"])
@pytest.mark.parametrize("name", ["gru-lstm", "lstm both ways", "gru-lstm both ways", "gru-lstm with dropout"])
def test_unrolled(name: str, when: str) -> None:
    """The compiled loops, their unrolling, and the backward pass of the unrolled steps say the same."""
    network = NETWORKS[name].with_loss("squared_error")
    back = sl.through_time(network, loss=when)
    values = sequence_values(back, 3, seed=6)
    found = compiled(back)(**values)
    flat = by_step(back, values)
    wide = sl.batched(network, "B")
    for unrolled in (sl.unroll(sl.batched(back, "B"), 3), sl.backprop(sl.unroll(wide, 3, loss=when))):
        other = sl.lambdify(unrolled)(**flat)
        for leaf in leaves_of(network if network.timed else sl.over_time(network)):
            steps = [f"d_{leaf}_{t}" for t in (1, 2, 3)]
            value = np.stack([other[step] for step in steps]) if steps[0] in other else other[f"d_{leaf}"]
            assert error(value, found[f"d_{leaf}"]) <= 1e-14, leaf


def test_an_unrolled_backward_pass() -> None:
    """Its forward lines stand in front; a way back starts at T + 1; parts of a gradient keep their names."""
    back = sl.through_time(NETWORKS["rnn both ways"].with_loss("squared_error"))
    unrolled = sl.unroll(back, 2)
    assert unrolled.forward is not None
    assert unrolled.lines[: len(unrolled.forward)] == unrolled.forward.lines
    rows = {row.split(" = ")[0].strip(): row.split(" = ")[1] for row in unrolled.text().splitlines()}
    assert rows["a⃖_h₂"] == "W⃖_h·[h⃖₃; x₂] + b⃖_h"
    assert rows["a⃖_h₁"] == "W⃖_h·[h⃖₂; x₁] + b⃖_h"
    assert rows["δh⃗₂"] == "δh_fw₂"
    assert rows["δL₂"] == "1"
    assert "δh⃖₃" in rows
    assert back.text(only=["d_loss"]) == "δLₜ = 1   t = T, …, 1"
    with pytest.raises(DefinitionError, match="its steps are written out already; batch first, then sl.unroll"):
        sl.batched(unrolled, "B")


TORCH = {
    "LSTM": ("lstm", {"layout": "split", "biases": 2}, "ifgo"),
    "GRU": ("gru", {"layout": "split", "biases": 2, "reset": "after"}, "rzg"),
    "RNN": ("rnn", {"layout": "split", "biases": 2}, "h"),
}


def of_torch(kind: str, layers: int, both: bool, values: Values) -> tuple[Any, dict[str, np.ndarray], list[str]]:
    """torch's module, its parameters with our values, and the suffixes of our names, in torch's order."""
    import torch

    module = getattr(torch.nn, kind)(D, N, layers, bidirectional=both, dtype=torch.float64)
    ways = ["_fw", "_bw"] if both else [""]
    suffixes = [f"{f'_l{k}' if layers > 1 else ''}{way}" for k in range(1, layers + 1) for way in ways]
    theirs = [f"_l{k}{'_reverse' * (way == '_bw')}" for k in range(layers) for way in ways]
    given = {}
    for suffix, place in zip(suffixes, theirs, strict=True):
        for parameter, ours in (("weight_ih", "W"), ("weight_hh", "U"), ("bias_ih", "b"), ("bias_hh", "bh")):
            array = np.concatenate([values[f"{ours}_{gate}{suffix}"] for gate in TORCH[kind][2]])
            given[parameter + place] = array[:, 0] if "bias" in parameter else array
    assert given.keys() == dict(module.named_parameters()).keys()
    return module, given, suffixes


def torch_system(kind: str, layers: int, both: bool) -> System:
    cell, options, _ = TORCH[kind]
    if layers == 1:
        return sl.bidirectional(cell, **options)
    return sl.stack(cell, layers=layers, bidirectional=both, **options)


@torch_here
@pytest.mark.parametrize("lengths", [None, (5, 2, 4, 1, 2)], ids=["whole", "lengths"])
@pytest.mark.parametrize(("layers", "both"), [(2, False), (1, True), (2, True)])
@pytest.mark.parametrize("kind", TORCH)
def test_against_torch(kind: str, layers: int, both: bool, lengths: tuple[int, ...] | None) -> None:
    """Outputs, states and all gradients; with lengths against packed sequences, which end where each one ends."""
    import torch
    from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

    system = torch_system(kind, layers, both)
    back = sl.through_time(system)
    values = sequence_values(back, T, B=5, seed=7)
    module, given, suffixes = of_torch(kind, layers, both, values)
    with torch.no_grad():
        for name, parameter in module.named_parameters():
            parameter.copy_(torch.tensor(given[name]))
    x = torch.tensor(values["x"].transpose(0, 2, 1).copy(), requires_grad=True)
    letters = "hc" if kind == "LSTM" else "h"
    starts = [torch.tensor(np.stack([values[f"{q}{s}_0"].T for s in suffixes]), requires_grad=True) for q in letters]
    taken = x if lengths is None else pack_padded_sequence(x, torch.tensor(lengths), enforce_sorted=False)
    out, ends = module(taken, tuple(starts) if kind == "LSTM" else starts[0])
    out = out if lengths is None else pad_packed_sequence(out, total_length=T)[0]
    ends = ends if kind == "LSTM" else (ends,)
    top = f"h_l{layers}" if layers > 1 else "h"
    total = (out * torch.tensor(values[f"seed_{top}"].transpose(0, 2, 1).copy())).sum()
    over_all = sl.over_time(system)
    for q, end in zip(letters, ends, strict=True):
        for place, suffix in enumerate(suffixes):
            if f"{q}{suffix}" in over_all.at_end:
                total = total + (end[place] * torch.tensor(values[f"seed_{q}{suffix}"].T.copy())).sum()
    total.backward()
    found = compiled(back)(**values, lengths=lengths)
    errors = {
        "h": error(found[top].transpose(0, 2, 1), out.detach().numpy()),
        "x": error(found["d_x"].transpose(0, 2, 1), x.grad.numpy()),
    }
    for q, start, end in zip(letters, starts, ends, strict=True):
        errors[f"{q}_0"] = error(np.stack([found[f"d_{q}{s}_0"].T for s in suffixes]), start.grad.numpy())
        last = lasts(found, [f"{q}{suffix}" for suffix in suffixes], lengths or (T,) * 5)
        errors[f"{q}_T"] = error(last, end.detach().numpy())
    _, theirs, _ = of_torch(kind, layers, both, {k.removeprefix("d_"): v for k, v in found.items() if k[:2] == "d_"})
    errors |= {name: error(theirs[name], p.grad.numpy()) for name, p in module.named_parameters()}
    assert_within(errors)


def lasts(found: Any, names: list[str], lengths: tuple[int, ...]) -> np.ndarray:
    """States where they end: at the first step for those of the way back."""
    ends = [[0 if "_bw" in name else length - 1 for length in lengths] for name in names]
    columns = [[found[name][t, :, k] for k, t in enumerate(end)] for name, end in zip(names, ends, strict=True)]
    return np.array(columns)


@pytest.mark.parametrize("name", ["lstm both ways", "gru-lstm both ways", "gru both ways with dropout"])
@pytest.mark.parametrize("when", ["every", "last"])
def test_lengths_are_sequences_by_themselves(name: str, when: str) -> None:
    """Each member of a batch as it is alone, in both directions; what lies behind its end is zero and of no effect."""
    lengths = np.array([2, 5, 1, 4, 2])
    back = sl.through_time(NETWORKS[name].with_loss("cross_entropy"), loss=when)
    values = sequence_values(back, T, B=5, seed=8)
    run = compiled(back)
    found = run(**values, lengths=lengths)
    assert back.forward is not None
    timed = back.timed
    wide = {name for name, leaf in zip(leaves_of(back), back.leaves, strict=True) if leaf.symbol.shape[1] == 1}
    wide -= set(back.parameters)
    sums = {name: np.zeros_like(values[name]) for name in back.parameters}
    for k, length in enumerate(lengths):
        alone = {q: value[..., [k]] if q in wide else value for q, value in values.items()}
        alone = {q: value[:length] if q in timed else value for q, value in alone.items()}
        single = run(**alone)
        for q, value in single.items():
            if q.removeprefix("d_") in sums:
                sums[q.removeprefix("d_")] += value
            elif q in timed:
                assert error(found[q][:length, :, [k]], value) <= 1e-14, (q, k)
                assert not found[q][length:, :, k].any(), (q, k)
            else:
                assert error(found[q][..., [k]], value) <= 1e-14, (q, k)
    assert_within({q: error(found[f"d_{q}"], total) for q, total in sums.items()}, 1e-13)
    spoiled = {q: value.copy() for q, value in values.items()}
    for q in ("x", "target", *(q for q in values if q.startswith("mask"))):
        for k, length in enumerate(lengths):
            spoiled[q][length:, :, k] = 7.0
    again = run(**spoiled, lengths=lengths)
    assert all(np.array_equal(again[q], found[q]) for q in found)


def printed_systems() -> Iterator[System]:
    for system in (
        sl.bidirectional("lstm"),
        sl.stack("gru", layers=2, bidirectional=True),
        NETWORKS["lstm-lstm both ways"].with_loss("cross_entropy"),
        NETWORKS["gru-lstm with dropout"].with_loss("squared_error"),
    ):
        yield from (system, sl.through_time(system))


@pytest.mark.parametrize("notation", sl.NOTATIONS)
def test_every_notation_prints_them(notation: str) -> None:
    """No two rows have the same left side, every output and every adjoint has one, both directions have as many."""
    for system in printed_systems():
        count = sum(bool(line.of) or line.name in system.outputs for line in system.lines)
        for text, sign in ((system.text(notation=notation), " = "), (system.latex(notation=notation), " &= ")):
            rows = [row for row in text.splitlines() if sign in row]
            sides = [row.split(sign)[0].strip() for row in rows]
            assert len(set(sides)) == len(sides) >= count
            ahead, back = (sum(arrow in side for side in sides) for arrow in ARROWS[sign])
            assert ahead == back > 0 or "both ways" not in system.name


@pytest.mark.skipif(which("pdflatex") is None, reason="pdflatex is no Python dependency")
@pytest.mark.parametrize("notation", ["default", "goodfellow", "pytorch"])
def test_pdflatex_compiles_them(notation: str, tmp_path: Path) -> None:
    system = NETWORKS["gru-lstm both ways"].with_loss("cross_entropy")
    body = sl.latex(sl.through_time(system), notation=notation).replace("{aligned}", "{align*}")
    preamble = r"\documentclass{article}\usepackage{amsmath,amssymb}\usepackage[a2paper,landscape]{geometry}"
    log = compile_tex(rf"{preamble}\allowdisplaybreaks\begin{{document}}{body}\end{{document}}", tmp_path)
    assert "Overfull" not in log


# What goes wrong is found.


@pytest.fixture(autouse=True)
def anew() -> Iterator[None]:
    """What a broken rule compiled is not used again."""
    yield
    compiled.cache_clear()


def stray(when: str = "every") -> float:
    """How far quantities and gradients of a stack in both directions are from those by hand, derived anew."""
    network = NETWORKS["gru-lstm both ways"]
    back = sl.through_time(network.with_loss("squared_error"), loss=when)
    return max(furthest(network, back, sequence_values(back, 3, seed=9), "squared_error", when).values())


def stray_ends() -> float:
    """The same without a loss, where states flow in where they end."""
    system = sl.bidirectional("lstm")
    values = sequence_values(sl.through_time(system), 3, seed=10)
    return max(seeded(system, lambda np_, given: both_ways(np_, "lstm", given, given["x"]), values).values())


BROKEN: dict[str, tuple[Any, Callable[..., Any]]] = {
    "nothing is handed back": (Earlier, lambda y, _, a, s, k: [zeros(a.shape), first(y), None]),
    "the start has none": (Earlier, lambda y, _, a, s, k: [later(y, zeros(a.shape)), zeros(s.shape), None]),
    "the start has the last": (Earlier, lambda y, _, a, s, k: [later(y, zeros(a.shape)), last(y), None]),
    "handed back twice": (Earlier, lambda y, _, a, s, k: [scale(2, later(y, zeros(a.shape))), first(y), None]),
    "nothing is handed on": (Later, lambda y, _, a, e, k: [zeros(a.shape), last(y), None]),
    "the end has none": (Later, lambda y, _, a, e, k: [earlier(y, zeros(a.shape)), zeros(e.shape), None]),
    "the end has the first": (Later, lambda y, _, a, e, k: [earlier(y, zeros(a.shape)), first(y), None]),
}


@pytest.mark.parametrize("measure", [stray, stray_ends], ids=["stack", "ends"])
@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_rule_is_found(how: str, measure: Callable[[], float], monkeypatch: pytest.MonkeyPatch) -> None:
    node, rule = BROKEN[how]
    monkeypatch.setitem(VJP, node, rule)
    assert measure() > 1e-3


def test_a_wrong_direction_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both layers of a bidirectional one go ahead."""
    monkeypatch.setattr(stacking, "over_time", lambda step, reverse=False: sl.over_time(step))
    assert stray() > 1e-3


def test_swapped_halves_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    right = stacking.on_top
    monkeypatch.setattr(stacking, "on_top", lambda ahead, back: right(back, ahead))
    assert stray() > 1e-3


def test_seeds_at_the_wrong_end_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(System, "ends_at_first", lambda system, output: False)
    assert stray_ends() > 1e-3


def test_a_loss_at_the_wrong_end_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    assert stray("last") <= TOLERANCE
    monkeypatch.setattr(System, "ends_at_first", lambda system, output: True)
    assert stray("last") > 1e-3


def test_unbroken_it_is_right() -> None:
    assert max(stray(), stray_ends()) <= TOLERANCE
