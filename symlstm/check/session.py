"""A session: the claims of a text in order, with what its lines define and show about its conventions."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from sympy import MatAdd

from symlstm.algebra import add
from symlstm.check.conventions import conventions, variants
from symlstm.check.deciding import Finding, Pair, decide
from symlstm.check.declarations import key_of, offset_of
from symlstm.check.judging import Background, Judgement, Outcome, judge
from symlstm.check.meaning.problems import Misfit, NotUnderstood, Problem, UnknownSymbol
from symlstm.check.meaning.scope import TIMES
from symlstm.check.meaning.spelling import spell
from symlstm.check.meaning.symbols import Defined, Quantity
from symlstm.check.reader.tree import Call, Differential, Formula, Name, Span, Statement, Tree, Tuple
from symlstm.check.report import Verdict
from symlstm.errors import InputError
from symlstm.notation import Profile

__all__ = ["Judged", "Session"]

_EQUALITIES = frozenset({"=", ":=", "equiv"})
_JUDGED = _EQUALITIES | {"+="}


@dataclass(frozen=True)
class Judged:
    """One equality sign of a text and its judgement; `step` counts the signs of its chain."""

    left: Tree
    right: Tree
    relation: str
    step: int
    judgement: Judgement

    @property
    def span(self) -> Span:
        """Where it stands."""
        return Span(self.left.span.start, self.right.span.stop)


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
        left = sides[0]
        for step, (relation, right) in enumerate(zip(relations, sides[1:], strict=True), start):
            judgement = self.judge(left, right, relation)
            yield Judged(left, right, relation, step, judgement)
            if judgement.verdict is not Verdict.UNREADABLE:
                left = right

    def given(self, formula: Formula) -> None:
        """Take lines for definitions, whatever the letters usually mean."""
        for statement in formula.statements:
            left, *others = statement.sides
            known = self.background.table.declared
            if (others and spell(left, TIMES) is not None and key_of(left) not in known) or (others and isinstance(left, Differential) and left.body is not None and key_of(left) not in known):
                self.define(key_of(left), others[0], offset_of(left))

    def _defines(self, left: Tree, right: Tree) -> bool:
        """Whether a line gives a new name to something; it is remembered then."""
        spelling = spell(left, TIMES)
        if spelling is None:
            return False
        if spelling.primes and not self.background.table.prints(left) and key_of(left) not in self.background.table.declared:
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
            problem = NotUnderstood(f"{relation} is no equality, so there is nothing to check", right.span)
            return Judgement((Outcome(None, problem, (), self.background),))
        read = added if relation == "+=" else judge
        found = read(left, right, self.background)
        open_question = any(isinstance(outcome.problem, UnknownSymbol | Misfit) for outcome in found.outcomes)
        if _understood(found) or not open_question:
            return found
        return self._otherwise(left, right, found, read)

    def _otherwise(self, left: Tree, right: Tree, found: Judgement, read: Callable[..., Judgement]) -> Judgement:
        """The claim in the conventions that the text may follow without saying so."""
        unknown = any(isinstance(outcome.problem, UnknownSymbol) for outcome in found.outcomes)
        forward = _is_forward(left, self.background)
        typed: tuple[Background, Judgement] | None = None
        for background in self._alternatives(unknown):
            other = read(left, right, background)
            if not _understood(other):
                continue
            if other.verdict is Verdict.RIGHT:
                if forward or self.background.established or (unknown and background.convention == self.background.convention):
                    self.background = replace(background, established=forward or self.background.established)
                    return other
                return Judgement((*_as_wrong(found), *other.outcomes))
            if not (_is_forward(left, background) and "y" in background.system and "y" not in self.background.system):
                typed = typed or (background, other)
        if typed and (unknown or forward):
            return typed[1]
        return found

    def _alternatives(self, unknown: bool) -> Iterable[Background]:
        """Other layouts of the cell and outputs on top of it, where a name is unknown; other conventions otherwise."""
        base = self.background
        for convention in conventions(base.convention):
            if base.declared and convention.layout != base.convention.layout:
                continue
            for system in variants(base.system):
                if convention.swapped and not any(name.startswith("U_") for name in system.parameters):
                    continue
                new_names = "y" in system.symbols and "y" not in base.system.symbols
                if (system != base.system or convention != base.convention) and (unknown or not new_names):
                    yield replace(base.with_system(system, self.profile), convention=convention)


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


_ = (InputError, Problem)
