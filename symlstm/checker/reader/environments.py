r"""\begin and \end: layouts of several equations, matrices, and cases."""

import re

from symlstm.checker.reader.errors import refusal
from symlstm.checker.reader.latex import LatexLexer
from symlstm.checker.reader.raw import Raw, argument, balanced, skip_spaces, written
from symlstm.checker.reader.symbols import RELATIONS, listed

__all__ = ["begin", "end", "row"]

_LAYOUTS = frozenset(
    listed(
        "aligned align alignat alignedat gather gathered split equation eqnarray multline multlined flalign "
        "math displaymath subequations IEEEeqnarray dgroup dmath"
    )
)
_MATRICES = {
    "matrix": "", "smallmatrix": "", "array": "", "bmatrix": "[", "pmatrix": "(", "Bmatrix": "{", "bsmallmatrix": "[",
    "psmallmatrix": "(",
}  # fmt: skip
_CASES = frozenset(["cases", "dcases", "rcases"])
_WITH_ARGUMENT = frozenset(["array", "alignat", "alignedat", "IEEEeqnarray"])
_LENGTH = re.compile(r"\s*-?[\d.]+\s*(pt|em|ex|cm|mm|in|\\\w+)\s*")


def _name(lexer: LatexLexer, raw: Raw) -> str:
    found, lexer.at = argument(lexer.raws, lexer.at, raw)
    return written(found).strip().rstrip("*")


def _holds_relation(lexer: LatexLexer) -> bool:
    """Whether a relation stands in the environment that has just begun, outside of inner ones and of braces."""
    depth, braces = 0, 0
    for raw in lexer.raws[lexer.at :]:
        depth += (raw.text == "\\begin") - (raw.text == "\\end")
        braces += (raw.text == "{") - (raw.text == "}")
        if depth < 0:
            return False
        if depth == 0 and braces == 0 and (raw.text == "=" or raw.command in RELATIONS):
            return True
    return False


def _at_start(lexer: LatexLexer) -> bool:
    """Whether nothing but an opening brace stands in this row."""
    last = lexer.last()
    return last in ("", "ROW") or (last == "LCUR" and (len(lexer.out) == 1 or lexer.out[-2].type == "ROW"))


def _kind(lexer: LatexLexer, raw: Raw, name: str) -> tuple[str, str, str]:
    """The opening token, its value, and the closing token."""
    if name in _LAYOUTS or (((name in _MATRICES and name in ("array", "matrix")) or name in _CASES) and (
        _at_start(lexer) and _holds_relation(lexer)
    )):  # fmt: skip
        return "ROW", "", "ROW"
    if name in _CASES or (name == "array" and lexer.last() == "LCUR"):
        return "CASES", "", "ENDCASES"
    if name in _MATRICES:
        return "MATRIX", _MATRICES[name], "ENDMATRIX"
    known = ", ".join(["aligned", "align", "gather", "split", "cases", "array", "bmatrix", "pmatrix"])
    raise refusal(raw.start, f"the environment {name!r}", (f"one of {known}",))


def begin(lexer: LatexLexer, raw: Raw) -> None:
    r"""\begin{…}: what it opens depends on its name, and for array and cases on what stands in it."""
    name = _name(lexer, raw)
    at = skip_spaces(lexer.raws, lexer.at)
    if name in _WITH_ARGUMENT:
        if at < len(lexer.raws) and lexer.raws[at].text == "[":
            _, lexer.at = balanced(lexer.raws, at, "[", "]")
        _, lexer.at = argument(lexer.raws, lexer.at, raw)
    opening, value, closing = _kind(lexer, raw, name)
    lexer.environments.append((name, closing))
    lexer.put(opening, value, raw)


def end(lexer: LatexLexer, raw: Raw) -> None:
    r"""\end{…} closes the environment that was begun last."""
    name = _name(lexer, raw)
    if not lexer.environments or lexer.environments[-1][0] != name:
        wanted = f"\\end{{{lexer.environments[-1][0]}}}" if lexer.environments else "the end of the formula"
        raise refusal(raw.start, f"\\end{{{name}}}", (wanted,))
    _, closing = lexer.environments.pop()
    while closing != "ROW" and lexer.last() in ("ROW", "THIN"):
        lexer.out.pop()  # a line break in front of the end, also with a space behind it: \\\
    lexer.put(closing, "", raw)


def row(lexer: LatexLexer, raw: Raw) -> None:
    r"""\\, \\* and \\[2pt]."""
    if lexer.at < len(lexer.raws) and lexer.raws[lexer.at].text == "*":
        lexer.at += 1
    if lexer.at < len(lexer.raws) and lexer.raws[lexer.at].text == "[":
        try:
            inner, behind = balanced(lexer.raws, lexer.at, "[", "]")
        except Exception:
            inner, behind = [], lexer.at
        if _LENGTH.fullmatch(written(inner)):
            lexer.at = behind
    within = bool(lexer.environments) and lexer.environments[-1][1] != "ROW"
    if lexer.last() not in ("MATRIX", "CASES") and not (within and lexer.last() == "ROW"):
        lexer.put("ROW", "", raw)
