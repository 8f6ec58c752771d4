"""Declarations: what the user says that symbols mean, and what the formulas of a text show about its letters."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from symlstm.checker.meaning.aliases import ACTIVATIONS
from symlstm.checker.meaning.scope import TIMES
from symlstm.checker.meaning.spelling import Spelling, spell
from symlstm.checker.meaning.symbols import Defined, Function, Meaning, Quantity, SymbolTable, numbered
from symlstm.checker.meaning.walking import parts_of, trees_in
from symlstm.checker.reader import read_formula
from symlstm.checker.reader.language import is_latex
from symlstm.checker.reader.tree import (
    Accented,
    Differential,
    Formula,
    Group,
    Name,
    Number,
    Scripted,
    Statement,
    Sum,
    Tree,
)
from symlstm.errors import InputError

__all__ = ["declared", "key_of", "language_of", "letters_in", "offset_of", "primed_states", "speaks_of_time"]


def declared(where: Mapping[str, str], table: SymbolTable, language: str = "auto") -> dict[str, Meaning]:
    r"""Declarations by the user: {r"\delta_t": "d_h", r"\phi": "tanh", "b_f": "0"}. Raises InputError."""
    found: dict[str, Meaning] = {}
    for name, value in where.items():
        tree = _name_tree(name, language)
        meaning = _meaning(name, value, table)
        if isinstance(meaning, Quantity):  # h_{t-1} declared as h_prev: h_t is then h
            meaning = replace(meaning, shift=meaning.shift - offset_of(tree))
        found[key_of(tree, name)] = meaning
    return found


def language_of(text: str, language: str = "auto") -> str:
    """Whether a text is LaTeX or plain, where that is not said."""
    if language != "auto":
        return language
    return "latex" if is_latex(text) else "text"


def _name_tree(name: str, language: str) -> Tree:
    formula = read_formula(name, language if language_of(name) == "text" else "latex")
    statement = formula.statements[0] if len(formula.statements) == 1 else None
    if statement is None or len(statement.sides) != 1:
        raise InputError(f"where[{name!r}]: expected the name of one symbol, such as \\delta_t")
    return statement.sides[0]


def offset_of(tree: Tree) -> int:
    """How many steps behind t a name is written: -1 for h_{t-1}, 0 for h_t and for h."""
    if isinstance(tree, Differential) and tree.body is not None:
        return offset_of(tree.body)
    spelling = spell(tree, TIMES)
    if spelling is None or not spelling.times:
        return 0
    moment = spelling.times[-1]
    moment = moment.body if isinstance(moment, Group) else moment
    if not isinstance(moment, Sum) or not isinstance(moment.terms[0], Name):
        return 0
    numbers = zip(moment.signs[1:], moment.terms[1:], strict=True)
    return sum(sign * int(term.text) for sign, term in numbers if isinstance(term, Number) and term.text.isdigit())


def key_of(tree: Tree, written: str = "") -> str:
    """The key under which a written name is looked up. Raises InputError for what is no name."""
    if isinstance(tree, Number):
        return tree.text
    if isinstance(tree, Differential) and tree.body is not None:
        return f"{tree.symbol} {key_of(tree.body, written)}"
    spelling = spell(tree, TIMES | _steps_in(tree))
    if spelling is None:
        raise InputError(f"{written or 'a declaration'}: expected a name on the left, such as \\delta_t")
    numbers = numbered(spelling)
    return (f"{spelling.key}_{numbers}" if numbers else spelling.key) + "'" * spelling.primes


def _steps_in(tree: Tree) -> frozenset[str]:
    """The letters that count steps in a name, as k in z_{k+1}."""
    sums = (part for part in trees_in(tree) if isinstance(part, Sum))
    letters = (term.text for part in sums for term in part.terms if isinstance(term, Name))
    return frozenset(letter for letter in letters if letter in ("k", "j", "s", "n", "tau"))


def _meaning(name: str, value: str, table: SymbolTable) -> Meaning:
    if not isinstance(value, str) or not value.strip():
        raise InputError(f"where[{name!r}]: expected what it means, such as 'd_h' or a formula, got {value!r}")
    known = table.identifier(Spelling(value.strip()))
    if known is not None:
        return known
    word = value.strip().removeprefix("\\")
    if word in ACTIVATIONS:
        return Function(ACTIVATIONS[word])
    formula = read_formula(value)
    if len(formula.statements) != 1 or len(formula.statements[0].sides) != 1:
        raise InputError(f"where[{name!r}]: expected one expression without an equality sign, got {value!r}")
    return Defined(formula.statements[0].sides[0])


def letters_in(formulas: Iterable[Formula]) -> frozenset[str]:
    """The keys of all names that formulas use."""
    found: set[str] = set()
    stack: list[Any] = list(formulas)
    while stack:
        node = stack.pop()
        if isinstance(node, tuple):
            stack += node
        elif isinstance(node, Name | Scripted | Accented) and (spelling := spell(node, TIMES)) is not None:
            found.add(spelling.key)
        elif hasattr(node, "span"):
            stack += [getattr(node, name) for name in parts_of(node)]
    return frozenset(found)


def _timed_as(tree: Tree, head: str) -> bool:
    spelling = spell(tree, TIMES) if isinstance(tree, Scripted) else None
    return spelling is not None and spelling.head == head and bool(spelling.times)


def speaks_of_time(formulas: Iterable[Formula]) -> bool:
    """Whether names carry a time, so that one without is an exception."""
    spellings = (spell(tree, TIMES) for formula in formulas for tree in trees_in(formula) if isinstance(tree, Scripted))
    return any(spelling is not None and spelling.times for spelling in spellings)


def primed_states(statements: Sequence[Statement], table: SymbolTable) -> dict[str, Meaning]:
    """c′ = f ⊙ c + …: where new states carry a prime, those without one are of the step before."""
    found: dict[str, Meaning] = {}
    for statement in statements:
        spelling = spell(statement.sides[0], TIMES)
        if spelling is None or spelling.primes != 1 or spelling.times:
            continue
        if any(_timed_as(tree, spelling.head) for other in statements for tree in trees_in(other)):
            continue
        plain = Spelling(spelling.head, spelling.accents, spelling.labels)
        meanings = [item for item in table.meanings(plain) if isinstance(item, Quantity)]
        if meanings and f"{meanings[0].name}_prev" in table.system.symbols:
            found[f"{plain.key}'"] = meanings[0]
            found[plain.key] = Quantity(meanings[0].name, shift=-1)
    return found
