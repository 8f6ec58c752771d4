r"""Macros of a document: \newcommand, \def, \let and \DeclareMathOperator, and their expansion within bounds."""

import re
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass

from symlstm.checker.reader.errors import ReadingError, refusal
from symlstm.checker.reader.raw import Raw, argument, balanced, raw_tokens, skip_spaces

__all__ = ["MAX_EXPANSIONS", "MAX_TOKENS", "Macro", "expanded", "read_macros"]

MAX_EXPANSIONS = 5_000
MAX_TOKENS = 20_000


@dataclass(frozen=True, slots=True)
class Macro:
    """What a command stands for: `body` with #1 … #9 for its `parameters`; `default` is that of an optional first."""

    name: str
    parameters: int = 0
    body: tuple[Raw, ...] = ()
    default: tuple[Raw, ...] | None = None


_Defined = tuple[Macro, int]


def _defined_name(tokens: Sequence[Raw], at: int, command: Raw) -> tuple[str, int]:
    at = skip_spaces(tokens, at)
    if at < len(tokens) and tokens[at].text == "*":
        at = skip_spaces(tokens, at + 1)
    name, at = argument(tokens, at, command)
    name = [token for token in name if token.text != " "]
    if len(name) != 1 or not name[0].command:
        raise refusal(command.start, f"{command.text} without the name of a command", ("\\name",))
    return name[0].command, at


def _optional(tokens: Sequence[Raw], at: int) -> tuple[list[Raw] | None, int]:
    at = skip_spaces(tokens, at)
    if at < len(tokens) and tokens[at].text == "[":
        return balanced(tokens, at, "[", "]")
    return None, at


def _new_command(tokens: Sequence[Raw], at: int, command: Raw) -> _Defined:
    name, at = _defined_name(tokens, at, command)
    count, at = _optional(tokens, at)
    default, at = _optional(tokens, at)
    body, at = argument(tokens, at, command)
    number = "".join(token.text for token in count or ()).strip()
    if count is not None and not re.fullmatch("[0-9]", number):
        raise refusal(command.start, f"{command.text} with {number!r} parameters", ("a number from 0 to 9",))
    return Macro(name, int(number or 0), tuple(body), None if default is None else tuple(default)), at


def _definition(tokens: Sequence[Raw], at: int, command: Raw) -> _Defined:
    name, at = _defined_name(tokens, at, command)
    start = at
    while at < len(tokens) and tokens[at].text != "{":
        at += 1
    pattern = "".join(token.text for token in tokens[start:at]).replace(" ", "")
    count = len(pattern) // 2
    if pattern != "".join(f"#{k + 1}" for k in range(count)) or count > 9:
        raise refusal(command.start, f"{command.text} with the pattern {pattern[:20]!r}", ("#1#2…",))
    body, at = argument(tokens, at, command)
    return Macro(name, count, tuple(body)), at


def _let(tokens: Sequence[Raw], at: int, command: Raw) -> _Defined:
    name, at = _defined_name(tokens, at, command)
    at = skip_spaces(tokens, at)
    if at < len(tokens) and tokens[at].text == "=":
        at = skip_spaces(tokens, at + 1)
    if at >= len(tokens):
        raise refusal(command.start, f"{command.text} without its second command", ("\\name",))
    other = tokens[at]
    return Macro(name, 0, (Raw(other.text, other.start, other.stop, final=True),)), at + 1


def _operator(tokens: Sequence[Raw], at: int, command: Raw) -> _Defined:
    name, at = _defined_name(tokens, at, command)
    body, at = argument(tokens, at, command)
    front = [Raw(text, command.start, command.stop, final=True) for text in ("\\operatorname", "{")]
    return Macro(name, 0, (*front, *body, Raw("}", command.start, command.stop))), at


_DEFINITIONS: dict[str, Callable[[Sequence[Raw], int, Raw], _Defined]] = {
    "newcommand": _new_command,
    "renewcommand": _new_command,
    "providecommand": _new_command,
    "DeclareRobustCommand": _new_command,
    "def": _definition,
    "gdef": _definition,
    "let": _let,
    "DeclareMathOperator": _operator,
}


def _store(macro: Macro, macros: MutableMapping[str, Macro]) -> None:
    r"""\let keeps what the other command means now: the body of a macro, or the command itself."""
    kept = macros.get(macro.body[0].command) if len(macro.body) == 1 and macro.body[0].final else None
    macros[macro.name] = macro if kept is None else Macro(macro.name, kept.parameters, kept.body, kept.default)


def read_macros(text: str) -> dict[str, Macro]:
    r"""The macros that a LaTeX file or a Markdown note defines, by name without backslash; the last one counts.

    Definitions that are not understood (with patterns of TeX, or never closed) are left out: a formula that uses one
    of them is refused where it stands.

    >>> read_macros(r"\newcommand{\had}{\odot} \def\pd#1#2{\frac{\partial #1}{\partial #2}}")["pd"].parameters
    2
    """
    macros: dict[str, Macro] = {}
    tokens, at = raw_tokens(text), 0
    while at < len(tokens):
        reader = _DEFINITIONS.get(tokens[at].command)
        at += 1
        if reader is None:
            continue
        try:
            macro, at = reader(tokens, at, tokens[at - 1])
        except ReadingError:
            continue
        _store(macro, macros)
    return macros


def _taken(stack: list[Raw], call: Raw, opening: str = "{", closing: str = "}") -> list[Raw]:
    """The argument on top of the stack (whose next token is its last), in brackets or one token."""
    while stack and stack[-1].text == " ":
        stack.pop()
    if not stack or stack[-1].text == "}":
        raise refusal(call.start, f"{call.text} without its argument", ("{…}",))
    found, depth = [stack.pop()], 1
    if found[0].text != opening:
        return found
    while stack:
        token = stack.pop()
        depth += (token.text == opening) - (token.text == closing)
        if depth == 0:
            return found[1:]
        found.append(token)
    raise refusal(call.start, f"an argument of {call.text} that is never closed", (closing,))


def _arguments(stack: list[Raw], macro: Macro, call: Raw) -> list[list[Raw]]:
    """Takes the arguments of a call from the stack."""
    found = []
    if macro.default is not None:
        given = next((token.text for token in reversed(stack) if token.text != " "), "") == "["
        found.append(_taken(stack, call, "[", "]") if given else list(macro.default))
    while len(found) < macro.parameters:
        found.append(_taken(stack, call))
    return found


def _filled(macro: Macro, arguments: list[list[Raw]], call: Raw) -> list[Raw]:
    """The body with the arguments put in; what comes from the body stands at the place of the call."""
    filled, at, body = [], 0, macro.body
    while at < len(body):
        number = body[at + 1].text if body[at].text == "#" and at + 1 < len(body) else ""
        if number.isdecimal() and 0 < int(number) <= len(arguments):
            filled += arguments[int(number) - 1]
            at += 2
        else:
            filled.append(Raw(body[at].text, call.start, call.stop, body[at].final))
            at += 1
    return filled


def expanded(tokens: list[Raw], macros: Mapping[str, Macro]) -> list[Raw]:
    """The tokens with every macro expanded and every definition among them carried out.

    Raises ReadingError for more than `MAX_EXPANSIONS` calls or `MAX_TOKENS` tokens, so that macros that call
    themselves end quickly.
    """
    known = dict(macros)
    if not known and not any(token.command in _DEFINITIONS for token in tokens):
        return tokens
    stack, done, calls, moved = tokens[::-1], [], 0, 0
    while stack:
        token = stack.pop()
        macro = None if token.final else known.get(token.command)
        if token.command in _DEFINITIONS and macro is None:
            ahead = stack[::-1]
            defined, used = _DEFINITIONS[token.command](ahead, 0, token)
            del stack[len(stack) - used :]
            _store(defined, known)
        elif macro is None:
            done.append(token)
        else:
            arguments = _arguments(stack, macro, token)
            moved += sum(map(len, arguments))
            stack += _filled(macro, arguments, token)[::-1]
        calls += macro is not None or token.command in _DEFINITIONS
        if calls > MAX_EXPANSIONS or max(len(done) + len(stack), moved // 20) > MAX_TOKENS * 2:
            raise refusal(
                token.start, f"{token.text}, a macro that is used too often or calls itself", ("fewer macros",)
            )
    return done
