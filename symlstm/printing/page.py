"""A page of LaTeX: a document around formulas, and how wide a formula stands on it."""

import re

__all__ = ["WIDTH", "document", "latex_width"]

WIDTH = 84  # characters that a line of an upright page holds, about


def document(body: str, *, wide: bool = False) -> str:
    """A whole document that compiles with pdflatex; `wide` turns the page."""
    page = "a4paper,landscape,margin=1.5cm" if wide else "a4paper,margin=2cm"
    return (
        "\\documentclass{article}\n\\usepackage{amsmath,amssymb}\n"
        f"\\usepackage[{page}]{{geometry}}\n\\allowdisplaybreaks\n"
        f"\\begin{{document}}\n{body}\\end{{document}}\n"
    )


def latex_width(formula: str) -> int:
    """About how many characters wide a formula stands on the page."""
    flat = re.sub(r"\\begin\{[a-z]+\}(\{c*\})?(.*?)\\end\{[a-z]+\}", _widest_row, formula, flags=re.DOTALL)
    flat = re.sub(r"\\(left|right|mathrm|mathbf|boldsymbol|operatorname|top|,)", "", flat)
    return len(re.sub(r"\\[A-Za-z]+|[{}^_ ]", lambda found: "x" if found[0][0] == "\\" else "", flat))


def _widest_row(found: re.Match[str]) -> str:
    rows = found[2].split(r"\\")
    count = max(row.count("&") for row in rows) + 1
    cells = [[re.sub(r"\\[a-z]+", "..", cell).strip() for cell in row.split("&")] for row in rows]
    widest = sum(max(len(row[k]) for row in cells if k < len(row)) for k in range(count))
    return "0" * (widest + 2 * count + 1)
