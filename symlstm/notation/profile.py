"""Profile: the data of a notation, and the rule that turns an identifier into a glyph."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from symlstm.notation.glyph import Glyph

__all__ = ["Profile"]

_ADJOINT = re.compile(r"(seed|d)(\d*)_(?=.)")


@dataclass(frozen=True)
class Profile:
    """How a text prints: letters, time, products, transposes and stacks.

    `symbols` gives the letter, accent and subscript of a quantity with a time; `families` the letter and the subscript
    of what belongs to a gate (`W_f`), where `{gate}` stands for the gate's `label`; `parts` names the blocks of
    a weight matrix by what they multiply.
    """

    name: str
    title: str
    symbols: Mapping[str, Mapping[str, str]]
    families: Mapping[str, Mapping[str, Any]]
    labels: Mapping[str, str]
    parts: Mapping[str, str]
    time: str = "subscript"
    hadamard: str = r"\odot"
    product: str = ""
    transpose: str = r"\top"
    separator: str = ";"

    def glyph(self, identifier: str, timeless: frozenset[str] | None = None) -> Glyph:
        """The printed form of an identifier.

        `timeless` names the parameters, which carry no time; None where they are not known, so that the family decides.
        """
        parameters = timeless or frozenset()
        prefix = _ADJOINT.match(identifier)
        if prefix and identifier not in parameters:
            inner = self.glyph(identifier[prefix.end() :], timeless)
            order = int(prefix[2] or 1)
            return replace(inner, adjoints=(order, *inner.adjoints), seed=inner.seed or prefix[1] == "seed")
        head, _, rest = identifier.partition("_")
        if rest and rest != "prev" and head in self.families:
            timed = self.families[head].get("timed") if timeless is None else identifier not in timeless
            return self._of_family(self.families[head], rest, 0 if timed else None)
        earlier = identifier.endswith("_prev")
        time = None if identifier in parameters else -1 if earlier else 0
        head, *subscripts = identifier.removesuffix("_prev").split("_")
        look = self.symbols.get(head, {"letter": head})
        below = (look.get("subscript", ""), *subscripts)
        return Glyph(look["letter"], look.get("accent", ""), tuple(filter(None, below)), time)

    def alike(self, names: Iterable[str], timeless: frozenset[str] | None = None) -> tuple[str, str] | None:
        """The first two names that print alike, None where all differ."""
        seen: dict[Glyph, str] = {}
        for name in names:
            other = seen.setdefault(self.glyph(name, timeless), name)
            if other != name:
                return other, name
        return None

    def _of_family(self, family: Mapping[str, Any], gate: str, time: int | None) -> Glyph:
        subscript = str(family.get("subscript", "{gate}")).replace("{gate}", self.labels.get(gate, gate))
        return Glyph(str(family["letter"]), subscripts=(subscript,), time=time)
