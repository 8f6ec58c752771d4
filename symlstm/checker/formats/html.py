"""A report as one page for a browser: escaped, in light and dark, without scripts and without the network."""

from collections.abc import Sequence
from functools import cache
from html import escape
from importlib import import_module
from typing import Any

from symlstm.checker.formats.content import Detail, details, headline, one_line, summary
from symlstm.checker.report import Claim, Report, Verdict

__all__ = ["report_html"]

_STYLE = """\
:root { color-scheme: light dark; --text: #1c1e21; --page: #fff; --faint: #5c636b; --line: #d5d9de; --code: #f3f4f6;
  --right: #17692f; --wrong: #b3211c; --ambiguous: #7f5700; --undecided: #7f5700; --unreadable: #7a2a8c; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e4e6e9; --page: #17191c; --faint: #a0a7af; --line: #3a3f45; --code: #23262a;
    --right: #6cc884; --wrong: #ff8a80; --ambiguous: #e6b450; --undecided: #e6b450; --unreadable: #d79be6; } }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--text); background: var(--page);
  max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; margin-bottom: 0; }
.summary { color: var(--faint); margin-top: .2rem; }
article { border-left: .25rem solid var(--line); padding: .1rem 0 .1rem 1rem; margin: 1.2rem 0; }
article.right { margin: .5rem 0; }
article > p { margin: .2rem 0; }
.place { font-family: ui-monospace, monospace; font-size: .85rem; color: var(--faint); }
.verdict { font-weight: 700; }
code, pre { font-family: ui-monospace, monospace; font-size: .85rem; background: var(--code); border-radius: .2rem; }
code { padding: .1rem .3rem; overflow-wrap: anywhere; }
pre { padding: .4rem .6rem; margin: .2rem 0; overflow-x: auto; white-space: pre-wrap; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1rem; margin: .5rem 0; }
dt { color: var(--faint); }
dd { margin: 0; min-width: 0; overflow: auto hidden; padding-bottom: .2rem; }
dd dl { margin: .2rem 0 .4rem; }
math { font-size: 1.05rem; width: fit-content; text-align: left; }
@media (max-width: 40rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .4rem; } }
"""
_CLASSES = "".join(
    f"article.{verdict} {{ border-color: var(--{verdict}); }} .{verdict} .verdict {{ color: var(--{verdict}); }}\n"
    for verdict in Verdict
)


def report_html(report: Report) -> str:
    """The whole page: the summary, then every claim in order."""
    claims = "\n".join(_claim(claim) for claim in report.claims)
    return f"""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Checked formulas</title>
<style>
{_STYLE}{_CLASSES}</style>
</head>
<body>
<h1>Checked formulas</h1>
<p class="summary">{_plain(summary(report))}</p>
{claims}
</body>
</html>
"""


def _claim(claim: Claim) -> str:
    said = headline(claim)
    head = (
        f'<p><span class="place">{_plain(str(claim.place))}</span> <span class="verdict">{claim.verdict}</span>'
        f"{': ' if said else ''}{_plain(said)}</p>"
    )
    parts = [head, f"<p><code>{_plain(claim.source)}</code></p>"]
    if claim.verdict is Verdict.RIGHT:
        found = details(claim, verbose=True)
        parts += [f"<details><summary>how it was read</summary>{_list(found)}</details>"] if found else []
    else:
        parts.append(_list(details(claim)))
    return f'<article class="{claim.verdict}">\n' + "\n".join(filter(None, parts)) + "\n</article>"


def _list(found: Sequence[Detail]) -> str:
    if not found:
        return ""
    rows = [f"<dt>{_plain(detail.label)}</dt><dd>{_value(detail)}{_list(detail.inner)}</dd>" for detail in found]
    return f"<dl>{''.join(rows)}</dl>"


def _value(detail: Detail) -> str:
    if detail.formula:
        return _formula(detail.value.strip())
    value = detail.value.strip()
    return f"<pre>{escape(value)}</pre>" if "\n" in value else _plain(value)


def _formula(latex: str) -> str:
    """MathML, or LaTeX, as MathJax and KaTeX read it, where that cannot be had."""
    tool = _math_core()
    if tool is not None:
        try:
            return str(tool.LatexToMathML().convert_with_local_state(latex, displaystyle=True))
        except tool.LatexError:
            pass
    return f"<code>\\[{escape(latex)}\\]</code>"


@cache
def _math_core() -> Any:
    """The optional library that writes MathML; None where it is not installed."""
    try:
        return import_module("math_core")
    except ImportError:
        return None


def _plain(text: str) -> str:
    return escape(one_line(text))
