"""Written: a tree as LaTeX again, names that only edits use included."""

from collections.abc import Callable
from typing import Any

from symlstm.checker.meaning.showing import shown
from symlstm.checker.reader.tree import (
    Accented,
    Bars,
    Big,
    Call,
    Differential,
    Dots,
    Fraction,
    FunctionName,
    Group,
    Name,
    Number,
    Product,
    Scripted,
    SetOf,
    Stack,
    Sum,
    Tree,
    Tuple,
)

__all__ = ["Writer"]

_OPERATORS = {
    "": " ", "odot": r" \odot ", "circ": r" \circ ", "otimes": r" \otimes ", "cdot": r" \cdot ", "times": r" \times ",
    "*": " * ", "ast": r" \ast ", "bullet": r" \bullet ", "/": " / ", "(.)": r" \odot ",
}  # fmt: skip
_BRACKETS = {"(": ("(", ")"), "[": ("[", "]"), "{": (r"\{", r"\}"), "<": (r"\langle ", r" \rangle"), "": ("(", ")")}
_SYMBOLS = {"partial": r"\partial ", "d": "d", "delta": r"\delta ", "Delta": r"\Delta ", "nabla": r"\nabla "}
_FUNCTIONS = frozenset({"tanh", "exp", "log", "max", "min"})


class Writer:
    """Writes trees; `own` says how names look that only edits use."""

    def __init__(self, own: Callable[[Tree], str | None]) -> None:
        self._own = own

    def __call__(self, tree: Tree) -> str:
        """The tree as LaTeX."""
        own = self._own(tree)
        if own is not None:
            return own
        rule = _RULES.get(type(tree))
        return rule(self, tree) if rule else shown(tree)

    def scripts(self, tree: Scripted) -> str:
        """Something with its scripts."""
        inner = self(tree.body)
        if isinstance(tree.body, Sum | Product):
            inner = f"({inner})"
        below = ",".join(self._script(part) for part in tree.subs)
        above = ",".join(self._script(part) for part in tree.sups)
        return inner + "'" * tree.primes + _script("_", below) + _script("^", above)

    def _script(self, part: Tree) -> str:
        if isinstance(part, Name) and part.text in ("top", "intercal"):
            return rf"\{part.text}"
        if isinstance(part, Name) and len(part.text) == 2 and part.text.isalpha() and part.text not in _GREEK:
            return part.text
        return self(part).replace(" ", "") if isinstance(part, Sum) else self(part)

    def all(self, parts: Any) -> str:
        """Parts with commas between."""
        return ", ".join(map(self, parts))

    def sum(self, tree: Sum) -> str:
        """Terms with their signs."""
        text = ""
        for sign, term in zip(tree.signs, tree.terms, strict=True):
            text += (" - " if sign < 0 else " + ") if text else ("-" if sign < 0 else "")
            text += f"({self(term)})" if isinstance(term, Sum) else self(term)
        return text

    def product(self, tree: Product) -> str:
        """Factors with the signs between them."""
        text = self._factor(tree.factors[0])
        for sign, factor in zip(tree.operators, tree.factors[1:], strict=True):
            text += _OPERATORS.get(sign, " ") + self._factor(factor)
        return text

    def _factor(self, tree: Tree) -> str:
        return f"({self(tree)})" if isinstance(tree, Sum | Product) else self(tree)

    def call(self, tree: Call) -> str:
        """A function and its arguments, always in brackets."""
        left, right = _BRACKETS[tree.bracket]
        return f"{self(tree.function)}{left}{self.all(tree.arguments)}{right}"

    def big(self, tree: Big) -> str:
        r"""\sum_{t=1}^{T}."""
        index = self(tree.index) if tree.index is not None else ""
        below = f"{index} = {self(tree.lower)}" if tree.lower is not None else index
        below = rf"{index} \in {self(tree.members)}" if tree.members is not None else below
        above = self(tree.upper) if tree.upper is not None else ""
        body = f"({self(tree.body)})" if isinstance(tree.body, Sum) else self(tree.body)
        return rf"\{tree.kind}{_script('_', below)}{_script('^', above)} {body}"

    def group(self, tree: Group) -> str:
        """Something in brackets."""
        left, right = _BRACKETS.get(tree.bracket, ("(", ")"))
        return f"{left}{self(tree.body)}{right}"

    def stack(self, tree: Stack) -> str:
        """A stack in square brackets, or as a matrix."""
        if tree.separator == "matrix":
            rows = r" \\ ".join(" & ".join(map(self, row)) for row in tree.rows)
            return rf"\begin{{bmatrix}} {rows} \end{{bmatrix}}"
        sign = tree.separator.strip() or ","
        return f"[{f'{sign} '.join(self(entry) for row in tree.rows for entry in row)}]"

    def differential(self, tree: Differential) -> str:
        r"""\delta C_t, \nabla_{h} L."""
        by = _script("_", self(tree.by)) if tree.by is not None else ""
        return _SYMBOLS[tree.symbol].rstrip() + by + _gap(tree) + (self(tree.body) if tree.body is not None else "")


_GREEK = frozenset({"mu", "nu", "xi", "pi"})


def _gap(tree: Differential) -> str:
    return "" if tree.symbol == "d" or tree.body is None else " "


def _script(sign: str, text: str) -> str:
    if not text:
        return ""
    return f"{sign}{text}" if len(text) == 1 else f"{sign}{{{text}}}"


_RULES: dict[type, Callable[[Writer, Any], str]] = {
    Number: lambda write, tree: tree.text,
    FunctionName: lambda write, tree: rf"\{tree.text}" if tree.text in _FUNCTIONS else rf"\operatorname{{{tree.text}}}",
    Accented: lambda write, tree: shown(tree),
    Scripted: Writer.scripts,
    Sum: Writer.sum,
    Product: Writer.product,
    Call: Writer.call,
    Big: Writer.big,
    Group: Writer.group,
    Stack: Writer.stack,
    Fraction: lambda write, tree: rf"\frac{{{write(tree.numerator)}}}{{{write(tree.denominator)}}}",
    Differential: Writer.differential,
    Bars: lambda write, tree: f"|{write(tree.body)}|",
    Tuple: lambda write, tree: write.all(tree.items),
    SetOf: lambda write, tree: rf"\{{{write.all(tree.items)}\}}",
    Dots: lambda write, tree: r"\dots",
}
