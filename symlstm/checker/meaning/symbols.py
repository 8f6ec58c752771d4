"""The symbol table: what a written name means, by declaration, by the notation, or by the letters of the field."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeAlias

from sympy import Add

from symlstm.checker.meaning.aliases import ACTIVATIONS, GATE_LABELS, letters_of, parameter_of, says_source
from symlstm.checker.meaning.patterns import flat, patterns_of
from symlstm.checker.meaning.printed import PrintedNames, printed_block, printed_names
from symlstm.checker.meaning.spelling import Spelling
from symlstm.checker.meaning.wholes import whole_of
from symlstm.checker.reader.tree import Group, Tree
from symlstm.notation import Glyph, Profile
from symlstm.notation.derived import prefix_of
from symlstm.notation.glyph import PRIME
from symlstm.printing.stacked import Block
from symlstm.system import System

__all__ = ["Defined", "Function", "Meaning", "Quantity", "SymbolTable", "key_of_glyph", "numbered"]


@dataclass(frozen=True)
class Quantity:
    """A quantity of the cell, named as at the current step: "h", "W_f"; `derived` is "", "d" or "seed".

    `block` is what the columns of a weight multiply, "x" or "h", where only a part of it is meant; `shift` is the
    offset that the name itself carries, as in h_prev.
    """

    name: str
    derived: str = ""
    block: str = ""
    shift: int = 0


@dataclass(frozen=True)
class Function:
    """An elementwise function, by its name in the table of activations."""

    name: str


@dataclass(frozen=True)
class Defined:
    """Something that the text or the user defines: the tree of what it stands for, at the current step."""

    tree: Tree
    offset: int = 0  # how many steps from t the name was written where it was defined


Meaning: TypeAlias = Quantity | Function | Defined


class SymbolTable:
    """What names mean for one System; `declared` goes before the notation, and that before the usual letters."""

    def __init__(self, system: System, profile: Profile, declared: Mapping[str, Meaning] | None = None) -> None:
        self.system = system
        self.names = {_now(name): None for name in system.symbols}
        self.declared: dict[str, Meaning] = dict(declared or {})
        self.printed = _printed(system, profile)
        self._profile = profile
        own = profile.fit(system.name, system.shapes)
        self.functions = {_key_of_text(name): activation for activation, name in _functions(own)}
        self._letters = letters_of(self.names)
        self.used: frozenset[str] = frozenset()  # the letters that the text uses, which tell h from a
        self.timed = False  # whether the names of the text carry a time
        self.mean_loss = False  # whether L is the mean of the losses of the steps

    @property
    def exact(self) -> PrintedNames:
        """The names of the System and of its derivatives, as the notation prints them."""
        return printed_names(whole_of(self.system), self._profile)

    @property
    def starred(self) -> bool:
        """Whether the notation writes elementwise products with a star."""
        return self._profile.hadamard in ("*", r"\ast")

    @property
    def block(self) -> Block | None:
        """The gates in one block, where the notation writes them so."""
        return printed_block(self.system, self._profile)

    @property
    def says_sources(self) -> bool:
        """Whether weights of the text say what they multiply, as W_{xf} and W_{hf} do."""
        simple = "U_h" in self.names and bool(_INPUT_WEIGHTS & self.used)
        return simple or any(says_source(key, self.names) for key in self.used)

    def function_called(self, word: str) -> Function | None:
        """The elementwise function of a word."""
        return self.function(Spelling(word))

    def prints(self, tree: Tree) -> bool:
        """Whether a name is written as the notation prints a quantity."""
        return any(self.exact.at(pattern) for pattern in patterns_of(flat(tree), ("t", "T"), numbers=False))

    def with_declared(self, more: Mapping[str, Meaning]) -> "SymbolTable":
        """The table with further declarations, which go before those there are."""
        other = object.__new__(SymbolTable)
        other.__dict__.update(self.__dict__)
        other.declared = {**self.declared, **more}
        return other

    def alone(self, names: Collection[str]) -> "SymbolTable":
        """The table without the notation and the usual letters, for a text whose letters are all declared.

        `names` are the identifiers that may be written as they are.
        """
        other = self.with_declared({})
        other.printed, other._letters = {}, {}
        other.names = {name: None for name in self.names if name in names}
        return other

    def meanings(self, spelling: Spelling) -> list[Meaning]:
        """What a name may mean, the likeliest first; empty for one that is unknown."""
        for key in _keys(spelling):
            if key in self.declared:
                return [self.declared[key]]
        for key in _keys(spelling):
            if key in self.printed and not self.recurrent(key) and not self.is_target(key):
                return [self.printed[key]]
        if function := self.function(spelling):
            return [function]
        if spelling.primes:
            return []
        if self.recurrent(spelling.key):
            return [Quantity("U_h")]
        identifier = None if self.is_target(spelling.key) else self.identifier(spelling)
        return [identifier] if identifier else self._by_letter(spelling)

    def recurrent(self, key: str) -> bool:
        """Whether W_h of a simple network is the recurrent weight, because the text calls that of the input W_x."""
        return key == "W_h" and "U_h" in self.names and bool(_INPUT_WEIGHTS & self.used)

    def is_target(self, key: str) -> bool:
        """Whether y is the target, because the text calls the probabilities ŷ, or the output o and them p."""
        guessed = bool({"y~hat", "Y~hat"} & self.used) or ({"p", "o"} <= self.used and "o" not in self.names)
        return key in ("y", "Y") and "target" in self.names and "target" not in self.used and guessed

    def function(self, spelling: Spelling) -> Function | None:
        """The elementwise function of this name, if it is one."""
        name = self.functions.get(spelling.key) or ACTIVATIONS.get(spelling.key)
        if name is None and spelling.head in ("sigma", "sigmoid", "tanh") and spelling.labels:
            name = (
                "tanh" if spelling.head == "sigma" and spelling.labels[0] in ("c", "h") else ACTIVATIONS[spelling.head]
            )
        return Function(name) if name else None

    def identifier(self, spelling: Spelling) -> Quantity | None:
        """The quantity of an identifier of DESIGN, such as d_a_f or h_prev, written as plain text."""
        name = spelling.key
        prefix = prefix_of(name)
        derived, bare = (prefix.kind, prefix.quantity) if prefix and prefix.kind in ("d", "seed") else ("", name)
        now = _now(bare)
        if now not in self.names or (derived == "" and name not in self.system.symbols and bare == now):
            return None
        return Quantity(now, derived, shift=-1 if bare != now else 0)

    def _by_letter(self, spelling: Spelling) -> list[Meaning]:
        found: list[Meaning] = []
        for key in _keys(spelling):
            ranked = self._letters.get(key, [])
            free = [pair for pair in ranked if not self._better_known(pair, key)]
            found += [Quantity(name) for _, name in free]
            if found:
                return list(dict.fromkeys(found))
        label = "".join(spelling.labels)
        if not spelling.accents:
            found = [Quantity(name, block=block) for name, block in parameter_of(spelling.head, label, self.names)]
            found = found[:1] if len({item.name for item in found if isinstance(item, Quantity)}) > 1 else found
        return found or list(self._net_input(spelling))

    def _better_known(self, pair: tuple[int, str], key: str) -> bool:
        """Whether the text uses a likelier letter for the quantity, so that this one must mean something else."""
        rank, name = pair
        if name == "y" and self.is_target(key):
            return True
        if name == "y" and "o" in self.used and "o" not in self.names:  # o is the output then, and y the target
            return key != "o"
        return "_" not in key and any(
            other in self.used and other != key
            for other, candidates in self._letters.items()
            for better, same in candidates
            if same == name and better < rank
        )

    def _net_input(self, spelling: Spelling) -> Sequence[Quantity]:
        """a_f, z_f, net_f, \\hat{f}, \\bar{f}: the net input of a gate."""
        label = "".join(spelling.labels)
        if label and spelling.head in ("a", "z", "net", "s", "u", "v", "p", "y", "q") and not spelling.accents:
            gates = [gate for gate, labels in GATE_LABELS.items() if label in labels and f"a_{gate}" in self.names]
            return [Quantity(f"a_{gate}") for gate in gates[:1]]
        if spelling.accents and spelling.accents[-1] in ("hat", "bar", "tilde", "check"):
            inner = replace(spelling, accents=spelling.accents[:-1])
            names = [item.name for item in self._by_letter(inner) if isinstance(item, Quantity)]
            return [Quantity(f"a_{name}") for name in names[:1] if f"a_{name}" in self.names]
        return []

    def gate(self, label: str) -> str:
        """The gate that a label belongs to, "" for none."""
        fits = [gate for gate, labels in GATE_LABELS.items() if label in labels and gate in self.names]
        return fits[0] if fits else ""

    def candidates(self, spelling: Spelling) -> list[str]:
        """Identifiers that an unknown name may stand for, for the question to the user."""
        letter = spelling.head.casefold()[:1]
        near = [name for name in self.names if name.casefold().startswith(letter)]
        if spelling.head in ("delta", "Delta", "d"):
            near = [f"d_{name}" for name in self.names if not name.startswith(("d_", "seed_"))]
        return near[:4]


_INPUT_WEIGHTS = frozenset({"W_x", "W_xh", "W_hx", "W_ih", "W_ax", "W_xa", "W_in", "W_i"})


def _now(name: str) -> str:
    return name.removesuffix("_prev")


def _keys(spelling: Spelling) -> list[str]:
    """The keys to look for, fullest first: numbers in scripts may be labels, primes too."""
    numbers = numbered(spelling)
    keys = [f"{spelling.key}_{numbers}"] if numbers else []
    if spelling.primes:
        keys.append(spelling.key + "'" * spelling.primes)
    else:
        keys.append(spelling.key)
    return keys


def numbered(spelling: Spelling) -> str:
    """The numbers in the scripts of a name, which may be labels."""
    return "".join(part.text for part in map(_plain, spelling.times) if hasattr(part, "text") and part.text.isdigit())


def _plain(tree: Tree) -> Tree:
    return tree.body if isinstance(tree, Group) else tree


def key_of_glyph(glyph: Glyph) -> str:
    """The key under which a printed name is looked up."""
    accents = [accent for accent in glyph.accents if accent != PRIME]
    letter = _key_of_text(glyph.letter) + "".join(f"~{accent}" for accent in accents)
    labels = "".join(_key_of_text(part) for part in (*glyph.subscripts, *glyph.superscripts) if part)
    primes = "'" * (len(glyph.accents) - len(accents))
    return (f"{letter}_{labels}" if labels else letter) + primes


def _key_of_text(text: str) -> str:
    text = re.sub(r"\\(tilde|hat|bar)\{?(\w)\}?", r"\2~\1", text)
    text = re.sub(r"\\(mathrm|mathcal|mathbf|boldsymbol|operatorname|text)", "", text)
    return re.sub(r"[\\{}, ]", "", text)


def _keys_of_block(glyph: Glyph, mark: str) -> tuple[str, ...]:
    """The keys of W_{f,h} and of W_h^f: the mark of the block is a script like others."""
    below = replace(glyph, subscripts=(*glyph.subscripts, mark))
    behind = replace(glyph, superscripts=(*glyph.superscripts, mark))
    return key_of_glyph(below), key_of_glyph(behind)


@lru_cache(maxsize=256)
def _printed(system: System, profile: Profile) -> Mapping[str, Meaning]:
    """What the notation prints for every quantity, and for the blocks of its weights."""
    fitted = profile.fit(system.name, system.shapes)
    timeless = frozenset(system.parameters)
    found: dict[str, Meaning] = {}
    for name in system.symbols:
        glyph = fitted.glyph(name, timeless)
        if glyph.wraps or glyph.quotient:
            continue
        found.setdefault(key_of_glyph(glyph), Quantity(_now(name)))
        for part, block in (("x", "x"), ("h_prev", "h")):
            mark = fitted.part(part, name)
            if name in timeless and mark and isinstance(system.shapes[name][-1], Add):  # W_h is one of [h; x]
                for key in _keys_of_block(glyph, mark):
                    found.setdefault(key, Quantity(name, block=block))
    return found


def _functions(profile: Profile) -> list[tuple[str, str]]:
    own = (profile, *profile.layers)
    return [(activation.partition("(")[0], name) for one in own for activation, name in one.functions.items() if name]
