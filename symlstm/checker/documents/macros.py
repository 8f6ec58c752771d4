r"""Definitions of macros in a text: what they say, where they stand, and which of them stand for \begin and \end."""

import re
from dataclasses import dataclass

__all__ = ["Macros", "definitions"]

_NAME = r"(?:\{\s*(?:\\[A-Za-z@]+|\\.)\s*\}|\\[A-Za-z@]+\*?|\\.)"
_OPTIONS = r"(?:\[[^\]\n]{0,500}\]\s*){0,2}"
_DEFINITION = re.compile(
    rf"""
      \\(?:new|renew|provide)command\*? \s* (?P<new>{_NAME}) \s* {_OPTIONS} (?=\{{)
    | \\DeclareRobustCommand\*? \s* (?P<robust>{_NAME}) \s* {_OPTIONS} (?=\{{)
    | \\(?:New|Renew|Provide|Declare)DocumentCommand \s* (?P<document>{_NAME}) \s* \{{[^{{}}\n]*\}} \s* (?=\{{)
    | \\(?:DeclareMathOperator\*?|DeclareBoldMathCommand) \s* (?P<operator>{_NAME}) \s* (?=\{{)
    | \\[gex]?def \s* (?P<primitive>\\[A-Za-z@]+|\\.) [^{{}}\n\\]* (?=\{{)
    | \\let \s* (?P<alias>\\[A-Za-z@]+|\\.) \s*=?\s* (?:\\[A-Za-z@]+|\\.|\S)
    | \\(?:re)?newenvironment\*? \s* \{{\s*(?P<environment>[A-Za-z]+\*?)\s*\}} \s* {_OPTIONS} (?=\{{)
    """,
    re.VERBOSE,
)
_NAMES = ("new", "robust", "document", "operator", "primitive", "environment")
_SPACES = re.compile(r"\s{0,200}")
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
_OPEN, _CLOSE = r"(\\begin\s*\{[A-Za-z]+\*?\}|\\\[|\$\$)", r"(\\end\s*\{[A-Za-z]+\*?\}|\\\]|\$\$)"
_OPENS = re.compile(rf"\s*{_OPEN}(?!.*{_CLOSE})", re.DOTALL)
_CLOSES = re.compile(rf"(?!.*\\begin\s*\{{)(?:.*[^\\])?{_CLOSE}\s*\Z", re.DOTALL)
_AROUND = re.compile(rf"\s*{_OPEN}[^#]*#1[^#]*{_CLOSE}\s*\Z")


@dataclass(frozen=True, slots=True)
class Macros:
    r"""The definitions of a text.

    `marks` gives for the name of a macro, as \be, or of an environment, as \begin{eq}, the \begin{…}, \end{…}, \[ …
    that it stands for; `wrappers` for a macro of one argument the mark in front of it.
    """

    source: str
    spans: tuple[tuple[int, int], ...]
    marks: dict[str, str]
    wrappers: dict[str, str]
    braces: dict[int, int]  # where the brace that opens here closes


def definitions(text: str) -> Macros:
    r"""The definitions of a text without comments: \newcommand, \def, \DeclareMathOperator, \let and their kin."""
    found = list(_DEFINITION.finditer(text))
    braces = _matching(text) if found else {}
    said, spans, bodies = list[str](), list[tuple[int, int]](), dict[str, tuple[str, ...]]()
    done = 0
    for definition in found:
        parts, stop = _bodies(text, definition, braces)
        if definition.start() < done or (definition["alias"] is None and not parts):
            continue
        done = stop
        spans.append((definition.start(), stop))
        said.append(" ".join(text[definition.start() : stop].split()))
        if definition["alias"] is None:
            bodies[_name(definition)] = parts
    return Macros("\n".join(said), tuple(spans), *_marks(bodies), braces)


def _bodies(text: str, definition: re.Match[str], braces: dict[int, int]) -> tuple[tuple[str, ...], int]:
    """What stands in the braces of a definition, two pairs for an environment, and where the definition ends."""
    stop, parts = definition.end(), []
    for _ in range(0 if definition["alias"] else 2 if definition["environment"] else 1):
        opening = _skip(text, stop)
        if opening in braces:
            parts.append(text[opening + 1 : braces[opening]])
            stop = braces[opening] + 1
    return tuple(parts), stop


def _skip(text: str, start: int) -> int:
    """The offset behind at most a few spaces."""
    found = _SPACES.match(text, start)
    return found.end() if found else start


def _name(definition: re.Match[str]) -> str:
    name = next(definition[group] for group in _NAMES if definition[group] is not None)
    return name.strip("{} \t\n")


def _marks(bodies: dict[str, tuple[str, ...]]) -> tuple[dict[str, str], dict[str, str]]:
    """Which names stand for a mark, and which for marks around an argument."""
    marks, wrappers = dict[str, str](), dict[str, str]()
    for name, parts in bodies.items():
        opens, closes = _OPENS.match(parts[0]), _CLOSES.match(parts[-1])
        if not name.startswith("\\"):
            if opens and closes and len(parts) == 2:
                marks |= {f"\\begin{{{name}}}": opens[1], f"\\end{{{name}}}": closes[1]}
        elif around := _AROUND.match(parts[0]):
            wrappers[name] = around[1]
        elif mark := opens or closes:
            marks[name] = mark[1]
    return marks, wrappers


def _matching(text: str) -> dict[int, int]:
    """Where the brace closes that opens at an offset."""
    pairs, opened = dict[int, int](), list[int]()
    for found in _BRACE.finditer(text):
        if found[0] == "{":
            opened.append(found.start())
        elif found[0] == "}" and opened:
            pairs[opened.pop()] = found.start()
    return pairs
