"""Attempts: one way to understand a function, its layout, and what comes of calling it so."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import permutations, product
from typing import Any

from symlstm.checker.functions.binding import Plan, declared
from symlstm.checker.functions.calling import Outcome, UnreadableError, labelled
from symlstm.checker.functions.compare import Finding, compared
from symlstm.checker.functions.inputs import SCALES, Reference, Setting
from symlstm.checker.functions.layouts import Layout, in_form
from symlstm.checker.functions.names import HARMLESS, Names, plain
from symlstm.checker.functions.quantities import Container, Parameter, Quantity, Vector, Weights, adjoint_of
from symlstm.checker.functions.source import keys_of

__all__ = ["Attempt", "Question", "attempt", "layouts", "orders", "promised"]

_JOINED = ("auto", "joined")


@dataclass(frozen=True)
class Question:
    """What is asked: the function as it is bound, the direction, and what was declared."""

    plan: Plan
    names: Names
    backward: bool
    sequence: bool
    results: Any = None


@dataclass(eq=False)
class Attempt:
    """A layout and a setting, and what came of them."""

    question: Question
    layout: Layout
    setting: Setting
    findings: list[Finding] = field(default_factory=list)
    error: str = ""
    outcome: Outcome = field(default_factory=Outcome)
    ignored: list[str] = field(default_factory=list)
    forward: list[Finding] = field(default_factory=list)

    @property
    def right(self) -> bool:
        """Whether all that was returned is right."""
        return bool(self.findings) and not self.error and all(one.right for one in [*self.findings, *self.forward])

    @property
    def fits(self) -> bool:
        """Whether all shapes are as expected."""
        return bool(self.findings) and not self.error and all(one.fits for one in self.findings)

    @property
    def half_fits(self) -> bool:
        """Whether most shapes are as expected."""
        return not self.error and 2 * sum(one.fits for one in self.findings) > len(self.findings)

    @property
    def score(self) -> tuple[int, ...]:
        """How well it goes: the more the better."""
        found = [*self.forward, *self.findings]
        if self.error or not found:
            return (0, 0, 0, 0)
        right, fit = sum(one.right for one in found), sum(one.fits for one in found)
        return (1, int(all(one.right for one in self.forward)), right, fit)


def attempt(question: Question, layout: Layout, setting: Setting, reference: Reference) -> Attempt:
    """Call the function in a layout and compare what it returns."""
    made = Attempt(question, layout, setting)
    case = reference.case(setting)
    try:
        made.outcome, before = question.plan.run(layout, case, reference)
        made.error = made.outcome.error
        if made.error:
            return made
        made.findings = list(_findings(made, labelled(made.outcome.value, question.plan.structure), reference))
        if not made.findings:
            raise UnreadableError("not known which quantities it returns; say results=[…], a name for each")
        made.forward = list(_forward_findings(made, before, reference))
    except UnreadableError as error:
        made.error = str(error)
    return made


def _findings(made: Attempt, results: Sequence[tuple[str, Any]], reference: Reference) -> Iterator[Finding]:
    question = made.question
    case = reference.case(made.setting)
    free = not any(isinstance(one, Weights) and one.parts[0] in ("b", "bh") for one in question.plan.all())
    for label, value in results:
        quantity = _quantity_of(label, question)
        if quantity is None:
            if plain(label) not in HARMLESS and not _left_out(label, question):
                made.ignored.append(label or "a value without a name")
            continue
        try:
            expected = in_form(quantity, made.layout, case, reference.blocks, case.values)
        except (KeyError, ValueError):
            made.ignored.append(label)
            continue
        yield compared(label, quantity, value, expected, case, SCALES[made.setting.scale], free)


def _left_out(label: str, question: Question) -> bool:
    """Whether somebody declared that a result is nothing to compare."""
    return isinstance(question.results, Mapping) and label in question.results and question.results[label] is None


def _quantity_of(label: str, question: Question) -> Vector | Weights | Parameter | None:
    given = question.results.get(label, "") if isinstance(question.results, Mapping) else ""
    if given is None:
        return None
    found: Quantity | None = question.names.result(given or label, question.backward)
    if found is None and given:
        found = declared(given, question.names, question.backward, f"results[{label!r}]")
        found = adjoint_of(found) if question.backward and found is not None else found
    return found if isinstance(found, Vector | Weights | Parameter) else None


def _forward_findings(made: Attempt, before: Sequence[tuple[str, Any]], reference: Reference) -> Iterator[Finding]:
    """What the forward function of a backward function returned beside the cache."""
    case = reference.case(made.setting)
    for label, value in before:
        quantity = made.question.names.result(label, backward=False)
        if plain(label) in HARMLESS or not isinstance(quantity, Vector):
            continue
        expected = in_form(quantity, made.layout, case, reference.blocks, case.values)
        yield compared(label, quantity, value, expected, case, SCALES[made.setting.scale], True)


def layouts(question: Question, reference: Reference, layout: str, gates: Sequence[str] | None) -> Iterator[Layout]:
    """The layouts in which the function may be written, the likelier ones first."""
    given = question.plan.all()
    several = any(isinstance(one, Container) for one in given)
    results = [_quantity_of(label, question) for label in promised(question.plan)]
    weights = [one for one in [*given, *results] if isinstance(one, Weights)]
    joined = several or any(one.parts[0] in _JOINED for one in weights) or Vector(("joined",)) in given
    matrices = several or any(one.parts[0] not in ("b", "bh", "p") for one in weights)
    pinned = several or any(one.parts[0] in ("x", *_JOINED) or not one.gates for one in weights)
    biases = several or any(one.parts[0] in ("b", "bh", "p") for one in weights)
    one_column = reference.sizes["B"] == 1
    choices: dict[str, tuple[Any, ...]] = {
        "joined": (True, False) if several and not question.names.apart else (not question.names.apart,),
        "single": ("matrix", "vector") if one_column else ("", "matrix", "vector"),
        "time": ("first", "middle", "last", "list") if question.sequence else ("first",),
        "rows": {"row": (True,), "column": (False,)}.get(layout, (False, True)),
        "transposed": (False, True) if pinned and matrices else (False,),
        "order": ("hx", "xh") if joined else ("hx",),
        "flat": (False, True) if biases else (False,),
    }
    order = tuple(gates or reference.blocks.gates)
    keys = ("single", "rows", "transposed", "time", "joined", "order", "flat")
    for values in product(*(choices[key] for key in keys)):
        made = Layout(**dict(zip(keys, values, strict=True)), gates=order)
        likely_flat = made.rows or made.single == "vector"
        yield replace(made, flat=made.flat != likely_flat) if biases else made


def promised(plan: Plan) -> list[str]:
    """The names of what a function returns, as far as its source tells."""
    keys = [key for key in keys_of(plan.function) if plain(key).startswith("d")]
    return [*_labels(plan.structure), *keys]


def _labels(structure: Any) -> list[str]:
    if isinstance(structure, list):
        return [label for part in structure for label in _labels(part)]
    return [structure] if isinstance(structure, str) else []


def orders(question: Question, made: Attempt, reference: Reference) -> Iterator[Layout]:
    """The same layout with every other order of the gates, where gates are stacked."""
    stacked = [*question.plan.all(), *(one.quantity for one in made.findings)]
    has_stack = any((isinstance(one, Weights) and not one.gates) or one == Vector(("nets",), True) for one in stacked)
    count = len(reference.blocks.gates)
    if has_stack and 1 < count <= 4:
        for order in permutations(reference.blocks.gates):
            if order != made.layout.gates:
                yield replace(made.layout, gates=order)
