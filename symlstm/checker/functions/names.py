"""Names: which quantity of a cell an argument or a result of somebody's function is, by what it is called."""

import re
from collections.abc import Iterable, Iterator

from symlstm.checker.functions.blocks import Blocks
from symlstm.checker.functions.quantities import EXTRA, Container, Parameter, Quantity, Vector, Weights, adjoint_of
from symlstm.system import System

__all__ = ["HARMLESS", "Names", "plain"]

_PREVIOUS = ("{}prev", "prev{}", "{}previous", "{}old", "{}tm1", "{}tprev", "{}last", "{}in", "{}t1", "{}m1", "{}prevt")
_NEW = ("{}", "{}t", "{}next", "next{}", "{}new", "new{}", "{}cur", "{}out")
_FIRST = ("{}0", "{}init", "init{}", "{}initial", "initial{}", "{}start")
_SEEDS = ("d{}", "d{}t", "d{}next", "dnext{}", "d{}s", "d{}all", "d{}out", "delta{}", "seed{}", "grad{}", "d{}tnext")
_SEEDS_AT_END = ("d{}last", "d{}final", "d{}end")
_STATES = {"h": ("h", "a", "s", "hidden"), "c": ("c", "cell", "s")}
_GATES = {
    "f": ("f", "forget", "gammaf"),
    "i": ("i", "input", "gammai", "gammau", "u"),
    "o": ("o", "output", "gammao"),
    "g": ("g", "ctilde", "cbar", "cc", "ccand", "chat", "candidate", "cand", "htilde", "hhat", "hbar", "hcand", "hh"),
    "r": ("r", "reset"),
    "z": ("z", "update", "u"),
}
_CANDIDATE = {"lstm": ("c", "a", "z", "n"), "gru": ("h", "n", "c")}
_NET = ("a{}", "z{}", "net{}", "pre{}", "s{}")
_WEIGHTS_X = ("w{0}x", "wx{0}", "wi{0}", "w{0}i")
_WEIGHTS_H = ("u{0}", "w{0}h", "wh{0}", "r{0}", "w{0}a", "u{0}h")
_STACKED = {
    "x": ("wx", "wxh", "wih", "weightih", "weightihl0", "kernel", "wax", "win", "wxx"),
    "h": ("wh", "whh", "u", "weighthh", "weighthhl0", "recurrentkernel", "waa", "wrec", "r"),
    "auto": ("w", "weight", "weights", "wall", "wlstm"),
    "b": ("b", "bias", "bih", "biasih", "biasihl0", "ba", "bx"),
    "bh": ("bhh", "biashh", "biashhl0"),
}
_CONTAINERS = {
    "parameters": ("parameters", "params", "weights", "theta", "model", "p", "w"),
    "cache": ("cache", "caches", "memory", "tape", "saved", "ctx"),
}
HARMLESS = ("cache", "caches", "loss", "cost", "y", "ypred", "ytpred", "yt", "yhat", "probs", "logits", "memory")


def plain(name: str) -> str:
    """A name without case, underscores and marks: `dh_prev` and `dHprev` are the same.

    >>> plain("W_f"), plain("dC_prev")
    ('wf', 'dcprev')
    """
    return re.sub(r"[^a-z0-9]", "", name.lower().replace("∂", "d").replace("δ", "d").replace("tilda", "tilde"))


class Names:
    """The names of the quantities of a cell; `seen` are all names of a function, which settle what W_f is."""

    def __init__(self, cell: System, blocks: Blocks, sequence: bool, seen: Iterable[str] = ()) -> None:
        self.cell = cell
        self.blocks = blocks
        self.sequence = sequence
        self.seen = {plain(name) for name in seen} | {plain(name)[1:] for name in seen if plain(name).startswith("d")}
        self.gate_names = self._gate_names()
        weights = dict(self._weights())
        self.apart = any(name in self.seen for name, one in weights.items() if one.parts == ("h",))
        self.leaves: dict[str, Quantity] = {**dict(self._vectors()), **weights, **self._own()}
        self.leaves.update(dict(self._states()))
        self.leaves.update({gate: Vector((gate,)) for gate in blocks.gates if len(blocks.gates) > 1})
        self.seeds = dict(self._seeds())
        self.gradients = dict(self._gradients())

    def argument(self, name: str, backward: bool) -> Quantity | None:
        """The quantity of an argument, or None."""
        key = plain(name)
        kinds = {alias: Container(kind) for kind, aliases in _CONTAINERS.items() for alias in aliases}
        seed = self.seeds.get(key) if backward else None
        return seed or self.leaves.get(key) or kinds.get(key) or EXTRA.get(key)

    def result(self, name: str, backward: bool) -> Quantity | None:
        """The quantity of a result: a gradient of a backward function, a value of a forward function."""
        key = plain(name)
        if not backward:
            found = self.leaves.get(key)
            return found if isinstance(found, Vector) else None
        return self.gradients.get(key)

    def weight(self, key: str) -> Quantity | None:
        """What a dict of parameters holds under a key."""
        found = self.leaves.get(plain(key)) or EXTRA.get(plain(key))
        return None if isinstance(found, Vector) else found

    def _gate_names(self) -> dict[str, tuple[str, ...]]:
        family = "lstm" if "c" in self.cell else "gru"
        names = {}
        for gate in self.blocks.gates:
            extra = _CANDIDATE[family] if gate == "g" else ()
            names[gate] = tuple(dict.fromkeys((gate, *_GATES.get(gate, (gate,)), *extra)))
        if len(names) == 1 and "h" in names:
            names["h"] = ("h", "a", "hh")
        taken = set(names)
        return {
            gate: tuple(name for name in aliases if name == gate or name not in taken)
            for gate, aliases in names.items()
        }

    def _weights(self) -> Iterator[tuple[str, Weights]]:
        """Stacked weights, then those of single gates; a gate's name beats a stack's where the others are gates'."""
        stacked = {name: Weights((part,)) for part, names in _STACKED.items() for name in names}
        single: dict[str, Weights] = {}
        for gate, aliases in self.gate_names.items():
            for alias in aliases:
                for part, patterns in (("x", _WEIGHTS_X), ("h", _WEIGHTS_H)):
                    for pattern in patterns:
                        single.setdefault(pattern.format(alias), Weights((part,), (gate,)))
                for pattern, part in (("bh{}", "bh"), ("b{}h", "bh"), ("bx{}", "b"), ("b{}x", "b"), ("p{}", "p")):
                    single.setdefault(pattern.format(alias), Weights((part,), (gate,)))
        for gate, aliases in self.gate_names.items():
            for alias in aliases:
                single[f"w{alias}"] = single[f"weight{alias}"] = Weights(("auto",), (gate,))
                single[f"b{alias}"] = single[f"bias{alias}"] = Weights(("b",), (gate,))
        many = len(self.blocks.gates) > 1
        others = [n for n in single if n in self.seen and n not in stacked and n[:1] == "w"]
        torch = {"wih", "whh", "bih", "bhh"} & self.seen and not others
        for name, weights in {**single, **stacked}.items():
            clash = name in single and name in stacked
            alone = name[:1] == "b" or not self.seen & set(_STACKED["x"])
            keep_single = clash and (bool(others) if many else alone)
            yield name, single[name] if keep_single and not torch else weights

    def _own(self) -> dict[str, Quantity]:
        """Parameters that are no blocks of gates."""
        known = self.blocks.parameters
        return {plain(name): Parameter(name) for name in self.cell.parameters if name not in known}

    def _states(self) -> Iterator[tuple[str, Quantity]]:
        for name in ("x", "xt", "xs", "xseq", "inputs", "input", "xin"):
            yield name, Vector(("x",))
        for state in self.cell.states:
            letter = state.removesuffix("_prev")
            for alias in _STATES.get(letter, (letter,)):
                first = f"{letter}_0" if self.sequence else state
                for pattern in (*_PREVIOUS, *_FIRST):
                    yield pattern.format(alias), Vector((first,))
                for pattern in (*_NEW, "{}s", "all{}"):
                    if alias == letter or pattern != "{}" or alias not in self.blocks.gates:
                        yield pattern.format(alias), Vector((letter,))

    def _vectors(self) -> Iterator[tuple[str, Quantity]]:
        """All quantities by their own names, gates and net inputs, and what is stacked."""
        for line in self.cell.lines:
            yield plain(line.name), Vector((line.name,))
        for gate, aliases in self.gate_names.items():
            for alias in aliases:
                for pattern in _NET:
                    if f"a_{gate}" in self.cell:
                        yield pattern.format(alias), Vector((f"a_{gate}",))
            for alias in aliases:
                for pattern in ("{}", "{}t", "{}gate", "gate{}"):
                    yield pattern.format(alias), Vector((gate,))
        for name in ("tanhc", "tanhct", "tanhcnext", "ctanh", "tanhnextc", "tanct"):
            if "c" in self.cell:
                yield name, Vector(("tanh_c",))
        for name in ("hx", "concat", "z", "zt", "stacked", "combined", "inputconcat", "concatinput"):
            if name not in self.blocks.gates:
                yield name, Vector(("joined",))

    def _seeds(self) -> Iterator[tuple[str, Quantity]]:
        for letter in self.cell.outputs:
            for alias in _STATES.get(letter, (letter,)):
                for pattern in _SEEDS:
                    yield pattern.format(alias), Vector((f"seed_{letter}",))
                for pattern in _SEEDS_AT_END:
                    yield pattern.format(alias), Vector((f"seed_{letter}_last",))

    def _gradients(self) -> Iterator[tuple[str, Quantity]]:
        """d and the name of the quantity; `dh_next` handed on to the step before is the gradient of h_prev."""
        for name, quantity in self.leaves.items():
            for pattern in ("d{}", "grad{}", "{}grad", "delta{}", "dld{}", "{}"):
                if pattern != "{}" or isinstance(quantity, Weights):
                    yield pattern.format(name), adjoint_of(quantity)
        for name in ("dgates", "dactivations", "da", "dz", "dnet", "dpre"):
            if name[1:] not in self.blocks.gates and len(self.blocks.gates) > 1:
                yield name, Vector(("nets",), adjoint=True)
        for state in self.cell.states:
            letter = state.removesuffix("_prev")
            first = f"{letter}_0" if self.sequence else state
            for alias in _STATES.get(letter, (letter,)):
                for pattern in ("d{}next", "dnext{}"):
                    yield pattern.format(alias), Vector((first,), adjoint=True)
