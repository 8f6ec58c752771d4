"""Net inputs: what the function of a gate is applied to, where the text names it and where it does not."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from symlstm.checker.given.definitions import Definition
from symlstm.checker.given.entities import Entities, occurrences
from symlstm.checker.given.functions import is_function
from symlstm.checker.given.trees import bare
from symlstm.checker.given.writing import written
from symlstm.checker.meaning.aliases import ACTIVATIONS
from symlstm.checker.meaning.spelling import spell
from symlstm.checker.reader.tree import Call, FunctionName, Tree

__all__ = ["Gate", "gates_of", "named_later"]

_UNITS = frozenset({"sigma", "sigmoid", "tanh"})


@dataclass(frozen=True)
class Gate:
    """A quantity that is an elementwise function of its net input; `net` is the name of that in the text, or ""."""

    base: str
    function: Tree
    argument: Tree
    net: str = ""


def gates_of(entities: Entities) -> dict[str, Gate]:
    """The gates and candidates: σ(z_f), where z_f is defined for this alone, and tanh(W x + …), which has no name."""
    uses = Counter(
        name.base
        for entity in entities.named.values()
        if entity.definition is not None
        for _, name in occurrences(entity.definition.right, entities.functions, entities.quantities)
    )
    found = {}
    for base, entity in entities.named.items():
        if entity.definition is not None and (gate := _gate(base, entity.definition, entities, uses)):
            found[base] = gate
    return found


def _gate(base: str, definition: Definition, entities: Entities, uses: Counter[str]) -> Gate | None:
    call = bare(definition.right)
    if not isinstance(call, Call) or len(call.arguments) != 1:
        return None
    if not is_function(call, entities.functions, entities.quantities) or not _elementwise(call.function, entities):
        return None
    argument = bare(call.arguments[0])
    name = written(argument)
    if name is not None:
        inner = entities.named.get(name.base)
        plain = inner is not None and inner.kind == "defined" and not inner.state and uses[name.base] == 1
        return Gate(base, call.function, argument, name.base) if plain and definition.among == 1 else None
    kinds = {
        entities.named[used.base].kind for _, used in occurrences(argument, entities.functions, entities.quantities)
    }
    return Gate(base, call.function, argument) if "parameter" in kinds else None


def _elementwise(function: Tree, entities: Entities) -> bool:
    if isinstance(function, FunctionName):
        return function.text in ACTIVATIONS
    spelling = spell(function, frozenset())
    if spelling is None or spelling.primes or spelling.powers:
        return False
    return spelling.key in entities.functions or spelling.key in ACTIVATIONS or spelling.head in _UNITS


def named_later(entities: Entities, gates: Mapping[str, Gate]) -> dict[str, str]:
    """The names of net inputs that stand further along a chain alone: σ(W x + b) = σ(z_f), by key."""
    found = {}
    for base, gate in gates.items():
        definition = entities.named[base].definition
        if definition is None or gate.net:
            continue
        for side in definition.statement.sides[definition.sign + 1 :]:
            call = bare(side)
            if isinstance(call, Call) and len(call.arguments) == 1 and call.function == gate.function:
                name = written(bare(call.arguments[0]))
                if name is not None and name.base not in entities.named:
                    found[name.key] = base
    return found
