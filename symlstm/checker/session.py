"""A session: the claims of a text in order, with what its lines define and show about its conventions."""

import re
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass, replace
from itertools import combinations

from sympy import MatAdd

from symlstm.algebra import add
from symlstm.checker.conventions import conventions, variants
from symlstm.checker.deciding import Finding, Pair, decide
from symlstm.checker.declarations import key_of, offset_of
from symlstm.checker.judging import Background, Judgement, Outcome, judge
from symlstm.checker.meaning.problems import Misfit, NotUnderstood, UnknownSymbol
from symlstm.checker.meaning.scope import TIMES
from symlstm.checker.meaning.spelling import spell
from symlstm.checker.meaning.symbols import Defined, Quantity
from symlstm.checker.meaning.walking import trees_in
from symlstm.checker.reader.tree import Call, Differential, Formula, Name, Number, Span, Statement, Tree, Tuple, Words
from symlstm.checker.report import Verdict
from symlstm.notation import Profile
from symlstm.system import System
from symlstm.system.row_layout import weights_of

__all__ = ["Judged", "Session"]

_EQUALITIES = frozenset({"=", ":=", "equiv"})
_MOST_ALTERNATIVES = 40
_JUDGED = _EQUALITIES | {"+="}
_PRINTED = {"approx": "≈", "propto": "∝", "to": "→", "in": "∈", "le": "≤", "ge": "≥", "ne": "≠", "-=": "−="}
_SIZES = frozenset({"n", "d", "B", "T", "t", "k"})


@dataclass(frozen=True)
class Judged:
    """One equality sign of a text and its judgement; `step` counts the signs of its chain."""

    left: Tree
    right: Tree
    relation: str
    step: int
    judgement: Judgement
    written: Tree | None = None  # what stands left of the sign, where it was compared with the first side of the chain

    @property
    def span(self) -> Span:
        """Where it stands."""
        return Span((self.written or self.left).span.start, self.right.span.stop)


class Session:
    """Judges the statements of a text one after the other."""

    def __init__(self, background: Background, profile: Profile) -> None:
        self.background = background
        self.profile = profile

    def formula(self, formula: Formula) -> list[Judged]:
        """The claims of a formula; lines that only define a name are remembered."""
        return [judged for statement in formula.statements for judged in self.statement(statement)]

    def statement(self, statement: Statement) -> list[Judged]:
        """The claims of a chain."""
        first = statement.sides[0]
        if remark := next(filter(_changes_a_formula, statement.annotations), None):
            problem = NotUnderstood(f"the remark {_words_of(remark)!r} may change the formula", remark.span)
            outcome = Outcome(None, problem, (), self.background)
            return [Judged(first, statement.sides[-1], "=", 1, Judgement((outcome,)))]
        if isinstance(first, Tuple):
            parts = [replace(statement, sides=(item, *statement.sides[1:])) for item in first.items]
            return [judged for part in parts for judged in self.statement(part)]
        return list(self._chain(statement))

    def _chain(self, statement: Statement) -> Iterable[Judged]:
        self.background = replace(self.background, notes=statement.annotations)
        sides = list(statement.sides)
        relations = list(statement.relations)
        if len(sides) > 1 and relations[0] in _EQUALITIES and self._defines(sides[0], sides[1]):
            sides, relations = sides[1:], relations[1:]
            start = 2
        else:
            start = 1
        sides, relations = _without_signatures(sides, relations)
        first = left = sides[0]
        for step, (relation, right) in enumerate(zip(relations, sides[1:], strict=True), start):
            judgement = self.judge(first, right, relation)
            yield Judged(first, right, relation, step, judgement, left)
            if judgement.verdict is not Verdict.UNREADABLE:
                left = right
            if judgement.verdict is not Verdict.RIGHT:
                first = left

    def given(self, formula: Formula) -> None:
        """Take lines for definitions, whatever the letters usually mean."""
        for statement in formula.statements:
            left, *others = statement.sides
            if others and _is_name(left) and key_of(left) not in self.background.table.declared:
                self.define(key_of(left), others[0], offset_of(left))

    def _defines(self, left: Tree, right: Tree) -> bool:
        """Whether a line gives a new name to something; it is remembered then."""
        spelling = spell(left, TIMES)
        if spelling is None:
            return False
        table = self.background.table
        if spelling.primes and not table.prints(left) and key_of(left) not in table.declared:
            self.define(key_of(left), right)
            return True
        unknown = judge(left, left, self.background)
        problems = [outcome.problem for outcome in unknown.outcomes]
        if not any(isinstance(problem, UnknownSymbol) for problem in problems):
            return False
        known = judge(right, right, self.background)
        if known.verdict is not Verdict.RIGHT:
            return False
        self.define(key_of(left), right, offset_of(left))
        return True

    def define(self, key: str, tree: Tree, offset: int = 0) -> None:
        """Give a name a meaning for the lines below."""
        table = self.background.table.with_declared({key: Defined(tree, offset)})
        self.background = replace(self.background, table=table)

    def judge(self, left: Tree, right: Tree, relation: str = "=") -> Judgement:
        """The judgement of left = right, in the text's conventions or, where it fits no other way, in others."""
        if relation not in _JUDGED:
            sign = _PRINTED.get(relation, relation)
            return self._refused(f"{sign} is no equality, so there is nothing to check", right)
        if _sets_size(left, right):
            return self._refused("it says how large something is, which is no claim to check", right)
        read = added if relation == "+=" else judge
        found = read(left, right, self.background)
        open_question = any(isinstance(outcome.problem, UnknownSymbol | Misfit) for outcome in found.outcomes)
        if _understood(found) or not open_question:
            if found.verdict is Verdict.RIGHT and _is_forward(left, self.background) and self._weighs(right):
                self.background = replace(self.background, established=True)
            return found
        return self._otherwise(left, right, found, read)

    def _refused(self, why: str, tree: Tree) -> Judgement:
        """The judgement of what claims nothing that could be checked."""
        return Judgement((Outcome(None, NotUnderstood(why, tree.span), (), self.background),))

    def _weighs(self, tree: Tree) -> bool:
        """Whether a side has weights, which show in what convention the text writes."""
        weights = weights_of(self.background.system)
        spellings = [spell(part, TIMES) for part in trees_in(tree)]
        meanings = [meaning for name in spellings if name for meaning in self.background.table.meanings(name)]
        return any(isinstance(meaning, Quantity) and meaning.name in weights for meaning in meanings)

    def _otherwise(self, left: Tree, right: Tree, found: Judgement, read: Callable[..., Judgement]) -> Judgement:
        """The claim in the conventions that the text may follow without saying so."""
        unknown = any(isinstance(outcome.problem, UnknownSymbol) for outcome in found.outcomes)
        forward = _is_forward(left, self.background)
        typed: tuple[Background, Judgement] | None = None
        named = set() if unknown else {self.background.system}  # the Systems that have all the names of the claim
        for count, background in enumerate(self._alternatives(unknown, named)):
            if count >= _MOST_ALTERNATIVES or (typed and background.convention != self.background.convention):
                break
            other = read(left, right, background)
            if not any(isinstance(outcome.problem, UnknownSymbol) for outcome in other.outcomes):
                named.add(background.system)
            if not _understood(other):
                continue
            if other.verdict is Verdict.RIGHT:
                same = background.convention == self.background.convention
                shown = self.background.established
                if (forward and not shown) or (same and (shown or unknown)):
                    self.background = replace(background, established=forward or shown)
                    return other
                return Judgement((*_as_wrong(found), *other.outcomes))
            if not (_is_forward(left, background) and "y" in background.system and "y" not in self.background.system):
                typed = typed or (background, other)
        if typed and (unknown or forward):
            return typed[1]
        return found

    def _alternatives(self, unknown: bool, named: Set[System]) -> Iterable[Background]:
        """Other layouts of the cell and, where a name is unknown, outputs on top of it; then other conventions for all
        that have all names.
        """
        base = self.background
        for convention in conventions(base.convention):
            if base.declared and convention.layout != base.convention.layout:
                continue
            if convention.swapped != base.convention.swapped and base.table.says_sources:  # W_{xf} is that of the input
                continue
            for system in variants(base.system):
                if convention.swapped and not any(name.startswith("U_") for name in system.parameters):
                    continue
                new_names = "y" in system.symbols and "y" not in base.system.symbols
                if convention == base.convention:
                    wanted = system != base.system and (unknown or not new_names)
                else:
                    wanted = system in named
                if wanted:
                    yield replace(base.with_system(system, self.profile), convention=convention)


def _is_name(tree: Tree) -> bool:
    """Whether a side is a name that can be defined, or the gradient by one."""
    return spell(tree, TIMES) is not None or (isinstance(tree, Differential) and tree.body is not None)


def _is_forward(tree: Tree, background: Background) -> bool:
    """Whether a side is a quantity of the forward step."""
    spelling = spell(tree, TIMES)
    if spelling is None:
        return False
    meanings = background.table.meanings(spelling)
    return bool(meanings) and isinstance(meanings[0], Quantity) and not meanings[0].derived


def added(left: Tree, right: Tree, background: Background) -> Judgement:
    """q += r: right where r is some of the terms that q consists of."""
    outcomes = []
    for outcome in judge(left, right, background).outcomes:
        pair = outcome.finding.pair if outcome.finding else None
        if outcome.verdict is Verdict.WRONG and pair is not None:
            outcome = replace(outcome, finding=_some_terms(pair) or outcome.finding)
        outcomes.append(outcome)
    return Judgement(tuple(outcomes))


def _without_signatures(sides: list[Tree], relations: list[str]) -> tuple[list[Tree], list[str]]:
    """A chain without sides such as f(x_t, h_{t-1}), which only say what something depends on."""
    kept = [place for place, side in enumerate(sides) if place == 0 or not _is_signature(side)]
    return [sides[place] for place in kept], [relations[place - 1] for place in kept if place > 0]


def _is_signature(tree: Tree) -> bool:
    return (
        isinstance(tree, Call)
        and isinstance(tree.function, Name)
        and len(tree.arguments) > 1
        and all(spell(part, TIMES) is not None for part in tree.arguments)
    )


def _some_terms(pair: Pair) -> Finding | None:
    name = str(getattr(pair.left, "name", ""))
    if name not in pair.frame.system:
        return None
    whole = pair.frame.system[name].rhs
    terms = whole.args if isinstance(whole, MatAdd) else (whole,)
    for count in range(1, min(len(terms), 5)):
        for some in combinations(terms, count):
            finding = decide(Pair(pair.frame, add(*some), pair.right))
            if finding.verdict is Verdict.RIGHT:
                return finding
    return None


def _understood(judgement: Judgement) -> bool:
    return any(outcome.finding is not None for outcome in judgement.outcomes)


def _as_wrong(judgement: Judgement) -> Sequence[Outcome]:
    """Readings whose shapes do not fit are wrong, beside another that is right."""
    return [
        replace(outcome, finding=Finding(Verdict.WRONG, reason=str(outcome.problem)))
        for outcome in judgement.outcomes
        if isinstance(outcome.problem, Misfit)
    ]


_OPERATIONS = re.compile(
    r"\b(times|plus|minus|divided|squared|cubed|twice|doubled|transposed?|averaged?|inverse)\b", re.IGNORECASE
)


def _words_of(remark: object) -> str:
    """The words of a remark."""
    return remark.text if isinstance(remark, Words) else ""


def _changes_a_formula(remark: object) -> bool:
    """Whether a remark beside a formula speaks of something that is done to it."""
    return isinstance(remark, Words) and _OPERATIONS.search(remark.text) is not None


def _sets_size(left: Tree, right: Tree) -> bool:
    """Whether n = 4, n = d or T = 10 is meant: a statement about sizes, which are arbitrary to a derivation."""
    named = [isinstance(side, Name) and side.text in _SIZES for side in (left, right)]
    return any(named) and all(
        known or isinstance(side, Number) for known, side in zip(named, (left, right), strict=True)
    )
