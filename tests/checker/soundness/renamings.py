"""Slips in a name: another gate, another moment, the gradient for the value, a block for the whole."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from tests.checker.soundness.pages import Page
from tests.checker.soundness.pieces import Key, Node, Quantity

__all__ = [
    "Slip",
    "another_gate",
    "another_moment",
    "another_of_its_shape",
    "before_or_after_the_activation",
    "input_for_state",
    "step_before",
    "swapped",
    "value_for_gradient",
    "whole_weight_for_block",
]

Slip = Callable[[Node, Page], Iterator[Node]]
_GATES = ("f", "i", "o", "g", "r", "z", "s")
_MOMENTS = ("t-1", "t", "t+1", "T", "1")


def _renamed(node: Node, page: Page, change: Callable[[list[str]], Iterator[list[str]]]) -> Iterator[Node]:
    """A name with one part of its identifier changed, d_a_f to d_a_i, where there is such a quantity."""
    if not isinstance(node, Quantity):
        return
    name, moment = node.key
    for parts in change(name.split("_")):
        yield from _named(node, ("_".join(parts), moment), page)


def _named(node: Quantity, key: Key, page: Page) -> Iterator[Node]:
    if key in page.names and key != node.key:
        yield replace(node, key=key, printed=page.names[key])


def another_gate(node: Node, page: Page) -> Iterator[Node]:
    """f for i, W_f for W_i, d_a_f for d_a_o."""

    def change(parts: list[str]) -> Iterator[list[str]]:
        for place, part in enumerate(parts):
            letter, _, block = part.partition("|")
            if letter in _GATES:
                for other in _GATES:
                    yield [*parts[:place], f"{other}|{block}" if block else other, *parts[place + 1 :]]

    return _renamed(node, page, change)


def swapped(first: str, second: str) -> Slip:
    """One part of an identifier for another."""
    others = {first: second, second: first}

    def slip(node: Node, page: Page) -> Iterator[Node]:
        def change(parts: list[str]) -> Iterator[list[str]]:
            for place, part in enumerate(parts):
                if part in others:
                    yield [*parts[:place], others[part], *parts[place + 1 :]]

        return _renamed(node, page, change)

    return slip


def before_or_after_the_activation(node: Node, page: Page) -> Iterator[Node]:
    """d_a_f for d_f, a_f for f, and the other way round."""

    def change(parts: list[str]) -> Iterator[list[str]]:
        yield [part for part in parts if part != "a"]
        if "a" not in parts:
            yield [*parts[:-1], "a", parts[-1]]

    return _renamed(node, page, change)


def value_for_gradient(node: Node, page: Page) -> Iterator[Node]:
    """f for d_f and the other way round."""

    def change(parts: list[str]) -> Iterator[list[str]]:
        yield parts[1:] if parts[0] == "d" else ["d", *parts]

    return _renamed(node, page, change)


def step_before(node: Node, page: Page) -> Iterator[Node]:
    """c for c_prev and the other way round, in a single step."""

    def change(parts: list[str]) -> Iterator[list[str]]:
        yield parts[:-1] if parts[-1] == "prev" else [*parts, "prev"]

    return _renamed(node, page, change)


def another_moment(node: Node, page: Page) -> Iterator[Node]:
    """t - 1, t + 1, T or 1 for t."""
    if isinstance(node, Quantity) and node.key[1]:
        for moment in _MOMENTS:
            yield from _named(node, (node.key[0], moment), page)


def input_for_state(node: Node, page: Page) -> Iterator[Node]:
    """x for h, h for x, W_{f,h} for W_{f,x}, W for U."""
    if not isinstance(node, Quantity):
        return
    name, moment = node.key
    weight, _, part = name.partition("|")
    other = {"x": "h_prev", "h_prev": "x"}
    if part:
        yield from _named(node, (f"{weight}|{other[part]}", moment), page)
    elif name == "x":
        yield from (new for key in (("h_prev", ""), ("h", "t-1")) for new in _named(node, key, page))
    elif name in ("h_prev", "h"):
        yield from (new for key in (("x", moment), ("x", "t")) for new in _named(node, key, page))
    elif name[:2] in ("W_", "U_"):
        yield from _named(node, (("U" if name[0] == "W" else "W") + name[1:], moment), page)


def whole_weight_for_block(node: Node, page: Page) -> Iterator[Node]:
    """W_f for W_{f,h} and the other way round."""
    if isinstance(node, Quantity):
        weight, _, part = node.key[0].partition("|")
        for other in (weight,) if part else (f"{weight}|x", f"{weight}|h_prev"):
            yield from _named(node, (other, node.key[1]), page)


def another_of_its_shape(node: Node, page: Page) -> Iterator[Node]:
    """Any other quantity of the same shape."""
    if isinstance(node, Quantity):
        shape = page.shapes[node.key[0]]
        for name, other in page.shapes.items():
            if other == shape and name != node.key[0]:
                moment = node.key[1] or "t"
                yield from _named(node, (name, moment if (name, moment) in page.names else ""), page)
