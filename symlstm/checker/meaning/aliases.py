"""Aliases: the letters that texts use for the quantities of a cell, the likeliest first."""

from collections.abc import Mapping, Sequence

__all__ = ["ACTIVATIONS", "GATE_LABELS", "LOSSES", "family_of", "letters_of", "parameter_of", "says_source"]

_LSTM = {
    "x": ["x", "X"],
    "h": ["h", "H", "a", "y", "s"],
    "c": ["c", "C", "s"],
    "f": ["f", "F", "Gamma_f"],
    "i": ["i", "I", "Gamma_i", "Gamma_u", "u"],
    "o": ["o", "O", "Gamma_o"],
    "g": ["g", "G", "C~tilde", "c~tilde", "c~hat", "C~hat", "c~bar", "C~bar", "g~tilde", "z", "j", "k", "a", "u"],
}
_GRU = {
    "x": ["x", "X"],
    "h": ["h", "H", "c", "C", "s", "a"],
    "r": ["r", "R", "Gamma_r"],
    "z": ["z", "Z", "u", "U", "Gamma_u", "Gamma_z"],
    "g": ["h~tilde", "H~tilde", "h~hat", "c~tilde", "C~tilde", "h~bar", "g", "G", "n", "N", "hh", "k", "a"],
}
_RNN = {"x": ["x", "X"], "h": ["h", "H", "a", "s", "S", "y", "Y"]}
_HEADS = {"y": ["y", "o", "O", "Y", "z"], "p": ["y~hat", "p", "Y~hat"], "target": ["y", "t"]}
_FAMILIES = {"lstm": _LSTM, "gru": _GRU, "rnn": _RNN}

GATE_LABELS: Mapping[str, Sequence[str]] = {
    "f": ["f", "F"],
    "i": ["i", "I", "u"],
    "o": ["o", "O"],
    "g": [
        "g",
        "c",
        "C",
        "c~tilde",
        "C~tilde",
        "h~tilde",
        "H~tilde",
        "h",
        "H",
        "z",
        "a",
        "j",
        "n",
        "s",
        "k",
        "h~hat",
        "c~hat",
        "",
    ],
    "r": ["r", "R"],
    "z": ["z", "Z", "u"],
    "h": ["h", "H", "hh", "aa", "a", "ss", "s", ""],
    "y": ["y", "o", "yh", "hy", "ho", "oh", "qh", "hq", "ya", "ay"],
}
"""What the scripts of weights and biases call a gate."""

_INPUTS = ("x", "X", "i", "I", "in")
_STATES = ("h", "H", "a", "s", "y", "rec")
_ALONE = frozenset({"x", "X", "i", "in", "h", "H", "rec"})
_CELLS = ("c", "C")

LOSSES = frozenset({"L", "E", "J", "ell", "l", "loss", "Loss", "mathcalL", "C"})

ACTIVATIONS: Mapping[str, str] = {
    "sigma": "sigmoid", "sigmoid": "sigmoid", "sigm": "sigmoid", "sig": "sigmoid", "logistic": "sigmoid",
    "tanh": "tanh", "relu": "relu", "ReLU": "relu", "exp": "exp", "log": "log", "ln": "log",
    "softplus": "softplus", "silu": "silu", "elu": "elu", "softsign": "softsign", "abs": "abs",
    "logsigmoid": "log_sigmoid", "sign": "sign", "sgn": "sign", "id": "identity", "hardsigmoid": "hard_sigmoid",
    "hardtanh": "hard_tanh", "hardsigmoid6": "hard_sigmoid6", "step": "step", "leakyrelu": "leaky_relu",
    "LeakyReLU": "leaky_relu", "SiLU": "silu", "ELU": "elu",
}  # fmt: skip


def family_of(names: Mapping[str, object]) -> str:
    """Whether the quantities are those of an LSTM, a GRU, or a simple network."""
    if "c" in names or {"f", "i"} <= set(names):
        return "lstm"
    return "gru" if "z" in names or "r" in names else "rnn"


def letters_of(names: Mapping[str, object]) -> dict[str, list[tuple[int, str]]]:
    """For every written letter the quantities that it may be, each with its rank: 0 is the usual letter."""
    table = _FAMILIES[family_of(names)]
    found: dict[str, list[tuple[int, str]]] = {}
    for quantity, letters in [*table.items(), *_HEADS.items()]:
        if quantity in names:
            for rank, letter in enumerate(letters):
                found.setdefault(letter, []).append((rank, quantity))
    for candidates in found.values():
        candidates.sort()
    return found


def parameter_of(head: str, label: str, names: Mapping[str, object]) -> list[tuple[str, str]]:
    """The weights, biases and peepholes that a letter with a label may be, as (name, block); block is "x", "h" or "".

    >>> parameter_of("W", "xf", {"W_f": None, "U_f": None, "f": None})
    [('W_f', 'x')]
    """
    found = []
    sources = sorted([*_sources(label)[1:], ("", label)], key=lambda pair: f"a_{pair[1]}" not in names)
    for source, rest in sources:
        for gate, labels in GATE_LABELS.items():
            if rest in labels and (rest == gate or f"a_{rest}" not in names) and (rest or _stands_alone(label, names)):
                found += [pair for pair in _family(head, gate, source) if pair[0] in names]
    return list(dict.fromkeys(found))


def says_source(key: str, names: Mapping[str, object]) -> bool:
    """Whether a weight is called after what it multiplies and after its gate.

    >>> says_source("W_xf", {"f": None}), says_source("W_f", {"f": None})
    (True, False)
    """
    head, _, label = key.partition("_")
    gates = {name for gate, labels in GATE_LABELS.items() if gate in names for name in labels if name}
    return head in ("W", "w") and any(kind in ("x", "h") and rest in gates for kind, rest in _sources(label))


def _stands_alone(label: str, names: Mapping[str, object]) -> bool:
    """Whether a label that names no gate will do: that of a network with one gate, or a candidate's input or state."""
    return label in _ALONE or family_of(names) == "rnn"


def _sources(label: str) -> list[tuple[str, str]]:
    """A label taken apart into what a weight multiplies and the gate that it belongs to, in either order."""
    found = [("", label)]
    for kind, marks in (("x", _INPUTS), ("h", _STATES), ("c", _CELLS), ("b", ("b",))):
        for mark in marks:
            if label.startswith(mark):
                found.append((kind, label.removeprefix(mark).lstrip("_")))
            if label.endswith(mark):
                found.append((kind, label.removesuffix(mark).rstrip("_")))
    return found


def _family(head: str, gate: str, source: str) -> list[tuple[str, str]]:
    if (head == "V" and source != "c") or head == "c":
        return [(f"{'W' if head == 'V' else 'b'}_y", "")] if gate in ("y", "h") else []
    rule = _PARAMETERS.get((head, source)) or _PARAMETERS.get((head, "any"))
    return [(f"{family}_{gate}", block) for family, block in rule or ()]


_PARAMETERS: Mapping[tuple[str, str], Sequence[tuple[str, str]]] = {
    ("W", ""): [("W", "")],
    ("W", "x"): [("W", "x")],
    ("W", "h"): [("U", ""), ("W", "h")],
    ("W", "c"): [("p", "")],
    ("w", "c"): [("p", "")],
    ("w", ""): [("W", "")],
    ("w", "x"): [("W", "x")],
    ("w", "h"): [("U", ""), ("W", "h")],
    ("U", "x"): [("W", "x")],
    ("U", "any"): [("U", ""), ("W", "h")],
    ("u", ""): [("U", ""), ("W", "h")],
    ("R", ""): [("U", ""), ("W", "h")],
    ("W", "b"): [("b", "")],
    ("R", "b"): [("bh", ""), ("b", "")],
    ("p", ""): [("p", "")],
    ("P", ""): [("p", "")],
    ("V", "c"): [("p", "")],
    ("b", ""): [("b", "")],
    ("b", "x"): [("b", "")],
    ("b", "h"): [("bh", ""), ("b", "")],
    ("B", ""): [("b", "")],
}
