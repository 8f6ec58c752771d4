"""Brackets in LaTeX that are as tall as what is in them, and no taller."""

from collections.abc import Sequence

__all__ = ["bracketed", "matrix", "parenthesized", "superscript_base"]

_TALL = (r"\frac", r"\begin", r"\sum", r"\prod")


def parenthesized(inner: str) -> str:
    r"""Round brackets, \left( \right) around tall content."""
    return rf"\left({inner}\right)" if any(word in inner for word in _TALL) else f"({inner})"


def bracketed(inner: str) -> str:
    r"""Square brackets, \left[ \right] around tall content."""
    return rf"\left[{inner}\right]" if any(word in inner for word in _TALL) else f"[{inner}]"


def matrix(rows: Sequence[str], kind: str = "bmatrix") -> str:
    """Rows on top of each other in brackets: a bmatrix or a pmatrix."""
    return rf"\begin{{{kind}}} " + r" \\ ".join(rows) + rf" \end{{{kind}}}"


def superscript_base(base: str) -> str:
    """What may carry a superscript: one that has its own is put in brackets, for TeX drops braces round an accent."""
    return parenthesized(base) if ("^" in base or "'" in base) and not base.endswith((")", "]")) else base
