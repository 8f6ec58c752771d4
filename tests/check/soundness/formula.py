"""A printed formula cut into pieces, so that something can be done to it: sums of products of factors, and back."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from tests.printing.tex import UnreadableError, tokens_of

__all__ = ["Apply", "Chain", "Entrywise", "Fraction", "Node", "Over", "Plain", "Key", "Quantity", "Sum", "joined", "parsed", "sites"]

Key = tuple[str, str]  # a quantity and its moment: ("h", "t-1"), ("W_f", "")
_SIGNS = (r"\odot", r"\oslash", r"\circ", r"\ast", "*")
_CLOSING = {"(": ")", "[": "]", r"\lvert": r"\rvert", r"\begin{bmatrix}": r"\end{bmatrix}"}
_TRANSPOSES = ("T", r"\top", r"\intercal")


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
        inside = f" {self.separator} ".join(map(str, self.parts)) if self.separator != ";" else "; ".join(map(str, self.parts))
        text = f"{self.function}{self.opening}{inside}{_CLOSING[self.opening]}"
        if self.opening.startswith("\\"):
            text = f"{self.function}{self.opening} {inside} {_CLOSING[self.opening]}"
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
        return str(self.parts[0]) + "".join(f" {sign} {part}" for sign, part in zip(self.signs, self.parts[1:], strict=True))


@dataclass(frozen=True)
class Sum(Node):
    """Terms with their signs."""

    terms: tuple[Node, ...]
    signs: tuple[int, ...]

    def __str__(self) -> str:
        first = "-" if self.signs[0] < 0 else ""
        rest = (f" {'-' if sign < 0 else '+'} {term}" for sign, term in zip(self.signs[1:], self.terms[1:], strict=True))
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


def _at(node: Node, name: str, value: tuple[Any, ...], place: int, put: Callable[[Node], Node]) -> Callable[[Node], Node]:
    return lambda new: replace(node, **{name: (*value[:place], put(new), *value[place + 1 :])})


class _Cutter:
    """Cuts one formula, from left to right; `words` are the names of quantities as tokens, `functions` those of functions."""

    def __init__(self, text: str, words: Mapping[tuple[str, ...], tuple[Key, str]], functions: Sequence[tuple[str, ...]]) -> None:
        self.tokens = tokens_of(text)
        self.at = 0
        self.words = words
        self.functions = functions
        self.longest = max(map(len, words))

    @property
    def here(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        self.at += 1
        return self.tokens[self.at - 1] if self.at <= len(self.tokens) else ""

    def sum(self) -> Node:
        signs = [1]
        if self.here == "-":
            self.take()
            signs = [-1]
        terms = [self.entrywise()]
        while self.here in ("+", "-"):
            signs.append(1 if self.take() == "+" else -1)
            terms.append(self.entrywise())
        return Sum(tuple(terms), tuple(signs)) if len(terms) > 1 or signs[0] < 0 else terms[0]

    def entrywise(self) -> Node:
        if self.here == r"\sum":
            limits = self.take() + self.take() + "{" + joined(self.group()) + "}" + self.take() + "{" + joined(self.group()) + "}"
            return Over(limits, self.entrywise())
        parts, signs = [self.chain()], []
        while self.here in _SIGNS:
            signs.append(self.take())
            parts.append(self.chain())
        return Entrywise(tuple(parts), tuple(signs)) if signs else parts[0]

    def chain(self) -> Node:
        factors = [self.factor()]
        while self.here and self.here not in ("+", "-", ")", "]", "}", ";", ",", "&", r"\\", r"\rvert", r"\end{bmatrix}", *_SIGNS):
            if self.here == r"\cdot":
                self.take()
            factors.append(self.factor())
        return Chain(tuple(factors)) if len(factors) > 1 else factors[0]

    def factor(self) -> Node:
        piece = self.piece()
        if self.here != "^":
            return piece
        self.take()
        exponent = joined(self.group())
        return replace(piece, exponent="{" + exponent + "}")  # type: ignore[call-arg]

    def group(self) -> tuple[str, ...]:
        if self.here != "{":
            return (self.take(),)
        start, depth = self.at + 1, 0
        while self.at < len(self.tokens):
            depth += {"{": 1, "}": -1}.get(self.take(), 0)
            if depth == 0:
                return self.tokens[start : self.at - 1]
        raise UnreadableError("a brace that is not closed")

    def within(self) -> Node:
        inner = _Cutter("", self.words, self.functions)
        inner.tokens = self.group()
        found = inner.sum()
        if inner.here:
            raise UnreadableError(f"{inner.here} is left")
        return found

    def piece(self) -> Node:
        for length in range(min(self.longest, len(self.tokens) - self.at), 0, -1):
            word = self.words.get(self.tokens[self.at : self.at + length])
            if word is not None:
                self.at += length
                return Quantity(*word)
        for function in self.functions:
            if self.tokens[self.at : self.at + len(function)] == function:
                self.at += len(function)
                return self.applied(joined(function))
        if self.here in _CLOSING:
            return self.applied("")
        token = self.take()
        if token == r"\frac":
            return Fraction(self.within(), self.within())
        if token == r"\sqrt":
            return Plain(rf"\sqrt{{{self.within()}}}")
        if token == r"\operatorname":
            return self.applied(rf"\operatorname{{{joined(self.group())}}}")
        if token == r"\max":
            return self.applied(token)
        if token == r"\mathbf" or token == "I":
            text = token + ("{" + joined(self.group()) + "}" if token == r"\mathbf" else "")
            if self.here == "_":
                text += self.take() + "{" + joined(self.group()) + "}"
            return Plain(text)
        if token[:1].isdigit() or token == "n" or token == "d":
            return Plain(token)
        raise UnreadableError(f"{token!r} in {' '.join(self.tokens)}")

    def applied(self, function: str) -> Node:
        if self.here == "^":
            self.take()
            function += "^{" + joined(self.group()) + "}"
        opening = self.take()
        parts = [self.sum()]
        separator = ""
        while self.here in (";", ",", r"\\"):
            separator = self.take()
            parts.append(self.sum())
        if self.take() != _CLOSING.get(opening):
            raise UnreadableError(f"brackets in {' '.join(self.tokens)}")
        return Apply(function, opening, tuple(parts), separator)


def joined(tokens: Sequence[str]) -> str:
    """Tokens as text again; a space only where a command would swallow a letter."""
    text = ""
    for token in tokens:
        text += " " + token if re.search(r"\\[a-zA-Z]+$", text) and token[0].isalpha() else token
    return text


def parsed(text: str, words: Mapping[tuple[str, ...], tuple[Key, str]], functions: Sequence[tuple[str, ...]]) -> Node:
    """The pieces of a printed formula. Raises UnreadableError for what it does not know."""
    cutter = _Cutter(text, words, functions)
    found = cutter.sum()
    if cutter.here:
        raise UnreadableError(f"{cutter.here} is left of {text}")
    return found
