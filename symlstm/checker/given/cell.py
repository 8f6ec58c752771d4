"""The cell that a text gives: its forward equations, read without any other System to compare with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from symlstm.checker.declarations import key_of
from symlstm.checker.given.assembly import Assembly
from symlstm.checker.given.blocks import blocks_of
from symlstm.checker.given.definitions import Definitions, definitions_in
from symlstm.checker.given.entities import Entities, entities_of
from symlstm.checker.given.equations import lines_of, ordered
from symlstm.checker.given.identifiers import identifiers_of
from symlstm.checker.given.nets import Gate, gates_of, named_later
from symlstm.checker.given.repeats import check_repeats
from symlstm.checker.meaning.aliases import ACTIVATIONS, GATE_LABELS
from symlstm.checker.meaning.symbols import Quantity
from symlstm.checker.reader import read_name
from symlstm.checker.reader.tree import Formula, Statement
from symlstm.errors import InputError
from symlstm.notation.derived import is_derived
from symlstm.system import System

__all__ = ["Given", "NoCellError", "given_cell"]


class NoCellError(InputError):
    """The equations of a text do not give a cell: which name or equation is missing, or what does not fit."""


@dataclass(frozen=True)
class Given:
    """A cell as a text gives it.

    `system` is in columns; `rows` says that the text writes rows. `meanings` say what the letters of the text are, by
    the keys of a `SymbolTable`. `statements` are those that define the cell, and `defining(statement)` is how many
    of the equality signs of one only define. `notes` say what was assumed.
    """

    system: System
    meanings: Mapping[str, Quantity]
    statements: tuple[Statement, ...]
    notes: tuple[str, ...]
    rows: bool = False
    definitions: Definitions = field(default_factory=Definitions, repr=False, compare=False)

    @property
    def unnamed(self) -> frozenset[str]:
        """The identifiers that stand for themselves: the letters of the text do, and net inputs without a name do."""
        named = {quantity.name for quantity in self.meanings.values()}
        own = {key for key, quantity in self.meanings.items() if key == quantity.name}
        return frozenset(name for name in self.system.symbols if name in own or name not in named)

    def defining(self, statement: Statement) -> int:
        """How many equality signs of a statement of the text only define."""
        return self.definitions.of(statement)


def given_cell(
    formulas: Sequence[Formula], *, rows: bool = False, where: Mapping[str, str] | None = None, strict: bool = True
) -> Given:
    r"""The cell that the forward equations of a text define.

    `rows` says that vectors are rows; else they are columns, unless products only fit as rows. `where` declares
    functions, {r"\phi": "tanh"}, and identifiers, {"s_t": "c"}. Where a name has a second equation that says something
    else, that is an error, or, unless `strict`, a claim like any other. Raises NoCellError, an InputError, where no
    equation defines anything, an equation is missing, or what stands there does not fit together.

    >>> from symlstm.checker.reader import read_formula
    >>> given = given_cell([read_formula(r"h_t = \tanh(W x_t + U h_{t-1} + b)")])
    >>> print(given.system)
    hₜ = tanh(W_h·xₜ + U_h·hₜ₋₁ + b_h)
    """
    functions, forced = _declared(where or {})
    try:
        return _given(formulas, rows, functions, forced, strict)
    except InputError as error:
        raise NoCellError(str(error)) from None


def _given(
    formulas: Sequence[Formula], rows: bool, functions: Mapping[str, str], forced: Mapping[str, str], strict: bool
) -> Given:
    found = definitions_in(formulas)
    if not found.first:
        raise InputError(
            "no equation defines a cell; write its forward equations, or give a reference to check against"
        )
    entities = entities_of(found, functions)
    gates = gates_of(entities)
    names = identifiers_of(entities, gates, {base: name for base, name in forced.items() if base in entities.named})
    lines = list(lines_of(entities, gates, names, ordered(entities)))
    inputs = [names[base] for base, entity in entities.named.items() if entity.kind == "input"]
    assembly = Assembly(lines, _letters(entities, names), inputs)
    system, in_rows = assembly.build((True,) if rows else (False, True))
    for base in [base for base in found.first if names[base] in assembly.dropped]:
        del found.first[base]
    if strict:
        check_repeats(found, entities, names, assembly)
    statements = tuple({id(each.statement): each.statement for each in found.first.values()}.values())
    notes = (*_inputs(entities, names), *assembly.notes)
    meanings = _meanings(entities, names, gates, system)
    return Given(system, meanings, statements, notes, in_rows, found)


def _letters(entities: Entities, names: Mapping[str, str]) -> dict[str, str]:
    """The letter that the text writes for every parameter."""
    return {names[base]: base for base, entity in entities.named.items() if entity.kind == "parameter"}


def _inputs(entities: Entities, names: Mapping[str, str]) -> list[str]:
    return [
        f"{base} read as the input" + ("" if names[base] == base else f" {names[base]}")
        for base, entity in entities.named.items()
        if entity.kind == "input"
    ]


def _meanings(
    entities: Entities, names: Mapping[str, str], gates: Mapping[str, Gate], system: System
) -> dict[str, Quantity]:
    """What every key of the text means; net inputs without a name are a_f, or what a chain says: σ(W x) = σ(z)."""
    found = {
        key: Quantity(names[base], shift=shift)
        for base, entity in entities.named.items()
        if names[base] in system.symbols
        for key, shift in entity.keys.items()
    }
    for key, quantity in blocks_of(entities, names, system):
        found.setdefault(key, quantity)
    for key, base in named_later(entities, gates).items():
        found.setdefault(key, Quantity(f"a_{names[base]}"))
    for base, gate in gates.items():
        if not gate.net and names[base] not in GATE_LABELS:  # the others have their usual names
            found.setdefault(f"a_{base}", Quantity(f"a_{names[base]}"))
    return found


def _declared(where: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """The functions and the identifiers that a user declares."""
    functions, forced = {}, {}
    for name, value in where.items():
        key = key_of(read_name(name), name)
        word = value.strip().removeprefix("\\") if isinstance(value, str) else ""
        if word in ACTIVATIONS:
            functions[key] = word
        elif word.isidentifier() and not is_derived(word):
            forced[key] = word
    return functions, forced
