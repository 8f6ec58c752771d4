"""Which language a text is in: LaTeX, or plain text that may hold a few of its commands."""

import re

__all__ = ["is_latex"]

_MARKS = ("\\", "_{", "^{", "$")
# What only LaTeX has: commands with arguments, layouts, delimiters.
_TYPESET = re.compile(
    r"\\[A-Za-z]+\s*\{|\\[\\()\[\]{}_]|\\(?:left|right|[tdc]?frac|begin|mathbf|mathrm|text)(?![A-Za-z])|[$&]"
)
# d_a_f and h_prev: TeX refuses the one, and would print only the p of the other below the line; x.T is code.
_IDENTIFIER = re.compile(
    r"(?<![\\A-Za-z0-9_{}])[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]_[A-Za-z0-9]|_[A-Za-z]{3,}|\.T(?![A-Za-z]))"
)


def is_latex(text: str) -> bool:
    r"""Whether a text is LaTeX.

    A backslash, $, _{ or ^{ says so, except in a text that has no command with an argument and that has identifiers
    with underscores, or several lines that are equations of their own.

    >>> is_latex(r"d_a_f = d_c \odot h_{t-1}"), is_latex(r"a_f = W \odot h_{t-1}")
    (False, True)
    """
    if not any(mark in text for mark in _MARKS):
        return False
    return _TYPESET.search(text) is not None or not (_IDENTIFIER.search(text) or _are_lines(text))


def _are_lines(text: str) -> bool:
    lines = [line for line in text.split("\n") if line.strip()]
    return len(lines) > 1 and all(_is_equation(line) for line in lines)


def _is_equation(line: str) -> bool:
    """A line that starts with a name, holds =, has whole brackets and waits for nothing."""
    line = line.strip()
    whole = all(line.count(opening) == line.count(closing) for opening, closing in ("()", "[]", "{}"))
    named = line[0] == "\\" or line[0].isalpha()
    return named and whole and "=" in line[:-1] and line[-1] not in "=+-*/,"
