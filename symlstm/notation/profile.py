"""Profile: the data of a notation, and the rule that turns an identifier into a glyph."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from symlstm.notation.derived import Jacobian, innermost, jacobian_of, prefix_of
from symlstm.notation.glyph import ACCENTS, DIRECTIONS, PRIME, Glyph, Quotient, Wrap
from symlstm.notation.suffix import Identifier, split

__all__ = ["Profile", "Stamp"]

Stamp: TypeAlias = tuple[str, str, int]

_MARKS = (*ACCENTS, PRIME)
_NEIGHBOURS = {"_prev": -1, "_next": 1}
_PARTNERS = {"W": "U", "U": "W", "b": "bh", "bh": "b"}


@dataclass(frozen=True)
class Profile:
    """How a text prints: letters, time, products, transposes, stacks, and the order and layout of its equations.

    `symbols` gives the letter, accent and subscript of a quantity with a time, and says whether it is never bold
    (`plain`); `families` the letter and the place of the gate's `label` in what belongs to a gate (`W_f`); `parts`
    names the blocks of a weight matrix by what they multiply; `functions` the printed names of activations. `cell`
    holds the options with which the text builds its cell, `cells` what differs in the text's equations of another cell.
    `matrices`, `names`, `stamps` and, where the layers are of different cells, the profiles of the `layers` are filled
    in by `fit`.
    """

    name: str
    title: str
    symbols: Mapping[str, Mapping[str, Any]]
    families: Mapping[str, Mapping[str, Any]]
    labels: Mapping[str, str]
    parts: Mapping[str, str]
    functions: Mapping[str, str]
    cell: Mapping[str, Any]
    cells: Mapping[str, Mapping[str, Any]]
    time: str = "subscript"
    hadamard: str = r"\odot"
    product: str = ""
    transpose: str = r"\top"
    stack: str = "inline"
    separator: str = ";"
    bold: str = "none"
    bold_font: str = r"\mathbf"
    label_font: str = "italic"
    layout: str = "column"
    weights: str = "plain"
    net_inputs: str = "inline"
    gates: str = "single"
    inline: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    factors: tuple[str, ...] = ()
    names: frozenset[str] | None = None
    matrices: frozenset[str] = frozenset()
    layers: tuple["Profile", ...] = ()
    stamps: Mapping[str, Stamp] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash((self.name, self.title))

    def fit(
        self,
        cell: str,
        shapes: Mapping[str, tuple[Any, Any]],
        *,
        complete: bool = True,
        stamps: Mapping[str, Stamp] | None = None,
    ) -> "Profile":
        """The profile for a cell: what the text does differently there, and which names occur and are matrices.

        `complete` says whether `shapes` knows every name of the cell, so that one that is missing is not there;
        `stamps` says of a name with a step in it, such as h_2, which quantity it is, and when.
        """
        matrices = frozenset(name for name, shape in shapes.items() if shape[0] != 1 and shape[1] != 1)
        names = frozenset(shapes) if complete else None
        facts: dict[str, Any] = {"names": names, "matrices": matrices, "stamps": stamps or {}}
        layers = [replace(self.of_cell(kind), **facts) for kind in _first_word(cell).split(".")]
        return layers[0] if len(layers) == 1 else replace(self, **facts, layers=tuple(layers))

    def at(self, identifier: str) -> "Profile":
        """The profile for the layer that a quantity belongs to."""
        layer = split(identifier).layer if self.layers else ""
        return self.layers[min(int(layer), len(self.layers)) - 1] if layer else self

    def of_cell(self, cell: str) -> "Profile":
        """The profile with what the text does differently in one cell, named as in `symlstm.CELLS`."""
        different = self.cells.get(_first_word(cell), {})
        if "like" in different:
            return self.of_cell(different["like"])
        tables = {key: {**getattr(self, key), **value} for key, value in different.items() if isinstance(value, dict)}
        return replace(self, **{**different, **tables})

    def glyph(self, identifier: str, timeless: frozenset[str] | None = None) -> Glyph:
        """The printed form of an identifier.

        `timeless` names the parameters, which carry no time; None where they are not known, so that the family decides.
        """
        parameters = timeless or frozenset()
        if identifier not in parameters and (prefix := prefix_of(identifier)):
            inner = self.glyph(prefix.quantity, timeless)
            if identifier in self.stamps:
                inner = inner.at(*self.stamps[identifier][1:])
            return _differentiated(inner, prefix.kind, prefix.order)
        if identifier not in parameters and (jacobian := jacobian_of(identifier)):
            return self._of_jacobian(jacobian, timeless)
        if identifier in self.stamps:
            quantity, origin, offset = self.stamps[identifier]
            own = replace(self, stamps={}) if quantity in self.stamps else self  # x_2_1 is of x_2, and x_2 of x
            return replace(own.glyph(quantity, timeless), time=offset, origin=origin)
        name = split(identifier)
        own = self.at(identifier)
        glyph = own._of_bare(name, identifier, timeless)
        arrow = (DIRECTIONS[name.direction],) if name.direction else ()
        bold = self.bold == "all" or (self.bold == "matrices" and identifier in self.matrices)
        bold = bold and not own.symbols.get(name.bare, {}).get("plain")
        return replace(glyph, accents=(*glyph.accents, *arrow), layer=name.layer, bold=bold)

    def part(self, name: str, whole: str = "") -> str:
        """The mark of the block of a matrix that multiplies a quantity; "" where there is none.

        What a matrix of layer 2 takes from layer 1 is its input: W_{f,x}; at which step it is makes no difference.
        """
        if name in self.stamps:
            name = self.stamps[name][0]
            return self._part(name, whole) or self._part(f"{name}_prev", whole)
        return self._part(re.sub(r"_next$", "_prev", name), whole)

    def _part(self, name: str, whole: str) -> str:
        bare, _, layer, direction = split(name)
        own = split(self.stamps.get(innermost(whole), (innermost(whole),))[0])
        if direction and not own.direction and own.bare == bare:
            return direction
        parts = self.at(whole).parts
        below = layer and own.layer and layer != own.layer and direction in ("", own.direction)
        return parts.get(name) or parts.get("x" if below and not bare.endswith("_prev") else bare, "")

    def function(self, activation: str, argument: str = "") -> str:
        """The printed name of an activation, perhaps one for what it is applied to; "" for the usual one.

        Layers of different cells share their functions, so that a name means one function.
        """
        argument = split(argument).bare
        return self.functions.get(f"{activation}({argument})", self.functions.get(activation, ""))

    def alike(self, names: Iterable[str], timeless: frozenset[str] | None = None) -> tuple[str, str] | None:
        """The first two names that print alike, None where all differ; bold alone makes no difference."""
        seen: dict[Glyph, str] = {}
        for name in names:
            other = seen.setdefault(_as_seen(self.glyph(name, timeless)), name)
            if other != name:
                return other, name
        return None

    def _of_jacobian(self, jacobian: Jacobian, timeless: frozenset[str] | None) -> Glyph:
        names = (jacobian.of, jacobian.by)
        of, by = (self.glyph(name, timeless) for name in names)
        vec = (jacobian.of in self.matrices, jacobian.by in self.matrices)
        flipped = self.layout == "row"
        kept = self.weights == "transposed"
        rows = (flipped and not (kept and of.time is None), flipped and not (kept and by.time is None))
        return Glyph("", time=0, quotient=Quotient(of, by, jacobian.total, vec, rows))

    def _of_bare(self, name: Identifier, identifier: str, timeless: frozenset[str] | None) -> Glyph:
        """The glyph without layer and direction."""
        head, _, rest = name.bare.partition("_")
        if rest and f"_{rest}" not in _NEIGHBOURS and rest not in _MARKS and head in self.families:
            timed = self.families[head].get("timed") if timeless is None else identifier not in timeless
            return self._of_family(head, rest, 0 if timed else None, name.suffix)
        bare, time = name.bare, 0
        for neighbour, offset in _NEIGHBOURS.items():
            if bare.endswith(neighbour):
                bare, time = bare.removesuffix(neighbour), offset
        return self._of_symbol(bare, None if identifier in (timeless or ()) else time)

    def _of_symbol(self, name: str, time: int | None) -> Glyph:
        head, *rest = name.split("_")
        accents: list[str] = []
        while rest and rest[-1] in _MARKS:
            accents.insert(0, rest.pop())
        look = self.symbols.get(head, {"letter": head})
        below = tuple(filter(None, (look.get("subscript", ""), *rest)))
        above = tuple(filter(None, (look.get("accent", ""), *accents)))
        return Glyph(look["letter"], above, below, time=time, hidden=not look.get("timed", True))

    def _of_family(self, head: str, gate: str, time: int | None, suffix: str) -> Glyph:
        family = self.families[head]
        accents = (family["accent"],) if "accent" in family else ()
        if family["letter"] == "{gate}":
            inner = self._of_symbol(gate, time)
            return replace(inner, accents=(*inner.accents, *accents))
        label = self.labels.get(gate, gate)
        below, above = (family.get(key, "").replace("{gate}", label) for key in ("subscript", "superscript"))
        if self._stands_alone(head, f"{gate}{suffix}"):
            below = family["alone"].replace("{gate}", label)
        elif "subscript" not in family and "superscript" not in family:
            below = label
        return Glyph(family["letter"], accents, tuple(filter(None, [below])), tuple(filter(None, [above])), time)

    def _stands_alone(self, head: str, gate: str) -> bool:
        """Whether a family has a plainer form where its partner is absent: W_f, where there is no W_{hf}."""
        absent = self.names is not None and f"{_PARTNERS.get(head)}_{gate}" not in self.names
        return absent and "alone" in self.families[head]


def _first_word(cell: str) -> str:
    """The cell in the name of a System: "lstm 2 layers backward" is one of "lstm"."""
    return re.split(r"[^\w.-]", cell)[0]


def _weighted(glyph: Glyph, bold: bool) -> Glyph:
    return glyph if glyph.bold == bold else replace(glyph, bold=bold)


def _as_seen(glyph: Glyph) -> Glyph:
    """The glyph without what makes no difference in print: bold letters, and a time that is not shown."""
    seen = replace(glyph, bold=False, time=None, hidden=False) if glyph.hidden else _weighted(glyph, False)
    if glyph.quotient is None:
        return seen
    of, by = _as_seen(glyph.quotient.of), _as_seen(glyph.quotient.by)
    return replace(seen, quotient=replace(glyph.quotient, of=of, by=by))


def _differentiated(glyph: Glyph, kind: str, order: int) -> Glyph:
    """A gradient or seed as δ in front; a tangent as a dot over the letter or over the δ, a second one as D₂."""
    if kind != "dot":
        seeds = (order, *glyph.seeds) if kind == "seed" else glyph.seeds
        return replace(glyph, wraps=(Wrap(True, order), *glyph.wraps), seeds=seeds)
    outer = glyph.wraps[0] if glyph.wraps else None
    if order == 1 and outer is None and not glyph.dotted and glyph.quotient is None:
        return replace(glyph, dotted=True)
    if order == 1 and outer is not None and outer.adjoint and not outer.dotted:
        return replace(glyph, wraps=(outer._replace(dotted=True), *glyph.wraps[1:]))
    return replace(glyph, wraps=(Wrap(False, order), *glyph.wraps))
