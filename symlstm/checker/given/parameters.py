"""Parameters: a weight is named by what it multiplies and the gate whose equation it stands in."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from symlstm.checker.given.entities import Entities, occurrences
from symlstm.checker.given.nets import Gate
from symlstm.checker.given.trees import bare, parts
from symlstm.checker.given.writing import written
from symlstm.checker.reader.tree import Call, Product, Sum, Tree

__all__ = ["ELEMENTWISE", "parameter_names"]

ELEMENTWISE = frozenset({"odot", "circ", "(.)", "otimes"})

_HEADS = frozenset({"y", "p"})


def parameter_names(
    entities: Entities, gates: Mapping[str, Gate], names: Mapping[str, str], own: Mapping[str, str]
) -> dict[str, str]:
    """W_f for what multiplies x in the equation of f, U_f for h_prev, b_f, bh_f and p_f; else the text's own name.

    `names` are the identifiers of the other quantities, `own` the names that the letters of the text give. A text that
    calls W_f what the field calls U_f keeps its own names.
    """
    nets = {gate.net: gate.base for gate in gates.values() if gate.net}
    parts_of: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for base, entity in entities.named.items():
        if entity.definition is None:
            continue
        gate = names[nets.get(base, base)]
        for parameter, part in _parts(entity.definition.right, entities):
            parts_of[parameter].append((part, gate))
    wanted = {parameter: _wanted(uses, own[parameter]) for parameter, uses in parts_of.items()}
    wanted = _second_biases(wanted)
    counts = Counter(wanted.values())
    letters = {name: base for base, name in own.items()}
    result = {}
    for parameter, name in wanted.items():
        swapped = letters.get(name, parameter) != parameter
        result[parameter] = own[parameter] if swapped or counts[name] > 1 else name
    return {**own, **result}


def _wanted(uses: list[tuple[str, str]], own: str) -> str:
    if len(uses) != 1:
        return own
    part, gate = uses[0]
    if not part or gate in _HEADS or (part == "V" and gate != "h"):
        return own
    return "W_p" if part == "V" else f"{part}_{gate}"


def _second_biases(wanted: Mapping[str, str]) -> dict[str, str]:
    """b_f, then bh_f for the second bias of the same gate, as in PyTorch."""
    seen: set[str] = set()
    result = {}
    for parameter, name in wanted.items():
        result[parameter] = f"bh_{name[2:]}" if name in seen and name.startswith("b_") else name
        seen.add(name)
    return result


def _parts(tree: Tree, entities: Entities) -> Iterator[tuple[str, str]]:
    """Every parameter of a right side, with "W", "U", "V", "b" or "p" by what it meets, "" for anything else."""
    name = _parameter(tree, entities)
    if name:
        yield name, ""
    elif isinstance(tree, Sum):
        for term in tree.terms:
            name = _parameter(bare(term), entities)
            yield from [(name, "b")] if name else _parts(term, entities)
    elif isinstance(tree, Product):
        yield from _of_product(tree, entities)
    elif isinstance(tree, Call) and _parameter(tree.function, entities):
        yield _parameter(tree.function, entities), _met(tree.arguments, "", entities)
        for part in tree.arguments:
            yield from _parts(part, entities)
    else:
        for part in parts(tree):
            yield from _parts(part, entities)


def _of_product(tree: Product, entities: Entities) -> Iterator[tuple[str, str]]:
    for place, factor in enumerate(tree.factors):
        name = _parameter(bare(factor), entities)
        if not name:
            yield from _parts(factor, entities)
            continue
        others = [other for other in tree.factors if other is not factor]
        signs = tree.operators[max(place - 1, 0) : place + 1]
        yield name, _met(others, next((sign for sign in signs if sign in ELEMENTWISE), ""), entities)


def _met(others: object, sign: str, entities: Entities) -> str:
    found = {
        name.base
        for other in others  # type: ignore[attr-defined]
        for _, name in occurrences(other, entities.functions, entities.quantities)
    }
    kinds = {("state" if entities.named[base].state else entities.named[base].kind) for base in found}
    if "parameter" in kinds:
        return ""
    if sign:
        return "p" if len(found) == 1 and "state" in kinds else ""
    if "input" in kinds:
        return "W"
    return "U" if "state" in kinds and not _states_now(others, entities) else "V"


def _states_now(others: object, entities: Entities) -> bool:
    """Whether a state of this step is met, as in W_y h_t."""
    for other in others:  # type: ignore[attr-defined]
        for _, name in occurrences(other, entities.functions, entities.quantities):
            entity = entities.named[name.base]
            if (
                entity.state
                and entities.shift(name, entity, entity.definition.name.offset or 0 if entity.definition else 0) == 0
            ):
                return True
    return False


def _parameter(tree: Tree, entities: Entities) -> str:
    name = written(tree)
    entity = entities.named.get(name.base) if name is not None else None
    return entity.base if entity is not None and entity.kind == "parameter" else ""
