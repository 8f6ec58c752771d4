"""Identifiers: the names that the quantities of a text have in a System, those of the field where they fit."""

import re
from collections.abc import Iterator, Mapping
from keyword import iskeyword

from symlstm.checker.given.entities import Entities, Entity, inner_names
from symlstm.checker.given.nets import Gate
from symlstm.checker.given.parameters import parameter_names
from symlstm.checker.meaning.aliases import letters_of
from symlstm.notation.derived import is_derived

__all__ = ["identifiers_of", "sanitized"]

_FAMILIES = {"lstm": "xhcfiog", "gru": "xhrzg", "rnn": "xh"}
_HEADS = ("y", "p")
_SIZES = frozenset({"d", "B", "T", "k", "m"})


def identifiers_of(entities: Entities, gates: Mapping[str, Gate], forced: Mapping[str, str]) -> dict[str, str]:
    """The identifier of every quantity; `forced` are those that the user declares."""
    names = dict(forced)
    nets = {gate.net: gate.base for gate in gates.values() if gate.net}
    quantities = [
        entity
        for base, entity in entities.named.items()
        if entity.kind != "parameter" and base not in nets and not entity.alias
    ]
    for base, name in _by_letter(quantities, entities, gates):
        if base not in names and name not in names.values():
            names[base] = name
    for entity in quantities:
        names.setdefault(entity.base, _free(sanitized(entity.base), names, entities))
    for net, gate in nets.items():
        names.setdefault(net, _free(f"a_{names[gate]}", names, entities))
    for base in entities.named:
        if entities.named[base].alias:
            names[base] = names[_target(entities, base)]
    taken = {*names.values(), *(f"a_{names[base]}" for base in gates)}
    own = {base: sanitized(base) for base, entity in entities.named.items() if entity.kind == "parameter"}
    for base, name in parameter_names(entities, gates, names, own).items():
        if base not in names:
            names[base] = _unique(name, taken)
            taken.add(names[base])
    return names


def _target(entities: Entities, base: str) -> str:
    seen = {base}
    while (other := entities.named[base].alias) and other not in seen:
        base = other
        seen.add(base)
    return base


def _by_letter(quantities: list[Entity], entities: Entities, gates: Mapping[str, Gate]) -> Iterator[tuple[str, str]]:
    """Every quantity with the names of the field that its letter may stand for, the likeliest first."""
    family = _family(quantities, gates)
    inner = set(inner_names(entities))
    letters = letters_of(dict.fromkeys((*_FAMILIES[family], *_HEADS)))
    found = []
    for entity in quantities:
        for rank, name in letters.get(re.sub(r"_(tilde|hat|bar)$", r"~\1", entity.base), []):
            if _may_be(entity, name) and not (name in _HEADS and entity.base in inner):
                found.append((name in _HEADS, rank, entity.base, name))
    for _, _, base, name in sorted(found):
        yield base, name


def _family(quantities: list[Entity], gates: Mapping[str, Gate]) -> str:
    states = [entity for entity in quantities if entity.state]
    if len(states) > 1:
        return "lstm"
    return "gru" if any(base not in {state.base for state in states} for base in gates) else "rnn"


def _may_be(entity: Entity, name: str) -> bool:
    if name in ("h", "c"):
        return entity.state
    if name == "x":
        return entity.kind == "input"
    return not entity.state and (name not in _HEADS or entity.kind == "defined")


def sanitized(key: str) -> str:
    """A key as an identifier: "C~tilde" is C_tilde; numbers are not set off, which is how steps are written.

    >>> sanitized("W_1"), sanitized("s~hat"), sanitized("d_x")
    ('W1', 's_hat', 'grad_x')
    """
    text = re.sub(r"[^A-Za-z0-9]+", "_", key).strip("_") or "q"
    text = re.sub(r"_(\d+)$", r"\1", text)
    text = re.sub(r"_by_", "_per_", text)
    text = re.sub(r"_(prev|next)$", r"_\1_", text).rstrip("_") if not text.endswith(("_prev", "_next")) else text[:-1]
    if not text[0].isalpha():
        text = f"q{text}"
    if is_derived(text):
        text = "grad_" + text.partition("_")[2]
    return f"{text}_" if iskeyword(text) or text in _SIZES else text


def _free(name: str, names: Mapping[str, str], entities: Entities) -> str:
    return _unique(name, set(names.values()))


def _unique(name: str, taken: set[str]) -> str:
    candidate, count = name, 1
    while candidate in taken:
        count += 1
        candidate = f"{name}{count}"
    return candidate
