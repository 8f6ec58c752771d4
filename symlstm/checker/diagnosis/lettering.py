"""Lettering: the letters of a text as a notation, so that what is printed for it looks as if it were its own."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields

from symlstm.checker.diagnosis.leaves import Leaf
from symlstm.checker.meaning.scope import TIMES
from symlstm.checker.meaning.spelling import Spelling, is_index, spell
from symlstm.checker.meaning.walking import trees_in
from symlstm.checker.reader.tree import Accented, Call, Differential, Fraction, Name, Product, Scripted, Stack, Tree
from symlstm.notation import Glyph, Profile
from symlstm.notation.suffix import Identifier

__all__ = ["TextProfile", "signs_of", "text_profile"]

_ACCENTS = frozenset({"tilde", "hat", "bar"})


@dataclass(frozen=True)
class TextProfile(Profile):
    """A notation in which some quantities look as a text writes them."""

    own: Mapping[str, Glyph] = field(default_factory=dict)

    def _of_bare(self, name: Identifier, identifier: str, timeless: frozenset[str] | None) -> Glyph:
        usual = super()._of_bare(name, identifier, timeless)
        bare = name.bare.removesuffix("_prev").removesuffix("_next")
        known = self.own.get(bare)
        if known is None:
            return usual
        return Glyph(known.letter, known.accents, known.subscripts, known.superscripts, usual.time, hidden=usual.hidden)


def signs_of(tree: Tree) -> dict[str, str]:
    """The signs that a text uses: of the elementwise product, of the transpose, between the parts of a stack."""
    found: dict[str, str] = {}
    for part in trees_in(tree):
        if isinstance(part, Product):
            known = [_HADAMARD[sign] for sign in part.operators if sign in _HADAMARD]
            found |= {"hadamard": known[0]} if known else {}
        elif isinstance(part, Stack) and part.separator in (",", ";"):
            found["separator"] = part.separator
        elif isinstance(part, Scripted):
            known = [_TRANSPOSES[sup.text] for sup in part.sups if isinstance(sup, Name) and sup.text in _TRANSPOSES]
            found |= {"transpose": known[0]} if known else {}
    return found


_HADAMARD = {"odot": r"\odot", "circ": r"\circ", "*": "*"}
_TRANSPOSES = {"T": "T", "top": r"\top", "intercal": r"\intercal"}


def text_profile(base: Profile, leaves: Iterable[Leaf], split: bool) -> Profile:
    """The notation `base` with the letters, the place of the time and the sign of the transpose of a text.

    `split` says that the weights of x and of h are matrices of their own, so that W_{xf} is all of W_f.
    """
    own: dict[str, Glyph] = {}
    places: Counter[str] = Counter()
    for leaf in leaves:
        named = _inner(leaf.tree)
        if named is None:
            continue
        places.update(_place_of_time(named))
        glyph = _glyph(named)
        if glyph and (split or not leaf.quantity.block) and (not leaf.quantity.derived or named is not leaf.tree):
            own.setdefault(leaf.quantity.name, glyph)
    settings = {item.name: getattr(base, item.name) for item in fields(Profile)}
    time = places.most_common(1)[0][0] if places else base.time
    for name, glyph in list(own.items()):
        own = {**_of_other_gates(name, glyph, base), **own}
    return TextProfile(**{**settings, "time": time, "own": own})


def _of_other_gates(name: str, glyph: Glyph, base: Profile) -> dict[str, Glyph]:
    """W_{xi} as the text would write it, which writes W_{xf}."""
    head, _, gate = name.partition("_")
    if not gate or head not in base.families or len(glyph.subscripts) != 1 or glyph.superscripts:
        return {}
    label = glyph.subscripts[0]
    own = next((word for word in (gate, base.labels.get(gate, gate)) if word and label.endswith(word)), None)
    if own is None:
        return {}
    front = label.removesuffix(own)
    gates = [other for other in ("f", "i", "o", "g", "r", "z", "h") if other != gate]
    labels = {other: front + base.labels.get(other, other) for other in gates}
    return {f"{head}_{other}": Glyph(glyph.letter, glyph.accents, (label,)) for other, label in labels.items()}


def _inner(tree: Tree) -> Tree | None:
    """The name inside a gradient."""
    if isinstance(tree, Fraction):
        return tree.denominator.body if isinstance(tree.denominator, Differential) else None
    if isinstance(tree, Differential):
        return tree.body if tree.by is None else tree.by
    return tree


def _glyph(tree: Tree) -> Glyph | None:
    spelling = spell(tree, TIMES)
    if spelling is None or not set(spelling.accents) <= _ACCENTS or not _plain(spelling):
        return None
    below, above = _labels(tree)
    return Glyph(spelling.head, spelling.accents, below, above)


def _plain(spelling: Spelling) -> bool:
    return spelling.head.isalpha() and all(label.replace("_", "").isalnum() for label in spelling.labels)


def _labels(tree: Tree) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The labels below and above, without times and transposes."""
    below: tuple[str, ...] = ()
    above: tuple[str, ...] = ()
    while isinstance(tree, Scripted | Accented | Call):
        if isinstance(tree, Scripted):
            below = (*_words(tree.subs), *below)
            above = (*_words(tree.sups), *above)
        tree = tree.function if isinstance(tree, Call) else tree.body
    return below, above


def _words(parts: tuple[Tree, ...]) -> tuple[str, ...]:
    found: list[str] = []
    for part in parts:
        spelling = spell(Scripted(part.span, Name(part.span, "q"), (part,)), TIMES)
        if spelling is not None and spelling.labels and not _transposes(part):
            found += spelling.labels
    return tuple(found)


def _transposes(part: Tree) -> bool:
    return bool((found := spell(Scripted(part.span, Name(part.span, "q"), (), (part,)), TIMES)) and found.transposed)


def _place_of_time(tree: Tree) -> list[str]:
    if not isinstance(tree, Scripted):
        return []
    found = ["subscript" for part in tree.subs if is_index(part, TIMES)]
    for part in tree.sups:
        if is_index(part, TIMES) and not _transposes(part):
            found.append({"(": "superscript", "<": "angle"}.get(getattr(part, "bracket", ""), "bare"))
    return found + _place_of_time(tree.body)
