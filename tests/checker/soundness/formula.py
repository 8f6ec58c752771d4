"""A printed formula cut into its pieces."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tests.checker.soundness.pieces import (
    CLOSING,
    Apply,
    Chain,
    Entrywise,
    Fraction,
    Key,
    Node,
    Over,
    Plain,
    Quantity,
    Sum,
    joined,
)
from tests.printing.tex import UnreadableError, tokens_of

__all__ = ["parsed"]

_SIGNS = (r"\odot", r"\oslash", r"\circ", r"\ast", "*")


class _Cutter:
    """Cuts one formula, from left to right; `words` are the names of quantities, `functions` those of functions."""

    def __init__(
        self, text: str, words: Mapping[tuple[str, ...], tuple[Key, str]], functions: Sequence[tuple[str, ...]]
    ) -> None:
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
            limits = (
                self.take()
                + self.take()
                + "{"
                + joined(self.group())
                + "}"
                + self.take()
                + "{"
                + joined(self.group())
                + "}"
            )
            return Over(limits, self.entrywise())
        parts, signs = [self.chain()], []
        while self.here in _SIGNS:
            signs.append(self.take())
            parts.append(self.chain())
        return Entrywise(tuple(parts), tuple(signs)) if signs else parts[0]

    def chain(self) -> Node:
        factors = [self.factor()]
        while self.here and self.here not in (
            "+",
            "-",
            ")",
            "]",
            "}",
            ";",
            ",",
            "&",
            r"\\",
            r"\rvert",
            r"\end{bmatrix}",
            *_SIGNS,
        ):
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
        if self.here in CLOSING:
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
        if self.take() != CLOSING.get(opening):
            raise UnreadableError(f"brackets in {' '.join(self.tokens)}")
        return Apply(function, opening, tuple(parts), separator)


def parsed(text: str, words: Mapping[tuple[str, ...], tuple[Key, str]], functions: Sequence[tuple[str, ...]]) -> Node:
    """The pieces of a printed formula. Raises UnreadableError for what it does not know."""
    cutter = _Cutter(text, words, functions)
    found = cutter.sum()
    if cutter.here:
        raise UnreadableError(f"{cutter.here} is left of {text}")
    return found
