"""Binding: which quantity every argument of a function stands for, by its name or as declared, and its value."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from symlstm.checker.functions.calling import Outcome, UnreadableError, call, labelled
from symlstm.checker.functions.inputs import Case, Reference
from symlstm.checker.functions.layouts import Layout, in_form
from symlstm.checker.functions.names import Names, plain
from symlstm.checker.functions.quantities import Container, Extra, Parameter, Quantity, Vector, Weights
from symlstm.checker.functions.source import Structure, keys_of, returned
from symlstm.errors import InputError, brief

__all__ = ["Arguments", "Plan", "counterpart", "declared"]

_CACHES = ("cache", "caches", "memory", "tape", "saved", "ctx")
_COUNTERPARTS = (("backward", "forward"), ("backprop", "forward"), ("bwd", "fwd"), ("back", "forward"), ("grad", ""))


class Arguments(dict[str, Any]):
    """Parameters by whatever name they are asked for."""

    def __init__(self, find: Callable[[str], Any]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, key: str) -> Any:
        found = self._find(key)
        if found is None:
            raise KeyError(key)
        self[key] = found
        return found

    def __deepcopy__(self, memo: Any) -> "Arguments":
        new = Arguments(self._find)
        new.update({key: np.copy(value) for key, value in self.items()})
        return new


def counterpart(function: Callable[..., Any]) -> Callable[..., Any] | None:
    """The forward function beside a backward function, found by its name."""
    name = getattr(function, "__name__", "")
    beside = getattr(function, "__globals__", {})
    for backward, forward in _COUNTERPARTS:
        found = beside.get(name.replace(backward, forward)) if backward in name and forward else None
        if callable(found) and found is not function:
            return found  # type: ignore[no-any-return]
    return None


def declared(given: Any, names: Names, backward: bool, what: str) -> Quantity | None:
    """A quantity as somebody declares it: a name, or a tuple, list or dict of such."""
    if given is None:
        return None
    if isinstance(given, Mapping):
        return Container("items", {key: declared(item, names, backward, what) for key, item in given.items()})
    if isinstance(given, Sequence) and not isinstance(given, str):
        return Container("items", tuple(declared(item, names, backward, what) for item in given))
    found = names.argument(given, backward) if isinstance(given, str) else None
    if found is None and isinstance(given, str):
        found = names.gradients.get(plain(given))
    if found is None:
        known = ", ".join([*names.cell.inputs, *names.cell.states, *names.cell.parameters])
        raise InputError(f"{what}: no quantity of {names.cell.name} is called {brief(given)}; there are {known}")
    return found


@dataclass
class Plan:
    """A function with the quantities of its arguments; a backward function may have a forward one for its cache."""

    function: Callable[..., Any]
    quantities: dict[str, tuple[Quantity, bool]] = field(default_factory=dict)
    forward: "Plan | None" = None
    structure: Structure = None
    names: Names | None = None

    @classmethod
    def of(cls, function: Callable[..., Any], names: Names, backward: bool, arguments: Any = None, results: Any = None
    ) -> "Plan":  # fmt: skip
        """Bind by name and as declared; raises UnreadableError for an argument that is neither known nor optional."""
        structure = returned(function) if results is None else results
        if not backward and results is None and isinstance(structure, list):  # a tuple within is what is kept
            structure = ["cache" if isinstance(part, list) else part for part in structure]
        plan = cls(function, names=names, structure=structure)
        parameters = _parameters(function)
        if arguments is not None and not isinstance(arguments, Mapping):
            arguments = dict(zip([one.name for one in parameters], arguments, strict=False))
        arguments = dict(arguments or {})
        known = {one.name for one in parameters}
        if unknown := [name for name in arguments if name not in known]:
            there = ", ".join(sorted(known))
            raise InputError(f"arguments: {function_name(function)} has no argument {unknown[0]!r}; it has {there}")
        for one in parameters:
            if one.name in arguments:
                quantity = declared(arguments[one.name], names, backward, f"arguments[{one.name!r}]")
            else:
                quantity = names.argument(one.name, backward)
            optional = one.default is not one.empty or one.kind in (one.VAR_POSITIONAL, one.VAR_KEYWORD)
            if one.kind in (one.VAR_POSITIONAL, one.VAR_KEYWORD) or (quantity is None and optional):
                continue
            if quantity is None:
                raise UnreadableError(
                    f"argument {one.name!r}: not known which quantity it is; say arguments={{{one.name!r}: …}}"
                )
            plan.quantities[one.name] = (quantity, one.kind is one.KEYWORD_ONLY or plan.skipped(parameters, one))
        return plan

    def skipped(self, parameters: list[inspect.Parameter], one: inspect.Parameter) -> bool:
        """Whether an argument before this one is left to its default."""
        before = [other.name for other in parameters[: parameters.index(one)]]
        return any(name not in self.quantities for name in before)

    def all(self) -> list[Quantity]:
        """Every quantity that this function or its forward function is given."""
        own = [inner for quantity, _ in self.quantities.values() for inner in _inside(quantity)]
        return own + (self.forward.all() if self.forward else [])

    def takes(self, kind: str) -> bool:
        """Whether it has an argument that is a container of a kind."""
        return any(isinstance(quantity, Container) and quantity.kind == kind for quantity in self.all())

    def run(self, layout: Layout, case: Case, reference: Reference) -> tuple[Outcome, list[tuple[str, Any]]]:
        """Call it, its forward function first; what the forward function returned comes along by names.

        Raises UnreadableError for what cannot be made or called.
        """
        before: list[tuple[str, Any]] = []
        cache = None
        if self.forward is not None:
            outcome, _ = self.forward.run(layout, case, reference)
            if outcome.error:
                raise UnreadableError(f"the forward function: {outcome.error}")
            cache = _cache(outcome.value, self.forward.structure)
            before = labelled(outcome.value, self.forward.structure)
        maker = _Maker(self, layout, case, reference, cache)
        values = {name: (maker.value(quantity), keyword) for name, (quantity, keyword) in self.quantities.items()}
        return call(self.function, values), before


def _parameters(function: Callable[..., Any]) -> list[inspect.Parameter]:
    try:
        return list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        raise UnreadableError("its arguments cannot be read; give a plain Python function") from None


def function_name(function: Callable[..., Any]) -> str:
    """What a function is called."""
    return str(getattr(function, "__name__", "the function"))


def _inside(quantity: Quantity | None) -> list[Quantity]:
    if isinstance(quantity, Container) and quantity.kind == "items":
        items = quantity.items.values() if isinstance(quantity.items, Mapping) else quantity.items
        return [inner for item in items for inner in _inside(item)]
    return [] if quantity is None else [quantity]


def _cache(value: Any, structure: Structure) -> Any:
    """What the forward function hands to the backward function: the result of that name, or the last one."""
    if not isinstance(value, tuple):
        return value
    if isinstance(structure, list) and len(structure) == len(value):
        named = [
            item
            for item, name in zip(value, structure, strict=True)
            if isinstance(name, str) and plain(name) in _CACHES
        ]
        if named:
            return named[-1]
    return value[-1]


class _Maker:
    """Makes the value of every argument of one call."""

    def __init__(self, plan: Plan, layout: Layout, case: Case, reference: Reference, cache: Any) -> None:
        self.plan, self.layout, self.case, self.reference, self.cache = plan, layout, case, reference, cache
        self.given: set[Quantity] = set()

    def value(self, quantity: Quantity | None) -> Any:
        """The value in the form of the function; of a quantity that comes twice, two shares."""
        if quantity is None:
            return None
        return _MAKERS[type(quantity)](self, quantity)

    def array(self, quantity: Vector | Weights | Parameter) -> Any:
        """An array of its own."""
        values = self.case.values
        if self.case.shares:
            values = {**values, **self._shares(quantity)}
        self.given.add(quantity)
        try:
            made = in_form(quantity, self.layout, self.case, self.reference.blocks, values)
        except (KeyError, ValueError):
            raise UnreadableError(f"{quantity}: {self.reference.cell.name} has no such quantity in this form") from None
        return [np.array(item) for item in made] if isinstance(made, list) else np.array(made)

    def _shares(self, quantity: Vector | Weights | Parameter) -> dict[str, Any]:
        """Of a sum that comes in two arguments the share that is due."""
        first = quantity in self.given if isinstance(quantity, Vector) else quantity.adjoint is False and (
            isinstance(quantity, Weights) and quantity.parts == ("bh",)
        )  # fmt: skip
        values = self.case.values
        return {name: share if first else values[name] - share for name, share in self.case.shares.items()}

    def container(self, quantity: Container) -> Any:
        """A dict of parameters, the cache, or what was declared."""
        if quantity.kind == "cache":
            if self.cache is None:
                raise UnreadableError("it takes a cache; give forward=, which makes it, or declare what is in it")
            return self.cache
        if quantity.kind == "items":
            if isinstance(quantity.items, Mapping):
                return {key: self.value(item) for key, item in quantity.items.items()}
            return tuple(self.value(item) for item in quantity.items)
        return self._parameters()

    def _parameters(self) -> Arguments:
        names = self.plan.names
        assert names is not None  # set by Plan.of

        def find(key: str) -> Any:
            quantity = names.weight(key) if isinstance(key, str) else None
            return None if quantity is None else self.value(quantity)

        made = Arguments(find)
        for key in keys_of(self.plan.function):
            if isinstance(names.weight(key), Weights | Parameter):
                made[key]
        return made

    def extra(self, quantity: Extra) -> Any:
        """Weights of an output layer."""
        sizes = {**self.case.sizes, "1": 1}
        shape = tuple(sizes[side] for side in quantity.shape)
        value = np.random.default_rng(1).standard_normal(shape)
        return value.T if self.layout.rows else value


_MAKERS: dict[type, Callable[[_Maker, Any], Any]] = {
    Vector: _Maker.array,
    Weights: _Maker.array,
    Parameter: _Maker.array,
    Container: _Maker.container,
    Extra: _Maker.extra,
}
