"""Declarations: what the user says that symbols mean, and what the formulas of a text show about its letters."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields

from symlstm.check.meaning.aliases import ACTIVATIONS
from symlstm.check.meaning.scope import TIMES
from symlstm.check.meaning.spelling import Spelling, spell
from symlstm.check.meaning.symbols import Defined, Function, Meaning, Quantity, SymbolTable
from symlstm.check.reader import read_formula, read_name
from symlstm.check.reader.tree import Differential, Formula, Name, Number, Scripted, Statement, Tree
from symlstm.errors import InputError

__all__ = ["declared", "key_of", "letters_in", "primed_states", "trees_in"]


def declared(where: Mapping[str, str], table: SymbolTable) -> dict[str, Meaning]:
    r"""Declarations by the user: {r"\delta_t": "d_h", r"\phi": "tanh", "b_f": "0"}. Raises InputError."""
    return {key_of(read_name(name), name): _meaning(name, value, table) for name, value in where.items()}


def key_of(tree: Tree, written: str = "") -> str:
    """The key under which a written name is looked up. Raises InputError for what is no name."""
    if isinstance(tree, Number):
        return tree.text
    if isinstance(tree, Differential) and tree.body is not None:
        return f"{tree.symbol} {key_of(tree.body, written)}"
    spelling = spell(tree, TIMES)
    if spelling is None:
        raise InputError(f"{written or 'a declaration'}: expected a name on the left, such as \\delta_t")
    return spelling.key + "'" * spelling.primes


def _meaning(name: str, value: str, table: SymbolTable) -> Meaning:
    if not isinstance(value, str) or not value.strip():
        raise InputError(f"where[{name!r}]: expected what it means, such as 'd_h' or a formula, got {value!r}")
    known = table.identifier(Spelling(value.strip()))
    if known is not None:
        return known
    if value.strip() in ACTIVATIONS:
        return Function(ACTIVATIONS[value.strip()])
    formula = read_formula(value)
    if len(formula.statements) != 1 or len(formula.statements[0].sides) != 1:
        raise InputError(f"where[{name!r}]: expected one expression without an equality sign, got {value!r}")
    return Defined(formula.statements[0].sides[0])


def trees_in(tree: object) -> Iterator[Tree]:
    """Every tree inside a formula, statement or tree, itself included."""
    stack = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, tuple):
            stack += node
        elif hasattr(node, "span"):
            yield node  # type: ignore[misc]
            stack += [getattr(node, item.name) for item in fields(node) if item.name != "span"]  # type: ignore[arg-type]


def letters_in(formulas: Iterable[Formula]) -> frozenset[str]:
    """The keys of all names that formulas use."""
    found = set()
    for formula in formulas:
        for tree in trees_in(formula):
            spelling = spell(tree, TIMES) if isinstance(tree, Name | Scripted) else None
            if spelling is not None:
                found.add(spelling.key)
                letter = spelling.head + "".join(f"~{accent}" for accent in spelling.accents)
                found.add(letter) if not spelling.labels or spelling.times else None
    return frozenset(found)


def primed_states(statements: Iterable[Statement], table: SymbolTable) -> dict[str, Meaning]:
    """c′ = f ⊙ c + …: where new states carry a prime, those without one are of the step before."""
    found: dict[str, Meaning] = {}
    for statement in statements:
        spelling = spell(statement.sides[0], TIMES)
        if spelling is None or spelling.primes != 1 or spelling.times:
            continue
        plain = Spelling(spelling.head, spelling.accents, spelling.labels)
        meanings = [item for item in table.meanings(plain) if isinstance(item, Quantity)]
        if meanings and f"{meanings[0].name}_prev" in table.system.symbols:
            found[f"{plain.key}'"] = meanings[0]
            found[plain.key] = Quantity(meanings[0].name, shift=-1)
    return found
