"""Reads printed LaTeX back as a reader of mathematics does, and evaluates it in numbers; it knows no printer.

Every piece has *readings*: for each shape that it can have, the distinct values that it can stand for. A sign keeps
what fits. A formula means something if exactly one value is left for the shape of its left side.

The rules are those of the field. Side by side, or with a \\cdot: a matrix product, or a number times a matrix; two
vectors entry by entry only where the notation says so. Elementwise signs bind weaker than that, and tighter than + and
-. A number that is written as one, as in 1 - f, is the same for every entry. A bold 1 or 0 is as long as it must be.
"""

from collections.abc import Mapping, Sequence
from functools import reduce

import numpy as np

from tests.printing.cursor import Cursor
from tests.printing.readings import (
    REDUCTIONS,
    AmbiguousError,
    Elementwise,
    Notation,
    Readings,
    Shape,
    add,
    add_loosely,
    both,
    each,
    entrywise,
    entrywise_or_scaled,
    exactly,
    joined,
    juxtaposed,
    kronecker,
    larger,
    power,
    reciprocal_of_number,
    root_of_number,
    stacked,
)
from tests.printing.tex import UnreadableError, takes_no_exponent, tokens_of

__all__ = ["AmbiguousError", "Notation", "Reader"]

_TIMES = {r"\odot", r"\circ", r"\ast", "*"}
_KRONECKER = r"\otimes"
_OVER = {r"\oslash", "/"}
_TRANSPOSES = {r"\top", "T", r"\intercal", r"\prime", r"\mathsf{T}", r"\mathrm{T}"}
_STACKS = (r"\begin{bmatrix}", r"\begin{pmatrix}")
_BOLD = {("1",): np.ones, ("0",): np.zeros}


class Reader:
    """Evaluates formulas of one notation."""

    def __init__(self, notation: Notation) -> None:
        self.notation = notation
        self._words: dict[tuple[str, ...], np.ndarray | Elementwise] = {}
        sizes = {name: np.array(float(size)) for name, size in notation.sizes.items()}
        for table in (notation.names, notation.functions, sizes):
            for printed, value in table.items():
                if self._words.setdefault(tokens_of(printed), value) is not value:
                    raise AmbiguousError(f"two things are called {printed}")
        self._longest = max(map(len, self._words))
        lengths = {side for value in notation.names.values() for side in value.shape}
        self.lengths = sorted((lengths | notation.lengths) - {1} or lengths)

    def value(self, text: str, shape: Shape) -> np.ndarray:
        """What the formula says for a quantity of that shape. Raises UnreadableError or AmbiguousError."""
        found = self.readings(text)
        values = found.get(() if shape == (1, 1) and () in found else shape, [])
        if len(values) > 1:
            raise AmbiguousError(f"{len(values)} readings: {text}")
        if not values:
            raise UnreadableError(f"{shape} expected, got {', '.join(map(str, found)) or 'what does not fit'}: {text}")
        return values[0].reshape(shape)

    def readings(self, text: str) -> Readings:
        """All that a formula can stand for, nothing where no shapes fit. Raises UnreadableError for what is none."""
        formula = _Formula(self, tokens_of(text))
        found = formula.expression()
        if formula.here:
            raise UnreadableError(f"{formula.here} where nothing should follow: {text}")
        return found

    def word_at(self, tokens: Sequence[str]) -> tuple[int, np.ndarray | Elementwise] | None:
        """The longest name that the tokens begin with, how long it is and what it stands for."""
        for length in range(min(self._longest, len(tokens)), 0, -1):
            if (word := self._words.get(tuple(tokens[:length]))) is not None:
                return length, word
        return None

    def over(self, first: tuple[str, ...], last: tuple[str, ...]) -> list["Reader"]:
        raise UnreadableError(f"a sum from {' '.join(first)} to {' '.join(last)}")


class _Formula(Cursor):
    """One formula, read from left to right."""

    def __init__(self, reader: Reader, tokens: tuple[str, ...]) -> None:
        self._reader = reader
        self._notation = reader.notation
        self._beside = juxtaposed(reader.notation.side_by_side)
        self._add = add_loosely if reader.notation.loose else add
        self._entrywise = entrywise_or_scaled if reader.notation.loose else entrywise
        super().__init__(tokens)

    def expression(self) -> Readings:
        """A sum; a minus may stand in front."""
        minus = self.here == "-" and self._take()
        total = self._elementwise()
        if minus:
            total = each(total, lambda a: -a)
        while self.here in ("+", "-"):
            plus = self._take() == "+"
            term = self._elementwise()
            total = both(total, term if plus else each(term, lambda a: -a), self._add)
        return total

    def _summed(self) -> Readings:
        """A sum over steps, of all that comes before the next + or -."""
        self._take(), self._take("_")
        readers = self._reader.over(self._group(), self._exponent())
        terms = [_Formula(reader, self._tokens[self._at :]) for reader in readers]
        total = reduce(lambda a, b: both(a, b, add), [term._elementwise() for term in terms])
        self._at += terms[0]._at
        return total

    def _elementwise(self) -> Readings:
        if self.here == r"\sum":
            return self._summed()
        if self._notation.loose:
            return self._in_any_order()
        total = self._product()
        while self.here in _TIMES | _OVER | {_KRONECKER}:
            if self.here == _KRONECKER:
                self._take()
                total = both(total, self._product(), kronecker)
                continue
            times = self._take() in _TIMES
            factor = self._product()
            total = both(total, factor if times else each(factor, lambda a: 1 / a), self._entrywise)
        return total

    def _in_any_order(self) -> Readings:
        """Factors with or without a sign between them, none of which binds tighter than another."""
        factors, signs = [self._factor()], []
        while self.here in _TIMES | _OVER | {r"\cdot"} or self._starts_factor():
            signs.append(self._take() if self.here in _TIMES | _OVER | {r"\cdot"} else "")
            factors.append(self._factor())
        spans = {(k, k + 1): factor for k, factor in enumerate(factors)}
        for width in range(2, len(factors) + 1):
            for k in range(len(factors) - width + 1):
                cuts = range(k + 1, k + width)
                spans[k, k + width] = joined(
                    self._signed(spans[k, cut], signs[cut - 1], spans[cut, k + width]) for cut in cuts
                )
        return spans[0, len(factors)]

    def _signed(self, left: Readings, sign: str, right: Readings) -> Readings:
        if sign in _OVER:
            return both(left, each(right, lambda a: 1 / a), self._entrywise)
        return both(left, right, self._entrywise if sign in _TIMES else self._beside)

    def _product(self) -> Readings:
        """Factors side by side, put together in every order that fits."""
        factors = [self._factor()]
        while self.here == r"\cdot" or self._starts_factor():
            if self.here == r"\cdot":
                self._take()
            elif self.here[0].isdigit():
                raise UnreadableError(f"a number after a factor: {' '.join(self._tokens)}")
            factors.append(self._factor())
        spans = {(k, k + 1): factor for k, factor in enumerate(factors)}
        for width in range(2, len(factors) + 1):
            for k in range(len(factors) - width + 1):
                spans[k, k + width] = joined(
                    both(spans[k, cut], spans[cut, k + width], self._beside) for cut in range(k + 1, k + width)
                )
        return spans[0, len(factors)]

    def _starts_factor(self) -> bool:
        named = self._reader.word_at(self._tokens[self._at :]) is not None
        signs = ("(", "[", r"\frac", r"\sqrt", r"\lvert", r"\mathbf", r"\max", r"\operatorname", *_STACKS, "I")
        return named or self.here in signs or self.here[:1].isdigit()

    def _factor(self) -> Readings:
        """A piece with its exponent; TeX takes one only, and none on a name that has one."""
        start = self._at
        base = self._piece()
        if self.here != "^":
            return base
        if takes_no_exponent(self._tokens[start : self._at]):
            raise UnreadableError(f"an exponent of what? {' '.join(self._tokens[start:])}")
        exponent = self._exponent()
        if self.here == "^":
            raise UnreadableError(f"a double superscript: {' '.join(self._tokens[start:])}")
        if "".join(exponent) in _TRANSPOSES:
            return each(base, np.transpose)
        ring = exponent[0] == r"\circ"
        number = self._number(exponent[ring:])
        return each(base, lambda a: power(a, number, ring))

    def _inner(self, tokens: tuple[str, ...]) -> Readings:
        inner = _Formula(self._reader, tokens)
        found = inner.expression()
        if inner.here:
            raise UnreadableError(f"{inner.here} where nothing should follow in {' '.join(tokens)}")
        return found

    def _number(self, tokens: tuple[str, ...]) -> float:
        found = self._inner(tokens)
        if list(found) != [()]:
            raise UnreadableError(f"a number expected, got {' '.join(tokens)}")
        return float(found[()][0])

    def _piece(self) -> Readings:
        word = self._reader.word_at(self._tokens[self._at :])
        if word is not None:
            self._at += word[0]
            return self._applied(word[1]) if callable(word[1]) else exactly(word[1])
        token = self._take()
        if token[:1].isdigit():
            return exactly(np.array(float(token)))
        if token == r"\frac":
            above, below = self._inner(self._group()), self._inner(self._group())
            return both(above, each(below, reciprocal_of_number), self._beside)
        if token == r"\sqrt":
            return each(self._inner(self._group()), root_of_number)
        if token == "(":
            return self._closed(")")
        if token == r"\lvert":
            return each(self._closed(r"\rvert"), np.abs)
        if token == "[":
            return self._listed("]", {";": 1 if self._notation.rows else 0, ",": 1 if self._notation.rows else 0})
        if token in _STACKS:
            return self._listed(token.replace("begin", "end"), {"&": 1, r"\\": 0})
        if token == r"\max":
            return self._largest()
        if token == r"\operatorname":
            return self._reduced("".join(self._group()))
        if token == r"\mathbf":
            return self._filled()
        if token == "I":
            self._take("_")
            return exactly(np.eye(round(self._number(self._group()))))
        raise UnreadableError(f"{token or 'the end'} where a factor should stand: {' '.join(self._tokens)}")

    def _closed(self, bracket: str) -> Readings:
        inner = self.expression()
        self._take(bracket)
        return inner

    def _applied(self, function: Elementwise) -> Readings:
        """A function of what stands in brackets; its exponent is a power of the result."""
        power = self._number(self._exponent()) if self.here == "^" else 1.0
        if power < 0:
            raise UnreadableError(f"an inverse function or a quotient? {' '.join(self._tokens)}")
        self._take("(")
        return each(self._closed(")"), lambda a: function(a) ** power)

    def _listed(self, end: str, axes: Mapping[str, int]) -> Readings:
        """Blocks between brackets; rows of blocks lie on top of each other."""
        rows, row = [], self.expression()
        while (separator := self._take(end, *axes)) != end:
            block = self.expression()
            if len(set(axes.values())) == 2 and axes[separator] == 0:
                rows, row = [*rows, row], block
            else:
                row = both(row, block, stacked(axes[separator]))
        for above in reversed(rows):
            row = both(above, row, stacked(0))
        return row

    def _largest(self) -> Readings:
        self._take("(")
        a = self.expression()
        self._take(",")
        return both(a, self._closed(")"), larger)

    def _reduced(self, name: str) -> Readings:
        """A diagonal; mean, variance, softmax, …: of every column, or of every row where vectors are rows."""
        if name not in (*REDUCTIONS, "diag"):
            raise UnreadableError(f"what is {name}?")
        self._take("(")
        if name == "diag":
            return each(self._closed(")"), lambda a: np.diagflat(a) if 1 in a.shape else None)
        axis = 1 if self._notation.rows else 0
        return each(self._closed(")"), lambda a: REDUCTIONS[name](a, axis) if a.ndim == 2 else None)

    def _filled(self) -> Readings:
        """A bold 1 or 0: a column of any length, or of the size that it says."""
        fill = _BOLD.get(self._group())
        if fill is None:
            raise UnreadableError(f"an unknown bold letter: {' '.join(self._tokens)}")
        if self.here != "_":
            return {(length, 1): [fill((length, 1))] for length in self._reader.lengths}
        self._take("_")
        size = self._group()
        cut = size.index(r"\times")
        return exactly(fill(tuple(round(self._number(part)) for part in (size[:cut], size[cut + 1 :]))))
