"""Showing: a written name as LaTeX again, for messages."""

from collections.abc import Callable

from symlstm.checker.reader.tree import (
    Accented,
    Call,
    Differential,
    FunctionName,
    Group,
    Name,
    Number,
    Scripted,
    Sum,
    Tree,
    Tuple,
)
from symlstm.notation.glyph import GREEK

__all__ = ["shown"]

_ACCENTS = {"rightarrow": "overrightarrow", "leftarrow": "overleftarrow"}
_SYMBOLS = {"partial": r"\partial ", "d": "d", "delta": r"\delta ", "Delta": r"\Delta ", "nabla": r"\nabla "}
_CLOSING = {"(": ")", "[": "]", "{": r"\}", "<": r" \rangle"}


def shown(tree: Tree) -> str:
    r"""A name as LaTeX: \tilde{C}_t, W_{xf}; "…" for what is no name."""
    rule = _SHOWN.get(type(tree))
    return rule(tree) if rule else "…"


def _name(tree: Name) -> str:
    if tree.text in GREEK or tree.text in ("ell", "top", "varepsilon", "varphi", "nabla"):
        return f"\\{tree.text}"
    head, _, label = tree.text.partition("_")
    if head and label:  # a name of plain text, h_t or h_prev
        return f"{_name(Name(tree.span, head))}_{_label(label)}"
    return tree.text if len(tree.text) == 1 else rf"\mathrm{{{tree.text}}}"


def _label(label: str) -> str:
    if len(label) == 1:
        return label
    return f"{{{label}}}" if len(label) == 2 else rf"{{\mathrm{{{label.replace('_', ',')}}}}}"


def _scripted(tree: Scripted) -> str:
    text = shown(tree.body)
    for sign, parts in (("_", tree.subs), ("^", tree.sups)):
        if parts:
            inner = ",".join(
                part.text
                if isinstance(part, Name) and len(part.text) > 1 and part.text not in GREEK and part.text != "top"
                else shown(part)
                for part in parts
            )
            text += f"{sign}{inner}" if len(inner) == 1 else f"{sign}{{{inner}}}"
    return text + "'" * tree.primes


def _script(part: Tree) -> str:
    """A script; in words it needs no upright letters."""
    is_word = isinstance(part, Name) and len(part.text) > 1 and part.text not in GREEK and part.text != "top"
    return part.text if is_word and isinstance(part, Name) else shown(part)


def _sum(tree: Sum) -> str:
    text = ""
    for sign, term in zip(tree.signs, tree.terms, strict=True):
        text += ("-" if sign < 0 else "+" if text else "") + shown(term)
    return text


def _group(tree: Group) -> str:
    opening = {"{": r"\{", "<": r"\langle "}.get(tree.bracket, tree.bracket)
    return f"{opening}{shown(tree.body)}{_CLOSING.get(tree.bracket, tree.bracket)}"


_SHOWN: dict[type, Callable[..., str]] = {
    Name: _name,
    Number: lambda tree: tree.text,
    FunctionName: lambda tree: f"\\{tree.text}" if tree.text in ("tanh", "exp", "log", "max") else tree.text,
    Accented: lambda tree: rf"\{_ACCENTS.get(tree.accent, tree.accent)}{{{shown(tree.body)}}}",
    Scripted: _scripted,
    Sum: _sum,
    Group: _group,
    Tuple: lambda tree: ", ".join(shown(item) for item in tree.items),
    Call: lambda tree: f"{shown(tree.function)}({', '.join(shown(part) for part in tree.arguments)})",
    Differential: lambda tree: _SYMBOLS[tree.symbol] + (shown(tree.body) if tree.body else ""),
}
