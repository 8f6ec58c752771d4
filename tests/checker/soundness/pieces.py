"""The pieces that a printed formula is made of, so that something can be done to it: sums of products of factors."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

__all__ = [
    "CLOSING",
    "Apply",
    "Chain",
    "Entrywise",
    "Fraction",
    "Key",
    "Node",
    "Over",
    "Plain",
    "Quantity",
    "Sum",
    "joined",
    "sites",
]

Key = tuple[str, str]  # a quantity and its moment: ("h", "t-1"), ("W_f", "")
CLOSING = {"(": ")", "[": "]", r"\lvert": r"\rvert", r"\begin{bmatrix}": r"\end{bmatrix}"}


@dataclass(frozen=True)
class Node:
    """A piece of a formula."""


@dataclass(frozen=True)
class Quantity(Node):
    """A name with an exponent; `printed` is how it is written."""

    key: Key
    printed: str
    exponent: str = ""

    def __str__(self) -> str:
        if self.exponent and "^" in re.sub(r"\{[^{}]*\}", "", self.printed):
            return f"({self.printed})^{self.exponent}"
        return f"{self.printed}^{self.exponent}" if self.exponent else self.printed


@dataclass(frozen=True)
class Plain(Node):
    """A number, a bold one and whatever else is left as it is."""

    text: str
    exponent: str = ""

    def __str__(self) -> str:
        return f"{self.text}^{self.exponent}" if self.exponent else self.text


@dataclass(frozen=True)
class Apply(Node):
    """Brackets, with the function before them if there is one; a stack has several parts."""

    function: str
    opening: str
    parts: tuple[Node, ...]
    separator: str = ""
    exponent: str = ""

    def __str__(self) -> str:
        inside = (
            f" {self.separator} ".join(map(str, self.parts))
            if self.separator != ";"
            else "; ".join(map(str, self.parts))
        )
        text = f"{self.function}{self.opening}{inside}{CLOSING[self.opening]}"
        if self.opening.startswith("\\"):
            text = f"{self.function}{self.opening} {inside} {CLOSING[self.opening]}"
        return f"{text}^{self.exponent}" if self.exponent else text


@dataclass(frozen=True)
class Fraction(Node):
    """A fraction."""

    above: Node
    below: Node
    exponent: str = ""

    def __str__(self) -> str:
        text = rf"\frac{{{self.above}}}{{{self.below}}}"
        return f"({text})^{self.exponent}" if self.exponent else text


@dataclass(frozen=True)
class Over(Node):
    """A sum over steps of all that follows."""

    limits: str
    body: Node

    def __str__(self) -> str:
        return f"{self.limits} {self.body}"


@dataclass(frozen=True)
class Chain(Node):
    """Factors side by side."""

    factors: tuple[Node, ...]

    def __str__(self) -> str:
        return r" \, ".join(map(str, self.factors))


@dataclass(frozen=True)
class Entrywise(Node):
    """Products of factors with ⊙ or ⊘ between them."""

    parts: tuple[Node, ...]
    signs: tuple[str, ...]

    def __str__(self) -> str:
        return str(self.parts[0]) + "".join(
            f" {sign} {part}" for sign, part in zip(self.signs, self.parts[1:], strict=True)
        )


@dataclass(frozen=True)
class Sum(Node):
    """Terms with their signs."""

    terms: tuple[Node, ...]
    signs: tuple[int, ...]

    def __str__(self) -> str:
        first = "-" if self.signs[0] < 0 else ""
        rest = (
            f" {'-' if sign < 0 else '+'} {term}" for sign, term in zip(self.signs[1:], self.terms[1:], strict=True)
        )
        return first + str(self.terms[0]) + "".join(rest)


def sites(node: Node) -> Iterator[tuple[Node, Callable[[Node], Node]]]:
    """Every piece within a formula, with the formula as a function of it."""
    yield node, lambda new: new
    for field in fields(node):  # type: ignore[arg-type]
        value = getattr(node, field.name)
        if isinstance(value, Node):
            for piece, put in sites(value):
                yield piece, lambda new, put=put, name=field.name: replace(node, **{name: put(new)})  # type: ignore[misc]
        elif isinstance(value, tuple):
            for place, part in enumerate(value):
                if isinstance(part, Node):
                    for piece, put in sites(part):
                        yield piece, _at(node, field.name, value, place, put)


def _at(
    node: Node, name: str, value: tuple[Any, ...], place: int, put: Callable[[Node], Node]
) -> Callable[[Node], Node]:
    return lambda new: replace(node, **{name: (*value[:place], put(new), *value[place + 1 :])})


def joined(tokens: Sequence[str]) -> str:
    """Tokens as text again; a space only where a command would swallow a letter."""
    text = ""
    for token in tokens:
        text += " " + token if re.search(r"\\[a-zA-Z]+$", text) and token[0].isalpha() else token
    return text
