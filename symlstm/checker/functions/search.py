"""Searching the layout of a function: the first in which all is right, else the one in which most is."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from symlstm.checker.functions.attempts import Attempt, Question, attempt, layouts, orders, promised
from symlstm.checker.functions.binding import Plan, counterpart
from symlstm.checker.functions.calling import UnreadableError
from symlstm.checker.functions.inputs import Reference, Setting
from symlstm.checker.functions.names import Names, plain
from symlstm.checker.functions.quantities import Container, Vector, Weights
from symlstm.checker.functions.source import keys_of, loops_over_time, returned
from symlstm.errors import choice

__all__ = ["Options", "Searched", "is_backward", "search"]

_BACKWARD_WORDS = ("back", "bprop", "bptt", "grad", "bwd", "deriv")
_TIES = 60  # attempts that go equally well, which are kept
_SEQUENCE_WORDS = ("xs", "h0", "a0", "caches", "hs", "dhs", "inputs", "states", "c0", "das")


@dataclass(frozen=True)
class Options:
    """What was declared about a function."""

    forward: Callable[..., Any] | None = None
    arguments: Any = None
    results: Any = None
    layout: str = "auto"
    gates: Sequence[str] | None = None
    kind: str = "auto"


@dataclass
class Searched:
    """The best attempt, and the best with one column at a time where that is another."""

    best: Attempt | None = None
    single: Attempt | None = None
    error: str = ""
    ties: dict[str, list[Attempt]] = field(default_factory=dict)

    @property
    def score(self) -> tuple[int, ...]:
        """How well the better of the two goes."""
        return max((made.score for made in (self.best, self.single) if made is not None), default=())


def is_backward(function: Callable[..., Any], direction: str, options: Options) -> bool:
    """Whether a function is a backward pass: as declared, or by its name, its arguments and what it returns."""
    choice("direction", direction, ("auto", "forward", "backward"))
    if direction != "auto":
        return direction == "backward"
    name = plain(getattr(function, "__name__", ""))
    names = [plain(one) for one in [*_argument_names(function), *_declared_names(options.arguments)]]
    results = [plain(one) for one in [*_declared_names(options.results), *_flat(returned(function))]]
    flows_in = any(one.startswith("seed") or (one[:1] == "d" and len(one) > 1) for one in names)
    return (
        flows_in or any(word in name for word in _BACKWARD_WORDS) or any(one[:1] == "d" for one in results if one[1:])
    )


def search(function: Callable[..., Any], reference: Reference, backward: bool, options: Options) -> Searched:
    """Bind the function as a step and as a sequence, and try the layouts of each."""
    searched = []
    for sequence in _kinds(function, options.kind):
        found = Searched()
        searched.append(found)
        try:
            question = _question(function, reference, backward, sequence, options)
        except UnreadableError as error:
            found.error = str(error)
            continue
        _try_all(question, reference, options, found)
        if any(made.fits for made in (found.best, found.single) if made is not None):
            break
    return max(searched, key=lambda one: one.score)


def _kinds(function: Callable[..., Any], kind: str) -> tuple[bool, ...]:
    choice("kind", kind, ("auto", "step", "sequence"))
    if kind != "auto":
        return (kind == "sequence",)
    code = getattr(function, "__code__", None)
    names = {plain(name) for name in getattr(code, "co_varnames", ())[: getattr(code, "co_argcount", 0)]}
    named = bool(names & set(_SEQUENCE_WORDS)) or "bptt" in plain(getattr(function, "__name__", ""))
    likely = named or loops_over_time(function)
    return (likely, not likely)


def _question(function: Callable[..., Any], reference: Reference, backward: bool, sequence: bool, options: Options
) -> Question:  # fmt: skip
    """Bind the arguments; the cache needs the forward function."""
    declared = options.results
    listed = [declared] if isinstance(declared, str) else declared
    listed = list(listed) if isinstance(listed, tuple | list) else None
    forward = options.forward or (counterpart(function) if backward else None)
    seen = [*_argument_names(function), *keys_of(function), *keys_of(forward), *_argument_names(forward)]
    seen += _flat(returned(function) if listed is None else listed) + list(_declared_names(options.arguments))
    names = Names(reference.cell, reference.blocks, sequence, seen)
    plan = Plan.of(function, names, backward, options.arguments, listed)
    if plan.takes("cache"):
        if forward is None:
            raise UnreadableError("it takes a cache; give forward=, which makes it, or declare what is in it")
        plan.forward = Plan.of(forward, names, backward=False)
    return Question(plan, names, backward, sequence, declared if listed is None else None)


def _argument_names(function: Callable[..., Any] | None) -> list[str]:
    code = getattr(function, "__code__", None)
    return list(code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]) if code else []


def _flat(structure: Any) -> list[str]:
    if isinstance(structure, list):
        return [name for part in structure for name in _flat(part)]
    return [structure] if isinstance(structure, str) else []


def _declared_names(given: Any) -> Iterator[str]:
    if isinstance(given, str):
        yield given
    elif isinstance(given, dict):
        for item in given.values():
            yield from _declared_names(item)
    elif isinstance(given, tuple | list):
        for item in given:
            yield from _declared_names(item)


def _settings(question: Question, reference: Reference) -> list[Setting]:
    """With zero for the leaves that the function is not given, which it cannot know; then with random values."""
    given = question.plan.all()
    vectors = {name for one in given if isinstance(one, Vector) for name in one.names}
    vectors |= {"h_prev", "x"} if "joined" in vectors else set()
    parts = {part for one in given if isinstance(one, Weights) for part in one.parts}
    several = any(isinstance(one, Container) for one in given)
    ends = any(name.endswith("_last") for name in vectors)
    system = reference.function(question.sequence).system
    seeds = [name for name in system.seeds if not {name, f"{name}_last"} & vectors]
    needed = _promised(question)
    absent = frozenset(name for name in seeds if not question.backward or name not in needed)
    states = {name for name in system.states if name not in vectors}
    has_biases = several or bool(parts & {"b", "bh"}) or _returns_biases(question)
    biases = (
        set() if has_biases else {name for name in reference.cell.parameters if name[:2] == "b_" or name[:3] == "bh_"}
    )
    zero = Setting(
        question.sequence, zero=absent | states | biases, ends=ends, shares=frozenset(_twice(given)),
        second_bias="bh" in parts and not reference.blocks.second_bias,
    )  # fmt: skip
    others = [replace(zero, zero=absent | states), replace(zero, zero=absent | biases), replace(zero, zero=absent)]
    return list(dict.fromkeys([zero, *others]))


def _returns_biases(question: Question) -> bool:
    found = [question.names.result(label, True) for label in promised(question.plan)]
    return any(isinstance(one, Weights) and one.parts[0] in ("b", "bh") for one in found)


def _promised(question: Question) -> set[str]:
    """Seeds of states whose gradient a step hands on: it cannot do without what came in."""
    if question.sequence:
        return set()
    found = [question.names.result(label, True) for label in promised(question.plan)]
    names = {name for one in found if isinstance(one, Vector) for name in one.names}
    return {f"seed_{name.removesuffix('_prev')}" for name in names if name.endswith("_prev")}


def _twice(given: Sequence[Any]) -> set[str]:
    seeds = [name for one in given if isinstance(one, Vector) for name in one.names if name.startswith("seed_")]
    return {name for name in seeds if seeds.count(name) > 1}


def _try_all(question: Question, reference: Reference, options: Options, found: Searched) -> None:
    """Try settings and layouts until all is right; a batch counts before a single column."""
    for setting in _settings(question, reference):
        for layout in layouts(question, reference, options.layout, options.gates):
            made = attempt(question, layout, replace(setting, batch=not layout.single), reference)
            _keep(made, found)
            if made.half_fits and not made.right and options.gates is None:
                _keep_first_right(question, made, reference, found)
            if found.best is not None and found.best.right:
                return
            if found.single is not None and found.single.right:
                return


def _keep_first_right(question: Question, made: Attempt, reference: Reference, found: Searched) -> None:
    for layout in orders(question, made, reference):
        again = attempt(question, layout, made.setting, reference)
        _keep(again, found)
        if again.right:
            return


def _keep(made: Attempt, found: Searched) -> None:
    """Keep what goes better than all before; of errors, the one that came furthest."""
    place = "single" if made.layout.single else "best"
    before: Attempt | None = getattr(found, place)
    if before is None or made.score > before.score or (made.error and before.error and _line(made) > _line(before)):
        setattr(found, place, made)
        found.ties[place] = [made]
    elif made.fits and made.score == before.score and len(found.ties[place]) < _TIES:
        found.ties[place].append(made)


def _line(made: Attempt) -> int:
    """The line of the function at which it failed."""
    _, _, rest = made.error.partition(" in line ")
    digits = rest.partition(":")[0]
    return int(digits) if digits.isdigit() else 0
