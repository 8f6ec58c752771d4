"""A report as a LaTeX list: the formulas that are not right, with what is right."""

from collections.abc import Iterator, Sequence

from symlstm.checker.formats.content import Detail, clipped, details, headline, one_line, summary
from symlstm.checker.report import Claim, Report, Verdict

__all__ = ["report_latex"]

_SPECIAL = {
    **{character: f"\\{character}" for character in "&%$#_{}"},
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "'": r"\textquotesingle{}",
    "`": r"\textasciigrave{}",
    "…": r"\dots{}",
}
_SYMBOLS = {
    "σ": r"\sigma", "δ": r"\delta", "∂": r"\partial", "⊙": r"\odot", "⊤": r"\top", "ᵀ": r"^\top", "′": "'",
    "×": r"\times", "·": r"\cdot", "−": "-", "≠": r"\neq", "≤": r"\le", "≥": r"\ge", "≈": r"\approx", "Σ": r"\Sigma",
    "∑": r"\sum", "∏": r"\prod", "∇": r"\nabla", "∞": r"\infty", "∈": r"\in", "ℝ": r"\mathbb{R}",
    "ₜ": "_t", "₋": "_-", "₁": "_1", "²": "^2", "⁻": "^-", "¹": "^1",
}  # fmt: skip


def report_latex(report: Report) -> str:
    """An itemize environment with an item for each claim; needs amsmath, amssymb and textcomp."""
    items = "\n".join(_item(claim) for claim in report.claims)
    body = f"\\begin{{itemize}}\n{items}\n\\end{{itemize}}\n" if items else ""
    return f"{body}{_plain(summary(report))}."


def _item(claim: Claim) -> str:
    head = rf"\item \texttt{{{_plain(str(claim.place))}}}: \textbf{{{claim.verdict}}}"
    said = headline(claim)
    lines = [f"{head}: {_plain(said)}" if said else head]
    if claim.verdict is Verdict.RIGHT:
        return f"{lines[0]} \\\\ \\texttt{{{_plain(clipped(claim.source, 72))}}}"
    return "\n".join([f"{lines[0]} \\\\", f"\\texttt{{{_plain(claim.source)}}}", *_details(details(claim))])


def _details(found: Sequence[Detail]) -> Iterator[str]:
    for detail in found:
        label = f"\\\\ {_plain(detail.label)}:"
        yield (
            f"{label} $\\displaystyle {detail.value.strip()}$" if detail.formula else f"{label} {_plain(detail.value)}"
        )
        yield from _details(detail.inner)


def _plain(text: str) -> str:
    """Text in which nothing is markup, signs of mathematics as LaTeX has them."""
    symbols = {sign: f"\\ensuremath{{{command}}}" for sign, command in _SYMBOLS.items()}
    return "".join(_SPECIAL.get(c) or symbols.get(c, c) for c in one_line(text))
